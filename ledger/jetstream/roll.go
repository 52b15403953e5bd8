package jetstream

import (
	"context"
	"slices"
	"strings"
	"sync"

	"example.org/totem/booking"
	"example.org/totem/ledger"
)

// roll is the roster in memory. What it answers is the leader's word all the same: whoever asks waits until the leader
// has said which record was written last, and is answered only if the roll has come exactly so far. It costs one short
// question, and one for all who ask while the question before is under way.
type roll struct {
	*follower
	askers chan chan<- uint64 // who wait for the sequence of the last record, 0 when it cannot be told
	closed <-chan struct{}

	mu      sync.RWMutex
	seen    uint64 // sequence of the record that came last
	records map[string]record
}

// record is what there is to be read of a totem.
type record struct {
	member ledger.Member
	err    error
}

func newRoll(l *Ledger, closed <-chan struct{}) *roll {
	r := &roll{askers: make(chan chan<- uint64), closed: closed, records: make(map[string]record)}
	r.follower = l.newFollower(rosterStream, "ros.v1.*.*", r.take)
	return r
}

// take takes in a record.
func (r *roll) take(subject string, msg stored) {
	t := strings.Split(subject, ".")
	if len(t) != 4 {
		return
	}
	m, err := memberOf(booking.OfficeID(t[2]), booking.TotemID(t[3]), msg)
	r.mu.Lock()
	defer r.mu.Unlock()
	if msg.sequence <= r.seen {
		clear(r.records) // it is read anew, perhaps from a stream that was set back
	}
	r.seen = msg.sequence
	r.records[subject] = record{m, err}
}

// serve asks the leader for those who wait, until ctx ends.
func (r *roll) serve(ctx context.Context) {
	var waiting []chan<- uint64
	for {
		select {
		case first := <-r.askers:
			waiting = append(waiting[:0], first)
		case <-ctx.Done():
			return
		}
		for more := true; more; {
			select {
			case another := <-r.askers:
				waiting = append(waiting, another)
			default:
				more = false
			}
		}
		last, err := r.ledger.lastSequence(ctx, rosterStream)
		if err != nil {
			last = 0
		}
		for _, w := range waiting {
			w <- last
		}
	}
}

// last returns the sequence of the last record, as the leader said after it was asked, 0 if that cannot be told.
func (r *roll) last(ctx context.Context) uint64 {
	answer := make(chan uint64, 1)
	select {
	case r.askers <- answer:
	case <-ctx.Done():
		return 0
	case <-r.closed:
		return 0
	}
	select {
	case last := <-answer:
		return last
	case <-ctx.Done():
		return 0
	}
}

// record returns a totem as the leader has it; ok is false if the leader must be asked for it. A nil mirror never knows.
func (m *Mirror) record(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (found record, ok bool) {
	if m == nil || !m.roll.inStep.Load() {
		return record{}, false
	}
	last := m.roll.last(ctx)
	m.roll.mu.RLock()
	defer m.roll.mu.RUnlock()
	if last == 0 || last != m.roll.seen || !m.roll.inStep.Load() {
		return record{}, false
	}
	found, there := m.roll.records[memberSubject(office, totem)]
	if !there {
		found.member = ledger.Member{Office: office, Totem: totem}
	}
	found.member.Revoked, found.member.Fenced = slices.Clone(found.member.Revoked), slices.Clone(found.member.Fenced)
	return found, true
}
