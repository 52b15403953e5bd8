package outbox_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
)

// asked is the one slot of a sheet that the model's scheduler grants to the totem, asks back, and grants again.
const asked = booking.Number("A900")

// ask grants the slot to the totem if it is not the totem's, asks it back if it is, and returns the sheet as it would be
// pushed.
func (c *centre) ask(key booking.SheetKey) outbox.Pushed {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.sheets[key]
	if _, ok := s.Find(asked); !ok {
		s.Slots = []booking.Slot{{Number: asked, Start: key.Day.Start(time.UTC).Add(10 * time.Hour), State: booking.Free, Holder: booking.Reserve}}
	}
	if granted, err := s.Grant(asked, "totem-1"); err == nil {
		s = granted
	}
	c.sheets[key] = s.Ask(asked, booking.AskBack)
	return c.write(key)
}

// takeBack folds a release.
func (c *centre) takeBack(f booking.Fact) {
	key := sheetOn(f.Day)
	s, err := c.sheets[key].PassOn(booking.Hand{Number: f.Slot, To: booking.Reserve, Hands: f.Hands})
	if err == nil && f.Day.Compare(c.closed) >= 0 {
		c.sheets[key] = s
		c.write(key)
	}
}

// askedFor returns the slots that somebody was asked for and has not given back.
func (c *centre) askedFor() (keys []booking.SheetKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, s := range c.sheets {
		if slices.ContainsFunc(s.Slots, func(slot booking.Slot) bool { return slot.Ask != booking.AskNothing }) {
			keys = append(keys, key)
		}
	}
	return keys
}

func TestWhatIsAskedBackIsHeardBeforeAnyFactIsToldAndGivenBackWithThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, k := newCentre(), newDisk(7)
		d, link := calm(t, c, k)
		defer d.end(t)
		link.events <- outbox.Event{Down: true}
		pass(time.Second)
		d.commit()
		d.commit()
		c.ask(sheetOn(today))
		heard := len(c.heard)
		link.events <- outbox.Event{Up: true}
		pass(29 * time.Second)
		if diff := cmp.Diff([]string{"hello", "pull", "send", "send", "send"}, c.heardSince(heard)); diff != "" {
			t.Error(diff)
		}
		c.fold()
		if left := c.askedFor(); len(left) > 0 || k.waiting() != 0 || len(c.tickets[sheetOn(today)]) != 2 {
			t.Errorf("still asked for: %v; %d facts wait; the ledger has %v", left, k.waiting(), c.tickets)
		}
	})
}

func TestWhatAPushAsksBackIsGivenBackAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, k := newCentre(), newDisk(7)
		c.change(rand.New(rand.NewPCG(1, 1)))
		d, link := calm(t, c, k)
		defer d.end(t)
		c.mu.Lock()
		c.write(sheetOn(today))
		c.mu.Unlock()
		pass(2 * time.Minute)
		pushed := c.ask(sheetOn(today)) // and nobody wakes the outbox
		link.events <- outbox.Event{Pushed: &pushed}
		pass(7 * time.Second)
		c.fold()
		if left := c.askedFor(); len(left) > 0 {
			t.Errorf("still asked for: %v; reports %v", left, d.reports)
		}
	})
}

func TestAPullSaysHowManyFactsTheStoreHasCommitted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, k := newCentre(), newDisk(7)
		d, link := calm(t, c, k)
		defer d.end(t)
		link.events <- outbox.Event{Down: true}
		pass(time.Second)
		d.commit()
		d.commit()
		link.events <- outbox.Event{Up: true}
		pass(time.Minute)
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.first.N != 2 { // before any of them was told
			t.Errorf("the pull says %d", c.first.N)
		}
	})
}

func TestATotemHasCaughtUpOnceItHasHeardAndToldEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, k := newCentre(), newDisk(7)
		c.owner = k.life()
		for range 30 {
			k.commit()
		}
		rng := rand.New(rand.NewPCG(1, 1))
		for range 8 {
			c.change(rng)
		}
		d, link := begin(t, c, k)
		defer d.end(t)
		for len(reported[outbox.CaughtUp](d)) == 0 {
			pass(time.Second)
		}
		if k.waiting() != 0 || !cmp.Equal(c.revisions(today), k.revisions()) {
			t.Errorf("%d facts wait, the sheets are %v", k.waiting(), k.revisions())
		}
		pass(10 * time.Minute)
		if n := len(reported[outbox.CaughtUp](d)); n != 1 {
			t.Errorf("reported %d times on one connection", n)
		}
		link.events <- outbox.Event{Up: true}
		pass(time.Minute)
		if n := len(reported[outbox.CaughtUp](d)); n != 2 {
			t.Errorf("reported %d times on two connections", n)
		}
	})
}

func TestATotemHasNotCaughtUpWhileSomethingIsMissing(t *testing.T) {
	for name, trouble := range map[string]func(*centre, *disk){
		"the scheduler always has more": func(c *centre, _ *disk) {
			c.change(rand.New(rand.NewPCG(1, 1)))
			c.insists = true
		},
		"the scheduler answers no pull": func(c *centre, _ *disk) { c.silent = errors.New("no answer") },
		"no sheet can be read":          func(c *centre, _ *disk) { c.silent = &wire.Refusal{Code: wire.RefusedVersion} },
		"no fact is accepted":           func(c *centre, _ *disk) { c.deaf = true },
		"the store fails":               func(_ *centre, k *disk) { k.broken = errors.New("disk full") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, k := newCentre(), newDisk(7)
				k.commit()
				trouble(c, k)
				d, _ := begin(t, c, k)
				defer d.end(t)
				pass(20 * time.Minute)
				if n := len(reported[outbox.CaughtUp](d)); n != 0 {
					t.Errorf("reported %d times: %v", n, d.reports)
				}
			})
		})
	}
}

func TestFactsGoOutThoughNoPullIsAnswered(t *testing.T) {
	for name, silent := range map[string]error{
		"no answer":                 errors.New("nobody answers"),
		"trouble at the scheduler":  &wire.Refusal{Code: wire.RefusedTrouble},
		"a request not understood":  &wire.Refusal{Code: wire.RefusedMessage},
		"no version that both know": &wire.Refusal{Code: wire.RefusedVersion},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, k := newCentre(), newDisk(7)
				k.commit()
				c.silent = silent
				d, _ := begin(t, c, k)
				defer d.end(t)
				pass(3 * time.Minute)
				if got := c.numbers(k.life()); !slices.Equal(got, oneToN(1)) {
					t.Errorf("accepted %v, reports %v", got, d.reports)
				}
			})
		})
	}
}

func TestNoFactGoesOutForAStoreWhosePullIsRefused(t *testing.T) {
	for _, code := range []string{wire.RefusedOtherStore, wire.RefusedUnknownTotem, wire.RefusedHello, "some-newer-reason"} {
		t.Run(code, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, k := newCentre(), newDisk(7)
				k.commit()
				c.silent = &wire.Refusal{Code: code}
				d, _ := begin(t, c, k)
				defer d.end(t)
				pass(3 * time.Minute)
				if got := c.numbers(k.life()); len(got) != 0 {
					t.Errorf("accepted %v, reports %v", got, d.reports)
				}
			})
		})
	}
}

// A sheet of a ledger that began anew shows only when it comes: before that ledger is told what the store holds, it is told
// nothing else either.
func TestNoFactGoesOutBetweenAPullOfANewLedgerAndTheHelloToIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, k := newCentre(), newDisk(7)
		d, _ := calm(t, c, k)
		defer d.end(t)
		c.mu.Lock()
		c.epoch, c.careless = 9, true
		c.write(sheetOn(today))
		heard := len(c.heard)
		c.mu.Unlock()
		k.commit() // and nobody wakes the outbox: the next comparison finds the fact
		pass(2 * time.Minute)
		if diff := cmp.Diff([]string{"pull", "hello", "merge", "pull", "send"}, c.heardSince(heard)[:5]); diff != "" {
			t.Error(diff)
		}
	})
}
