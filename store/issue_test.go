package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/paper"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
)

func TestATicketIsSlotFactAndJobInOne(t *testing.T) {
	s, cfg := fresh(t)
	grant := sheet(today, 1, 3)
	take(t, s, grant)
	o := order(t, grant, 1)
	o.Service = "carta-identita"
	job := mustIssue(t, s, o)

	id, err := lastFact(t.Context(), s)
	if err != nil || id.N != 1 || id.Incarnation.IsZero() {
		t.Fatalf("identity = %v, %v", id, err)
	}
	fact, chain, ok, err := s.Next(t.Context())
	if err != nil || !ok || chain != 0 {
		t.Fatalf("next = %v, %v, %v", chain, ok, err)
	}
	want := booking.Fact{ID: id, Kind: booking.FactIssued, At: cfg.Now().UTC().Truncate(time.Minute), Day: today,
		Queue: queueA, Slot: "A002", Code: o.Code.Hash(dayKey(today)), Service: "carta-identita"}
	if diff := cmp.Diff(want, fact, sameDay); diff != "" {
		t.Errorf("fact (-want +got):\n%s", diff)
	}
	next, ok, err := s.NextJob(t.Context())
	if err != nil || !ok || next.ID != job || next.State != paper.JobQueued {
		t.Fatalf("next job = %v, %v, %v; want %d queued", next, ok, err, job)
	}
	if diff := cmp.Diff(o.Slip, next.Slip); diff != "" {
		t.Errorf("slip (-want +got):\n%s", diff)
	}
}

func TestASlotIsGoneUnlessEverythingFits(t *testing.T) {
	elsewhere := func(s *booking.Sheet) { s.Slots[0].Holder = booking.Pool }
	for name, c := range map[string]struct {
		sheet func(*booking.Sheet)
		order func(*store.Order)
		noKey bool
	}{
		"held by the pool":      {sheet: elsewhere},
		"held by the reserve":   {sheet: func(s *booking.Sheet) { s.Slots[0].Holder = booking.Reserve }},
		"held by other totem":   {sheet: func(s *booking.Sheet) { s.Slots[0].Holder = "totem-2" }},
		"void":                  {sheet: func(s *booking.Sheet) { s.Slots[0].State = booking.Void }},
		"booked":                {sheet: booked},
		"moved to another time": {order: func(o *store.Order) { o.Start = o.Start.Add(time.Minute) }},
		"between two minutes":   {order: func(o *store.Order) { o.Start = o.Start.Add(time.Second) }},
		"unknown number":        {order: func(o *store.Order) { o.Number = "A999" }},
		"unknown queue":         {order: func(o *store.Order) { o.Key.Queue = "tributi" }},
		"unknown day":           {order: func(o *store.Order) { o.Key.Day = tomorrow }},
		"of another office":     {order: func(o *store.Order) { o.Key.Office = "altrove" }},
		"of a day without key":  {noKey: true},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := fresh(t)
			grant := sheet(today, 1, 1)
			o := order(t, grant, 0)
			if c.sheet != nil {
				c.sheet(&grant)
			}
			if c.order != nil {
				c.order(&o)
			}
			p := wire.Pulled{Sheets: []booking.Sheet{grant}}
			if !c.noKey {
				p.Keys = keys(today)
			}
			if err := s.Take(t.Context(), p); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Issue(t.Context(), o); !errors.Is(err, store.ErrGone) {
				t.Fatalf("issue: %v, want ErrGone", err)
			}
			if id, _ := lastFact(t.Context(), s); id.N != 0 {
				t.Errorf("fact %d was written", id.N)
			}
			if _, ok, _ := s.NextJob(t.Context()); ok {
				t.Errorf("a job was queued")
			}
		})
	}
}

func booked(s *booking.Sheet) {
	s.Slots[0].State, s.Slots[0].Ticket.Code = booking.Issued, booking.CodeHash{1}
}

func TestADoubleTapMakesOneTicket(t *testing.T) {
	s, _ := fresh(t)
	grant := sheet(today, 1, 1)
	take(t, s, grant)
	const taps = 16
	errs := make([]error, taps)
	var wg sync.WaitGroup
	for i := range taps {
		o := order(t, grant, 0)
		wg.Go(func() { _, errs[i] = s.Issue(t.Context(), o) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, store.ErrGone):
			t.Errorf("a lost tap: %v, want ErrGone", err)
		}
	}
	if won != 1 {
		t.Errorf("%d taps won", won)
	}
	if facts := outboxOf(t, s); len(facts) != 1 {
		t.Errorf("%d facts", len(facts))
	}
}

func TestATicketSurvivesEveryLaterSheet(t *testing.T) {
	s, _ := fresh(t)
	grant := sheet(today, 1, 2)
	take(t, s, grant)
	mustIssue(t, s, order(t, grant, 0))

	gone := sheet(today, 4, 2)
	gone.Slots = gone.Slots[1:]
	for i, later := range []booking.Sheet{sheet(today, 2, 2), sheet(today, 3, 2), gone, sheet(today, 5, 2)} {
		if i == 1 {
			later.Slots[0].Holder = booking.Pool
		}
		ok, err := s.Push(t.Context(), later, later.Revision.Sequence-1)
		if err != nil {
			t.Fatalf("push %d: %v", i, err)
		}
		if !ok { // it gives the slot back, which only a pull may
			take(t, s, later)
		}
		if _, err := s.Issue(t.Context(), order(t, grant, 0)); !errors.Is(err, store.ErrGone) {
			t.Errorf("after sheet %d the slot was sold again: %v", i, err)
		}
		for _, o := range offersOf(t, s, today) {
			if o.Number == "A001" {
				t.Errorf("after sheet %d the slot is on offer", i)
			}
		}
	}
	if facts := outboxOf(t, s); len(facts) != 1 || facts[0].Slot != "A001" {
		t.Errorf("facts = %v, want the promise kept", facts)
	}
}

func TestAnIssueThatMayNotBeginDoesNothing(t *testing.T) {
	s, _ := fresh(t)
	grant := sheet(today, 1, 1)
	take(t, s, grant)
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := s.Issue(ended, order(t, grant, 0)); !errors.Is(err, context.Canceled) {
		t.Errorf("issue: %v", err)
	}
	o := order(t, grant, 0)
	o.Code = "123"
	if _, err := s.Issue(t.Context(), o); err == nil {
		t.Error("a ticket was made for a code that is none")
	}
	mustIssue(t, s, order(t, grant, 0))
}

func TestFactsLeaveInOrderAndTheirNumbersNeverComeBack(t *testing.T) {
	s, cfg := fresh(t)
	grant := sheet(today, 1, 5)
	take(t, s, grant)
	for i := range 3 {
		mustIssue(t, s, order(t, grant, i))
	}
	for i, f := range outboxOf(t, s) {
		if f.ID.N != uint64(i+1) {
			t.Errorf("fact %d came as number %d", f.ID.N, i+1)
		}
	}
	id, _ := lastFact(t.Context(), s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, cfg)
	if again, _ := lastFact(t.Context(), s); again != id || id.N != 3 {
		t.Errorf("after a restart the store is %v, was %v", again, id)
	}
	mustIssue(t, s, order(t, grant, 3))
	f, chain, _, _ := s.Next(t.Context())
	if f.ID.N != 4 || chain != 1002 {
		t.Errorf("the next fact is %d after %d, want 4 after 1002", f.ID.N, chain)
	}
	if err := s.Accepted(t.Context(), booking.FactID{Incarnation: id.Incarnation, N: 2}, 7); err != nil {
		t.Error(err)
	}
	if _, chain, ok, _ := s.Next(t.Context()); !ok || chain != 1002 {
		t.Errorf("an old acknowledgement moved the chain to %d", chain)
	}
}

func TestTheChainGoesOnFromWhereverAFactWasAccepted(t *testing.T) {
	s, _ := fresh(t)
	grant := sheet(today, 1, 4)
	take(t, s, grant)
	for i := range 4 {
		mustIssue(t, s, order(t, grant, i))
	}
	last := uint64(0)
	for _, sequence := range []uint64{50, 97, 60} { // the first of all, behind messages of others, on a stream begun anew
		f, chain, _, err := s.Next(t.Context())
		if err != nil || chain != last {
			t.Fatalf("fact %d follows on %d, %v; want %d", f.ID.N, chain, err, last)
		}
		if err := s.Accepted(t.Context(), f.ID, sequence); err != nil {
			t.Fatal(err)
		}
		last = sequence
	}
	if f, chain, _, err := s.Next(t.Context()); err != nil || f.ID.N != 4 || chain != last {
		t.Errorf("fact %d follows on %d, %v; want fact 4 on %d", f.ID.N, chain, err, last)
	}
}

func TestAnAcknowledgementOfAnothersFactsIsAFork(t *testing.T) {
	s, _ := fresh(t)
	id, _ := lastFact(t.Context(), s)
	id.N++
	wantFault(t, s.Accepted(t.Context(), id, 9), "T401")
	wantFault(t, s.Accepted(t.Context(), booking.FactID{Incarnation: booking.Incarnation{1}}, 9), "T401")
}
