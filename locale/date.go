package locale

import (
	"fmt"
	"strconv"
	"time"
)

// Clock returns a time of day as every screen and slip writes it: 24 hours, no leading zero, "9:50". The digits are 0 to 9
// in every language, Arabic and Bengali too, as are those of dates: what stands on a slip must be the same signs as what
// stands on the screens of the room, and 0 to 9 are what the clocks and numbers there show.
func Clock(hour, minute int) string { return fmt.Sprintf("%d:%02d", hour, minute) }

// Weekday returns the name of a day of the week, "lunedì".
func Weekday(l Lang, d time.Weekday) string { return of(l).Weekdays[d] }

// Date returns the long form of a date, "sabato 21 novembre 2026".
func Date(l Lang, year int, month time.Month, day int) string {
	c := of(l)
	return fill(c.Date, c.dateArgs(year, month, day))
}

// DayOfYear returns a date without its year, "sabato 21 novembre".
func DayOfYear(l Lang, year int, month time.Month, day int) string {
	c := of(l)
	return fill(c.Day, c.dateArgs(year, month, day))
}

func (c catalogue) dateArgs(year int, month time.Month, day int) []Arg {
	number := strconv.Itoa(day)
	if day == 1 {
		number = c.First
	}
	weekday := time.Date(year, month, day, 12, 0, 0, 0, time.UTC).Weekday()
	return []Arg{
		Word("weekday", c.Weekdays[weekday]), Word("day", number),
		Word("month", c.Months[month-1]), Word("year", strconv.Itoa(year)),
	}
}
