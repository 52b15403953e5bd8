package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/ledger"
)

// ErrUnknownTotem says that nothing is known of a totem: no store introduced itself, and it holds no slots.
var ErrUnknownTotem = errors.New("no such totem")

// ErrUnfolded says that facts of the totem still wait to be folded. Nothing was taken from it yet.
var ErrUnfolded = errors.New("facts of the totem are not in the ledger yet")

// Fence is a person's word that a totem's store is lost or wiped for good; see [Fencing.Fence].
func (s *Service) Fence(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (returned int, err error) {
	f := Fencing{Book: s.book, Roster: s.roster, Ward: s.ward, Cut: s.tellRevoked, After: s.after}
	if s.uplink != nil {
		f.Folded = s.uplink.Folded
	}
	returned, err = f.Fence(ctx, office, totem)
	if err == nil {
		event.Log(s.log, event.TotemFenced, totemAttr(office, totem), slog.Int("slots", returned))
	}
	return returned, err
}

// Fencing is what a fence needs.
type Fencing struct {
	Book   ledger.Book
	Roster ledger.Roster
	Ward   ledger.Ward // nil where nobody keeps how totems are
	// Cut makes the servers refuse the keys that the roster says are revoked; nil where there are no servers.
	Cut func(context.Context) error
	// Folded reports whether all facts that the uplink holds of a totem are in the ledger; nil where it holds none.
	Folded func(context.Context, booking.OfficeID, booking.TotemID) (bool, error)
	After  func(time.Duration) <-chan time.Time // between two looks; nil means time.After
}

// How long a fence waits for facts that are being folded.
const (
	foldedLooks = 50
	foldedPause = 200 * time.Millisecond
)

// Fence is a person's word that a totem's store is lost or wiped for good. Its device's key is revoked, its name is
// forgotten, so that a new store may introduce itself, and every free slot that it holds on any day goes back to the
// reserve. Neither store nor key is ever believed again. Fence returns how many slots went back. It may be told again,
// and must be if it ends in an error other than ErrUnknownTotem.
//
// A ticket that the totem has told of, but that is not folded yet, is on a slot that the ledger still says is free. So
// the totem is cut off first, and what it has told is waited for; if nobody folds it the error is ErrUnfolded.
//
// If the store is alive after all, and gives tickets, slots are sold twice: this is the one act that can do that.
func (f Fencing) Fence(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (returned int, err error) {
	known, err := f.forget(ctx, office, totem)
	if err != nil {
		return 0, fmt.Errorf("fence %s/%s: %w", office, totem, err)
	}
	var spoiled error // what cannot be read does not hold up the rest
	days, err := f.Book.Days(ctx)
	for i := 0; err == nil && i < len(days); i++ {
		var sheets []booking.Sheet
		sheets, err = f.Book.Sheets(ctx, office, days[i])
		if errors.Is(err, ledger.ErrUnreadable) {
			spoiled, err = errors.Join(spoiled, err), nil
		}
		for j := 0; err == nil && j < len(sheets); j++ {
			var n int
			n, err = reclaim(ctx, f.Book, sheets[j].SheetKey, totem)
			returned += n
		}
	}
	err = errors.Join(err, unreadable(spoiled))
	if err == nil && !known && returned == 0 {
		err = ErrUnknownTotem
	}
	if err != nil {
		return returned, fmt.Errorf("fence %s/%s: %w", office, totem, err)
	}
	return returned, nil
}

// forget cuts the totem off, waits for what it has told, and has the roster forget its name; known is false if no store
// of it was ever heard of.
func (f Fencing) forget(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (known bool, err error) {
	err = revokeKey(ctx, f.Roster, office, totem)
	if err != nil && !errors.Is(err, ErrNoKey) && !errors.Is(err, ledger.ErrUnreadable) {
		return false, err
	}
	if f.Cut != nil {
		if err := f.Cut(ctx); err != nil {
			return false, err
		}
	}
	if err := f.awaitFolded(ctx, office, totem); err != nil {
		return false, err
	}
	epoch, err := f.Book.Epoch(ctx)
	if err != nil {
		return false, err
	}
	known, err = forget(ctx, f.Roster, office, totem, epoch)
	if err == nil && f.Ward != nil {
		err = f.Ward.DropHealth(ctx, office, totem)
	}
	return known, err
}

func (f Fencing) awaitFolded(ctx context.Context, office booking.OfficeID, totem booking.TotemID) error {
	if f.Folded == nil {
		return nil
	}
	after := f.After
	if after == nil {
		after = time.After
	}
	for range foldedLooks {
		folded, err := f.Folded(ctx, office, totem)
		if err != nil || folded {
			return err
		}
		select {
		case <-after(foldedPause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return ErrUnfolded
}

// unseen stands among the fenced stores for one whose incarnation nobody knows: since then only a new store is believed.
var unseen = booking.Incarnation{}

// forget moves the totem's store to those that are fenced, and its key to those that are revoked; known is false if
// none was ever heard of. A record that cannot be read is written anew, so that the office does not wait for ever.
func forget(ctx context.Context, roster ledger.Roster, office booking.OfficeID, totem booking.TotemID, epoch uint64) (known bool, err error) {
	for {
		m, err := roster.Member(ctx, office, totem)
		unread := errors.Is(err, ledger.ErrUnreadable) && m.Revision != 0
		if err != nil && !unread || !unread && !hasStore(m) && m.Key == "" {
			return m.Revision != 0, err
		}
		if unread || hasStore(m) {
			if !slices.Contains(m.Fenced, m.Incarnation) {
				m.Fenced = append(m.Fenced, m.Incarnation)
			}
			m.Incarnation, m.Folded, m.Merged = booking.Incarnation{}, 0, 0
			if epoch != awaited {
				m.Merged = epoch // in which a person said it
			}
		}
		m = withKeyRevoked(m)
		if _, err = roster.PutMember(ctx, m); !errors.Is(err, ledger.ErrConflict) {
			return true, err
		}
	}
}

func reclaim(ctx context.Context, book ledger.Book, key booking.SheetKey, totem booking.TotemID) (n int, err error) {
	_, err = ledger.Change(ctx, book, key, func(before booking.Sheet) (booking.Sheet, error) {
		after := before.Reclaim(totem)
		n = 0
		for i := range after.Slots {
			if after.Slots[i].Holder != before.Slots[i].Holder {
				n++
			}
		}
		return after, nil
	})
	if errors.Is(err, ledger.ErrNoSheet) || errors.Is(err, ledger.ErrClosed) {
		return 0, nil // its day was closed meanwhile
	}
	return n, err
}
