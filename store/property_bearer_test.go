package store_test

import (
	"context"
	"errors"
	"maps"
	"slices"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/store"
)

// show has a bearer, of a ticket of this totem or of the pool, show the code, and perhaps check in or give it back.
func (w *world) show(t *rapid.T) {
	o, own := w.anyTicket(t)
	record, ok, err := w.store.Find(context.Background(), o.Code)
	w.must(err)
	if own && ok != w.open(o.Key.Day) || ok && !w.open(o.Key.Day) {
		t.Fatalf("a ticket of %s is found: %v", o.Key.Day, ok)
	}
	if !ok {
		t.Skip("nobody knows the code, so nobody tells of it")
	}
	w.reaches(t, o.Code, record.Slot.State)
	tell, move := w.store.Arrive, booking.Slot.Arrive
	if rapid.Bool().Draw(t, "cancel") {
		tell, move = w.store.Cancel, booking.Slot.Cancel
	}
	hash := o.Code.Hash(dayKey(o.Key.Day))
	want, wrong := move(record.Slot, hash)
	state, err := tell(context.Background(), o.Key, o.Number, hash)
	if errors.Is(err, store.ErrGone) != (wrong != nil) || wrong != nil && state != record.Slot.State || wrong == nil && (err != nil || state != want.State) {
		t.Fatalf("told of %+v: %v, %v; want %v, %v", record, state, err, want.State, wrong)
	}
	w.reaches(t, o.Code, state)
	before := w.last
	id, err := lastFact(context.Background(), w.store)
	w.must(err)
	w.last = id.N
	facts := int(w.last - before)
	changed := err == nil && wrong == nil && state != record.Slot.State
	if changed {
		w.shown[slotName{o.Key.Day, o.Number}] = true
	}
	switch {
	case !changed && facts != 0, changed && facts == 0, facts > 2, facts == 2 && state != booking.Cancelled:
		t.Fatalf("%d facts tell that %v became %v", facts, record.Slot.State, state)
	}
}

// anyTicket returns a ticket that was given here or in the web.
func (w *world) anyTicket(t *rapid.T) (o store.Order, own bool) {
	var all []store.Order
	for _, id := range slices.Sorted(maps.Keys(w.jobs)) {
		all = append(all, w.jobs[id].order)
	}
	given := len(all)
	for day := today; day.Compare(today.AddDays(3)) <= 0; day = day.AddDays(1) {
		for i := range slotsADay {
			n := booking.NewNumber("A", i+1)
			if code, ok := w.web[slotName{day, n}]; ok {
				all = append(all, store.Order{Key: key(day), Number: n, Code: code})
			}
		}
	}
	if len(all) == 0 {
		t.Skip("no ticket yet")
	}
	i := rapid.IntRange(0, len(all)-1).Draw(t, "ticket")
	return all[i], i < given
}

// reaches notes how far a ticket is.
func (w *world) reaches(t *rapid.T, code booking.Code, state booking.State) {
	if state < w.reached[code] {
		t.Fatalf("a ticket that was %v is %v", w.reached[code], state)
	}
	w.reached[code] = max(state, w.reached[code])
}

// cancelled reports whether a job's ticket was given back here.
func (w *world) cancelled(j *printJob) bool { return w.reached[j.order.Code] == booking.Cancelled }
