package allocation_test

import (
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/scheduler/allocation"
)

// officeDay is a day of 8 hours with a slot every 10 minutes at 3 counters, one in five of the reserve, and three totems.
func officeDay() (booking.Sheet, allocation.Question) {
	s := booking.Sheet{SheetKey: booking.SheetKey{Office: "valfiorita", Queue: "identita", Day: booking.DayOf(morning, time.UTC)}, Prefix: "A"}
	planned := make(map[booking.Number]booking.Holder)
	for i := range 144 {
		h := booking.Pool
		if i%5 == 2 {
			h = booking.Reserve
		}
		n := booking.NewNumber("A", i+1)
		planned[n] = h
		s.Slots = append(s.Slots, booking.Slot{Number: n, Start: morning.Add(time.Duration(i/3) * 10 * time.Minute), Holder: h, State: booking.Free})
	}
	q := allocation.Question{Now: morning, Zone: time.UTC, Lead: 5 * time.Minute, Release: 30 * time.Minute,
		Planned: func(n booking.Number) booking.Holder { return planned[n] }}
	for _, id := range []booking.TotemID{"atrio", "ingresso", "scala"} {
		q.Totems = append(q.Totems, allocation.Totem{ID: id, Demand: allocation.Prior(s, time.UTC, 3), Reachable: true})
	}
	return s, q
}

var morning = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

func BenchmarkAFreshDay(b *testing.B) {
	s, q := officeDay()
	b.ReportAllocs()
	for b.Loop() {
		allocation.Balance(s, q)
	}
}

func BenchmarkADayThatIsInBalance(b *testing.B) {
	s, q := officeDay()
	s = allocation.Balance(s, q)
	b.ReportAllocs()
	for b.Loop() {
		allocation.Balance(s, q)
	}
}
