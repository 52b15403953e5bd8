package device

import (
	"sync"
	"time"
)

// Grade is how well a totem knows the time.
type Grade string

// The grades.
const (
	ClockUnknown  Grade = "unknown"  // nobody vouches for it: numbers are given, and no times
	ClockHoldover Grade = "holdover" // it was vouched for, and has been carried on since
	ClockSynced   Grade = "synced"   // it was vouched for less than an hour ago
)

// Voucher is who says what time it is.
type Voucher string

// The vouchers.
const (
	ByScheduler Voucher = "scheduler" // by a signed reading
	ByKernel    Voucher = "kernel"    // a time service keeps the system's clock
	ByPerson    Voucher = "person"    // by the command vouch
	ByBattery   Voucher = "battery"   // the clock ran on while the machine was off
)

// rank says whose word stands when two do not agree; between equals it is the later one.
func (v Voucher) rank() int {
	switch v {
	case ByScheduler:
		return 3
	case ByPerson, ByKernel:
		return 2
	case ByBattery:
		return 1
	}
	return 0
}

// ofOwnClock reports whether the voucher spoke of what the system's clock shows.
func (v Voucher) ofOwnClock() bool { return v != ByScheduler }

const (
	// tolerance is how far off a clock may be before the totem promises no more times by it.
	tolerance = 5 * time.Minute
	// freshness is how long a vouch makes the clock synced.
	freshness = time.Hour
	// drift is how much a counter goes wrong in the time that it counts: 100 parts in a million, 8.6 s a day.
	drift = 10_000 // one part in
	// slew is how much a time service bends the system's clock without setting it: 500 parts in a million.
	slew = 2_000 // one part in
	// jump is what is more than reading two clocks one after the other explains.
	jump = 2 * time.Second
	// settle is how long the scheduler's signed time must have gone on evenly before a day is closed by it alone.
	settle = 10 * time.Minute
)

// vouch is one word about the time: what it was when the steady counter stood at At.
type vouch struct {
	By   Voucher       // "" for nobody's
	Time time.Time     // what the time was
	Most time.Duration // how far off that may have been
	At   time.Duration // what the steady counter showed
	Wall time.Time     // what the system's clock showed
}

// on returns what the time is when the counter stands at at, and how far off that may be.
func (v vouch) on(at time.Duration) (t time.Time, most time.Duration) {
	return v.Time.Add(at - v.At), v.Most + (at-v.At).Abs()/drift
}

// standing is what a totem knows of the time at one instant.
type standing struct {
	Grade Grade
	By    Voucher       // "" while unknown
	Time  time.Time     // the best that is known; while unknown only a time that is past for certain, which counts on
	Most  time.Duration // how far off Time may be; 0 while unknown
}

func (s standing) unknown() bool { return s.Grade == ClockUnknown }

// clock is what a totem knows of the time. It rests on the last good word about it and on a steady counter that nobody
// sets; what the system's clock shows counts only while somebody vouches for it. It is safe for concurrent use.
type clock struct {
	now     func() time.Time
	steady  func() time.Duration
	machine Machine

	mu        sync.Mutex
	held      vouch         // the word that stands
	confirmed time.Duration // steady, when somebody last agreed with it
	floor     vouch         // it is later than that, for certain; zero Time: nothing is certain
	looked    vouch         // what the two clocks showed at the last look
	trusted   bool          // somebody vouched for the system's clock since it was last set
	theirs    heard
}

// heard is what the scheduler's clock showed when it was last heard.
type heard struct {
	vouch
	signed bool
	since  time.Duration // steady, when the signed time began to go on evenly
}

// begin takes in what is left of earlier: the latest moment known to be right, zero for none, and words about the time, of
// which only those of this boot count. A clock that ran on a battery is believed where no later moment is known.
func (c *clock) begin(seen time.Time, left ...memory) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at, wall := c.steady(), c.now()
	c.looked = vouch{At: at, Wall: wall}
	c.floor = vouch{Time: seen, At: at}
	sameBoot := false
	for _, m := range left {
		if m.Boot == "" || m.Boot != c.machine.Boot() || m.At > at {
			continue
		}
		sameBoot = true
		if m.By != "" && !(m.By.ofOwnClock() && stepped(m.vouch, wall, at)) {
			c.take(m.vouch, at)
		}
	}
	c.askKernel(wall, at)
	if c.held.By == "" && !sameBoot && !seen.IsZero() && !wall.Before(seen) && c.machine.Battery() {
		c.take(vouch{By: ByBattery, Time: wall, Most: jump + wall.Sub(seen)/drift, At: at, Wall: wall}, at)
	}
}

// stepped reports whether the system's clock was set since it was seen with v.
func stepped(v vouch, wall time.Time, at time.Duration) bool {
	passed := at - v.At
	return (wall.Sub(v.Wall) - passed).Abs() > jump+passed.Abs()/slew
}

// look asks the machine what it says of its clock. A clock that was set while the totem ran is vouched for by nobody
// any more. It is to be called every few seconds.
func (c *clock) look() {
	c.mu.Lock()
	defer c.mu.Unlock()
	at, wall := c.steady(), c.now()
	if stepped(c.looked, wall, at) {
		c.trusted = false
		if c.held.By.ofOwnClock() {
			c.held = vouch{}
		}
	}
	c.looked = vouch{At: at, Wall: wall}
	c.askKernel(wall, at)
}

// askKernel takes the system's clock for right while a time service keeps it, if that is not impossible.
func (c *clock) askKernel(wall time.Time, at time.Duration) {
	most, ok := c.machine.Synchronised()
	if least, certain := c.least(at); ok && !(certain && wall.Before(least.Add(-tolerance))) {
		c.take(vouch{By: ByKernel, Time: wall, Most: most, At: at, Wall: wall}, at)
	}
}

// take weighs a word about the time against the one that stands. Of two that agree the closer one stays.
func (c *clock) take(v vouch, at time.Duration) {
	c.trusted = c.trusted || v.By.ofOwnClock()
	said, most := v.on(at)
	known, held := c.held.on(at)
	agree := c.held.By != "" && said.Sub(known).Abs() <= most+held
	switch fresh := at-max(c.held.At, c.confirmed) < freshness; {
	case agree && most > held:
		if v.By != ByBattery {
			c.confirmed = max(c.confirmed, v.At)
		}
		return
	case agree, c.held.By == "", v.By.rank() >= c.held.By.rank(), !fresh && v.By != ByBattery:
		c.held, c.confirmed = v, v.At
	}
}

// vouched takes in what a person says.
func (c *clock) vouched(m memory) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at := c.steady(); m.By == ByPerson && m.Boot != "" && m.Boot == c.machine.Boot() && m.At <= at {
		c.looked = vouch{At: at, Wall: c.now()} // whoever set the clock did it before saying so
		c.take(m.vouch, at)
	}
}

// read takes in a reading that the scheduler signed, as it came back after rtt: it was taken half-way, give or take.
func (c *clock) read(theirs time.Time, rtt time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at, wall := c.steady(), c.now()
	v := vouch{By: ByScheduler, Time: theirs.Add(rtt / 2), Most: rtt/2 + time.Millisecond, At: at, Wall: wall}
	was, _ := c.theirs.on(at)
	if !c.theirs.signed || v.Time.Sub(was).Abs() > tolerance {
		c.theirs.since = at
	}
	c.theirs.vouch, c.theirs.signed = v, true
	c.take(v, at)
}

// hear notes what the scheduler's clock shows, which nobody has signed. It vouches for nothing.
func (c *clock) hear(theirs time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at := c.steady(); !c.theirs.signed || at-c.theirs.At >= freshness {
		c.theirs = heard{vouch: vouch{Time: theirs, At: at}}
	}
}

// standing returns what is known of the time now.
func (c *clock) standing() standing {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stand(c.steady())
}

func (c *clock) stand(at time.Duration) standing {
	t, most := c.held.on(at)
	switch {
	case c.held.By == "", most > tolerance:
		least, _ := c.least(at)
		return standing{Grade: ClockUnknown, Time: least}
	case c.held.By != ByBattery && at-max(c.held.At, c.confirmed) < freshness:
		return standing{ClockSynced, c.held.By, t, most}
	}
	return standing{ClockHoldover, c.held.By, t, most}
}

// least returns a time that is past for certain; ok is false if none is, and then it only counts on.
func (c *clock) least(at time.Duration) (t time.Time, ok bool) {
	if c.floor.Time.IsZero() {
		return time.Unix(0, 0).UTC().Add(at), false
	}
	t, _ = c.floor.on(at)
	return t, true
}

// time returns the best that is known of the time, as standing.Time.
func (c *clock) time() time.Time { return c.standing().Time }

// word returns the word that stands, ok false if none does.
func (c *clock) word() (v vouch, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.held, !c.stand(c.steady()).unknown()
}

// saw notes that t was right, at the latest now: no earlier time is believed of a clock that nobody vouches for.
func (c *clock) saw(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := c.steady()
	if least, certain := c.least(at); !certain || t.After(least) {
		c.floor = vouch{Time: t, At: at}
	}
}

// ahead returns how far the system's clock is ahead of the time, 0 while that is unknown, and whether it is too far.
func (c *clock) ahead() (ahead time.Duration, wrong bool) {
	s := c.standing()
	if s.unknown() {
		return 0, false
	}
	ahead = c.now().Sub(s.Time)
	return ahead, ahead.Abs() > tolerance
}

// disputed reports whether the scheduler shows another time than the one that is vouched for, and has signed none: then
// nobody can tell which of the two is right.
func (c *clock) disputed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := c.steady()
	s := c.stand(at)
	theirs, _ := c.theirs.on(at)
	return !s.unknown() && !c.theirs.Time.IsZero() && !c.theirs.signed && s.Time.Sub(theirs).Abs() > tolerance
}

// past returns an instant that is past by the scheduler's clock and by the system's, for what must not be undone by a
// wrong clock. A system's clock that nobody vouches for has no say: instead the scheduler's signed time must have gone
// on evenly for a while. ok is false while it is not known.
func (c *clock) past() (t time.Time, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := c.steady()
	theirs, _ := c.theirs.on(at)
	switch {
	case c.theirs.Time.IsZero():
		return time.Time{}, false
	case !c.trusted:
		return theirs, c.theirs.signed && at-c.theirs.since >= settle
	}
	if own := c.now(); own.Before(theirs) {
		return own, true
	}
	return theirs, true
}
