package booking_test

import (
	"testing"
	"time"

	"example.org/totem/booking"
)

func rome(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func day(t testing.TB, s string) booking.Day {
	t.Helper()
	d, err := booking.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestADayLastsAsLongAsItsClockSays(t *testing.T) {
	loc := rome(t)
	for d, want := range map[string]time.Duration{
		"2026-11-21": 24 * time.Hour,
		"2027-03-28": 23 * time.Hour,
		"2026-10-25": 25 * time.Hour,
	} {
		d := day(t, d)
		if got := d.End(loc).Sub(d.Start(loc)); got != want {
			t.Errorf("%s lasts %v, want %v", d, got, want)
		}
		if got := booking.DayOf(d.Start(loc), loc); got != d {
			t.Errorf("the first instant of %s falls on %s", d, got)
		}
		if got := booking.DayOf(d.End(loc).Add(-time.Nanosecond), loc); got != d {
			t.Errorf("the last instant of %s falls on %s", d, got)
		}
	}
}

func TestTheWallClockIsReadOnceOnOddDays(t *testing.T) {
	loc := rome(t)
	tests := []struct{ name, day, clock, want string }{
		{"an ordinary time", "2026-11-21", "9:50", "2026-11-21T08:50:00Z"},
		{"in the missing hour", "2027-03-28", "2:30", "2027-03-28T01:00:00Z"},
		{"at the first missing minute", "2027-03-28", "2:00", "2027-03-28T01:00:00Z"},
		{"after the missing hour", "2027-03-28", "3:00", "2027-03-28T01:00:00Z"},
		{"in the doubled hour", "2026-10-25", "2:30", "2026-10-25T00:30:00Z"},
		{"after the doubled hour", "2026-10-25", "3:00", "2026-10-25T02:00:00Z"},
		{"at the end of the day", "2026-10-25", "24:00", "2026-10-25T23:00:00Z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := booking.ParseClock(tt.clock)
			if err != nil {
				t.Fatal(err)
			}
			if got := day(t, tt.day).At(c, loc).UTC().Format(time.RFC3339); got != tt.want {
				t.Errorf("%s at %s is %s, want %s", tt.day, tt.clock, got, tt.want)
			}
		})
	}
}

func TestZonesThatSkipMidnightStillHaveAFirstInstant(t *testing.T) {
	loc, err := time.LoadLocation("America/Asuncion") // in 2023 its clocks went from 24:00 to 1:00
	if err != nil {
		t.Fatal(err)
	}
	d := day(t, "2023-10-01")
	if got := booking.DayOf(d.Start(loc), loc); got != d {
		t.Errorf("the first instant of %s falls on %s", d, got)
	}
	if got, want := d.End(loc).Sub(d.Start(loc)), 23*time.Hour; got != want {
		t.Errorf("the day lasts %v, want %v", got, want)
	}
}

func TestAClockIsReadStrictly(t *testing.T) {
	for _, good := range []string{"0:00", "8:30", "08:30", "24:00"} {
		if _, err := booking.ParseClock(good); err != nil {
			t.Errorf("ParseClock(%q): %v", good, err)
		}
	}
	for _, bad := range []string{"", "8", "8:3", "8:60", "24:01", "-1:00", "8:30 ", " 8:30", "8:30x", "8.30", "8:+3", "+8:30", "1e1:00"} {
		if c, err := booking.ParseClock(bad); err == nil {
			t.Errorf("ParseClock(%q) = %v, want an error", bad, c)
		}
	}
}

func TestTheNextOpeningSkipsClosedDays(t *testing.T) {
	loc := rome(t)
	morning := []booking.Span{{From: 8*60 + 30, To: 12*60 + 30}}
	hours := booking.Hours{Closed: []booking.Day{day(t, "2026-12-08")}}
	for d := time.Monday; d <= time.Friday; d++ {
		hours.Week[d] = morning
	}
	tests := []struct{ name, now, want string }{
		{"before opening it is today", "2026-11-20T07:00:00+01:00", "2026-11-20T08:30:00+01:00"},
		{"at opening it is the next day", "2026-11-19T08:30:00+01:00", "2026-11-20T08:30:00+01:00"},
		{"on Friday noon it is Monday", "2026-11-20T12:31:00+01:00", "2026-11-23T08:30:00+01:00"},
		{"before a holiday it is the day after", "2026-12-07T13:00:00+01:00", "2026-12-09T08:30:00+01:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now, err := time.Parse(time.RFC3339, tt.now)
			if err != nil {
				t.Fatal(err)
			}
			_, opens, ok := hours.Next(now, loc)
			if !ok || opens.Format(time.RFC3339) != tt.want {
				t.Errorf("next opening is %s, %v, want %s", opens.Format(time.RFC3339), ok, tt.want)
			}
		})
	}
	if _, _, ok := (booking.Hours{}).Next(time.Now(), loc); ok {
		t.Error("an office that never opens has a next opening")
	}
}
