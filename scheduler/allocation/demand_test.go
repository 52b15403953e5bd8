package allocation_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/scheduler/allocation"
)

func demand(n float64) (d allocation.Demand) {
	for h := range d {
		d[h] = n
	}
	return d
}

func TestWithoutPastDaysTheForecastIsThePrior(t *testing.T) {
	if got := allocation.Forecast(nil, demand(3)); got != demand(3) {
		t.Errorf("got %v", got)
	}
}

func TestTheLatestDayWeighsMost(t *testing.T) {
	rising := allocation.Forecast([]allocation.Demand{demand(8), demand(4)}, demand(4))
	falling := allocation.Forecast([]allocation.Demand{demand(4), demand(8)}, demand(4))
	if rising != demand(5) || falling != demand(4.75) {
		t.Errorf("got %g after a rise and %g after a fall", rising[0], falling[0])
	}
}

func TestAForecastLooksBackOnEightDaysAndStaysWithinThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var past []allocation.Demand
		least, most := 5.0, 5.0
		for _, n := range rapid.SliceOfN(rapid.Float64Range(0, 50), 0, 12).Draw(t, "past") {
			if len(past) < 8 {
				least, most = min(least, n), max(most, n)
			}
			past = append(past, demand(n))
		}
		f := allocation.Forecast(past, demand(5))
		if f[0] < least-1e-9 || f[0] > most+1e-9 {
			t.Fatalf("%g is not within %g to %g", f[0], least, most)
		}
		if f != allocation.Forecast(past[:min(8, len(past))], demand(5)) {
			t.Fatal("a ninth day was looked at")
		}
	})
}

func TestThePriorIsSharedAmongTheTotems(t *testing.T) {
	s, _ := officeDay()
	s.Slots[0].State = booking.Void
	if got := 3 * allocation.Prior(s, time.UTC, 3).Sum(); math.Abs(got-0.4*143) > 1e-9 {
		t.Errorf("three totems expect %g together", got)
	}
	if got := allocation.Prior(s, time.UTC, 0); got != (allocation.Demand{}) {
		t.Errorf("no totem expects %v", got)
	}
	if rome := time.FixedZone("CET", 3600); allocation.Prior(s, rome, 1)[18] == 0 || allocation.Prior(s, rome, 1)[17] != 0 {
		t.Error("half-hours are not those of the office's clock")
	}
}
