package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

// session talks over one connection, from hello until something ends it.
func (e *engine) session(ctx context.Context) error {
	e.welcomed, e.progress, e.asks = false, false, true
	if err := e.hello(ctx); err != nil {
		return err
	}
	for {
		for _, step := range []func(context.Context) error{e.clock, e.exchange, e.listen} {
			if err := step(ctx); err != nil {
				return err
			}
		}
	}
}

// exchange hears what has changed, and then tells what has happened: a slot that is asked back is given back before another
// citizen comes, and that is told with all the rest. A pull that comes to nothing does not keep back facts that the scheduler
// would take.
func (e *engine) exchange(ctx context.Context) error {
	pulled := e.pull(ctx)
	if pulled != nil && e.concernsFacts(ctx, pulled) {
		return pulled
	}
	if err := e.drain(ctx); err != nil {
		return err
	}
	if pulled == nil && !e.caughtUp && !e.due && !e.behind {
		e.caughtUp = true
		e.Report(CaughtUp{})
	}
	return pulled
}

// concernsFacts reports whether a pull came to nothing for a reason for which no fact is sent either: the session is over,
// the store is in trouble, or it may not be the one whom the scheduler listens to.
func (e *engine) concernsFacts(ctx context.Context, err error) bool {
	refusal, refused := errors.AsType[*wire.Refusal](err)
	if refused {
		switch refusal.Code {
		case wire.RefusedTrouble, wire.RefusedMessage, wire.RefusedVersion:
			return false
		}
		return true
	}
	return e.over(ctx, err) || errors.Is(err, errHello)
}

// drain sends every waiting fact, in order.
func (e *engine) drain(ctx context.Context) error {
	for {
		f, chain, ok, err := e.Store.Next(ctx)
		switch {
		case err != nil:
			return storeError{err}
		case !ok:
			return nil
		}
		// Until Accepted is durable the chain stands still: after whatever trouble the same fact goes out on the
		// same chain, and cannot be accepted twice.
		sequence, err := e.send(ctx, f, chain)
		if err != nil {
			return err
		}
		if err := e.Store.Accepted(ctx, f.ID, sequence); err != nil {
			return storeError{err}
		}
		e.progress, e.adopts = true, false
	}
}

// send has f accepted on the chain, and returns its link sequence.
func (e *engine) send(ctx context.Context, f booking.Fact, chain uint64) (uint64, error) {
	for range refusedTries {
		if e.adopts {
			chain = e.adopted
		}
		sequence, err := ask(ctx, e, func(ctx context.Context) (uint64, error) { return e.Link.Send(ctx, f, chain) })
		if !errors.Is(err, ErrChain) {
			e.tried = max(e.tried, f.ID.N)
		}
		switch {
		case err == nil:
			return sequence, nil
		case !errors.Is(err, ErrChain):
			return 0, fmt.Errorf("send a fact: %w", err)
		}
		sequence, accepted, err := e.inquire(ctx, f, chain)
		if err != nil || accepted {
			return sequence, err
		}
	}
	return 0, fmt.Errorf("send a fact: %w, again and again", ErrChain)
}

// inquire finds out what a refused chain means. accepted says that f was accepted before, at the sequence, and its
// acknowledgement lost. Without an error f is to be sent again.
func (e *engine) inquire(ctx context.Context, f booking.Fact, chain uint64) (sequence uint64, accepted bool, err error) {
	last, err := ask(ctx, e, func(ctx context.Context) (wire.Accepted, error) {
		return e.Link.Last(ctx, wire.Last{Incarnation: f.ID.Incarnation})
	})
	own := last.Incarnation == f.ID.Incarnation
	switch {
	case err != nil:
		return 0, false, fmt.Errorf("ask for the last accepted fact: %w", err)
	case own && last.N == f.ID.N:
		return e.compare(ctx, f, chain, last)
	case last.Sequence == chain:
		// Nothing was stored: the refusal came without contention, as NATS error 10164 can.
		return 0, false, nil
	case own && last.N > f.ID.N:
		// Facts go out one at a time, and f is the oldest that waits: no other of this store can be under way.
		return 0, false, forkError{Forked{Expected: chain, Last: last}}
	case own && last.N == f.ID.N-1:
		// A mark has taken the place of the fact before.
		e.adopted, e.adopts = last.Sequence, true
		return 0, false, nil
	default:
		// Another store's, no fact, none at all, or one of long ago: facts were lost. The scheduler knows which store
		// the totem is, and whether its ledger was set back.
		return e.reintroduce(ctx, f)
	}
}

// reintroduce says hello in the middle of sending f. It may find that f was accepted.
func (e *engine) reintroduce(ctx context.Context, f booking.Fact) (sequence uint64, accepted bool, err error) {
	if err := e.hello(ctx); err != nil {
		return 0, false, err
	}
	next, chain, ok, err := e.Store.Next(ctx)
	if err != nil {
		return 0, false, storeError{err}
	}
	return chain, !ok || next.ID != f.ID, nil
}

// compare finds out whether the message that was accepted under f's number is f: a copy of this store may have given
// that number to another fact.
func (e *engine) compare(ctx context.Context, f booking.Fact, chain uint64, last wire.Accepted) (sequence uint64, accepted bool, err error) {
	own, err := e.Store.Own(ctx, f.ID, last.Digest)
	switch {
	case err != nil:
		return 0, false, storeError{err}
	case !own:
		return 0, false, forkError{Forked{Expected: chain, Last: last}}
	}
	return last.Sequence, true, nil
}

// pull brings the store up to date, or nearly: a scheduler that has more every time must not hold up what there is to
// send.
func (e *engine) pull(ctx context.Context) error {
	for range pullTries {
		e.due = false
		have, err := e.Store.Have(ctx)
		if err != nil {
			return storeError{err}
		}
		p, err := ask(ctx, e, func(ctx context.Context) (wire.Pulled, error) { return e.Link.Pull(ctx, have) })
		if err != nil {
			return fmt.Errorf("pull sheets: %w", err)
		}
		if slices.ContainsFunc(p.Sheets, e.beyond) {
			return errHello
		}
		if err := e.Store.Take(ctx, p); err != nil {
			return storeError{err}
		}
		if len(p.Sheets) > 0 || p.Office != nil {
			e.Report(Taken{Sheets: len(p.Sheets), Office: p.Office != nil})
		}
		e.behind = p.More
		// A scheduler that has more, and gives nothing, is asked again at the next comparison.
		if !(p.More && len(p.Sheets) > 0) && !e.due {
			return nil
		}
	}
	return nil
}

// beyond reports whether a sheet is of a ledger that began anew since this store was welcomed. Such a sheet would
// overwrite what that ledger has yet to be told. A scheduler of the release before tells no epoch.
func (e *engine) beyond(s booking.Sheet) bool { return e.epoch != 0 && s.Revision.Epoch > e.epoch }

// listen waits until there is something to send or to compare.
func (e *engine) listen(ctx context.Context) error {
	e.progress = true
	compare := e.After(compareWait + e.Jitter(compareMore))
	for !e.due {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-compare:
			e.asks = true
			return nil
		case _, ok := <-e.Wake:
			if !ok {
				e.Wake = nil
				continue
			}
			if err := e.drain(ctx); err != nil {
				return err
			}
		case ev, ok := <-e.events:
			if err := e.hear(ctx, ev, ok); err != nil {
				return err
			}
			if ev.Pushed == nil || e.due {
				continue
			}
			// The store gives back at once what the sheet asks of it, and nobody else says that there is a fact.
			if err := e.drain(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// hear takes in an event of the link. It returns an error when the session is over.
func (e *engine) hear(ctx context.Context, ev Event, open bool) error {
	switch {
	case !open:
		return errClosed
	case ev.Down:
		e.up = false
		return errDown
	case ev.Up:
		return errAnew
	case ev.Gap:
		e.due = true
		return nil
	case ev.Pushed == nil || !e.welcomed:
		return nil
	case e.beyond(ev.Pushed.Sheet):
		e.due = true
		return nil
	}
	ok, err := e.Store.Push(ctx, ev.Pushed.Sheet, ev.Pushed.Previous)
	switch {
	case err != nil:
		return storeError{err}
	case !ok:
		e.due = true
	default:
		e.Report(Taken{Sheets: 1})
	}
	return nil
}

// ask has a request answered, and goes on listening to the link meanwhile. If the link goes down or no answer comes
// in time, the request is given up and its outcome is unknown.
func ask[T any](ctx context.Context, e *engine, request func(context.Context) (T, error)) (T, error) {
	return askFor(ctx, e, answerWait, request)
}

// askFor is ask with another patience.
func askFor[T any](ctx context.Context, e *engine, wait time.Duration, request func(context.Context) (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	asking, giveUp := context.WithCancel(ctx)
	defer giveUp()
	answered := make(chan answer, 1)
	go func() {
		value, err := request(asking)
		answered <- answer{value, err}
	}()
	late := e.After(wait)
	var over error
	for over == nil {
		select {
		case a := <-answered:
			return a.value, a.err
		case <-ctx.Done():
			over = ctx.Err()
		case <-late:
			over = errors.New("no answer in time")
		case ev, ok := <-e.events:
			over = e.hear(ctx, ev, ok)
		}
	}
	giveUp()
	<-answered // even if it was answered after all: whoever asks again finds out
	var none T
	return none, over
}
