package archive

import (
	"context"
	"errors"
	"fmt"
	"io"

	"example.org/totem/booking"
	"example.org/totem/ledger"
)

// Restore reads a backup into books that are empty, and makes their epoch later than the backup's. The roster comes
// first, so that an office waits for its totems from the first moment on; all the same nothing may work with the books
// before Restore has returned, and after an error they are of no use. The error is ErrNotEmpty, ErrDamaged, ErrNewer, or
// trouble with file or books.
func Restore(ctx context.Context, r io.ReadSeeker, b Books, progress Progress) (Contents, error) {
	c, err := restore(ctx, r, b, progress)
	if err != nil {
		return c, fmt.Errorf("restore a backup: %w", err)
	}
	return c, nil
}

func restore(ctx context.Context, r io.ReadSeeker, b Books, progress Progress) (Contents, error) {
	c, err := Check(r) // all of it, before anything is written
	if err != nil {
		return c, err
	}
	if err := empty(ctx, b); err != nil {
		return c, err
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return c, err
	}
	if _, err := b.Raise(ctx, max(c.Epoch, earlier)); err != nil {
		return c, err
	}
	t := restorer{books: b, stores: make(map[owner]bool)}
	_, err = scan(r, func(l line) error {
		if progress != nil {
			progress(t.done)
		}
		return t.put(ctx, l)
	})
	if err != nil {
		return c, err
	}
	return c, t.awaitStores(ctx)
}

type owner struct {
	office booking.OfficeID
	totem  booking.TotemID
}

type restorer struct {
	books   Books
	done    Contents
	stores  map[owner]bool // whose stores the roster knows
	holders []owner        // who holds free slots, some often
}

func empty(ctx context.Context, b Books) error {
	offices, err := b.Offices(ctx)
	if err != nil {
		return err
	}
	closed, err := b.Closed(ctx)
	if err == nil && len(offices)+len(closed) > 0 {
		err = ErrNotEmpty
	}
	return err
}

func (t *restorer) put(ctx context.Context, l line) (err error) {
	switch {
	case l.Totem != nil:
		t.done.Totems++
		if !l.Totem.Incarnation.IsZero() {
			t.stores[owner{l.Totem.Office, l.Totem.Totem}] = true
		}
		_, err = t.books.PutMember(ctx, l.Totem.member())
	case l.Sheet != nil:
		t.done.Sheets++
		sheet, bad := l.Sheet.sheet()
		if bad != nil {
			return bad
		}
		for _, slot := range sheet.Slots {
			if totem, ok := slot.Holder.Totem(); ok && slot.State == booking.Free {
				t.holders = append(t.holders, owner{sheet.Office, totem})
			}
		}
		_, err = t.books.Put(ctx, sheet)
	case l.Tally != nil:
		t.done.Tallies++
		_, err = t.books.PutTally(ctx, l.Tally.tally())
	case l.Closed != nil:
		t.done.Closed++
		err = t.books.Close(ctx, *l.Closed)
	}
	if errors.Is(err, ledger.ErrConflict) {
		return ErrNotEmpty // somebody else writes too, or the file says something twice
	}
	return err
}

// awaitStores makes an office wait for a totem that holds slots though the roster knows no store of it: it came while
// the backup was made.
func (t *restorer) awaitStores(ctx context.Context) error {
	for _, o := range t.holders {
		if t.stores[o] {
			continue
		}
		t.stores[o] = true
		m, err := t.books.Member(ctx, o.office, o.totem)
		if err == nil && m.Incarnation.IsZero() {
			m.Merged = earlier
			_, err = t.books.PutMember(ctx, m)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
