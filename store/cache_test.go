package store_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
)

func offersOf(tb testing.TB, s *store.Store, day booking.Day) []store.Start {
	tb.Helper()
	starts, err := s.Offers(tb.Context(), day, day.Start(rome))
	if err != nil {
		tb.Fatalf("offers: %v", err)
	}
	return starts
}

func TestOffersNameTheLowestOwnSlotOfEachStart(t *testing.T) {
	s, _ := fresh(t)
	nine, ten, eleven := today.At(9*60, rome).UTC(), today.At(10*60, rome).UTC(), today.At(11*60, rome).UTC()
	a := booking.Sheet{SheetKey: key(today), Revision: booking.Revision{Epoch: 1, Sequence: 1}, Prefix: "A", Slots: []booking.Slot{
		{Number: "A001", Start: nine, Holder: me, State: booking.Free},
		{Number: "A997", Start: ten, Holder: booking.Pool, State: booking.Free},
		{Number: "A998", Start: ten, Holder: me, State: booking.Void},
		{Number: "A999", Start: ten, Holder: me, State: booking.Free},
		{Number: "A1000", Start: ten, Holder: me, State: booking.Free},
		{Number: "A1001", Start: eleven, Holder: booking.Reserve, State: booking.Free},
		{Number: "A1002", Start: eleven.Add(time.Minute), Holder: me, State: booking.Void},
	}}
	b := booking.Sheet{SheetKey: key(today), Revision: booking.Revision{Epoch: 1, Sequence: 1}, Prefix: "B", Slots: []booking.Slot{
		{Number: "B001", Start: ten, Holder: me, State: booking.Free},
	}}
	b.Queue = "aaa"
	take(t, s, a, b, sheet(tomorrow, 1, 3))
	got, err := s.Offers(t.Context(), today, nine.Add(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	want := []store.Start{
		{Key: b.SheetKey, Start: ten, Number: "B001", Places: 1},
		{Key: a.SheetKey, Start: ten, Number: "A999", Places: 2, Open: 1},
		{Key: a.SheetKey, Start: eleven, Open: 1},
	}
	if diff := cmp.Diff(want, got, sameDay); diff != "" {
		t.Errorf("offers (-want +got):\n%s", diff)
	}
	if from, err := s.Offers(t.Context(), today, nine); err != nil || len(from) != 4 {
		t.Errorf("from nine on there are %d starts, %v; want 4", len(from), err)
	}
	if all, err := s.Offers(t.Context(), today, time.Time{}); err != nil || len(all) != 4 {
		t.Errorf("without a time there are %d starts, %v; want 4", len(all), err)
	}
}

func TestWithoutADayKeyNothingIsOnOffer(t *testing.T) {
	s, _ := fresh(t)
	if err := s.Take(t.Context(), wire.Pulled{Sheets: []booking.Sheet{sheet(today, 1, 1)}}); err != nil {
		t.Fatal(err)
	}
	if got := offersOf(t, s, today); len(got) != 1 || got[0].Number != "" {
		t.Errorf("offers = %v", got)
	}
}

func TestAnOlderSheetIsLeftAlone(t *testing.T) {
	s, _ := fresh(t)
	take(t, s, sheet(today, 5, 4))
	older := sheet(today, 4, 9)
	restored := sheet(today, 9, 9)
	restored.Revision.Epoch = 0
	take(t, s, older, restored, sheet(today, 5, 7))
	if n := len(offersOf(t, s, today)); n != 4 {
		t.Errorf("the cache has %d slots, want the 4 of the newest sheet", n)
	}
	newer := sheet(today, 1, 2)
	newer.Revision.Epoch = 2
	take(t, s, newer)
	if n := len(offersOf(t, s, today)); n != 2 {
		t.Errorf("the cache has %d slots, want the 2 of the higher epoch", n)
	}
	have, err := s.Have(t.Context())
	id, errID := lastFact(t.Context(), s)
	if errID != nil {
		t.Fatal(errID)
	}
	want := wire.Pull{Incarnation: id.Incarnation, Have: []wire.Have{{Queue: queueA, Day: today, Revision: newer.Revision}}}
	if diff := cmp.Diff(want, have, sameDay); diff != "" || err != nil {
		t.Errorf("have (-want +got): %v\n%s", err, diff)
	}
}

func TestASheetIsTakenWholeOrNotAtAll(t *testing.T) {
	s, _ := fresh(t)
	foreign := sheet(today, 1, 1)
	foreign.Office = "altrove"
	disordered := sheet(tomorrow, 1, 2)
	disordered.Slots[0], disordered.Slots[1] = disordered.Slots[1], disordered.Slots[0]
	for _, bad := range []booking.Sheet{foreign, disordered} {
		err := s.Take(t.Context(), wire.Pulled{Sheets: []booking.Sheet{sheet(today, 1, 1), bad}, Keys: keys(today)})
		if err == nil {
			t.Fatal("a bad sheet was taken")
		}
		for _, slot := range bad.Slots { // the error goes to a log
			if strings.Contains(err.Error(), string(slot.Number)) {
				t.Errorf("%v tells a number", err)
			}
		}
		if _, err := s.Push(t.Context(), bad, 0); err == nil {
			t.Errorf("a bad sheet was taken from a push")
		}
	}
	if have, _ := s.Have(t.Context()); len(have.Have) != 0 {
		t.Errorf("half was taken: %v", have.Have)
	}
}

func TestAPushWithAGapAsksForAPull(t *testing.T) {
	for name, c := range map[string]struct {
		cached   uint64
		pushed   uint64
		previous uint64
		epoch    uint64
		ok       bool
		slots    int
	}{
		"the next":               {cached: 7, pushed: 9, previous: 7, epoch: 1, ok: true, slots: 2},
		"one is missing":         {cached: 7, pushed: 9, previous: 8, epoch: 1, ok: false, slots: 1},
		"the same again":         {cached: 7, pushed: 7, previous: 6, epoch: 1, ok: true, slots: 1},
		"an old one":             {cached: 7, pushed: 5, previous: 4, epoch: 1, ok: true, slots: 1},
		"of another epoch":       {cached: 7, pushed: 9, previous: 7, epoch: 2, ok: false, slots: 1},
		"of an older epoch":      {cached: 7, pushed: 9, previous: 7, epoch: 0, ok: true, slots: 1},
		"the first of all":       {pushed: 3, previous: 0, epoch: 1, ok: true, slots: 2},
		"the first, and not new": {pushed: 3, previous: 2, epoch: 1, ok: false, slots: 0},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := fresh(t)
			if err := s.Take(t.Context(), wire.Pulled{Keys: keys(today)}); err != nil {
				t.Fatal(err)
			}
			if c.cached > 0 {
				take(t, s, sheet(today, c.cached, 1))
			}
			pushed := sheet(today, c.pushed, 2)
			pushed.Revision.Epoch = c.epoch
			for i := range pushed.Slots {
				if i > 0 || c.cached == 0 {
					pushed.Slots[i].Holder = booking.Pool
				}
			}
			ok, err := s.Push(t.Context(), pushed, c.previous)
			if err != nil || ok != c.ok {
				t.Errorf("push: ok %v, %v; want %v", ok, err, c.ok)
			}
			if n := len(offersOf(t, s, today)); n != c.slots {
				t.Errorf("the cache has %d slots, want %d", n, c.slots)
			}
		})
	}
}

func TestAPushForADayWithoutAGrantAsksForNothing(t *testing.T) {
	s, _ := fresh(t)
	far := sheet(today.AddDays(30), 80, 3)
	mine := far.Clone()
	for i := range far.Slots {
		far.Slots[i].Holder = booking.Pool
	}
	if ok, err := s.Push(t.Context(), far, 79); err != nil || !ok {
		t.Errorf("a day of others: ok %v, %v", ok, err)
	}
	if ok, err := s.Push(t.Context(), mine, 79); err != nil || ok {
		t.Errorf("a new grant without key: ok %v, %v; want a pull", ok, err)
	}
	if have, _ := s.Have(t.Context()); len(have.Have) != 0 {
		t.Errorf("have = %v", have)
	}
}

func TestAPushMayTakeFromThisTotemAndGiveItNothing(t *testing.T) {
	for name, c := range map[string]struct {
		change func(cached, pushed *booking.Slot)
		ok     bool
	}{
		"a slot of the pool":            {func(was, _ *booking.Slot) { was.Holder = booking.Pool }, false},
		"a slot of another totem":       {func(was, _ *booking.Slot) { was.Holder = "totem-2" }, false},
		"a slot that was void":          {func(was, _ *booking.Slot) { was.State = booking.Void }, false},
		"a slot at another time":        {func(was, _ *booking.Slot) { was.Start = was.Start.Add(time.Minute) }, false},
		"a slot taken away":             {func(_, is *booking.Slot) { is.Holder = booking.Reserve }, true},
		"a slot that is void now":       {func(_, is *booking.Slot) { is.State = booking.Void }, true},
		"a void slot of this totem":     {func(was, is *booking.Slot) { was.Holder, is.State = booking.Pool, booking.Void }, true},
		"a slot from pool to reserve":   {func(was, is *booking.Slot) { was.Holder, is.Holder = booking.Pool, booking.Reserve }, true},
		"nothing but a higher revision": {func(_, _ *booking.Slot) {}, true},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := fresh(t)
			cached, pushed := sheet(today, 7, 2), sheet(today, 8, 2)
			c.change(&cached.Slots[1], &pushed.Slots[1])
			take(t, s, cached)
			if ok, err := s.Push(t.Context(), pushed, 7); err != nil || ok != c.ok {
				t.Fatalf("push: ok %v, %v; want %v", ok, err, c.ok)
			}
			want := uint64(7)
			if c.ok {
				want = 8
			}
			if have, err := s.Have(t.Context()); err != nil || have.Have[0].Revision.Sequence != want {
				t.Errorf("cached: %v, %v; want sequence %d", have.Have, err, want)
			}
			take(t, s, pushed) // a pull is answered to this store
		})
	}
}

func TestANewSheetWithASlotForThisTotemIsNotTakenFromAPush(t *testing.T) {
	s, _ := fresh(t)
	if err := s.Take(t.Context(), wire.Pulled{Keys: keys(today)}); err != nil {
		t.Fatal(err)
	}
	if ok, err := s.Push(t.Context(), sheet(today, 3, 1), 0); err != nil || ok {
		t.Errorf("push: ok %v, %v; want a pull", ok, err)
	}
	if n := len(offersOf(t, s, today)); n != 0 {
		t.Errorf("%d starts on offer", n)
	}
}

func TestAnotherTicketOnAnOwnSlotIsAForkAndNothingIsWritten(t *testing.T) {
	s, _ := fresh(t)
	grant := sheet(today, 1, 2)
	take(t, s, grant)
	mustIssue(t, s, order(t, grant, 0))
	stolen := sheet(today, 2, 2)
	stolen.Slots[0].State, stolen.Slots[0].Ticket.Code = booking.Issued, booking.CodeHash{9}
	other := sheet(tomorrow, 1, 1)

	wantFault(t, s.Take(t.Context(), wire.Pulled{Sheets: []booking.Sheet{other, stolen}, Keys: keys(today, tomorrow)}), "T401")
	_, err := s.Push(t.Context(), stolen, 1)
	wantFault(t, err, "T401")
	have, err := s.Have(t.Context())
	if err != nil || len(have.Have) != 1 || have.Have[0].Revision.Sequence != 1 {
		t.Errorf("cached: %v, %v; want the grant alone", have.Have, err)
	}
	if _, err := s.Issue(t.Context(), order(t, grant, 0)); !errors.Is(err, store.ErrGone) {
		t.Errorf("the slot was given again: %v", err)
	}
}

func TestTheOfficeIsKeptAsItCame(t *testing.T) {
	s, cfg := fresh(t)
	if _, ok, err := s.Office(t.Context()); ok || err != nil {
		t.Fatalf("a new store has an office: %v, %v", ok, err)
	}
	if at, err := s.AsOf(t.Context()); err != nil || !at.IsZero() {
		t.Fatalf("a new cache is of %v, %v", at, err)
	}
	want := booking.Office{ID: office, Zone: "Europe/Rome", Name: locale.Text{locale.Italian: "Anagrafe di Valfiorita"},
		Languages: []locale.Lang{locale.Italian, locale.English}, Lead: 5 * time.Minute,
		Hours:    booking.Hours{Week: [7][]booking.Span{1: {{From: 510, To: 780}}}, Closed: []booking.Day{tomorrow}},
		Queues:   []booking.Queue{{ID: queueA, Prefix: "A", Length: 5 * time.Minute, Prepare: true}},
		Services: []booking.Service{{ID: "carta", Queue: queueA, Sensitive: true}}}
	if err := s.Take(t.Context(), wire.Pulled{Office: &want, Digest: "d1"}); err != nil {
		t.Fatal(err)
	}
	got, ok, err := s.Office(t.Context())
	if diff := cmp.Diff(want, got, sameDay); diff != "" || !ok || err != nil {
		t.Errorf("office (-want +got): %v, %v\n%s", ok, err, diff)
	}
	if have, _ := s.Have(t.Context()); have.Office != "d1" {
		t.Errorf("digest = %q", have.Office)
	}
	if at, err := s.AsOf(t.Context()); err != nil || !at.Equal(cfg.Now().Truncate(time.Minute)) {
		t.Errorf("the cache is of %v, %v", at, err)
	}
	other := want
	other.ID = "altrove"
	if err := s.Take(t.Context(), wire.Pulled{Office: &other, Digest: "d2"}); err == nil {
		t.Error("the office of another place was taken")
	}
}

func TestAContradictionIsLoggedOnceWithoutTheTicket(t *testing.T) {
	_, cfg := fresh(t)
	cfg.Path += "2"
	var log bytes.Buffer
	cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
	s := open(t, cfg)
	grant := sheet(today, 1, 2)
	take(t, s, grant)
	o := order(t, grant, 0)
	mustIssue(t, s, o)

	folded := sheet(today, 2, 2)
	folded.Slots[0].State, folded.Slots[0].Ticket.Code = booking.Issued, o.Code.Hash(dayKey(today))
	take(t, s, folded)
	if strings.Contains(log.String(), "sheet-conflict") {
		t.Fatalf("a folded ticket is no contradiction:\n%s", &log)
	}
	for sequence := uint64(3); sequence < 5; sequence++ {
		stolen := sheet(today, sequence, 2)
		stolen.Slots[0].Holder = booking.Pool
		take(t, s, stolen)
	}
	if n := strings.Count(log.String(), "store.sheet-conflict"); n != 1 {
		t.Errorf("logged %d times:\n%s", n, &log)
	}
	for _, secret := range []string{"A001", string(o.Code), o.Code.Hash(dayKey(today)).String()} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log names the ticket:\n%s", &log)
		}
	}
}
