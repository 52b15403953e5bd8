package board_test

import (
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/hw/board"
)

func TestAPanelIsToBeSeenAtTheOfficesHoursOrAtItsOwn(t *testing.T) {
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	clock := func(s string) booking.Clock {
		c, err := booking.ParseClock(s)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	hours := &booking.Hours{}
	hours.Week[time.Tuesday] = []booking.Span{{From: clock("8:30"), To: clock("12:30")}, {From: clock("14:30"), To: clock("17:00")}}
	hours.Week[time.Wednesday] = []booking.Span{{From: clock("0:15"), To: clock("1:00")}}
	office := board.Schedule{Office: true, Margin: 30 * time.Minute}
	for _, c := range []struct {
		s     board.Schedule
		hours *booking.Hours
		at    string // of a Tuesday in November
		lit   bool
	}{
		{office, hours, "07:59", false}, {office, hours, "08:00", true}, {office, hours, "12:59", true}, {office, hours, "13:00", false},
		{office, hours, "14:00", true}, {office, hours, "17:29", true}, {office, hours, "17:30", false}, {office, hours, "23:44", false}, {office, hours, "23:45", true},
		{office, nil, "03:00", true}, {board.Schedule{}, hours, "03:00", true},
		{board.Schedule{From: clock("7:00"), To: clock("20:00")}, hours, "06:59", false}, {board.Schedule{From: clock("7:00"), To: clock("20:00")}, nil, "07:00", true},
		{board.Schedule{From: clock("7:00"), To: clock("20:00")}, nil, "20:00", false},
		{board.Schedule{From: clock("20:00"), To: clock("2:00")}, nil, "01:59", true}, {board.Schedule{From: clock("20:00"), To: clock("2:00")}, nil, "12:00", false},
	} {
		at, err := time.ParseInLocation("2006-01-02 15:04", "2026-11-24 "+c.at, rome)
		if err != nil {
			t.Fatal(err)
		}
		if lit := c.s.Lit(at.UTC(), rome, c.hours); lit != c.lit {
			t.Errorf("%+v at %s: lit %v", c.s, c.at, lit)
		}
	}
}
