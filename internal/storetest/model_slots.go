package storetest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.org/totem/booking"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
)

// Take writes what the scheduler answered.
func (m *Model) Take(_ context.Context, p wire.Pulled) error {
	for _, sheet := range p.Sheets {
		if err := m.refuses(sheet); err != nil {
			return err
		}
	}
	for day, key := range p.Keys {
		if day.Compare(m.closed) >= 0 && !key.IsZero() {
			m.keys[day] = key
		}
	}
	for _, sheet := range p.Sheets {
		if err := m.put(sheet); err != nil {
			return err
		}
	}
	m.peers = slices.Clone(p.Peers)
	if p.Office != nil {
		m.digest = p.Digest
	}
	return nil
}

// refuses reports a sheet on which a ticket of this store has another code.
func (m *Model) refuses(sheet booking.Sheet) error {
	if err := sheet.Check(); err != nil {
		return err
	}
	s := m.sheets[sheet.SheetKey]
	if s == nil || !sheet.Revision.Newer(s.Revision) || sheet.Day.Compare(m.closed) < 0 {
		return nil
	}
	for _, slot := range sheet.Slots {
		if t, ok := s.tickets[slot.Number]; ok && slot.Holder == m.me() && slot.State.HasTicket() && slot.Ticket.Code != t.code {
			return ErrFork
		}
	}
	return nil
}

// put makes the cache say what a newer sheet says.
func (m *Model) put(sheet booking.Sheet) error {
	s := m.sheets[sheet.SheetKey]
	switch {
	case sheet.Day.Compare(m.closed) < 0:
		return nil
	case s == nil:
		s = &modelSheet{hands: make(map[booking.Number]modelHand), tickets: make(map[booking.Number]modelTicket), aside: make(map[booking.Number]bool)}
		m.sheets[sheet.SheetKey] = s
	case !sheet.Revision.Newer(s.Revision):
		return nil
	}
	s.Sheet = sheet.Clone()
	s.at = make(map[booking.Number]int, len(s.Slots))
	for i, slot := range s.Slots {
		s.at[slot.Number] = i
	}
	if err := m.tellAgain(s); err != nil {
		return err
	}
	err := m.releaseAsked(s)
	m.changed(sheet.SheetKey)
	return err
}

// tellAgain tells a ledger that began anew what was passed on before, once for each epoch.
func (m *Model) tellAgain(s *modelSheet) error {
	for _, slot := range s.Slots {
		own := s.hands[slot.Number]
		if slot.Holder != m.me() || slot.State != booking.Free || !own.overrides(slot) || own.kind == booking.FactReceived ||
			own.epoch >= s.Revision.Epoch || m.waits(s.SheetKey, slot.Number, own.hands) {
			continue
		}
		err := m.add(booking.Fact{Kind: own.kind, Day: s.Day, Queue: s.Queue, Slot: slot.Number, Hands: own.hands, Peer: own.taker, Store: own.store})
		if err != nil {
			return err
		}
		own.epoch = s.Revision.Epoch
		s.hands[slot.Number] = own
	}
	return nil
}

func (m *Model) waits(key booking.SheetKey, n booking.Number, hands int) bool {
	return slices.ContainsFunc(m.facts, func(f modelFact) bool {
		return f.fact.Day == key.Day && f.fact.Queue == key.Queue && f.fact.Slot == n && f.fact.Hands == hands
	})
}

// Push writes a pushed sheet if the cached one is the one before it.
func (m *Model) Push(_ context.Context, sheet booking.Sheet, previous uint64) (ok bool, err error) {
	s := m.sheets[sheet.SheetKey]
	free := func(slot booking.Slot) bool { return slot.Holder == m.me() && slot.State == booking.Free }
	switch {
	case sheet.Day.Compare(m.closed) < 0:
		return true, nil
	case s == nil && slices.ContainsFunc(sheet.Slots, free):
		return false, nil
	case s == nil:
		if _, known := m.keys[sheet.Day]; !known {
			return !slices.ContainsFunc(sheet.Slots, func(slot booking.Slot) bool { return slot.Holder == m.me() }), nil
		}
		if previous != 0 {
			return false, nil
		}
	case !sheet.Revision.Newer(s.Revision):
		return true, nil
	case s.Revision.Sequence != previous || s.Revision.Epoch != sheet.Revision.Epoch:
		return false, nil
	default:
		for _, slot := range sheet.Slots {
			i, cached := s.at[slot.Number]
			same := cached && s.Slots[i].Holder == slot.Holder && s.Slots[i].State == slot.State && s.Slots[i].Hands == slot.Hands && s.Slots[i].Start.Equal(slot.Start)
			if free(slot) && !same && !s.hands[slot.Number].overrides(slot) {
				return false, nil
			}
		}
	}
	if err := m.refuses(sheet); err != nil {
		return false, err
	}
	return true, m.put(sheet)
}

// Asking begins a question for a slot.
func (m *Model) Asking(context.Context) (func(context.Context, wire.Granted) (bool, error), error) {
	epoch, mine := m.epoch, m.mine
	return func(_ context.Context, g wire.Granted) (bool, error) {
		if m.epoch != epoch || m.mine != mine || epoch == 0 || g.Sheet.Revision.Epoch > epoch || g.Sheet.Day.Compare(m.closed) < 0 {
			return false, nil
		}
		if err := m.refuses(g.Sheet); err != nil {
			return false, err
		}
		m.keys[g.Sheet.Day] = g.Key
		return true, m.put(g.Sheet)
	}, nil
}

// held returns who holds a cached slot, by the cache and this store's own word, and its hands.
func (m *Model) held(s *modelSheet, slot booking.Slot) (booking.Holder, int) {
	own := s.hands[slot.Number]
	if !own.overrides(slot) {
		return slot.Holder, slot.Hands
	}
	switch own.kind {
	case booking.FactReceived:
		return m.me(), own.hands
	case booking.FactTransferred:
		return booking.HeldBy(own.taker), own.hands
	}
	return booking.Reserve, own.hands
}

// spare reports whether this store could issue a cached slot, once it has the day's key.
func (m *Model) spare(s *modelSheet, slot booking.Slot) bool {
	if slot.State != booking.Free || s.aside[slot.Number] {
		return false
	}
	if _, given := s.tickets[slot.Number]; given {
		return false
	}
	holder, _ := m.held(s, slot)
	return holder == m.me()
}

// Sells reports whether this store may still sell a slot, if only when what is set aside is put back.
func (m *Model) Sells(key booking.SheetKey, n booking.Number) bool {
	s := m.sheets[key]
	if s == nil {
		return false
	}
	i, ok := s.at[n]
	if !ok || s.Slots[i].State != booking.Free {
		return false
	}
	_, given := s.tickets[n]
	holder, _ := m.held(s, s.Slots[i])
	return holder == m.me() && !given
}

// Sheet returns the cached sheet, not to be changed; ok false if there is none.
func (m *Model) Sheet(key booking.SheetKey) (s booking.Sheet, ok bool) {
	if c := m.sheets[key]; c != nil {
		return c.Sheet, true
	}
	return booking.Sheet{}, false
}

// Offers returns the starts of a day.
func (m *Model) Offers(_ context.Context, day booking.Day, notBefore time.Time) ([]store.Start, error) {
	var starts []store.Start
	for _, key := range m.order() {
		s := m.sheets[key]
		if key.Day != day {
			continue
		}
		for _, slot := range s.Slots {
			if slot.Start.Before(notBefore) || slot.State == booking.Void {
				continue
			}
			if n := len(starts); n == 0 || starts[n-1].Key != key || !starts[n-1].Start.Equal(slot.Start) {
				starts = append(starts, store.Start{Key: key, Start: slot.Start})
			}
			last := &starts[len(starts)-1]
			holder, _ := m.held(s, slot)
			if (holder == booking.Pool || holder == booking.Reserve) && slot.State == booking.Free && slot.Ask != booking.AskVoid {
				last.Open++
			}
			if _, keyed := m.keys[day]; keyed && m.spare(s, slot) {
				last.Places++
				if last.Number == "" {
					last.Number = slot.Number
				}
			}
		}
	}
	return starts, nil
}

// Issue makes a ticket.
func (m *Model) Issue(_ context.Context, o store.Order) (int64, error) {
	s := m.sheets[o.Key]
	dayKey, keyed := m.keys[o.Key.Day]
	if s == nil || !keyed {
		return 0, ErrGone
	}
	i, ok := s.at[o.Number]
	if !ok || !s.Slots[i].Start.Equal(o.Start) || !m.spare(s, s.Slots[i]) {
		return 0, ErrGone
	}
	code := o.Code.Hash(dayKey)
	err := m.add(booking.Fact{Kind: booking.FactIssued, Day: o.Key.Day, Queue: o.Key.Queue, Slot: o.Number, Code: code, Service: o.Service})
	if err != nil {
		return 0, fmt.Errorf("issue a ticket: %w", err)
	}
	s.tickets[o.Number] = modelTicket{o.Start, code}
	m.changed(o.Key)
	return int64(m.last), nil
}
