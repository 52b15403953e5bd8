package scanner

import (
	"hash/maphash"
	"time"

	"example.org/totem/booking"
)

const (
	// again is how long the same code counts as read once: a reader goes on reading what lies before it, some times a
	// second. It is counted from when the code was seen last.
	again = 2 * time.Second
	// pace is how long nothing counts after a code: nobody holds up two tickets so quickly, but a reader that is broken, or
	// somebody in its place, could try codes one after the other.
	pace = 500 * time.Millisecond
)

// echo tells what counts of what one reader reads. It keeps no code: only a sum that means nothing without the seed, for
// as long as it is needed.
type echo struct {
	seed maphash.Seed

	known   bool
	sum     uint64    // of the ticket's code that counted last
	seen    time.Time // when that was seen last
	counted time.Time // when it counted; zero: none ever did
	other   time.Time // when something else was seen last; zero: never
}

func newEcho() *echo { return &echo{seed: maphash.MakeSeed()} }

// counts tells whether code counts, read now. "" is something else, all of which is the same.
func (e *echo) counts(code booking.Code, now time.Time) bool {
	e.fade(now)
	sum := maphash.String(e.seed, string(code))
	switch {
	case code != "" && e.known && e.sum == sum:
		e.seen = now
		return false
	case now.Sub(e.counted) < pace:
		return false
	case code != "":
		e.known, e.sum, e.seen, e.counted = true, sum, now, now
		return true
	}
	fresh := now.Sub(e.other) >= again
	e.other = now
	return fresh
}

// fade forgets the code that was seen too long ago, and returns when it is to be called again; zero: nothing is left to
// forget.
func (e *echo) fade(now time.Time) time.Time {
	if e.known && now.Sub(e.seen) >= again {
		e.seed, e.known, e.sum = maphash.MakeSeed(), false, 0
	}
	if !e.known {
		return time.Time{}
	}
	return e.seen.Add(again)
}
