// Package pooling is how the totems of an office help one another while the scheduler cannot be asked: it decides whom a
// totem asks for slots, when and for what ([Run]), what it believes of the answer, and how much a totem gives that is asked
// ([Donor]). It has no clock, no randomness and no connection of its own. There is no leader: two totems are enough, and of
// a message that is lost nothing comes but a slot that nobody sells until it is told again.
package pooling

import (
	"context"
	"time"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

// Rest is the least time between two questions of one totem to another one. Who is asked may refuse a question that comes
// sooner.
const Rest = 5 * time.Second

// Store is the disk of a totem that asks. Every method that changes something is durable when it returns.
type Store interface {
	// Incarnation names this life of the store.
	Incarnation() booking.Incarnation
	// Free returns how many slots of a day that start at or after notBefore this store can sell, for each queue that has
	// any slots of that day in the cache.
	Free(ctx context.Context, day booking.Day, notBefore time.Time) (map[booking.QueueID]int, error)
	// Peers returns the other totems of the office, as the scheduler told them last.
	Peers(ctx context.Context) ([]wire.Peer, error)
	// Got returns which slots of a sheet another totem has passed on to this store: they need not be told again.
	Got(ctx context.Context, from booking.TotemID, queue booking.QueueID, day booking.Day) ([]booking.Number, error)
	// Receive takes slots that were passed on to this store, and returns how many of them are new here. Told twice they
	// are taken once. The proofs have been checked.
	Receive(ctx context.Context, passed []booking.Transfer) (taken int, err error)
}

// Stock is the disk of a totem that gives. Every method that changes something is durable when it returns.
type Stock interface {
	// Free is as in [Store].
	Free(ctx context.Context, day booking.Day, notBefore time.Time) (map[booking.QueueID]int, error)
	// GotThrough notes which slots of a sheet another totem says it has: they are not told again.
	GotThrough(ctx context.Context, to booking.TotemID, queue booking.QueueID, day booking.Day, got []booking.Number) error
	// Given returns what was passed on to a store and is not known to have got through.
	Given(ctx context.Context, to booking.TotemID, store booking.Incarnation, queue booking.QueueID, day booking.Day) ([]booking.Transfer, error)
	// Give passes unsold slots on, and returns them signed. They are nobody's here any more, before anybody is told.
	Give(ctx context.Context, g Giving) ([]booking.Transfer, error)
}

// Asker reaches the other totems.
type Asker interface {
	// Ask asks another totem for slots, and blocks until it answers, refuses, or nothing more is to be expected. It believes
	// nobody but the totem that holds the peer's key. An error says nothing of what the other totem has done.
	Ask(ctx context.Context, peer wire.Peer, need wire.Need) (wire.Passed, error)
}

// Share returns how many slots a totem with mine free ones gives to one that has theirs: half of the difference. So it
// gives something as soon as it has two more, and never has fewer afterwards than who asked.
func Share(mine, theirs int) int { return max(0, (mine-max(0, theirs))/2) }

// Report is news of what passes between totems: one of the types below and no other.
type Report interface{ report() }

type (
	// Received says that another totem has passed on slots that are on sale here from now on.
	Received struct {
		From  booking.TotemID
		Slots int // more than 0
	}
	// Given says that slots were passed on to another totem; the answer that holds them has yet to be sent.
	Given struct {
		To    booking.TotemID
		Slots int // more than 0
	}
	// False says that another totem answered with slots that cannot be believed. They were not taken.
	False struct {
		From  booking.TotemID
		Slots int // more than 0
	}
	// Silent says that another totem that was asked does not answer. It is told once until that one answers.
	Silent struct {
		Peer booking.TotemID
		Err  error
	}
	// StoreFailed says that the store could not be read or written. It is tried again.
	StoreFailed struct{ Err error }
)

func (Received) report()    {}
func (Given) report()       {}
func (False) report()       {}
func (Silent) report()      {}
func (StoreFailed) report() {}
