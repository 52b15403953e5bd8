package outbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/sync/wire"
)

// Config is what Run needs. Every field is required but Wake, Steady, Random, Program, Health and HealthChanged.
type Config struct {
	Store Store
	Link  Link
	// Wake brings a value after facts were committed. A value may stand for many facts, so a buffer of one is
	// enough. Nil: new facts are found when the sheets are next compared.
	Wake <-chan struct{}
	// After is time.After, or a model of it. It may be called from any goroutine.
	After func(time.Duration) <-chan time.Time
	// Jitter returns a random duration from 0 up to, and without, max.
	Jitter func(max time.Duration) time.Duration
	// Steady returns the time since some moment, by a clock that nobody sets. It may be called from any goroutine. Nil:
	// the scheduler's clock is not asked.
	Steady func() time.Duration
	// Random is a cryptographic source, for the questions about the time. Nil: the scheduler's clock is not asked.
	Random io.Reader
	// Report is told the news, in order, from one goroutine. It must not block.
	Report func(Report)
	// Program is the totem's release, for the fleet's view. "": not told.
	Program string
	// Health returns how the totem's parts are now; Incarnation and N are left zero, Run fills them in. It may be called
	// from any goroutine, and must not block. Nil: the scheduler is not told.
	Health func() wire.Health
	// HealthChanged brings a value after what Health returns has changed. A value may stand for many changes, so a buffer
	// of one is enough. Nil: a change is told with the next sign of life.
	HealthChanged <-chan struct{}
}

// The engine's waits. Those with a jitter grow by a random part so that a fleet does not act as one.
const (
	answerWait   = 15 * time.Second // for an answer, before its outcome counts as unknown
	firstRetry   = time.Second      // after trouble; doubled every time, plus as much jitter
	lastRetry    = 30 * time.Second
	refusedWait  = time.Minute // before a refused totem asks again, plus as much jitter
	refusedTries = 5           // of a fact whose chain is refused though it is right, before a rest
	pullTries    = 16          // pulls in a row, before what is still missing waits for the next comparison
	compareWait  = 30 * time.Second
	compareMore  = 60 * time.Second // sheets are compared every compareWait plus a jitter of up to compareMore
)

// errDown ends a session because the link went down, errAnew because it came up again and messages may be missing.
var (
	errDown = errors.New("the link is down")
	errAnew = errors.New("the link was made anew")
)

// forkError ends a session and all sending.
type forkError struct{ Forked }

func (forkError) Error() string { return "another device speaks with this totem's name" }

// storeError is an error of the store, as opposed to one of the link.
type storeError struct{ error }

func (e storeError) Unwrap() error { return e.error }

// engine is one Run.
type engine struct {
	Config
	events <-chan Event

	id       booking.FactID // of the store when Run began
	tried    uint64         // n of the latest fact that this Run has sent
	up       bool
	welcomed bool   // on this connection, and in step with the ledger; before it, pushes are not for us
	epoch    uint64 // of the ledger, as the welcome told it, 0 for not told
	anew     int    // introductions in a row that somebody asked for
	progress bool   // on this connection: a fact was accepted, or everything was sent and pulled
	adopts   bool   // the chain goes on from adopted, whatever the store noted
	adopted  uint64 // link sequence, 0 for an empty chain
	due      bool   // a pull, because sheets may be missing
	behind   bool   // the last answer to a pull was not all
	caughtUp bool   // reported since the last welcome
	told     bool   // connected, and not yet disconnected

	herald *herald // tells of the totem's health; nil: nobody does

	asks       bool // the clock is to be asked
	clockless  int  // comparisons for which it is left alone
	unanswered int  // how many those were the last time
}

// Run holds the conversation with the scheduler until ctx ends, then returns nil. It returns an error if the config
// is not complete or the link is closed under it. It blocks; every goroutine that it starts has ended when it returns.
func Run(ctx context.Context, c Config) error {
	if c.Store == nil || c.Link == nil || c.After == nil || c.Jitter == nil || c.Report == nil {
		return errors.New("run outbox: the config is not complete")
	}
	e := &engine{Config: c, events: c.Link.Events()}
	defer e.beginHerald(ctx)()
	retry := firstRetry
	for {
		if err := e.awaitUp(ctx); err != nil {
			return ended(ctx, err)
		}
		err := e.session(ctx)
		e.herald.parted()
		if ctx.Err() != nil || errors.Is(err, errClosed) {
			return ended(ctx, err)
		}
		if e.progress {
			retry, e.anew = firstRetry, 0
		}
		wait, slow := e.tell(err), retry
		switch wait {
		case atOnce:
			continue
		case never:
			return ended(ctx, e.ignore(ctx))
		case long:
			slow = refusedWait
		case short:
			retry = min(2*retry, lastRetry)
		}
		if err := e.rest(ctx, slow+e.Jitter(slow)); err != nil {
			return ended(ctx, err)
		}
	}
}

// errClosed says that the link brings no news any more.
var errClosed = errors.New("the link was closed")

func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("run outbox: %w", err)
}

// patience is how long to wait before the next session.
type patience int

const (
	atOnce patience = iota
	short
	long
	never
)

// tell reports why a session ended, and says when to try again.
func (e *engine) tell(err error) patience {
	var (
		refusal *wire.Refusal
		fork    forkError
		store   storeError
		trouble *fault.Fault
	)
	switch {
	case errors.Is(err, errAnew):
		return atOnce
	case errors.Is(err, errDown):
		e.disconnected(nil)
		return atOnce // to wait for the link
	case errors.As(err, &fork):
		e.Report(fork.Forked)
		return never
	case errors.As(err, &store) && errors.As(err, &trouble) && trouble.Code == fault.CodeLinkFork:
		e.Report(Forked{Err: store.error})
		return never
	case errors.As(err, &store):
		e.Report(StoreFailed{store.error})
		return short
	case errors.Is(err, errHello) || errors.As(err, &refusal) && refusal.Code == wire.RefusedHello:
		if e.anew++; e.anew <= helloTries {
			return atOnce
		}
		e.disconnected(err)
		return short
	case errors.As(err, &refusal) && refusal.Code != wire.RefusedTrouble:
		e.disconnected(err)
		e.Report(Refused{refusal})
		return long
	case errors.As(err, &trouble) && trouble.Code == fault.CodeLinkVersion:
		e.disconnected(err)
		e.Report(MessageUnknown{err})
		return long
	default:
		e.disconnected(err)
		return short
	}
}

func (e *engine) disconnected(err error) {
	if e.told {
		e.told = false
		e.Report(Disconnected{err})
	}
}

// awaitUp returns when the link is up.
func (e *engine) awaitUp(ctx context.Context) error {
	for !e.up {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case ev, ok := <-e.events:
			if !ok {
				return errClosed
			}
			e.up = ev.Up
		}
	}
	return nil
}

// ignore takes no notice of the link any more, until ctx ends.
func (e *engine) ignore(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case _, ok := <-e.events:
			if !ok {
				return errClosed
			}
		}
	}
}

// rest waits for d, or until the link's state changes. Pushes are left aside: the pull that follows brings them.
func (e *engine) rest(ctx context.Context, d time.Duration) error {
	over := e.After(d)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-over:
			return nil
		case ev, ok := <-e.events:
			switch {
			case !ok:
				return errClosed
			case ev.Up, ev.Down:
				e.up = ev.Up
				return nil
			}
		}
	}
}
