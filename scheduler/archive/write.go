package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"example.org/totem/booking"
	"example.org/totem/ledger"
)

// Progress is told how much was written or restored so far, now and then.
type Progress func(done Contents)

// Write writes a backup of the books, as made at the given time. They may change meanwhile. A record that cannot be
// read is an error: a backup that lacks something must not look like one.
func Write(ctx context.Context, w io.Writer, b Books, made time.Time, progress Progress) (Contents, error) {
	k := &writer{lines: newLines(w), books: b, progress: progress}
	k.done.Made = headerOf(made, 0).Made
	if err := k.all(ctx); err != nil {
		return k.done, fmt.Errorf("write a backup: %w", err)
	}
	return k.done, nil
}

type writer struct {
	*lines
	books    Books
	progress Progress
	done     Contents
}

func (k *writer) all(ctx context.Context) error {
	epoch, err := k.books.Epoch(ctx)
	if err != nil {
		return err
	}
	k.done.Epoch = epoch
	if err := k.write(headerOf(k.done.Made, epoch)); err != nil {
		return err
	}
	members, err := k.books.Members(ctx, "")
	if err != nil {
		return err
	}
	for _, m := range members {
		k.done.Totems++
		if err := k.put(line{Totem: memberOf(m)}); err != nil {
			return err
		}
	}
	offices, err := k.books.Offices(ctx)
	if err != nil {
		return err
	}
	// Sheets before tallies: of a day that is closed meanwhile the one or the other is written, or both.
	if err := k.sheets(ctx, offices); err != nil {
		return err
	}
	if err := k.tallies(ctx, offices); err != nil {
		return err
	}
	closed, err := k.books.Closed(ctx)
	if err != nil {
		return err
	}
	for _, day := range closed {
		k.done.Closed++
		if err := k.put(line{Closed: &day}); err != nil {
			return err
		}
	}
	return k.end()
}

func (k *writer) sheets(ctx context.Context, offices []booking.OfficeID) error {
	days, err := k.books.Days(ctx)
	if err != nil {
		return err
	}
	for _, day := range days {
		for _, office := range offices {
			sheets, err := k.books.Sheets(ctx, office, day)
			if err != nil && !errors.Is(err, ledger.ErrClosed) {
				return err
			}
			for _, s := range sheets {
				text, err := sheetOf(s)
				if err != nil {
					return err
				}
				k.done.Sheets++
				if err := k.put(line{Sheet: text}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (k *writer) tallies(ctx context.Context, offices []booking.OfficeID) error {
	for _, office := range offices {
		days, err := k.books.TallyDays(ctx, office)
		if err != nil {
			return err
		}
		for _, day := range days {
			t, err := k.books.Tally(ctx, office, day)
			if err != nil {
				return err
			}
			k.done.Tallies++
			if err := k.put(line{Tally: tallyOf(t)}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (k *writer) put(l line) error {
	if k.progress != nil {
		k.progress(k.done)
	}
	return k.write(l)
}
