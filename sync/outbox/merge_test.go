package outbox_test

import (
	"fmt"
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

// heardSince returns the requests since the n-th, without those about the time.
func (c *centre) heardSince(n int) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(c.heard[n:]), func(s string) bool { return s == "clock" })
}

// beginAnew loses everything, as an empty ledger does.
func (c *centre) beginAnew() {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := newCentre().memory
	m.owner, m.epoch = c.owner, c.epoch+1
	c.memory = m
}

func TestANewLedgerIsToldEverythingBeforeAnyFactOrPull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCentre()
		c.change(rand.New(rand.NewPCG(1, 1)))
		d, link := calm(t, c, newDisk(7))
		defer d.end(t)
		d.commit()
		pass(time.Minute)
		link.events <- outbox.Event{Down: true}
		pass(time.Second)
		d.commit()
		c.beginAnew()
		heard := len(c.heard)
		link.events <- outbox.Event{Up: true}
		pass(time.Minute)
		if diff := cmp.Diff([]string{"hello", "merge", "pull", "send"}, c.heardSince(heard)[:4]); diff != "" {
			t.Error(diff)
		}
		if m := c.merges[0]; m.Told != 1 || m.More || m.Incarnation != d.disk.life() || len(m.Keys) == 0 || len(c.tickets[sheetOn(today)]) != 2 {
			t.Errorf("told %+v, the ledger has %v", m, c.tickets)
		}
		if at, _ := d.disk.Standing(t.Context()); at.Epoch != 2 || !slices.Equal(c.numbers(d.disk.life()), []uint64{2}) {
			t.Errorf("stands at %+v, accepted %v", at, c.numbers(d.disk.life()))
		}
	})
}

// full gives a disk so many sheets of so many slots.
func full(k *disk, sheets, slots int) {
	for i := range sheets {
		s := booking.Sheet{SheetKey: sheetOn(today), Revision: booking.Revision{Epoch: 1, Sequence: 3}, Prefix: "A"}
		s.Queue = booking.QueueID(fmt.Sprintf("queue-%03d", i))
		for j := range slots {
			s.Slots = append(s.Slots, booking.Slot{Number: booking.NewNumber("A", j+1), Start: today.Start(time.UTC).Add(time.Duration(j) * time.Minute),
				Holder: "totem-1", State: booking.Issued, Ticket: booking.Ticket{Code: booking.CodeHash{byte(i), byte(j), byte(j >> 8), 1}}})
		}
		k.sheets[s.SheetKey] = s
	}
	k.at.Epoch = 1
}

func TestAMergeComesInPagesThatFitAMessage(t *testing.T) {
	for name, c := range map[string]struct{ sheets, slots, pages int }{
		"nothing":           {0, 0, 1},
		"one page":          {64, 10, 1},
		"one sheet more":    {65, 10, 2},
		"a month of queues": {200, 10, 4},
		"enormous sheets":   {64, 1000, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				centre, k := newCentre(), newDisk(7)
				full(k, c.sheets, c.slots)
				centre.epoch, k.at.Epoch = 5, 1
				d, _ := begin(t, centre, k)
				defer d.end(t)
				pass(5 * time.Minute)
				told := 0
				for i, m := range centre.merges {
					told += len(m.Sheets)
					if m.More != (i < len(centre.merges)-1) || len(m.Sheets) > 64 || len(m.Sheets) > 0 && len(m.Keys) != 1 {
						t.Errorf("page %d: more %v, %d sheets, %d keys", i, m.More, len(m.Sheets), len(m.Keys))
					}
					if _, err := wire.Encode(wire.Newest, m); err != nil {
						t.Errorf("page %d: %v", i, err)
					}
				}
				if told != c.sheets || len(centre.merges) != c.pages {
					t.Errorf("%d sheets in %d pages, want %d in %d", told, len(centre.merges), c.sheets, c.pages)
				}
			})
		})
	}
}

func TestALedgerThatBeginsAnewAgainBetweenTwoPagesIsToldEverythingAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, k := newCentre(), newDisk(7)
		full(k, 130, 2)
		c.epoch = 5
		c.during = func(page int) {
			if page == 2 {
				c.epoch, c.tickets = 6, map[booking.SheetKey]map[booking.Number]booking.CodeHash{}
			}
		}
		d, _ := begin(t, c, k)
		defer d.end(t)
		pass(3 * time.Minute)
		if len(c.merges) != 5 || len(c.tickets) != 130 || len(reported[outbox.Disconnected](d)) != 0 {
			t.Errorf("%d pages, %d sheets in the ledger, %v", len(c.merges), len(c.tickets), d.reports)
		}
		if at, _ := k.Standing(t.Context()); at.Epoch != 6 {
			t.Errorf("stands at %+v", at)
		}
	})
}

func TestAMergeThatWasCutIsToldAgainFromTheBeginning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, k := newCentre(), newDisk(7)
		full(k, 130, 2)
		c.epoch = 5
		d, link := begin(t, c, k)
		for c.mu.Lock(); len(c.merges) < 2; c.mu.Lock() {
			c.mu.Unlock()
			pass(time.Second)
		}
		c.mu.Unlock()
		d.restart(t, 2)
		defer d.end(t)
		if at, _ := k.Standing(t.Context()); at.Epoch != 1 {
			t.Fatalf("half told, and already in step: %+v", at)
		}
		link.events <- outbox.Event{Up: true}
		pass(3 * time.Minute)
		if at, _ := k.Standing(t.Context()); at.Epoch != 5 || len(c.tickets) != 130 || len(c.merges) > 6 {
			t.Errorf("stands at %+v, %d sheets in the ledger, %d pages", at, len(c.tickets), len(c.merges))
		}
	})
}

func TestNoSheetOfANewLedgerIsTakenBeforeItWasTold(t *testing.T) {
	for name, learn := range map[string]func(c *centre, l *wireless){
		"by a push": func(c *centre, l *wireless) {
			pushed := c.write(sheetOn(today))
			l.events <- outbox.Event{Pushed: &pushed}
		},
		"by a pull that was answered too early": func(c *centre, _ *wireless) {
			c.write(sheetOn(today))
			c.careless = true
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, k := newCentre(), newDisk(7)
				old := c.write(sheetOn(today)).Sheet
				d, link := calm(t, c, k)
				defer d.end(t)
				c.mu.Lock()
				c.epoch = 9
				learn(c, link)
				var told booking.Revision
				c.during = func(int) { told = c.merges[0].Sheets[0].Revision }
				c.mu.Unlock()
				pass(5 * time.Minute)
				if told != old.Revision || k.revisions()[old.SheetKey].Epoch != 9 {
					t.Errorf("told %v, cached %v", told, k.revisions())
				}
			})
		})
	}
}

func TestAStoreThatIsToldToIntroduceItselfDoesSoAtOnceAndNotForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCentre()
		d, link := calm(t, c, newDisk(7))
		defer d.end(t)
		c.mu.Lock()
		c.merged = 0 // whatever it hears, this scheduler is not content: it forgets again
		heard := len(c.heard)
		c.mu.Unlock()
		pass(2 * time.Minute)
		if got := c.heardSince(heard); len(got) < 3 || !slices.Equal(got[:3], []string{"pull", "hello", "pull"}) {
			t.Errorf("heard %v", got)
		}
		c.mu.Lock()
		c.refusal = &wire.Refusal{Code: wire.RefusedHello, Sentence: "again", Remedy: "say hello"}
		heard = len(c.heard)
		c.mu.Unlock()
		link.events <- outbox.Event{Up: true}
		pass(30 * time.Minute)
		if n := len(c.heardSince(heard)); n < 20 || n > 150 {
			t.Errorf("asked %d times in half an hour", n)
		}
		if len(reported[outbox.Refused](d)) != 0 {
			t.Errorf("reports %v", d.reports)
		}
	})
}
