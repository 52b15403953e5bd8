package store_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/paper"
	"example.org/totem/store"
)

// others returns today's sheet on which slot 1 is a ticket of the pool, slot 2 one of another totem, and the codes of both.
func others(t *testing.T, sequence uint64) (s booking.Sheet, pool, totem2 booking.Code) {
	t.Helper()
	s, pool, totem2 = sheet(today, sequence, 4), newCode(t), newCode(t)
	s.Slots[1].Holder, s.Slots[2].Holder = booking.Pool, "totem-2"
	s.Slots[1].State, s.Slots[1].Ticket = booking.Issued, booking.Ticket{Code: pool.Hash(dayKey(today)), Returns: 2}
	s.Slots[2].State, s.Slots[2].Ticket = booking.Issued, booking.Ticket{Code: totem2.Hash(dayKey(today)), Paper: booking.PaperPrinted}
	return s, pool, totem2
}

type teller func(s *store.Store, n booking.Number, code booking.Code) (booking.State, error)

func arrives(t *testing.T) teller {
	return func(s *store.Store, n booking.Number, code booking.Code) (booking.State, error) {
		return s.Arrive(t.Context(), key(today), n, code.Hash(dayKey(today)))
	}
}

func cancels(t *testing.T) teller {
	return func(s *store.Store, n booking.Number, code booking.Code) (booking.State, error) {
		return s.Cancel(t.Context(), key(today), n, code.Hash(dayKey(today)))
	}
}

// stateOf returns the state that the store finds of a code.
func stateOf(t *testing.T, s *store.Store, code booking.Code) booking.State {
	t.Helper()
	r, ok, err := s.Find(t.Context(), code)
	if !ok || err != nil {
		t.Fatalf("find: %v, %v", ok, err)
	}
	return r.Slot.State
}

func TestABearerChecksInOnceAtAnyTotemAndMayGiveTheTicketBackAfterwards(t *testing.T) {
	s, cfg := fresh(t)
	later, pool, totem2 := others(t, 2)
	take(t, s, sheet(today, 1, 4))
	own := order(t, sheet(today, 1, 4), 0)
	mustIssue(t, s, own)
	take(t, s, later)
	outboxOf(t, s)
	for number, code := range map[booking.Number]booking.Code{"A001": own.Code, "A002": pool, "A003": totem2} {
		var told []booking.FactKind
		for _, step := range []struct {
			tell  teller
			want  booking.State
			gone  bool
			facts []booking.FactKind
		}{
			{arrives(t), booking.Arrived, false, []booking.FactKind{booking.FactArrived}},
			{arrives(t), booking.Arrived, false, nil},
			{cancels(t), booking.Cancelled, false, []booking.FactKind{booking.FactCancelled}},
			{cancels(t), booking.Cancelled, false, nil},
			{arrives(t), booking.Cancelled, true, nil},
		} {
			state, err := step.tell(s, number, code)
			if state != step.want || errors.Is(err, store.ErrGone) != step.gone || !step.gone && err != nil {
				t.Errorf("%s: %v, %v; want %v", number, state, err, step.want)
			}
			if got := stateOf(t, s, code); got != step.want {
				t.Errorf("%s is found %v, want %v", number, got, step.want)
			}
			told = append(told, step.facts...)
		}
		var got []booking.FactKind
		for _, f := range outboxOf(t, s) {
			if f.Kind == booking.FactPrinted {
				continue // its slip is not printed any more
			}
			want := booking.Fact{ID: f.ID, Kind: f.Kind, At: f.At, Day: today, Queue: queueA, Slot: number, Code: code.Hash(dayKey(today))}
			if diff := cmp.Diff(want, f, sameDay); diff != "" {
				t.Errorf("fact (-want +got):\n%s", diff)
			}
			got = append(got, f.Kind)
		}
		if !cmp.Equal(got, told) {
			t.Errorf("%s: facts %v, want %v", number, got, told)
		}
	}
	s = reopen(t, s, cfg)
	again, _, _ := others(t, 3) // the ledger has not heard yet
	for i := range 3 {
		again.Slots[i] = booking.Slot{Number: again.Slots[i].Number, Start: again.Slots[i].Start, Holder: later.Slots[i].Holder, State: booking.Issued,
			Ticket: later.Slots[i].Ticket}
	}
	again.Slots[0].Ticket.Code = own.Code.Hash(dayKey(today))
	take(t, s, again)
	for _, code := range []booking.Code{own.Code, pool, totem2} {
		if got := stateOf(t, s, code); got != booking.Cancelled {
			t.Errorf("after a restart, and an older word of the ledger, it is %v", got)
		}
	}
	for _, start := range offersOf(t, s, today) {
		if start.Number != "" && start.Number != "A004" {
			t.Errorf("%s is on offer again", start.Number)
		}
	}
}

func TestWhoeverDoesNotKnowTheCodeOrComesTooLateChangesNothing(t *testing.T) {
	s, _ := fresh(t)
	known, pool, _ := others(t, 1)
	known.Slots[2].State = booking.Called
	hash := func(code booking.Code) booking.CodeHash { return code.Hash(dayKey(today)) }
	take(t, s, known)
	office2, queue2 := key(today), key(today)
	office2.Office, queue2.Queue = "altrove", "tributi"
	for name, c := range map[string]struct {
		key  booking.SheetKey
		n    booking.Number
		code booking.CodeHash
		want booking.State
	}{
		"another code":            {key(today), "A002", hash(newCode(t)), 0},
		"the code of another":     {key(today), "A003", hash(pool), 0},
		"no code":                 {key(today), "A001", booking.CodeHash{}, 0},
		"a free slot":             {key(today), "A001", hash(newCode(t)), 0},
		"no slot":                 {key(today), "A099", hash(pool), 0},
		"another office":          {office2, "A002", hash(pool), 0},
		"another queue":           {queue2, "A002", hash(pool), 0},
		"another day":             {key(tomorrow), "A002", hash(pool), 0},
		"a ticket that is called": {key(today), "A003", known.Slots[2].Ticket.Code, booking.Called},
	} {
		for _, tell := range []func() (booking.State, error){
			func() (booking.State, error) { return s.Arrive(t.Context(), c.key, c.n, c.code) },
			func() (booking.State, error) { return s.Cancel(t.Context(), c.key, c.n, c.code) },
		} {
			if state, err := tell(); state != c.want || !errors.Is(err, store.ErrGone) {
				t.Errorf("%s: %v, %v; want %v and that it is gone", name, state, err, c.want)
			}
		}
	}
	if facts := outboxOf(t, s); len(facts) != 0 {
		t.Errorf("facts %v", facts)
	}
	if diff := cmp.Diff(known, mine(t, s, today), sameDay); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

func TestWhatAnotherTotemWasToldIsNotToldAgain(t *testing.T) {
	s, _ := fresh(t)
	known, pool, _ := others(t, 1)
	known.Slots[1].State = booking.Arrived
	take(t, s, known)
	if state, err := arrives(t)(s, "A002", pool); state != booking.Arrived || err != nil {
		t.Errorf("%v, %v", state, err)
	}
	if facts := outboxOf(t, s); len(facts) != 0 {
		t.Errorf("facts %v", facts)
	}
}

func TestANewLedgerIsToldHowFarTicketsAreThatWereShownHere(t *testing.T) {
	s, _ := fresh(t)
	known, pool, totem2 := others(t, 2)
	take(t, s, sheet(today, 1, 4))
	o := order(t, sheet(today, 1, 4), 0)
	mustIssue(t, s, o)
	take(t, s, known)
	for _, err := range []error{
		second(arrives(t)(s, "A001", o.Code)), second(cancels(t)(s, "A002", pool)), second(arrives(t)(s, "A003", totem2)),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want := known.Clone()
	want.Slots[0] = given(o, booking.PaperUntold)
	want.Slots[0].State, want.Slots[1].State, want.Slots[2].State = booking.Arrived, booking.Cancelled, booking.Arrived
	if diff := cmp.Diff(want, mine(t, s, today), sameDay); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	// A sheet of a ledger that was set back, and nobody has noticed yet: slot 2 is this totem's now.
	lost := sheet(today, 3, 4)
	lost.Slots[1].Holder, lost.Slots[2].State = booking.Pool, booking.Void
	lost.Slots[3].State = booking.Void
	take(t, s, lost)
	want.Revision, want.Slots[0].State, want.Slots[1].Ticket.Returns = lost.Revision, booking.Arrived, 0
	want.Slots[2].Holder, want.Slots[2].Ticket.Paper, want.Slots[3] = me, booking.PaperUntold, lost.Slots[3]
	if diff := cmp.Diff(want, mine(t, s, today), sameDay); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	known.Revision.Sequence++
	// What the ledger knows of a later state, or of another ticket on that slot, stands.
	known.Revision.Sequence++
	known.Slots[0] = want.Slots[0]
	known.Slots[1].Ticket.Code, known.Slots[2].State = booking.CodeHash{9}, booking.Served
	take(t, s, known)
	if diff := cmp.Diff(known, mine(t, s, today), sameDay); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

func second(_ booking.State, err error) error { return err }

// A slip of a ticket that was given back is worth nothing, and what it says is the code.
func TestNoSlipOfATicketThatWasGivenBackIsPrintedAnyMore(t *testing.T) {
	elsewhere := func(t *testing.T, s *store.Store, o store.Order) {
		told := sheet(today, 2, 2)
		told.Slots[0] = given(o, booking.PaperUntold)
		told.Slots[0].State = booking.Cancelled
		take(t, s, told)
	}
	here := func(t *testing.T, s *store.Store, o store.Order) {
		if _, err := cancels(t)(s, o.Number, o.Code); err != nil {
			t.Fatal(err)
		}
	}
	for where, cancel := range map[string]func(*testing.T, *store.Store, store.Order){"here": here, "elsewhere": elsewhere} {
		for name, c := range map[string]struct {
			sent, ended, found bool
			want               booking.Paper
		}{
			"while it waits":                            {want: booking.PaperNotPrinted},
			"once it is found":                          {found: true, want: booking.PaperNotPrinted},
			"once it is found and may be on paper":      {sent: true, found: true, want: booking.PaperUnknown},
			"once nobody knows whether it is on paper":  {sent: true, ended: true, want: booking.PaperUnknown},
			"when that was asked for again and waits":   {sent: true, ended: true, want: booking.PaperUnknown},
			"when that was asked for again, and found ": {sent: true, ended: true, found: true, want: booking.PaperUnknown},
		} {
			t.Run(where+" "+name, func(t *testing.T) {
				s, cfg, o, job := printing(t)
				if c.sent {
					must(t, s.JobSending(t.Context(), job))
				}
				if c.ended {
					must(t, s.JobEnded(t.Context(), job, paper.Result{Outcome: paper.Unknown}))
				}
				if c.ended && name != "once nobody knows whether it is on paper" {
					must(t, s.Requeue(t.Context(), job))
				}
				if c.found {
					s = reopen(t, s, cfg)
				}
				cancel(t, s, o)
				for range 2 {
					wantOver(t, s, o, job)
					s = reopen(t, s, cfg)
				}
				if got := papers(outboxOf(t, s)); len(got) == 0 || got[len(got)-1] != c.want {
					t.Errorf("told of its slip: %v, want %v last", got, c.want)
				}
			})
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantOver checks that nobody is offered a slip of an order, and none is kept.
func wantOver(t *testing.T, s *store.Store, o store.Order, job int64) {
	t.Helper()
	wantNoJob(t, s)
	if found, err := s.Found(t.Context()); len(found) != 0 || err != nil {
		t.Errorf("found %v, %v", found, err)
	}
	if r, ok, err := s.Find(t.Context(), o.Code); !ok || err != nil || r.Slip || r.Slot.State != booking.Cancelled {
		t.Errorf("record %+v, %v, %v", r, ok, err)
	}
	for what, err := range map[string]error{
		"sent": s.JobSending(t.Context(), job), "queued": s.Requeue(t.Context(), job), "printed again": s.Reprint(t.Context(), job, o.Slip),
	} {
		if !errors.Is(err, store.ErrNoJob) {
			t.Errorf("it can be %s: %v", what, err)
		}
	}
}

func TestASlipThatIsBeingPrintedWhenItsTicketIsGivenBackComesOutAndIsNotKept(t *testing.T) {
	for _, sending := range []bool{false, true} { // noted as sent by the printer, or by the issue itself
		for _, crash := range []bool{false, true} {
			s, cfg := fresh(t)
			grant := sheet(today, 1, 2)
			take(t, s, grant)
			o := order(t, grant, 0)
			o.Sending = sending
			job := mustIssue(t, s, o)
			if !sending {
				must(t, s.JobSending(t.Context(), job))
			}
			if _, err := cancels(t)(s, o.Number, o.Code); err != nil {
				t.Fatal(err)
			}
			if got := papers(outboxOf(t, s)); len(got) != 0 {
				t.Errorf("told of its slip before it has ended: %v", got)
			}
			if crash {
				s = reopen(t, s, cfg)
			} else {
				must(t, s.JobEnded(t.Context(), job, paper.Result{Outcome: paper.Unknown, Length: 200}))
			}
			wantOver(t, s, o, job)
			if got := papers(outboxOf(t, s)); !cmp.Equal(got, []booking.Paper{booking.PaperUnknown}) {
				t.Errorf("told of its slip: %v", got)
			}
		}
	}
}

// Only a ledger that was set back says that a slot is free whose ticket was shown here.
func TestASlotWhoseTicketWasShownHereIsNotGivenAgainWhateverASheetSays(t *testing.T) {
	for name, tell := range map[string]teller{"checked in": arrives(t), "given back": cancels(t)} {
		s, _ := fresh(t)
		known, pool, _ := others(t, 1)
		take(t, s, known)
		if _, err := tell(s, "A002", pool); err != nil {
			t.Fatal(err)
		}
		take(t, s, sheet(today, 2, 4)) // all free, and this totem's
		for _, start := range offersOf(t, s, today) {
			if start.Number == "A002" {
				t.Errorf("%s: its slot is on offer", name)
			}
		}
		if _, err := s.Issue(t.Context(), order(t, sheet(today, 2, 4), 1)); !errors.Is(err, store.ErrGone) {
			t.Errorf("%s: its slot is given again: %v", name, err)
		}
		want := known.Slots[1]
		want.Holder, want.Ticket.Returns, want.State = me, 0, booking.Arrived
		if name == "given back" {
			want.State = booking.Cancelled
		}
		found(t, s, pool, booking.Record{Key: key(today), Slot: want, Waiting: 1})
	}
}
