package outbox_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/sync/outbox"
)

// weather is what a totem goes through, beside a link that loses much, is cut, and restarts.
type weather struct {
	litters  bool // messages that are no facts come between
	twin     bool // a second device with the same name and a store of its own is there all the time
	setsBack bool // the scheduler's side loses what it knew: it is restored, or found set back
	recalls  bool // slots are granted to the totem and asked back
	disk     func(*disk)
	centre   func(*centre)
}

func TestEveryFactCountsOnceOverTheWorstLink(t *testing.T) {
	for name, w := range map[string]weather{
		"as links are":                {},
		"with slots asked back":       {recalls: true},
		"with foreign messages":       {litters: true},
		"with a second store":         {twin: true, setsBack: true},
		"with a ledger that is lost":  {setsBack: true},
		"with a ledger set back, too": {setsBack: true, litters: true},
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(12) {
				if problems := play(t, seed, w); len(problems) > 0 {
					t.Errorf("seed %d: %s", seed, problems)
				}
			}
		})
	}
}

// A model that does not notice a broken part proves nothing about a whole one.
func TestTheModelNoticesABrokenPart(t *testing.T) {
	for name, w := range map[string]weather{
		"a store that knows its facts by their present bytes": {disk: func(d *disk) { d.bytesOnly = true }},
		"a store that answers before it is durable":           {disk: func(d *disk) { d.lazy = true }},
		"a ledger that tells facts apart by their bytes":      {litters: true, centre: func(c *centre) { c.byBytes = true }},
		"a scheduler that purges the last message":            {centre: func(c *centre) { c.purgesLast = true }},
		"a scheduler that answers before it is durable":       {centre: func(c *centre) { c.hasty = true }},
		"a ledger that is set back and asks nobody":           {setsBack: true, centre: func(c *centre) { c.forgetful = true }},
	} {
		t.Run(name, func(t *testing.T) {
			const enough = 60
			for seed := range uint64(enough) {
				if problems := play(t, seed, w); len(problems) > 0 {
					t.Logf("seed %d: %s", seed, problems)
					return
				}
			}
			t.Errorf("it went unnoticed %d times", enough)
		})
	}
}

// play lets a totem work for some days under w, then everything heals. It returns what is wrong then.
func play(t *testing.T, seed uint64, w weather) (problems []string) {
	synctest.Test(t, func(t *testing.T) {
		g := &game{weather: w, rng: rand.New(rand.NewPCG(seed, 3)), c: newCentre()}
		k := newDisk(7)
		g.c.owner = k.life() // somebody has installed this one first
		g.snapshot = g.c.memory.clone()
		if w.disk != nil {
			w.disk(k)
		}
		if w.centre != nil {
			w.centre(g.c)
		}
		g.link = newWireless(g.c, seed)
		g.link.setLoss(0.1)
		g.d = newDevice(k, g.link)
		g.up(true)
		g.d.start(t, seed)
		if w.twin {
			defer g.addTwin(t, seed)()
		}
		for step := range 300 {
			pass(time.Duration(g.rng.IntN(40)) * time.Second)
			g.step(t, seed+uint64(step))
		}
		g.link.setLoss(0)
		g.up(true)
		pass(5 * time.Minute)
		g.c.fold() // which changes sheets where slots were given back
		pass(5 * time.Minute)
		g.c.fold()
		problems = g.problems()
		g.d.end(t)
		g.link.wg.Wait()
	})
	return problems
}

// game is one totem, its link and its scheduler.
type game struct {
	weather
	rng      *rand.Rand
	c        *centre
	link     *wireless
	d        *device
	snapshot memory
	twinned  *device
	backs    int // how often the scheduler's side was set back and not told so
	restored int // how often it was told so
}

// addTwin starts a second device, and returns what ends it.
func (g *game) addTwin(t *testing.T, seed uint64) (end func()) {
	link := newWireless(g.c, seed+1)
	link.setLoss(0.2)
	g.twinned = newDevice(newDisk(8), link)
	link.events <- outbox.Event{Up: true}
	g.twinned.start(t, seed+1)
	return func() {
		g.twinned.end(t)
		link.wg.Wait()
	}
}

func (g *game) up(up bool) { g.link.events <- outbox.Event{Up: up, Down: !up} }

func (g *game) step(t *testing.T, seed uint64) {
	switch g.rng.IntN(16) {
	case 0, 1, 2, 3:
		g.d.commit()
		if g.twinned != nil {
			g.twinned.commit()
		}
	case 4:
		g.up(false)
		pass(time.Duration(g.rng.IntN(100)) * time.Second)
		g.up(true)
	case 5:
		g.d.end(t)
		g.d.disk.powerCut()
		g.d.start(t, seed)
		g.up(true)
	case 6:
		g.close()
	case 7, 8:
		g.c.fold()
	case 9:
		if g.litters {
			g.c.litter()
		}
	case 10:
		if g.rng.IntN(2) == 0 {
			g.trouble()
		}
	case 11:
		g.link.setLoss([]float64{0.02, 0.1, 0.4}[g.rng.IntN(3)])
	default:
		pushed := g.push()
		for range g.rng.IntN(3) { // lost, pushed, or pushed twice
			g.link.events <- outbox.Event{Pushed: &pushed}
		}
	}
}

// push changes a sheet.
func (g *game) push() outbox.Pushed {
	if !g.recalls || g.rng.IntN(3) > 0 {
		return g.c.change(g.rng)
	}
	g.c.mu.Lock()
	day := g.c.closed
	g.c.mu.Unlock()
	return g.c.ask(sheetOn(day.AddDays(g.rng.IntN(5))))
}

// close closes a day on one side or both, in any order: clocks differ, and links are down at midnight.
func (g *game) close() {
	if g.rng.IntN(3) == 0 && g.d.disk.today.Compare(g.c.closed.AddDays(1)) < 0 {
		g.d.disk.closeDay()
	}
	if g.rng.IntN(3) == 0 {
		g.c.closeDay(g.d.disk.today)
	}
}

// trouble restarts the scheduler; or its state of some time ago comes back, with or without somebody who says so.
func (g *game) trouble() {
	g.link.goDown()
	g.c.crash()
	if g.setsBack {
		g.c.mu.Lock()
		epoch, closed := g.c.epoch, g.c.closed
		switch g.rng.IntN(4) {
		case 0:
			g.snapshot = g.c.memory.clone()
		case 1:
			g.c.memory = g.snapshot.clone()
			g.backs++
		case 2:
			g.c.memory = g.snapshot.clone()
			g.c.epoch = epoch + 1
			g.restored++
		}
		g.c.mu.Unlock()
		g.c.closeDay(closed) // a closed day is closed again when the scheduler starts
	}
	g.up(false)
	g.up(true)
}

// problems says what is wrong once everything has healed.
func (g *game) problems() (all []string) {
	bad := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	k, c := g.d.disk, g.c
	if n := k.waiting(); n != 0 {
		bad("%d facts still wait", n)
	}
	for _, key := range c.askedFor() {
		if key.Day.Compare(k.today) >= 0 {
			bad("what was asked back of %s is not given back", key)
		}
	}
	if forks := reported[outbox.Forked](g.d); len(forks) > 0 {
		bad("forks were reported: %v", forks)
	}
	if diff := cmp.Diff(c.revisions(k.today), k.revisions()); diff != "" {
		bad("sheets at the scheduler, and on the totem:\n%s", diff)
	}
	if c.raised > g.backs {
		bad("the scheduler found itself set back %d times, and was %d times", c.raised, g.backs)
	}
	if !g.litters && !g.setsBack {
		if diff := cmp.Diff(oneToN(k.last()), c.numbers(k.life())); diff != "" {
			bad("facts committed, and accepted:\n%s", diff)
		}
	}
	if g.twinned != nil && (len(c.numbers(g.twinned.disk.life())) > 0 || len(reported[outbox.Connected](g.twinned)) > 0) {
		bad("a second store was heard")
	}
	for n := uint64(1); n <= k.last(); n++ {
		switch counted := c.counts[n]; {
		case counted > 1:
			bad("fact %d counted %d times", n, counted)
		case counted == 0 && g.backs+g.restored == 0:
			bad("fact %d is lost", n)
		}
	}
	for n, p := range k.tickets {
		if p.day.Compare(c.closed) >= 0 && c.tickets[sheetOn(p.day)][p.slot.Number] != p.slot.Ticket.Code {
			bad("the ledger does not know ticket %d", n)
		}
	}
	return all
}
