package allocation

import (
	"time"

	"example.org/totem/booking"
)

// Halves is how many half-hours a wall clock shows in a day.
const Halves = 48

// Demand is how many walk-ins are expected, or have come, by the half-hour in which their slots start: by the office's wall clock,
// [0] from 0:00 to 0:30. Where the clock shows an hour twice, both count for the same two half-hours.
type Demand [Halves]float64

// Half returns the half-hour of [Demand] in which t lies for the wall clock of zone.
func Half(t time.Time, zone *time.Location) int { return int(booking.ClockOf(t, zone)) / 30 }

// Sum returns all of d.
func (d Demand) Sum() (sum float64) {
	for _, n := range d {
		sum += n
	}
	return sum
}

const (
	// remembered is how many same weekdays a forecast looks back on: eight weeks follow the seasons and outlast a holiday.
	remembered = 8
	// fresh is the weight of the latest day against all before it. After eight days the prior weighs a tenth.
	fresh = 0.25
	// presumed is the part of the planned slots that walk-ins are presumed to take of an office nothing is known of.
	presumed = 0.4
)

// Forecast returns what is expected of a weekday, from what came on the same weekday before, the latest day first: an
// exponentially weighted mean that begins with prior and takes in the last eight days, so that one odd day does not turn it.
// Later elements of past are not looked at; without any it is the prior.
func Forecast(past []Demand, prior Demand) Demand {
	f := prior
	for i := min(len(past), remembered) - 1; i >= 0; i-- {
		for h := range f {
			f[h] += fresh * (past[i][h] - f[h])
		}
	}
	return f
}

// Prior returns what is expected of each of so many totems where nothing has been counted yet: in each half-hour its part of
// 0.4 of the slots that s has there. Void slots are none.
func Prior(s booking.Sheet, zone *time.Location, totems int) Demand {
	var d Demand
	if totems < 1 {
		return d
	}
	for _, slot := range s.Slots {
		if slot.State != booking.Void {
			d[Half(slot.Start, zone)] += presumed / float64(totems)
		}
	}
	return d
}
