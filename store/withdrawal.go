package store

import (
	"context"

	"example.org/totem/booking"
)

// Withdrawal is a reminder that was withdrawn here, and of which the scheduler is still to be told: whose ticket's it is.
type Withdrawal struct {
	Key    booking.SheetKey
	Number booking.Number
	Code   booking.CodeHash
}

// AddWithdrawal notes that the reminder of a ticket was withdrawn, until [Store.WithdrawalTold]. Noted again it changes
// nothing. [ErrGone] says that there is no such ticket here with that code; nothing was written.
func (s *Store) AddWithdrawal(ctx context.Context, w Withdrawal) error {
	if w.Key.Office != s.office {
		return ErrGone
	}
	return s.change(ctx, "note a withdrawal", func(t tx) error {
		state, err := t.ticketState(w.Key, w.Number, w.Code)
		switch {
		case err != nil:
			return err
		case !state.HasTicket():
			return ErrGone
		}
		return t.exec("withdrawal_put", w.row()...)
	})
}

// WithdrawalTold erases a withdrawal of which the scheduler was told. It does nothing where none waits.
func (s *Store) WithdrawalTold(ctx context.Context, w Withdrawal) error {
	return s.change(ctx, "erase a withdrawal that was told", func(t tx) error {
		n, err := t.execCount("withdrawal_erase", w.row()...)
		t.erased = t.erased || n > 0
		return err
	})
}

// Withdrawals returns those that wait to be told, in order of their days. None is of a closed day.
func (s *Store) Withdrawals(ctx context.Context) ([]Withdrawal, error) {
	all, err := s.withdrawals(ctx)
	return all, faultOf("read the withdrawals", err)
}

func (s *Store) withdrawals(ctx context.Context) ([]Withdrawal, error) {
	rows, err := s.read.rows(ctx, "withdrawals")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Withdrawal
	for rows.Next() {
		var w Withdrawal
		var day string
		var queue booking.QueueID
		var code []byte
		if err := rows.Scan(&day, &queue, &w.Number, &code); err != nil {
			return nil, err
		}
		if w.Key, err = keyOf(s.office, queue, day); err != nil {
			return nil, err
		}
		w.Code = booking.CodeHash(code)
		all = append(all, w)
	}
	return all, rows.Err()
}

// row is the withdrawal's columns in the order of the table.
func (w Withdrawal) row() []any {
	return []any{w.Key.Day.String(), string(w.Key.Queue), string(w.Number), w.Code[:]}
}

// CodeOf returns the code hash of a ticket that this totem has given, ok false where it has given none for the slot, or its
// day is closed.
func (s *Store) CodeOf(ctx context.Context, key booking.SheetKey, n booking.Number) (hash booking.CodeHash, ok bool, err error) {
	if key.Office != s.office {
		return hash, false, nil
	}
	var code []byte
	err = s.read.row(ctx, "ticket_code", key.Day.String(), string(key.Queue), string(n)).Scan(&code)
	switch {
	case noRow(err):
		return hash, false, nil
	case err != nil:
		return hash, false, faultOf("read a ticket", err)
	}
	return booking.CodeHash(code), true, nil
}
