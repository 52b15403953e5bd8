package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"example.org/totem/booking"
)

// ErrFull says that no free slot of the pool is left where one was wanted.
var ErrFull = errors.New("no free slot is left")

// Want says which slot of the pool is wanted.
type Want struct {
	Number booking.Number // this one; "" for the first free one
	From   time.Time      // without Number: that starts then or later; zero for the whole day
}

// answers is how often an unknown outcome is looked into.
const answers = 3

// BookSlot books a free slot of the pool on the sheet named by key and returns it. code is the booking's key too: told
// again with the same hash, whatever is wanted then, BookSlot finds the slot that the hash has booked and changes
// nothing.
//
// Of these errors it is certain that nothing was booked: ErrFull, ErrNoSheet, ErrClosed, ErrUnreadable, and those of
// booking.Sheet.Book. After any other the booking may be there or not: tell it again with the same hash.
func BookSlot(ctx context.Context, b Book, key booking.SheetKey, want Want, code booking.CodeHash) (booking.Slot, error) {
	if code.IsZero() {
		return booking.Slot{}, fmt.Errorf("book a slot of %s: no code hash", key)
	}
	for answer := 1; ; answer++ {
		s, err := Change(ctx, b, key, func(s booking.Sheet) (booking.Sheet, error) { return want.book(s, code) })
		switch {
		case err == nil:
			return s.Slots[booked(s, code)], nil
		case settled(err), answer == answers, ctx.Err() != nil:
			return booking.Slot{}, fmt.Errorf("book a slot of %s: %w", key, err)
		}
		// The answer may have been lost after the write: what the ledger holds now tells.
	}
}

// settled reports whether err says that nothing was booked.
func settled(err error) bool {
	return slices.ContainsFunc([]error{ErrFull, ErrNoSheet, ErrClosed, ErrUnreadable, booking.ErrNoSlot, booking.ErrNotHeld, booking.ErrTaken,
		booking.ErrVoid}, func(word error) bool { return errors.Is(err, word) })
}

// book returns s with the wanted slot booked, s itself if code has booked one.
func (w Want) book(s booking.Sheet, code booking.CodeHash) (booking.Sheet, error) {
	number := w.Number
	switch i := booked(s, code); {
	case i >= 0:
		return s, nil
	case number == "":
		i = slices.IndexFunc(s.Slots, func(slot booking.Slot) bool {
			return slot.State == booking.Free && slot.Holder == booking.Pool && !slot.Start.Before(w.From)
		})
		if i < 0 {
			return s, ErrFull
		}
		number = s.Slots[i].Number
	}
	return s.Book(number, booking.Pool, code)
}

// booked returns the place of the slot that code has booked from the pool, -1 for none.
func booked(s booking.Sheet, code booking.CodeHash) int {
	return slices.IndexFunc(s.Slots, func(slot booking.Slot) bool {
		return slot.Holder == booking.Pool && slot.State.HasTicket() && slot.Ticket.Code == code
	})
}
