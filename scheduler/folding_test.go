package scheduler_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"example.org/totem/booking"
)

// running returns a world with a service, totem t1 of store A, and the slots that it holds on Monday.
func running(t *testing.T) (*world, folder, []booking.Number) {
	t.Helper()
	ctx := context.Background()
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1", "t2"))
	s := w.start()
	must(t, s.Tend(ctx))
	_, err := w.hello(s, "rm001", "t1", hello(storeA, 0))
	must(t, err)
	return w, func(sequence uint64, f booking.Fact) error { return s.Fold(ctx, "rm001", "t1", sequence, f) },
		held(w.sheet("rm001", queueA, monday), "t1")
}

type folder func(sequence uint64, f booking.Fact) error

func (w *world) slot(n booking.Number) booking.Slot {
	s := w.sheet("rm001", queueA, monday)
	i, ok := s.Find(n)
	if !ok {
		w.t.Fatalf("no slot %s", n)
	}
	return s.Slots[i]
}

func TestAFactIsFoldedExactlyOnceHoweverOftenItComes(t *testing.T) {
	w, fold, slots := running(t)
	facts := []booking.Fact{
		issued(storeA, 1, monday, slots[0]),
		printed(storeA, 2, monday, slots[0], booking.PaperUnknown),
		issued(storeA, 3, monday, slots[1]),
		printed(storeA, 4, monday, slots[0], booking.PaperPrinted),
	}
	for i := range facts {
		for j := 0; j <= i; j++ { // with every new fact all old ones come again
			must(t, fold(uint64(j+1), facts[j]))
		}
	}
	if got := w.slot(slots[0]); got.State != booking.Issued || got.Ticket.Code != code(1) || got.Ticket.Paper != booking.PaperPrinted {
		t.Errorf("first slot %+v", got)
	}
	if got := w.slot(slots[1]); got.State != booking.Issued || got.Ticket.Code != code(3) || got.Ticket.Paper != booking.PaperUntold {
		t.Errorf("second slot %+v", got)
	}
	if n := w.events("scheduler.fact-folded"); n != 4 {
		t.Errorf("%d facts folded, want 4", n)
	}
	if n := w.events("scheduler.fact-conflict") + w.events("scheduler.fact-parked"); n != 0 {
		t.Errorf("%d facts set aside", n)
	}
}

func TestAFactThatContradictsTheLedgerIsSetAsideAndBlocksNothing(t *testing.T) {
	w, fold, slots := running(t)
	pool := held(w.sheet("rm001", queueA, monday), booking.Pool)[0]
	must(t, fold(1, issued(storeA, 1, monday, pool)))                            // not the totem's
	must(t, fold(2, issued(storeA, 2, monday, "A999")))                          // no such slot
	must(t, fold(3, printed(storeA, 3, monday, slots[2], booking.PaperPrinted))) // no ticket
	must(t, fold(4, issued(storeA, 4, monday, slots[0])))                        // right
	must(t, fold(5, issued(storeA, 5, monday, slots[0])))                        // another ticket on it
	must(t, fold(6, issued(storeA, 6, monday, slots[1])))                        // right
	must(t, fold(7, issued(storeA, 7, monday.AddDays(90), slots[1])))            // no such sheet
	if n := w.events("scheduler.fact-conflict"); n != 5 {
		t.Errorf("%d conflicts, want 5", n)
	}
	if got := w.slot(pool); got.State != booking.Free || got.Holder != booking.Pool {
		t.Errorf("the pool's slot: %+v", got)
	}
	if a, b := w.slot(slots[0]), w.slot(slots[1]); a.Ticket.Code != code(4) || b.Ticket.Code != code(6) {
		t.Errorf("slots %+v, %+v", a, b)
	}
	for _, n := range []booking.Number{pool, slots[0], "A999"} {
		if strings.Contains(w.log.String(), string(n)) {
			t.Errorf("the log names ticket %s", n)
		}
	}
}

func TestAStrangeStoresFactIsParkedAndChangesNothing(t *testing.T) {
	w, fold, slots := running(t)
	must(t, fold(1, issued(storeB, 1, monday, slots[0])))
	if got := w.slot(slots[0]); got.State != booking.Free {
		t.Errorf("slot %+v", got)
	}
	if n := w.events("scheduler.fact-parked"); n != 1 {
		t.Errorf("%d facts parked, want 1", n)
	}
	must(t, fold(2, issued(storeA, 1, monday, slots[0])))
	if got := w.slot(slots[0]); got.Ticket.Code != code(1) {
		t.Errorf("slot %+v", got)
	}
}

func TestATicketThatAFencedStoreGaveIsNotSoldAgain(t *testing.T) {
	ctx := context.Background()
	w, fold, slots := running(t)
	s := w.start()
	_, err := s.Fence(ctx, "rm001", "t1")
	must(t, err)
	must(t, fold(9, issued(storeA, 1, monday, slots[0])))
	if got := w.slot(slots[0]); got.State != booking.Issued || got.Ticket.Code != code(1) {
		t.Errorf("slot %+v", got)
	}
	m, err := w.memory.Member(ctx, "rm001", "t1")
	must(t, err)
	if m.Sequence != 9 || !m.Incarnation.IsZero() {
		t.Errorf("member %+v", m)
	}
}

func TestAFactThatTheLinkCannotReadIsParkedAndTheNextIsFolded(t *testing.T) {
	ctx := context.Background()
	w, fold, slots := running(t)
	s := w.start()
	for range 2 {
		must(t, s.Park(ctx, "rm001", "t1", 1, booking.FactID{Incarnation: storeA, N: 1}, errors.New("a kind of tomorrow")))
	}
	if n := w.events("scheduler.fact-parked"); n != 1 {
		t.Errorf("parked %d times, want once", n)
	}
	must(t, s.Park(ctx, "rm001", "t1", 2, booking.FactID{}, errors.New("no fact at all")))
	must(t, fold(3, issued(storeA, 2, monday, slots[0])))
	if got := w.slot(slots[0]); got.State != booking.Issued {
		t.Errorf("slot %+v", got)
	}
	m, err := w.memory.Member(ctx, "rm001", "t1")
	must(t, err)
	if m.Folded != 2 || m.Sequence != 3 {
		t.Errorf("member %+v", m)
	}
}
