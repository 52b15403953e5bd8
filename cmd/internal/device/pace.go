package device

import (
	"time"

	"example.org/totem/booking"
)

// pace counts the tickets that this totem gives of each queue, so that nobody takes them all at once: no more than the
// queue's pace allows within any stretch of its length. It is in memory alone, and a clock that is set does not change it.
// One goroutine uses it.
type pace struct {
	steady func() time.Duration
	given  map[booking.QueueID][]time.Duration // steady, when; oldest first, no more than the pace allows
}

func newPace(steady func() time.Duration) *pace {
	return &pace{steady: steady, given: make(map[booking.QueueID][]time.Duration)}
}

// wait returns how long it is until the next ticket of a queue may be given, 0 if that is now.
func (p *pace) wait(q booking.Queue) time.Duration {
	given := p.given[q.ID]
	if q.Pace.Tickets <= 0 || len(given) < q.Pace.Tickets {
		return 0
	}
	first := given[len(given)-q.Pace.Tickets]
	return max(first+q.Pace.Within-p.steady(), 0)
}

// note counts a ticket that was given now.
func (p *pace) note(q booking.Queue) {
	given := append(p.given[q.ID], p.steady())
	p.given[q.ID] = given[max(len(given)-q.Pace.Tickets, 0):]
}
