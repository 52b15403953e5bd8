package storetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"example.org/totem/booking"
	"example.org/totem/store"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
)

// Model is a store in memory, as it lies on the disk: what a method has done is durable when it returns, so that a power cut
// loses nothing of it. Citizens' slips are nothing that it keeps. It is for one goroutine.
type Model struct {
	office booking.OfficeID
	totem  booking.TotemID
	id     booking.Incarnation
	now    func() time.Time

	last   uint64 // n of the last fact
	told   uint64 // n of the last one that was acknowledged
	chain  uint64
	epoch  uint64
	mine   uint64 // how often what it holds was read for a ledger that began anew
	facts  []modelFact
	closed booking.Day
	keys   map[booking.Day]booking.DayKey
	sheets map[booking.SheetKey]*modelSheet
	peers  []wire.Peer
	digest string

	// Changed is told a sheet after what this store would sell of it may be another; nil: nobody is.
	Changed func(booking.SheetKey)
}

// modelSheet is a cached sheet, and what this store did with its slots.
type modelSheet struct {
	booking.Sheet
	at      map[booking.Number]int // places in Slots
	hands   map[booking.Number]modelHand
	tickets map[booking.Number]modelTicket
	aside   map[booking.Number]bool
}

// modelHand is a row of the real store's table hand.
type modelHand struct {
	kind  booking.FactKind
	hands int
	epoch uint64
	giver booking.TotemID
	taker booking.TotemID
	store booking.Incarnation
	start time.Time
	proof booking.Proof
	known bool
}

type modelTicket struct {
	start time.Time
	code  booking.CodeHash
}

type modelFact struct {
	fact      booking.Fact
	committed []wire.Digest // of what may have been sent
}

var _ Store = (*Model)(nil)

// NewModel returns an empty store of a totem, with the name of its life. now is the totem's clock.
func NewModel(office booking.OfficeID, totem booking.TotemID, life booking.Incarnation, now func() time.Time) *Model {
	return &Model{office: office, totem: totem, id: life, now: now, keys: make(map[booking.Day]booking.DayKey),
		sheets: make(map[booking.SheetKey]*modelSheet)}
}

// ErrFork says that another device speaks with this totem's name.
var ErrFork = errors.New("another device speaks with this totem's name")

func (m *Model) me() booking.Holder { return booking.HeldBy(m.totem) }

// Incarnation names this life of the store.
func (m *Model) Incarnation() booking.Incarnation { return m.id }

// Standing returns where the store stands.
func (m *Model) Standing(context.Context) (outbox.Standing, error) {
	return outbox.Standing{ID: booking.FactID{Incarnation: m.id, N: m.last}, Told: m.told, Epoch: m.epoch}, nil
}

// Join notes the ledger's epoch.
func (m *Model) Join(_ context.Context, epoch uint64) error {
	m.epoch = max(m.epoch, epoch)
	return nil
}

// Next returns the oldest fact that waits.
func (m *Model) Next(context.Context) (booking.Fact, uint64, bool, error) {
	if len(m.facts) == 0 {
		return booking.Fact{}, 0, false, nil
	}
	return m.facts[0].fact, m.chain, true, nil
}

// Accepted notes that the scheduler holds all facts up to id.
func (m *Model) Accepted(_ context.Context, id booking.FactID, sequence uint64) error {
	switch {
	case id.Incarnation != m.id || id.N > m.last:
		return ErrFork
	case id.N <= m.told:
		return nil
	}
	for len(m.facts) > 0 && m.facts[0].fact.ID.N <= id.N {
		m.facts = m.facts[1:]
	}
	m.told, m.chain = id.N, sequence
	return nil
}

// Own reports whether a message with the digest may have been sent for a waiting fact.
func (m *Model) Own(_ context.Context, id booking.FactID, d wire.Digest) (bool, error) {
	for _, f := range m.facts {
		if f.fact.ID != id {
			continue
		}
		now, err := wire.FactDigests(f.fact)
		return slices.Contains(now, d) || slices.Contains(f.committed, d), err
	}
	return false, nil
}

// Have returns what to ask the scheduler.
func (m *Model) Have(context.Context) (wire.Pull, error) {
	p := wire.Pull{Incarnation: m.id, Have: []wire.Have{}, Office: m.digest, Closed: m.closed, N: m.last}
	for _, key := range m.order() {
		p.Have = append(p.Have, wire.Have{Queue: key.Queue, Day: key.Day, Revision: m.sheets[key].Revision})
	}
	return p, nil
}

// order returns the cached sheets by day and queue.
func (m *Model) order() []booking.SheetKey {
	return slices.SortedFunc(maps.Keys(m.sheets), func(a, b booking.SheetKey) int {
		return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.Queue, b.Queue))
	})
}

// add commits a fact.
func (m *Model) add(f booking.Fact) error {
	f.ID = booking.FactID{Incarnation: m.id, N: m.last + 1}
	f.At = m.now().UTC().Truncate(time.Minute)
	message, err := wire.EncodeFact(f)
	if err != nil {
		return err
	}
	m.last++
	m.facts = append(m.facts, modelFact{f, []wire.Digest{wire.DigestOf(message)}})
	return nil
}

// Mine returns what this store holds, for a ledger that began anew.
func (m *Model) Mine(context.Context) ([]booking.Sheet, map[booking.Day]booking.DayKey, error) {
	m.mine++
	var sheets []booking.Sheet
	keys := make(map[booking.Day]booking.DayKey)
	for _, key := range m.order() {
		sheets = append(sheets, m.sheets[key].told(m.me()))
		if k, ok := m.keys[key.Day]; ok {
			keys[key.Day] = k
		}
	}
	return sheets, keys, nil
}

// told is the cached sheet with what was done here on it.
func (s *modelSheet) told(me booking.Holder) booking.Sheet {
	sheet := s.Clone()
	for i, slot := range sheet.Slots {
		slot = s.hands[slot.Number].on(slot, me)
		if t, ok := s.tickets[slot.Number]; ok && !(slot.State.HasTicket() && slot.Ticket.Code == t.code && slot.Holder == me) {
			slot = booking.Slot{Number: slot.Number, Start: t.start, Holder: me, State: booking.Issued, Hands: slot.Hands,
				Ticket: booking.Ticket{Code: t.code, Moved: slot.Ask == booking.AskVoid}}
		}
		sheet.Slots[i] = slot
	}
	return sheet
}

// on returns the ledger's slot as it is by what was done here.
func (h modelHand) on(slot booking.Slot, me booking.Holder) booking.Slot {
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

func (h modelHand) overrides(slot booking.Slot) bool { return h.hands > 0 && h.hands >= slot.Hands }

// CloseDays closes every day before the given one for ever.
func (m *Model) CloseDays(_ context.Context, before booking.Day) error {
	over := make(map[booking.Day]bool)
	for key := range m.sheets {
		over[key.Day] = key.Day.Compare(before) < 0
	}
	for day := range m.keys {
		over[day] = day.Compare(before) < 0
	}
	for _, f := range m.facts {
		if f.fact.Kind != booking.FactCounted && f.fact.Kind != booking.FactClosed {
			over[f.fact.Day] = f.fact.Day.Compare(before) < 0
		}
	}
	maps.DeleteFunc(over, func(_ booking.Day, is bool) bool { return !is })
	for _, day := range slices.SortedFunc(maps.Keys(over), booking.Day.Compare) {
		m.closeDay(day)
		if err := m.add(booking.Fact{Kind: booking.FactClosed, Day: day}); err != nil {
			return fmt.Errorf("close %s: %w", day, err)
		}
		if m.closed.Compare(before) < 0 {
			m.closed = before
		}
	}
	return nil
}

func (m *Model) closeDay(day booking.Day) {
	for i, f := range m.facts {
		if f.fact.Day != day {
			continue
		}
		m.facts[i].fact = f.fact.Counted()
		if f.fact.ID.N != m.told+1 { // only the oldest may have been sent
			m.facts[i].committed = nil
		}
	}
	for key := range m.sheets {
		if key.Day == day {
			delete(m.sheets, key)
			m.changed(key)
		}
	}
	delete(m.keys, day)
}

func (m *Model) changed(key booking.SheetKey) {
	if m.Changed != nil {
		m.Changed(key)
	}
}

// Peers returns the other totems of the office.
func (m *Model) Peers(context.Context) ([]wire.Peer, error) { return slices.Clone(m.peers), nil }

// cut sets aside what a machine sets aside whose power was cut.
func (m *Model) cut() {
	const most = 2
	seen := make(map[booking.QueueID]bool)
	from := m.now()
	for _, key := range m.order() {
		s := m.sheets[key]
		if seen[key.Queue] || !slices.ContainsFunc(s.Slots, func(slot booking.Slot) bool { return !slot.Start.Before(from) }) {
			continue
		}
		seen[key.Queue] = true
		n := 0
		for _, slot := range s.Slots {
			if n < most && !slot.Start.Before(from) && m.spare(s, slot) {
				s.aside[slot.Number] = true
				n++
			}
		}
		m.changed(key)
	}
}

// CaughtUp puts back what was set aside.
func (m *Model) CaughtUp(context.Context) error {
	for _, key := range m.order() {
		s := m.sheets[key]
		if len(s.aside) == 0 {
			continue
		}
		clear(s.aside)
		if err := m.releaseAsked(s); err != nil {
			return err
		}
		m.changed(key)
	}
	return nil
}

// ErrGone is the real store's word for a slot that cannot be issued.
var ErrGone = store.ErrGone
