package storetest

import (
	"context"
	"time"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

// Desk is a [Model] as a [Device].
type Desk struct{ *Model }

var _ Device = Desk{}

// NewDesk returns a device with an empty model of a store.
func NewDesk(office booking.OfficeID, totem booking.TotemID, life booking.Incarnation, now func() time.Time) Desk {
	return Desk{NewModel(office, totem, life, now)}
}

// Store implements [Device].
func (d Desk) Store() Store { return d.Model }

// Asking implements [Device].
func (d Desk) Asking(ctx context.Context) (func(context.Context, wire.Granted) (bool, error), error) {
	return d.Model.Asking(ctx)
}

// Restart implements [Device]. Nothing that matters is in memory alone.
func (d Desk) Restart() error { return nil }

// Cut implements [Device].
func (d Desk) Cut() error {
	d.cut()
	return nil
}
