package booking

import (
	"errors"
	"fmt"
	"time"
)

// Errors that a grant of a pool slot ends in. None of them changes anything.
var (
	ErrNoneFree = errors.New("the pool has no free slot at that time")
	ErrEnough   = errors.New("the totem holds slots enough that it gave no tickets for")
)

// PoolGrant asks for one slot of the pool, so that a totem can give a ticket for a day to come.
type PoolGrant struct {
	Start time.Time
	Totem TotemID
	// WalkIn reports whether a slot is kept for who comes in person on its day; nil: none is. None of these is granted, and
	// they are not used up by the tickets that the totem gives before that day: it may give one for such a slot, but only
	// where it holds another one instead.
	WalkIn func(Slot) bool
	// Reserve says that slots of the reserve may be granted too, after those of the pool: the slot is for who stands there.
	Reserve bool
	// Most bounds how many slots of the sheet the totem may hold beside those without having given tickets for them; 0: no bound.
	Most int
}

// GrantPool returns s with the first free slot of the pool at g.Start held by g.Totem; if the totem holds one there that it
// gave no ticket for, s with that one not asked back any more, s itself if it is not. Told again, it therefore changes
// nothing until a ticket was given.
func (s Sheet) GrantPool(g PoolGrant) (Sheet, error) {
	failed := func(err error) (Sheet, error) {
		return s, fmt.Errorf("grant a slot of the pool on %s: %w", s.SheetKey, err)
	}
	if _, ok := HeldBy(g.Totem).Totem(); !ok {
		return failed(ErrNotHeld)
	}
	next, here, all := -1, 0, 0
	for i, slot := range s.Slots {
		n := g.unsold(slot)
		all += n
		if !slot.Start.Equal(g.Start) {
			continue
		}
		here += n
		if g.grantable(slot) && (next < 0 || slot.Holder == Pool && s.Slots[next].Holder == Reserve) {
			next = i
		}
	}
	switch {
	case here > 0:
		return s.keep(g), nil
	case next < 0:
		return failed(ErrNoneFree)
	case g.Most > 0 && all >= g.Most:
		return failed(ErrEnough)
	}
	return s.Grant(s.Slots[next].Number, g.Totem)
}

// grantable reports whether g may have the slot.
func (g PoolGrant) grantable(slot Slot) bool {
	return slot.State == Free && slot.Hands < mostGranted && !g.isWalkIn(slot) &&
		(slot.Holder == Pool || g.Reserve && slot.Holder == Reserve)
}

// PoolStarts returns the starts at which [Sheet.GrantPool] has a slot for g.Totem, in order, each once. It looks neither at
// g.Start nor at g.Most.
func (s Sheet) PoolStarts(g PoolGrant) []time.Time {
	var starts []time.Time
	for i := 0; i < len(s.Slots); {
		start, free, held := s.Slots[i].Start, false, 0
		for ; i < len(s.Slots) && s.Slots[i].Start.Equal(start); i++ {
			slot := s.Slots[i]
			held += g.unsold(slot)
			free = free || g.grantable(slot)
		}
		if free || held > 0 {
			starts = append(starts, start)
		}
	}
	return starts
}

// keep returns s with a free slot at g.Start left to g.Totem, if all that it holds there are asked back.
func (s Sheet) keep(g PoolGrant) Sheet {
	asked := -1
	for i, slot := range s.Slots {
		switch {
		case slot.Holder != HeldBy(g.Totem) || slot.State != Free || !slot.Start.Equal(g.Start):
		case slot.Ask == AskNothing:
			return s
		case slot.Ask == AskBack && asked < 0:
			asked = i
		}
	}
	if asked < 0 {
		return s
	}
	return s.Ask(s.Slots[asked].Number, AskNothing)
}

// unsold counts a slot among those that the totem may still give tickets for: one that it holds beside the walk-ins' adds
// one, and every ticket that it gave takes one away. One that is to be void is none.
func (g PoolGrant) unsold(slot Slot) (n int) {
	if slot.Holder != HeldBy(g.Totem) || slot.State == Void || slot.Ask == AskVoid {
		return 0
	}
	if !g.isWalkIn(slot) {
		n++
	}
	if slot.State.HasTicket() {
		n--
	}
	return n
}

func (g PoolGrant) isWalkIn(slot Slot) bool { return g.WalkIn != nil && g.WalkIn(slot) }
