package contacts

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"example.org/totem/privacy"
)

// How messages are sent.
const (
	most      = 8                // messages under way at the same time
	firstWait = 30 * time.Second // after the first try; twice as long after each
	longest   = 5 * time.Minute  // between two tries
	lastly    = 10 * time.Minute // before the promised time a message is given up
	forOne    = time.Minute      // that a gateway has for one message
	look      = time.Minute      // at the least so often Run looks at the clock
	leave     = 10 * time.Second // for messages under way when Run is to end
)

// attempt is a message that is being looked at or sent.
type attempt struct {
	cancel context.CancelFunc
	done   chan struct{} // closed when nothing of it is under way any more
}

// Run sends what is due until ctx ends, and returns when nothing is under way any more, at the latest a few seconds after. One
// at a time may run.
//
// A message goes out at its entry's Due if its ticket still waits. What a gateway does not take is tried again after 30 s,
// then after twice as long, at most 5 minutes, until 10 minutes before the promised time; where it was due no sooner,
// once. Whatever comes of it, the contact is erased then.
func (s *Store) Run(ctx context.Context, tickets Tickets) {
	sending, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var work sync.WaitGroup
	free := make(chan struct{}, most)
	for ctx.Err() == nil {
		s.again(sending)
		for _, h := range s.begin(sending, most-len(free)) {
			free <- struct{}{}
			work.Go(func() {
				s.attempt(h, tickets)
				<-free
				s.rouse()
			})
		}
		s.tellCounts(false)
		select {
		case <-s.cfg.After(s.untilNext(len(free) == most)):
		case <-s.wake:
		case <-ctx.Done():
		}
	}
	ended := make(chan struct{})
	go func() {
		work.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-s.cfg.After(leave):
		stop()
		<-ended
	}
	s.tellCounts(true)
}

// trial is one attempt at a contact.
type trial struct {
	*held
	ctx  context.Context
	busy *attempt
}

// begin returns at most n contacts that are to be looked at now, the soonest promised times first; they are busy from here on.
func (s *Store) begin(ctx context.Context, n int) []trial {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.cfg.Now()
	var due []*held
	for _, h := range s.held {
		if h.busy == nil && h.end == nil && !h.next.After(now) {
			due = append(due, h)
		}
	}
	slices.SortFunc(due, func(a, b *held) int { return a.start.Compare(b.start) })
	trials := make([]trial, 0, n)
	for _, h := range due[:min(n, len(due))] {
		one, cancel := context.WithTimeout(ctx, forOne)
		h.busy = &attempt{cancel, make(chan struct{})}
		trials = append(trials, trial{h, one, h.busy})
	}
	return trials
}

// untilNext returns how long nothing is to be done, unless a message that is under way ends.
func (s *Store) untilNext(full bool) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	wait, now := look, s.cfg.Now()
	if full {
		return wait
	}
	for _, h := range s.held {
		if h.busy == nil && h.end == nil {
			wait = min(wait, h.next.Sub(now))
		}
	}
	return max(wait, 0)
}

// attempt looks at one contact: it is sent, or put off, and erased where nothing more is to come.
func (s *Store) attempt(t trial, tickets Tickets) {
	defer close(t.busy.done)
	defer t.busy.cancel()
	why := s.try(t, tickets)
	s.mu.Lock()
	defer s.mu.Unlock()
	t.held.busy = nil
	switch {
	case t.end != nil: // erased meanwhile, or that is to be tried again
	case why == 0:
		s.putOff(t.held)
	default:
		s.counters.add(why)
		if err := s.erase(context.WithoutCancel(t.ctx), t.held, why); err != nil {
			s.tellFault(err)
		}
	}
}

// putOff sets when a contact is looked at next. The caller holds mu.
func (s *Store) putOff(h *held) {
	now, limit := s.cfg.Now(), h.limit()
	wait := min(firstWait<<min(h.tries, 10), longest)
	h.tries++
	h.next = now.Add(wait)
	if now.Before(limit) && h.next.After(limit) {
		h.next = limit
	}
}

// limit returns from when on nothing is tried any more.
func (h *held) limit() time.Time {
	if limit := h.start.Add(-lastly); h.due.Before(limit) {
		return limit
	}
	return h.start
}

// try sends a message if it is to be sent, and returns why its contact is to be erased, 0 if it is to be kept.
func (s *Store) try(t trial, tickets Tickets) Why {
	if now := s.cfg.Now(); !now.Before(t.limit()) {
		return GivenUp
	}
	standing, err := tickets.Ticket(t.ctx, t.ticket.office, t.ticket.ref)
	switch {
	case err != nil:
		s.tellFault(err)
		return 0
	case standing.State == Over:
		return Ended
	case standing.State != Waiting:
		return 0
	}
	b, err := s.take(t)
	if errors.Is(err, errUnreadable) {
		return GivenUp
	}
	if err != nil {
		s.tellFault(err)
		return 0
	}
	n := s.notifier(t, b.Channel)
	if n == nil {
		return 0
	}
	if t.unsure && !n.Once() {
		return GivenUp
	}
	return s.send(t, n, compose(b, standing, s.cfg.Now()))
}

// take decrypts a contact that is to be sent.
func (s *Store) take(t trial) (body, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.end != nil {
		return body{}, errUnreadable
	}
	return s.read(t.held)
}

// notifier returns who serves a channel, nil for nobody.
func (s *Store) notifier(t trial, channel privacy.Channel) Notifier {
	for _, n := range s.cfg.Notifiers(t.ticket.office) {
		if slices.Contains(n.Channels(), channel) {
			return n
		}
	}
	return nil
}

// send hands a message to its gateway, between two marks.
func (s *Store) send(t trial, n Notifier, m Message) Why {
	if err := s.mark(t, []byte(sendingWord)); err != nil {
		s.tellFault(err)
		return 0
	}
	err := n.Send(t.ctx, m)
	s.tellGateway(m.Channel, err)
	switch {
	case err == nil:
		return Sent
	case errors.Is(err, ErrRefused):
		return GivenUp
	case errors.Is(err, ErrUnsure) && !n.Once():
		return GivenUp
	case errors.Is(err, ErrUnsure):
		return 0 // it stays marked
	}
	if err := s.mark(t, make([]byte, len(sendingWord))); err != nil {
		s.tellFault(err)
	}
	return 0
}

// mark writes the mark of a message that is being sent, unless the contact is being erased.
func (s *Store) mark(t trial, word []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.end != nil {
		return context.Canceled
	}
	return s.folder.overwrite(t.id, sendingAt, word)
}
