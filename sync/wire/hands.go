package wire

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"example.org/totem/booking"
)

// What of a sheet is about its slots changing hands, and about promises that are not kept. Most sheets have none of it: then
// the columns are left out.
const (
	handLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" // base64url: from 0 to 63
	askLetters  = "-bv"                                                              // in the order of booking.Ask
	notExpected = -1                                                                 // when the bearer of a moved ticket is expected is not known
)

// handsOf fills in the columns hands, asks and moved, each where it says something.
func (b *sheetBody) handsOf(s booking.Sheet) {
	hands, asks := 0, booking.AskNothing
	for i := range s.Slots {
		slot := &s.Slots[i]
		hands, asks = hands|slot.Hands, asks|slot.Ask
		if t := &slot.Ticket; t.Moved {
			expected := notExpected
			if !t.Expected.IsZero() {
				expected = int(t.Expected.Sub(s.Slots[0].Start) / time.Minute)
			}
			b.Moved = append(b.Moved, [2]int{i, expected})
		}
	}
	if hands != 0 {
		b.Hands = lettersOf(s, func(slot *booking.Slot) byte { return handLetters[slot.Hands] })
	}
	if asks != booking.AskNothing {
		b.Asks = lettersOf(s, func(slot *booking.Slot) byte { return askLetters[slot.Ask] })
	}
}

// lettersOf returns a column of a character a slot.
func lettersOf(s booking.Sheet, letter func(*booking.Slot) byte) *string {
	column := make([]byte, len(s.Slots))
	for i := range s.Slots {
		column[i] = letter(&s.Slots[i])
	}
	return present(string(column))
}

// checkHands reports what handsOf cannot say.
func checkHands(s booking.Sheet, slot *booking.Slot) error {
	if slot.Hands < 0 || slot.Hands >= len(handLetters) || int(slot.Ask) >= len(askLetters) {
		return fmt.Errorf("sheet %s, slot %s: %d hands, or nothing that can be asked", s.SheetKey, slot.Number, slot.Hands)
	}
	if t := slot.Ticket.Expected; !t.IsZero() && (t.Before(s.Slots[0].Start) || t.Sub(s.Slots[0].Start) > maxOffset*time.Minute) {
		return fmt.Errorf("sheet %s, slot %s: expected before the first slot, or too long after it", s.SheetKey, slot.Number)
	}
	return nil
}

// fillHands fills in what the three columns say. All but the few sheets that have any pass at once.
func (c *columns) fillHands(slots []booking.Slot) error {
	if len(c.hands) > 0 {
		if err := c.eachLetter("hands", c.hands, handLetters, slots, func(slot *booking.Slot, i int) { slot.Hands = i }); err != nil {
			return err
		}
	}
	if len(c.asks) > 0 {
		if err := c.eachLetter("asks", c.asks, askLetters, slots, func(slot *booking.Slot, i int) { slot.Ask = booking.Ask(i) }); err != nil {
			return err
		}
		for i := range slots {
			if s := &slots[i]; s.Ask != booking.AskNothing && (s.State != booking.Free || s.Holder == booking.Pool || s.Holder == booking.Reserve) {
				return fmt.Errorf(`member "asks": nothing can be asked at %d`, i)
			}
		}
	}
	return c.fillMoved(slots)
}

// eachLetter calls set for every slot with the place of its character among the letters. A column that says nothing of any
// slot should have been left out.
func (c *columns) eachLetter(name string, column []byte, letters string, slots []booking.Slot, set func(*booking.Slot, int)) error {
	if len(column) != len(slots) {
		return fmt.Errorf(`member %q: %d characters for %d slots`, name, len(column), len(slots))
	}
	empty := true
	for i, letter := range column {
		at := strings.IndexByte(letters, letter)
		if at < 0 {
			return fmt.Errorf(`member %q: %q at %d`, name, letter, i)
		}
		empty = empty && at == 0
		set(&slots[i], at)
	}
	if empty {
		return fmt.Errorf(`member %q: empty; leave it out`, name)
	}
	return nil
}

func (c *columns) fillMoved(slots []booking.Slot) error {
	next := 0
	for _, m := range c.moved {
		i, expected := m[0], m[1]
		switch {
		case i < next || i >= len(slots) || !slots[i].State.HasTicket():
			return fmt.Errorf(`member "moved": no ticket at %d, or out of order`, i)
		case expected < notExpected || expected > maxOffset:
			return errors.New(`member "moved": expected before the first slot, or too long after it`)
		}
		slots[i].Ticket.Moved, next = true, i+1
		if expected != notExpected {
			slots[i].Ticket.Expected = c.base.Add(time.Duration(expected) * time.Minute)
		}
	}
	return nil
}
