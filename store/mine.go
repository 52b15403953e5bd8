package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"example.org/totem/booking"
	"example.org/totem/paper"
)

// Mine returns what this store holds, for a ledger that began anew: every cached sheet with the revision it was cached
// in, with who holds each slot now by what was done here; this store's own tickets on it, whatever the sheet said; tickets, also
// others', as far on as their bearers have told here; and the keys of the days of these sheets. All of it stood there at one
// moment. Nothing of a closed day is in it. It waits for what is being written. From then on no answer is taken that was asked
// for before: see [Store.TakeGranted].
func (s *Store) Mine(ctx context.Context) (sheets []booking.Sheet, keys map[booking.Day]booking.DayKey, err error) {
	sheets, keys, err = s.mine(ctx)
	if err != nil {
		return nil, nil, faultOf("read what this store holds", err)
	}
	return sheets, keys, nil
}

func (s *Store) mine(ctx context.Context) ([]booking.Sheet, map[booking.Day]booking.DayKey, error) {
	if err := s.tellsMine(ctx); err != nil {
		return nil, nil, err
	}
	v, err := s.read.view(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer v.end()
	all := make(map[booking.SheetKey]*booking.Sheet)
	if err := v.sheets(s.office, all); err != nil {
		return nil, nil, err
	}
	if err := v.slots(s.office, all); err != nil {
		return nil, nil, err
	}
	if err := v.hands(s.office, s.me(), all); err != nil {
		return nil, nil, err
	}
	if err := v.tickets(s.office, s.me(), all); err != nil {
		return nil, nil, err
	}
	if err := v.told(s.office, all); err != nil {
		return nil, nil, err
	}
	keys, err := v.keys()
	if err != nil {
		return nil, nil, err
	}
	sheets := make([]booking.Sheet, 0, len(all))
	for _, sheet := range all {
		slices.SortFunc(sheet.Slots, callingOrder)
		sheets = append(sheets, *sheet)
	}
	slices.SortFunc(sheets, func(a, b booking.Sheet) int {
		return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.Queue, b.Queue))
	})
	return sheets, keys, nil
}

func callingOrder(a, b booking.Slot) int {
	return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(len(a.Number), len(b.Number)), cmp.Compare(a.Number, b.Number))
}

// view is the store as it stood at one moment.
type view struct {
	ctx context.Context
	tx  *sql.Tx
	r   *reader
}

func (r *reader) view(ctx context.Context) (view, error) {
	t, err := r.db.BeginTx(ctx, nil)
	return view{ctx, t, r}, err
}

// end lets go of the view. It changed nothing, so there is nothing to keep.
func (v view) end() { v.tx.Rollback() }

// each calls one for each row of a named query.
func (v view) each(name string, one func(*sql.Rows) error) error {
	rows, err := v.tx.StmtContext(v.ctx, named(v.r.statements, name)).QueryContext(v.ctx)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := one(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (v view) sheets(office booking.OfficeID, into map[booking.SheetKey]*booking.Sheet) error {
	return v.each("mine_sheets", func(rows *sql.Rows) error {
		var s booking.Sheet
		var day string
		var epoch, sequence int64
		err := rows.Scan(&day, &s.Queue, &s.Prefix, &epoch, &sequence)
		if err == nil {
			s.SheetKey, err = keyOf(office, s.Queue, day)
		}
		s.Revision = booking.Revision{Epoch: uint64(epoch), Sequence: uint64(sequence)}
		into[s.SheetKey] = &s
		return err
	})
}

func (v view) slots(office booking.OfficeID, into map[booking.SheetKey]*booking.Sheet) error {
	return v.each("mine_slots", func(rows *sql.Rows) error {
		var day string
		var queue booking.QueueID
		var slot booking.Slot
		var start int64
		var expected *int64
		var code []byte
		err := rows.Scan(&day, &queue, &slot.Number, &start, &slot.Holder, &slot.State, &slot.Hands, &slot.Ask, &slot.Ticket.Moved, &expected,
			&code, &slot.Ticket.Returns, &slot.Ticket.Paper)
		if err != nil {
			return err
		}
		slot.Start, slot.Ticket.Expected = minuteTime(start), optionalMinute(expected)
		copy(slot.Ticket.Code[:], code)
		return onSheet(into, office, queue, day, func(s *booking.Sheet) { s.Slots = append(s.Slots, slot) })
	})
}

// tickets lays this totem's own tickets over the sheets.
func (v view) tickets(office booking.OfficeID, me booking.Holder, into map[booking.SheetKey]*booking.Sheet) error {
	return v.each("mine_tickets", func(rows *sql.Rows) error {
		var day string
		var queue booking.QueueID
		var start int64
		var code []byte
		var outcome *paper.Outcome
		given := booking.Slot{Holder: me, State: booking.Issued}
		if err := rows.Scan(&day, &queue, &given.Number, &start, &code, &outcome); err != nil {
			return err
		}
		given.Start = minuteTime(start)
		copy(given.Ticket.Code[:], code)
		if outcome != nil {
			given.Ticket.Paper = told(*outcome)
		}
		return onSheet(into, office, queue, day, func(s *booking.Sheet) { overlay(s, given) })
	})
}

// overlay puts a ticket of this totem on its slot. What the ledger knew of this very ticket stays: only the office can
// tell that it was called, and its outcome may have come from nowhere else.
func overlay(s *booking.Sheet, given booking.Slot) {
	i, ok := s.Find(given.Number)
	if !ok {
		s.Slots = append(s.Slots, given)
		return
	}
	slot := &s.Slots[i]
	if !slot.State.HasTicket() || slot.Ticket.Code != given.Ticket.Code || slot.Holder != given.Holder {
		given.Hands, given.Ticket.Moved = slot.Hands, slot.Ask == booking.AskVoid // asked for too late: see booking.Sheet.Book
		*slot = given
		return
	}
	if given.Ticket.Paper != booking.PaperUntold {
		slot.Ticket.Paper = given.Ticket.Paper
	}
}

// bearersWord returns how far a ticket is that a bearer has told this totem of, when the ledger has it in a state. Once the
// office has called its number, what was told came too late.
func bearersWord(ledger, told booking.State) booking.State {
	if ledger > booking.Arrived {
		return ledger
	}
	return max(ledger, told)
}

// told moves tickets as far on as their bearers have told. One that a sheet lacks was lost by a ledger: only that can make
// a sheet forget what was shown here by its code.
func (v view) told(office booking.OfficeID, into map[booking.SheetKey]*booking.Sheet) error {
	return v.each("mine_told", func(rows *sql.Rows) error {
		var day string
		var queue booking.QueueID
		var number booking.Number
		var code []byte
		var state booking.State
		if err := rows.Scan(&day, &queue, &number, &code, &state); err != nil {
			return err
		}
		return onSheet(into, office, queue, day, func(s *booking.Sheet) {
			i, ok := s.Find(number)
			switch {
			case !ok:
			case !s.Slots[i].State.HasTicket():
				s.Slots[i].State, s.Slots[i].Ticket, s.Slots[i].Ask = state, booking.Ticket{Code: booking.CodeHash(code)}, booking.AskNothing
			case s.Slots[i].Ticket.Code == booking.CodeHash(code):
				s.Slots[i].State = bearersWord(s.Slots[i].State, state)
			}
		})
	})
}

func (v view) keys() (map[booking.Day]booking.DayKey, error) {
	keys := make(map[booking.Day]booking.DayKey)
	return keys, v.each("mine_keys", func(rows *sql.Rows) error {
		var text string
		var key []byte
		if err := rows.Scan(&text, &key); err != nil {
			return err
		}
		day, err := booking.ParseDay(text)
		if err != nil {
			return damage(err.Error())
		}
		keys[day] = booking.DayKey(key)
		return nil
	})
}

// onSheet calls change with the sheet that a row belongs to.
func onSheet(all map[booking.SheetKey]*booking.Sheet, office booking.OfficeID, queue booking.QueueID, day string, change func(*booking.Sheet)) error {
	key, err := keyOf(office, queue, day)
	if err != nil {
		return err
	}
	sheet, ok := all[key]
	if !ok {
		return damage("a slot or a ticket is on no sheet")
	}
	change(sheet)
	return nil
}

func keyOf(office booking.OfficeID, queue booking.QueueID, day string) (booking.SheetKey, error) {
	d, err := booking.ParseDay(day)
	if err != nil {
		return booking.SheetKey{}, damage(err.Error())
	}
	return booking.SheetKey{Office: office, Queue: queue, Day: d}, nil
}
