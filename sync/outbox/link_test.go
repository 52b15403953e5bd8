package outbox_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"example.org/totem/booking"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
)

// wireless is a link to a centre that loses, doubles and delays what it carries.
type wireless struct {
	centre *centre
	events chan outbox.Event

	mu   sync.Mutex
	rng  *rand.Rand
	loss float64 // of a request or an answer, each
	life int     // of the scheduler's machine: what is under way goes down with it
	wg   sync.WaitGroup
}

func newWireless(c *centre, seed uint64) *wireless {
	return &wireless{centre: c, events: make(chan outbox.Event, 1000), rng: rand.New(rand.NewPCG(seed, 1))}
}

func (l *wireless) Events() <-chan outbox.Event { return l.events }

// chance returns whether something of probability p happens, and how long a message takes.
func (l *wireless) chance(p float64) (bool, time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.rng.Float64() < p, time.Duration(l.rng.IntN(3000)) * time.Millisecond
}

func (l *wireless) losing() float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.loss
}

func (l *wireless) setLoss(p float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.loss = p
}

var errNoResponder = errors.New("nobody answers")

func (l *wireless) living() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.life
}

// goDown loses what is under way.
func (l *wireless) goDown() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.life++
}

// carry takes a request to the centre, and perhaps, much later, once more. What it says must be read before ctx ends.
func carry[T any](ctx context.Context, l *wireless, handle func() (T, error)) (T, error) {
	var none T
	loss := l.losing()
	if lost, delay := l.chance(loss / 2); lost {
		<-time.After(delay)
		return none, errNoResponder
	}
	type answer struct {
		value T
		err   error
	}
	answered := make(chan answer, 1)
	lost, there := l.chance(loss)
	_, back := l.chance(0)
	again, later := l.chance(loss)
	life := l.living()
	if slow, _ := l.chance(loss / 2); slow {
		there += 25 * time.Second // longer than anybody waits
	}
	l.wg.Go(func() {
		<-time.After(there)
		if lost || l.living() != life {
			return
		}
		value, err := handle()
		if again {
			<-time.After(20 * later)
			if l.living() == life {
				handle()
			}
		}
		if dropped, _ := l.chance(loss); !dropped {
			answered <- answer{value, err}
		}
	})
	select {
	case <-ctx.Done():
		return none, ctx.Err()
	case a := <-answered:
		select {
		case <-ctx.Done():
			return none, ctx.Err()
		case <-time.After(back):
			return a.value, a.err
		}
	}
}

func (l *wireless) Hello(ctx context.Context, h wire.Hello) (wire.Welcome, error) {
	return carry(ctx, l, func() (wire.Welcome, error) { return l.centre.hello(h) })
}

// Merge is not doubled, and not late: a connection brings a request soon or not at all.
func (l *wireless) Merge(ctx context.Context, m wire.Merge) (wire.Merged, error) {
	lost, delay := l.chance(l.losing())
	dropped, _ := l.chance(l.losing())
	<-time.After(delay)
	if lost || ctx.Err() != nil {
		return wire.Merged{}, errNoResponder
	}
	merged, err := l.centre.merge(m)
	if dropped {
		return wire.Merged{}, errNoResponder
	}
	return merged, err
}

func (l *wireless) Clock(ctx context.Context, c wire.Clock) (wire.Reading, error) {
	return carry(ctx, l, func() (wire.Reading, error) {
		l.centre.mu.Lock()
		defer l.centre.mu.Unlock()
		l.centre.heard = append(l.centre.heard, "clock")
		if l.centre.old {
			return wire.Reading{}, &wire.Refusal{Code: wire.RefusedMessage, Sentence: "no such request", Remedy: "update"}
		}
		return wire.Reading{Nonce: c.Nonce, Time: time.Now().UTC().Truncate(time.Millisecond), Signature: make([]byte, 64)}, nil
	})
}

func (l *wireless) Health(ctx context.Context, h wire.Health) (wire.Noted, error) {
	l.centre.mu.Lock()
	mute := l.centre.mute
	l.centre.mu.Unlock()
	if mute {
		<-ctx.Done()
		return wire.Noted{}, ctx.Err()
	}
	return carry(ctx, l, func() (wire.Noted, error) { return l.centre.noteHealth(h) })
}

func (l *wireless) Send(ctx context.Context, f booking.Fact, chain uint64) (uint64, error) {
	return carry(ctx, l, func() (uint64, error) { return l.centre.send(f, chain) })
}

func (l *wireless) Last(ctx context.Context, _ wire.Last) (wire.Accepted, error) {
	return carry(ctx, l, func() (wire.Accepted, error) {
		l.centre.mu.Lock()
		defer l.centre.mu.Unlock()
		return l.centre.last(), nil
	})
}

func (l *wireless) Pull(ctx context.Context, p wire.Pull) (wire.Pulled, error) {
	return carry(ctx, l, func() (wire.Pulled, error) { return l.centre.pull(p) })
}
