package agenda

import (
	"math"
	"slices"
	"time"

	"example.org/totem/booking"
)

// startsOf returns the starts of a sheet, each once, in order.
func startsOf(s booking.Sheet) (starts []time.Time) {
	for _, slot := range s.Slots {
		if n := len(starts); n == 0 || !starts[n-1].Equal(slot.Start) {
			starts = append(starts, slot.Start)
		}
	}
	return starts
}

// startsIn returns those of the starts that lie in a span.
func (e Edit) startsIn(p Plan, span booking.Span, starts []time.Time) (in []time.Time) {
	from, to := e.Day.At(span.From, p.Zone), e.Day.At(span.To, p.Zone)
	for _, start := range starts {
		if !start.Before(from) && start.Before(to) {
			in = append(in, start)
		}
	}
	return in
}

// grid returns starts for slots that follow one another in a span and end within it. Where the sheet has starts these are
// kept to, so that the same grid comes again once it is there.
func (e Edit) grid(p Plan, length time.Duration, span booking.Span, known []time.Time) (starts []time.Time) {
	if length <= 0 {
		return nil
	}
	to := e.Day.At(span.To, p.Zone)
	for at := e.Day.At(span.From, p.Zone).UTC(); ; at = at.Add(length) {
		if i, _ := slices.BinarySearchFunc(known, at, time.Time.Compare); i < len(known) && known[i].Before(at.Add(length)) {
			at = known[i]
		}
		if at.Add(length).After(to) {
			return starts
		}
		starts = append(starts, at)
	}
}

// hoursBounds returns the bounds of HoursChange: nothing at starts that do not end within the hours, and slots where these
// are longer than planned.
func (e Edit) hoursBounds(p Plan, s booking.Sheet) (all []bound) {
	q, _ := p.Queue(e.Queue)
	for _, start := range startsOf(s) {
		if !e.fits(p, q.Length, start, e.Hours) {
			all = append(all, bound{start, 0, 0})
		}
	}
	planned := p.Office.Hours.On(e.Day)
	for _, span := range e.Hours {
		for _, start := range e.grid(p, q.Length, span, startsOf(s)) {
			if !e.fits(p, q.Length, start, planned) {
				all = append(all, bound{start, e.beside(p, q.Length, start, span), math.MaxInt})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b bound) int { return a.start.Compare(b.start) })
	return all
}

// fits reports whether a slot of that length lies within one of the spans.
func (e Edit) fits(p Plan, length time.Duration, start time.Time, spans []booking.Span) bool {
	return slices.ContainsFunc(spans, func(s booking.Span) bool {
		return !start.Before(e.Day.At(s.From, p.Zone)) && !start.Add(length).After(e.Day.At(s.To, p.Zone))
	})
}

// beside returns how many counters the plan has open next to a start of longer hours: at the end of the last planned span
// that is over by the end of the slot or, where there is none within the hours, at the beginning of the first one.
func (e Edit) beside(p Plan, length time.Duration, start time.Time, hours booking.Span) (open int) {
	planned := e.planned(p)
	loads, over := Loads(planned), false
	for _, span := range p.Office.Hours.On(e.Day) {
		if !touch(span, hours) {
			continue
		}
		from, to := e.Day.At(span.From, p.Zone), e.Day.At(span.To, p.Zone)
		in := e.startsIn(p, span, startsOf(planned))
		switch last := len(in) - 1; {
		case !start.Add(length).After(to):
			if !over && last >= 0 && in[0].Sub(from) < length {
				open = loads[in[0]]
			}
			return open
		case last >= 0 && in[last].Add(2*length).After(to):
			open = loads[in[last]]
		default:
			open = 0
		}
		over = true
	}
	return open
}
