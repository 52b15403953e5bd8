// Package ledger is the scheduler's book: the sheets of every office, changed only by compare-and-set on a sheet's
// revision, and the roster of the totems that write to it. It declares the port, keeps it in memory for tests and
// simulations, and knows how to change a sheet safely through any implementation.
package ledger

import (
	"context"
	"errors"

	"example.org/totem/booking"
)

// Errors of a ledger. Any error that is none of these means that the outcome is unknown: read again.
var (
	// ErrNoSheet says that the ledger holds no such sheet.
	ErrNoSheet = errors.New("no such sheet")
	// ErrConflict says that the sheet or member was changed since it was read. Nothing was written.
	ErrConflict = errors.New("changed since it was read")
	// ErrClosed says that the sheet's day has been closed. Nothing was written.
	ErrClosed = errors.New("the day is closed")
	// ErrUnreadable says that something is kept in the record's place that no ledger of this release can read. Asking
	// again changes nothing; a person must mend it.
	ErrUnreadable = errors.New("the record cannot be read")
)

// Book is a ledger of sheets. Implementations are safe for concurrent use; every method may block on the network and
// ends with ctx.
type Book interface {
	// Sheet returns a sheet with its revision, or ErrNoSheet, ErrClosed or ErrUnreadable.
	Sheet(ctx context.Context, key booking.SheetKey) (booking.Sheet, error)
	// Sheets returns all sheets of an office and day, in order of queue; none is no error. With an error that is
	// ErrUnreadable it returns all those that can be read.
	Sheets(ctx context.Context, office booking.OfficeID, day booking.Day) ([]booking.Sheet, error)
	// Put writes a sheet durably if the ledger still holds the revision that s.Revision names, the zero Revision for
	// a sheet that must not exist yet, and returns the new revision. Otherwise it returns ErrConflict, ErrClosed or
	// ErrUnreadable.
	Put(ctx context.Context, s booking.Sheet) (booking.Revision, error)
	// Days returns the days that the ledger holds, in order.
	Days(ctx context.Context) ([]booking.Day, error)
	// Close deletes a day whole: all sheets of all offices. Closing a day that is not there is no error.
	Close(ctx context.Context, day booking.Day) error
}

// Member is one totem as the scheduler knows it.
type Member struct {
	Office      booking.OfficeID
	Totem       booking.TotemID
	Incarnation booking.Incarnation // of the store that holds its grants; zero before its first hello and after fencing
	Folded      uint64              // n of its last fact in the ledger
	Sequence    uint64              // link sequence of that fact
	Revision    uint64              // for compare-and-set; zero for a member that must not exist yet

	// Fenced lists the stores that a person declared lost, oldest first. None of them is ever believed again.
	Fenced []booking.Incarnation
}

// Roster is the list of totems. Implementations are safe for concurrent use.
type Roster interface {
	// Member returns a totem, or a Member with only its ids if it is not on the roster yet; or ErrUnreadable.
	Member(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (Member, error)
	// PutMember writes m durably if the roster still holds m.Revision, and returns m with its new revision;
	// otherwise ErrConflict or ErrUnreadable.
	PutMember(ctx context.Context, m Member) (Member, error)
}

// Change reads the sheet named by key, applies edit and writes the result, again and again until it wins or edit
// refuses. edit must be idempotent: it may see its own earlier work, for an answer can be lost after the write. If
// edit returns the sheet it was given, nothing is written.
func Change(ctx context.Context, b Book, key booking.SheetKey, edit func(booking.Sheet) (booking.Sheet, error)) (booking.Sheet, error) {
	for {
		before, err := b.Sheet(ctx, key)
		if err != nil {
			return booking.Sheet{}, err
		}
		after, err := edit(before)
		if err != nil || same(before, after) {
			return before, err
		}
		after.Revision = before.Revision
		revision, err := b.Put(ctx, after)
		switch {
		case err == nil:
			after.Revision = revision
			return after, nil
		case errors.Is(err, ErrConflict):
			if ctx.Err() != nil {
				return booking.Sheet{}, ctx.Err()
			}
		default:
			return booking.Sheet{}, err
		}
	}
}

func same(a, b booking.Sheet) bool {
	if len(a.Slots) != len(b.Slots) {
		return false
	}
	for i := range a.Slots {
		if a.Slots[i] != b.Slots[i] {
			return false
		}
	}
	return a.SheetKey == b.SheetKey && a.Prefix == b.Prefix
}
