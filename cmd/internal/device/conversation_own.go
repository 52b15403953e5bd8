package device

import (
	"context"
	"errors"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/store"
)

// find looks for the ticket of a code that was typed. Nothing of the code stays: neither the disk nor the log hears of it.
func (c *conversation) find(ctx context.Context, code booking.Code) kiosk.Msg {
	record, ok, err := c.store.Find(ctx, code)
	switch {
	case err != nil:
		c.fail(err)
		return kiosk.TicketUnknown{Failed: true}
	case !ok:
		return kiosk.TicketUnknown{}
	}
	return kiosk.TicketFound{Record: record}
}

// change commits what the bearer of a ticket said about it, and then says so.
func (c *conversation) change(ctx context.Context, t kiosk.Ref, commit commitment) kiosk.Msg {
	state, err := commit(ctx, t.Key, t.Number, t.Code)
	switch {
	case errors.Is(err, store.ErrGone) && state.HasTicket(): // it is further on than its bearer knew
		return kiosk.TicketChanged{State: state}
	case errors.Is(err, store.ErrGone):
		return kiosk.ChangeRefused{Why: kiosk.RefusedGone}
	case err != nil:
		c.fail(err)
		return kiosk.ChangeRefused{Why: kiosk.RefusedStorage}
	}
	c.told()
	return kiosk.TicketChanged{State: state}
}

// commitment is how the store notes what a bearer says.
type commitment func(context.Context, booking.SheetKey, booking.Number, booking.CodeHash) (booking.State, error)
