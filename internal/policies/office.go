package policies

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"example.org/totem/booking"
)

// The office of the model.
const (
	opening   = 480                         // minutes
	every     = 10                          // a slot begins every so many minutes
	counters  = 3                           // at each of so many counters
	slots     = opening / every * counters  // of a day
	ahead     = slots / 2                   // of these are booked before the day
	reserved  = 5                           // one in so many is kept for walk-ins where there is a reserve
	walkLead  = 5                           // minutes from a walk-in to the first slot that fits
	webLead   = 30                          // minutes from a booking on the web to the first slot that fits
	release   = 30                          // minutes before its start a totem with a link gives a slot back
	unheard   = 2                           // minutes until the scheduler takes a silent totem for unreachable
	totems    = 2                           // at the entrance
	prefix    = "A"                         // of its numbers
	evening   = -12 * 60                    // the minute of the day before in which its grants are made
	lastHour  = 450                         // the minute after which nobody comes any more
	allWeight = 150*1.6 + 150*1.0 + 150*0.5 // of the arrivals below
)

// weight returns how many come in a minute, compared with the mean of the middle of the day.
func weight(minute int) float64 {
	switch {
	case minute < 150:
		return 1.6
	case minute < 300:
		return 1.0
	case minute < lastHour:
		return 0.5
	}
	return 0
}

// Load is how many want a slot of a day on that day, in the mean; half of its slots are booked before.
type Load struct {
	Name    string
	WalkIns float64
	Web     float64
}

// Loads are the three that the report compares, for 72 free slots.
func Loads() []Load {
	return []Load{{"low", 30, 20}, {"middle", 42, 28}, {"high", 55, 35}}
}

// Outage is how long the office's link is down; it ends with the day at the latest.
type Outage struct {
	Name    string
	Minutes int
}

// Outages are those that the report compares.
func Outages() []Outage {
	return []Outage{{"10 minutes", 10}, {"1 hour", 60}, {"4 hours", 240}, {"a day", opening}}
}

// arrival is somebody who wants a slot: at a totem, or on the web.
type arrival struct {
	minute int
	totem  int // which; -1: on the web
}

// day is what happens on a day, whatever the policy is.
type day struct {
	load     Load
	ahead    []int // which slots are booked before, by their place
	arrivals []arrival
	cut      int // the minute in which the link fails
	back     int // the minute in which it works again; cut: it does not fail
}

// dayOf draws the day that a seed makes. Days of one seed differ by the length of the outage alone.
func dayOf(seed uint64, office, number int, load Load, outage Outage) day {
	rng := rand.New(rand.NewPCG(seed, uint64(office)<<32|uint64(number)<<8|uint64(load.Web)))
	d := day{load: load}
	var open []int
	for i := range slots {
		if planned(i) == booking.Pool {
			open = append(open, i)
		}
	}
	rng.Shuffle(len(open), func(i, j int) { open[i], open[j] = open[j], open[i] })
	d.ahead = slices.Sorted(slices.Values(open[:ahead]))
	for minute := range lastHour {
		from := len(d.arrivals)
		part := weight(minute) / allWeight
		for range poisson(rng, load.WalkIns*part) {
			d.arrivals = append(d.arrivals, arrival{minute, rng.IntN(totems)})
		}
		for range poisson(rng, load.Web*part) {
			d.arrivals = append(d.arrivals, arrival{minute, -1})
		}
		now := d.arrivals[from:]
		rng.Shuffle(len(now), func(i, j int) { now[i], now[j] = now[j], now[i] })
	}
	d.cut = rng.IntN(opening)
	d.back = min(d.cut+outage.Minutes, opening)
	return d
}

// poisson draws how many come where mean, which is small, is expected.
func poisson(rng *rand.Rand, mean float64) (n int) {
	for p := rng.Float64(); p > math.Exp(-mean); n++ {
		p *= rng.Float64()
	}
	return n
}

// planned returns who holds the slot at a place as the day is planned, where there is a reserve.
func planned(i int) booking.Holder {
	if i%reserved == reserved/2 {
		return booking.Reserve
	}
	return booking.Pool
}

func plannedHolder(n booking.Number) booking.Holder {
	_, count, _ := n.Split()
	return planned(count - 1)
}

func opens() time.Time { return time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC) }

func at(minute int) time.Time { return opens().Add(time.Duration(minute) * time.Minute) }

func totemID(i int) booking.TotemID { return booking.TotemID(fmt.Sprintf("totem-%d", i+1)) }

// freshSheet returns the day's sheet in the morning; hold says who holds a slot, by its place and by its place among the free ones.
func freshSheet(d day, hold func(place, nth int) booking.Holder) booking.Sheet {
	s := booking.Sheet{Prefix: prefix, SheetKey: booking.SheetKey{Office: "office", Queue: "queue", Day: booking.DayOf(opens(), time.UTC)}}
	for i := range slots {
		s.Slots = append(s.Slots, booking.Slot{Number: booking.NewNumber(prefix, i+1), Start: at(i / counters * every), State: booking.Free, Holder: booking.Pool})
	}
	for k, i := range d.ahead {
		s.Slots[i].State, s.Slots[i].Ticket.Code = booking.Issued, codeOf(k)
	}
	free := 0
	for i := range s.Slots {
		if s.Slots[i].State == booking.Free {
			s.Slots[i].Holder = hold(i, free)
			free++
		}
	}
	return s
}

// codeOf returns the code of the n-th ticket of a day.
func codeOf(n int) booking.CodeHash {
	n++
	return booking.CodeHash{byte(n), byte(n >> 8)}
}
