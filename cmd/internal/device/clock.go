package device

import (
	"sync"
	"time"
)

// clock is what a totem knows of the time: what its own clock shows, which may be wrong, and what the scheduler's showed
// when it was last heard, carried on by a steady counter that no setting of a clock moves. It is safe for concurrent
// use.
type clock struct {
	now    func() time.Time
	steady func() time.Duration

	heard struct {
		sync.Mutex
		theirs time.Time     // zero: the scheduler was not heard in this life of the process
		at     time.Duration // steady then
	}
}

// tolerance is how far the two clocks may be apart before the totem promises no more times.
const tolerance = 5 * time.Minute

// hear notes what the scheduler's clock shows.
func (c *clock) hear(theirs time.Time) {
	c.heard.Lock()
	defer c.heard.Unlock()
	c.heard.theirs, c.heard.at = theirs, c.steady()
}

// theirs returns what the scheduler's clock shows now, ok false if it was never heard.
func (c *clock) theirs() (t time.Time, ok bool) {
	c.heard.Lock()
	defer c.heard.Unlock()
	if c.heard.theirs.IsZero() {
		return time.Time{}, false
	}
	return c.heard.theirs.Add(c.steady() - c.heard.at), true
}

// wrong reports whether the two clocks are known to be apart, and by how much the totem's is ahead.
func (c *clock) wrong() (ahead time.Duration, wrong bool) {
	theirs, ok := c.theirs()
	if !ok {
		return 0, false
	}
	ahead = c.now().Sub(theirs)
	return ahead, ahead.Abs() > tolerance
}

// past returns an instant that is past by both clocks, ok false while only one of them is known: what must not be
// undone by a wrong clock waits until both agree.
func (c *clock) past() (t time.Time, ok bool) {
	theirs, ok := c.theirs()
	if own := c.now(); own.Before(theirs) {
		return own, ok
	}
	return theirs, ok
}
