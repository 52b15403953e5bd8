package board

import (
	"context"
	"time"

	"periph.io/x/conn/v3/gpio"
)

// Contact is how a line that is read is.
type Contact uint8

// The states of a contact. The zero Contact is none.
const (
	None   Contact = iota // there is none
	Quiet                 // it does not tell: the door is shut, there is paper
	Tells                 // it tells: the door is open, the paper is out or near its end
	Absent                // its line cannot be used
)

const (
	// settles is how long a line must keep its level before it is believed: springs chatter for some milliseconds.
	settles = 50 * time.Millisecond
	// look is how long an edge is waited for before the level is read all the same: edges may be lost. It is positive, for periph
	// takes neither 0 nor -1 on these lines for what it is elsewhere (periph/host#78), and it bounds how long an end takes.
	look = 500 * time.Millisecond
	// again is how often a line is tried that cannot be used.
	again = 30 * time.Second
)

// watch reads a line until ctx ends and tells how it is, at the start and at each change.
func watch(ctx context.Context, lines Lines, in Input, tell func(Contact, error)) {
	for ctx.Err() == nil {
		line, err := lines.In(in.Line)
		if err != nil {
			tell(Absent, err)
			pause(ctx, again)
			continue
		}
		follow(ctx, line, in.Low, func(c Contact) { tell(c, nil) })
		line.Close()
	}
}

// follow tells of each level that lasts.
func follow(ctx context.Context, line In, low bool, tell func(Contact)) {
	told, last := None, gpio.Low
	for ctx.Err() == nil {
		if level := line.Read(); told == None || level != last {
			last = steady(ctx, line, level)
			now := Quiet
			if (last == gpio.Low) == low {
				now = Tells
			}
			if now != told && ctx.Err() == nil {
				told = now
				tell(now)
			}
		}
		begin := time.Now()
		if line.WaitForEdge(look) {
			continue
		}
		if rest := look - time.Since(begin); rest > 0 { // a line that cannot be waited for any more answers at once
			pause(ctx, rest)
		}
	}
}

// steady returns the level of a line once it has lasted, or what it is when ctx ends.
func steady(ctx context.Context, line In, level gpio.Level) gpio.Level {
	for since := time.Now(); time.Since(since) < settles && pause(ctx, settles/5); {
		if now := line.Read(); now != level {
			level, since = now, time.Now()
		}
	}
	return level
}

// pause lets time pass, and reports false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
