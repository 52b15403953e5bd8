package store

import (
	"encoding/hex"
	"errors"
	"strconv"
	"strings"

	"example.org/totem/booking"
)

// written says what became of one sheet.
type written struct {
	key          booking.SheetKey
	contradicted int // tickets of this totem that the sheet newly contradicts
}

// The characters between the fields of a slot's line, and between lines. No identifier or number holds them.
const (
	fieldMark = "\x1f"
	lineMark  = "\x1e"
)

// slotLine is all that the cache says of a slot, for comparison: number, start in minutes, holder, state, hands, ask, whether
// it was moved, when its bearer is expected in minutes or nothing, code hash in hexadecimal or nothing, returns, paper.
func slotLine(s booking.Slot) string {
	var code string
	if !s.Ticket.Code.IsZero() {
		code = hex.EncodeToString(s.Ticket.Code[:])
	}
	moved, expected := int64(0), ""
	if s.Ticket.Moved {
		moved = 1
	}
	if !s.Ticket.Expected.IsZero() {
		expected = decimal(minuteOf(s.Ticket.Expected))
	}
	return slotHead(s) + strings.Join([]string{decimal(int64(s.Ask)), decimal(moved), expected, code, decimal(int64(s.Ticket.Returns)), decimal(int64(s.Ticket.Paper))}, fieldMark)
}

// slotHead is a slot's line up to its hands, and the mark behind that.
func slotHead(s booking.Slot) string {
	return strings.Join([]string{string(s.Number), decimal(minuteOf(s.Start)), string(s.Holder), decimal(int64(s.State)),
		decimal(int64(s.Hands)), ""}, fieldMark)
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

// startOf returns the start, in minutes, that stands in a slot's line.
func startOf(line string) (int64, error) {
	fields := strings.Split(line, fieldMark)
	if len(fields) != 11 {
		return 0, damage("a cached slot cannot be read")
	}
	return strconv.ParseInt(fields[1], 10, 64)
}

// putSheet makes the cache say what sheet says. Only rows that differ are written: one booking on a sheet of 144
// slots costs two pages, not ten.
func (t tx) putSheet(me booking.Holder, sheet booking.Sheet) (written, error) {
	day, queue := sheet.Day.String(), string(sheet.Queue)
	result := written{key: sheet.SheetKey}
	old, err := t.cachedSlots(day, queue)
	if err != nil {
		return result, err
	}
	tickets, err := t.tickets(day, queue)
	if err != nil {
		return result, err
	}
	hands, err := t.hands(day, queue)
	if err != nil {
		return result, err
	}
	if err := t.exec("sheet_put", day, queue, sheet.Prefix, int64(sheet.Revision.Epoch), int64(sheet.Revision.Sequence)); err != nil {
		return result, err
	}
	for _, slot := range sheet.Slots {
		was, known := old[slot.Number]
		delete(old, slot.Number)
		if known && was == slotLine(slot) {
			continue
		}
		if code, mine := tickets[slot.Number]; mine && contradicts(slot, me, code, hands[slot.Number]) {
			if slot.Holder == me && slot.State.HasTicket() {
				return result, forkFault(errors.New("the ledger has another ticket on a slot that this totem gave"))
			}
			result.contradicted++
		}
		if known { // its start, a part of the row's key, may be another
			if err := t.dropSlot(day, queue, slot.Number, was); err != nil {
				return result, err
			}
		}
		if err := t.addSlot(day, queue, slot); err != nil {
			return result, err
		}
	}
	for number, was := range old {
		if _, mine := tickets[number]; mine {
			result.contradicted++
		}
		if err := t.dropSlot(day, queue, number, was); err != nil {
			return result, err
		}
	}
	if err := t.hearCancelled(me, sheet); err != nil {
		return result, err
	}
	if err := t.tellAgain(me, sheet, hands); err != nil {
		return result, err
	}
	return result, t.hearAsked(sheet)
}

func (t tx) addSlot(day, queue string, s booking.Slot) error {
	var code []byte
	if !s.Ticket.Code.IsZero() {
		code = s.Ticket.Code[:]
	}
	var expected *int64
	if !s.Ticket.Expected.IsZero() {
		m := minuteOf(s.Ticket.Expected)
		expected = &m
	}
	return t.exec("slot_add", day, queue, minuteOf(s.Start), string(s.Number), string(s.Holder), int64(s.State), int64(s.Hands),
		int64(s.Ask), s.Ticket.Moved, expected, code, int64(s.Ticket.Returns), int64(s.Ticket.Paper))
}

func (t tx) dropSlot(day, queue string, number booking.Number, line string) error {
	start, err := startOf(line)
	if err != nil {
		return err
	}
	return t.exec("slot_drop", day, queue, start, string(number))
}

// contradicts reports whether the ledger's slot says something else than that this totem gave it the ticket code. A
// free slot does not: the fact is on its way. Nor does one that this totem was passed, and of which the ledger is still to hear.
func contradicts(slot booking.Slot, me booking.Holder, code booking.CodeHash, own hand) bool {
	holder := slot.Holder
	if !slot.State.HasTicket() && own.overrides(slot) && own.kind == booking.FactReceived {
		holder = me
	}
	return holder != me || slot.State == booking.Void || slot.State.HasTicket() && slot.Ticket.Code != code
}

// cachedSlots returns the lines of a cached sheet's slots by number.
func (t tx) cachedSlots(day, queue string) (map[booking.Number]string, error) {
	var text string
	if err := t.row("sheet_slots", day, queue).Scan(&text); err != nil || text == "" {
		return nil, err
	}
	slots := make(map[booking.Number]string)
	for line := range strings.SplitSeq(text, lineMark) {
		number, _, _ := strings.Cut(line, fieldMark)
		slots[booking.Number(number)] = line
	}
	return slots, nil
}

// tickets returns the code hashes of this totem's own tickets of one queue and day.
func (t tx) tickets(day, queue string) (map[booking.Number]booking.CodeHash, error) {
	rows, err := t.rows("sheet_tickets", day, queue)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	tickets := make(map[booking.Number]booking.CodeHash)
	for rows.Next() {
		var number booking.Number
		var code []byte
		if err := rows.Scan(&number, &code); err != nil {
			return nil, err
		}
		tickets[number] = booking.CodeHash(code)
	}
	return tickets, rows.Err()
}
