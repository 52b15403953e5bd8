package ledger

import (
	"context"
	"errors"

	"example.org/totem/booking"
)

// Change reads the sheet named by key, applies edit and writes the result, again and again until it wins or edit
// refuses. edit must be idempotent: it may see its own earlier work, for an answer can be lost after the write, and it
// may see a sheet that is behind, whose outcome then does not count. If edit returns the sheet it was given, nothing is
// written.
func Change(ctx context.Context, b Book, key booking.SheetKey, edit func(booking.Sheet) (booking.Sheet, error)) (booking.Sheet, error) {
	if shelf, ok := b.(Shelf); ok {
		if before, ok := shelf.Glance(key); ok {
			// Only what is written counts: that a change is refused or needless is the word of the newest sheet.
			after, written, err := write(ctx, b, before, edit)
			if written {
				return after, err
			}
		}
	}
	for {
		before, err := b.Sheet(ctx, key)
		if err != nil {
			return booking.Sheet{}, err
		}
		after, _, err := write(ctx, b, before, edit)
		if !errors.Is(err, ErrConflict) {
			return after, err
		}
		if ctx.Err() != nil {
			return booking.Sheet{}, ctx.Err()
		}
	}
}

// write applies edit to before and puts the result, if that is another. written is false when nothing was put.
func write(ctx context.Context, b Book, before booking.Sheet, edit func(booking.Sheet) (booking.Sheet, error)) (after booking.Sheet, written bool, err error) {
	after, err = edit(before)
	if err != nil || same(before, after) {
		return before, false, err
	}
	after.Revision = before.Revision
	revision, err := b.Put(ctx, after)
	if err != nil {
		return booking.Sheet{}, !errors.Is(err, ErrConflict), err
	}
	after.Revision = revision
	return after, true, nil
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
