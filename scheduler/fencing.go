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
func (s *Service) Fence(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (Fenced, error) {
	f := Fencing{Book: s.book, Roster: s.roster, Ward: s.ward, Cut: s.tellRevoked, After: s.after, Planned: s.plannedOf(office)}
	if s.uplink != nil {
		f.Folded = s.uplink.Folded
	}
	fenced, err := f.Fence(ctx, office, totem)
	if err == nil {
		event.Log(s.log, event.TotemFenced, totemAttr(office, totem), slog.Int("slots", fenced.Returned), slog.Int("waiting", fenced.Waiting))
	}
	return fenced, err
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
	// Planned says where the office's slots were planned. Nil: whoever fences does not know, and all slots wait for a round of the
	// scheduler.
	Planned func(booking.Number) booking.Holder
}

// Fenced is what a fence has done with the slots that the totem held.
type Fenced struct {
	Returned int // went back where they were planned
	Waiting  int // are in limbo, until the office's other totems have told what they were passed, or the day is over
}

// How long a fence waits for facts that are being folded.
const (
	foldedLooks = 50
	foldedPause = 200 * time.Millisecond
)

// Fence is a person's word that a totem's store is lost or wiped for good. Its device's key is revoked, its name is
// forgotten, so that a new store may introduce itself, and no free slot that it holds on any day stays with it. Neither store
// nor key is ever believed again. It may be told again, and must be if it ends in an error other than ErrUnknownTotem.
//
// A ticket that the totem has told of, but that is not folded yet, is on a slot that the ledger still says is free. So
// the totem is cut off first, and what it has told is waited for; if nobody folds it the error is ErrUnfolded.
//
// The totem may have passed slots on to others of its office that have not told yet. So its slots are in limbo, from where a
// round of the scheduler takes them back when these have told. Where no totem of the office could be asked for slots, or no
// other has a store, they go back at once.
//
// If the store is alive after all, and gives tickets, slots are sold twice: this is the one act that can do that.
func (f Fencing) Fence(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (Fenced, error) {
	fenced, err := f.fence(ctx, office, totem)
	if err != nil {
		return fenced, fmt.Errorf("fence %s/%s: %w", office, totem, err)
	}
	return fenced, nil
}

func (f Fencing) fence(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (fenced Fenced, err error) {
	if err := f.cut(ctx, office, totem); err != nil {
		return fenced, err
	}
	epoch, err := f.Book.Epoch(ctx)
	if err != nil {
		return fenced, err
	}
	passed, err := f.mayBePassed(ctx, office, totem)
	if err != nil {
		return fenced, err
	}
	known, err := forget(ctx, f.Roster, office, totem, epoch)
	if err != nil {
		return fenced, err
	}
	o := orphaning{f, office, totem, known, !passed && f.Planned != nil}
	err = o.all(ctx, epoch, &fenced)
	if err == nil && !known && fenced == (Fenced{}) {
		err = ErrUnknownTotem
	}
	if err == nil && f.Ward != nil { // last, for it says whether slots can have been passed on
		err = f.Ward.DropHealth(ctx, office, totem)
	}
	return fenced, err
}

// cut cuts the totem off, and waits for what it has told.
func (f Fencing) cut(ctx context.Context, office booking.OfficeID, totem booking.TotemID) error {
	err := revokeKey(ctx, f.Roster, office, totem)
	if err != nil && !errors.Is(err, ErrNoKey) && !errors.Is(err, ledger.ErrUnreadable) {
		return err
	}
	if f.Cut != nil {
		if err := f.Cut(ctx); err != nil {
			return err
		}
	}
	return f.awaitFolded(ctx, office, totem)
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
