package outbox_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
)

// device runs the outbox on a disk and a link.
type device struct {
	disk *disk
	link outbox.Link
	wake chan struct{}

	healthy func() wire.Health // nil: it tells nothing of its health
	changed chan struct{}      // for that

	mu      sync.Mutex
	reports []outbox.Report
	stop    context.CancelFunc
	over    chan error
}

func newDevice(d *disk, l outbox.Link) *device {
	return &device{disk: d, link: l, wake: make(chan struct{}, 1)}
}

func (d *device) start(t *testing.T, seed uint64) {
	ctx, stop := context.WithCancel(t.Context())
	rng, began := rand.New(rand.NewPCG(seed, 2)), time.Now()
	d.stop, d.over = stop, make(chan error, 1)
	go func() {
		d.over <- outbox.Run(ctx, outbox.Config{
			Store: d.disk, Link: d.link, Wake: d.wake, After: time.After, Program: "test", Health: d.healthy, HealthChanged: d.changed,
			Steady: func() time.Duration { return time.Since(began) }, Random: rand.NewChaCha8([32]byte{byte(seed)}),
			Jitter: func(max time.Duration) time.Duration { return time.Duration(rng.Int64N(int64(max))) },
			Report: func(r outbox.Report) {
				d.mu.Lock()
				defer d.mu.Unlock()
				d.reports = append(d.reports, r)
			},
		})
	}()
}

// restart stops Run as a power cut would, between any two steps, and starts it again.
func (d *device) restart(t *testing.T, seed uint64) {
	d.end(t)
	d.start(t, seed)
}

func (d *device) end(t *testing.T) {
	d.stop()
	if err := <-d.over; err != nil {
		t.Errorf("Run returned %v", err)
	}
}

func (d *device) commit() {
	d.disk.commit()
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

func reported[R outbox.Report](d *device) []R {
	d.mu.Lock()
	defer d.mu.Unlock()
	var all []R
	for _, r := range d.reports {
		if r, ok := r.(R); ok {
			all = append(all, r)
		}
	}
	return all
}

func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// oneToN is what a scheduler must hold of a store that committed n facts.
func oneToN(n uint64) []uint64 {
	var all []uint64
	for i := range n {
		all = append(all, i+1)
	}
	return all
}

// calm runs a device over a link without trouble until its first pull is done.
func calm(t *testing.T, c *centre, k *disk) (*device, *wireless) {
	d, link := begin(t, c, k)
	pass(time.Minute)
	return d, link
}

// begin runs a device over a link without trouble.
func begin(t *testing.T, c *centre, k *disk) (*device, *wireless) {
	link := newWireless(c, 1)
	t.Cleanup(link.wg.Wait)
	d := newDevice(k, link)
	link.events <- outbox.Event{Up: true}
	d.start(t, 1)
	return d, link
}

func TestAFactGoesOutAsSoonAsItIsCommitted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCentre()
		d, _ := calm(t, c, newDisk(7))
		defer d.end(t)
		d.commit()
		pass(7 * time.Second) // there and back
		if got := c.numbers(d.disk.life()); !slices.Equal(got, []uint64{1}) {
			t.Errorf("accepted %v", got)
		}
	})
}

func TestAPushedSheetIsTakenAndAGapIsPulled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCentre()
		d, link := calm(t, c, newDisk(7))
		defer d.end(t)
		rng := rand.New(rand.NewPCG(1, 1))
		for range 8 {
			c.change(rng) // lost
		}
		pushed := c.change(rng)
		link.events <- outbox.Event{Pushed: &pushed}
		pass(20 * time.Second)
		if diff := cmp.Diff(c.revisions(d.disk.today), d.disk.revisions()); diff != "" {
			t.Errorf("sheets at the scheduler, and on the totem:\n%s", diff)
		}
	})
}

func TestSheetsConvergeThoughEveryPushIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCentre()
		d, _ := calm(t, c, newDisk(7))
		defer d.end(t)
		c.change(rand.New(rand.NewPCG(1, 1)))
		pass(100 * time.Second)
		if diff := cmp.Diff(c.revisions(d.disk.today), d.disk.revisions()); diff != "" {
			t.Errorf("sheets at the scheduler, and on the totem:\n%s", diff)
		}
	})
}

func TestAStoreThatWasSetBackIsAFork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCentre()
		d, _ := calm(t, c, newDisk(7))
		image := d.disk.copyOf()
		d.commit()
		pass(time.Minute)
		d.end(t)
		back, _ := calm(t, c, image)
		defer back.end(t)
		if len(reported[outbox.Forked](back)) != 1 {
			t.Errorf("reports %v", back.reports)
		}
	})
}

func TestAWelcomedNewStoreGoesOnWithTheChainOfTheOldOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCentre()
		old, _ := calm(t, c, newDisk(7))
		old.commit()
		pass(time.Minute)
		old.end(t)
		c.fence()
		young, _ := calm(t, c, newDisk(8))
		defer young.end(t)
		young.commit()
		young.commit()
		pass(time.Minute)
		if got := c.numbers(young.disk.life()); !slices.Equal(got, []uint64{1, 2}) {
			t.Errorf("accepted %v, reports %v", got, young.reports)
		}
	})
}

func TestARefusedTotemAsksAgainSlowlyAndTakesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCentre()
		c.refusal = &wire.Refusal{Code: wire.RefusedOtherStore, Sentence: "another store", Remedy: "fence it"}
		rng := rand.New(rand.NewPCG(1, 1))
		k, old := newDisk(7), c.change(rng).Sheet
		k.sheets[old.SheetKey] = old
		pushed := c.change(rng)
		for pushed.Sheet.SheetKey != old.SheetKey {
			pushed = c.change(rng)
		}
		d, link := calm(t, c, k)
		defer d.end(t)
		d.commit()
		for range 600 {
			link.events <- outbox.Event{Pushed: &pushed}
			pass(time.Second)
		}
		refused := reported[outbox.Refused](d)
		if len(refused) < 5 || len(refused) > 11 {
			t.Errorf("asked %d times in eleven minutes", len(refused))
		}
		if d.disk.revisions()[old.SheetKey] != old.Revision || d.disk.waiting() != 1 {
			t.Error("a refused totem took a sheet or sent a fact")
		}
		c.mu.Lock()
		c.refusal = nil
		c.mu.Unlock()
		pass(4 * time.Minute)
		if len(reported[outbox.Connected](d)) != 1 || d.disk.waiting() != 0 || !cmp.Equal(c.revisions(d.disk.today), d.disk.revisions()) {
			t.Error("once it is welcome it should do all that waited")
		}
	})
}

func TestATroubledDiskIsReportedAndTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCentre()
		d, _ := calm(t, c, newDisk(7))
		defer d.end(t)
		d.disk.mu.Lock()
		d.disk.broken = errors.New("disk full")
		d.disk.mu.Unlock()
		d.commit()
		pass(time.Minute)
		if len(reported[outbox.StoreFailed](d)) == 0 {
			t.Errorf("reports %v", d.reports)
		}
		d.disk.mu.Lock()
		d.disk.broken = nil
		d.disk.mu.Unlock()
		pass(2 * time.Minute)
		if got := c.numbers(d.disk.life()); !slices.Equal(got, []uint64{1}) || d.disk.waiting() != 0 {
			t.Errorf("accepted %v", got)
		}
	})
}

func TestDownAndUpAreReportedOnceEach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, link := calm(t, newCentre(), newDisk(7))
		defer d.end(t)
		link.events <- outbox.Event{Down: true}
		pass(time.Hour)
		link.events <- outbox.Event{Up: true}
		pass(time.Minute)
		if len(reported[outbox.Disconnected](d)) != 1 || len(reported[outbox.Connected](d)) != 2 {
			t.Errorf("reports %v", d.reports)
		}
	})
}

func TestRunReturnsAnErrorWhenItsLinkIsClosedOrItsConfigEmpty(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		link := newWireless(newCentre(), 1)
		d := newDevice(newDisk(7), link)
		d.start(t, 1)
		close(link.events)
		if err := <-d.over; err == nil {
			t.Error("no error")
		}
		d.stop()
		if err := outbox.Run(t.Context(), outbox.Config{}); err == nil {
			t.Error("an empty config was taken")
		}
	})
}
