package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"example.org/totem/booking"
	"example.org/totem/paper"
	"example.org/totem/ticket"
)

// ErrGone says that a slot cannot be issued: it is not on the cached sheet with that start, is not this totem's, is no
// longer free, carries a ticket already, is set aside ([Store.CaughtUp]), or its day's key is not known. Of a ticket that is
// shown it says that it is not known here, or is further on. Nothing was written.
var ErrGone = errors.New("the slot is not there to be taken")

// Order asks for the ticket of one slot.
type Order struct {
	Key     booking.SheetKey
	Number  booking.Number
	Start   time.Time         // as it was offered: a slot that has moved is gone
	Code    booking.Code      // the bearer's; only its hash is kept, but for the slip
	Service booking.ServiceID // as it may be told (booking.Office.Tells); may be empty
	Slip    ticket.Slip       // what is to be printed
	// Sending has the job committed as paper.JobSending at once, for a printer that is waiting for it: its first byte
	// need not wait for a second commit. After a crash such a job counts as possibly on paper.
	Sending bool
}

// Issue makes a ticket: in one durable transaction the slot is taken, the fact that tells it enters the outbox and the
// slip the print journal, under the returned job number. Of two calls for one slot one wins; the other gets [ErrGone].
//
// After a fault no ticket exists as far as this process goes on. If the disk failed in the middle of the commit, the
// next [Open] may find the ticket after all, as a found print job; its slot is then taken, and its fact is sent.
func (s *Store) Issue(ctx context.Context, o Order) (job int64, err error) {
	const doing = "issue a ticket"
	if parsed, err := booking.ParseCode(string(o.Code)); err != nil || parsed != o.Code {
		return 0, fmt.Errorf("%s: the code is not one", doing)
	}
	slip, err := json.Marshal(o.Slip)
	if err != nil {
		return 0, fmt.Errorf("%s: write the slip: %w", doing, err)
	}
	if o.Key.Office != s.office {
		return 0, fmt.Errorf("%s: slot of office %s: %w", doing, o.Key.Office, ErrGone)
	}
	err = s.change(ctx, doing, func(t tx) error {
		job, err = t.issue(s.me(), o, slip)
		return err
	})
	if err != nil {
		return 0, err
	}
	return job, nil
}

func (t tx) issue(me booking.Holder, o Order, slip []byte) (job int64, err error) {
	day, queue, number := o.Key.Day.String(), string(o.Key.Queue), string(o.Number)
	start, whole := wholeMinute(o.Start)
	if !whole {
		return 0, ErrGone
	}
	var holder booking.Holder
	var state booking.State
	var ticketed bool
	var key []byte
	var last int64
	err = t.row("issuable", day, queue, start, number).Scan(&holder, &state, &ticketed, &key, &last)
	switch {
	case noRow(err):
		return 0, ErrGone
	case err != nil:
		return 0, err
	case holder != me || state != booking.Free || ticketed || key == nil:
		return 0, ErrGone
	}
	code := o.Code.Hash(booking.DayKey(key))
	if err := t.exec("ticket_add", day, queue, number, start, code[:], o.Slip.IsTimed()); err != nil {
		return 0, err
	}
	fact := booking.Fact{Kind: booking.FactIssued, Day: o.Key.Day, Queue: o.Key.Queue, Slot: o.Number, Code: code, Service: o.Service}
	if err := t.addFact(last+1, fact); err != nil {
		return 0, err
	}
	printing := paper.JobQueued
	if o.Sending {
		printing = paper.JobSending
	}
	return last + 1, t.exec("job_add", last+1, day, queue, number, start, string(slip), string(printing), t.minute)
}

// me is this totem as the holder of slots.
func (s *Store) me() booking.Holder { return booking.HeldBy(s.totem) }

// optionalMinute returns the time of a column that may be NULL, for which it is zero.
func optionalMinute(m *int64) time.Time {
	if m == nil {
		return time.Time{}
	}
	return minuteTime(*m)
}

// minuteFrom returns the first whole minute, since 1970, that is not before t.
func minuteFrom(t time.Time) int64 {
	m, whole := wholeMinute(t)
	if !whole {
		m++
	}
	return m
}

// wholeMinute returns t in minutes since 1970, whole false if it falls between two.
func wholeMinute(t time.Time) (m int64, whole bool) {
	m = minuteOf(t)
	return m, minuteTime(m).Equal(t)
}
