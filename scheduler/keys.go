package scheduler

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/ledger"
)

// Keys keeps the office-day keys, outside the ledger. Implementations are safe for concurrent use.
type Keys interface {
	// Key returns the key of an office and day. If there is none, the error is fs.ErrNotExist and names its place.
	Key(ctx context.Context, office booking.OfficeID, day booking.Day) (booking.DayKey, error)
	// Draw returns the key of an office and day, drawn and made durable first if it is not there.
	Draw(ctx context.Context, office booking.OfficeID, day booking.Day) (booking.DayKey, error)
	// Destroy erases a key durably. One that is not there is no error.
	Destroy(ctx context.Context, office booking.OfficeID, day booking.Day) error
	// Kept returns the days of each office whose keys are there.
	Kept(ctx context.Context) (map[booking.OfficeID][]booking.Day, error)
}

// keys are the keys as the service uses them. A day has one key for all its life: where tickets were given and the key
// is gone, a new one would make their codes unknown without a word.
type keys struct {
	Keys
	book ledger.Book
}

// Key returns the key of an office and day, drawn if it is not there and no ticket was given that day. The error may
// be a *fault.Fault.
func (k keys) Key(ctx context.Context, office booking.OfficeID, day booking.Day) (booking.DayKey, error) {
	key, missing := k.Keys.Key(ctx, office, day)
	if !errors.Is(missing, fs.ErrNotExist) {
		return key, missing
	}
	sheets, err := k.book.Sheets(ctx, office, day)
	// A sheet that cannot be read must not keep a new day from its key; those beside it tell of a day that has begun.
	if err != nil && !errors.Is(err, ledger.ErrUnreadable) {
		return booking.DayKey{}, fmt.Errorf("look whether tickets of %s on %s were given: %w", office, day, errors.Join(err, missing))
	}
	if slices.ContainsFunc(sheets, hasTickets) {
		return booking.DayKey{}, fault.New(fault.CodeCentralStore, missing,
			"put the key file back, from a copy of the disk if there is one; without it the codes of that day's tickets cannot be recognised",
			"the key of office %s for %s is missing, and tickets were given by it", office, day)
	}
	return k.Draw(ctx, office, day)
}

func hasTickets(s booking.Sheet) bool {
	return slices.ContainsFunc(s.Slots, func(slot booking.Slot) bool { return slot.State.HasTicket() })
}

// DayKey returns the key of an office and day, drawn if it is not there and no ticket was given that day.
func (s *Service) DayKey(ctx context.Context, office booking.OfficeID, day booking.Day) (booking.DayKey, error) {
	return s.keys.Key(ctx, office, day)
}
