package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
)

// The other totem of the office, and the life of its store.
const otherTotem = booking.TotemID("totem-2")

var otherStore = booking.Incarnation{7, 7, 7, 7, 7, 7, 7, 7}

// proofOf stands for a signature.
func proofOf(b []byte) (p booking.Proof, err error) {
	copy(p[:], b[len(b)-min(len(b), len(p)):])
	return p, nil
}

// giving passes up to so many of today's slots on to the other totem.
func giving(most int) store.Giving {
	return store.Giving{To: otherTotem, Store: otherStore, Queue: queueA, Day: today, Most: most, Sign: proofOf}
}

func give(t *testing.T, s *store.Store, most int) []booking.Transfer {
	t.Helper()
	given, err := s.Give(t.Context(), giving(most))
	must(t, err)
	return given
}

// passed is a slot of a sheet that the other totem passes on to s.
func passed(s *store.Store, sheet booking.Sheet, i, hands int) booking.Transfer {
	slot := booking.Transfer{Key: sheet.SheetKey, Slot: sheet.Slots[i].Number, Start: sheet.Slots[i].Start, Hands: hands,
		From: otherTotem, To: totem, Store: s.Incarnation()}
	slot.Proof, _ = proofOf(slot.Signed())
	return slot
}

func receive(t *testing.T, s *store.Store, want int, slots ...booking.Transfer) {
	t.Helper()
	if taken, err := s.Receive(t.Context(), slots); taken != want || err != nil {
		t.Errorf("%d of %d slots are held, %v; want %d", taken, len(slots), err, want)
	}
}

// theirs is a sheet of n slots of the other totem, after the given revision.
func theirs(sequence uint64, n int) booking.Sheet {
	s := sheet(today, sequence, n)
	for i := range s.Slots {
		s.Slots[i].Holder = booking.HeldBy(otherTotem)
	}
	return s
}

// issued issues what can be issued of a sheet, and returns the numbers.
func issued(t *testing.T, s *store.Store, sheet booking.Sheet) (numbers []booking.Number) {
	t.Helper()
	for i := range sheet.Slots {
		switch _, err := s.Issue(t.Context(), order(t, sheet, i)); {
		case err == nil:
			numbers = append(numbers, sheet.Slots[i].Number)
		case !errors.Is(err, store.ErrGone):
			t.Fatal(err)
		}
	}
	return numbers
}

// offered returns the numbers on offer today where no two slots start together.
func offered(t *testing.T, s *store.Store) (numbers []booking.Number) {
	t.Helper()
	for _, start := range offersOf(t, s, today) {
		if start.Number != "" {
			numbers = append(numbers, start.Number)
		}
	}
	return numbers
}

func numbers(all ...int) (numbers []booking.Number) {
	for _, n := range all {
		numbers = append(numbers, booking.NewNumber("A", n))
	}
	return numbers
}

func wantNumbers(t *testing.T, what string, got []booking.Number, want ...int) {
	t.Helper()
	if diff := cmp.Diff(numbers(want...), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// handFact is a fact of a slot of today, without number and time.
func handFact(kind booking.FactKind, slot int, hands int) booking.Fact {
	f := booking.Fact{Kind: kind, Day: today, Queue: queueA, Slot: booking.NewNumber("A", slot), Hands: hands}
	if kind == booking.FactTransferred {
		f.Peer, f.Store = otherTotem, otherStore
	}
	return f
}

func wantFacts(t *testing.T, s *store.Store, want ...booking.Fact) {
	t.Helper()
	facts := outboxOf(t, s)
	for i := range facts {
		facts[i].ID, facts[i].At = booking.FactID{}, time.Time{}
	}
	if diff := cmp.Diff(want, facts, sameDay); diff != "" {
		t.Errorf("facts (-want +got):\n%s", diff)
	}
}

func TestWhatASheetAsksBackIsGivenBackWithItUnlessItWasSold(t *testing.T) {
	asking := func(sequence uint64) booking.Sheet {
		asks := sheet(today, sequence, 6)
		asks.Slots[0].Ask, asks.Slots[1].Ask, asks.Slots[2].Ask = booking.AskBack, booking.AskVoid, booking.AskBack
		asks.Slots[2].Holder = booking.HeldBy(otherTotem)
		asks.Slots[3].Ask, asks.Slots[3].Hands = booking.AskBack, 4
		asks.Slots[4].Ask, asks.Slots[4].Hands = booking.AskBack, booking.MostHands
		return asks
	}
	for name, tell := range map[string]func(*testing.T, *store.Store){
		"pulled": func(t *testing.T, s *store.Store) { take(t, s, asking(2)) },
		"pushed": func(t *testing.T, s *store.Store) {
			take(t, s, asking(2)) // a push may not raise the Hands of a slot of this totem
			if ok, err := s.Push(t.Context(), asking(3), 2); !ok || err != nil {
				t.Errorf("pushed: %v, %v", ok, err)
			}
		},
		"granted": func(t *testing.T, s *store.Store) {
			must(t, s.Join(t.Context(), 1))
			takeGranted(t, s, wire.Granted{Sheet: asking(2), Key: dayKey(today)}, footing(t, s))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, cfg := fresh(t)
			grant := sheet(today, 1, 6)
			take(t, s, grant)
			mustIssue(t, s, order(t, grant, 1))
			outboxOf(t, s)
			tell(t, s)
			s = reopen(t, s, cfg)
			wantNumbers(t, "on offer", offered(t, s), 5, 6)
			wantNumbers(t, "issued", issued(t, s, grant), 5, 6)
			facts := outboxOf(t, s)
			if len(facts) != 4 || facts[0].Kind != booking.FactReleased || facts[0].Slot != "A001" || facts[0].Hands != 1 ||
				facts[1].Kind != booking.FactReleased || facts[1].Slot != "A004" || facts[1].Hands != 5 {
				t.Errorf("facts %+v", facts)
			}
		})
	}
}

func TestAPushThatAsksBackIsAnsweredAtOnce(t *testing.T) {
	s, _ := fresh(t)
	take(t, s, sheet(today, 1, 3))
	asks := sheet(today, 2, 3)
	asks.Slots[1].Ask = booking.AskVoid
	if ok, err := s.Push(t.Context(), asks, 1); !ok || err != nil {
		t.Fatalf("pushed: %v, %v", ok, err)
	}
	wantFacts(t, s, handFact(booking.FactReleased, 2, 1))
	wantNumbers(t, "on offer", offered(t, s), 1, 3)
}

func TestASlotThatWasGivenBackStaysSoUntilItIsGrantedAgain(t *testing.T) {
	s, cfg := fresh(t)
	grant := sheet(today, 1, 2)
	take(t, s, grant)
	if n, err := s.ReleaseDue(t.Context(), grant.Slots[0].Start.Add(-time.Hour), grant.Slots[1].Start); n != 1 || err != nil {
		t.Fatalf("%d are given back, %v", n, err)
	}
	push := func(sequence uint64, change func(*booking.Slot)) bool {
		later := sheet(today, sequence, 2)
		change(&later.Slots[0])
		ok, err := s.Push(t.Context(), later, sequence-1)
		must(t, err)
		return ok
	}
	// The ledger has not heard of it yet: its sheets still have the slot as this totem's.
	take(t, s, sheet(today, 2, 2))
	if !push(3, func(*booking.Slot) {}) {
		t.Error("an older word wants a pull")
	}
	s = reopen(t, s, cfg)
	wantNumbers(t, "on offer", offered(t, s), 2)
	if got := offersOf(t, s, today)[0]; got.Open != 1 || got.Places != 0 {
		t.Errorf("what was given back can be had of the scheduler: %+v", got)
	}
	if !push(4, func(slot *booking.Slot) { slot.Holder, slot.Hands = booking.Pool, 1 }) {
		t.Error("what became of it wants a pull")
	}
	granted := func(slot *booking.Slot) { slot.Hands = 2 }
	if push(5, granted) {
		t.Error("it was granted again by a push")
	}
	wantNumbers(t, "on offer", offered(t, s), 2)
	again := sheet(today, 5, 2)
	granted(&again.Slots[0])
	take(t, s, again)
	wantNumbers(t, "on offer", offered(t, s), 1, 2)
	wantNumbers(t, "issued", issued(t, s, again), 1, 2)
}

func TestASheetWithAsManyHandsKnowsNoMoreThanTheStore(t *testing.T) {
	s, _ := fresh(t)
	grant := sheet(today, 1, 3)
	grant.Slots[2].Holder = booking.HeldBy(otherTotem)
	take(t, s, grant)
	if n, err := s.ReleaseDue(t.Context(), grant.Slots[0].Start.Add(-time.Minute), grant.Slots[1].Start); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	receive(t, s, 1, passed(s, grant, 2, 1))
	told := sheet(today, 2, 3)
	told.Slots[0].Hands, told.Slots[2].Hands, told.Slots[2].Holder = 1, 1, booking.Limbo
	take(t, s, told)
	wantNumbers(t, "on offer", offered(t, s), 2, 3)
	if got := mine(t, s, today).Slots; got[0].Holder != booking.Reserve || got[2].Holder != me {
		t.Errorf("told %+v", got)
	}
	wantNumbers(t, "issued", issued(t, s, told), 2, 3)
}

// A ledger that was set back may grant a slot of which a ticket was shown here.
func TestASlotWhoseTicketWasShownHereIsNotHandedOver(t *testing.T) {
	s, _ := fresh(t)
	sold := sheet(today, 90, 4)
	for i := range sold.Slots {
		sold.Slots[i].Holder, sold.Slots[i].State, sold.Slots[i].Ticket.Code = booking.Pool, booking.Issued, booking.CodeHash{byte(i + 1)}
	}
	take(t, s, sold)
	for i, slot := range sold.Slots[:3] {
		must(t, second(s.Arrive(t.Context(), sold.SheetKey, slot.Number, booking.CodeHash{byte(i + 1)})))
	}
	outboxOf(t, s)
	word := anew(today, 5, 4)
	word.Slots[0].Ask = booking.AskVoid
	word.Slots[2].Holder = booking.HeldBy(otherTotem)
	take(t, s, word)
	if free, err := s.Free(t.Context(), today, time.Time{}); free[queueA] != 1 || err != nil {
		t.Errorf("free %v, %v", free, err)
	}
	receive(t, s, 0, passed(s, word, 2, 1))
	if given := give(t, s, 9); len(given) > 0 {
		t.Errorf("given %v", given)
	}
	if n, err := s.ReleaseDue(t.Context(), today.Start(rome), word.Slots[3].Start); n != 0 || err != nil {
		t.Errorf("%d are given back, %v", n, err)
	}
	wantFacts(t, s)
	for i, slot := range mine(t, s, today).Slots[:3] {
		if slot.State != booking.Arrived || slot.Ask != booking.AskNothing {
			t.Errorf("slot %d is told as %+v", i, slot)
		}
	}
}

func TestAPushedSheetGivesNothingThatIsNotHeldAlready(t *testing.T) {
	s, _ := fresh(t)
	take(t, s, theirs(1, 3))
	receive(t, s, 1, passed(s, theirs(1, 3), 0, 1))
	told := theirs(2, 3)
	told.Slots[0].Holder, told.Slots[0].Hands = me, 1 // the ledger has heard of it
	if ok, err := s.Push(t.Context(), told, 1); !ok || err != nil {
		t.Errorf("what is held already wants a pull: %v, %v", ok, err)
	}
	told.Revision.Sequence = 3
	told.Slots[1].Holder, told.Slots[1].Hands = me, 1
	if ok, err := s.Push(t.Context(), told, 2); ok || err != nil {
		t.Errorf("a push gave a slot: %v, %v", ok, err)
	}
}

// A ledger that began anew is told what the store holds; what was handed over after that, or is on a sheet that it wrote before it
// was told, must be told once more.
func TestAHandOverIsToldOnceMoreToALedgerThatForgotIt(t *testing.T) {
	s, cfg := fresh(t)
	grant := sheet(today, 90, 6)
	grant.Slots[0].Ask = booking.AskBack
	take(t, s, grant)
	if given := give(t, s, 2); len(given) != 2 || given[0].Slot != "A003" || given[1].Slot != "A005" {
		t.Fatalf("given %v", given)
	}
	first := []booking.Fact{handFact(booking.FactReleased, 1, 1), handFact(booking.FactTransferred, 3, 1), handFact(booking.FactTransferred, 5, 1)}
	take(t, s, anew(today, 5, 6)) // while the facts still wait
	wantFacts(t, s, first...)
	take(t, s, sheet(today, 91, 6)) // older
	wantFacts(t, s)
	word := anew(today, 6, 6)
	take(t, s, word)
	s = reopen(t, s, cfg)
	wantFacts(t, s, first...)
	word.Revision.Sequence++
	take(t, s, word)
	wantFacts(t, s)
	wantNumbers(t, "on offer", offered(t, s), 2, 4, 6)
}

func TestANewLedgerIsToldWhoHoldsASlotNow(t *testing.T) {
	s, cfg := fresh(t)
	grant := sheet(today, 1, 9)
	for _, i := range []int{5, 6, 7} {
		grant.Slots[i].Holder = booking.HeldBy(otherTotem)
	}
	grant.Slots[7].Hands = 3
	take(t, s, grant)
	start := grant.Slots[0].Start
	if n, err := s.ReleaseDue(t.Context(), start.Add(-time.Minute), start.Add(time.Minute)); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	receive(t, s, 3, passed(s, grant, 5, 1), passed(s, grant, 6, 1), passed(s, grant, 7, 4))
	o := order(t, grant, 6)
	mustIssue(t, s, o)
	if given := give(t, s, 1); len(given) != 1 || given[0].Slot != "A003" {
		t.Fatalf("given %v", given)
	}
	later := grant
	later.Revision.Sequence = 2
	later.Slots = slices.Clone(grant.Slots)
	later.Slots[7].Holder, later.Slots[7].Hands = booking.Pool, 9 // what came after
	later.Slots[8].Ask = booking.AskVoid
	take(t, s, later)
	want := later
	want.Slots = slices.Clone(later.Slots)
	want.Slots[0].Holder, want.Slots[0].Hands = booking.Reserve, 1
	want.Slots[2].Holder, want.Slots[2].Hands = booking.HeldBy(otherTotem), 1
	want.Slots[5].Holder, want.Slots[5].Hands = me, 1
	want.Slots[6] = given(o, booking.PaperUntold)
	want.Slots[6].Hands = 1
	want.Slots[8].Holder, want.Slots[8].Hands, want.Slots[8].Ask, want.Slots[8].State = booking.Reserve, 1, booking.AskNothing, booking.Void
	for range 2 {
		if diff := cmp.Diff(want, mine(t, s, today), sameDay); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		s = reopen(t, s, cfg)
	}
}

// What the ledger says of tickets goes into the cache and out again.
func TestWhenABearerIsExpectedIsKept(t *testing.T) {
	s, cfg := fresh(t)
	grant := sheet(today, 1, 3)
	take(t, s, grant)
	o := order(t, grant, 1)
	mustIssue(t, s, o)
	for i, expected := range []time.Time{{}, grant.Slots[2].Start, {}} {
		told := sheet(today, uint64(i+2), 3)
		told.Slots[1] = given(o, booking.PaperUntold)
		told.Slots[1].Hands, told.Slots[1].Ticket.Moved, told.Slots[1].Ticket.Expected = 2, i < 2, expected
		take(t, s, told)
		s = reopen(t, s, cfg)
		r, ok, err := s.Find(t.Context(), o.Code)
		if diff := cmp.Diff(told.Slots[1], r.Slot); diff != "" || !ok || err != nil {
			t.Errorf("found %v, %v (-want +got):\n%s", ok, err, diff)
		}
		if diff := cmp.Diff(told, mine(t, s, today), sameDay); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	}
}

func TestATicketOnASlotThatWasAskedToBeVoidIsToldAsMoved(t *testing.T) {
	s, _ := fresh(t)
	grant := sheet(today, 1, 2)
	take(t, s, grant)
	o := order(t, grant, 0)
	mustIssue(t, s, o)
	asks := sheet(today, 2, 2)
	asks.Slots[0].Ask = booking.AskVoid
	take(t, s, asks)
	if slot := mine(t, s, today).Slots[0]; slot.State != booking.Issued || !slot.Ticket.Moved || slot.Ask != booking.AskNothing {
		t.Errorf("told %+v", slot)
	}
}
