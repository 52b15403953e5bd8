package scheduler_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/scheduler"
)

// shown is the fact that a bearer showed a store the ticket on a slot, to check in or to give it back.
func shown(store booking.Incarnation, n uint64, kind booking.FactKind, slot booking.Number, ticket booking.CodeHash) booking.Fact {
	f := issued(store, n, monday, slot)
	f.Kind, f.Code = kind, ticket
	return f
}

// webTicket books a slot of the pool and returns it.
func (w *world) webTicket(s *scheduler.Service) booking.Slot {
	w.t.Helper()
	slot, err := s.Book(context.Background(), "rm001", queueA, monday, ledger.Want{}, "482917305560")
	must(w.t, err)
	return w.slot(slot.Number)
}

func TestAnyTotemOfTheOfficeTellsOfAnyTicketAndItIsFoldedOnce(t *testing.T) {
	ctx := context.Background()
	w, fold, slots := running(t)
	s := w.start()
	must(t, first(w.hello(s, "rm001", "t2", hello(storeB, 0))))
	fold2 := func(sequence uint64, f booking.Fact) error { return s.Fold(ctx, "rm001", "t2", sequence, f) }
	web := w.webTicket(s)
	must(t, fold(1, issued(storeA, 1, monday, slots[0])))
	must(t, fold(2, issued(storeA, 2, monday, slots[1])))
	told := []booking.Fact{
		shown(storeB, 1, booking.FactArrived, slots[0], code(1)), // given by the other totem
		shown(storeB, 2, booking.FactCancelled, slots[1], code(2)),
		shown(storeB, 3, booking.FactArrived, web.Number, web.Ticket.Code), // and by none
		shown(storeB, 4, booking.FactCancelled, web.Number, web.Ticket.Code),
	}
	for i := range told {
		for j := 0; j <= i; j++ { // with every new fact all old ones come again
			must(t, fold2(uint64(j+11), told[j]))
		}
	}
	// What the other totem tells late, or tells too, takes nothing back.
	must(t, fold(3, shown(storeA, 3, booking.FactArrived, slots[0], code(1))))
	must(t, fold(4, shown(storeA, 4, booking.FactArrived, slots[1], code(2))))
	must(t, fold(5, printed(storeA, 5, monday, slots[1], booking.PaperNotPrinted)))
	for n, want := range map[booking.Number]booking.State{slots[0]: booking.Arrived, slots[1]: booking.Cancelled, web.Number: booking.Cancelled} {
		if got := w.slot(n).State; got != want {
			t.Errorf("%s is %v, want %v", n, got, want)
		}
	}
	if n := w.events("scheduler.fact-folded"); n != len(told)+4 {
		t.Errorf("%d facts folded, want %d", n, len(told)+4)
	}
	if passed, wrong := w.events("scheduler.fact-passed"), w.events("scheduler.fact-conflict")+w.events("scheduler.fact-parked"); passed != 1 || wrong != 0 {
		t.Errorf("%d came too late, want 1; %d are set aside", passed, wrong)
	}
	// A slot whose ticket was given back is nobody's to sell.
	free := len(held(w.sheet("rm001", queueA, monday), booking.Pool))
	for _, code := range []booking.Code{"111111111112", "111111111123", "111111111134", "111111111145", "111111111156"} {
		slot, err := s.Book(ctx, "rm001", queueA, monday, ledger.Want{}, code)
		switch free--; {
		case err != nil != (free < 0):
			t.Errorf("with %d free slots in the pool: %v", free+1, err)
		case err == nil && slot.Number == web.Number:
			t.Error("the slot is sold again")
		}
	}
	must(t, s.Tend(ctx))
	must(t, first(s.Fence(ctx, "rm001", "t1")))
	must(t, s.Tend(ctx))
	if got := w.slot(slots[1]); got.State != booking.Cancelled || got.Ticket.Code != code(2) || got.Ticket.Paper != booking.PaperNotPrinted {
		t.Errorf("after a fence %+v", got)
	}
	for _, n := range []string{string(slots[0]), string(web.Number), web.Ticket.Code.String()} {
		if strings.Contains(w.log.String(), n) {
			t.Errorf("the log names %s", n)
		}
	}
}

func TestACheckInThatDoesNotFitChangesNothingAndBlocksNothing(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1", "t2"), plan(t, "rm002", "Europe/Rome", "t1"))
	s := w.start()
	must(t, s.Tend(ctx))
	must(t, first(w.hello(s, "rm001", "t1", hello(storeA, 0))))
	must(t, first(w.hello(s, "rm002", "t1", hello(storeB, 0))))
	mine, theirs := held(w.sheet("rm001", queueA, monday), "t1"), held(w.sheet("rm002", queueA, monday), "t1")
	must(t, s.Fold(ctx, "rm002", "t1", 1, issued(storeB, 1, monday, theirs[0]))) // another office's ticket
	must(t, s.Fold(ctx, "rm001", "t1", 1, issued(storeA, 1, monday, mine[1])))
	before, other := w.sheet("rm001", queueA, monday), w.sheet("rm002", queueA, monday)
	n := uint64(1)
	for _, kind := range []booking.FactKind{booking.FactArrived, booking.FactCancelled} {
		for _, f := range []booking.Fact{
			shown(storeA, 0, kind, mine[1], code(77)),  // another's code
			shown(storeA, 0, kind, mine[0], code(1)),   // no ticket; where the same slot of another office has one
			shown(storeA, 0, kind, theirs[0], code(1)), // the code of a ticket of another office
			shown(storeA, 0, kind, "A999", code(1)),    // no slot
		} {
			n++
			f.ID.N = n
			must(t, s.Fold(ctx, "rm001", "t1", n, f))
		}
	}
	if got := w.events("scheduler.fact-conflict"); got != int(n-1) {
		t.Errorf("%d conflicts, want %d", got, n-1)
	}
	for id, want := range map[booking.OfficeID]booking.Sheet{"rm001": before, "rm002": other} {
		if got := w.sheet(id, queueA, monday); !slices.Equal(got.Slots, want.Slots) {
			t.Errorf("the sheet of %s has changed", id)
		}
	}
	must(t, s.Fold(ctx, "rm001", "t1", n+1, shown(storeA, n+1, booking.FactArrived, mine[1], code(1))))
	if got := w.slot(mine[1]); got.State != booking.Arrived {
		t.Errorf("the fact behind them: %+v", got)
	}
}

func TestACheckInOfAFencedStoreIsSetAside(t *testing.T) {
	ctx := context.Background()
	w, fold, slots := running(t)
	s := w.start()
	must(t, fold(1, issued(storeA, 1, monday, slots[0])))
	must(t, first(s.Fence(ctx, "rm001", "t1")))
	must(t, fold(2, shown(storeA, 2, booking.FactCancelled, slots[0], code(1))))
	if got := w.slot(slots[0]); got.State != booking.Issued {
		t.Errorf("slot %+v", got)
	}
	if n := w.events("scheduler.fact-parked"); n != 1 {
		t.Errorf("%d facts parked, want 1", n)
	}
}

// A totem knows another's ticket only from the ledger, so a check-in can come before the ticket only to a ledger that was
// set back: first the facts that its stream still holds, then the totems that tell what they hold.
func TestACheckInThatComesBeforeItsTicketIsMadeGoodByTheMerge(t *testing.T) {
	for _, kind := range []booking.FactKind{booking.FactArrived, booking.FactCancelled} {
		w, fold, _ := running(t)
		s := w.start()
		old := copyOf(t, w.memory, "rm001")
		giver, told := newTeller("t1", storeA), newTeller("t2", storeB)
		giver.sync(w, s)
		told.sync(w, s)
		f := giver.issue(t)
		must(t, fold(1, f))
		told.pull(w, s) // from here on it knows the ticket, and its bearer comes
		key := booking.SheetKey{Office: "rm001", Queue: queueA, Day: monday}
		told.n++
		come := shown(storeB, 1, kind, f.Slot, f.Code)
		sheet, err := told.cache[key].Arrive(f.Slot, f.Code)
		if kind == booking.FactCancelled {
			sheet, err = told.cache[key].Cancel(f.Slot, f.Code)
		}
		must(t, err)
		told.cache[key] = sheet

		w.setBack(old)
		s = w.start()
		must(t, first(old.Raise(context.Background(), giver.epoch)))
		ctx := context.Background()
		// Nobody has told the ledger anything yet.
		m, err := w.memory.Member(ctx, "rm001", "t2")
		must(t, err)
		m.Incarnation = storeB
		must(t, first(w.memory.PutMember(ctx, m)))
		must(t, s.Fold(ctx, "rm001", "t2", 1, come))
		if got := w.slot(f.Slot); got.State != booking.Free || w.events("scheduler.fact-conflict") != 1 {
			t.Errorf("%s of a ticket that the ledger has lost: %+v", kind, got)
		}
		want := sheet.Slots[place(t, sheet, f.Slot)]
		told.told = 1
		told.sync(w, s)
		for range 2 { // told before its giver, and after it
			if got := w.slot(f.Slot); got != want {
				t.Errorf("%s: after the merge %+v, want %+v", kind, got, want)
			}
			giver.told, giver.n = 1, 1
			giver.sync(w, s)
		}
	}
}

func place(t *testing.T, s booking.Sheet, n booking.Number) int {
	t.Helper()
	i, ok := s.Find(n)
	if !ok {
		t.Fatalf("no slot %s", n)
	}
	return i
}
