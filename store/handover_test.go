package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/paper"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
)

// mine returns the one sheet of a day that the store tells a new ledger.
func mine(t *testing.T, s *store.Store, day booking.Day) booking.Sheet {
	t.Helper()
	sheets, _, err := s.Mine(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, sheet := range sheets {
		if err := sheet.Check(); err != nil {
			t.Error(err)
		}
		if _, err := wire.EncodeSheet(wire.Newest, sheet); err != nil {
			t.Error(err)
		}
		if sheet.Day == day {
			return sheet
		}
	}
	t.Fatalf("no sheet of %s", day)
	return booking.Sheet{}
}

// given is a slot with this totem's ticket.
func given(o store.Order, p booking.Paper) booking.Slot {
	return booking.Slot{Number: o.Number, Start: o.Start, Holder: me, State: booking.Issued,
		Ticket: booking.Ticket{Code: o.Code.Hash(dayKey(o.Key.Day)), Paper: p}}
}

func TestANewLedgerIsToldTheOwnTicketsWhateverTheSheetSaid(t *testing.T) {
	for name, change := range map[string]func(slot *booking.Slot){
		"free yet":          func(*booking.Slot) {},
		"the pool's":        func(slot *booking.Slot) { slot.Holder = booking.Pool },
		"another totem's":   func(slot *booking.Slot) { slot.Holder = "totem-2" },
		"taken out of sale": func(slot *booking.Slot) { slot.State = booking.Void },
		"at another time":   func(slot *booking.Slot) { slot.Start = slot.Start.Add(200 * time.Minute) },
		"somebody else's ticket": func(slot *booking.Slot) {
			*slot = booking.Slot{Number: slot.Number, Start: slot.Start, Holder: booking.Pool, State: booking.Called, Ticket: booking.Ticket{Code: booking.CodeHash{9}}}
		},
		"not on the sheet": nil,
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := fresh(t)
			grant := sheet(today, 1, 4)
			take(t, s, grant)
			o := order(t, grant, 1)
			job := mustIssue(t, s, o)
			later := sheet(today, 2, 4)
			switch {
			case change == nil:
				later.Slots = append(later.Slots[:1], later.Slots[2:]...)
			default:
				change(&later.Slots[1])
				if moved := later.Slots[1]; moved.Start.After(later.Slots[3].Start) {
					later.Slots = append(append(later.Slots[:1:1], later.Slots[2:]...), moved)
				}
			}
			take(t, s, later)
			if err := s.JobEnded(t.Context(), job, paper.Result{Outcome: paper.NotPrinted}); err != nil {
				t.Fatal(err)
			}
			want := sheet(today, 2, 4)
			want.Slots[1] = given(o, booking.PaperNotPrinted)
			if name == "at another time" { // free at that time: it is what was promised that counts
				want.Slots[1].Start = o.Start
			}
			if diff := cmp.Diff(want, mine(t, s, today), sameDay); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
		})
	}
}

func TestANewLedgerIsToldWhatTheOldOneKnewOfATicket(t *testing.T) {
	s, _ := fresh(t)
	grant := sheet(today, 1, 2)
	take(t, s, grant)
	o := order(t, grant, 0)
	job := mustIssue(t, s, o)
	known := sheet(today, 2, 2)
	known.Slots[0] = given(o, booking.PaperUnknown)
	known.Slots[0].State, known.Slots[0].Ticket.Returns = booking.Served, 2
	known.Slots[1] = booking.Slot{Number: "A002", Start: known.Slots[1].Start, Holder: booking.Pool, State: booking.Arrived,
		Ticket: booking.Ticket{Code: booking.CodeHash{8}, Returns: 1}}
	take(t, s, known)
	if diff := cmp.Diff(known, mine(t, s, today), sameDay); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	if err := s.JobEnded(t.Context(), job, paper.Result{Outcome: paper.Printed}); err != nil {
		t.Fatal(err)
	}
	known.Slots[0].Ticket.Paper = booking.PaperPrinted // nobody knows better what became of the slip
	if diff := cmp.Diff(known, mine(t, s, today), sameDay); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

func TestANewLedgerIsToldNothingOfAClosedDay(t *testing.T) {
	s, _ := fresh(t)
	take(t, s, sheet(today, 1, 2), sheet(tomorrow, 1, 2))
	mustIssue(t, s, order(t, sheet(today, 1, 2), 0))
	if err := s.Take(t.Context(), wire.Pulled{Keys: keys(today.AddDays(5))}); err != nil { // without a sheet
		t.Fatal(err)
	}
	if _, got, err := s.Mine(t.Context()); err != nil || !cmp.Equal(got, keys(today, tomorrow)) {
		t.Errorf("keys %v, %v", got, err)
	}
	if err := s.CloseDays(t.Context(), tomorrow); err != nil {
		t.Fatal(err)
	}
	sheets, got, err := s.Mine(t.Context())
	if err != nil || len(sheets) != 1 || sheets[0].Day != tomorrow || !cmp.Equal(got, keys(tomorrow)) {
		t.Errorf("told %v with %v, %v", sheets, got, err)
	}
	if have, err := s.Have(t.Context()); have.Closed != tomorrow || err != nil {
		t.Errorf("closed before %v, %v", have.Closed, err)
	}
}

func TestAStoreIsInStepWithTheHighestLedgerThatItJoined(t *testing.T) {
	s, cfg := fresh(t)
	for _, c := range []struct{ join, want uint64 }{{0, 0}, {1_795_000_000, 1_795_000_000}, {7, 1_795_000_000}, {1_795_000_001, 1_795_000_001}} {
		if err := s.Join(t.Context(), c.join); err != nil {
			t.Fatal(err)
		}
		s = reopen(t, s, cfg)
		if at, err := s.Standing(t.Context()); at.Epoch != c.want || err != nil {
			t.Errorf("joined %d: in step with %d, %v; want %d", c.join, at.Epoch, err, c.want)
		}
	}
}

// anew is a sheet of a ledger that began anew: a higher epoch, a lower sequence.
func anew(day booking.Day, epoch uint64, n int) booking.Sheet {
	s := sheet(day, 1, n)
	s.Revision.Epoch = epoch
	return s
}

func TestASlotGivenBetweenTheTellingAndTheTakingStands(t *testing.T) {
	s, cfg := fresh(t)
	grant := sheet(today, 90, 3)
	take(t, s, grant)
	mine(t, s, today)
	o := order(t, grant, 0)
	mustIssue(t, s, o) // told as free a moment ago
	if err := s.Join(t.Context(), 5); err != nil {
		t.Fatal(err)
	}
	take(t, s, anew(today, 5, 3))
	s = reopen(t, s, cfg)
	if _, err := s.Issue(t.Context(), order(t, grant, 0)); !errors.Is(err, store.ErrGone) {
		t.Errorf("given twice: %v", err)
	}
	if f, _, ok, err := s.Next(t.Context()); !ok || err != nil || f.Slot != o.Number || f.Code != o.Code.Hash(dayKey(today)) {
		t.Errorf("its fact: %v, %v, %v", f, ok, err)
	}
}

func TestTheNewLedgersWordCountsForFreeSlots(t *testing.T) {
	s, _ := fresh(t)
	grant := sheet(today, 90, 4)
	take(t, s, grant)
	mustIssue(t, s, order(t, grant, 0))
	word := anew(today, 5, 4)
	word.Slots[0].Holder = booking.Reserve // it did not hear of the ticket
	word.Slots[1].Holder = booking.Reserve
	word.Slots[2] = booking.Slot{Number: "A003", Start: word.Slots[2].Start, Holder: booking.Pool, State: booking.Issued, Ticket: booking.Ticket{Code: booking.CodeHash{4}}}
	take(t, s, word)
	for i, want := range []bool{false, false, false, true} {
		if _, err := s.Issue(t.Context(), order(t, grant, i)); (err == nil) != want {
			t.Errorf("slot %d: %v", i, err)
		}
	}
	if got := mine(t, s, today).Slots[0]; got.Holder != me || got.State != booking.Issued {
		t.Errorf("the ticket is told as %v", got)
	}
	// What the ledger before it said comes too late, by whatever way.
	take(t, s, sheet(today, 99, 4))
	if ok, err := s.Push(t.Context(), sheet(today, 100, 4), 99); !ok || err != nil {
		t.Errorf("push: %v, %v", ok, err)
	}
	if _, err := s.Issue(t.Context(), order(t, grant, 1)); !errors.Is(err, store.ErrGone) {
		t.Errorf("given on the word of the old ledger: %v", err)
	}
}

func TestAPushOfANewLedgerGivesAndTakesNothing(t *testing.T) {
	s, _ := fresh(t)
	take(t, s, sheet(today, 90, 2))
	word := anew(today, 5, 2)
	word.Slots[0].Holder = booking.Pool
	for _, previous := range []uint64{0, 90, 1} {
		if ok, err := s.Push(t.Context(), word, previous); ok || err != nil {
			t.Errorf("push after %d: %v, %v; want a pull", previous, ok, err)
		}
	}
	if got := mine(t, s, today); got.Revision.Epoch != 1 || got.Slots[0].Holder != me {
		t.Errorf("told %v", got)
	}
}

func TestAStoreThatIsBehindTellsWhatItKnowsAndTakesTheRest(t *testing.T) {
	s, cfg := fresh(t)
	grant := sheet(today, 90, 3)
	take(t, s, grant)
	o := order(t, grant, 0)
	mustIssue(t, s, o)
	s = reopen(t, s, cfg) // two ledgers later
	if got := mine(t, s, today); got.Revision != grant.Revision || got.Slots[0] != given(o, booking.PaperUntold) || got.Slots[1] != grant.Slots[1] {
		t.Errorf("told %v", got)
	}
	for epoch := uint64(5); epoch <= 6; epoch++ {
		if err := s.Join(t.Context(), epoch); err != nil {
			t.Fatal(err)
		}
		word := anew(today, epoch, 3)
		word.Slots[0] = given(o, booking.PaperUntold)
		word.Slots[0].State = booking.Called
		word.Slots[2].Holder = "totem-2"
		take(t, s, word)
		if diff := cmp.Diff(word, mine(t, s, today), sameDay); diff != "" {
			t.Errorf("epoch %d (-want +got):\n%s", epoch, diff)
		}
	}
	if _, err := s.Issue(t.Context(), order(t, grant, 1)); err != nil {
		t.Error(err)
	}
}
