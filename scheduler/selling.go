package scheduler

import (
	"context"
	"errors"
	"fmt"

	"example.org/totem/booking"
	"example.org/totem/ledger"
)

// ErrNotWhole says that the ledger began anew and totems of the office have not yet told what they hold.
var ErrNotWhole = errors.New("the office waits for its totems")

// Book books a slot of the pool for web or app. code is the ticket's; the same booking told twice gives the same slot.
// The error is ErrNotWhole, one of ledger.BookSlot, or trouble that may pass: then the booking is to be told again.
func (s *Service) Book(ctx context.Context, id booking.OfficeID, queue booking.QueueID, day booking.Day, want ledger.Want, code booking.Code) (booking.Slot, error) {
	sheet := booking.SheetKey{Office: id, Queue: queue, Day: day}
	t, err := s.standing(ctx, id)
	if err == nil && !t.whole() {
		err = ErrNotWhole
	}
	if err == nil && s.over(id, day, s.now()) {
		err = ledger.ErrClosed
	}
	var key booking.DayKey
	if err == nil {
		key, err = s.DayKey(ctx, id, day)
	}
	if err != nil {
		return booking.Slot{}, fmt.Errorf("book a slot of %s: %w", sheet, err)
	}
	return ledger.BookSlot(ctx, s.book, sheet, want, code.Hash(key))
}
