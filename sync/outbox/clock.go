package outbox

import (
	"context"
	"errors"
	"io"
	"time"

	"example.org/totem/sync/wire"
)

const (
	clockWait = 5 * time.Second // for a reading: one that took longer says too little
	clockRest = 15              // comparisons without a question at most, while none is answered
)

// clock asks what the scheduler's clock shows, when that is due. No answer is no trouble: a scheduler of the release
// before has none. It returns an error only when the session is over.
func (e *engine) clock(ctx context.Context) error {
	if !e.asks || e.Steady == nil || e.Random == nil {
		return nil
	}
	e.asks = false
	if e.clockless > 0 {
		e.clockless--
		return nil
	}
	var question wire.Clock
	if _, err := io.ReadFull(e.Random, question.Nonce[:]); err != nil {
		return nil
	}
	timed, err := askFor(ctx, e, clockWait, func(ctx context.Context) (Timed, error) {
		asked := e.Steady()
		reading, err := e.Link.Clock(ctx, question)
		return Timed{reading, e.Steady() - asked}, err
	})
	switch {
	case err == nil:
		e.unanswered = 0
		e.Report(timed)
	case e.over(ctx, err):
		return err
	default:
		e.unanswered = min(2*e.unanswered+1, clockRest)
		e.clockless = e.unanswered
	}
	return nil
}

// over reports whether err, of a request that need not be answered, is the end of the session all the same.
func (e *engine) over(ctx context.Context, err error) bool {
	var store storeError
	return ctx.Err() != nil || errors.Is(err, errDown) || errors.Is(err, errAnew) || errors.Is(err, errClosed) ||
		errors.As(err, &store)
}
