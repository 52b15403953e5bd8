package device

import (
	"time"

	"example.org/totem/booking"
)

// numberHorizon is how many days ahead a totem without a clock looks for slots of its own.
const numberHorizon = 31

// numberDay returns whose numbers a totem gives that does not know the time: of the first day whose opening had not
// ended at least, a time that is past for certain, and of which the totem holds slots. ok is false if there is none.
//
// A night without power ends on the right day if the totem was on until closing; one that was cut off while the office
// was open goes on with the numbers of that day, and one from storage with those of the day on which it was stored,
// until somebody vouches for the time. A day in progress is never left for a later one: see conversation.
func numberDay(hours booking.Hours, zone *time.Location, least time.Time, holds func(booking.Day) (bool, error)) (day booking.Day, ok bool, err error) {
	day = booking.DayOf(least, zone)
	for range numberHorizon {
		if openAfter(hours, zone, day, least) {
			if ok, err = holds(day); ok || err != nil {
				return day, ok, err
			}
		}
		day = day.AddDays(1)
	}
	return booking.Day{}, false, nil
}

// openAfter reports whether the office is open on day at any time after t.
func openAfter(hours booking.Hours, zone *time.Location, day booking.Day, t time.Time) bool {
	spans := hours.On(day)
	return len(spans) > 0 && day.At(spans[len(spans)-1].To, zone).After(t)
}
