package outbox_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/sync/outbox"
)

func TestASecondStoreWithTheSameNameIsRefusedAndTheFirstGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCentre()
		first, _ := calm(t, c, newDisk(7))
		defer first.end(t)
		second, _ := calm(t, c, newDisk(8))
		defer second.end(t)
		for range 3 {
			first.commit()
			second.commit()
			pass(time.Minute)
		}
		if len(reported[outbox.Refused](second)) == 0 || len(reported[outbox.Forked](first)) != 0 {
			t.Errorf("reports %v and %v", first.reports, second.reports)
		}
		if got := c.numbers(second.disk.life()); len(got) != 0 {
			t.Errorf("of the second store %v were accepted", got)
		}
		if got := c.numbers(first.disk.life()); !slices.Equal(got, oneToN(3)) {
			t.Errorf("of the first store %v were accepted", got)
		}
	})
}

func TestTheLateFactsOfAFencedStoreDoNotStopTheNewOne(t *testing.T) {
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 5))
			c := newCentre()
			old, _ := calm(t, c, newDisk(7))
			defer old.end(t)
			old.commit()
			pass(time.Minute)
			c.fence()
			young, _ := begin(t, c, newDisk(8))
			defer young.end(t)
			for range 12 {
				[]*device{old, young}[rng.IntN(2)].commit()
				pass(time.Duration(rng.IntN(8)) * time.Second)
			}
			pass(5 * time.Minute)
			if len(reported[outbox.Forked](young)) > 0 || len(reported[outbox.Refused](young)) > 0 {
				t.Errorf("the new store: %v", young.reports)
			}
			if got := c.numbers(young.disk.life()); !slices.Equal(got, oneToN(young.disk.last())) {
				t.Errorf("seed %d: of the new store %v were accepted, want %d", seed, got, young.disk.last())
			}
			if len(reported[outbox.Forked](old)) > 0 || len(reported[outbox.Refused](old)) == 0 {
				t.Errorf("the fenced store: %v", old.reports)
			}
		})
	}
}

func TestAForeignMessageOnTheFactsSubjectStopsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCentre()
		d, _ := calm(t, c, newDisk(7))
		for range 5 {
			d.commit()
			pass(time.Minute)
			c.litter()
		}
		d.end(t)
		c.litter() // found by the first hello
		again, _ := calm(t, c, d.disk)
		defer again.end(t)
		again.commit()
		again.commit()
		pass(time.Minute)
		if got := c.numbers(d.disk.life()); !slices.Equal(got, oneToN(7)) {
			t.Errorf("accepted %v, reports %v", got, again.reports)
		}
		if d.disk.waiting() != 0 || len(reported[outbox.Forked](d)) > 0 || len(reported[outbox.Forked](again)) > 0 {
			t.Errorf("reports %v, then %v", d.reports, again.reports)
		}
	})
}

// offlineCopy returns a store that committed and sent one fact, and a copy of it that went its own way without a link.
func offlineCopy(t *testing.T, c *centre, facts int) (original *device, copied *disk) {
	original, _ = calm(t, c, newDisk(7))
	original.commit()
	pass(time.Minute)
	copied = original.disk.copyOf()
	copied.salt = 1
	for range facts {
		copied.commit()
	}
	return original, copied
}

func TestACopyThatWorkedOfflineIsAForkAndTheOriginalIsNot(t *testing.T) {
	for own := 1; own <= 3; own++ { // facts of the copy, one of the original
		synctest.Test(t, func(t *testing.T) {
			c := newCentre()
			original, copied := offlineCopy(t, c, own)
			defer original.end(t)
			original.commit()
			pass(time.Minute)
			d, _ := calm(t, c, copied)
			defer d.end(t)
			if len(reported[outbox.Forked](d)) != 1 || copied.waiting() != own {
				t.Errorf("the copy, with %d facts: %v, %d wait", own, d.reports, copied.waiting())
			}
			original.commit()
			pass(time.Minute)
			if got := c.numbers(original.disk.life()); len(reported[outbox.Forked](original)) > 0 || !slices.Equal(got, oneToN(3)) {
				t.Errorf("the original: %v, accepted %v", original.reports, got)
			}
		})
	}
}

func TestACopyIsAForkThoughTheOriginalHasTheHigherNumbers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCentre()
		original, copied := offlineCopy(t, c, 4)
		defer original.end(t)
		original.commit()
		original.commit()
		pass(time.Minute)
		d, _ := calm(t, c, copied)
		defer d.end(t)
		if len(reported[outbox.Forked](d)) != 1 || copied.waiting() != 4 {
			t.Errorf("reports %v, %d wait", d.reports, copied.waiting())
		}
	})
}

func TestAClosedCopyIsAForkAsWell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCentre()
		original, copied := offlineCopy(t, c, 1)
		defer original.end(t)
		original.commit()
		pass(time.Minute)
		copied.closeDay()
		d, _ := calm(t, c, copied)
		defer d.end(t)
		if len(reported[outbox.Forked](d)) != 1 {
			t.Errorf("reports %v", d.reports)
		}
	})
}

func TestAnAcknowledgementLostBeforeClosingTimeIsRecognisedAfterIt(t *testing.T) {
	for name, sentAs := range map[string]func(booking.Fact) booking.Fact{
		"as it was":  func(f booking.Fact) booking.Fact { return f },
		"as a count": booking.Fact.Counted,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, k := newCentre(), newDisk(7)
				k.commit()
				k.commit()
				if _, err := c.send(sentAs(k.facts[0]), 0); err != nil { // and nobody hears of it
					t.Fatal(err)
				}
				k.closeDay()
				d, _ := calm(t, c, k)
				defer d.end(t)
				if got := c.numbers(k.life()); !slices.Equal(got, oneToN(2)) || k.waiting() != 0 || len(reported[outbox.Forked](d)) > 0 {
					t.Errorf("accepted %v, reports %v", got, d.reports)
				}
			})
		})
	}
}

func TestAStoreThatFindsAnotherTicketOnItsSlotIsAFork(t *testing.T) {
	cause := fault.New(fault.CodeLinkFork, nil, "find the copy", "another ticket on a slot of this totem")
	for name, learn := range map[string]func(c *centre, l *wireless){
		"by a pull": func(*centre, *wireless) {},
		"by a push": func(c *centre, l *wireless) {
			pushed := c.change(rand.New(rand.NewPCG(1, 1)))
			l.events <- outbox.Event{Pushed: &pushed}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCentre()
				d, link := calm(t, c, newDisk(7))
				defer d.end(t)
				d.disk.mu.Lock()
				d.disk.forked = cause
				d.disk.mu.Unlock()
				learn(c, link)
				pass(2 * time.Minute)
				forks := reported[outbox.Forked](d)
				if len(forks) != 1 || forks[0].Err == nil {
					t.Fatalf("reports %v", d.reports)
				}
				d.commit()
				pass(time.Hour)
				if got := c.numbers(d.disk.life()); len(got) != 0 {
					t.Errorf("after the fork facts were accepted: %v", got)
				}
			})
		})
	}
}

func TestASchedulerThatAlwaysHasMoreHoldsUpNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCentre()
		c.change(rand.New(rand.NewPCG(1, 1)))
		c.insists = true
		d, _ := calm(t, c, newDisk(7))
		defer d.end(t)
		d.commit()
		pass(10 * time.Minute)
		if got := c.numbers(d.disk.life()); !slices.Equal(got, oneToN(1)) {
			t.Errorf("accepted %v", got)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.pulls > 400 { // a pull takes three seconds, and there is half a minute and more between sixteen and sixteen
			t.Errorf("%d pulls in eleven minutes", c.pulls)
		}
	})
}

// A copy that speaks on a connection of its own is found out by what it said under the number that comes next.
func TestACopyThatSpeaksWhileTheOriginalIsConnectedIsAFork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCentre()
		original, copied := offlineCopy(t, c, 1)
		defer original.end(t)
		f, chain, ok, err := copied.Next(t.Context())
		if err != nil || !ok {
			t.Fatalf("the copy has nothing to say: %v", err)
		}
		if _, err := c.send(f, chain); err != nil {
			t.Fatal(err)
		}
		original.commit()
		pass(time.Minute)
		if len(reported[outbox.Forked](original)) != 1 || original.disk.waiting() != 1 {
			t.Errorf("reports %v, %d wait", original.reports, original.disk.waiting())
		}
	})
}
