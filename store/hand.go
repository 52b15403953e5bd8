package store

import (
	"database/sql"

	"example.org/totem/booking"
)

// hand is what this store did last with a slot that it passed on or was passed, beyond what the cache says: a row of the table
// of that name. The zero hand is none.
type hand struct {
	kind  booking.FactKind // released, transferred or received
	hands int              // of the slot from then on
	epoch uint64           // of the cached sheet when it was done, or told again
	taker booking.TotemID  // transferred
	store booking.Incarnation
}

// overrides reports whether what was done here is not older than what the ledger's slot says.
func (h hand) overrides(slot booking.Slot) bool { return h.hands > 0 && h.hands >= slot.Hands }

// scan reads columns of a row into h, with others before them.
func (h *hand) scan(rows *sql.Rows, before ...any) error {
	var taker *string
	var store []byte
	var epoch int64
	if err := rows.Scan(append(before, &h.kind, &h.hands, &epoch, &taker, &store)...); err != nil {
		return err
	}
	h.epoch, h.taker = uint64(epoch), booking.TotemID(deref(taker))
	copy(h.store[:], store)
	return nil
}

// hands returns what was done here with slots of one queue and day.
func (t tx) hands(day, queue string) (map[booking.Number]hand, error) {
	rows, err := t.rows("sheet_hands", day, queue)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := make(map[booking.Number]hand)
	for rows.Next() {
		var number booking.Number
		var h hand
		if err := h.scan(rows, &number); err != nil {
			return nil, err
		}
		all[number] = h
	}
	return all, rows.Err()
}

// counted is a slot of this totem, and how often it has changed hands.
type counted struct {
	key    booking.SheetKey
	number booking.Number
	hands  int
}

// release gives slots of this totem back, and commits the facts that tell it. It returns how many: a slot that has changed
// hands too often stays.
func (t tx) release(slots []counted) (released int, err error) {
	for _, s := range slots {
		if s.hands >= booking.MostHands {
			continue
		}
		fact := booking.Fact{Kind: booking.FactReleased, Day: s.key.Day, Queue: s.key.Queue, Slot: s.number, Hands: s.hands + 1}
		if err := t.addNext(fact); err != nil {
			return 0, err
		}
		if err := t.putHand(fact, booking.Transfer{}); err != nil {
			return 0, err
		}
		released++
	}
	return released, nil
}

// putHand notes what a fact tells of a slot that changes hands; by is the transfer, for those that are one.
func (t tx) putHand(f booking.Fact, by booking.Transfer) error {
	var giver, taker *string
	var store, proof []byte
	var start *int64
	switch f.Kind {
	case booking.FactReceived:
		giver, proof = optional(string(by.From)), by.Proof[:]
	case booking.FactTransferred:
		m := minuteOf(by.Start)
		taker, store, start, proof = optional(string(by.To)), by.Store[:], &m, by.Proof[:]
	}
	return t.exec("hand_put", f.Day.String(), string(f.Queue), string(f.Slot), string(f.Kind), int64(f.Hands), giver, taker, store, start, proof)
}

// hearAsked gives back what a sheet asks back and was not sold.
func (t tx) hearAsked(sheet booking.Sheet) error {
	for _, slot := range sheet.Slots {
		if slot.Ask != booking.AskNothing {
			return t.releaseAsked(sheet.SheetKey)
		}
	}
	return nil
}

// releaseAsked gives back what the cached sheet asks back and was not sold. What is set aside stays.
func (t tx) releaseAsked(key booking.SheetKey) error {
	slots, err := t.countedSlots(key, "asked_back", key.Day.String(), string(key.Queue))
	if err != nil {
		return err
	}
	_, err = t.release(slots)
	return err
}

// countedSlots asks a named query for slots of one sheet, by number and hands.
func (t tx) countedSlots(key booking.SheetKey, name string, args ...any) ([]counted, error) {
	rows, err := t.rows(name, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var slots []counted
	for rows.Next() {
		s := counted{key: key}
		if err := rows.Scan(&s.number, &s.hands); err != nil {
			return nil, err
		}
		slots = append(slots, s)
	}
	return slots, rows.Err()
}

// tellAgain tells a ledger that began anew what was passed on before: its sheet still has the slot as this totem's, and the
// fact went to the ledger before it. Once for each epoch.
func (t tx) tellAgain(me booking.Holder, sheet booking.Sheet, hands map[booking.Number]hand) error {
	for _, slot := range sheet.Slots {
		own := hands[slot.Number]
		if !free(slot, me) || !own.overrides(slot) || own.kind == booking.FactReceived || own.epoch >= sheet.Revision.Epoch {
			continue
		}
		day, queue, number := sheet.Day.String(), string(sheet.Queue), string(slot.Number)
		var waits bool
		if err := t.row("hand_waiting", day, queue, number, int64(own.hands)).Scan(&waits); err != nil {
			return err
		}
		if waits {
			continue
		}
		err := t.addNext(booking.Fact{Kind: own.kind, Day: sheet.Day, Queue: sheet.Queue, Slot: slot.Number, Hands: own.hands,
			Peer: own.taker, Store: own.store})
		if err != nil {
			return err
		}
		if err := t.exec("hand_epoch", day, queue, number, int64(sheet.Revision.Epoch)); err != nil {
			return err
		}
	}
	return nil
}

// hands lays what was done here with slots over the sheets.
func (v view) hands(office booking.OfficeID, me booking.Holder, into map[booking.SheetKey]*booking.Sheet) error {
	return v.each("mine_hands", func(rows *sql.Rows) error {
		var day string
		var queue booking.QueueID
		var number booking.Number
		var h hand
		if err := h.scan(rows, &day, &queue, &number); err != nil {
			return err
		}
		return onSheet(into, office, queue, day, func(s *booking.Sheet) {
			if i, ok := s.Find(number); ok {
				s.Slots[i] = h.on(s.Slots[i], me)
			}
		})
	})
}

// on returns the ledger's slot as it is by what was done here. With as many hands the ledger has heard of it, and may know better
// who holds the slot now, but that it is not this totem.
func (h hand) on(slot booking.Slot, me booking.Holder) booking.Slot {
	if slot.State.HasTicket() || !h.overrides(slot) {
		return slot
	}
	heard := h.hands == slot.Hands && slot.Holder != me
	slot.Hands = h.hands
	switch {
	case h.kind == booking.FactReceived:
		slot.Holder = me
	case heard:
	case h.kind == booking.FactTransferred:
		slot.Holder = booking.HeldBy(h.taker)
	default:
		if slot.Ask == booking.AskVoid {
			slot.State = booking.Void
		}
		slot.Holder, slot.Ask = booking.Reserve, booking.AskNothing
	}
	return slot
}
