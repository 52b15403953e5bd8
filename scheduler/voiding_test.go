package scheduler_test

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/scheduler"
	"example.org/totem/scheduler/agenda"
)

// crowd is an office's Monday of which somebody has tickets of both queues: A001 and P001 of the pool, A002 to A006 of the
// totem t1, of which A005 is checked in, and A006 was called.
func crowd(t *testing.T) *world {
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1"))
	ctx := context.Background()
	must(t, w.start().Tend(ctx))
	for _, q := range []booking.QueueID{queueA, queueP} {
		s := w.sheet("rm001", q, monday)
		for i := range s.Slots {
			if q == queueP && i > 0 || i > 5 {
				break
			}
			slot := &s.Slots[i]
			slot.State, slot.Ticket.Code, slot.Holder = booking.Issued, code(i+1), "t1"
			switch i {
			case 0:
				slot.Holder = booking.Pool
			case 4:
				slot.State = booking.Arrived
			case 5:
				slot.State = booking.Called
			}
		}
		_, err := w.memory.Put(ctx, s)
		must(t, err)
	}
	return w
}

func states(s booking.Sheet) string {
	var words []string
	for _, slot := range s.Slots {
		if slot.State.HasTicket() {
			words = append(words, string(slot.Number)+" "+slot.State.String())
		}
	}
	return strings.Join(words, ", ")
}

func TestTicketsAreSelectedByWhatIsNamed(t *testing.T) {
	const rest = "A001 issued, A002 issued, A003 issued, A004 issued, A005 arrived, A006 called"
	for name, c := range map[string]struct {
		selection scheduler.Selection
		want      string // of queueA
		annulled  int
	}{
		"the whole day":       {scheduler.Selection{}, "A001 cancelled, A002 cancelled, A003 cancelled, A004 cancelled, A005 cancelled, A006 called", 6},
		"another queue":       {scheduler.Selection{Queue: queueP}, rest, 1},
		"a totem":             {scheduler.Selection{Totem: "t1"}, "A001 issued, A002 cancelled, A003 cancelled, A004 cancelled, A005 cancelled, A006 called", 4},
		"numbers":             {scheduler.Selection{Queue: queueA, Lowest: "A002", Highest: "A003"}, "A001 issued, A002 cancelled, A003 cancelled, A004 issued, A005 arrived, A006 called", 2},
		"from a number on":    {scheduler.Selection{Queue: queueA, Lowest: "A004"}, "A001 issued, A002 issued, A003 issued, A004 cancelled, A005 cancelled, A006 called", 2},
		"up to a number":      {scheduler.Selection{Queue: queueA, Highest: "A001"}, "A001 cancelled, A002 issued, A003 issued, A004 issued, A005 arrived, A006 called", 1},
		"times":               {scheduler.Selection{Queue: queueA, Span: booking.Span{From: 9*60 + 12, To: 9*60 + 24}}, "A001 issued, A002 issued, A003 cancelled, A004 cancelled, A005 arrived, A006 called", 2},
		"nobody":              {scheduler.Selection{Totem: "t2"}, rest, 0},
		"a totem and numbers": {scheduler.Selection{Queue: queueA, Totem: "t1", Highest: "A002"}, "A001 issued, A002 cancelled, A003 issued, A004 issued, A005 arrived, A006 called", 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := crowd(t)
			c.selection.Day = monday
			preview, err := w.voiding().Preview(context.Background(), w.plans[0], c.selection, false)
			must(t, err)
			if got := states(w.sheet("rm001", queueA, monday)); got != rest {
				t.Fatalf("a preview left %s", got)
			}
			done, err := w.voiding().Apply(context.Background(), w.plans[0], c.selection, false)
			must(t, err)
			annulled := 0
			for i, one := range done {
				annulled += one.Annulled
				if one.Annulled != one.Tickets[booking.Issued]+one.Tickets[booking.Arrived] || !maps.Equal(one.Tickets, preview[i].Tickets) {
					t.Errorf("cancelled %d of %v, said were %v", one.Annulled, one.Tickets, preview[i].Tickets)
				}
			}
			if got := states(w.sheet("rm001", queueA, monday)); got != c.want || annulled != c.annulled {
				t.Errorf("%d cancelled: %s, want %d: %s", annulled, got, c.annulled, c.want)
			}
		})
	}
}

func TestWhatIsVoidedIsReplacedOnceAtTheTimesThatAreStillToCome(t *testing.T) {
	w := crowd(t)
	w.now = monday.At(9*60+5, w.plans[0].Zone) // A001 and A002 were for 9:00
	ctx := context.Background()
	before := w.sheet("rm001", queueA, monday)
	loads := agenda.Loads(before)
	n := scheduler.Selection{Day: monday, Queue: queueA}
	done, err := w.voiding().Apply(ctx, w.plans[0], n, true)
	must(t, err)
	if done[0].Annulled != 5 || done[0].Added != 3 {
		t.Errorf("got %+v", done[0])
	}
	after := w.sheet("rm001", queueA, monday)
	must(t, after.Check())
	now := agenda.Loads(after)
	for start, n := range loads {
		if start.After(w.now) && now[start] != n {
			t.Errorf("at %s there are %d, and there were %d", start.In(w.plans[0].Zone).Format(time.TimeOnly), now[start], n)
		}
	}
	again, err := w.voiding().Apply(ctx, w.plans[0], n, true)
	must(t, err)
	if !again[0].IsZero() || w.sheet("rm001", queueA, monday).Revision != after.Revision {
		t.Errorf("told twice, it touches %+v", again[0])
	}
}

func TestATicketThatIsReplacedGetsNoNumberOfFourDigits(t *testing.T) {
	w := crowd(t)
	ctx := context.Background()
	s := w.sheet("rm001", queueA, monday)
	last := &s.Slots[len(s.Slots)-1]
	last.Number = booking.NewNumber(s.Prefix, 998)
	_, err := w.memory.Put(ctx, s)
	must(t, err)
	n := scheduler.Selection{Day: monday, Queue: queueA, Highest: "A002"}
	for _, do := range []func(context.Context, agenda.Plan, scheduler.Selection, bool) ([]scheduler.Voided, error){w.voiding().Preview, w.voiding().Apply} {
		if _, err := do(ctx, w.plans[0], n, true); fault.Of(err).Code != fault.CodeEdit {
			t.Errorf("two more than A998: %v", err)
		}
	}
	if got := w.sheet("rm001", queueA, monday); got.Slots[0].State != booking.Issued {
		t.Errorf("refused, and all the same %+v", got.Slots[0])
	}
	n.Highest = "A001"
	must(t, first(w.voiding().Apply(ctx, w.plans[0], n, true)))
}

func TestWhoHadNoTimeGetsTheSlotOfATicketThatIsVoided(t *testing.T) {
	w := crowd(t)
	ctx := context.Background()
	// From 9:24 on nobody is served: A005 is moved, and finds no free slot before that.
	_, err := w.editing().Apply(ctx, w.plans[0], stops(monday))
	must(t, err)
	done, err := w.voiding().Apply(ctx, w.plans[0], scheduler.Selection{Day: monday, Queue: queueA, Highest: "A004"}, true)
	must(t, err)
	if done[0].Annulled != 4 || done[0].Added != 4 || done[0].Moved != 0 {
		t.Errorf("got %+v", done[0]) // nothing is free from its own time on
	}
	_, err = w.editing().Apply(ctx, w.plans[0], []agenda.Edit{{Kind: agenda.QueueResumes, Queue: queueA, Day: monday, Span: booking.Span{From: 9*60 + 24, To: 24 * 60}}})
	must(t, err)
	s := w.sheet("rm001", queueA, monday)
	if i, _ := s.Find("A005"); s.Slots[i].Ticket.Expected.IsZero() {
		t.Errorf("A005 has still no time: %+v", s.Slots[i])
	}
}

func TestASelectionThatMeansNothingIsRefused(t *testing.T) {
	w := crowd(t)
	for want, n := range map[string]scheduler.Selection{
		"no day is named":             {},
		`no queue "niente"`:           {Day: monday, Queue: "niente"},
		"not of which queue":          {Day: monday, Lowest: "A001"},
		"begin with A, not as P001":   {Day: monday, Queue: queueA, Lowest: "P001"},
		`number "7"`:                  {Day: monday, Queue: queueA, Highest: "7"},
		"A004 comes after A002":       {Day: monday, Queue: queueA, Lowest: "A004", Highest: "A002"},
		"the span 10:00-9:00 is none": {Day: monday, Span: booking.Span{From: 600, To: 540}},
		"2026-11-22 is over":          {Day: monday.AddDays(-1)},
	} {
		_, err := w.voiding().Apply(context.Background(), w.plans[0], n, false)
		var f *fault.Fault
		if !errors.As(err, &f) || f.Remedy == "" || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestWhoAskedToBeRemindedOfAVoidedTicketIsForgotten(t *testing.T) {
	c := newCounter(t)
	if _, err := c.tells(c.consent); err != nil {
		t.Fatal(err)
	}
	if kept := len(c.keeper.kept); kept != 1 {
		t.Fatalf("%d contacts are kept", kept)
	}
	must(t, c.Tend(context.Background()))
	if kept := len(c.keeper.kept); kept != 1 {
		t.Fatal("the contact of a ticket that waits is gone")
	}
	_, err := c.voiding().Apply(context.Background(), c.plans[0], scheduler.Selection{Day: monday, Totem: "t1"}, false)
	must(t, err)
	c.keeper.broken = errors.New("the disk refuses")
	if err := c.Tend(context.Background()); err == nil {
		t.Error("nobody hears that a contact could not be erased")
	}
	c.keeper.broken = nil
	must(t, c.Tend(context.Background()))
	if kept := len(c.keeper.kept); kept != 0 {
		t.Errorf("%d contacts are kept", kept)
	}
}
