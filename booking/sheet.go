package booking

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"
)

// SheetKey names a sheet: one queue of one office on one day.
type SheetKey struct {
	Office OfficeID
	Queue  QueueID
	Day    Day
}

// String returns the key for messages to people: "office/queue/day".
func (k SheetKey) String() string { return fmt.Sprintf("%s/%s/%s", k.Office, k.Queue, k.Day) }

// Revision is a sheet's version. The sequence grows within an epoch; a scheduler that was restored or moved starts a
// higher epoch. The zero Revision is older than any other.
type Revision struct {
	Epoch    uint64 `json:"epoch"`
	Sequence uint64 `json:"sequence"`
}

// Newer reports whether r is later than s.
func (r Revision) Newer(s Revision) bool {
	if r.Epoch != s.Epoch {
		return r.Epoch > s.Epoch
	}
	return r.Sequence > s.Sequence
}

// Sheet is every slot of one office, queue and day: the unit of atomicity, caching and push. Slots are in calling
// order: by start, then by number.
type Sheet struct {
	SheetKey
	Revision Revision
	Prefix   string // the queue's letter, with which every number of the sheet begins
	Slots    []Slot
}

// Errors that a change to a sheet ends in. None of them changes anything.
var (
	ErrNoSlot    = errors.New("no such slot on this sheet")
	ErrNotHeld   = errors.New("the slot is held by somebody else")
	ErrTaken     = errors.New("the slot already carries another ticket")
	ErrNoTicket  = errors.New("the slot carries no ticket")
	ErrVoid      = errors.New("the slot is void")
	ErrPassed    = errors.New("the ticket is further on")
	ErrDisorders = errors.New("the sheet is not in order")
)

// Find returns the place of a number in s.Slots, ok false if it is not there.
func (s Sheet) Find(n Number) (i int, ok bool) {
	i = slices.IndexFunc(s.Slots, func(slot Slot) bool { return slot.Number == n })
	return i, i >= 0
}

// Clone returns a copy that shares nothing with s.
func (s Sheet) Clone() Sheet {
	s.Slots = slices.Clone(s.Slots)
	return s
}

// Book returns s with a ticket on the free slot n, made by holder by. Told again with the same code hash it returns
// s unchanged and no error; with another, ErrTaken.
func (s Sheet) Book(n Number, by Holder, code CodeHash) (Sheet, error) {
	i, ok := s.Find(n)
	if !ok {
		return s, fmt.Errorf("book %s on %s: %w", n, s.SheetKey, ErrNoSlot)
	}
	slot := s.Slots[i]
	switch {
	case slot.State.HasTicket() && slot.Ticket.Code == code && slot.Holder == by:
		return s, nil
	case slot.State.HasTicket():
		return s, fmt.Errorf("book %s on %s: %w", n, s.SheetKey, ErrTaken)
	case slot.State == Void:
		return s, fmt.Errorf("book %s on %s: %w", n, s.SheetKey, ErrVoid)
	case slot.Holder != by:
		return s, fmt.Errorf("book %s on %s for %s: %w", n, s.SheetKey, by, ErrNotHeld)
	}
	s = s.Clone()
	s.Slots[i].State = Issued
	s.Slots[i].Ticket = Ticket{Code: code, Moved: slot.Ask == AskVoid} // it was asked for too late: nobody serves it then
	s.Slots[i].Ask = AskNothing
	return s, nil
}

// Printed returns s with what is now known of the slip of ticket n. The last report stands.
func (s Sheet) Printed(n Number, by Holder, p Paper) (Sheet, error) {
	i, ok := s.Find(n)
	switch {
	case !ok:
		return s, fmt.Errorf("note the slip of %s on %s: %w", n, s.SheetKey, ErrNoSlot)
	case !s.Slots[i].State.HasTicket():
		return s, fmt.Errorf("note the slip of %s on %s: %w", n, s.SheetKey, ErrNoTicket)
	case s.Slots[i].Holder != by:
		return s, fmt.Errorf("note the slip of %s on %s for %s: %w", n, s.SheetKey, by, ErrNotHeld)
	case s.Slots[i].Ticket.Paper == p:
		return s, nil
	}
	s = s.Clone()
	s.Slots[i].Ticket.Paper = p
	return s, nil
}

// Arrive returns s with the bearer of ticket n checked in: see [Slot.Arrive].
func (s Sheet) Arrive(n Number, code CodeHash) (Sheet, error) {
	return s.forward("check in", n, code, Slot.Arrive)
}

// Cancel returns s with ticket n given back: see [Slot.Cancel].
func (s Sheet) Cancel(n Number, code CodeHash) (Sheet, error) {
	return s.forward("cancel", n, code, Slot.Cancel)
}

// forward returns s with its slot n moved on, s itself if that changes nothing.
func (s Sheet) forward(doing string, n Number, code CodeHash, move func(Slot, CodeHash) (Slot, error)) (Sheet, error) {
	i, ok := s.Find(n)
	if !ok {
		return s, fmt.Errorf("%s %s on %s: %w", doing, n, s.SheetKey, ErrNoSlot)
	}
	slot, err := move(s.Slots[i], code)
	switch {
	case err != nil:
		return s, fmt.Errorf("%s %s on %s: %w", doing, n, s.SheetKey, err)
	case slot == s.Slots[i]:
		return s, nil
	}
	s = s.Clone()
	s.Slots[i] = slot
	return s, nil
}

// Check reports what is wrong with the sheet: slots out of order, a number twice or with a foreign prefix, a holder
// or state that is none, a free slot with a ticket, a booked one without.
func (s Sheet) Check() error {
	var seen map[Number]bool // nil as long as the numbers grow, which they do nearly always
	last, highest := 0, 0
	for i := range s.Slots {
		slot := &s.Slots[i]
		n, err := s.countOf(slot)
		if err != nil {
			return fmt.Errorf("sheet %s: a slot: %w", s.SheetKey, err) // what is logged names no number
		}
		if seen == nil && n <= highest {
			seen = numbersOf(s.Slots[:i])
		}
		if seen[slot.Number] || i > 0 && !follows(s.Slots[i-1].Start, last, slot.Start, n) {
			return fmt.Errorf("sheet %s: %w", s.SheetKey, ErrDisorders)
		}
		if seen != nil {
			seen[slot.Number] = true
		}
		last, highest = n, max(highest, n)
	}
	return nil
}

func numbersOf(slots []Slot) map[Number]bool {
	numbers := make(map[Number]bool, len(slots))
	for _, slot := range slots {
		numbers[slot.Number] = true
	}
	return numbers
}

// follows reports whether a slot that starts at start and counts n is called after one that starts at before and counts m.
func follows(before time.Time, m int, start time.Time, n int) bool {
	c := before.Compare(start)
	return c < 0 || c == 0 && m < n
}

func (s Sheet) checkSlot(slot Slot) error {
	_, err := s.countOf(&slot)
	return err
}

// countOf returns what the number of a slot counts, if nothing is wrong with the slot.
func (s Sheet) countOf(slot *Slot) (n int, err error) {
	prefix, n, err := slot.Number.Split()
	switch {
	case err != nil:
		return 0, err
	case prefix != s.Prefix:
		return 0, fmt.Errorf("prefix %q on a sheet of %q", prefix, s.Prefix)
	case slot.State < Free || slot.State > Void:
		return 0, fmt.Errorf("%s", slot.State)
	case slot.Holder == "":
		return 0, errors.New("no holder")
	case slot.Start.Unix()%60 != 0 || slot.Start.Nanosecond() != 0:
		return 0, errors.New("does not start on a whole minute")
	case slot.State.HasTicket() == slot.Ticket.Code.IsZero(), slot.Ticket.Moved && !slot.State.HasTicket():
		return 0, fmt.Errorf("state %s and ticket do not fit", slot.State)
	case slot.Hands < 0 || slot.Hands > MostHands:
		return 0, errors.New("it has changed hands too often")
	case slot.Ask > AskVoid || slot.Ask != AskNothing && (slot.State != Free || slot.Holder == Pool || slot.Holder == Reserve):
		return 0, errors.New("something is asked that cannot be")
	case !slot.Ticket.Expected.IsZero() && (!slot.Ticket.Moved || slot.Ticket.Expected.Unix()%60 != 0 || slot.Ticket.Expected.Nanosecond() != 0):
		return 0, errors.New("its ticket is expected at another time, and not moved, or not on a whole minute")
	}
	return n, nil
}

// compareSlots is the calling order.
func compareSlots(a, b Slot) int {
	if c := a.Start.Compare(b.Start); c != 0 {
		return c
	}
	_, x, _ := a.Number.Split()
	_, y, _ := b.Number.Split()
	return cmp.Compare(x, y)
}
