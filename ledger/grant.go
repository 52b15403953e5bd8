package ledger

import (
	"context"
	"errors"
	"fmt"

	"example.org/totem/booking"
)

// GrantSlot grants a free slot of the pool on the sheet named by key to a totem, and returns the sheet, on which the totem
// holds a free slot at g.Start. See [booking.Sheet.GrantPool]: told again, it changes nothing until a ticket was given.
//
// Of these errors it is certain that nothing was granted: booking.ErrNoneFree, booking.ErrEnough, booking.ErrNotHeld,
// ErrNoSheet, ErrClosed and ErrUnreadable. After any other the grant may be there or not: tell it again.
func GrantSlot(ctx context.Context, b Book, key booking.SheetKey, g booking.PoolGrant) (booking.Sheet, error) {
	for answer := 1; ; answer++ {
		s, err := Change(ctx, b, key, func(s booking.Sheet) (booking.Sheet, error) { return s.GrantPool(g) })
		switch {
		case err == nil:
			return s, nil
		case settled(err), errors.Is(err, booking.ErrNoneFree), errors.Is(err, booking.ErrEnough), answer == answers, ctx.Err() != nil:
			return booking.Sheet{}, fmt.Errorf("grant a slot of %s: %w", key, err)
		}
		// The answer may have been lost after the write: what the ledger holds now tells.
	}
}
