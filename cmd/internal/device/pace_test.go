package device

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/booking"
)

// TestNoStretchOfTimeHasMoreTicketsThanThePaceAllows asks at random moments, and gives a ticket whenever it may.
func TestNoStretchOfTimeHasMoreTicketsThanThePaceAllows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		queue := booking.Queue{ID: "a", Pace: booking.Pace{Tickets: rapid.IntRange(1, 5).Draw(t, "tickets"),
			Within: time.Duration(rapid.IntRange(1, 4).Draw(t, "minutes")) * time.Minute}}
		var now time.Duration
		p := newPace(func() time.Duration { return now })
		var given []time.Duration
		for range rapid.IntRange(1, 60).Draw(t, "asked") {
			wait := p.wait(queue)
			if other := (booking.Queue{ID: "b", Pace: queue.Pace}); p.wait(other) != 0 {
				t.Fatal("another queue waits too")
			}
			if wait > 0 {
				now += wait - 1 // refused until the very end
				if p.wait(queue) == 0 {
					t.Fatalf("the wait of %v is too long", wait)
				}
				if now++; p.wait(queue) != 0 {
					t.Fatalf("the wait of %v is too short", wait)
				}
			}
			p.note(queue)
			given = append(given, now)
			now += time.Duration(rapid.IntRange(0, 90).Draw(t, "seconds")) * time.Second
		}
		for i, first := range given {
			n := 0
			for _, at := range given[i:] {
				if at-first < queue.Pace.Within {
					n++
				}
			}
			if n > queue.Pace.Tickets {
				t.Fatalf("%d tickets from %v on, in %v", n, first, queue.Pace.Within)
			}
		}
		if kept := len(p.given[queue.ID]); kept > queue.Pace.Tickets {
			t.Fatalf("%d moments are kept", kept)
		}
	})
}

func TestAQueueWithoutAPaceNeverWaits(t *testing.T) {
	p := newPace(func() time.Duration { return 0 })
	for range 100 {
		if p.note(booking.Queue{ID: "a"}); p.wait(booking.Queue{ID: "a"}) != 0 || len(p.given["a"]) != 0 {
			t.Fatal("it waits, or keeps what it does not need")
		}
	}
}
