package rehearsal

import (
	"context"
	"crypto/rand"
	"errors"
	mathrand "math/rand/v2"
	"slices"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/ledger"
	"example.org/totem/paper"
	"example.org/totem/scheduler"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
	"example.org/totem/ticket"
)

// handAround is what totems and people do beside the citizens: slots are given back before their start, devices enrolled, counters
// closed and opened again. It draws from a source of its own, so that what else a seed plays stays as it is.
func (s *script) handAround(ctx context.Context) error {
	if s.hands == nil {
		s.hands = mathrand.New(mathrand.NewPCG(s.world.cfg.Seed, 19))
	}
	if err := s.enrol(ctx); err != nil {
		return err
	}
	for _, t := range s.world.totems {
		if err := t.giveBack(ctx); err != nil {
			return err
		}
	}
	if s.hands.IntN(4) == 0 {
		if err := s.world.compare(ctx); err != nil {
			return err
		}
	}
	if s.hands.IntN(40) != 0 {
		return nil
	}
	return s.edit(ctx)
}

// giveBack is the timer of a totem with a link.
func (t *totem) giveBack(ctx context.Context) error {
	if t.version < wire.Newest || !t.plug.isCaughtUp() || !t.radio.isUp() {
		return nil
	}
	now := time.Now()
	n, err := t.store.ReleaseDue(ctx, now, now.Add(t.world.plan.Office.Release))
	if n > 0 {
		t.world.judge.tally(&t.world.judge.back, n)
		t.tell()
	}
	return err
}

// enrol has the roster know the devices by whose keys passed slots are proved.
func (s *script) enrol(ctx context.Context) error {
	c := s.world.central()
	for _, t := range s.world.totems {
		for {
			m, err := c.memory.Member(ctx, t.name.office, t.name.totem)
			if err != nil {
				return err
			}
			if m.Key == t.public() || !m.Incarnation.IsZero() && m.Incarnation != t.store.Incarnation() {
				break // it is known, or a person has yet to fence the store before it
			}
			if m.Key != "" {
				m.Revoked = append(slices.Clone(m.Revoked), m.Key)
			}
			m.Key = t.public()
			if _, err = c.memory.PutMember(ctx, m); !errors.Is(err, ledger.ErrConflict) {
				if err != nil {
					return err
				}
				break
			}
		}
	}
	return nil
}

// edit is a counter that closes for some hours, or opens again.
func (s *script) edit(ctx context.Context) error {
	w := s.world
	edit := agenda.Edit{Kind: agenda.CounterCloses, Queue: w.plan.Queues[s.hands.IntN(len(w.plan.Queues))].ID,
		Day: booking.DayOf(time.Now(), w.cfg.Zone).AddDays(s.hands.IntN(2))}
	from := booking.Clock(8*60 + 15*s.hands.IntN(36))
	edit.Span = booking.Span{From: from, To: from + booking.Clock(15*(1+s.hands.IntN(6)))}
	if len(s.closings) > 0 && s.hands.IntN(2) == 0 {
		edit, s.closings = s.closings[0], s.closings[1:]
		edit.Kind = agenda.QueueResumes
	}
	editing := scheduler.Editing{Book: w.book(), Roster: w.central().memory}
	_, err := editing.Apply(ctx, w.plan, []agenda.Edit{edit})
	var refused *fault.Fault
	if errors.As(err, &refused) && refused.Code == fault.CodeEdit {
		return nil // the day is over, or a totem has yet to be updated or heard
	}
	if err == nil {
		w.judge.tally(&w.judge.edits, 1)
		if edit.Kind == agenda.CounterCloses {
			s.closings = append(s.closings, edit)
		}
	}
	return err
}

// isolate cuts all totems off for a while, and many people come to all but one of them: that one has to help.
func (s *script) isolate(ctx context.Context, donor *totem) error {
	const people = 8
	for _, t := range s.world.totems {
		t.radio.set(false)
		s.sinceHeard[t.name] = time.Now()
	}
	<-time.After(time.Second)
	for _, t := range s.world.totems {
		for range people {
			if t == donor {
				break
			}
			if err := t.visit(ctx); err != nil {
				return err
			}
		}
	}
	<-time.After(10 * time.Minute)
	return nil
}

// visit is a citizen who takes one of the times that are offered, perhaps one that has to be asked for.
func (t *totem) visit(ctx context.Context) error {
	w := t.world
	now := time.Now()
	starts, err := t.store.Offers(ctx, booking.DayOf(now, w.cfg.Zone), now)
	if err != nil {
		return err
	}
	asks := t.version == wire.Newest && t.plug.isCaughtUp() && w.calls(now)
	starts = slices.DeleteFunc(starts, func(s store.Start) bool { return s.Number == "" && !(asks && s.Open > 0) })
	if len(starts) == 0 {
		return nil
	}
	chosen := starts[w.pick(len(starts))]
	if chosen.Number == "" {
		if chosen, err = t.want(ctx, chosen); err != nil || chosen.Number == "" {
			return err
		}
	}
	return t.issue(ctx, chosen)
}

// calls reports whether an office is open, so that somebody can stand at a totem who asks for a time.
func (w *world) calls(now time.Time) bool {
	hour := now.In(w.cfg.Zone).Hour()
	return hour >= 7 && hour < 18
}

// want asks the scheduler for a slot at a start, and returns the start as it is offered then.
func (t *totem) want(ctx context.Context, at store.Start) (store.Start, error) {
	none := store.Start{}
	footing, err := t.store.Footing(ctx)
	if err != nil {
		return none, err
	}
	granted, err := t.radio.Want(ctx, wire.Want{Incarnation: t.store.Incarnation(), Queue: at.Key.Queue, Day: at.Key.Day, Start: at.Start})
	if err != nil {
		return none, nil // there is none any more, or no answer
	}
	ok, err := t.store.TakeGranted(ctx, granted, footing)
	if err != nil || !ok {
		return none, err
	}
	starts, err := t.store.Offers(ctx, at.Key.Day, at.Start)
	for _, s := range starts {
		if s.Key == at.Key && s.Start.Equal(at.Start) && s.Number != "" {
			t.world.judge.tally(&t.world.judge.wanted, 1)
			return s, err
		}
	}
	return none, err
}

// issue gives the ticket of a start that this totem holds a slot of.
func (t *totem) issue(ctx context.Context, at store.Start) error {
	w := t.world
	code, err := booking.NewCode(rand.Reader)
	if err != nil {
		return err
	}
	job, err := t.store.Issue(ctx, store.Order{Key: at.Key, Number: at.Number, Start: at.Start, Code: code, Slip: ticket.Slip{Lang: "it"}})
	if errors.Is(err, store.ErrGone) {
		return nil
	}
	if err != nil {
		return err
	}
	w.judge.promise(promise{key: at.Key, number: at.Number, code: code, by: t.store.Incarnation()})
	t.tell()
	wake(t.plug.wake)
	if w.chance(0.8) {
		err = errors.Join(t.store.JobSending(ctx, job), t.store.JobEnded(ctx, job, paper.Result{Outcome: paper.Printed, Level: paper.ByProcessID}))
		t.tell()
	}
	return err
}
