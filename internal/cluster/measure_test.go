package cluster_test

import (
	"testing"
	"time"

	"example.org/totem/internal/cluster"
	"example.org/totem/ledger/ledgertest"
)

func TestALoadIsBookedWhole(t *testing.T) {
	t.Parallel()
	c, ctx := whole(t), within(t, 2*time.Minute)
	day := ledgertest.Day
	for _, load := range []cluster.Load{{Replicas: 1, Writers: 1, Bookings: 20, Slots: 12}, {Replicas: 3, Writers: 4, Bookings: 20, Slots: 12}} {
		m := answer(t, ctx, func() (cluster.Measured, error) {
			day = day.AddDays(1) // each load wants a day of its own
			return c.Measure(ctx, day, load)
		})
		if m.Bookings != load.Writers*load.Bookings || m.PerSecond() <= 0 {
			t.Errorf("%+v came to %+v", load, m)
		}
		t.Logf("R%d, %d writers: %.0f bookings/s", load.Replicas, load.Writers, m.PerSecond())
	}
}
