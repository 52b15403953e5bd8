package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/ledger"
	"example.org/totem/sync/wire"
)

// standing is what a round needs to know of an office's totems.
type standing struct {
	members []ledger.Member   // on the roster, in order of totem
	known   []booking.TotemID // whose stores have introduced themselves
	missing []booking.TotemID // whose stores are not in step with the ledger
	speaks  int               // the newest message version that all of known understand
	unread  error             // a record cannot be read: what its totem holds is not known
}

// whole reports whether everything that the office's totems hold is in the ledger. While it is not, nothing of the
// office is sold or granted.
func (t standing) whole() bool { return len(t.missing) == 0 && t.unread == nil }

// awaited is the epoch of a store of which only others have told: earlier than any in which totems tell. Where a member
// has no store another epoch is the one in which a person said so.
const awaited = 1

// hasStore reports whether some store may be giving tickets under the totem's name, if only because another totem has
// seen what it holds.
func hasStore(m ledger.Member) bool { return !m.Incarnation.IsZero() || m.Merged == awaited }

// Bond is how a totem's name is bound to a store.
type Bond string

// The bonds.
const (
	BondNone    Bond = "none"    // no store has introduced itself
	BondFenced  Bond = "fenced"  // a person declared the last store lost, and no new one has come
	BondAwaited Bond = "awaited" // the store has not told yet what it holds, since the ledger began anew: its office waits
	BondKnown   Bond = "known"   // the store is in step with the ledger
)

// BondOf returns how a totem is bound to its store in an epoch of the ledger.
func BondOf(m ledger.Member, epoch uint64) Bond {
	switch {
	case hasStore(m) && m.Merged == epoch:
		return BondKnown
	case hasStore(m):
		return BondAwaited
	case len(m.Fenced) > 0:
		return BondFenced
	}
	return BondNone
}

// Waits returns the totems of an office that the ledger waits for: their stores have not yet told what they hold since
// it began anew. While there are any, nothing of the office is sold or granted.
func Waits(ctx context.Context, book ledger.Book, roster ledger.Roster, office booking.OfficeID) ([]booking.TotemID, error) {
	epoch, err := book.Epoch(ctx)
	if err != nil {
		return nil, fmt.Errorf("ask for the ledger's epoch: %w", err)
	}
	t, err := stand(ctx, roster, office, epoch)
	return t.missing, errors.Join(err, t.unread)
}

func stand(ctx context.Context, roster ledger.Roster, office booking.OfficeID, epoch uint64) (standing, error) {
	members, err := roster.Members(ctx, office)
	t := standing{speaks: wire.Newest}
	if errors.Is(err, ledger.ErrUnreadable) {
		t.unread, err = err, nil
	}
	if err != nil {
		return t, fmt.Errorf("list the totems of %s: %w", office, err)
	}
	t.members = members
	for _, m := range members {
		if hasStore(m) && m.Merged != epoch {
			t.missing = append(t.missing, m.Totem)
		}
		if !m.Incarnation.IsZero() {
			t.known = append(t.known, m.Totem)
		}
	}
	if t.speaks = wire.Oldest; t.unread == nil {
		t.speaks = commonVersion(members)
	}
	return t, nil
}

// speakTo has the office's sheets written so that all its totems understand them. While a record cannot be read they are written
// as before: what a newer version says of a slot must not be lost because nobody knows what one totem speaks.
func (t standing) speakTo(book ledger.Book, office booking.OfficeID) {
	if t.unread == nil {
		book.Speak(office, t.speaks)
	}
}

// commonVersion returns the newest message version that all stores of an office understand. Where there is none, those that
// were there last count: what a newer version says of a slot must not be lost because all totems were fenced.
func commonVersion(members []ledger.Member) int {
	bound, gone := wire.Newest+1, wire.Newest+1
	for _, m := range members {
		if !m.Incarnation.IsZero() {
			bound = min(bound, m.Speaks)
		} else if m.Speaks > 0 {
			gone = min(gone, m.Speaks)
		}
	}
	switch {
	case bound <= wire.Newest:
		return max(bound, wire.Oldest)
	case gone <= wire.Newest:
		return gone
	}
	return wire.Oldest
}

// standing returns how the office's totems stand, and tells once when an office stops or begins to be whole.
func (s *Service) standing(ctx context.Context, id booking.OfficeID) (standing, error) {
	epoch, err := s.freshEpoch(ctx) // another scheduler may have begun it a moment ago
	if err != nil {
		return standing{}, err
	}
	t, err := stand(ctx, s.roster, id, epoch)
	if err != nil {
		return t, err
	}
	t.speakTo(s.book, id)
	s.tellWaiting(id, t)
	return t, nil
}

func (s *Service) tellWaiting(id booking.OfficeID, t standing) {
	names := make([]string, 0, len(t.missing))
	for _, totem := range t.missing {
		names = append(names, string(totem))
	}
	slices.Sort(names)
	now := strings.Join(names, ", ")
	s.waiting.Lock()
	before := s.waiting.offices[id]
	s.waiting.offices[id] = now
	s.waiting.Unlock()
	switch {
	case now == before:
	case now == "":
		event.Log(s.log, event.OfficeWhole, slog.String("office", string(id)))
	default:
		event.Log(s.log, event.OfficeWaits, slog.String("office", string(id)), slog.String("totems", now))
	}
}
