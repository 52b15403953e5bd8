// Package simclock is a clock for tests and simulations that can be put forward.
package simclock

import (
	"sync"
	"time"
)

// Clock runs as fast as the real one, from another hour, and can be put forward: the whole world then has waited so long.
type Clock struct {
	start   time.Time // what it showed when it was made
	started time.Time // when that was

	mu     sync.Mutex
	ahead  time.Duration // by which it was put forward
	alarms map[*alarm]bool
}

// alarm is somebody who waits.
type alarm struct {
	at    time.Duration // of steady
	rings chan time.Time
	timer *time.Timer
}

// New returns a clock that shows start now.
func New(start time.Time) *Clock {
	return &Clock{start: start, started: time.Now(), alarms: make(map[*alarm]bool)}
}

// Now returns what the clock shows.
func (c *Clock) Now() time.Time { return c.start.Add(c.Steady()) }

// Steady returns for how long the world has been there.
func (c *Clock) Steady() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.steady()
}

func (c *Clock) steady() time.Duration { return time.Since(c.started) + c.ahead }

// After is time.After by this clock.
func (c *Clock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	a := &alarm{at: c.steady() + d, rings: make(chan time.Time, 1)}
	c.alarms[a] = true
	a.timer = time.AfterFunc(d, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.ring(a)
	})
	return a.rings
}

// ring wakes who waits for a, once.
func (c *Clock) ring(a *alarm) {
	if c.alarms[a] {
		delete(c.alarms, a)
		a.timer.Stop()
		a.rings <- c.start.Add(c.steady())
	}
}

// Forward puts the clock forward, and wakes whoever has waited long enough then.
func (c *Clock) Forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
	now := c.steady()
	for a := range c.alarms {
		if a.at <= now {
			c.ring(a)
			continue
		}
		a.timer.Reset(a.at - now)
	}
}
