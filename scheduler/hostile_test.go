package scheduler_test

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/scheduler"
	"example.org/totem/sync/wire"
)

// overheard is a ledger that tells what is done with it, before it is done.
type overheard struct {
	ledger.Book
	epoch func(uint64) uint64 // what it says of its epoch; nil: the truth
	put   func(booking.Sheet)
	speak func(booking.OfficeID, int)
	read  int // days of an office
}

func (o *overheard) Sheets(ctx context.Context, office booking.OfficeID, day booking.Day) ([]booking.Sheet, error) {
	o.read++
	return o.Book.Sheets(ctx, office, day)
}

func (o *overheard) Epoch(ctx context.Context) (uint64, error) {
	epoch, err := o.Book.Epoch(ctx)
	if err == nil && o.epoch != nil {
		epoch = o.epoch(epoch)
	}
	return epoch, err
}

func (o *overheard) Put(ctx context.Context, s booking.Sheet) (booking.Revision, error) {
	if o.put != nil {
		o.put(s)
	}
	return o.Book.Put(ctx, s)
}

func (o *overheard) Speak(office booking.OfficeID, version int) {
	if o.speak != nil {
		o.speak(office, version)
	}
	o.Book.Speak(office, version)
}

func TestAnEpochThatNoLedgerCanHaveReachedIsNotBelieved(t *testing.T) {
	ctx := context.Background()
	w, s, a, b := twoTotems(t)
	was, err := w.memory.Epoch(ctx)
	must(t, err)
	for _, epoch := range []uint64{math.MaxUint64, math.MaxUint64 - 1, math.MaxInt64, 1 << 53, uint64(w.now.Unix()) + 1<<33} {
		h := hello(storeA, 0)
		h.Epoch = epoch
		_, err := w.hello(s, "rm001", "t1", h)
		if got := refusal(t, err); got != wire.RefusedMessage {
			t.Errorf("hello of epoch %d: refused as %s", epoch, got)
		}
		_, err = s.Pull(ctx, "rm001", "t1", wire.Pull{Incarnation: storeA, Have: []wire.Have{
			{Queue: queueA, Day: monday, Revision: booking.Revision{Epoch: epoch, Sequence: 1}},
		}})
		if got := refusal(t, err); got != wire.RefusedMessage {
			t.Errorf("pull with a sheet of epoch %d: refused as %s", epoch, got)
		}
	}
	if now, err := w.memory.Epoch(ctx); err != nil || now != was {
		t.Errorf("epoch %d, %v, want %d", now, err, was)
	}
	for _, d := range []*teller{a, b} { // and nobody is held up
		welcome, err := d.hello(w, s)
		if err != nil || welcome.Merge {
			t.Errorf("%s is welcomed with %+v, %v", d.totem, welcome, err)
		}
	}
}

func TestAnEpochThatAnotherSchedulerBeganIsNoSetBack(t *testing.T) {
	ctx := context.Background()
	w, _, a, b := twoTotems(t)
	was, err := w.memory.Epoch(ctx)
	must(t, err)
	must(t, first(w.memory.Raise(ctx, was)))
	other := w.start()
	a.sync(w, other)
	b.sync(w, other)
	behind := &overheard{Book: w.memory}
	asked := 0
	behind.epoch = func(now uint64) uint64 {
		if asked++; asked <= 2 {
			return was // its mirror has not heard yet
		}
		return now
	}
	w.book = behind
	welcome, err := a.hello(w, w.start())
	must(t, err)
	if welcome.Merge || welcome.Epoch != was+1 {
		t.Errorf("welcome %+v after epoch %d", welcome, was+1)
	}
	if n := w.events("scheduler.ledger-set-back"); n != 0 {
		t.Errorf("%d alarms", n)
	}
}

func TestNothingIsSoldOnceAnotherSchedulerHasBegunANewEpoch(t *testing.T) {
	ctx := context.Background()
	w, s, _, _ := twoTotems(t)
	must(t, first(s.Book(ctx, "rm001", queueA, monday, ledger.Want{}, "111111111111")))
	epoch, err := w.memory.Epoch(ctx)
	must(t, err)
	must(t, first(w.memory.Raise(ctx, epoch)))
	if slot, err := s.Book(ctx, "rm001", queueA, monday, ledger.Want{}, "222222222222"); !errors.Is(err, scheduler.ErrNotWhole) {
		t.Errorf("sold %s, %v", slot.Number, err)
	}
}

func TestAMergeEndsWithTheFenceOfItsTotem(t *testing.T) {
	ctx := context.Background()
	w, _, a, _ := twoTotems(t)
	empty := ledger.NewMemory()
	must(t, first(empty.Raise(ctx, 1)))
	w.setBack(empty)
	book := &overheard{Book: w.memory}
	w.book = book
	page := wire.Merge{Incarnation: a.store, Told: a.told, Keys: a.keys}
	for _, sheet := range a.cache {
		page.Sheets = append(page.Sheets, sheet)
	}
	s := w.start()
	must(t, first(a.hello(w, s)))
	w.book = w.memory
	book.put = func(booking.Sheet) {
		book.put = nil
		must(t, first(w.start().Fence(ctx, "rm001", "t1")))
	}
	_, err := s.Merge(ctx, "rm001", "t1", page)
	if got := refusal(t, err); got != wire.RefusedOtherStore && got != wire.RefusedHello {
		t.Errorf("refused as %s", got)
	}
	mine := 0
	for _, sheet := range page.Sheets {
		if s, err := w.memory.Sheet(ctx, sheet.SheetKey); err == nil && len(held(s, booking.HeldBy("t1"))) > 0 {
			mine++
		}
	}
	if mine > 1 { // the one that was being written
		t.Errorf("the fenced totem was given back its slots on %d of %d sheets", mine, len(page.Sheets))
	}
}

func TestAMergeMakesNoDayThatNobodyCanHavePlanned(t *testing.T) {
	ctx := context.Background()
	w, _, a, _ := twoTotems(t)
	epoch, err := w.memory.Epoch(ctx)
	must(t, err)
	must(t, first(w.memory.Raise(ctx, epoch)))
	w.ran = time.Hour
	s := w.start()
	must(t, first(a.hello(w, s)))
	for _, day := range []booking.Day{monday.AddDays(800), monday.AddDays(-800)} {
		sheet := a.cache[booking.SheetKey{Office: "rm001", Queue: queueA, Day: monday}]
		sheet.Day = day
		for what, page := range map[string]wire.Merge{
			"sheet": {Incarnation: a.store, Sheets: []booking.Sheet{sheet}},
			"key":   {Incarnation: a.store, Keys: map[booking.Day]booking.DayKey{day: {1}}},
		} {
			_, err := s.Merge(ctx, "rm001", "t1", page)
			if day.Compare(monday) > 0 {
				if got := refusal(t, err); got != wire.RefusedMessage {
					t.Errorf("a %s of %s: refused as %s", what, day, got)
				}
			} else if err != nil {
				t.Errorf("a %s of %s: %v", what, day, err)
			}
		}
	}
	days, err := w.memory.Days(ctx)
	must(t, err)
	for _, day := range days {
		if day.Compare(monday) < 0 || day.Compare(monday.AddDays(10)) > 0 {
			t.Errorf("the ledger has a day %s", day)
		}
	}
	if n := len(w.keys.names()); n != 3 {
		t.Errorf("%d keys, want those of 3 days", n)
	}
	must(t, a.merge(s)) // what it does hold is taken all the same
}

func TestSheetsAreWrittenForTheOldestTotemOfTheirOffice(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1", "t2"))
	book := &overheard{Book: w.memory}
	w.book = book
	spoken := 0
	book.speak = func(office booking.OfficeID, version int) {
		if office != "rm001" {
			t.Errorf("office %s", office)
		}
		spoken = version
	}
	s := w.start()
	must(t, s.Tend(ctx))
	if spoken != wire.Oldest {
		t.Errorf("with nobody known yet: version %d", spoken)
	}
	must(t, first(w.hello(s, "rm001", "t1", hello(storeA, 0))))
	if spoken != wire.Newest {
		t.Errorf("with a new totem: version %d", spoken)
	}
	old := hello(storeB, 0)
	old.Speaks = []int{wire.Oldest}
	must(t, first(w.hello(s, "rm001", "t2", old)))
	if spoken != wire.Oldest {
		t.Errorf("with an old totem beside it: version %d", spoken)
	}
	spoken = 0
	must(t, w.start().Tend(ctx)) // a restart knows it from the roster
	if spoken != wire.Oldest {
		t.Errorf("after a restart: version %d", spoken)
	}
	must(t, first(w.hello(s, "rm001", "t2", hello(storeB, 0))))
	if spoken != wire.Newest {
		t.Errorf("once the old one is updated: version %d", spoken)
	}
	spoken = 0
	w.roster = &spoiled{Roster: w.memory, totem: "t2"}
	s = w.start()
	_ = s.Tend(ctx)
	_, _ = s.Fence(ctx, "rm001", "t1")
	if spoken != 0 {
		t.Errorf("while a record cannot be read: version %d, want what it was", spoken)
	}
}

func TestAPullIsNotAnsweredByReadingWhateverDaysItNames(t *testing.T) {
	w, _, a, _ := twoTotems(t)
	book := &overheard{Book: w.memory}
	w.book = book
	ask := wire.Pull{Incarnation: storeA}
	for i := range 3000 {
		ask.Have = append(ask.Have, wire.Have{Queue: queueA, Day: monday.AddDays(4000 - i), Revision: booking.Revision{Epoch: a.epoch, Sequence: 1}})
	}
	pulled, err := w.start().Pull(context.Background(), "rm001", "t1", ask)
	if err != nil || len(pulled.Sheets) != 6 {
		t.Errorf("%d sheets, %v", len(pulled.Sheets), err)
	}
	if book.read > 100 {
		t.Errorf("%d days were read", book.read)
	}
}
