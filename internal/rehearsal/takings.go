package rehearsal

import (
	"context"
	"errors"

	"example.org/totem/booking"
	"example.org/totem/ledger"
)

// takings is what the judge knows of slots that change hands. It is guarded by the judge's mutex.
type takings struct {
	told   map[slotKey][]int        // hands that totems have told of: by facts, or by what they hold when a ledger begins anew
	fenced map[booking.TotemID]bool // a person has said so
	// strange are stores that took a lost one's place and that a ledger was set back behind. It knows the lost one again, and to fence
	// that is to fence the name under which another store works: the one act by which a slot can be sold twice.
	strange map[booking.Incarnation]bool
	got     int // slots that came from one totem to another
	back    int // slots that were given back before their start
	wanted  int // tickets for slots that were asked for
	edits   int
}

func newTakings() takings {
	return takings{told: make(map[slotKey][]int), fenced: make(map[booking.TotemID]bool), strange: make(map[booking.Incarnation]bool)}
}

func (j *judge) passed(n int) { j.tally(&j.got, n) }

func (j *judge) tally(what *int, n int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	*what += n
}

// hearFact notes a fact by which a slot changed hands.
func (j *judge) hearFact(office booking.OfficeID, f booking.Fact) {
	switch f.Kind {
	case booking.FactReleased, booking.FactTransferred, booking.FactReceived:
		j.hearHands(slotKey{booking.SheetKey{Office: office, Queue: f.Queue, Day: f.Day}, f.Slot}, f.Hands)
	}
}

// hearSheet notes what a totem tells to a ledger that began anew.
func (j *judge) hearSheet(s booking.Sheet) {
	for _, slot := range s.Slots {
		j.hearHands(slotKey{s.SheetKey, slot.Number}, slot.Hands)
	}
}

func (j *judge) hearHands(at slotKey, hands int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.told[at] = append(j.told[at], hands)
}

func (j *judge) hearFence(t booking.TotemID) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.fenced[t] = true
}

// watchHands looks at a slot of a sheet that is being written: what a totem holds is taken from it by a hand-over that a totem has
// told, or by a fence, and by nothing else.
func (j *judge) watchHands(key booking.SheetKey, before, after booking.Slot) {
	totem, held := before.Holder.Totem()
	if before.State != booking.Free || !held || after.Holder == before.Holder && after.State != booking.Void {
		return
	}
	j.mu.Lock()
	fair := j.fenced[totem] || len(j.strange) > 0
	for _, hands := range j.told[slotKey{key, before.Number}] {
		fair = fair || hands > before.Hands && hands <= after.Hands || hands == before.Hands && hands == after.Hands
	}
	j.mu.Unlock()
	if !fair {
		j.wrong("the ledger takes %s of %s from %s, which has not passed it on: %s holds it as %s", before.Number, key, totem, after.Holder, after.State)
	}
}

// estrange notes a store that a ledger was set back behind: what it promises is at risk.
func (j *judge) estrange(store booking.Incarnation) {
	j.mu.Lock()
	j.strange[store] = true
	j.mu.Unlock()
	j.lose(store)
}

// claim is a slot that a store can sell.
type claim struct {
	slotKey
	hands int
	by    booking.TotemID
}

// claims returns what the stores can sell.
func (w *world) claims(ctx context.Context) (map[claim]bool, error) {
	all := make(map[claim]bool)
	for _, t := range w.totems {
		sheets, _, err := t.store.Mine(ctx)
		if err != nil {
			return nil, err
		}
		for _, s := range sheets {
			for _, slot := range s.Slots {
				if slot.State == booking.Free && slot.Holder == booking.HeldBy(t.name.totem) {
					all[claim{slotKey{s.SheetKey, slot.Number}, slot.Hands, t.name.totem}] = true
				}
			}
		}
	}
	return all, nil
}

// compare finds slots that a store can sell and the ledger has given to somebody else. The stores are asked before and after, so
// that what changes hands just now is left out.
func (w *world) compare(ctx context.Context) error {
	if known, err := w.isInStep(ctx); err != nil || !known {
		return err
	}
	before, err := w.claims(ctx)
	if err != nil {
		return err
	}
	sheets := make(map[booking.SheetKey]booking.Sheet)
	for c := range before {
		if _, known := sheets[c.SheetKey]; known {
			continue
		}
		s, err := w.central().memory.Sheet(ctx, c.SheetKey)
		if err != nil && !errors.Is(err, ledger.ErrNoSheet) && !errors.Is(err, ledger.ErrClosed) {
			return err
		}
		sheets[c.SheetKey] = s
	}
	after, err := w.claims(ctx)
	if err != nil {
		return err
	}
	for c := range before {
		s := sheets[c.SheetKey]
		i, ok := s.Find(c.number)
		if !ok || !after[c] || s.Slots[i].Hands < c.hands {
			continue // it has yet to hear of it
		}
		slot := s.Slots[i]
		// An old release is told of no hands.
		known := slot.Holder == booking.HeldBy(c.by) || slot.Hands == c.hands && slot.Holder == booking.Limbo
		if !known || slot.State != booking.Free {
			w.judge.wrong("%s of %s can be sold by %s with hands %d, and the ledger has it as %s's, %s, with %d", c.number, c.SheetKey, c.by, c.hands,
				slot.Holder, slot.State, slot.Hands)
		}
	}
	return nil
}

// isInStep reports whether the ledger can know what the stores hold: one that was set back cannot before all of them have told.
func (w *world) isInStep(ctx context.Context) (bool, error) {
	if w.cfg.SetBacks == 0 {
		return true, nil
	}
	c := w.central()
	epoch, err := c.memory.Epoch(ctx)
	for _, t := range w.totems {
		m, missing := c.memory.Member(ctx, t.name.office, t.name.totem)
		err = errors.Join(err, missing)
		if m.Merged != epoch || m.Incarnation != t.store.Incarnation() || !t.plug.isCaughtUp() {
			return false, err
		}
	}
	return err == nil, err
}

// inLimbo returns how many slots wait in limbo.
func (c *central) inLimbo(ctx context.Context, office booking.OfficeID) (n int, err error) {
	days, err := c.memory.Days(ctx)
	if err != nil {
		return 0, err
	}
	for _, day := range days {
		sheets, err := c.memory.Sheets(ctx, office, day)
		if err != nil {
			return 0, err
		}
		for _, s := range sheets {
			for _, slot := range s.Slots {
				if slot.State == booking.Free && slot.Holder == booking.Limbo {
					n++
				}
			}
		}
	}
	return n, nil
}
