package scheduler_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/nats-io/nkeys"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/scheduler"
)

// signer draws the key of a totem's device.
func signer(t testing.TB) (pair nkeys.KeyPair, public string) {
	t.Helper()
	pair, err := nkeys.CreateUser()
	must(t, err)
	public, err = pair.PublicKey()
	must(t, err)
	return pair, public
}

// enrol gives totems of the first office their keys.
func (w *world) enrol(totem booking.TotemID, change func(*ledger.Member)) {
	w.t.Helper()
	m, err := w.memory.Member(context.Background(), w.plans[0].Office.ID, totem)
	must(w.t, err)
	change(&m)
	_, err = w.memory.PutMember(context.Background(), m)
	must(w.t, err)
}

// neighbours is an office whose two totems can pass slots on to each other: t1, whose key is pair, and t2.
func neighbours(t testing.TB) (w *world, s *scheduler.Service, pair nkeys.KeyPair) {
	w = newWorld(t, plan(t, "rm001", "Europe/Rome", "t1", "t2"))
	s = w.start()
	w.meet(s, map[booking.TotemID]booking.Incarnation{"t1": storeA, "t2": storeB})
	pair, public := signer(t)
	w.enrol("t1", func(m *ledger.Member) { m.Key = public })
	w.pair = pair
	return w, s, pair
}

// transfer is a slot of queueA that from passes on to a store of to, by its key.
func (w *world) transfer(pair nkeys.KeyPair, from, to booking.TotemID, store booking.Incarnation, slot booking.Slot) booking.Transfer {
	w.t.Helper()
	x := booking.Transfer{
		Key: booking.SheetKey{Office: "rm001", Queue: queueA, Day: monday}, Slot: slot.Number, Start: slot.Start, Hands: slot.Hands + 1,
		From: from, To: to, Store: store,
	}
	signature, err := pair.Sign(x.Signed())
	must(w.t, err)
	x.Proof = booking.Proof(signature)
	return x
}

// given and got are the facts of a transfer, of the one who gave the slot away and of the one who has it now.
func given(store booking.Incarnation, n uint64, x booking.Transfer) booking.Fact {
	f := released(store, n, x.Key.Day, x.Slot, x.Hands)
	f.Kind, f.Peer, f.Store = booking.FactTransferred, x.To, x.Store
	return f
}

func got(n uint64, x booking.Transfer) booking.Fact {
	f := released(x.Store, n, x.Key.Day, x.Slot, x.Hands)
	f.Kind, f.Peer, f.Proof = booking.FactReceived, x.From, x.Proof
	return f
}

func TestWhatATotemGivesBackIsWhereItWasPlanned(t *testing.T) {
	ctx := context.Background()
	w, fold, slots := running(t)
	pool := held(w.sheet("rm001", queueA, monday), booking.Pool)[0]
	_, err := ledger.Change(ctx, w.memory, booking.SheetKey{Office: "rm001", Queue: queueA, Day: monday},
		func(s booking.Sheet) (booking.Sheet, error) { return s.Grant(pool, "t1") })
	must(t, err)
	_, err = ledger.Change(ctx, w.memory, booking.SheetKey{Office: "rm001", Queue: queueA, Day: monday},
		func(s booking.Sheet) (booking.Sheet, error) { return s.Ask(slots[1], booking.AskVoid), nil })
	must(t, err)
	for i, n := range []booking.Number{slots[0], pool, slots[1]} {
		must(t, fold(uint64(i+1), released(storeA, uint64(i+1), monday, n, 2)))
	}
	for n, want := range map[booking.Number]booking.Slot{
		slots[0]: {Holder: booking.Reserve, State: booking.Free}, pool: {Holder: booking.Pool, State: booking.Free},
		slots[1]: {Holder: booking.Reserve, State: booking.Void},
	} {
		if got := w.slot(n); got.Holder != want.Holder || got.State != want.State || got.Hands != 2 || got.Ask != booking.AskNothing {
			t.Errorf("%s is %+v, want %s, %s", n, got, want.Holder, want.State)
		}
	}
	// Told again after the slot was granted to somebody else, it changes nothing.
	_, err = ledger.Change(ctx, w.memory, booking.SheetKey{Office: "rm001", Queue: queueA, Day: monday},
		func(s booking.Sheet) (booking.Sheet, error) { return s.Grant(slots[0], "t2") })
	must(t, err)
	must(t, fold(9, released(storeA, 4, monday, slots[0], 2)))
	if got := w.slot(slots[0]); got.Holder != "t2" {
		t.Errorf("t2 has lost its slot to %s", got.Holder)
	}
}

func TestASlotThatWasPassedOnIsTheReceiversWhoeverTellsFirst(t *testing.T) {
	ctx := context.Background()
	for name, order := range map[string][]string{"the donor": {"t1", "t2"}, "the receiver": {"t2", "t1"}} {
		w, s, pair := neighbours(t)
		slot := w.slot(held(w.sheet("rm001", queueA, monday), "t1")[0])
		x := w.transfer(pair, "t1", "t2", storeB, slot)
		for _, totem := range order {
			fact := map[string]booking.Fact{"t1": given(storeA, 1, x), "t2": got(1, x)}[totem]
			must(t, s.Fold(ctx, "rm001", booking.TotemID(totem), 1, fact))
			if got := w.slot(slot.Number); got.Holder != "t2" || got.Hands != 2 || got.State != booking.Free {
				t.Errorf("%s first, and after %s: %+v", name, totem, got)
			}
		}
		f := issued(storeB, 2, monday, slot.Number)
		must(t, s.Fold(ctx, "rm001", "t2", 2, f))
		if got := w.slot(slot.Number); got.State != booking.Issued || got.Holder != "t2" {
			t.Errorf("%s first: its ticket is %+v", name, got)
		}
		if n := w.events("scheduler.fact-conflict") + w.events("scheduler.fact-parked"); n != 0 {
			t.Errorf("%s first: %d facts set aside:\n%s", name, n, w.log)
		}
	}
}

func TestASlotThatCameBackIsWhereItWentLast(t *testing.T) {
	ctx := context.Background()
	w, s, pair := neighbours(t)
	other, public := signer(t)
	w.enrol("t2", func(m *ledger.Member) { m.Key = public })
	slot := w.slot(held(w.sheet("rm001", queueA, monday), "t1")[0])
	there := w.transfer(pair, "t1", "t2", storeB, slot)
	back := w.transfer(other, "t2", "t1", storeA, booking.Slot{Number: slot.Number, Start: slot.Start, Hands: there.Hands})
	// t1 tells first all that it knows, and t2 is late with everything.
	must(t, s.Fold(ctx, "rm001", "t1", 1, given(storeA, 1, there)))
	must(t, s.Fold(ctx, "rm001", "t1", 2, got(2, back)))
	must(t, s.Fold(ctx, "rm001", "t2", 1, got(1, there)))
	must(t, s.Fold(ctx, "rm001", "t2", 2, given(storeB, 2, back)))
	if got := w.slot(slot.Number); got.Holder != "t1" || got.Hands != 3 {
		t.Errorf("it is %+v, want with t1", got)
	}
	if n := w.events("scheduler.fact-conflict") + w.events("scheduler.fact-parked"); n != 0 {
		t.Errorf("%d facts set aside:\n%s", n, w.log)
	}
}

func TestAHandOverThatIsNotProvedIsSetAsideAndBlocksNothing(t *testing.T) {
	ctx := context.Background()
	for name, spoil := range map[string]func(w *world, x *booking.Transfer){
		"signed by another key": func(w *world, x *booking.Transfer) {
			pair, _ := signer(w.t)
			*x = w.transfer(pair, "t1", "t2", storeB, booking.Slot{Number: x.Slot, Start: x.Start, Hands: x.Hands - 1})
		},
		"for another store": func(w *world, x *booking.Transfer) {
			*x = w.transfer(w.pair, "t1", "t2", booking.Incarnation{0xb, 1}, booking.Slot{Number: x.Slot, Start: x.Start, Hands: x.Hands - 1})
		},
		"with another start": func(w *world, x *booking.Transfer) {
			*x = w.transfer(w.pair, "t1", "t2", storeB, booking.Slot{Number: x.Slot, Start: x.Start.Add(time.Minute), Hands: x.Hands - 1})
		},
		"of another slot":        func(_ *world, x *booking.Transfer) { x.Slot = "A010" },
		"of more hands":          func(_ *world, x *booking.Transfer) { x.Hands++ },
		"by another totem":       func(_ *world, x *booking.Transfer) { x.From = "t2" },
		"by nobody's totem":      func(_ *world, x *booking.Transfer) { x.From = "t9" },
		"by a totem with no key": func(w *world, _ *booking.Transfer) { w.enrol("t1", func(m *ledger.Member) { m.Key = "" }) },
	} {
		w, s, pair := neighbours(t)
		slot := w.slot(held(w.sheet("rm001", queueA, monday), "t1")[0])
		x := w.transfer(pair, "t1", "t2", storeB, slot)
		spoil(w, &x)
		before := w.sheet("rm001", queueA, monday)
		fact := got(1, x)
		fact.ID.Incarnation = storeB
		must(t, s.Fold(ctx, "rm001", "t2", 1, fact))
		if after := w.sheet("rm001", queueA, monday); !slices.Equal(before.Slots, after.Slots) {
			t.Errorf("%s: the sheet has changed", name)
		}
		if n := w.events("scheduler.fact-parked"); n != 1 {
			t.Errorf("%s: %d facts parked:\n%s", name, n, w.log)
		}
		must(t, s.Fold(ctx, "rm001", "t2", 2, issued(storeB, 2, monday, held(before, "t2")[0])))
		if got := w.slot(held(before, "t2")[0]); got.State != booking.Issued {
			t.Errorf("%s: the fact behind it: %+v", name, got)
		}
	}
}

func TestWhatAKeySignedBeforeItWasRevokedStands(t *testing.T) {
	ctx := context.Background()
	w, s, pair := neighbours(t)
	slot := w.slot(held(w.sheet("rm001", queueA, monday), "t1")[0])
	x := w.transfer(pair, "t1", "t2", storeB, slot)
	must(t, first(s.Fence(ctx, "rm001", "t1"))) // which revokes it
	w2 := w.slot(slot.Number)
	if w2.Holder == "t1" {
		t.Fatalf("it is still %+v", w2)
	}
	must(t, s.Fold(ctx, "rm001", "t2", 1, got(1, x)))
	if n := w.events("scheduler.fact-parked"); n != 0 {
		t.Errorf("%d facts parked:\n%s", n, w.log)
	}
}

func TestNoTotemGivesAwayWhatItDoesNotHold(t *testing.T) {
	ctx := context.Background()
	for name, tell := range map[string]func(w *world, pair nkeys.KeyPair, n booking.Number, hands int) booking.Fact{
		"released": func(_ *world, _ nkeys.KeyPair, n booking.Number, hands int) booking.Fact {
			return released(storeA, 1, monday, n, hands)
		},
		"transferred": func(w *world, pair nkeys.KeyPair, n booking.Number, hands int) booking.Fact {
			return given(storeA, 1, w.transfer(pair, "t1", "t1", storeA, booking.Slot{Number: n, Hands: hands - 1}))
		},
		"received": func(w *world, pair nkeys.KeyPair, n booking.Number, hands int) booking.Fact {
			return got(1, w.transfer(pair, "t1", "t1", storeA, booking.Slot{Number: n, Start: w.slot(n).Start, Hands: hands - 1}))
		},
	} {
		for _, of := range []booking.Holder{"t2", booking.Pool} {
			w, s, pair := neighbours(t)
			before := w.sheet("rm001", queueA, monday)
			slot := w.slot(held(before, of)[0])
			must(t, s.Fold(ctx, "rm001", "t1", 1, tell(w, pair, slot.Number, slot.Hands+1)))
			if after := w.sheet("rm001", queueA, monday); !slices.Equal(before.Slots, after.Slots) {
				t.Errorf("%s a slot of %s: it is now %+v", name, of, w.slot(slot.Number))
			}
			if n := w.events("scheduler.fact-conflict"); n != 1 {
				t.Errorf("%s a slot of %s: %d conflicts", name, of, n)
			}
		}
	}
}

func TestASlotThatWasSoldThoughItWasAskedForIsMovedAndRehoused(t *testing.T) {
	ctx := context.Background()
	w, fold, slots := running(t)
	key := booking.SheetKey{Office: "rm001", Queue: queueA, Day: monday}
	_, err := ledger.Change(ctx, w.memory, key, func(s booking.Sheet) (booking.Sheet, error) { return s.Ask(slots[0], booking.AskVoid), nil })
	must(t, err)
	must(t, fold(1, issued(storeA, 1, monday, slots[0])))
	if got := w.slot(slots[0]); !got.Ticket.Moved || !got.Ticket.Expected.IsZero() {
		t.Fatalf("its ticket is %+v", got.Ticket)
	}
	free := len(held(w.sheet("rm001", queueA, monday), booking.Pool))
	must(t, w.start().Tend(ctx))
	got := w.slot(slots[0])
	if got.Ticket.Expected.Before(got.Start) || got.Ticket.Expected.IsZero() || w.events("scheduler.tickets-rehoused") != 1 {
		t.Errorf("after a round its ticket is %+v", got.Ticket)
	}
	if left := len(held(w.sheet("rm001", queueA, monday), booking.Pool)); left != free-1 {
		t.Errorf("%d slots of the pool are left of %d", left, free)
	}
}

func TestAHandOverOfAClosedDayIsCountedAmongNoTickets(t *testing.T) {
	ctx := context.Background()
	w, fold, slots := running(t)
	must(t, fold(1, issued(storeA, 1, monday, slots[0])))
	w.now = monday.End(w.plans[0].Zone)
	must(t, w.tend(w.start()))
	before := w.count(monday, queueA)
	s := w.start()
	must(t, s.Fold(ctx, "rm001", "t1", 2, released(storeA, 2, monday, slots[1], 2)))
	must(t, s.Fold(ctx, "rm001", "t1", 3, released(storeA, 3, monday, slots[2], 2).Counted()))
	after := w.count(monday, queueA)
	if before.Walk != 1 || after.Walk != 1 || after.LateIssued+after.LatePrinted+after.LateArrived+after.LateCancelled != 0 {
		t.Errorf("before %+v, after %+v", before, after)
	}
	if m, err := w.memory.Member(ctx, "rm001", "t1"); err != nil || m.Folded != 3 || w.events("scheduler.fact-counted") != 2 {
		t.Errorf("member %+v, %v", m, err)
	}
}

func TestATicketForASlotInLimboTakesItOutOfLimbo(t *testing.T) {
	w, fold, slots := running(t)
	key := booking.SheetKey{Office: "rm001", Queue: queueA, Day: monday}
	_, err := ledger.Change(context.Background(), w.memory, key, func(s booking.Sheet) (booking.Sheet, error) { return s.Orphan("t1"), nil })
	must(t, err)
	must(t, fold(1, issued(storeA, 1, monday, slots[0])))
	if got := w.slot(slots[0]); got.State != booking.Issued || got.Holder != "t1" {
		t.Errorf("the ticket of its own store: %+v", got)
	}
	w.enrol("t1", func(m *ledger.Member) { m.Fenced, m.Incarnation = []booking.Incarnation{storeA}, booking.Incarnation{} })
	must(t, fold(2, issued(storeA, 2, monday, slots[1])))
	if got := w.slot(slots[1]); got.State != booking.Issued || got.Holder != "t1" {
		t.Errorf("the ticket of a store that was fenced: %+v", got)
	}
}
