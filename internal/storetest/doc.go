// Package storetest says what a totem's store must do when slots change hands, as one conformance suite, and holds a [Model]
// of it in memory that passes the suite beside the real one: for simulations of hundreds of totems over weeks. It is for tests
// and the simulator only.
package storetest

import (
	"context"
	"time"

	"example.org/totem/booking"
	"example.org/totem/store"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
)

// Store is what the suite asks of a store. See [store.Store] for what each method does.
type Store interface {
	outbox.Store
	Incarnation() booking.Incarnation
	Offers(ctx context.Context, day booking.Day, notBefore time.Time) ([]store.Start, error)
	Issue(ctx context.Context, o store.Order) (job int64, err error)
	ReleaseDue(ctx context.Context, now, before time.Time) (released int, err error)
	Give(ctx context.Context, g store.Giving) ([]booking.Transfer, error)
	Given(ctx context.Context, to booking.TotemID, life booking.Incarnation, queue booking.QueueID, day booking.Day) ([]booking.Transfer, error)
	GotThrough(ctx context.Context, to booking.TotemID, queue booking.QueueID, day booking.Day, numbers []booking.Number) error
	Receive(ctx context.Context, all []booking.Transfer) (taken int, err error)
	Got(ctx context.Context, from booking.TotemID, queue booking.QueueID, day booking.Day) ([]booking.Number, error)
	Free(ctx context.Context, day booking.Day, notBefore time.Time) (map[booking.QueueID]int, error)
	Peers(ctx context.Context) ([]wire.Peer, error)
	CloseDays(ctx context.Context, before booking.Day) error
	CaughtUp(ctx context.Context) error
}

// Device is one totem's disk, which outlives what works on it.
type Device interface {
	// Store returns the store that is open now.
	Store() Store
	// Asking begins a question to the scheduler for a slot; what it returns takes the answer: see store.TakeGranted.
	Asking(ctx context.Context) (take func(context.Context, wire.Granted) (ok bool, err error), err error)
	// Restart ends the program that works on the disk and starts it again, in the same boot of the machine.
	Restart() error
	// Cut cuts the machine's power in the middle of whatever it does, and starts it again.
	Cut() error
}
