package booking

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// Day is one local calendar day of an office. It says nothing of hours: a day may last 23, 24 or 25 of them. The zero
// Day is no day. Days are comparable with == and serve as map keys.
type Day struct {
	year  int
	month time.Month
	day   int
}

const dayForm = "2006-01-02"

// DayOf returns the day that t falls on in loc.
func DayOf(t time.Time, loc *time.Location) Day {
	y, m, d := t.In(loc).Date()
	return Day{y, m, d}
}

// ParseDay reads the form of ISO 8601, "2026-11-21".
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(dayForm, s)
	if err != nil {
		return Day{}, fmt.Errorf("day %q: want year-month-day, as 2026-11-21", s)
	}
	return DayOf(t, time.UTC), nil
}

// String returns the form that ParseDay reads; "" for the zero Day.
func (d Day) String() string {
	if d.IsZero() {
		return ""
	}
	return d.noon().Format(dayForm)
}

// IsZero reports whether d is no day.
func (d Day) IsZero() bool { return d == Day{} }

// AddDays returns the day n days after d, before it when n is negative.
func (d Day) AddDays(n int) Day { return DayOf(d.noon().AddDate(0, 0, n), time.UTC) }

// Compare returns -1, 0 or +1 as d is before, the same as or after e.
func (d Day) Compare(e Day) int {
	return cmp.Or(cmp.Compare(d.year, e.year), cmp.Compare(d.month, e.month), cmp.Compare(d.day, e.day))
}

// Weekday returns d's day of the week.
func (d Day) Weekday() time.Weekday { return d.noon().Weekday() }

// Date returns d's calendar parts.
func (d Day) Date() (year int, month time.Month, day int) { return d.year, d.month, d.day }

// Start returns the first instant of d in loc, End the first instant of the day after.
func (d Day) Start(loc *time.Location) time.Time { return d.At(0, loc) }

// End returns the first instant after d in loc.
func (d Day) End(loc *time.Location) time.Time { return d.AddDays(1).Start(loc) }

// At returns the instant at which the wall clock of loc shows c on d. Where the clock shows c twice (the hour that
// comes again in autumn) it is the first of the two; where it never shows c (the hour left out in spring) it is the
// instant of the change.
func (d Day) At(c Clock, loc *time.Location) time.Time {
	t := time.Date(d.year, d.month, d.day, 0, int(c), 0, 0, loc)
	start, _ := t.ZoneBounds()
	if want := time.Date(d.year, d.month, d.day, 0, int(c), 0, 0, time.UTC); !sameWall(t, want) {
		if !start.IsZero() && t.Sub(start) < 3*time.Hour {
			return start
		}
		_, end := t.ZoneBounds()
		return end
	}
	if !start.IsZero() {
		// The offset before the change tells the earlier reading of the same wall clock, if there is one.
		_, before := start.Add(-time.Second).Zone()
		_, now := t.Zone()
		if earlier := t.Add(time.Duration(now-before) * time.Second); earlier.Before(start) && sameWall(earlier, t) {
			return earlier
		}
	}
	return t
}

func sameWall(a, b time.Time) bool {
	const form = "2006-01-02 15:04"
	return a.Format(form) == b.Format(form)
}

func (d Day) noon() time.Time { return time.Date(d.year, d.month, d.day, 12, 0, 0, 0, time.UTC) }

// MarshalText writes the form of ISO 8601.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the form of ISO 8601.
func (d *Day) UnmarshalText(b []byte) error {
	parsed, err := ParseDay(string(b))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// Clock is a reading of a wall clock: minutes after midnight, 0 to 1440.
type Clock int

// ParseClock reads hours and minutes, "8:30" or "08:30"; "24:00" is the end of the day.
func ParseClock(s string) (Clock, error) {
	if parts := clockForm.FindStringSubmatch(s); parts != nil {
		h, _ := strconv.Atoi(parts[1])
		m, _ := strconv.Atoi(parts[2])
		if c := Clock(h*60 + m); c <= 24*60 {
			return c, nil
		}
	}
	return 0, fmt.Errorf("time %q: want hours:minutes from 0:00 to 24:00", s)
}

var clockForm = regexp.MustCompile(`^([0-9]{1,2}):([0-5][0-9])$`)

// ClockOf returns what the wall clock of loc shows at t, seconds left out.
func ClockOf(t time.Time, loc *time.Location) Clock {
	l := t.In(loc)
	return Clock(l.Hour()*60 + l.Minute())
}

// String returns hours and minutes without a leading zero, "8:30".
func (c Clock) String() string { return fmt.Sprintf("%d:%02d", int(c)/60, int(c)%60) }

// MarshalText writes the form that ParseClock reads.
func (c Clock) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads the form that ParseClock reads.
func (c *Clock) UnmarshalText(b []byte) error {
	parsed, err := ParseClock(string(b))
	if err != nil {
		return err
	}
	*c = parsed
	return nil
}
