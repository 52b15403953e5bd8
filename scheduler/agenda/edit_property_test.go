package agenda_test

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/scheduler/agenda"
)

// drawWorked draws a planned day in the middle of its work: slots granted, sold, given back, called, asked for, in limbo.
func drawWorked(t *rapid.T, p agenda.Plan, s booking.Sheet) booking.Sheet {
	s = s.Clone()
	holders := []booking.Holder{"", "", booking.Limbo, "ingresso", "atrio"}
	states := []booking.State{booking.Free, booking.Free, booking.Issued, booking.Issued, booking.Arrived, booking.Called, booking.Served,
		booking.Absent, booking.Cancelled, booking.Void}
	for i := range s.Slots {
		slot := &s.Slots[i]
		if h := rapid.SampledFrom(holders).Draw(t, "holder"); h != "" {
			slot.Holder, slot.Hands = h, 1
		}
		slot.State = rapid.SampledFrom(states).Draw(t, "state")
		_, held := slot.Holder.Totem()
		switch {
		case slot.State.HasTicket():
			slot.Ticket = booking.Ticket{Code: booking.CodeHash{byte(i), byte(i >> 8), 1}, Paper: booking.PaperPrinted}
			slot.Ticket.Moved = rapid.IntRange(0, 9).Draw(t, "moved") == 0
		case slot.State == booking.Free && held:
			slot.Ask = rapid.SampledFrom([]booking.Ask{booking.AskNothing, booking.AskNothing, booking.AskBack, booking.AskVoid}).Draw(t, "ask")
		}
	}
	if rapid.Bool().Draw(t, "rehoused") {
		s, _ = s.Rehouse(s.Slots[0].Start)
	}
	return s
}

func drawEdit(t *rapid.T, p agenda.Plan, d booking.Day) agenda.Edit {
	e := agenda.Edit{Queue: "uno", Day: d, Open: rapid.IntRange(0, 4).Draw(t, "open")}
	e.Kind = rapid.SampledFrom([]agenda.EditKind{agenda.CounterCloses, agenda.HoursChange, agenda.QueueStops, agenda.QueueGrows,
		agenda.QueueResumes}).Draw(t, "kind")
	from := rapid.IntRange(0, 24*60-1).Draw(t, "from")
	e.Span = booking.Span{From: booking.Clock(from), To: booking.Clock(rapid.IntRange(from+1, 24*60).Draw(t, "to"))}
	if e.Kind == agenda.HoursChange {
		for _, planned := range p.Office.Hours.On(d) {
			opens := booking.Clock(rapid.IntRange(0, int(planned.To)).Draw(t, "opens"))
			closes := booking.Clock(rapid.IntRange(int(planned.From), 24*60).Draw(t, "closes"))
			if n := len(e.Hours); n > 0 {
				opens = max(opens, e.Hours[n-1].To)
			}
			if opens < closes {
				e.Hours = append(e.Hours, booking.Span{From: opens, To: closes})
			}
		}
	}
	return e
}

// kept fails if the edit drops anything, or touches what it must not.
func kept(t *rapid.T, before, after booking.Sheet, now time.Time) {
	if err := after.Check(); err != nil {
		t.Fatal(err)
	}
	for _, was := range before.Slots {
		i, ok := after.Find(was.Number)
		if !ok {
			t.Fatalf("%s is gone", was.Number)
		}
		is := after.Slots[i]
		_, held := was.Holder.Totem()
		same := is
		same.Ask, same.Ticket.Moved, same.Ticket.Expected = was.Ask, was.Ticket.Moved, was.Ticket.Expected
		switch {
		case was.State == booking.Free && is.State == booking.Void && (was.Holder == booking.Pool || was.Holder == booking.Reserve):
			same.State = booking.Free
		case was.Ask != is.Ask && (is.Ask != booking.AskVoid || !held && was.Holder != booking.Limbo):
			t.Fatalf("asked of %s: %d, was %d", was.Holder, is.Ask, was.Ask)
		}
		if same != was {
			t.Fatalf("%+v became %+v", was, is)
		}
		if was.Ticket.Moved && !is.Ticket.Moved {
			t.Fatalf("%s is not moved any more", was.Number)
		}
		if e := is.Ticket.Expected; !e.IsZero() && e != was.Ticket.Expected && (e.Before(was.Start) || e.Before(now)) {
			t.Fatalf("%s of %s is expected at %s, and it is %s", was.Number, was.Start, e, now)
		}
	}
}

// served counts, in another way, who is to be served at a start; fixed are those of them that were called already.
func served(s booking.Sheet, start time.Time) (n, fixed int) {
	for _, slot := range s.Slots {
		switch here := slot.Start.Equal(start); slot.State {
		case booking.Free:
			if here && slot.Ask != booking.AskVoid {
				n++
			}
		case booking.Issued, booking.Arrived:
			if !slot.Ticket.Moved && here || slot.Ticket.Moved && slot.Ticket.Expected.Equal(start) {
				n++
			}
		case booking.Called, booking.Served, booking.Absent:
			if !slot.Ticket.Moved && here || slot.Ticket.Moved && slot.Ticket.Expected.Equal(start) {
				n++
				fixed++
			}
		}
	}
	return n, fixed
}

func TestNoEditDropsAnythingAndToldTwiceItChangesNothingMore(t *testing.T) {
	zone, d := rome(t), day(t, monday)
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t, zone)
		planned, ok := agenda.PlanDay(p, "uno", d)
		if !ok || len(planned.Slots) > 40 {
			t.Skip("nothing, or more than is needed")
		}
		s := drawWorked(t, p, planned)
		now := d.Start(zone).Add(time.Duration(rapid.IntRange(-60, 24*60*60).Draw(t, "now")) * time.Second).UTC()
		for range rapid.IntRange(1, 3).Draw(t, "edits") {
			e := drawEdit(t, p, d)
			if e.Check(p) != nil {
				continue
			}
			after, touched, err := e.Apply(p, s, now)
			if errors.Is(err, agenda.ErrCrowded) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			kept(t, s, after, now)
			again, none, err := e.Apply(p, after, now)
			if err != nil || !slices.Equal(again.Slots, after.Slots) || !none.IsZero() || none.Starts != nil {
				t.Fatalf("told twice, %+v is touched (%v)", none, err)
			}
			checkBounds(t, p, e, s, after, now)
			checkTouched(t, s, after, touched)
			s = after
		}
	})
}

// checkBounds holds each start against what the edit says of it.
func checkBounds(t *rapid.T, p agenda.Plan, e agenda.Edit, before, after booking.Sheet, now time.Time) {
	planned, _ := agenda.PlanDay(p, "uno", e.Day)
	starts := make(map[time.Time]bool)
	for _, slot := range slices.Concat(before.Slots, after.Slots, planned.Slots) {
		starts[slot.Start] = true
	}
	from, to := e.Day.At(e.Span.From, p.Zone), e.Day.At(e.Span.To, p.Zone)
	for start := range starts {
		was, _ := served(before, start)
		is, fixed := served(after, start)
		in := !start.Before(from) && start.Before(to)
		least, most := was, was // elsewhere nothing changes
		switch {
		case start.Before(now):
		case e.Kind == agenda.HoursChange:
			closed := !slices.ContainsFunc(e.Hours, func(h booking.Span) bool {
				return !start.Before(e.Day.At(h.From, p.Zone)) && !start.Add(p.Queues[0].Length).After(e.Day.At(h.To, p.Zone))
			})
			if closed {
				least, most = 0, fixed
			} else {
				most = max(was, 3) // no drawn plan has more counters
			}
		case !in:
		case e.Kind == agenda.CounterCloses:
			least, most = min(was, e.Open), max(min(was, e.Open), fixed)
		case e.Kind == agenda.QueueStops:
			least, most = 0, fixed
		case e.Kind == agenda.QueueGrows:
			least, most = was, max(was, e.Open)
			if !slices.ContainsFunc(before.Slots, func(s booking.Slot) bool { return s.Start.Equal(start) }) {
				least = most
			}
		case e.Kind == agenda.QueueResumes:
			wanted, _ := served(planned, start)
			least, most = max(was, wanted), max(was, wanted)
		}
		if is < least || is > most {
			t.Fatalf("%s: at %s %d are served after %d, want %d to %d", e.Kind, start, is, was, least, most)
		}
	}
}

// checkTouched counts again who is touched.
func checkTouched(t *rapid.T, before, after booking.Sheet, touched agenda.Touched) {
	lost, asked, moved, rehoused := 0, 0, 0, 0
	for _, is := range after.Slots {
		was := booking.Slot{State: booking.Free}
		if i, ok := before.Find(is.Number); ok {
			was = before.Slots[i]
		}
		if was.State == booking.Free && is.State == booking.Void {
			lost++
		}
		if was.Ask != is.Ask {
			asked++
		}
		if was.Ticket != is.Ticket {
			moved++
			if !is.Ticket.Expected.IsZero() {
				rehoused++
			}
		}
	}
	ofTotems := 0
	for _, one := range touched.Totems {
		ofTotems += one.Asked
	}
	if touched.Added != len(after.Slots)-len(before.Slots) || touched.Asked+touched.Limbo != asked || ofTotems != touched.Asked ||
		touched.Moved != rehoused || touched.Untimed != moved-rehoused || touched.Void != max(lost-rehoused, 0) || touched.Annulled != 0 {
		t.Fatalf("%+v, but %d void, %d asked, %d moved, %d of them with a time", touched, lost, asked, moved, rehoused)
	}
	loads := agenda.Loads(before)
	for _, s := range touched.Starts {
		loads[s.Start] += s.After - s.Before
	}
	maps.DeleteFunc(loads, func(_ time.Time, n int) bool { return n == 0 })
	if !maps.Equal(loads, agenda.Loads(after)) {
		t.Fatalf("the starts that change are not %+v", touched.Starts)
	}
}
