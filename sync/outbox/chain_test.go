package outbox_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"example.org/totem/booking"
	"example.org/totem/sync/outbox"
)

func TestAChainGoesOnFromNothingWhenNothingIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCentre()
		d, link := calm(t, c, newDisk(7))
		defer d.end(t)
		d.commit()
		d.commit()
		pass(time.Minute)
		c.beginAnew()
		link.events <- outbox.Event{Up: true}
		pass(time.Minute)
		d.commit()
		pass(time.Minute)
		if got := c.numbers(d.disk.life()); !slices.Equal(got, []uint64{3}) || len(reported[outbox.Forked](d)) > 0 {
			t.Errorf("accepted %v, reports %v", got, d.reports)
		}
	})
}

func TestALedgerSetBackGetsWhatWaitsAndNotWhatItOnceHad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCentre()
		d, link := calm(t, c, newDisk(7))
		defer d.end(t)
		d.commit()
		pass(time.Minute)
		c.fold()
		before := c.memory.clone()
		d.commit()
		d.commit()
		pass(time.Minute)
		c.mu.Lock()
		c.memory = before
		c.mu.Unlock()
		link.events <- outbox.Event{Up: true}
		d.commit()
		pass(time.Minute)
		if got := c.numbers(d.disk.life()); !slices.Equal(got, []uint64{1, 4}) || len(c.tickets[sheetOn(today)]) != 4 || c.raised != 1 {
			t.Errorf("accepted %v, the ledger has %v, reports %v", got, c.tickets, d.reports)
		}
		c.fold()
		if at, _ := d.disk.Standing(t.Context()); at.Told != 4 || c.counts[4] != 1 || len(c.tickets[sheetOn(today)]) != 4 || len(reported[outbox.Forked](d)) > 0 {
			t.Errorf("stands at %+v, the ledger has %v", at, c.tickets)
		}
	})
}

func TestAMarkInTheFactsPlaceIsNoFork(t *testing.T) {
	for name, find := range map[string]func(d *device, l *wireless, t *testing.T){
		"found by the next fact":  func(*device, *wireless, *testing.T) {},
		"found by the next hello": func(_ *device, l *wireless, _ *testing.T) { l.events <- outbox.Event{Up: true} },
		"found after a restart": func(d *device, l *wireless, t *testing.T) {
			d.restart(t, 3)
			l.events <- outbox.Event{Up: true}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCentre()
				d, link := calm(t, c, newDisk(7))
				defer func() { d.end(t) }()
				d.commit()
				pass(time.Minute)
				c.fold()
				d.disk.closeDay()
				c.closeDay(today.AddDays(1))
				find(d, link, t)
				pass(time.Minute)
				d.commit()
				pass(time.Minute)
				if got := c.numbers(d.disk.life()); !slices.Equal(got, []uint64{1, 2}) || len(reported[outbox.Forked](d)) > 0 || c.raised > 0 {
					t.Errorf("accepted %v, reports %v", got, d.reports)
				}
			})
		})
	}
}

func TestAnAcceptedFactIsRecognisedByTheMarkInItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, k := newCentre(), newDisk(7)
		c.owner = k.life()
		k.commit()
		k.commit()
		if _, err := c.send(k.facts[0], 0); err != nil { // and nobody hears of it
			t.Fatal(err)
		}
		c.fold()
		c.closeDay(today.AddDays(1))
		k.closeDay()
		d, _ := calm(t, c, k)
		defer d.end(t)
		if got := c.numbers(k.life()); !slices.Equal(got, oneToN(2)) || k.waiting() != 0 || len(reported[outbox.Forked](d)) > 0 {
			t.Errorf("accepted %v, reports %v", got, d.reports)
		}
	})
}

// A sequence of the old ledger's may be one of the new ledger's by chance: it must not pass for the chain.
func TestAnAcknowledgementLostToANewLedgerIsRecognisedAlthoughItsSequenceIsThatOfTheOldChain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, k := newCentre(), newDisk(7)
		c.owner = k.life()
		k.commit()
		k.commit()
		if err := k.Accepted(t.Context(), k.facts[0].ID, 42); err != nil {
			t.Fatal(err)
		}
		c.sequence = 41
		sequence, err := c.send(k.facts[0], 0)
		if err != nil {
			t.Fatal(err)
		}
		k.chain, c.folded = sequence, 1
		d, _ := calm(t, c, k)
		defer d.end(t)
		if got := c.numbers(k.life()); !slices.Equal(got, []uint64{2}) || k.waiting() != 0 {
			t.Errorf("accepted %v, %d wait, reports %v", got, k.waiting(), d.reports)
		}
	})
}

func TestAnotherFactUnderTheNumberThatWaitsIsAFork(t *testing.T) {
	for name, other := range map[string]func(f *booking.Fact){
		"another code":    func(f *booking.Fact) { f.Code[7]++ },
		"a higher number": func(f *booking.Fact) { f.ID.N++ },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, k := newCentre(), newDisk(7)
				c.owner = k.life()
				k.commit()
				k.commit()
				f := k.facts[0]
				other(&f)
				if _, err := c.send(f, 0); err != nil {
					t.Fatal(err)
				}
				d, _ := calm(t, c, k)
				defer d.end(t)
				if len(reported[outbox.Forked](d)) != 1 || k.waiting() != 2 {
					t.Errorf("reports %v, %d wait", d.reports, k.waiting())
				}
			})
		})
	}
}
