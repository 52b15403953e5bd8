package store

import (
	"context"

	"example.org/totem/booking"
)

// Receive takes slots that other totems have passed on to this store, and commits the facts that tell it, in one durable
// transaction. The caller has checked the proofs. It returns how many of them this totem holds then, sold or not: told twice, a
// slot is taken once, and counts both times.
//
// Left out, without an error, is what another office's, totem's or store's is, what no cached sheet has at that start, what was
// sold or shown here by a ticket, what is of a closed day or one without a key, what this store or the ledger knows a later
// hand-over of, and what the ledger has in limbo. By that last rule whoever has a sheet with a slot in limbo takes it from nobody
// any more: of its next pull the ledger knows that every such slot it holds is told by a fact up to wire.Pull.N. What the office
// asks of the giver it asks of the taker, so a slot that is asked back goes back at once.
func (s *Store) Receive(ctx context.Context, all []booking.Transfer) (taken int, err error) {
	err = s.change(ctx, "take slots from another totem", func(t tx) error {
		closed, err := t.closedBefore()
		if err != nil {
			return err
		}
		for _, slot := range all {
			if slot.Key.Office != s.office || slot.To != s.totem || slot.Store != s.incarnation || slot.Key.Day.String() < closed {
				continue
			}
			held, err := t.receive(s.me(), slot)
			if err != nil {
				return err
			}
			if held {
				taken++
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return taken, nil
}

// receive takes one slot, if it can; held tells whether this totem holds it then.
func (t tx) receive(me booking.Holder, slot booking.Transfer) (held bool, err error) {
	r, ok, err := t.receivable(slot)
	switch {
	case err != nil || !ok:
		return false, err
	case r.held(me):
		return true, nil
	case !r.takes(me, slot):
		return false, nil
	}
	fact := booking.Fact{Kind: booking.FactReceived, Day: slot.Key.Day, Queue: slot.Key.Queue, Slot: slot.Slot, Hands: slot.Hands,
		Peer: slot.From, Proof: slot.Proof}
	if err := t.addNext(fact); err != nil {
		return false, err
	}
	if err := t.putHand(fact, slot); err != nil {
		return false, err
	}
	if r.ask == booking.AskNothing {
		return true, nil
	}
	released, err := t.release([]counted{{slot.Key, slot.Slot, slot.Hands}})
	return released == 0, err
}

// receivable is what Receive looks at of a cached slot.
type receivable struct {
	holder   booking.Holder
	state    booking.State
	ask      booking.Ask
	hands    int // as the ledger has told
	own      hand
	ticketed bool // a ticket of it was given, or shown, here
	keyed    bool
}

func (t tx) receivable(slot booking.Transfer) (r receivable, ok bool, err error) {
	start, whole := wholeMinute(slot.Start)
	if !whole {
		return r, false, nil
	}
	err = t.row("receivable", slot.Key.Day.String(), string(slot.Key.Queue), start, string(slot.Slot)).
		Scan(&r.holder, &r.state, &r.hands, &r.ask, &r.own.hands, &r.own.kind, &r.ticketed, &r.keyed)
	if noRow(err) {
		return r, false, nil
	}
	return r, err == nil, err
}

// held reports whether this totem holds the slot already.
func (r receivable) held(me booking.Holder) bool {
	if r.own.overrides(booking.Slot{Hands: r.hands}) {
		return r.own.kind == booking.FactReceived
	}
	return r.holder == me
}

// takes reports whether a slot that this totem does not hold can be taken.
func (r receivable) takes(me booking.Holder, slot booking.Transfer) bool {
	from := booking.HeldBy(slot.From)
	_, byTotem := from.Totem()
	return byTotem && from != me && !slot.Proof.IsZero() && slot.Hands > r.hands && slot.Hands > r.own.hands &&
		slot.Hands <= booking.MostHands && r.state == booking.Free && r.holder != booking.Limbo && !r.ticketed && r.keyed
}

// Got returns the numbers of the slots of a queue and day that this store was passed by a totem, sold since or not: what that one
// need not send again. What this store has given away since is not among them: a number does not tell whether it was passed again.
func (s *Store) Got(ctx context.Context, from booking.TotemID, queue booking.QueueID, day booking.Day) ([]booking.Number, error) {
	got, err := s.got(ctx, from, queue, day)
	return got, faultOf("read what was taken from another totem", err)
}

func (s *Store) got(ctx context.Context, from booking.TotemID, queue booking.QueueID, day booking.Day) ([]booking.Number, error) {
	rows, err := s.read.rows(ctx, "got", day.String(), string(queue), string(from))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var got []booking.Number
	for rows.Next() {
		var n booking.Number
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		got = append(got, n)
	}
	return got, rows.Err()
}
