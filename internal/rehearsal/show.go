package rehearsal

import (
	"context"
	"errors"
	mathrand "math/rand/v2"
	"time"

	"example.org/totem/booking"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
)

// show has bearers come back to a totem with what they hold, to check in or to give it back. It draws from a source of its
// own, so that what else a seed plays stays as it is.
func (s *script) show(ctx context.Context) error {
	if s.shows == nil {
		s.shows = mathrand.New(mathrand.NewPCG(s.world.cfg.Seed, 13))
	}
	w := s.world
	hour := time.Now().In(w.cfg.Zone).Hour()
	if hour < 8 || hour >= 18 || s.shows.IntN(3) == 0 {
		return nil
	}
	t := w.totems[s.shows.IntN(len(w.totems))]
	p := w.judge.bearer(s.shows)
	if p == nil || t.version < wire.Newest { // that release knows nothing of it
		return nil
	}
	return t.shown(ctx, p, s.shows.IntN(3) == 0)
}

// shown is a bearer at a totem, which may not know the ticket yet.
func (t *totem) shown(ctx context.Context, p *promise, givesBack bool) error {
	judge := t.world.judge
	r, ok, err := t.store.Find(ctx, p.code)
	if err != nil {
		return err
	}
	switch {
	case !ok && p.by == t.store.Incarnation() && p.key.Day == booking.DayOf(time.Now(), t.world.cfg.Zone):
		judge.wrong("%s does not know %s of %s, which it gave", t.name.totem, p.number, p.key)
		return nil
	case !ok:
		return nil
	case r.Key != p.key || r.Slot.Number != p.number:
		judge.wrong("%s of %s is found as %s of %s", p.number, p.key, r.Slot.Number, r.Key)
		return nil
	}
	tell := t.store.Arrive
	if givesBack {
		tell = t.store.Cancel
	}
	state, err := tell(ctx, r.Key, r.Slot.Number, r.Slot.Ticket.Code)
	switch {
	case errors.Is(err, store.ErrGone) && state != booking.Cancelled:
		judge.wrong("%s of %s is %s, and its bearer is sent away", p.number, p.key, state)
		return nil
	case err != nil && !errors.Is(err, store.ErrGone):
		return err
	}
	judge.shown(p, state, t.store.Incarnation())
	t.tell()
	return nil
}

// bearer returns somebody who holds a ticket, nil if nobody does.
func (j *judge) bearer(r *mathrand.Rand) *promise {
	const recent = 40
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.promises) == 0 {
		return nil
	}
	last := j.promises[max(0, len(j.promises)-recent):]
	return last[r.IntN(len(last))]
}

// shown notes how far a ticket is, as a store has said.
func (j *judge) shown(p *promise, state booking.State, by booking.Incarnation) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if state > p.state {
		p.state, p.told = state, nil
	}
	if state == p.state {
		p.told = append(p.told, by)
		p.vague = p.vague || j.strange[by]
	}
}

// watch looks at a sheet that is being written: no ticket may go backwards, or be another's.
func (j *judge) watch(before, after booking.Sheet) {
	for _, slot := range before.Slots {
		i, ok := after.Find(slot.Number)
		if ok {
			j.watchHands(before.SheetKey, slot, after.Slots[i])
		}
		switch {
		case !slot.State.HasTicket():
		case !ok || after.Slots[i].State < slot.State || !after.Slots[i].State.HasTicket():
			j.wrong("%s of %s was %s, and the ledger takes that back", slot.Number, before.SheetKey, slot.State)
		case after.Slots[i].Ticket.Code != slot.Ticket.Code:
			j.wrong("%s of %s has another's ticket", slot.Number, before.SheetKey)
		}
	}
}
