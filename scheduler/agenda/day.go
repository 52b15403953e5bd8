package agenda

import (
	"slices"
	"time"

	"example.org/totem/booking"
	"example.org/totem/scheduler/allocation"
)

// PlanDay returns the sheet of queue q on day d with all its slots free; ok is false when there is none: the office
// is closed, or no counter of the queue is open.
//
// In each opening span the slots follow one another from the instant of opening, by elapsed time, as long as they end
// within the span; there are as many at a time as counters are open when it begins. The day on which the clocks
// change is therefore an hour shorter or longer like the work done in it: no slot falls into the missing hour, and the
// doubled hour has slots in both its readings. Numbers follow the start times from 1. The walk-in share is spread
// evenly over the day: among the first n slots, those of the reserve are n times the share, rounded up.
func PlanDay(p Plan, q booking.QueueID, d booking.Day) (sheet booking.Sheet, ok bool) {
	queue, ok := p.Queue(q)
	if !ok || queue.Length <= 0 {
		return booking.Sheet{}, false
	}
	sheet = booking.Sheet{
		SheetKey: booking.SheetKey{Office: p.Office.ID, Queue: q, Day: d},
		Prefix:   queue.Prefix,
	}
	share := p.share(queue)
	for _, span := range p.Office.Hours.On(d) {
		closes := d.At(span.To, p.Zone)
		for start := d.At(span.From, p.Zone); !start.Add(queue.Length).After(closes); start = start.Add(queue.Length) {
			for range queue.openAt(start, d, p.Zone) {
				n := len(sheet.Slots)
				sheet.Slots = append(sheet.Slots, booking.Slot{
					Number: booking.NewNumber(queue.Prefix, n+1),
					Start:  start.UTC(),
					Holder: holder(n, share),
					State:  booking.Free,
				})
			}
		}
	}
	return sheet, len(sheet.Slots) > 0
}

// openAt returns how many counters are open at the instant t of day d.
func (q QueuePlan) openAt(t time.Time, d booking.Day, zone *time.Location) int {
	i := slices.IndexFunc(q.Counters[d.Weekday()], func(c Counters) bool {
		return !t.Before(d.At(c.From, zone)) && t.Before(d.At(c.To, zone))
	})
	if i < 0 {
		return 0
	}
	return q.Counters[d.Weekday()][i].Open
}

// holder returns who holds the n-th slot of a planned sheet, n from 0, if so many thousandths of them are kept for walk-ins.
func holder(n, share int) booking.Holder {
	upTo := func(n int) int { return (n*share + 999) / 1000 }
	if upTo(n+1) > upTo(n) {
		return booking.Reserve
	}
	return booking.Pool
}

// HolderOf returns who holds a slot as it is planned, or added later: the pool or the reserve. The queue is that of the
// number's prefix; a number of no queue is the pool's.
func (p Plan) HolderOf(n booking.Number) booking.Holder {
	prefix, count, err := n.Split()
	if err != nil {
		return booking.Pool
	}
	for _, q := range p.Queues {
		if q.Prefix == prefix {
			return holder(count-1, p.share(q))
		}
	}
	return booking.Pool
}

// Days returns the sheets that must be kept planned as of today, by day and then in the order of the queues: each
// queue on the opening days of its horizon, and, however short that is, on the days of [allocation.Cover], for which
// totems hold grants.
func Days(p Plan, today booking.Day) []booking.SheetKey {
	cover := allocation.Cover(p.Office.Hours, today)
	last := cover[len(cover)-1]
	for _, q := range p.Queues {
		if end := today.AddDays(q.Horizon); end.Compare(last) > 0 {
			last = end
		}
	}
	var keys []booking.SheetKey
	for d := today; d.Compare(last) <= 0; d = d.AddDays(1) {
		for _, q := range p.Queues {
			within := d.Compare(today.AddDays(q.Horizon)) <= 0 || slices.Contains(cover, d)
			if _, ok := PlanDay(p, q.ID, d); ok && within {
				keys = append(keys, booking.SheetKey{Office: p.Office.ID, Queue: q.ID, Day: d})
			}
		}
	}
	return keys
}
