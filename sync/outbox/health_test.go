package outbox_test

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.org/totem/paper"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
)

// patient is a totem's health, as the device would tell it.
type patient struct {
	mu      sync.Mutex
	health  wire.Health
	changed chan struct{}
}

func newPatient() *patient {
	return &patient{changed: make(chan struct{}, 1), health: wire.Health{Profile: "generic-80", Clock: wire.ClockSynced, Program: "test"}}
}

func (p *patient) now() wire.Health {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.health
}

// becomes changes the printer's status, and tells so.
func (p *patient) becomes(s paper.Status) {
	p.mu.Lock()
	p.health.Printer, p.health.Since = s, time.Now()
	p.mu.Unlock()
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

// admit runs a device that tells its health over a link without trouble, until its first pull is done.
func admit(t *testing.T, c *centre, k *disk, p *patient) (*device, *wireless) {
	link := newWireless(c, 1)
	t.Cleanup(link.wg.Wait)
	d := newDevice(k, link)
	d.healthy, d.changed = p.now, p.changed
	link.events <- outbox.Event{Up: true}
	d.start(t, 1)
	pass(time.Minute)
	return d, link
}

// messages returns what was told of the health.
func (c *centre) messages() []said {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.told)
}

func TestHealthIsToldAfterHelloWhenItChangesAndAsASignOfLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, p, k := newCentre(), newPatient(), newDisk(7)
		d, link := admit(t, c, k, p)
		defer d.end(t)
		if got := c.messages(); len(got) != 1 || got[0].N != 1 || got[0].Incarnation != k.life() || got[0].Printer != 0 {
			t.Fatalf("after hello %+v", got)
		}
		p.becomes(paper.CoverOpen)
		pass(7 * time.Second) // there and back
		got := c.messages()
		if len(got) != 2 || got[1].Printer != paper.CoverOpen || got[1].N != 2 || got[1].Since.Second() != 0 || got[1].Since.Location() != time.UTC {
			t.Fatalf("after a change %+v", got)
		}
		p.becomes(paper.CoverOpen) // as it was, by and large
		pass(14 * time.Minute)
		if got := c.messages(); len(got) != 2 {
			t.Fatalf("told again though nothing happened: %+v", got[2:])
		}
		pass(62 * time.Minute)
		if got := c.messages(); len(got) != 7 {
			t.Errorf("%d signs of life in 76 minutes", len(got)-2)
		}
		link.events <- outbox.Event{Up: true} // the connection was made anew
		pass(time.Minute)
		if got := c.messages(); len(got) != 8 {
			t.Errorf("%d messages after another hello", len(got)-7)
		}
	})
}

func TestHealthIsToldAtMostEveryTenSecondsAndTheLastWordArrives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, p := newCentre(), newPatient()
		d, link := admit(t, c, newDisk(7), p)
		defer d.end(t)
		rng := rand.New(rand.NewPCG(1, 9))
		for range 1000 {
			p.becomes(paper.Status(rng.IntN(4)))
			pass(time.Duration(rng.IntN(3000)) * time.Millisecond)
			if rng.IntN(50) == 0 {
				link.events <- outbox.Event{Down: true}
				link.events <- outbox.Event{Up: true}
			}
		}
		p.becomes(paper.Jam)
		pass(time.Minute)
		told := c.messages()
		if len(told) < 100 {
			t.Errorf("only %d messages", len(told))
		}
		const way = 3 * time.Second // a message takes so long at most
		for i := range told[1:] {
			if gap := told[i+1].at.Sub(told[i].at); gap < 10*time.Second-way {
				t.Fatalf("messages %d and %d come %v one after the other", i, i+1, gap)
			}
		}
		if c.health.Printer != paper.Jam {
			t.Errorf("the last word is %s", c.health.Printer)
		}
	})
}

func TestNeitherFactsNorPullsWaitForAnAnswerToHealth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, p := newCentre(), newPatient()
		c.mute = true
		d, link := admit(t, c, newDisk(7), p)
		defer d.end(t)
		for n := uint64(1); n <= 5; n++ {
			p.becomes(paper.Status(n))
			d.commit()
			pass(7 * time.Second) // there and back
			if got := c.numbers(d.disk.life()); uint64(len(got)) != n {
				t.Fatalf("accepted %v of %d", got, n)
			}
		}
		pulls := c.pulls
		link.events <- outbox.Event{Gap: true}
		pass(7 * time.Second)
		if c.pulls == pulls || len(reported[outbox.Disconnected](d)) > 0 {
			t.Errorf("no pull while nobody answers, reports %v", d.reports)
		}
	})
}

func TestFactsGoOutThoughTheDeviceIsSlowToSayHowItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, p := newCentre(), newPatient()
		link := newWireless(c, 1)
		defer link.wg.Wait()
		d := newDevice(newDisk(7), link)
		d.changed = p.changed
		d.healthy = func() wire.Health {
			<-time.After(time.Hour)
			return p.now()
		}
		link.events <- outbox.Event{Up: true}
		d.start(t, 1)
		for range 10 {
			d.commit()
			link.events <- outbox.Event{Down: true}
			link.events <- outbox.Event{Up: true}
			pass(2 * time.Minute)
		}
		if n := d.disk.waiting(); n > 0 {
			t.Errorf("%d facts wait", n)
		}
		pass(2 * time.Hour)
		d.end(t)
	})
}

func TestASchedulerThatRefusesHealthIsLeftInPeaceUntilTheNextWelcome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, p := newCentre(), newPatient()
		c.sick = &wire.Refusal{Code: wire.RefusedMessage, Sentence: "no such request", Remedy: "update"}
		d, link := admit(t, c, newDisk(7), p)
		defer d.end(t)
		for n := range uint64(20) {
			p.becomes(paper.Status(n % 2))
			d.commit()
			pass(3 * time.Minute)
		}
		if n := len(c.messages()); n != 1 || d.disk.waiting() > 0 {
			t.Errorf("asked %d times in an hour, %d facts wait", n, d.disk.waiting())
		}
		c.mu.Lock()
		c.sick = nil
		c.mu.Unlock()
		link.events <- outbox.Event{Up: true}
		pass(time.Minute)
		if n := len(c.messages()); n != 2 || c.health.Printer != paper.Offline {
			t.Errorf("%d messages after another hello, the last %s", n, c.health.Printer)
		}
		if len(reported[outbox.Disconnected](d)) > 0 || len(reported[outbox.Refused](d)) > 0 {
			t.Errorf("reports %v", d.reports)
		}
	})
}

func TestASchedulerThatDoesNotAnswerHealthIsAskedEverMoreRarely(t *testing.T) {
	for name, sick := range map[string]error{
		"nobody is there": errNoResponder,
		"trouble":         &wire.Refusal{Code: wire.RefusedTrouble, Sentence: "not now", Remedy: "none"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, p := newCentre(), newPatient()
				c.sick = sick
				d, _ := admit(t, c, newDisk(7), p)
				defer d.end(t)
				pass(2 * time.Hour)
				if n := len(c.messages()); n < 10 || n > 18 {
					t.Errorf("told %d times in two hours", n)
				}
				c.mu.Lock()
				c.sick = nil
				c.mu.Unlock()
				p.becomes(paper.PaperEnd)
				pass(16 * time.Minute)
				if c.health.Printer != paper.PaperEnd {
					t.Error("it was not told when it could be")
				}
				told := len(c.messages())
				pass(time.Minute)
				p.becomes(paper.Jam)
				pass(15 * time.Second)
				if len(c.messages()) != told+1 {
					t.Error("it does not tell as before")
				}
			})
		})
	}
}

func TestAProgramThatBeginsToCountAnewIsHeardAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, p, k := newCentre(), newPatient(), newDisk(7)
		d, link := admit(t, c, k, p)
		defer func() { d.end(t) }()
		for run := range uint64(9) { // which begins with as many messages as the one before, one more, or fewer
			before, told := c.health.N, len(c.messages())
			p.becomes(paper.Status(run + 1)) // and this message may still be on its way
			d.end(t)
			d.start(t, run)
			link.events <- outbox.Event{Up: true}
			pass(12 * time.Second)
			if c.health.Printer != paper.Status(run+1) || c.health.N < before+16 {
				t.Errorf("the scheduler has %+v", c.health)
			}
			if n := len(c.messages()) - told; n > 3 {
				t.Errorf("%d messages until it was heard", n)
			}
			for n := range run {
				p.becomes(paper.Status(n+1) << 4)
				pass(time.Minute)
			}
		}
	})
}

func TestOverTheWorstLinkTheNewestHealthWins(t *testing.T) {
	for seed := range uint64(12) {
		synctest.Test(t, func(t *testing.T) {
			c, p, k := newCentre(), newPatient(), newDisk(7)
			d, link := admit(t, c, k, p)
			rng := rand.New(rand.NewPCG(seed, 5))
			link.setLoss(0.3) // half of what arrives comes again, up to a minute late
			for range 200 {
				p.becomes(paper.Status(rng.IntN(int(paper.Silent << 1))))
				pass(time.Duration(rng.IntN(30)) * time.Second)
				switch rng.IntN(20) {
				case 0:
					d.restart(t, seed)
					link.events <- outbox.Event{Up: true}
				case 1:
					link.events <- outbox.Event{Down: true}
					link.events <- outbox.Event{Up: true}
				case 2:
					d.commit()
				}
			}
			link.setLoss(0)
			link.events <- outbox.Event{Up: true}
			pass(20 * time.Minute)
			if want := p.now().Printer; c.health.Printer != want {
				t.Errorf("seed %d: the printer is %s, and the scheduler has %s", seed, want, c.health.Printer)
			}
			if n := d.disk.waiting(); n != 0 {
				t.Errorf("seed %d: %d facts wait", seed, n)
			}
			d.end(t)
			link.wg.Wait()
		})
	}
}

func TestAWakeThatIsClosedAndAWakeThatIsMissingAreTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, p := newCentre(), newPatient()
		close(p.changed)
		d, _ := admit(t, c, newDisk(7), p)
		pass(time.Hour)
		d.end(t)
		if n := len(c.messages()); n != 5 {
			t.Errorf("%d messages in an hour", n)
		}
		c, p = newCentre(), newPatient()
		p.changed = nil
		d, _ = admit(t, c, newDisk(7), p)
		defer d.end(t)
		pass(time.Hour)
		if n := len(c.messages()); n != 5 {
			t.Errorf("%d messages in an hour", n)
		}
	})
}
