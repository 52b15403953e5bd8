package storetest

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"example.org/totem/booking"
	"example.org/totem/store"
)

// release gives slots back.
func (m *Model) release(s *modelSheet, slots []booking.Slot) (released int, err error) {
	for _, slot := range slots {
		_, hands := m.held(s, slot)
		if hands >= booking.MostHands {
			continue
		}
		err := m.add(booking.Fact{Kind: booking.FactReleased, Day: s.Day, Queue: s.Queue, Slot: slot.Number, Hands: hands + 1})
		if err != nil {
			return released, err
		}
		s.hands[slot.Number] = modelHand{kind: booking.FactReleased, hands: hands + 1, epoch: s.Revision.Epoch, giver: s.hands[slot.Number].giver}
		released++
	}
	return released, nil
}

// releaseAsked gives back what the cached sheet asks back.
func (m *Model) releaseAsked(s *modelSheet) error {
	var asked []booking.Slot
	for _, slot := range s.Slots {
		if slot.Ask != booking.AskNothing && m.spare(s, slot) {
			asked = append(asked, slot)
		}
	}
	_, err := m.release(s, asked)
	return err
}

// ReleaseDue gives back what starts between now and before.
func (m *Model) ReleaseDue(_ context.Context, now, before time.Time) (released int, err error) {
	keys := m.order() // the real store goes by day, then queue
	for _, key := range keys {
		s := m.sheets[key]
		var due []booking.Slot
		for _, slot := range s.Slots {
			if slot.Start.After(now) && slot.Start.Before(before) && m.spare(s, slot) {
				due = append(due, slot)
			}
		}
		n, err := m.release(s, due)
		if released += n; err != nil {
			return released, err
		}
		if n > 0 {
			m.changed(key)
		}
	}
	return released, nil
}

// Give passes slots on.
func (m *Model) Give(_ context.Context, g store.Giving) ([]booking.Transfer, error) {
	if g.To == m.totem || g.Store.IsZero() || g.Store == m.id || g.Sign == nil {
		return nil, errors.New("pass slots on: to no other totem's store, or without a signature")
	}
	s := m.sheets[booking.SheetKey{Office: m.office, Queue: g.Queue, Day: g.Day}]
	given, err := m.chosen(g, s)
	if err != nil || len(given) == 0 {
		return nil, err
	}
	for _, t := range given {
		if err := m.transfer(s, t); err != nil {
			return nil, err
		}
	}
	m.changed(s.SheetKey)
	return given, nil
}

// chosen returns what is passed on of a sheet, nil for none.
func (m *Model) chosen(g store.Giving, s *modelSheet) (given []booking.Transfer, err error) {
	if s == nil {
		return nil, nil
	}
	spares := m.sparesFrom(s, g.NotBefore)
	for i := 1; i < len(spares) && len(given) < g.Most; i += 2 {
		_, hands := m.held(s, spares[i])
		t := booking.Transfer{Key: s.SheetKey, Slot: spares[i].Number, Start: spares[i].Start, Hands: hands + 1, From: m.totem, To: g.To, Store: g.Store}
		if t.Hands > booking.MostHands {
			continue
		}
		if t.Proof, err = g.Sign(t.Signed()); err != nil {
			return nil, err
		}
		given = append(given, t)
	}
	return given, nil
}

// transfer commits that a slot is passed on.
func (m *Model) transfer(s *modelSheet, t booking.Transfer) error {
	err := m.add(booking.Fact{Kind: booking.FactTransferred, Day: s.Day, Queue: s.Queue, Slot: t.Slot, Hands: t.Hands, Peer: t.To, Store: t.Store})
	if err != nil {
		return err
	}
	s.hands[t.Slot] = modelHand{kind: booking.FactTransferred, hands: t.Hands, epoch: s.Revision.Epoch, giver: s.hands[t.Slot].giver,
		taker: t.To, store: t.Store, start: t.Start, proof: t.Proof}
	return nil
}

func (m *Model) sparesFrom(s *modelSheet, from time.Time) (spares []booking.Slot) {
	for _, slot := range s.Slots {
		if !slot.Start.Before(from) && m.spare(s, slot) {
			spares = append(spares, slot)
		}
	}
	return spares
}

// Given returns what was passed on and is not known to have got there.
func (m *Model) Given(_ context.Context, to booking.TotemID, life booking.Incarnation, queue booking.QueueID, day booking.Day) ([]booking.Transfer, error) {
	key := booking.SheetKey{Office: m.office, Queue: queue, Day: day}
	s := m.sheets[key]
	if s == nil {
		return nil, nil
	}
	var given []booking.Transfer
	for _, slot := range s.Slots {
		h := s.hands[slot.Number]
		if h.kind != booking.FactTransferred || h.taker != to || h.store != life || h.known || !h.overrides(slot) {
			continue
		}
		given = append(given, booking.Transfer{Key: key, Slot: slot.Number, Start: h.start, Hands: h.hands, From: m.totem, To: to, Store: life, Proof: h.proof})
	}
	return given, nil
}

// GotThrough notes which slots have got there.
func (m *Model) GotThrough(_ context.Context, to booking.TotemID, queue booking.QueueID, day booking.Day, numbers []booking.Number) error {
	s := m.sheets[booking.SheetKey{Office: m.office, Queue: queue, Day: day}]
	for _, n := range numbers {
		if s == nil {
			return nil
		}
		if h, ok := s.hands[n]; ok && h.kind == booking.FactTransferred && h.taker == to {
			h.known = true
			s.hands[n] = h
		}
	}
	return nil
}

// Receive takes slots that others have passed on.
func (m *Model) Receive(_ context.Context, all []booking.Transfer) (taken int, err error) {
	for _, t := range all {
		s := m.sheets[t.Key]
		if s == nil || t.Key.Office != m.office || t.To != m.totem || t.Store != m.id || t.Key.Day.Compare(m.closed) < 0 {
			continue
		}
		held, err := m.receive(s, t)
		if err != nil {
			return taken, err
		}
		if held {
			taken++
		}
	}
	return taken, nil
}

func (m *Model) receive(s *modelSheet, t booking.Transfer) (held bool, err error) {
	i, ok := s.at[t.Slot]
	if !ok || !s.Slots[i].Start.Equal(t.Start) {
		return false, nil
	}
	slot, own := s.Slots[i], s.hands[t.Slot]
	if holder, _ := m.held(s, slot); holder == m.me() {
		return true, nil
	}
	_, given := s.tickets[t.Slot]
	_, keyed := m.keys[t.Key.Day]
	_, byTotem := booking.HeldBy(t.From).Totem()
	if !byTotem || t.From == m.totem || t.Proof.IsZero() || t.Hands <= slot.Hands || t.Hands <= own.hands || t.Hands > booking.MostHands ||
		slot.State != booking.Free || slot.Holder == booking.Limbo || given || !keyed {
		return false, nil
	}
	err = m.add(booking.Fact{Kind: booking.FactReceived, Day: t.Key.Day, Queue: t.Key.Queue, Slot: t.Slot, Hands: t.Hands, Peer: t.From, Proof: t.Proof})
	if err != nil {
		return false, err
	}
	s.hands[t.Slot] = modelHand{kind: booking.FactReceived, hands: t.Hands, epoch: s.Revision.Epoch, giver: t.From, proof: t.Proof}
	m.changed(t.Key)
	if slot.Ask == booking.AskNothing {
		return true, nil
	}
	released, err := m.release(s, []booking.Slot{slot})
	m.changed(t.Key)
	return released == 0, err
}

// Got returns what this store was passed by a totem and has not given away since.
func (m *Model) Got(_ context.Context, from booking.TotemID, queue booking.QueueID, day booking.Day) ([]booking.Number, error) {
	s := m.sheets[booking.SheetKey{Office: m.office, Queue: queue, Day: day}]
	if s == nil {
		return nil, nil
	}
	var got []booking.Number
	for n, h := range s.hands {
		if h.giver == from && from != "" && h.kind == booking.FactReceived {
			got = append(got, n)
		}
	}
	slices.SortFunc(got, func(a, b booking.Number) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	return got, nil
}

// Free returns how many slots of a day this store can issue.
func (m *Model) Free(_ context.Context, day booking.Day, notBefore time.Time) (map[booking.QueueID]int, error) {
	free := make(map[booking.QueueID]int)
	for key, s := range m.sheets {
		if _, keyed := m.keys[day]; key.Day != day || !keyed {
			continue
		}
		if n := len(m.sparesFrom(s, notBefore)); n > 0 {
			free[key.Queue] = n
		}
	}
	return free, nil
}

// FactsAfter returns the facts that were committed after the n-th and still wait.
func (m *Model) FactsAfter(n uint64) (facts []booking.Fact) {
	for _, f := range m.facts {
		if f.fact.ID.N > n {
			facts = append(facts, f.fact)
		}
	}
	return facts
}

// WouldGive returns what Give would, and commits nothing: what a totem must not send.
func (m *Model) WouldGive(_ context.Context, g store.Giving) ([]booking.Transfer, error) {
	return m.chosen(g, m.sheets[booking.SheetKey{Office: m.office, Queue: g.Queue, Day: g.Day}])
}

// GiveNow commits what WouldGive returned, as far as it is still there.
func (m *Model) GiveNow(all []booking.Transfer) error {
	for _, t := range all {
		s := m.sheets[t.Key]
		if s == nil {
			continue
		}
		if i, ok := s.at[t.Slot]; !ok || !m.spare(s, s.Slots[i]) {
			continue
		}
		if err := m.transfer(s, t); err != nil {
			return err
		}
		m.changed(t.Key)
	}
	return nil
}

// GivenToAnybody is Given by a totem that forgets to whom it has passed slots on.
func (m *Model) GivenToAnybody(g store.Giving) (given []booking.Transfer, err error) {
	s := m.sheets[booking.SheetKey{Office: m.office, Queue: g.Queue, Day: g.Day}]
	if s == nil {
		return nil, nil
	}
	for _, slot := range s.Slots {
		h := s.hands[slot.Number]
		if h.kind != booking.FactTransferred || h.start.Before(g.NotBefore) || !h.overrides(slot) {
			continue
		}
		t := booking.Transfer{Key: s.SheetKey, Slot: slot.Number, Start: h.start, Hands: h.hands, From: m.totem, To: g.To, Store: g.Store}
		if t.Proof, err = g.Sign(t.Signed()); err != nil {
			return nil, err
		}
		given = append(given, t)
	}
	return given, nil
}
