// Package allocation decides which slots each totem is granted. It is pure: sheets go in, sheets come out.
//
// A grant is for good. Nothing here ever takes a slot from a totem, whatever the clock says and however long the
// totem has been silent; that needs the totem's own release or a person's fencing ([booking.Sheet.Reclaim]). So a
// totem may sell what it was granted without asking anybody, online and offline alike.
package allocation

import (
	"example.org/totem/booking"
)

// Share returns s with every free slot of the reserve granted to one of the totems, in calling order, each to the
// totem that holds fewest of the sheet so far; among equals, to the one that is listed first. On a fresh sheet the
// totems thus take turns: each holds its n-th part of the walk-in slots, spread over the day like the others'.
//
// Slots that are granted or taken stay as they are, those of totems that are no longer listed too. Told again, Share
// changes nothing; reserve slots that were added later are granted in the same way, and a totem that was listed later
// catches up with them. A word that cannot name a totem is passed over. s itself is not changed.
func Share(s booking.Sheet, totems []booking.TotemID) booking.Sheet {
	held := make(map[booking.Holder]int, len(totems))
	for _, slot := range s.Slots {
		if slot.State != booking.Void {
			held[slot.Holder]++
		}
	}
	s = s.Clone()
	for i, slot := range s.Slots {
		if slot.State != booking.Free || slot.Holder != booking.Reserve {
			continue
		}
		if next, ok := fewest(held, totems); ok {
			s.Slots[i].Holder = next
			held[next]++
		}
	}
	return s
}

// fewest returns the totem that holds the fewest slots, ok false if there is no totem.
func fewest(held map[booking.Holder]int, totems []booking.TotemID) (least booking.Holder, ok bool) {
	for _, t := range totems {
		h := booking.HeldBy(t)
		if _, isTotem := h.Totem(); isTotem && (!ok || held[h] < held[least]) {
			least, ok = h, true
		}
	}
	return least, ok
}

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
