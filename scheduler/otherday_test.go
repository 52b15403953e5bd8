package scheduler_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/privacy"
	"example.org/totem/scheduler"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/sync/wire"
)

// open returns plan's office, in which another day can be booked without data.
func open(t testing.TB, totems ...booking.TotemID) agenda.Plan {
	p := plan(t, "rm001", "Europe/Rome", totems...)
	p.Office.Advance = privacy.AdvanceOpen
	return p
}

// atWork starts a scheduler at which t1, and t2 if the office has it, have introduced themselves.
func (w *world) atWork() *scheduler.Service {
	w.t.Helper()
	s := w.start()
	must(w.t, s.Tend(context.Background()))
	for i, store := range []booking.Incarnation{storeA, storeB} {
		if totem := booking.TotemID(fmt.Sprintf("t%d", i+1)); slices.Contains(w.plans[0].Totems, totem) {
			_, err := w.hello(s, "rm001", totem, hello(store, 0))
			must(w.t, err)
		}
	}
	return s
}

// free returns the free slots of the pool.
func free(s booking.Sheet) []booking.Slot {
	return slices.DeleteFunc(slices.Clone(s.Slots), func(s booking.Slot) bool { return s.State != booking.Free || s.Holder != booking.Pool })
}

func want(day booking.Day, start time.Time) wire.Want {
	return wire.Want{Incarnation: storeA, Queue: queueA, Day: day, Start: start}
}

func TestATotemIsToldWhenThePoolHasRoomOnTheDaysToCome(t *testing.T) {
	ctx := context.Background()
	p := open(t, "t1")
	p.Office.Hours.Closed = []booking.Day{monday.AddDays(2)}
	w := newWorld(t, p)
	s := w.atWork()
	full := booking.SheetKey{Office: "rm001", Queue: queueA, Day: monday.AddDays(3)}
	for i := range 4 {
		_, err := ledger.BookSlot(ctx, w.book, full, ledger.Want{}, code(i+1))
		must(t, err)
	}
	vacant, err := s.Vacancy(ctx, "rm001", "t1", wire.Vacancy{Incarnation: storeA, Queue: queueA})
	must(t, err)
	var want []wire.VacantDay
	for _, day := range []booking.Day{monday.AddDays(1), monday.AddDays(4)} {
		var starts []time.Time
		for _, slot := range free(w.sheet("rm001", queueA, day)) {
			starts = append(starts, slot.Start)
		}
		want = append(want, wire.VacantDay{Day: day, Starts: slices.Compact(starts)})
	}
	if diff := cmp.Diff(wire.Vacant{Days: want}, vacant, cmp.Comparer(func(a, b booking.Day) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
}

func TestATotemIsGrantedWhatItWantsAndOnceOnly(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, open(t, "t1"))
	s := w.atWork()
	day := monday.AddDays(4) // beyond the days that it is granted slots of anyway
	before := w.sheet("rm001", queueA, day)
	slot := free(before)[0]
	granted, err := s.Want(ctx, "rm001", "t1", want(day, slot.Start))
	must(t, err)
	after := w.sheet("rm001", queueA, day)
	if diff := cmp.Diff(after.Slots, granted.Sheet.Slots); diff != "" || granted.Sheet.Revision != after.Revision || granted.Sheet.SheetKey != before.SheetKey {
		t.Errorf("answered another sheet than the ledger has:\n%s", diff)
	}
	if key, err := w.keys.Key(ctx, "rm001", day); err != nil || key != granted.Key {
		t.Errorf("answered another key than the day's: %v", err)
	}
	expected := before.Clone()
	i, _ := expected.Find(slot.Number)
	expected.Slots[i].Holder, expected.Slots[i].Hands = "t1", 1
	if diff := cmp.Diff(expected.Slots, after.Slots); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	again, err := s.Want(ctx, "rm001", "t1", want(day, slot.Start))
	if err != nil || again.Sheet.Revision != after.Revision {
		t.Errorf("told again: at %v, %v, want %v", again.Sheet.Revision, err, after.Revision)
	}

	// Once a ticket is given for it, who wants that time is somebody else.
	f := issued(storeA, 1, day, slot.Number)
	must(t, s.Fold(ctx, "rm001", "t1", 1, f))
	_, err = s.Want(ctx, "rm001", "t1", want(day, slot.Start))
	if n := len(free(before)) - len(free(w.sheet("rm001", queueA, day))); err == nil && n != 2 || err != nil && (n != 1 || refusal(t, err) != wire.RefusedGone) {
		t.Errorf("a second citizen: %v, and %d slots of the pool went", err, n)
	}
	if n := w.events("scheduler.fact-conflict") + w.events("scheduler.fault"); n != 0 {
		t.Errorf("%d things went wrong:\n%s", n, w.log)
	}
}

func TestNothingIsGrantedThatMayNotBe(t *testing.T) {
	ctx := context.Background()
	tomorrow := monday.AddDays(1)
	for name, c := range map[string]struct {
		change func(p *agenda.Plan)
		office booking.OfficeID
		totem  booking.TotemID
		want   func(w *wire.Want)
		code   string
	}{
		"for another office":                {office: "rm002", code: wire.RefusedUnknownTotem},
		"for a totem that is not there":     {totem: "t9", code: wire.RefusedUnknownTotem},
		"for another store":                 {want: func(w *wire.Want) { w.Incarnation = storeB }, code: wire.RefusedOtherStore},
		"for a totem that was never heard":  {totem: "t3", code: wire.RefusedOtherStore},
		"of today, and past":                {want: func(w *wire.Want) { w.Day, w.Start = monday, w.Start.Add(-27*time.Hour) }, code: wire.RefusedGone},
		"of yesterday":                      {want: func(w *wire.Want) { w.Day = monday.AddDays(-1) }, code: wire.RefusedGone},
		"beyond the horizon":                {want: func(w *wire.Want) { w.Day = monday.AddDays(5) }, code: wire.RefusedGone},
		"of a queue that is not there":      {want: func(w *wire.Want) { w.Queue = "none" }, code: wire.RefusedGone},
		"at a time when nothing starts":     {want: func(w *wire.Want) { w.Start = w.Start.Add(time.Minute) }, code: wire.RefusedGone},
		"at a time of another day":          {want: func(w *wire.Want) { w.Start = w.Start.Add(24 * time.Hour) }, code: wire.RefusedGone},
		"beyond a horizon that was longer":  {change: func(p *agenda.Plan) { p.Queues[0].Horizon = 0 }, code: wire.RefusedGone},
		"of a closed day":                   {change: func(p *agenda.Plan) { p.Office.Hours.Closed = []booking.Day{tomorrow} }, code: wire.RefusedGone},
		"where no other day can be booked":  {change: func(p *agenda.Plan) { p.Office.Advance = privacy.AdvanceOff }, code: wire.RefusedGone},
		"where nobody says so":              {change: func(p *agenda.Plan) { p.Office.Advance = "" }, code: wire.RefusedGone},
		"for a contact that nobody can ask": {change: func(p *agenda.Plan) { p.Office.Advance = privacy.AdvanceConsent }, code: wire.RefusedGone},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, open(t, "t1", "t3"))
			must(t, w.start().Tend(ctx)) // a day may have been closed after it was planned
			if c.change != nil {
				c.change(&w.plans[0])
			}
			s := w.atWork()
			ask := want(tomorrow, free(w.sheet("rm001", queueA, tomorrow))[0].Start)
			if c.want != nil {
				c.want(&ask)
			}
			office, totem := booking.OfficeID("rm001"), booking.TotemID("t1")
			if c.office != "" {
				office = c.office
			}
			if c.totem != "" {
				totem = c.totem
			}
			before := w.sheet("rm001", queueA, tomorrow)
			if _, err := s.Want(ctx, office, totem, ask); refusal(t, err) != c.code {
				t.Errorf("%v, want %s", err, c.code)
			}
			if w.sheet("rm001", queueA, tomorrow).Revision != before.Revision {
				t.Error("something was granted")
			}
		})
	}
}

func TestWhileTheOfficeWaitsForATotemNoSlotIsGrantedOnRequest(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, open(t, "t1", "t2"))
	s := w.atWork()
	start := free(w.sheet("rm001", queueA, monday.AddDays(1)))[0].Start
	_, err := s.DayKey(ctx, "rm001", monday.AddDays(1))
	must(t, err)
	_, err = w.memory.Raise(ctx, 1<<40)
	must(t, err)
	must(t, s.Tend(ctx))
	if _, err := s.Want(ctx, "rm001", "t1", want(monday.AddDays(1), start)); refusal(t, err) != wire.RefusedHello {
		t.Errorf("before it told what it holds: %v", err)
	}
	one := newTeller("t1", storeA)
	one.sync(w, s)
	if _, err := s.Want(ctx, "rm001", "t1", want(monday.AddDays(1), start)); refusal(t, err) != wire.RefusedTrouble {
		t.Errorf("before the other one told: %v", err)
	}
	newTeller("t2", storeB).sync(w, s)
	if _, err := s.Want(ctx, "rm001", "t1", want(monday.AddDays(1), start)); err != nil {
		t.Errorf("once all have told: %v", err)
	}
}

func TestATotemThatWantsEverythingIsGrantedLittle(t *testing.T) {
	ctx := context.Background()
	p := open(t, "t1", "t2")
	for day := range p.Queues[0].Counters {
		p.Queues[0].Counters[day] = []agenda.Counters{{Span: booking.Span{From: 540, To: 600}, Open: 20}} // 100 slots, 40 of the pool
	}
	w := newWorld(t, p)
	s := w.atWork()
	for _, day := range []booking.Day{monday.AddDays(1), monday.AddDays(4)} {
		before := w.sheet("rm001", queueA, day)
		refused := 0
		for range 30 {
			for _, slot := range before.Slots {
				if _, err := s.Want(ctx, "rm001", "t1", want(day, slot.Start)); err != nil {
					refused++
				}
			}
		}
		after := w.sheet("rm001", queueA, day)
		want := 5 // one for each start
		for _, slot := range before.Slots {
			if slot.Holder == "t1" && slices.ContainsFunc(free(before), func(p booking.Slot) bool { return p.Start.Equal(slot.Start) }) {
				want = 0 // which it holds
			}
		}
		if n := len(free(before)) - len(free(after)); n != want {
			t.Errorf("%s: %d slots of the pool went", day, n)
		}
		for i, slot := range after.Slots {
			if was := before.Slots[i]; slot.Holder != was.Holder && was.Holder != booking.Pool {
				t.Errorf("%s: a slot of %s went to %s", day, was.Holder, slot.Holder)
			}
		}
	}

	// It may not hold many at different times either.
	p.Queues[0].Length, p.Office.Queues[0].Length = 2*time.Minute, 2*time.Minute
	w = newWorld(t, p)
	s = w.atWork()
	day := monday.AddDays(4)
	before := w.sheet("rm001", queueA, day)
	for _, slot := range before.Slots {
		_, _ = s.Want(ctx, "rm001", "t1", want(day, slot.Start))
	}
	if n := len(free(before)) - len(free(w.sheet("rm001", queueA, day))); n != 8 {
		t.Errorf("%d slots of the pool went", n)
	}
	if w.events("scheduler.totem-refused") == 0 {
		t.Error("and nobody was told")
	}
}

func TestAStoreThatIsFencedMeanwhileIsToldOfNothing(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, open(t, "t1"))
	s := w.atWork()
	start := free(w.sheet("rm001", queueA, monday.AddDays(4)))[0].Start
	b := &interrupted{Book: w.book}
	w.book = b
	s = w.start()
	b.before = func() {
		b.before = nil
		_, err := s.Fence(ctx, "rm001", "t1")
		must(t, err)
	}
	if _, err := s.Want(ctx, "rm001", "t1", want(monday.AddDays(4), start)); refusal(t, err) != wire.RefusedOtherStore {
		t.Errorf("got %v", err)
	}
}

// interrupted is a ledger before whose next write something happens.
type interrupted struct {
	ledger.Book
	before func()
}

func (b *interrupted) Put(ctx context.Context, s booking.Sheet) (booking.Revision, error) {
	if b.before != nil {
		b.before()
	}
	return b.Book.Put(ctx, s)
}

func TestOfAllWhoWantTheLastSlotOneGetsIt(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, open(t, "t1", "t2"))
	s := w.atWork()
	for n := range 4 {
		day := monday.AddDays(n + 1)
		last := free(w.sheet("rm001", queueA, day))
		for i := range last[1:] {
			_, err := s.Book(ctx, "rm001", queueA, day, ledger.Want{Number: last[i+1].Number}, booking.Code(fmt.Sprintf("%04d", i)))
			must(t, err)
		}
		var got [3]bool
		var wg sync.WaitGroup
		for i, store := range []booking.Incarnation{storeA, storeB} {
			wg.Go(func() {
				ask := want(day, last[0].Start)
				ask.Incarnation = store
				_, err := s.Want(ctx, "rm001", booking.TotemID(fmt.Sprintf("t%d", i+1)), ask)
				got[i] = err == nil
			})
		}
		wg.Go(func() {
			_, err := s.Book(ctx, "rm001", queueA, day, ledger.Want{Number: last[0].Number}, booking.Code("9999"))
			got[2] = err == nil
			if err != nil && !errors.Is(err, booking.ErrNotHeld) {
				t.Error(err)
			}
		})
		wg.Wait()
		if slices.Equal(got[:], []bool{false, false, false}) || got[0] && got[1] || got[0] && got[2] || got[1] && got[2] {
			t.Errorf("%s: it went to t1 %v, t2 %v, web %v", day, got[0], got[1], got[2])
		}
	}
}

func TestWhatIsKeptForWalkInsIsLeftToThemByWhoBooksAhead(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, open(t, "t1", "t2"))
	s := w.atWork()
	day := monday.AddDays(4)
	var n uint64
	for i, slot := range free(w.sheet("rm001", queueA, day)) {
		granted, err := s.Want(ctx, "rm001", "t1", want(day, slot.Start))
		must(t, err)
		if i%2 == 0 {
			n++
			must(t, s.Fold(ctx, "rm001", "t1", n, issued(storeA, n, day, held(granted.Sheet, "t1")[0])))
		}
	}
	if n := len(held(w.sheet("rm001", queueA, day), booking.Reserve)); n != 6 {
		t.Fatalf("%d slots in the reserve, want 6", n)
	}
	w.now = w.now.Add(48 * time.Hour) // now the day is one of those that totems live through alone
	must(t, s.Tend(ctx))
	revision := w.sheet("rm001", queueA, day).Revision
	must(t, s.Tend(ctx))
	sheet := w.sheet("rm001", queueA, day)
	if sheet.Revision != revision {
		t.Error("the next round shares it out again")
	}
	if got := len(held(sheet, "t2")); got < 3 {
		t.Errorf("t2 has %d slots", got)
	}

	// Tickets for that day, while it is to come, leave the walk-ins' slots to walk-ins.
	walkIns := len(held(sheet, "t2"))
	for _, slot := range sheet.Slots {
		ask := want(day, slot.Start)
		ask.Incarnation = storeB
		granted, err := s.Want(ctx, "rm001", "t2", ask)
		if err != nil {
			continue
		}
		i := slices.IndexFunc(granted.Sheet.Slots, func(got booking.Slot) bool {
			return got.State == booking.Free && got.Holder == "t2" && got.Start.Equal(slot.Start)
		})
		n++
		must(t, s.Fold(ctx, "rm001", "t2", n, issued(storeB, n, day, granted.Sheet.Slots[i].Number)))
	}
	if left := len(held(w.sheet("rm001", queueA, day), "t2")); left != walkIns {
		t.Errorf("t2 has %d walk-in slots left of %d", left, walkIns)
	}
}

func TestASheetThatATotemWasGrantedASlotOfIsKeptUpToDate(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, open(t, "t1", "t2"))
	s := w.atWork()
	day := monday.AddDays(4)
	granted, err := s.Want(ctx, "rm001", "t1", want(day, free(w.sheet("rm001", queueA, day))[0].Start))
	must(t, err)
	all, err := s.Pull(ctx, "rm001", "t1", wire.Pull{Incarnation: storeA})
	must(t, err)
	ask := wire.Pull{Incarnation: storeA, Office: all.Digest, Have: []wire.Have{{Queue: queueA, Day: day, Revision: granted.Sheet.Revision}}}
	for _, sheet := range all.Sheets {
		ask.Have = append(ask.Have, wire.Have{Queue: sheet.Queue, Day: sheet.Day, Revision: sheet.Revision})
	}
	answer, err := s.Pull(ctx, "rm001", "t1", ask)
	if err != nil || len(answer.Sheets) != 0 || len(answer.Keys) != 4 || answer.Keys[day] != granted.Key {
		t.Fatalf("nothing is new, and it is told %d sheets and %d keys, %v", len(answer.Sheets), len(answer.Keys), err)
	}
	_, err = s.Book(ctx, "rm001", queueA, day, ledger.Want{}, "0000")
	must(t, err)
	answer, err = s.Pull(ctx, "rm001", "t1", ask)
	if err != nil || len(answer.Sheets) != 1 || answer.Sheets[0].SheetKey != granted.Sheet.SheetKey || answer.Sheets[0].Revision != w.sheet("rm001", queueA, day).Revision {
		t.Errorf("its sheet has changed, and it is told %d, %v", len(answer.Sheets), err)
	}

	// Who has nothing of that day is told nothing of it.
	other, err := s.Pull(ctx, "rm001", "t2", wire.Pull{Incarnation: storeB})
	must(t, err)
	if _, ok := other.Keys[day]; ok || slices.ContainsFunc(other.Sheets, func(s booking.Sheet) bool { return s.Day == day }) {
		t.Error("another totem is told of it too")
	}
}
