package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/ledger"
)

// ErrUnknownTotem says that nothing is known of a totem: no store introduced itself, and it holds no slots.
var ErrUnknownTotem = errors.New("no such totem")

// Fence is a person's word that a totem's store is lost or wiped for good; see the function [Fence].
func (s *Service) Fence(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (returned int, err error) {
	returned, err = Fence(ctx, s.book, s.roster, office, totem)
	if err == nil {
		event.Log(s.log, event.TotemFenced, totemAttr(office, totem), slog.Int("slots", returned))
	}
	return returned, err
}

// Fence is a person's word that a totem's store is lost or wiped for good. Its name is forgotten, so that a new store
// may introduce itself, and every free slot that it holds on any day goes back to the reserve. The store itself is
// never believed again. Fence returns how many slots went back. It may be told again, and must be if it ends in an
// error other than ErrUnknownTotem.
//
// If the store is alive after all, and gives tickets, slots are sold twice: this is the one act that can do that.
func Fence(ctx context.Context, book ledger.Book, roster ledger.Roster, office booking.OfficeID, totem booking.TotemID) (returned int, err error) {
	// First the name: from here on no fact of the old store is folded as the totem's, and no slot is granted to it.
	known, err := forget(ctx, roster, office, totem)
	if err != nil {
		return 0, fmt.Errorf("fence %s/%s: %w", office, totem, err)
	}
	var spoiled error // what cannot be read does not hold up the rest
	days, err := book.Days(ctx)
	for i := 0; err == nil && i < len(days); i++ {
		var sheets []booking.Sheet
		sheets, err = book.Sheets(ctx, office, days[i])
		if errors.Is(err, ledger.ErrUnreadable) {
			spoiled, err = errors.Join(spoiled, err), nil
		}
		for j := 0; err == nil && j < len(sheets); j++ {
			var n int
			n, err = reclaim(ctx, book, sheets[j].SheetKey, totem)
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

// forget moves the totem's store to those that are fenced; known is false if none was ever heard of.
func forget(ctx context.Context, roster ledger.Roster, office booking.OfficeID, totem booking.TotemID) (known bool, err error) {
	for {
		m, err := roster.Member(ctx, office, totem)
		if err != nil || m.Incarnation.IsZero() {
			return m.Revision != 0, err
		}
		m.Fenced = append(m.Fenced, m.Incarnation)
		m.Incarnation, m.Folded = booking.Incarnation{}, 0
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
