package main

import (
	"fmt"
	"sync"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
)

// clock runs as fast as the real one, from another hour, and can be put forward: the whole world then has waited so long.
type clock struct {
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

func newClock(start time.Time) *clock {
	return &clock{start: start, started: time.Now(), alarms: make(map[*alarm]bool)}
}

// Now returns what the clock shows.
func (c *clock) Now() time.Time { return c.start.Add(c.Steady()) }

// Steady returns for how long the world has been there.
func (c *clock) Steady() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.steady()
}

func (c *clock) steady() time.Duration { return time.Since(c.started) + c.ahead }

// After is time.After by this clock.
func (c *clock) After(d time.Duration) <-chan time.Time {
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
func (c *clock) ring(a *alarm) {
	if c.alarms[a] {
		delete(c.alarms, a)
		a.timer.Stop()
		a.rings <- c.start.Add(c.steady())
	}
}

// Forward puts the clock forward, and wakes whoever has waited long enough then.
func (c *clock) Forward(d time.Duration) {
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

// opening returns where the simulator's clock starts: as asked, or some way into the office's next opening.
func opening(asked string, hours booking.Hours, zone *time.Location) (time.Time, error) {
	if asked != "" {
		t, err := time.ParseInLocation("2006-01-02T15:04", asked, zone)
		if err != nil {
			return time.Time{}, fault.New(fault.CodeUsage, nil, "write the office's local time as 2026-11-24T15:10", "--now %q is not understood", asked)
		}
		return t, nil
	}
	day, opens, ok := hours.Next(time.Now(), zone)
	if !ok {
		return time.Time{}, fault.New(fault.CodeOffice, nil, "give the office opening hours", "the office never opens")
	}
	const settled = 71 * time.Minute // the first citizens have come and gone
	for _, span := range hours.On(day) {
		if day.At(span.From, zone).Equal(opens) && opens.Add(2*settled).Before(day.At(span.To, zone)) {
			return opens.Add(settled), nil
		}
	}
	return opens, nil
}

// panelSize reads a size as "1080x1920". Whether a panel can be so small or large is the window's to say.
func panelSize(s string) (width, height int, err error) {
	n, _ := fmt.Sscanf(s, "%dx%d", &width, &height)
	if n != 2 || width < 1 || height < 1 || fmt.Sprintf("%dx%d", width, height) != s {
		return 0, 0, fault.New(fault.CodeUsage, nil, "write it as 1080x1920 or 1920x1080", "--size %q is not understood", s)
	}
	return width, height, nil
}
