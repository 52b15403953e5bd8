package outbox_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
)

func TestTheSchedulersClockIsAskedAfterHelloAndWithEveryComparison(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCentre()
		d, _ := calm(t, c, newDisk(7))
		defer d.end(t)
		c.mu.Lock()
		got := slices.Clone(c.heard[:2])
		c.mu.Unlock()
		if !slices.Equal(got, []string{"hello", "clock"}) {
			t.Errorf("heard %v", got)
		}
		pass(10 * time.Minute)
		readings := reported[outbox.Timed](d)
		if n := len(readings); n < 6 || n > 18 {
			t.Errorf("%d readings in eleven minutes", n)
		}
		nonces := map[wire.Nonce]bool{}
		for _, r := range readings {
			nonces[r.Reading.Nonce] = true
			if r.RTT <= 0 || r.RTT > 6*time.Second {
				t.Errorf("a question took %v", r.RTT)
			}
		}
		if len(nonces) != len(readings) {
			t.Error("two questions were the same")
		}
	})
}

func TestASchedulerWithoutAClockCostsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCentre()
		c.old = true
		d, _ := calm(t, c, newDisk(7))
		defer d.end(t)
		for range 20 {
			d.commit()
			pass(3 * time.Minute)
		}
		asked := 0
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, s := range c.heard {
			if s == "clock" {
				asked++
			}
		}
		if asked < 3 || asked > 10 {
			t.Errorf("asked for the time %d times in an hour", asked)
		}
		if got := d.disk.waiting(); got > 0 || len(reported[outbox.Timed](d)) > 0 ||
			len(reported[outbox.Disconnected](d)) > 0 || len(reported[outbox.Refused](d)) > 0 {
			t.Errorf("%d facts wait, reports %v", got, d.reports)
		}
	})
}
