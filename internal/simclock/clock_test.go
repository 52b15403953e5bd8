package simclock_test

import (
	"testing"
	"testing/synctest"
	"time"

	"example.org/totem/internal/simclock"
)

func TestTheClockCanBePutForwardAndWakesWhoeverWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := simclock.New(time.Date(2026, 11, 24, 8, 41, 0, 0, time.UTC))
		soon, late := c.After(time.Minute), c.After(time.Hour)
		c.Forward(10 * time.Minute)
		if shown := (<-soon).Format("15:04"); shown != "08:51" || c.Now().Format("15:04") != "08:51" {
			t.Errorf("woken at %s, want 08:51", shown)
		}
		began := time.Now()
		if shown := (<-late).Format("15:04"); shown != "09:41" || time.Since(began) != 50*time.Minute {
			t.Errorf("woken at %s after %s, want at 09:41 after 50 minutes", shown, time.Since(began))
		}
	})
}
