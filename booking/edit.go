package booking

import (
	"fmt"
	"slices"
	"time"
)

// An office edits a day while its slots are being sold: it takes free ones out of sale, adds new ones, and moves the
// tickets that it cannot serve at their times. No slot ever leaves a sheet and no number comes twice, so that a totem
// which hears of an edit late still knows every number by the same slot.

// Withdraw returns s with the free slot n, which the pool or the reserve holds, void; s itself if it is void already. A
// slot that a totem holds ends in ErrNotHeld: of that one it can only be asked, see [Sheet.Ask].
func (s Sheet) Withdraw(n Number) (Sheet, error) {
	i, ok := s.Find(n)
	switch {
	case !ok:
		return s, fmt.Errorf("withdraw %s on %s: %w", n, s.SheetKey, ErrNoSlot)
	case s.Slots[i].State == Void:
		return s, nil
	case s.Slots[i].State != Free:
		return s, fmt.Errorf("withdraw %s on %s: %w", n, s.SheetKey, ErrTaken)
	case !s.Slots[i].atHand():
		return s, fmt.Errorf("withdraw %s on %s: %w", n, s.SheetKey, ErrNotHeld)
	}
	s = s.Clone()
	s.Slots[i].State = Void
	return s, nil
}

// atHand reports whether the slot is free and the scheduler's to give.
func (s Slot) atHand() bool {
	return s.State == Free && (s.Holder == Pool || s.Holder == Reserve)
}

// Add returns s with n more free slots at start (UTC, whole minutes), under the numbers that follow the highest on s.
// planned says who holds each of them, nil or an empty word: the pool. Told twice, it adds them twice.
func (s Sheet) Add(start time.Time, n int, planned func(Number) Holder) Sheet {
	if n <= 0 {
		return s
	}
	highest := 0
	for _, slot := range s.Slots {
		_, count, _ := slot.Number.Split()
		highest = max(highest, count)
	}
	s.Slots = slices.Grow(slices.Clip(s.Slots), n)
	for i := range n {
		slot := Slot{Number: NewNumber(s.Prefix, highest+1+i), Start: start, Holder: Pool, State: Free}
		if planned != nil {
			if h := planned(slot.Number); h != "" {
				slot.Holder = h
			}
		}
		s.Slots = append(s.Slots, slot)
	}
	slices.SortFunc(s.Slots, compareSlots)
	return s
}

// MarkMoved returns s with the ticket n moved: the office cannot keep its time, and does not know yet when its bearer is
// expected instead. A ticket that is moved stays as it is. One whose bearer was called, or gave it back, ends in
// ErrPassed, a slot without one in ErrNoTicket.
func (s Sheet) MarkMoved(n Number) (Sheet, error) {
	return s.forward("move", n, CodeHash{}, func(slot Slot, _ CodeHash) (Slot, error) {
		switch {
		case !slot.State.HasTicket():
			return slot, ErrNoTicket
		case !slot.awaited():
			return slot, ErrPassed
		}
		slot.Ticket.Moved = true
		return slot, nil
	})
}

// awaited reports whether the slot carries a ticket whose bearer may still come.
func (s Slot) awaited() bool { return s.State == Issued || s.State == Arrived }

// Rehouse returns s with a time for the moved tickets that have none: in calling order, each takes the first free slot of
// the pool or the reserve that starts neither before its own nor before earliest. That slot is void then. left counts the
// tickets for which there is none.
func (s Sheet) Rehouse(earliest time.Time) (after Sheet, left int) {
	after = s
	next := 0 // no slot before it is at hand for a ticket that comes now: slots and tickets are in calling order
	for i, slot := range s.Slots {
		if !slot.awaited() || !slot.Ticket.Moved || !slot.Ticket.Expected.IsZero() {
			continue
		}
		for next < len(after.Slots) {
			room := after.Slots[next]
			if room.atHand() && !room.Start.Before(slot.Start) && !room.Start.Before(earliest) {
				break
			}
			next++
		}
		if next == len(after.Slots) {
			left++
			continue
		}
		if &after.Slots[0] == &s.Slots[0] {
			after = s.Clone()
		}
		after.Slots[i].Ticket.Expected = after.Slots[next].Start
		after.Slots[next].State = Void
	}
	return after, left
}

// Annul returns s with the ticket n cancelled by the office, which needs no code; the slot is not sold again. A ticket
// that is cancelled stays as it is, one whose number was called ends in ErrPassed, a slot without one in ErrNoTicket.
func (s Sheet) Annul(n Number) (Sheet, error) {
	return s.forward("annul", n, CodeHash{}, func(slot Slot, _ CodeHash) (Slot, error) {
		return slot.Cancel(slot.Ticket.Code)
	})
}
