// Package allocation decides how many slots each totem is granted, and which. It is pure: sheets go in, sheets come out.
//
// A granted slot is held in escrow (O'Neil, TODS 11(4), 1986): its totem may sell it without asking anybody, with a link and without.
// Nothing here ever takes one from a totem, whatever the clock says and however long the totem has been silent; that needs the totem's
// own release, or a person's fencing ([booking.Sheet.Orphan]). How many each is due follows from the walk-ins of past days
// ([Forecast], [Quantile]): quotas that follow demand run dry far less often than fixed ones.
package allocation

import (
	"example.org/totem/booking"
)

// coverDays is how many opening days after today are granted too: an outage over a weekend and its Monday must not
// leave a totem without slots.
const coverDays = 2

// Cover returns the days for which totems hold grants: today, open or not, and the next two opening days, in order.
// An office that does not open for a year has none of these.
func Cover(hours booking.Hours, today booking.Day) []booking.Day {
	days := []booking.Day{today}
	for d := today.AddDays(1); len(days) <= coverDays && d.Compare(today.AddDays(366)) <= 0; d = d.AddDays(1) {
		if len(hours.On(d)) > 0 {
			days = append(days, d)
		}
	}
	return days
}
