package longrun

import (
	"container/heap"
	"time"
)

// queue is what is still to happen, by time; what is to happen at one moment happens in the order in which it was put.
type queue struct {
	now    time.Duration // since the run began
	number uint64
	events events
}

type event struct {
	at     time.Duration
	number uint64
	do     func()
}

type events []event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	return e[i].at < e[j].at || e[i].at == e[j].at && e[i].number < e[j].number
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)   { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	last := (*e)[len(*e)-1]
	(*e)[len(*e)-1] = event{}
	*e = (*e)[:len(*e)-1]
	return last
}

// after has do happen in a while.
func (q *queue) after(d time.Duration, do func()) {
	q.number++
	heap.Push(&q.events, event{q.now + max(d, 0), q.number, do})
}

// next plays the next event, ok false if it is later than until.
func (q *queue) next(until time.Duration) (ok bool) {
	if len(q.events) == 0 || q.events[0].at > until {
		q.now = max(q.now, until)
		return false
	}
	e := heap.Pop(&q.events).(event)
	q.now = e.at
	e.do()
	return true
}
