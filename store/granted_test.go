package store_test

import (
	"slices"
	"testing"

	"example.org/totem/booking"
	"example.org/totem/paper"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
)

// inAWhile is a day that no totem is granted slots of unless somebody asked for it.
var inAWhile = today.AddDays(19)

// granted is the answer to who asked for the slot at index i of a sheet of n that are the pool's.
func granted(sequence uint64, n int, held ...int) wire.Granted {
	s := sheet(inAWhile, sequence, n)
	for i := range s.Slots {
		if !slices.Contains(held, i) {
			s.Slots[i].Holder = booking.Pool
		}
	}
	return wire.Granted{Sheet: s, Key: dayKey(inAWhile)}
}

func footing(t *testing.T, s *store.Store) store.Footing {
	t.Helper()
	f, err := s.Footing(t.Context())
	must(t, err)
	return f
}

// inStep opens a store that is in step with the ledger of the sheets of these tests.
func inStep(t *testing.T) (*store.Store, store.Config) {
	t.Helper()
	s, cfg := fresh(t)
	must(t, s.Join(t.Context(), 1))
	take(t, s, sheet(today, 1, 2))
	return s, cfg
}

func takeGranted(t *testing.T, s *store.Store, g wire.Granted, f store.Footing) {
	t.Helper()
	if ok, err := s.TakeGranted(t.Context(), g, f); !ok || err != nil {
		t.Fatalf("taken: %v, %v", ok, err)
	}
}

func TestATicketOfADayAheadIsIssuedKeptFoundAndClosedAsAnyOther(t *testing.T) {
	s, cfg := inStep(t)
	g := granted(7, 4, 2)
	takeGranted(t, s, g, footing(t, s))
	offers := offersOf(t, s, inAWhile)
	if len(offers) != 4 || offers[1].Number != "" || offers[2].Number != "A003" || offers[2].Places != 1 {
		t.Fatalf("offers %v", offers)
	}
	if todays := offersOf(t, s, today); len(todays) != 2 {
		t.Errorf("today's offers %v", todays)
	}
	o := order(t, g.Sheet, 2)
	ends(t, s, mustIssue(t, s, o), paper.Printed)
	s = reopen(t, s, cfg)
	found(t, s, o.Code, booking.Record{Key: o.Key, Slot: given(o, booking.PaperPrinted), Waiting: 2, Given: true, Promise: booking.PromiseTime})

	have, err := s.Have(t.Context())
	if err != nil || len(have.Have) != 2 || have.Have[1] != (wire.Have{Queue: queueA, Day: inAWhile, Revision: g.Sheet.Revision}) {
		t.Errorf("have %v, %v", have, err)
	}
	sheets, keys, err := s.Mine(t.Context())
	if err != nil || len(sheets) != 2 || sheets[1].Slots[2].Ticket.Code != o.Code.Hash(g.Key) || keys[inAWhile] != g.Key {
		t.Errorf("mine %v, %v, %v", sheets, keys, err)
	}
	must(t, s.CloseDays(t.Context(), inAWhile)) // the days before
	found(t, s, o.Code, booking.Record{Key: o.Key, Slot: given(o, booking.PaperPrinted), Waiting: 2, Given: true, Promise: booking.PromiseTime})
	must(t, s.CloseDays(t.Context(), inAWhile.AddDays(1)))
	if _, ok, err := s.Find(t.Context(), o.Code); ok || err != nil {
		t.Errorf("found once its day is closed: %v, %v", ok, err)
	}
}

func TestASlotThatWasGrantedAndNotIssuedIsStillThere(t *testing.T) {
	s, cfg := inStep(t)
	takeGranted(t, s, granted(7, 4, 2), footing(t, s))
	s = reopen(t, s, cfg)
	takeGranted(t, s, granted(7, 4, 2), footing(t, s)) // asked again, it is answered again
	if offers := offersOf(t, s, inAWhile); offers[2].Number != "A003" {
		t.Errorf("offers %v", offers)
	}
	mustIssue(t, s, order(t, granted(7, 4, 2).Sheet, 2))
	takeGranted(t, s, granted(7, 4, 2), footing(t, s)) // an answer that was late
	if offers := offersOf(t, s, inAWhile); offers[2].Number != "" {
		t.Error("it is on offer twice")
	}
}

func TestWhatIsPushedOfADayAheadFollowsWhatWasGranted(t *testing.T) {
	s, _ := inStep(t)
	pushed := func(g wire.Granted, previous uint64) bool {
		ok, err := s.Push(t.Context(), g.Sheet, previous)
		must(t, err)
		return ok
	}
	if !pushed(granted(6, 4), 5) {
		t.Error("the sheet of a day on which this totem has nothing wants a pull")
	}
	if pushed(granted(7, 4, 2), 6) {
		t.Error("a push gave a slot to this totem, which only an answer may")
	}
	takeGranted(t, s, granted(7, 4, 2), footing(t, s))
	if !pushed(granted(7, 4, 2), 6) || !pushed(granted(9, 4, 2), 7) {
		t.Error("a push that follows wants a pull")
	}
	if pushed(granted(12, 4, 2), 11) || pushed(granted(12, 4, 2, 3), 9) {
		t.Error("a gap, or a grant, was taken from a push")
	}
	if have, err := s.Have(t.Context()); err != nil || have.Have[1].Revision.Sequence != 9 {
		t.Errorf("have %v, %v", have, err)
	}
}

// Of a day that a totem has only what it asked for of, a pull does not bring the other sheets: they must not make it pull.
func TestOtherSheetsOfADayAheadAreTakenOnceTheyArePulled(t *testing.T) {
	s, cfg := inStep(t)
	takeGranted(t, s, granted(7, 4, 2), footing(t, s))
	other := granted(20, 4).Sheet
	other.Queue, other.Prefix = "tributi", "B"
	for i := range other.Slots {
		other.Slots[i].Number = booking.NewNumber("B", i+1)
	}
	push := func(sequence, previous uint64) (ok bool) {
		other.Revision.Sequence = sequence
		ok, err := s.Push(t.Context(), other, previous)
		must(t, err)
		return ok
	}
	must(t, s.Take(t.Context(), wire.Pulled{Sheets: []booking.Sheet{granted(8, 4, 2).Sheet}, Keys: keys(inAWhile)}))
	s = reopen(t, s, cfg)
	for _, previous := range []uint64{0, 20} {
		if !push(21, previous) {
			t.Errorf("a sheet that follows %d wants a pull", previous)
		}
	}
	if have, err := s.Have(t.Context()); err != nil || len(have.Have) != 2 {
		t.Errorf("have %v, %v", have, err)
	}
	take(t, s, other) // the day has come so near that it is granted as every day is
	if have, err := s.Have(t.Context()); err != nil || len(have.Have) != 3 {
		t.Errorf("have %v, %v", have, err)
	}
	other.Queue, other.Prefix = "urp", "C"
	for i := range other.Slots {
		other.Slots[i].Number = booking.NewNumber("C", i+1)
	}
	if push(23, 22) || !push(23, 0) {
		t.Error("a sheet that was missed wants no pull, or a new one does")
	}
}

// A ledger that was set back does not know of a slot that it granted in its former life: taken after it was told what the
// store holds, that slot would be sold twice.
func TestNoSlotIsTakenThatALedgerGrantedInAFormerLife(t *testing.T) {
	for name, between := range map[string]func(*store.Store) error{
		"it was told what this store holds": func(s *store.Store) error { _, _, err := s.Mine(t.Context()); return err },
		"it has begun anew":                 func(s *store.Store) error { return s.Join(t.Context(), 2) },
		"its day is closed":                 func(s *store.Store) error { return s.CloseDays(t.Context(), inAWhile.AddDays(1)) },
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := inStep(t)
			asked := footing(t, s)
			must(t, between(s))
			if ok, err := s.TakeGranted(t.Context(), granted(7, 4, 2), asked); ok || err != nil {
				t.Errorf("taken: %v, %v", ok, err)
			}
			if offers := offersOf(t, s, inAWhile); len(offers) > 0 {
				t.Errorf("offers %v", offers)
			}
		})
	}
	t.Run("this store is not in step yet", func(t *testing.T) {
		s, _ := inStep(t)
		anew := granted(7, 4, 2)
		anew.Sheet.Revision.Epoch = 2
		if ok, err := s.TakeGranted(t.Context(), anew, footing(t, s)); ok || err != nil {
			t.Errorf("taken: %v, %v", ok, err)
		}
		never, _ := fresh(t)
		if ok, err := never.TakeGranted(t.Context(), granted(7, 4, 2), footing(t, never)); ok || err != nil {
			t.Errorf("taken by a store that was never in step: %v, %v", ok, err)
		}
	})
}

func TestAGrantedSheetIsCheckedAsEveryOther(t *testing.T) {
	s, _ := inStep(t)
	foreign, disordered := granted(7, 4, 2), granted(7, 4, 2)
	foreign.Sheet.Office = "altrove"
	disordered.Sheet.Slots[0], disordered.Sheet.Slots[1] = disordered.Sheet.Slots[1], disordered.Sheet.Slots[0]
	keyless := granted(7, 4, 2)
	keyless.Key = booking.DayKey{}
	for _, g := range []wire.Granted{foreign, disordered, keyless} {
		if ok, err := s.TakeGranted(t.Context(), g, footing(t, s)); ok || err == nil {
			t.Errorf("taken: %v, %v", ok, err)
		}
	}
}
