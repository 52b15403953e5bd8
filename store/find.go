package store

import (
	"context"
	"database/sql"
	"slices"

	"example.org/totem/booking"
	"example.org/totem/paper"
)

// Find returns all that this store knows of the ticket with a code that its bearer has shown, ok false if it is no ticket
// of a day that is open here: neither one of this totem's own, nor one on a cached sheet, nor one that was shown here before.
// It takes time by the slots of
// all cached days. Of the code nothing is written anywhere.
func (s *Store) Find(ctx context.Context, code booking.Code) (r booking.Record, ok bool, err error) {
	r, ok, err = s.find(ctx, code)
	if err != nil {
		return booking.Record{}, false, faultOf("find a ticket", err)
	}
	return r, ok, nil
}

func (s *Store) find(ctx context.Context, code booking.Code) (r booking.Record, ok bool, err error) {
	v, err := s.read.view(ctx)
	if err != nil {
		return r, false, err
	}
	defer v.end()
	keys, err := v.keys()
	if err != nil {
		return r, false, err
	}
	for _, day := range sortedDays(keys) {
		r, ok, err := v.findOn(s.office, day, s.me(), code.Hash(keys[day]))
		if ok || err != nil {
			return r, ok, err
		}
	}
	return r, false, nil
}

func sortedDays(keys map[booking.Day]booking.DayKey) []booking.Day {
	days := make([]booking.Day, 0, len(keys))
	for day := range keys {
		days = append(days, day)
	}
	slices.SortFunc(days, booking.Day.Compare)
	return days
}

// findOn looks for the ticket with a code hash on a day.
func (v view) findOn(office booking.OfficeID, day booking.Day, me booking.Holder, code booking.CodeHash) (r booking.Record, ok bool, err error) {
	r.Key = booking.SheetKey{Office: office, Day: day}
	cached, known, err := v.cachedTicket(&r.Key, code)
	if err != nil {
		return r, false, err
	}
	given, promise, own, err := v.ownTicket(&r.Key, me, code)
	if err != nil {
		return r, false, err
	}
	r.Slot, r.Given = cached, own || known && cached.Holder == me
	switch {
	case !own && !known:
		if r.Slot, known, err = v.toldTicket(&r.Key, code); err != nil || !known {
			return r, false, err
		}
	case own:
		r.Promise = promise
		sheet := booking.Sheet{Slots: []booking.Slot{given}}
		if known && cached.Number == given.Number {
			sheet.Slots[0] = cached
			overlay(&sheet, given)
		}
		r.Slot = sheet.Slots[0]
	}
	if _, byTotem := r.Slot.Holder.Totem(); !byTotem {
		r.Promise = booking.PromiseTime
	}
	return r, true, v.complete(&r, own)
}

// ownTicket returns this totem's ticket with a code hash as it gave it, and notes its queue.
func (v view) ownTicket(key *booking.SheetKey, me booking.Holder, code booking.CodeHash) (slot booking.Slot, p booking.Promise, ok bool, err error) {
	slot = booking.Slot{Holder: me, State: booking.Issued, Ticket: booking.Ticket{Code: code}}
	var start int64
	var timed *bool
	var outcome *paper.Outcome
	err = v.row("ticket_by_code", key.Day.String(), code[:]).Scan(&key.Queue, &slot.Number, &start, &timed, &outcome)
	if noRow(err) {
		return booking.Slot{}, p, false, nil
	}
	slot.Start = minuteTime(start)
	if outcome != nil {
		slot.Ticket.Paper = told(*outcome)
	}
	switch {
	case timed == nil:
	case *timed:
		p = booking.PromiseTime
	default:
		p = booking.PromiseNone
	}
	return slot, p, err == nil, err
}

// cachedTicket returns the slot on a cached sheet that has the ticket with a code hash, and notes its queue.
func (v view) cachedTicket(key *booking.SheetKey, code booking.CodeHash) (slot booking.Slot, ok bool, err error) {
	slot.Ticket.Code = code
	var start int64
	var expected *int64
	err = v.row("slot_by_code", key.Day.String(), code[:]).Scan(&key.Queue, &slot.Number, &start, &slot.Holder, &slot.State,
		&slot.Hands, &slot.Ticket.Moved, &expected, &slot.Ticket.Returns, &slot.Ticket.Paper)
	if noRow(err) {
		return booking.Slot{}, false, nil
	}
	slot.Start, slot.Ticket.Expected = minuteTime(start), optionalMinute(expected)
	return slot, err == nil, err
}

// toldTicket returns the slot whose ticket with a code hash was shown here, and lost by a ledger since; and notes its queue.
func (v view) toldTicket(key *booking.SheetKey, code booking.CodeHash) (slot booking.Slot, ok bool, err error) {
	slot.Ticket.Code = code
	var start int64
	err = v.row("told_by_code", key.Day.String(), code[:]).Scan(&key.Queue, &slot.Number, &start, &slot.Holder, &slot.State)
	if noRow(err) {
		return booking.Slot{}, false, nil
	}
	slot.Start = minuteTime(start)
	return slot, err == nil, err
}

// complete adds what this totem was told of a ticket, and what it still keeps of it.
func (v view) complete(r *booking.Record, own bool) error {
	day, queue, number, code := r.Key.Day.String(), string(r.Key.Queue), string(r.Slot.Number), r.Slot.Ticket.Code
	var state booking.State
	if err := v.row("told_state", day, queue, number, code[:]).Scan(&state); err != nil {
		return err
	}
	r.Slot.State = bearersWord(r.Slot.State, state)
	if err := v.row("ticket_waiting", day, queue, number, code[:], own).Scan(&r.Waiting, &r.Service); err != nil || !own {
		return err
	}
	return v.row("ticket_slip", day, queue, number).Scan(&r.Slip)
}

// row asks a named query that has one answer.
func (v view) row(name string, args ...any) *sql.Row {
	return v.tx.StmtContext(v.ctx, named(v.r.statements, name)).QueryRowContext(v.ctx, args...)
}
