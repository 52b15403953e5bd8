package agenda

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"example.org/totem/booking"
)

// EditKind is what an edit does to a queue's day.
type EditKind string

// The kinds of edits.
const (
	// CounterCloses leaves at most Open counters at the starts in Span.
	CounterCloses EditKind = "counter"
	// HoursChange has the office open at Hours alone. Where that is longer than planned, as many counters go on as are planned
	// next to it; slots that an earlier edit took away do not come back.
	HoursChange EditKind = "hours"
	// QueueStops leaves no slot at the starts in Span.
	QueueStops EditKind = "stop"
	// QueueGrows has at least Open counters at the starts in Span, which may lie outside the planned ones.
	QueueGrows EditKind = "add"
	// QueueResumes has at least as many slots as are planned at the starts in Span.
	QueueResumes EditKind = "resume"
)

// Edit is a change of one queue's day while its slots are being sold. It says how many slots its starts are to have, so
// told twice it changes nothing more, and two people who say the same do not add up.
type Edit struct {
	Kind  EditKind
	Queue booking.QueueID
	Day   booking.Day
	Span  booking.Span   // all but HoursChange: the starts from Span.From on and before Span.To, on the office's clock
	Open  int            // CounterCloses and QueueGrows: counters, 0 to 99
	Hours []booking.Span // HoursChange: in order, not overlapping; none: the office is closed
}

// ErrCrowded says that the sheet would have more slots than can be numbered with three digits.
var ErrCrowded = errors.New("the day would have too many slots")

// mostEdited is the highest number that an edit gives: numbers are spoken and read on small screens, and keep three digits.
const mostEdited = 999

// Check reports what p has nothing for: a queue that is not there, a span that is none, hours with nothing planned beside
// them. The sentence is for a person.
func (e Edit) Check(p Plan) error {
	if _, ok := p.Queue(e.Queue); !ok {
		return fmt.Errorf("the office has no queue %q", e.Queue)
	}
	if e.Kind == HoursChange {
		return e.checkHours(p)
	}
	switch {
	case e.Kind != CounterCloses && e.Kind != QueueStops && e.Kind != QueueGrows && e.Kind != QueueResumes:
		return fmt.Errorf("there is no edit %q", string(e.Kind))
	case e.Span.From < 0 || e.Span.To <= e.Span.From || e.Span.To > 24*60:
		return fmt.Errorf("the span %s is none", spanWord(e.Span))
	case e.Open < 0 || e.Open > 99:
		return fmt.Errorf("%d counters are not 0 to 99", e.Open)
	}
	return nil
}

func (e Edit) checkHours(p Plan) error {
	for i, span := range e.Hours {
		if span.From < 0 || span.To <= span.From || span.To > 24*60 {
			return fmt.Errorf("the span %s is none", spanWord(span))
		}
		if i > 0 && span.From < e.Hours[i-1].To {
			return fmt.Errorf("%s and %s overlap, or are not in order", spanWord(e.Hours[i-1]), spanWord(span))
		}
		if !slices.ContainsFunc(p.Office.Hours.On(e.Day), func(o booking.Span) bool { return touch(o, span) }) {
			return fmt.Errorf("nothing is planned next to %s, so nobody knows how many counters open", spanWord(span))
		}
	}
	return nil
}

func touch(a, b booking.Span) bool { return a.From <= b.To && b.From <= a.To }

// Apply returns the sheet s of p's office as the edit leaves it at the moment now, and whom that touches. Starts before now
// stay as they are.
//
// Where a start has too many slots, free ones of pool and reserve are taken out of sale first, then totems are asked for
// theirs, and then tickets are moved: those of the highest numbers first. A moved ticket is expected at the first free slot
// of pool or reserve from its own time on that a walk-in could still take, which is void then; where there is none it waits
// for one. Where a start has too few slots, new ones are added under new numbers. Nothing else changes, and no ticket ever
// leaves the sheet.
//
// An error leaves the sheet as it is: what [Edit.Check] says, or ErrCrowded.
func (e Edit) Apply(p Plan, s booking.Sheet, now time.Time) (after booking.Sheet, t Touched, err error) {
	if err := e.Check(p); err != nil {
		return s, Touched{}, err
	}
	after = s
	for _, b := range e.bounds(p, s) {
		if !b.start.Before(now) {
			after = b.apply(after, p.HolderOf)
		}
	}
	after, _ = after.Rehouse(now.Add(p.Office.Lead))
	if err := CheckNumbers(s, after); err != nil {
		return s, Touched{}, err
	}
	return after, Compare(s, after), nil
}

// CheckNumbers returns ErrCrowded if a change that adds slots to a sheet leaves it with a number of more than three digits.
func CheckNumbers(before, after booking.Sheet) error {
	if len(after.Slots) > len(before.Slots) && highest(after) > mostEdited {
		return fmt.Errorf("edit %s: %w", before.SheetKey, ErrCrowded)
	}
	return nil
}

func highest(s booking.Sheet) (n int) {
	for _, slot := range s.Slots {
		n = max(n, count(slot))
	}
	return n
}

func count(slot booking.Slot) int {
	_, n, _ := slot.Number.Split()
	return n
}

// bound is how many slots a start is to have.
type bound struct {
	start       time.Time
	least, most int
}

// bounds returns what the edit says of starts, in their order.
func (e Edit) bounds(p Plan, s booking.Sheet) (all []bound) {
	switch e.Kind {
	case CounterCloses, QueueStops:
		open := e.Open
		if e.Kind == QueueStops {
			open = 0
		}
		for _, start := range e.startsIn(p, e.Span, startsOf(s)) {
			all = append(all, bound{start, 0, open})
		}
	case QueueGrows:
		q, _ := p.Queue(e.Queue)
		for _, start := range e.grid(p, q.Length, e.Span, startsOf(s)) {
			all = append(all, bound{start, e.Open, math.MaxInt})
		}
	case QueueResumes:
		planned := e.planned(p)
		loads := Loads(planned)
		for _, start := range e.startsIn(p, e.Span, startsOf(planned)) {
			all = append(all, bound{start, loads[start], math.MaxInt})
		}
	case HoursChange:
		all = e.hoursBounds(p, s)
	}
	return all
}

// planned returns the day as it was planned, without slots where nothing is.
func (e Edit) planned(p Plan) booking.Sheet {
	sheet, _ := PlanDay(p, e.Queue, e.Day)
	return sheet
}

// apply takes slots of the start away, or adds some.
func (b bound) apply(s booking.Sheet, planned func(booking.Number) booking.Holder) booking.Sheet {
	load := Loads(s)[b.start]
	if load < b.least {
		return s.Add(b.start, b.least-load, planned)
	}
	for ; load > b.most; load-- {
		lower, ok := lessen(s, b.start)
		if !ok {
			break
		}
		s = lower
	}
	return s
}

// lessen returns s with one slot less to be served at start, ok false where only tickets are left that were called already.
func lessen(s booking.Sheet, start time.Time) (after booking.Sheet, ok bool) {
	const none, moved, asked, void = 0, 1, 2, 3 // in this order they are preferred
	best, at := none, -1
	for i, slot := range s.Slots {
		way := none
		switch here := servedAt(slot); {
		case !here.Equal(start):
		case slot.State == booking.Free && (slot.Holder == booking.Pool || slot.Holder == booking.Reserve):
			way = void
		case slot.State == booking.Free:
			way = asked
		case slot.State == booking.Issued || slot.State == booking.Arrived:
			way = moved
		}
		if way > best || way == best && way != none && count(slot) > count(s.Slots[at]) {
			best, at = way, i
		}
	}
	if best == none {
		return s, false
	}
	after = s.Clone()
	switch slot := &after.Slots[at]; best {
	case void:
		slot.State = booking.Void
	case asked:
		slot.Ask = booking.AskVoid // of limbo too: whoever was passed the slot is asked then
	case moved:
		slot.Ticket.Moved, slot.Ticket.Expected = true, time.Time{}
	}
	return after, true
}

// servedAt returns when somebody is served for a slot, as far as can be told; the zero time for nobody.
func servedAt(slot booking.Slot) time.Time {
	switch {
	case slot.State == booking.Free && slot.Ask == booking.AskVoid,
		slot.State == booking.Void, slot.State == booking.Cancelled, slot.State == booking.Moved:
		return time.Time{}
	case slot.Ticket.Moved:
		return slot.Ticket.Expected
	}
	return slot.Start
}

// Loads counts at each start the slots for which somebody is to be served then: free ones that can be sold, and tickets by
// the time at which their bearers are expected.
func Loads(s booking.Sheet) map[time.Time]int {
	loads := make(map[time.Time]int)
	for _, slot := range s.Slots {
		if at := servedAt(slot); !at.IsZero() {
			loads[at]++
		}
	}
	return loads
}
