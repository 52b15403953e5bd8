package contacts

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
	"example.org/totem/privacy"
)

// counting is how long messages are counted before their numbers are told: an hour tells nobody's time.
const counting = time.Hour

// counters count what became of messages since they were told last.
type counters struct {
	since         time.Time
	sent, givenUp int
}

func (c *counters) add(why Why) {
	switch why {
	case Sent:
		c.sent++
	case GivenUp:
		c.givenUp++
	}
}

// tellCounts tells the log how many messages went out and how many did not, once an hour or at last.
func (s *Store) tellCounts(last bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, c := s.cfg.Now(), &s.counters
	if c.since.IsZero() {
		c.since = now
	}
	if now.Sub(c.since) < counting && !last {
		return
	}
	if c.sent > 0 {
		event.Log(s.cfg.Log, event.MessagesSent, slog.Int("count", c.sent))
	}
	if c.givenUp > 0 {
		event.Log(s.cfg.Log, event.MessagesGivenUp, slog.Int("count", c.givenUp))
	}
	*c = counters{since: now}
}

// tellFault tells the log of what stood in the way of a contact, which says nothing of it.
func (s *Store) tellFault(err error) {
	if !errors.Is(err, context.Canceled) {
		event.Log(s.cfg.Log, event.CentralFault, fault.Attrs(err)...)
	}
}

// voices are the channels whose gateway did not take the last message.
type voices struct {
	mu     sync.Mutex
	silent map[privacy.Channel]bool
}

// tellGateway tells the log when a gateway ceases to take messages, and when it takes them again. What it refuses for good is
// that message's fault.
func (s *Store) tellGateway(channel privacy.Channel, err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	failed := err != nil && !errors.Is(err, ErrRefused)
	s.voices.mu.Lock()
	defer s.voices.mu.Unlock()
	if s.voices.silent[channel] == failed {
		return
	}
	if s.voices.silent == nil {
		s.voices.silent = make(map[privacy.Channel]bool)
	}
	s.voices.silent[channel] = failed
	if failed {
		event.Log(s.cfg.Log, event.GatewayFault, append(fault.Attrs(err), slog.String("channel", string(channel)))...)
		return
	}
	event.Log(s.cfg.Log, event.GatewayWell, slog.String("channel", string(channel)))
}
