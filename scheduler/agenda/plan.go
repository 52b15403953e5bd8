package agenda

import (
	"time"

	"example.org/totem/booking"
)

// Plan is an office and how its days are planned. What [Read] returns holds no contradiction. A Plan is read-only:
// its maps and slices are shared by all copies.
type Plan struct {
	Office booking.Office
	Zone   *time.Location    // of the office, as Office.Zone names it
	Queues []QueuePlan       // the queues of Office.Queues, in the same order
	Totems []booking.TotemID // to which walk-in slots are granted, in the order in which they are served
	WalkIn float64           // the fraction of every sheet kept for walk-ins, 0 to 1, a whole number of thousandths
	// Processors are those of Office.Privacy.Recipients, in the same order, with what citizens are not told.
	Processors []Processor
}

// QueuePlan says how the days of one queue are planned.
type QueuePlan struct {
	booking.Queue
	Counters [7][]Counters // indexed by time.Weekday; in order, not overlapping, each within one opening span
	Horizon  int           // on how many days after today slots can be booked, 1 to 60
}

// Counters says how many counters serve a queue during a span.
type Counters struct {
	booking.Span
	Open int
}

// Queue returns the plan of the queue with the given id, ok false if there is none.
func (p Plan) Queue(id booking.QueueID) (q QueuePlan, ok bool) {
	for _, q := range p.Queues {
		if q.ID == id {
			return q, true
		}
	}
	return QueuePlan{}, false
}
