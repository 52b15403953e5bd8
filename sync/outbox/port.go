// Package outbox is the totem's half of the conversation with the scheduler: facts out, sheets in, in order, once. It
// decides what to send and what to believe; it has no clock, no randomness and no connection of its own.
package outbox

import (
	"context"
	"errors"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

// Store is the totem's disk, as the outbox needs it. Every method that changes something is durable when it returns.
type Store interface {
	// Standing returns who this store is and where it stands with the scheduler.
	Standing(ctx context.Context) (Standing, error)
	// Mine returns what this store holds, for a ledger that began anew: every cached sheet with the revision it was
	// cached in and with this store's own tickets on it, whatever the sheet said, and the keys of their days.
	Mine(ctx context.Context) (sheets []booking.Sheet, keys map[booking.Day]booking.DayKey, err error)
	// Join notes the ledger's epoch: this store is in step with it. A lower one than noted before is left alone.
	Join(ctx context.Context, epoch uint64) error
	// Next returns the oldest fact that is not acknowledged, and the link sequence of the fact accepted before it,
	// 0 for none. ok is false when nothing waits.
	Next(ctx context.Context) (f booking.Fact, chain uint64, ok bool, err error)
	// Accepted notes that the scheduler holds all facts up to id at the given link sequence. They are erased. It
	// does nothing when they already are. The sequence replaces the one noted before, whichever is greater.
	Accepted(ctx context.Context, id booking.FactID, sequence uint64) error
	// Own reports whether a message with digest d may have been sent for the waiting fact id: it says the fact as it
	// was committed, or as it is now. It is false for a fact that does not wait any more.
	Own(ctx context.Context, id booking.FactID, d wire.Digest) (bool, error)
	// Have returns what to ask the scheduler: for whom, the revisions of the cached sheets, the digest of the cached
	// office, and the number of the last fact committed, all of one moment. By that number the scheduler knows when it has
	// heard of everything that this store was passed by others: one that is too low may let a slot be sold twice.
	Have(ctx context.Context) (wire.Pull, error)
	// Take writes what the scheduler answered, in one transaction: sheets newer than the cached ones, day keys, the
	// office, the other totems of the office. In the same transaction it commits a fact for each slot that a sheet asks
	// back, that this store holds and has not sold: Next has them, without a word on Config.Wake. A sheet on which a ticket of this store has another code is a fault with fault.CodeLinkFork, and
	// nothing is written: another device gave that slot in this totem's name.
	Take(ctx context.Context, p wire.Pulled) error
	// Push writes a pushed sheet if the cached one is of revision previous, or older than s with no gap to fear; it
	// returns ok false, and changes nothing, when a pull is due: when sheets in between may be missing, or when the
	// sheet has a free slot for this totem that the cached one has not. Pushes go to whoever listens; only a pull is
	// answered to this store, so only a pull may give it something. What the sheet asks back it gives back as Take does,
	// and it refuses the same sheet.
	Push(ctx context.Context, s booking.Sheet, previous uint64) (ok bool, err error)
}

// Standing is where a store stands.
type Standing struct {
	ID    booking.FactID // of the last fact committed to it; N is 0 for none
	Told  uint64         // n of the last fact that the scheduler acknowledged, 0 for none
	Epoch uint64         // of the ledger that it last was in step with, 0 for none
}

// Link is the connection to the scheduler. Its requests block until answered, refused, or ctx ends; an error that is
// not a *wire.Refusal or ErrChain says nothing about what the scheduler has done.
type Link interface {
	// Hello introduces this totem's store.
	Hello(ctx context.Context, h wire.Hello) (wire.Welcome, error)
	// Send publishes a fact, to be accepted only if the last one accepted from this totem has link sequence chain. It
	// returns the fact's own sequence, or ErrChain.
	Send(ctx context.Context, f booking.Fact, chain uint64) (sequence uint64, err error)
	// Last asks which fact was accepted last under this totem's name.
	Last(ctx context.Context, l wire.Last) (wire.Accepted, error)
	// Pull asks for the sheets that have changed.
	Pull(ctx context.Context, p wire.Pull) (wire.Pulled, error)
	// Merge tells a ledger that began anew what this totem's store holds.
	Merge(ctx context.Context, m wire.Merge) (wire.Merged, error)
	// Clock asks what the scheduler's clock shows. The answer's nonce and signature are checked.
	Clock(ctx context.Context, c wire.Clock) (wire.Reading, error)
	// Health tells how the totem's parts are. It is called beside the other requests.
	Health(ctx context.Context, h wire.Health) (wire.Noted, error)
	// Events brings the link's own news until the link is closed. It is always the same channel.
	Events() <-chan Event
}

// ErrChain says that the last accepted fact is not the one that was expected.
var ErrChain = errors.New("another fact was accepted last")

// Event is news from the link: exactly one field is set, or Up alone for a link that is there (again).
type Event struct {
	Up     bool
	Down   bool
	Pushed *Pushed
	Gap    bool // a push was lost or could not be read: a pull is due
}

// Pushed is a sheet that changed, as the ledger republished it.
type Pushed struct {
	Sheet    booking.Sheet
	Previous uint64 // sequence of the sheet's revision before this one, 0 for none
}
