package rehearsal

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"example.org/totem/booking"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
)

// who is one totem's name.
type who struct {
	office booking.OfficeID
	totem  booking.TotemID
}

// stream is a model of the JetStream stream of facts: one sequence for all, an expected last sequence for each name,
// and one reader that is told what it did not acknowledge again.
type stream struct {
	mu       sync.Mutex
	sequence uint64
	waiting  []message // kept ones, in order
	read     uint64    // sequence up to which the reader has acknowledged
	rested   time.Time // until then the reader does nothing
	more     chan struct{}
}

type message struct {
	from     who
	sequence uint64
	data     []byte
}

func newStream() *stream { return &stream{more: make(chan struct{}, 1)} }

// rest lets the reader do nothing for a while, as when its process hangs.
func (s *stream) rest(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rested = time.Now().Add(d)
}

func (s *stream) resting() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Before(s.rested)
}

// litter leaves a message under a name that is no fact, unless a fact comes first.
func (s *stream) litter(from who) {
	_, _ = s.publish(from, []byte("what another program says"), s.last(from).Sequence)
}

// copy returns the stream as a snapshot of the machine would hold it.
func (s *stream) copy() *stream {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := newStream()
	c.sequence, c.read, c.waiting = s.sequence, s.read, slices.Clone(s.waiting)
	return c
}

// publish stores data if the last message of the name has the expected sequence.
func (s *stream) publish(from who, data []byte, chain uint64) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lastOf(from).sequence != chain {
		return 0, outbox.ErrChain
	}
	s.sequence++
	s.waiting = append(s.waiting, message{from, s.sequence, data})
	select {
	case s.more <- struct{}{}:
	default:
	}
	return s.sequence, nil
}

// lastOf returns the last message of a name, the zero message for none. The lock is held.
func (s *stream) lastOf(from who) message {
	for _, m := range slices.Backward(s.waiting) {
		if m.from == from {
			return m
		}
	}
	return message{}
}

// last is what the scheduler's end of the link answers to "last".
func (s *stream) last(from who) wire.Accepted {
	s.mu.Lock()
	m := s.lastOf(from)
	s.mu.Unlock()
	id, digest, err := wire.PeekLast(m.data)
	if m.sequence == 0 || err != nil {
		return wire.Accepted{Sequence: m.sequence}
	}
	return wire.Accepted{Sequence: m.sequence, Incarnation: id.Incarnation, N: id.N, Digest: digest}
}

// next returns the oldest message that the reader has not acknowledged, when there is one.
func (s *stream) next(ctx context.Context) (message, error) {
	for {
		s.mu.Lock()
		at := slices.IndexFunc(s.waiting, func(m message) bool { return m.sequence > s.read })
		if at >= 0 {
			m := s.waiting[at]
			s.mu.Unlock()
			return m, nil
		}
		s.mu.Unlock()
		select {
		case <-s.more:
		case <-ctx.Done():
			return message{}, ctx.Err()
		}
	}
}

func (s *stream) acknowledge(sequence uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read = max(s.read, sequence)
}

// unread returns how many messages the reader has not acknowledged.
func (s *stream) unread() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.waiting {
		if m.sequence > s.read {
			n++
		}
	}
	return n
}

// folded reports whether the reader has acknowledged everything of a name.
func (s *stream) folded(from who) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lastOf(from).sequence <= s.read
}

func (s *stream) purge(from who, before uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting = slices.DeleteFunc(s.waiting, func(m message) bool { return m.from == from && m.sequence < before })
}

// seal puts a mark in the place of the name's last message and erases what is before it, unless something is not folded.
func (s *stream) seal(from who, folded uint64) error {
	last := s.last(from)
	if last.Sequence == 0 || last.Sequence > folded {
		return nil
	}
	id := booking.FactID{Incarnation: last.Incarnation, N: last.N}
	data, err := wire.EncodeMark(wire.Mark{ID: id, Digest: last.Digest})
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	sequence, err := s.publish(from, data, last.Sequence)
	if err != nil {
		return err
	}
	s.purge(from, sequence)
	return nil
}

// fold feeds facts to the scheduler, in order. Now and then the acknowledgement of one is lost with whoever would have
// sent it, and it comes again.
func (s *stream) fold(ctx context.Context, answers answerer, again func() bool) {
	for ctx.Err() == nil {
		m, err := s.next(ctx)
		if err != nil {
			return
		}
		if s.resting() {
			select {
			case <-time.After(time.Minute):
			case <-ctx.Done():
			}
			continue
		}
		err = foldOne(ctx, answers, m)
		switch {
		case err != nil:
			select {
			case <-time.After(time.Second):
			case <-ctx.Done():
			}
		case !again():
			s.acknowledge(m.sequence)
		}
	}
}

func foldOne(ctx context.Context, answers answerer, m message) error {
	if _, err := wire.DecodeMark(m.data); err == nil {
		return nil
	}
	f, err := wire.DecodeFact(m.data)
	if err != nil {
		id, _ := wire.PeekFact(m.data)
		return answers.Park(ctx, m.from.office, m.from.totem, m.sequence, id, err)
	}
	return answers.Fold(ctx, m.from.office, m.from.totem, m.sequence, f)
}
