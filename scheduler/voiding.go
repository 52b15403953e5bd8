package scheduler

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/ledger"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/scheduler/contacts"
)

// Voiding cancels tickets by a person's word, whoever has them: the office's answer to somebody who took them all. It works
// beside a running service, or without.
type Voiding struct {
	Book   ledger.Book
	Roster ledger.Roster
	Now    func() time.Time // nil means time.Now
}

// Selection names tickets of one day of an office. What is zero selects all.
type Selection struct {
	Day     booking.Day     // must be set
	Queue   booking.QueueID // "": of all queues
	Totem   booking.TotemID // which gave them
	Lowest  booking.Number  // the first number and the last one, of Queue
	Highest booking.Number
	Span    booking.Span // promised times from Span.From on and before Span.To, on the office's clock
}

// Voided is what a voiding does to one sheet.
type Voided struct {
	Sheet booking.SheetKey
	// Tickets counts the selected tickets by their states before: those issued and arrived are cancelled; others stay.
	Tickets map[booking.State]int
	agenda.Touched
}

// Check reports a selection that means nothing. The sentence is for a person.
func (n Selection) Check(p agenda.Plan) error {
	q, ok := p.Queue(n.Queue)
	switch {
	case n.Day.IsZero():
		return errors.New("no day is named")
	case n.Queue != "" && !ok:
		return fmt.Errorf("the office has no queue %q", n.Queue)
	case n.Queue == "" && (n.Lowest != "" || n.Highest != ""):
		return errors.New("numbers are named, and not of which queue")
	case n.Span != (booking.Span{}) && (n.Span.From < 0 || n.Span.To <= n.Span.From || n.Span.To > 24*60):
		return fmt.Errorf("the span %s-%s is none", n.Span.From, n.Span.To)
	}
	for _, number := range []booking.Number{n.Lowest, n.Highest} {
		if number == "" {
			continue
		}
		if prefix, _, err := number.Split(); err != nil {
			return err
		} else if prefix != q.Prefix {
			return fmt.Errorf("the numbers of queue %s begin with %s, not as %s", q.ID, q.Prefix, number)
		}
	}
	if _, from, _ := n.Lowest.Split(); n.Lowest != "" && n.Highest != "" {
		if _, to, _ := n.Highest.Split(); to < from {
			return fmt.Errorf("%s comes after %s", n.Lowest, n.Highest)
		}
	}
	return nil
}

// has reports whether the slot carries a ticket that is selected.
func (n Selection) has(slot booking.Slot, zone *time.Location) bool {
	_, count, err := slot.Number.Split()
	within := func(edge booking.Number, before bool) bool {
		_, at, _ := edge.Split()
		return edge == "" || before == (count < at) || count == at
	}
	return slot.State.HasTicket() && err == nil &&
		(n.Totem == "" || slot.Holder == booking.HeldBy(n.Totem)) &&
		within(n.Lowest, false) && within(n.Highest, true) &&
		(n.Span == (booking.Span{}) ||
			!slot.Start.Before(n.Day.At(n.Span.From, zone)) && slot.Start.Before(n.Day.At(n.Span.To, zone)))
}

// Preview returns what the voiding would do now, one entry for each sheet with selected tickets. The error is a
// *fault.Fault, or that the ledger cannot be read.
func (v Voiding) Preview(ctx context.Context, p agenda.Plan, n Selection, replace bool) ([]Voided, error) {
	return v.all(ctx, p, n, replace, false)
}

// Apply cancels the selected tickets that wait or are checked in, as things are by then; their slots are not sold again. With
// replace as many new slots are added at the times at which their bearers were expected, if these are still to come. Tickets
// that a totem has not told of yet are not found. Told again, it finds nothing more to do.
func (v Voiding) Apply(ctx context.Context, p agenda.Plan, n Selection, replace bool) ([]Voided, error) {
	return v.all(ctx, p, n, replace, true)
}

func (v Voiding) all(ctx context.Context, p agenda.Plan, n Selection, replace, write bool) ([]Voided, error) {
	if v.Now == nil {
		v.Now = time.Now
	}
	if err := n.Check(p); err != nil {
		return nil, fault.New(fault.CodeUsage, err, "correct it; the office file says which queues and letters there are", "the tickets cannot be selected")
	}
	if err := checkDay(p, n.Day, v.Now()); err != nil {
		return nil, err
	}
	e := Editing(v)
	t, err := e.admit(ctx, p.Office.ID)
	if err != nil {
		return nil, err
	}
	v.Book.Speak(p.Office.ID, t.speaks)
	var all []Voided
	for _, q := range p.Queues {
		if n.Queue != "" && q.ID != n.Queue {
			continue
		}
		done := Voided{Sheet: booking.SheetKey{Office: p.Office.ID, Queue: q.ID, Day: n.Day}}
		err := e.change(ctx, p, done.Sheet, write, func(before booking.Sheet) (booking.Sheet, error) {
			after, found := n.annul(before, p, replace, v.Now())
			done.Tickets, done.Touched = found, agenda.Compare(before, after)
			return after, agenda.CheckNumbers(before, after)
		})
		switch {
		case errors.Is(err, agenda.ErrCrowded):
			return all, fault.New(fault.CodeEdit, err, "void these tickets without --replace",
				"with new slots queue %s would have more numbers on %s than the three digits of a ticket hold", q.ID, n.Day)
		case errors.Is(err, ledger.ErrClosed):
			return all, dayOver(n.Day)
		case err != nil:
			return all, unreadable(err)
		case len(done.Tickets) > 0:
			all = append(all, done)
		}
	}
	return all, nil
}

// annul returns s without the selected tickets, and how many were selected of which state.
func (n Selection) annul(s booking.Sheet, p agenda.Plan, replace bool, now time.Time) (after booking.Sheet, found map[booking.State]int) {
	found = make(map[booking.State]int)
	after = s
	for _, slot := range s.Slots {
		if !n.has(slot, p.Zone) {
			continue
		}
		found[slot.State]++
		if annulled, err := after.Annul(slot.Number); err == nil {
			after = annulled
		}
	}
	if !replace {
		return after, found
	}
	left, freed := agenda.Loads(after), make(map[time.Time]int)
	for start, n := range agenda.Loads(s) {
		if gone := n - left[start]; gone > 0 && !start.Before(now) {
			freed[start] = gone
		}
	}
	for _, start := range slices.SortedFunc(maps.Keys(freed), time.Time.Compare) {
		after = after.Add(start, freed[start], p.HolderOf)
	}
	after, _ = after.Rehouse(now.Add(p.Office.Lead))
	return after, found
}

// eraseVoided erases what is kept for tickets that the office has cancelled: nobody is to be reminded of them any more.
func (s *Service) eraseVoided(ctx context.Context) (failed error) {
	if s.contacts == nil {
		return nil
	}
	for _, id := range s.order {
		for _, ref := range s.contacts.Held(id) {
			sheet, ok, err := s.look(ctx, booking.SheetKey{Office: id, Queue: ref.Queue, Day: ref.Day})
			if err != nil {
				return gather(failed, fmt.Errorf("look for cancelled tickets of %s: %w", id, err))
			}
			i, found := sheet.Find(ref.Slot)
			if !ok || !found || sheet.Slots[i].State != booking.Cancelled || sheet.Slots[i].Ticket.Code != ref.Code {
				continue
			}
			if err := s.contacts.Erase(ctx, id, ref, contacts.Ended); err != nil {
				failed = gather(failed, fmt.Errorf("erase the contact of a ticket that was cancelled: %w", err))
			}
		}
	}
	return failed
}
