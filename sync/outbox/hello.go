package outbox

import (
	"context"
	"errors"
	"fmt"

	"example.org/totem/sync/wire"
)

// errHello ends a session because the store must introduce itself again: the ledger began anew meanwhile.
var errHello = errors.New("the ledger began anew")

// helloTries is how often in a row the store introduces itself again at once because it was told to.
const helloTries = 3

// hello introduces this store, learns where its chain stands, and brings it in step with the ledger.
func (e *engine) hello(ctx context.Context) error {
	// Until the store is in step nothing is taken, not by a push either: a sheet of a ledger that began anew would
	// overwrite what that ledger has yet to be told. A pull makes up for it.
	e.welcomed, e.due = false, true
	at, err := e.Store.Standing(ctx)
	if err != nil {
		return storeError{err}
	}
	if e.id.Incarnation != at.ID.Incarnation {
		e.id, e.tried = at.ID, 0
	}
	w, err := ask(ctx, e, func(ctx context.Context) (wire.Welcome, error) {
		return e.Link.Hello(ctx, wire.Hello{Incarnation: at.ID.Incarnation, N: at.ID.N, Told: at.Told, Epoch: at.Epoch,
			Speaks: spoken(), Program: e.Program})
	})
	if err != nil {
		return fmt.Errorf("introduce the totem: %w", err)
	}
	if err := e.adopt(ctx, at, w.Accepted); err != nil {
		return err
	}
	if w.Merge {
		if err := e.merge(ctx, at, w.Epoch); err != nil {
			return err
		}
	}
	if err := e.Store.Join(ctx, w.Epoch); err != nil {
		return storeError{err}
	}
	e.epoch, e.welcomed, e.told, e.caughtUp = w.Epoch, true, true, false
	e.herald.welcomed(at.ID.Incarnation)
	e.Report(Connected{w.Time})
	return nil
}

// spoken returns the message versions of this release, highest first.
func spoken() []int {
	var versions []int
	for v := wire.Newest; v >= wire.Oldest; v-- {
		versions = append(versions, v)
	}
	return versions
}

// adopt decides what the chain goes on from, by the message that was accepted last.
func (e *engine) adopt(ctx context.Context, at Standing, last wire.Accepted) error {
	e.adopted, e.adopts = 0, false
	switch {
	case last.Incarnation != at.ID.Incarnation:
		// The scheduler welcomes this store though another was heard last, or what was heard is no fact, or nothing is
		// there any more.
	case last.N <= at.Told:
		// A mark has taken the fact's place; or the ledger was set back, and what it lost is not sent again: the merge
		// tells it.
	default:
		return e.recognise(ctx, at, last)
	}
	e.adopted, e.adopts = last.Sequence, true
	return nil
}

// recognise takes in that a fact was accepted whose acknowledgement was lost. Facts go out one at a time: it can only
// be the oldest that waits.
func (e *engine) recognise(ctx context.Context, at Standing, last wire.Accepted) error {
	fork := forkError{Forked{Last: last}}
	if last.N > e.possible() {
		return fork
	}
	f, _, ok, err := e.Store.Next(ctx)
	switch {
	case err != nil:
		return storeError{err}
	case !ok || f.ID.N != last.N:
		return fork
	}
	// The number is f's. So is the fact, unless a copy of this store gave that number to another one.
	own, err := e.Store.Own(ctx, f.ID, last.Digest)
	switch {
	case err != nil:
		return storeError{err}
	case !own:
		return fork
	}
	if err := e.Store.Accepted(ctx, f.ID, last.Sequence); err != nil {
		return storeError{err}
	}
	e.progress = true
	return nil
}

// possible returns the highest n that can have been accepted from this store: a fact that it held when Run began, for
// an earlier Run may have sent it, or one that this Run has sent. A higher one was sent by somebody else.
func (e *engine) possible() uint64 { return max(e.id.N, e.tried) }
