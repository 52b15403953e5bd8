package rehearsal

import (
	"context"
	"errors"
	"sync"
	"time"

	"example.org/totem/booking"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
)

// answerer is the scheduler as the link sees it.
type answerer interface {
	Hello(ctx context.Context, office booking.OfficeID, totem booking.TotemID, h wire.Hello, last wire.Accepted) (wire.Welcome, error)
	Pull(ctx context.Context, office booking.OfficeID, totem booking.TotemID, p wire.Pull) (wire.Pulled, error)
	Merge(ctx context.Context, office booking.OfficeID, totem booking.TotemID, m wire.Merge) (wire.Merged, error)
	Health(ctx context.Context, office booking.OfficeID, totem booking.TotemID, h wire.Health) (wire.Noted, error)
	Want(ctx context.Context, office booking.OfficeID, totem booking.TotemID, w wire.Want) (wire.Granted, error)
	Fold(ctx context.Context, office booking.OfficeID, totem booking.TotemID, sequence uint64, f booking.Fact) error
	Park(ctx context.Context, office booking.OfficeID, totem booking.TotemID, sequence uint64, id booking.FactID, reason error) error
}

// radio is one totem's link. What it carries is written and read as on a real wire, in the version that its totem
// speaks; it is lost, doubled, late, or in another order.
type radio struct {
	from    who
	world   *world
	version int // of the messages that this totem's release writes

	mu     sync.Mutex
	up     bool
	deaf   bool // no acknowledgement of a fact comes back
	closed bool
	events chan outbox.Event
	wg     sync.WaitGroup
}

var (
	errLost = errors.New("lost on the way")
	errCut  = errors.New("the link is cut")
)

func newRadio(w *world, from who, version int) *radio {
	return &radio{from: from, world: w, version: version, events: make(chan outbox.Event, 4096)}
}

// set cuts the link or heals it.
func (r *radio) set(up bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.up == up || r.closed {
		return
	}
	r.up, r.deaf = up, false
	r.events <- outbox.Event{Up: up, Down: !up}
}

// deafen loses every acknowledgement of a fact until the link breaks.
func (r *radio) deafen() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.deaf = true
}

func (r *radio) isDeaf() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.deaf
}

func (r *radio) isUp() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.up
}

// close waits for what is still in the air.
func (r *radio) close() {
	r.mu.Lock()
	r.closed, r.up = true, false
	r.mu.Unlock()
	r.wg.Wait()
}

// Events implements outbox.Link.
func (r *radio) Events() <-chan outbox.Event { return r.events }

// push carries a changed sheet, perhaps.
func (r *radio) push(p outbox.Pushed, version int) {
	w := r.world
	data, err := wire.EncodeSheet(version, p.Sheet)
	if err != nil {
		w.judge.wrong("the ledger took what no message can say: %v", err)
		return
	}
	if w.chance(w.cfg.Loss) {
		return
	}
	r.wg.Go(func() {
		<-time.After(w.delay())
		sheet, err := wire.DecodeSheet(data)
		r.mu.Lock()
		defer r.mu.Unlock()
		if !r.up || r.closed {
			return
		}
		sheet.Revision.Sequence = p.Sheet.Revision.Sequence
		ev := outbox.Event{Pushed: &outbox.Pushed{Sheet: sheet, Previous: p.Previous}}
		if err != nil || version > r.version {
			ev = outbox.Event{Gap: true} // a release that cannot read it
		}
		select {
		case r.events <- ev:
		default: // as a slow reader loses it: the next comparison finds out
		}
	})
}

// carry takes a question to handle and its answer back. Lost is either of them; doubled is the question.
func carry[T any](ctx context.Context, r *radio, handle func(context.Context) (T, error)) (T, error) {
	var none T
	w := r.world
	if !r.isUp() {
		return none, errCut
	}
	type answer struct {
		value T
		err   error
	}
	answered := make(chan answer, 1)
	lost, dropped, again := w.chance(w.cfg.Loss), w.chance(w.cfg.Loss), w.chance(w.cfg.Loss)
	there, later, back := w.delay(), 20*w.delay(), w.delay()
	r.wg.Go(func() {
		<-time.After(there)
		if lost {
			return
		}
		value, err := handle(context.WithoutCancel(ctx))
		if again {
			<-time.After(later)
			_, _ = handle(context.WithoutCancel(ctx)) // nobody hears the second answer
		}
		if !dropped {
			answered <- answer{value, err}
		}
	})
	select {
	case <-ctx.Done():
		return none, ctx.Err()
	case a := <-answered:
		<-time.After(back)
		if !r.isUp() {
			return none, errCut
		}
		return a.value, a.err
	case <-time.After(time.Minute):
		return none, errLost
	}
}

// ask writes a question, has it answered, and reads the answer.
func ask[Q, A wire.Message](ctx context.Context, r *radio, question Q, method func(context.Context, booking.OfficeID, booking.TotemID, Q) (A, error)) (A, error) {
	var none A
	data, err := wire.Encode(r.version, question)
	if err != nil {
		return none, err
	}
	reply, err := carry(ctx, r, func(ctx context.Context) ([]byte, error) {
		q, err := wire.Decode[Q](data)
		if err != nil {
			return nil, err
		}
		a, err := method(ctx, r.from.office, r.from.totem, q)
		var refusal *wire.Refusal
		switch {
		case errors.As(err, &refusal):
			return wire.Encode(r.version, *refusal)
		case err != nil:
			return wire.Encode(r.version, wire.Refusal{Code: wire.RefusedTrouble, Sentence: err.Error(), Remedy: "none"})
		}
		return wire.Encode(r.version, a)
	})
	if err != nil {
		return none, err
	}
	return wire.Decode[A](reply)
}

// Hello implements outbox.Link.
func (r *radio) Hello(ctx context.Context, h wire.Hello) (wire.Welcome, error) {
	if r.version < wire.Newest {
		h.Speaks = []int{r.version}
	}
	return ask(ctx, r, h, func(ctx context.Context, office booking.OfficeID, totem booking.TotemID, h wire.Hello) (wire.Welcome, error) {
		c := r.world.central()
		last := c.stream.last(r.from)
		return c.answers.Hello(ctx, office, totem, h, last)
	})
}

// Last implements outbox.Link.
func (r *radio) Last(ctx context.Context, l wire.Last) (wire.Accepted, error) {
	return ask(ctx, r, l, func(context.Context, booking.OfficeID, booking.TotemID, wire.Last) (wire.Accepted, error) {
		return r.world.central().stream.last(r.from), nil
	})
}

// Pull implements outbox.Link.
func (r *radio) Pull(ctx context.Context, p wire.Pull) (wire.Pulled, error) {
	return ask(ctx, r, p, func(ctx context.Context, office booking.OfficeID, totem booking.TotemID, p wire.Pull) (wire.Pulled, error) {
		return r.world.central().answers.Pull(ctx, office, totem, p)
	})
}

// Merge implements outbox.Link.
func (r *radio) Merge(ctx context.Context, m wire.Merge) (wire.Merged, error) {
	for _, s := range m.Sheets {
		r.world.judge.hearSheet(s)
	}
	return ask(ctx, r, m, func(ctx context.Context, office booking.OfficeID, totem booking.TotemID, m wire.Merge) (wire.Merged, error) {
		return r.world.central().answers.Merge(ctx, office, totem, m)
	})
}

// Want asks for a slot.
func (r *radio) Want(ctx context.Context, w wire.Want) (wire.Granted, error) {
	return ask(ctx, r, w, func(ctx context.Context, office booking.OfficeID, totem booking.TotemID, w wire.Want) (wire.Granted, error) {
		return r.world.central().answers.Want(ctx, office, totem, w)
	})
}

// Health implements outbox.Link.
func (r *radio) Health(ctx context.Context, h wire.Health) (wire.Noted, error) {
	if r.version < wire.Newest {
		return wire.Noted{}, errLost // that release tells nothing
	}
	return ask(ctx, r, h, func(ctx context.Context, office booking.OfficeID, totem booking.TotemID, h wire.Health) (wire.Noted, error) {
		return r.world.central().answers.Health(ctx, office, totem, h)
	})
}

// Clock implements outbox.Link. Time is nothing that is rehearsed here.
func (r *radio) Clock(context.Context, wire.Clock) (wire.Reading, error) {
	return wire.Reading{}, errLost
}

// Send implements outbox.Link.
func (r *radio) Send(ctx context.Context, f booking.Fact, chain uint64) (uint64, error) {
	data, err := wire.EncodeFact(f)
	if err != nil {
		return 0, err
	}
	r.world.judge.hearFact(r.from.office, f)
	sequence, err := carry(ctx, r, func(context.Context) (uint64, error) {
		return r.world.central().stream.publish(r.from, data, chain)
	})
	if r.isDeaf() {
		return 0, errLost
	}
	return sequence, err
}
