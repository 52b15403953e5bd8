package store

import (
	"context"
	"errors"
	"slices"

	"example.org/totem/booking"
	"example.org/totem/paper"
)

// Arrive notes that the bearer of a ticket has come, and commits the fact that tells it, in one durable transaction; code
// is what proves it. It returns the ticket's state, which [Store.Find] shows until the office has done more. Told again,
// also where another totem was told first, it changes nothing and is no error.
//
// [ErrGone] says that there is no such ticket here with that code, or that it is further on, in the state that is
// returned. Nothing was written.
func (s *Store) Arrive(ctx context.Context, key booking.SheetKey, n booking.Number, code booking.CodeHash) (booking.State, error) {
	return s.bearerTells(ctx, "check a ticket in", key, n, code, booking.FactArrived)
}

// Cancel notes that the bearer of a ticket has given it back: its slot is not sold again, and no slip of it is printed any
// more, here or after the next [Open]; one that is being printed comes out. Otherwise it is as [Store.Arrive].
func (s *Store) Cancel(ctx context.Context, key booking.SheetKey, n booking.Number, code booking.CodeHash) (booking.State, error) {
	return s.bearerTells(ctx, "cancel a ticket", key, n, code, booking.FactCancelled)
}

func (s *Store) bearerTells(ctx context.Context, doing string, key booking.SheetKey, n booking.Number, code booking.CodeHash, kind booking.FactKind) (state booking.State, err error) {
	if key.Office != s.office {
		return 0, ErrGone
	}
	err = s.change(ctx, doing, func(t tx) error {
		before, err := t.ticketState(key, n, code)
		if err != nil {
			return err
		}
		state = before
		after, err := moved(before, code, kind)
		if err != nil {
			return ErrGone
		}
		if after == before {
			return nil
		}
		state = after
		return t.tell(key, n, code, kind, after)
	})
	return state, err
}

// moved returns the state in which a fact of kind leaves a ticket.
func moved(state booking.State, code booking.CodeHash, kind booking.FactKind) (booking.State, error) {
	slot := booking.Slot{State: state, Ticket: booking.Ticket{Code: code}}
	move := booking.Slot.Arrive
	if kind == booking.FactCancelled {
		move = booking.Slot.Cancel
	}
	slot, err := move(slot, code)
	return slot.State, err
}

// ticketState returns how far a ticket is, 0 if there is none with that code.
func (t tx) ticketState(key booking.SheetKey, n booking.Number, code booking.CodeHash) (booking.State, error) {
	var state *booking.State
	err := t.row("ticket_state", key.Day.String(), string(key.Queue), string(n), code[:], int64(booking.Issued)).Scan(&state)
	if err != nil || state == nil {
		return 0, err
	}
	return *state, nil
}

// tell notes how far a ticket is now, and commits the fact that tells it.
func (t tx) tell(key booking.SheetKey, n booking.Number, code booking.CodeHash, kind booking.FactKind, state booking.State) error {
	if err := t.exec("told_put", key.Day.String(), string(key.Queue), string(n), code[:], int64(state)); err != nil {
		return err
	}
	if err := t.addNext(booking.Fact{Kind: kind, Day: key.Day, Queue: key.Queue, Slot: n, Code: code}); err != nil {
		return err
	}
	if kind != booking.FactCancelled {
		return nil
	}
	return t.endCancelled()
}

// endCancelled ends the print jobs of cancelled tickets that nobody is printing, as if a person had left them, and erases
// what their slips say.
func (t tx) endCancelled() error {
	ids, err := t.jobsCancelled()
	for i := 0; i < len(ids) && err == nil; i++ {
		err = t.giveUp(ids[i])
	}
	return err
}

// hearCancelled ends the jobs of this totem's tickets that were given back elsewhere, as a sheet tells.
func (t tx) hearCancelled(me booking.Holder, sheet booking.Sheet) error {
	if !slices.ContainsFunc(sheet.Slots, func(s booking.Slot) bool { return s.Holder == me && s.State == booking.Cancelled }) {
		return nil
	}
	return t.endCancelled()
}

// giveUp ends a job without printing: not printed if no slip of it can be on paper, else unknown, or printed if that was
// known of a slip before. Its slip is erased.
func (t tx) giveUp(id int64) error {
	j, ok, err := t.job(id)
	switch {
	case err != nil || !ok:
		return err
	case j.turn == turnOver:
		t.erased = true
		return t.exec("job_slip_erase", id)
	}
	outcome := paper.NotPrinted
	if j.onPaper() {
		outcome = paper.Unknown
	}
	return t.endJob(id, j, outcome, paper.NotConfirmed, false)
}

func (t tx) jobsCancelled() ([]int64, error) {
	rows, err := t.rows("jobs_cancelled")
	if err != nil {
		return nil, err
	}
	var ids []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		ids = append(ids, id)
	}
	return ids, errors.Join(rows.Err(), rows.Close())
}

// jobCancelled reports whether a job's ticket was given back.
func (t tx) jobCancelled(id int64) (is bool, err error) {
	return is, t.row("job_cancelled", id).Scan(&is)
}
