package board

import (
	"time"

	"example.org/totem/booking"
)

// Schedule says when a totem is to be seen. The zero Schedule is always.
type Schedule struct {
	From, To booking.Clock // every day, where To is not zero; To may be before From: over midnight
	Office   bool          // the office's opening hours instead
	Margin   time.Duration // before each opening and after each closing of the office
}

// Lit reports whether the totem is to be seen at t in the office's zone. hours are those of its office, nil where they are not
// known: then it is.
func (s Schedule) Lit(t time.Time, zone *time.Location, hours *booking.Hours) bool {
	switch {
	case s.Office && hours != nil:
		today := booking.DayOf(t, zone)
		for _, day := range []booking.Day{today.AddDays(-1), today, today.AddDays(1)} { // a margin may reach over midnight
			for _, span := range hours.On(day) {
				if !t.Before(day.At(span.From, zone).Add(-s.Margin)) && t.Before(day.At(span.To, zone).Add(s.Margin)) {
					return true
				}
			}
		}
		return false
	case s.Office || s.To == 0:
		return true
	}
	t = t.In(zone)
	now := booking.Clock(t.Hour()*60 + t.Minute())
	if s.From <= s.To {
		return now >= s.From && now < s.To
	}
	return now >= s.From || now < s.To
}
