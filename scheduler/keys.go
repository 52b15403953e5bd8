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
	// Keep makes key the one of an office and day, durably, in the place of any other.
	Keep(ctx context.Context, office booking.OfficeID, day booking.Day, key booking.DayKey) error
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
	lost, err := k.isGivenUp(ctx, office, day)
	if err != nil {
		return booking.DayKey{}, err
	}
	if slices.ContainsFunc(sheets, hasTickets) && !lost {
		return booking.DayKey{}, fault.New(fault.CodeCentralStore, missing,
			"put the key file back, from a copy of the disk if there is one; without it the codes of that day's tickets cannot be recognised",
			"the key of office %s for %s is missing, and tickets were given by it", office, day)
	}
	return k.Draw(ctx, office, day)
}

// isGivenUp reports whether a restore has noted that a key is lost for good: it is in no backup.
func (k keys) isGivenUp(ctx context.Context, office booking.OfficeID, day booking.Day) (bool, error) {
	noted, ok := k.Keys.(interface {
		IsGivenUp(ctx context.Context, office booking.OfficeID, day booking.Day) (bool, error)
	})
	if !ok {
		return false, nil
	}
	return noted.IsGivenUp(ctx, office, day)
}

func hasTickets(s booking.Sheet) bool {
	return slices.ContainsFunc(s.Slots, func(slot booking.Slot) bool { return slot.State.HasTicket() })
}

// merge takes over the key that a totem has of a day. Where there is another one already, that one stays by which
// tickets were given; differs is true then.
func (k keys) merge(ctx context.Context, office booking.OfficeID, day booking.Day, key booking.DayKey) (differs bool, err error) {
	own, err := k.Keys.Key(ctx, office, day)
	switch {
	case err == nil && own == key:
		return false, nil
	case err != nil: // it is not there, or damaged: the totem's is the only one
		return false, k.Keep(ctx, office, day, key)
	}
	sheets, err := k.book.Sheets(ctx, office, day)
	if err != nil && !errors.Is(err, ledger.ErrUnreadable) {
		return true, fmt.Errorf("look whether tickets of %s on %s were given: %w", office, day, err)
	}
	if err != nil || slices.ContainsFunc(sheets, hasTickets) {
		return true, nil
	}
	return true, k.Keep(ctx, office, day, key)
}

// errKeyToCome says that a day's key is not there, and may be drawn only when the office is whole: a totem that has not
// told yet what it holds may have it.
var errKeyToCome = errors.New("the day's key is not there, and a totem that may have it has not told yet")

// DayKey returns the key of an office and day, drawn if it is not there, no ticket was given that day, and no totem can
// have it.
func (s *Service) DayKey(ctx context.Context, office booking.OfficeID, day booking.Day) (booking.DayKey, error) {
	key, err := s.keys.Keys.Key(ctx, office, day)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	t, err := s.standing(ctx, office)
	if err != nil {
		return booking.DayKey{}, err
	}
	if !t.whole() {
		return booking.DayKey{}, errKeyToCome
	}
	return s.keys.Key(ctx, office, day)
}
