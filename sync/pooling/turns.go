package pooling

import (
	"cmp"
	"slices"
	"time"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

// How long somebody is left in peace, by a clock that nobody sets.
const (
	pairRest    = Rest + time.Second // after an answer, so that the next question never comes too soon for who counts them
	evenRest    = 30 * time.Second   // for a queue, after an answer that left nothing to share; doubled every time
	silentRest  = Rest + time.Second // after a question without an answer; doubled every time
	longestRest = 5 * time.Minute
)

// turns remembers, from one break of the link to the next, whom to ask next for what.
type turns struct {
	peers map[booking.TotemID]*standing
}

// standing is what is known of one of the others.
type standing struct {
	asked  time.Duration // when it was asked last
	rest   time.Duration // it is not asked before
	silent time.Duration // the last wait after a question without an answer; 0: it answers
	queues map[booking.QueueID]*even
}

// even is what an answer told of one queue.
type even struct {
	left int           // about how many free slots it has left
	mine int           // how many there were here when the queue was shared
	rest time.Duration // it is not asked before, unless there are fewer here
	wait time.Duration // the last one; 0: there is more to be had
}

// question is one that may be asked now.
type question struct {
	peer  wire.Peer
	queue booking.QueueID
	mine  int
}

// next returns the question to ask at now: for the queue that is shortest, of those with fewer than mark free slots, whoever
// has most of it. Whoever has not been asked for it since the link broke may have any number, and they take turns. ok is false
// when nothing is to be asked yet; then something may be when wait is over, never if that is 0 and nothing changes.
func (t *turns) next(now time.Duration, peers []wire.Peer, free map[booking.QueueID]int, mark int) (q question, wait time.Duration, ok bool) {
	short := shortest(free, mark)
	for _, queue := range short {
		for _, p := range t.richest(queue, peers) {
			until := t.until(p.Totem, queue, free[queue])
			if until <= now {
				return question{p, queue, free[queue]}, 0, true
			}
			if wait == 0 || until-now < wait {
				wait = until - now
			}
		}
	}
	return question{}, wait, false
}

// shortest returns the queues with fewer free slots than mark, the shortest first.
func shortest(free map[booking.QueueID]int, mark int) []booking.QueueID {
	var short []booking.QueueID
	for queue, n := range free {
		if n < mark {
			short = append(short, queue)
		}
	}
	slices.SortFunc(short, func(a, b booking.QueueID) int { return cmp.Or(cmp.Compare(free[a], free[b]), cmp.Compare(a, b)) })
	return short
}

// richest returns the peers in the order in which they are asked for a queue.
func (t *turns) richest(queue booking.QueueID, peers []wire.Peer) []wire.Peer {
	order := slices.Clone(peers)
	slices.SortFunc(order, func(a, b wire.Peer) int {
		x, y := t.of(a.Totem), t.of(b.Totem)
		ex, ey := x.queues[queue], y.queues[queue]
		switch {
		case (ex == nil) != (ey == nil):
			if ex == nil {
				return -1
			}
			return 1
		case ex != nil && ex.left != ey.left:
			return cmp.Compare(ey.left, ex.left)
		}
		return cmp.Or(cmp.Compare(x.asked, y.asked), cmp.Compare(a.Totem, b.Totem))
	})
	return order
}

// until returns when a peer may be asked for a queue of which there are mine free slots here.
func (t *turns) until(peer booking.TotemID, queue booking.QueueID, mine int) time.Duration {
	s := t.of(peer)
	if e := s.queues[queue]; e != nil && mine >= e.mine {
		return max(s.rest, e.rest)
	}
	return s.rest
}

func (t *turns) of(peer booking.TotemID) *standing {
	if t.peers == nil {
		t.peers = make(map[booking.TotemID]*standing)
	}
	if t.peers[peer] == nil {
		t.peers[peer] = &standing{asked: -1, queues: make(map[booking.QueueID]*even)}
	}
	return t.peers[peer]
}

// answered notes what a peer passed on at now, when most were wanted, and how many there are here since.
func (t *turns) answered(now time.Duration, q question, passed, most, mine int) {
	s := t.of(q.peer.Totem)
	s.asked, s.rest, s.silent = now, now+pairRest, 0
	e := s.queues[q.queue]
	if e == nil {
		e = &even{}
		s.queues[q.queue] = e
	}
	e.mine, e.left = mine, q.mine+passed+1 // at most, for it gave half of the difference
	switch {
	case passed >= most: // it may have given more, had more been wanted
		e.left += most
		e.wait = 0
	case passed > 0:
		e.wait = evenRest
	default:
		e.wait = min(max(2*e.wait, evenRest), longestRest)
	}
	e.rest = now + e.wait
}

// pause notes that a peer was asked, and that nothing came of it that it could help.
func (t *turns) pause(now time.Duration, q question) {
	s := t.of(q.peer.Totem)
	s.asked, s.rest = now, now+pairRest
}

// silence notes that a peer did not answer, and reports whether it did until now.
func (t *turns) silence(now time.Duration, q question) (first bool) {
	s := t.of(q.peer.Totem)
	first = s.silent == 0
	s.silent = min(max(2*s.silent, silentRest), longestRest)
	s.asked, s.rest = now, now+s.silent
	return first
}
