package booking

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// A slot's grant is a token that one holder has at a time. The ledger passes on what the pool, the reserve or limbo
// holds; a totem passes on what it holds itself, by a release to the ledger or a transfer to another totem. Each of them
// commits that before it tells anybody, and counts the slot's Hands one further. So for each number of Hands there is one
// holder, whoever knows more Hands knows better, and what is lost on the way leaves a slot unused, never sold twice.

// MostHands bounds how often a slot changes hands. The ledger grants none beyond mostGranted, so that what it grants can
// still be passed on and given back.
const (
	MostHands   = 63
	mostGranted = 50
)

// ErrWorn says that a slot has changed hands too often to be passed on.
var ErrWorn = errors.New("the slot has changed hands too often")

// Hand is one change of hands of a free slot, told by the totem that gave it away or was given it.
type Hand struct {
	Number Number
	To     Holder
	Hands  int // of the slot from then on
}

// PassOn returns s with a hand-over that a totem has told, s itself if the slot [Slot.Knows] it already. A slot that was asked back to be void
// is void once a totem has given it back. A slot with a ticket that s knows less Hands of ends in ErrTaken: both cannot be.
func (s Sheet) PassOn(h Hand) (Sheet, error) {
	i, ok := s.Find(h.Number)
	switch {
	case !ok:
		return s, fmt.Errorf("pass on %s on %s: %w", h.Number, s.SheetKey, ErrNoSlot)
	case h.Hands > MostHands:
		return s, fmt.Errorf("pass on %s on %s: %w", h.Number, s.SheetKey, ErrWorn)
	case s.Slots[i].Knows(h):
		return s, nil
	case s.Slots[i].State.HasTicket():
		return s, fmt.Errorf("pass on %s on %s: %w", h.Number, s.SheetKey, ErrTaken)
	}
	s = s.Clone()
	s.Slots[i] = s.Slots[i].passed(h.To, h.Hands)
	return s, nil
}

// Knows reports whether a hand-over of the slot changes nothing: the slot has seen it, or what came after. That a totem was
// passed a slot which is in limbo changes something even if the Hands are the same: now it is known where it is.
func (s Slot) Knows(h Hand) bool {
	_, found := h.To.Totem()
	return h.Hands < s.Hands || h.Hands == s.Hands && !(found && s.State == Free && s.Holder == Limbo)
}

// passed returns the slot, which carries no ticket, in other hands. What is asked of one totem is asked of the next, and
// in limbo it waits; what was asked back to be void is void where the pool or the reserve gets it.
func (s Slot) passed(to Holder, hands int) Slot {
	s.Holder, s.Hands = to, hands
	if to != Pool && to != Reserve {
		return s
	}
	if s.Ask == AskVoid {
		s.State = Void
	}
	s.Ask = AskNothing
	return s
}

// Grant returns s with the free slot n, which the pool or the reserve holds, held by the totem t.
func (s Sheet) Grant(n Number, t TotemID) (Sheet, error) {
	i, ok := s.Find(n)
	switch {
	case !ok:
		return s, fmt.Errorf("grant %s on %s: %w", n, s.SheetKey, ErrNoSlot)
	case s.Slots[i].State != Free:
		return s, fmt.Errorf("grant %s on %s: %w", n, s.SheetKey, ErrTaken)
	case s.Slots[i].Holder != Reserve && s.Slots[i].Holder != Pool:
		return s, fmt.Errorf("grant %s on %s: %w", n, s.SheetKey, ErrNotHeld)
	case s.Slots[i].Hands >= mostGranted:
		return s, fmt.Errorf("grant %s on %s: %w", n, s.SheetKey, ErrWorn)
	}
	s = s.Clone()
	s.Slots[i].Holder = HeldBy(t)
	s.Slots[i].Hands++
	return s, nil
}

// Ask returns s with a asked of the totem that holds the free slot n. It changes nothing where no totem holds it, or where
// it is asked to be void already: AskNothing takes back a recall, not that a slot is to be void. A slot in limbo can be
// asked to be void as well, and is that when it comes back.
func (s Sheet) Ask(n Number, a Ask) Sheet {
	i, ok := s.Find(n)
	if !ok || s.Slots[i].State != Free || s.Slots[i].Ask == a || s.Slots[i].Ask == AskVoid {
		return s
	}
	if _, held := s.Slots[i].Holder.Totem(); !held && (s.Slots[i].Holder != Limbo || a != AskVoid) {
		return s
	}
	s = s.Clone()
	s.Slots[i].Ask = a
	return s
}

// Orphan returns s with every free slot of t in limbo. Only a person's fencing of t may lead here: no timer and no lost
// link does. What t has passed on before is told by whoever has it, and wins by its Hands.
func (s Sheet) Orphan(t TotemID) Sheet {
	return s.each(func(slot Slot) Slot {
		if slot.State == Free && slot.Holder == HeldBy(t) {
			slot.Holder = Limbo
		}
		return slot
	})
}

// Settle returns s with every free slot that is in limbo back where it was planned (planned answers Pool or Reserve), or
// void if that was asked. It may be done only when no totem can have been passed one, or still be passed one, without s
// knowing: each has a revision of the sheet on which the slot is in limbo, after which it takes that slot from nobody, and
// what it had committed when it said so is on s.
func (s Sheet) Settle(planned func(Number) Holder) Sheet {
	return s.each(func(slot Slot) Slot {
		if slot.State != Free || slot.Holder != Limbo {
			return slot
		}
		return slot.passed(planned(slot.Number), min(slot.Hands+1, MostHands))
	})
}

// each returns s with change applied to every slot, s itself if that changes nothing.
func (s Sheet) each(change func(Slot) Slot) Sheet {
	after := s
	for i, slot := range s.Slots {
		changed := change(slot)
		if changed == slot {
			continue
		}
		if &after.Slots[0] == &s.Slots[0] {
			after = s.Clone()
		}
		after.Slots[i] = changed
	}
	return after
}

// Transfer is a slot that one totem of an office passes on to another, while the scheduler cannot be asked.
type Transfer struct {
	Key   SheetKey
	Slot  Number
	Start time.Time // UTC, whole minutes
	Hands int       // of the slot from then on
	From  TotemID
	To    TotemID
	Store Incarnation // of To: another store of that name is not meant
	Proof Proof       // by the key of From
}

// Signed returns what the proof of a transfer covers. No identifier holds a line feed.
//
//	"totem.transfer.v1", 10                 18 bytes
//	office, 10, queue, 10, day, 10          identifiers; the day as 2026-11-21
//	number, 10, start, 10, hands, 10        "A042"; minutes since 1970, and hands, in decimal
//	from, 10, to, 10, store, 10             identifiers; 16 hexadecimal digits
func (t Transfer) Signed() []byte {
	lines := []string{"totem.transfer.v1", string(t.Key.Office), string(t.Key.Queue), t.Key.Day.String(), string(t.Slot),
		fmt.Sprint(t.Start.Unix() / 60), fmt.Sprint(t.Hands), string(t.From), string(t.To), t.Store.String()}
	return []byte(strings.Join(lines, "\n") + "\n")
}
