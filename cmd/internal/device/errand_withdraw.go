package device

import (
	"context"
	"errors"
	"slices"
	"time"

	"example.org/totem/kiosk"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
)

// run tells the scheduler of the withdrawals that wait, at once when the link is there and then again and again, until ctx
// ends.
func (e *errands) run(ctx context.Context) error {
	for {
		var again <-chan time.Time
		if !e.tellAll(ctx) {
			again = time.After(tellAgain)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-e.waits:
		case <-again:
		}
	}
}

// tellAll tells all withdrawals that wait, and reports whether none waits any more.
func (e *errands) tellAll(ctx context.Context) bool {
	all, err := e.store.Withdrawals(ctx)
	if err != nil {
		if ctx.Err() == nil {
			e.fail(err)
		}
		return false
	}
	for i, w := range all {
		e.left(len(all) - i)
		if !e.tellOne(ctx, w) {
			return false
		}
	}
	e.left(0)
	return true
}

// tellOne tells a withdrawal, if it still waits: its citizen may have asked for a reminder again since.
func (e *errands) tellOne(ctx context.Context, w store.Withdrawal) bool {
	ctx, end := context.WithTimeout(ctx, errandPatience)
	defer end()
	give, ok := e.takeTurn(ctx)
	if !ok {
		return false
	}
	defer give()
	return e.settle(ctx, w) == nil
}

// settle has the scheduler erase what it holds for a ticket if a withdrawal of it waits here. The caller has the turn.
func (e *errands) settle(ctx context.Context, w store.Withdrawal) error {
	all, err := e.store.Withdrawals(ctx)
	if err != nil || !slices.Contains(all, w) {
		return err
	}
	if _, err := e.link.Withdraw(ctx, wire.Withdraw{Incarnation: e.life(), Ticket: refOf(w)}); err != nil {
		return err
	}
	return e.store.WithdrawalTold(context.WithoutCancel(ctx), w)
}

func refOf(w store.Withdrawal) wire.TicketRef {
	return wire.TicketRef{Queue: w.Key.Queue, Day: w.Key.Day, Slot: w.Number, Code: w.Code}
}

// withdraw notes a withdrawal durably, so that neither a dead link nor a power cut loses it, and tells it. What could not be
// noted is told all the same.
func (e *errands) withdraw(ctx context.Context, id kiosk.Errand, w store.Withdrawal) news {
	noted := e.store.AddWithdrawal(ctx, w)
	if noted != nil && !errors.Is(noted, store.ErrGone) && ctx.Err() == nil {
		e.fail(noted)
	}
	answer := kiosk.ReminderDropped{Errand: id, Failed: noted != nil}
	if give, ok := e.takeTurn(ctx); ok {
		defer give()
		if e.drop(ctx, w, noted == nil) == nil {
			return news{msg: kiosk.ReminderDropped{Errand: id}}
		}
	}
	answer.Later = noted == nil
	wake(e.waits)
	return news{msg: answer}
}

func (e *errands) drop(ctx context.Context, w store.Withdrawal, noted bool) error {
	if noted {
		return e.settle(ctx, w)
	}
	_, err := e.link.Withdraw(ctx, wire.Withdraw{Incarnation: e.life(), Ticket: refOf(w)})
	return err
}
