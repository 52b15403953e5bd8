package agenda

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"example.org/totem/booking"
)

// Touched is whom a change of a sheet touches, in numbers. The zero Touched is nobody.
type Touched struct {
	Void     int            // free slots of pool and reserve that are taken out of sale
	Asked    int            // free slots that totems hold, and are asked to give back to be void
	Limbo    int            // the same of slots in limbo: they are void as soon as it is known who has them
	Moved    int            // tickets that are expected at another time than before, which is known
	Untimed  int            // tickets that are moved, and nobody knows yet to when
	Annulled int            // tickets that the office cancels
	Added    int            // new slots
	Totems   []TouchedTotem // the totems among these, in order of id
	Starts   []TouchedStart // what can be sold, or is sold, at which start: those that change, in order
}

// TouchedTotem is how a change touches one totem.
type TouchedTotem struct {
	Totem    booking.TotemID
	Asked    int // of its free slots
	Moved    int // of the tickets that it gave: expected at another time, which is known
	Untimed  int // of these too: moved, and nobody knows yet to when
	Annulled int // of these too: cancelled
}

// TouchedStart is how many slots somebody is to be served for at a start; see [Loads].
type TouchedStart struct {
	Start         time.Time
	Before, After int
}

// IsZero reports whether nothing changes.
func (t Touched) IsZero() bool {
	return t.Void+t.Asked+t.Limbo+t.Moved+t.Untimed+t.Annulled+t.Added == 0
}

// Compare returns whom the change from before to after touches. Both are of one sheet, and after lacks no slot of before.
func Compare(before, after booking.Sheet) (t Touched) {
	known := make(map[booking.Number]booking.Slot, len(before.Slots))
	for _, slot := range before.Slots {
		known[slot.Number] = slot
	}
	totems := make(map[booking.TotemID]TouchedTotem)
	rehoused := 0
	for _, now := range after.Slots {
		was, ok := known[now.Number]
		if !ok {
			t.Added++
			was = now
			was.State = booking.Free
		}
		one := t.compare(was, now)
		if now.Ticket.Expected != was.Ticket.Expected && !now.Ticket.Expected.IsZero() {
			rehoused++ // by a slot that is void for it: it is not taken out of sale beside
		}
		totem, isTotem := now.Holder.Totem()
		if isTotem && one != (TouchedTotem{}) {
			sum := totems[totem]
			totems[totem] = TouchedTotem{totem, sum.Asked + one.Asked, sum.Moved + one.Moved, sum.Untimed + one.Untimed, sum.Annulled + one.Annulled}
		}
	}
	t.Void = max(t.Void-rehoused, 0)
	t.Totems = slices.SortedFunc(maps.Values(totems), func(a, b TouchedTotem) int { return cmp.Compare(a.Totem, b.Totem) })
	t.Starts = compareStarts(Loads(before), Loads(after))
	return t
}

// compare adds one slot's change, and returns it as its totem's.
func (t *Touched) compare(was, now booking.Slot) (one TouchedTotem) {
	moved := now.Ticket.Moved && (!was.Ticket.Moved || now.Ticket.Expected != was.Ticket.Expected)
	switch {
	case now.State == booking.Void && was.State == booking.Free:
		t.Void++
	case now.State == booking.Cancelled && was.State != booking.Cancelled:
		t.Annulled++
		one.Annulled = 1
	case now.Ask == booking.AskVoid && was.Ask != booking.AskVoid && now.Holder == booking.Limbo:
		t.Limbo++
	case now.Ask == booking.AskVoid && was.Ask != booking.AskVoid:
		t.Asked++
		one.Asked = 1
	case moved && now.Ticket.Expected.IsZero():
		t.Untimed++
		one.Untimed = 1
	case moved:
		t.Moved++
		one.Moved = 1
	}
	return one
}

func compareStarts(before, after map[time.Time]int) (changed []TouchedStart) {
	all := maps.Clone(before)
	maps.Copy(all, after)
	for start := range all {
		if b, a := before[start], after[start]; b != a {
			changed = append(changed, TouchedStart{start, b, a})
		}
	}
	slices.SortFunc(changed, func(a, b TouchedStart) int { return a.Start.Compare(b.Start) })
	return changed
}
