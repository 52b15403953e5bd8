package store

import (
	"context"
	"fmt"
	"time"

	"example.org/totem/booking"
)

// Giving asks for slots that another totem of the office is to be passed.
type Giving struct {
	To        booking.TotemID
	Store     booking.Incarnation // of To: no other store of that name can take them
	Queue     booking.QueueID
	Day       booking.Day
	NotBefore time.Time // of the slots' starts
	Most      int       // how many, at most
	// Sign returns this totem's proof of what it is given, booking.Transfer.Signed. It is called in the middle of the writing: it
	// must be quick, and must not call the store.
	Sign func([]byte) (booking.Proof, error)
}

// Give passes slots on that this totem could issue, and returns them once that is durable: from then on this store never issues
// them, gives them back or passes them on again, whether the other one gets them or not. It takes every second one in calling
// order, so that both totems have early ones, and so at most half of them. The facts that tell it are committed with it.
func (s *Store) Give(ctx context.Context, g Giving) ([]booking.Transfer, error) {
	const doing = "pass slots on"
	if err := booking.CheckTotemID(string(g.To)); err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	if g.To == s.totem || g.Store.IsZero() || g.Store == s.incarnation || g.Sign == nil {
		return nil, fmt.Errorf("%s: to no other totem's store, or without a signature", doing)
	}
	var given []booking.Transfer
	err := s.change(ctx, doing, func(t tx) error {
		slots, err := t.spareSlots(booking.SheetKey{Office: s.office, Queue: g.Queue, Day: g.Day}, minuteFrom(g.NotBefore))
		if err != nil {
			return err
		}
		for i := 1; i < len(slots) && len(given) < g.Most; i += 2 {
			slot := slots[i]
			slot.From, slot.To, slot.Store = s.totem, g.To, g.Store
			if slot.Hands++; slot.Hands > booking.MostHands {
				continue
			}
			if slot.Proof, err = g.Sign(slot.Signed()); err != nil {
				return err
			}
			if err := t.transfer(slot); err != nil {
				return err
			}
			given = append(given, slot)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return given, nil
}

func (t tx) transfer(slot booking.Transfer) error {
	fact := booking.Fact{Kind: booking.FactTransferred, Day: slot.Key.Day, Queue: slot.Key.Queue, Slot: slot.Slot, Hands: slot.Hands,
		Peer: slot.To, Store: slot.Store}
	if err := t.addNext(fact); err != nil {
		return err
	}
	return t.putHand(fact, slot)
}

// spareSlots returns what this totem could issue of a sheet from a start on, in calling order, with the hands it has now.
func (t tx) spareSlots(key booking.SheetKey, from int64) ([]booking.Transfer, error) {
	rows, err := t.rows("spare_slots", key.Day.String(), string(key.Queue), from)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var slots []booking.Transfer
	for rows.Next() {
		slot := booking.Transfer{Key: key}
		var start int64
		if err := rows.Scan(&slot.Slot, &start, &slot.Hands); err != nil {
			return nil, err
		}
		slot.Start = minuteTime(start)
		slots = append(slots, slot)
	}
	return slots, rows.Err()
}

// Given returns, in calling order, what was passed on to that store and is not known to have got there: to be sent again, as
// often as it takes. What the ledger has told a later hand-over of is not among it, nor is anything of a closed day.
func (s *Store) Given(ctx context.Context, to booking.TotemID, store booking.Incarnation, queue booking.QueueID, day booking.Day) ([]booking.Transfer, error) {
	given, err := s.given(ctx, to, store, booking.SheetKey{Office: s.office, Queue: queue, Day: day})
	return given, faultOf("read what was passed on", err)
}

func (s *Store) given(ctx context.Context, to booking.TotemID, store booking.Incarnation, key booking.SheetKey) ([]booking.Transfer, error) {
	rows, err := s.read.rows(ctx, "given", key.Day.String(), string(key.Queue), string(to), store[:])
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var given []booking.Transfer
	for rows.Next() {
		slot := booking.Transfer{Key: key, From: s.totem, To: to, Store: store}
		var start int64
		var proof []byte
		if err := rows.Scan(&slot.Slot, &start, &slot.Hands, &proof); err != nil {
			return nil, err
		}
		slot.Start = minuteTime(start)
		copy(slot.Proof[:], proof)
		given = append(given, slot)
	}
	return given, rows.Err()
}

// GotThrough notes that slots which were passed on to a totem have got there: [Store.Given] returns them no more. Others it
// leaves alone.
func (s *Store) GotThrough(ctx context.Context, to booking.TotemID, queue booking.QueueID, day booking.Day, numbers []booking.Number) error {
	return s.change(ctx, "note what has got through", func(t tx) error {
		for _, n := range numbers {
			if err := t.exec("got_through", day.String(), string(queue), string(n), string(to)); err != nil {
				return err
			}
		}
		return nil
	})
}
