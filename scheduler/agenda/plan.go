package agenda

import (
	"time"

	"example.org/totem/booking"
	"example.org/totem/scheduler/allocation"
)

// Plan is an office and how its days are planned. What [Read] returns holds no contradiction. A Plan is read-only:
// its maps and slices are shared by all copies.
type Plan struct {
	Office booking.Office
	Zone   *time.Location    // of the office, as Office.Zone names it
	Queues []QueuePlan       // the queues of Office.Queues, in the same order
	Totems []booking.TotemID // to which slots are granted, in the order in which they are served
	// WalkIn is the fraction of every sheet that is kept for walk-ins, 0 to 1, a whole number of thousandths, where a queue
	// has no share of its own.
	WalkIn float64
	Grants allocation.Policy // how many slots totems are granted
	// Processors are those of Office.Privacy.Recipients, in the same order, with what citizens are not told.
	Processors []Processor
}

// QueuePlan says how the days of one queue are planned.
type QueuePlan struct {
	booking.Queue
	OwnShare bool          // Queue.WalkIn is the queue's own share; false: that of the office, Plan.WalkIn, holds for it
	Counters [7][]Counters // indexed by time.Weekday; in order, not overlapping, each within one opening span
	Horizon  int           // on how many days after today slots can be booked, 1 to 60
}

// Counters says how many counters serve a queue during a span.
type Counters struct {
	booking.Span
	Open int
}

// share returns how many thousandths of the queue's slots are kept for walk-ins. Thousandths, because a fraction such as
// 0.1 has no exact binary form and would be rounded up too early now and then.
func (p Plan) share(q QueuePlan) int {
	if q.OwnShare {
		return q.WalkIn
	}
	return thousandths(p.WalkIn)
}

func thousandths(share float64) int { return int(share*1000 + 0.5) }

// Queue returns the plan of the queue with the given id, ok false if there is none.
func (p Plan) Queue(id booking.QueueID) (q QueuePlan, ok bool) {
	for _, q := range p.Queues {
		if q.ID == id {
			return q, true
		}
	}
	return QueuePlan{}, false
}

// leastShare returns the share of the queue that keeps the smallest part for walk-ins, in thousandths.
func (p Plan) leastShare() int {
	least := thousandths(p.WalkIn)
	for i, q := range p.Queues {
		if s := p.share(q); i == 0 || s < least {
			least = s
		}
	}
	return least
}
