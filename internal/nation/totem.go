package nation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

// totem is a totem whose disk is a model: what it commits it keeps.
type totem struct {
	office  *office
	id      booking.TotemID
	store   booking.Incarnation
	until   time.Time // the link is down before that
	outage  time.Time // when it goes down; zero: not today
	lasts   time.Duration
	n       uint64 // of the last fact committed
	outbox  []booking.Fact
	chain   uint64
	digest  string
	key     booking.DayKey
	sheets  map[booking.QueueID]booking.Sheet // of the day
	far     map[booking.SheetKey]booking.Revision
	sold    map[slot]bool
	hands   map[slot]int // of slots that it gave back
	compare time.Duration
}

type slot struct {
	queue  booking.QueueID
	number booking.Number
}

func (o *office) newTotem(id booking.TotemID) *totem {
	n := o.worker.nation
	t := &totem{office: o, id: id, sheets: make(map[booking.QueueID]booking.Sheet), far: make(map[booking.SheetKey]booking.Revision),
		sold: make(map[slot]bool), hands: make(map[slot]int)}
	if _, err := (source{o.rng}).Read(t.store[:]); err == nil {
		t.store[0] |= 1
	}
	t.compare = time.Duration(o.rng.Int64N(int64(n.cfg.Compare))).Truncate(time.Minute)
	if o.rng.Float64() < n.cfg.Outages {
		t.outage = n.cfg.Day.At(0, n.zone).Add(opens + time.Duration(o.rng.Int64N(int64(closes-opens)))).Truncate(time.Minute)
		t.lasts = shortOutage + time.Duration(o.rng.Int64N(int64(longOutage-shortOutage)))
	}
	return t
}

func (t *totem) up() bool { return !t.office.now().Before(t.until) }

// minute is what it does by itself.
func (t *totem) minute(ctx context.Context) error {
	now := t.office.now()
	back := !t.until.IsZero() && now.Equal(t.until)
	if now.Equal(t.outage) {
		t.until = now.Add(t.lasts).Truncate(time.Minute)
	}
	switch {
	case !t.up():
		return nil
	case back:
		return errors.Join(t.hello(ctx), t.pull(ctx), t.drain(ctx))
	case now.Sub(t.office.today().At(0, t.office.plan.Zone))%t.office.worker.nation.cfg.Compare == t.compare:
		return errors.Join(t.pull(ctx), t.release(now), t.drain(ctx))
	}
	return nil
}

func (t *totem) hello(ctx context.Context) error {
	_, err := exchange(t, &t.office.worker.measure.hello, wire.Hello{Incarnation: t.store, N: t.n, Told: t.n - uint64(len(t.outbox)), Speaks: []int{2, 1}, Program: "nation"},
		func(h wire.Hello) (wire.Welcome, error) {
			return t.office.worker.service.Hello(ctx, t.office.plan.Office.ID, t.id, h, wire.Accepted{Sequence: t.chain})
		})
	return err
}

// exchange has a question answered, both written and read as on the wire, and notes how long that took.
func exchange[Q, A wire.Message](t *totem, spent *[]time.Duration, question Q, method func(Q) (A, error)) (A, error) {
	clock := t.office.worker.nation.cfg.Clock
	began := clock()
	var none A
	data, err := wire.Encode(wire.Newest, question)
	if err != nil {
		return none, err
	}
	q, err := wire.Decode[Q](data)
	if err != nil {
		return none, err
	}
	a, err := method(q)
	if err != nil {
		return none, err
	}
	if data, err = wire.Encode(wire.Newest, a); err != nil {
		return none, err
	}
	a, err = wire.Decode[A](data)
	*spent = append(*spent, clock().Sub(began))
	return a, err
}

// pull takes what has changed, and gives back what is asked for.
func (t *totem) pull(ctx context.Context) error {
	question := wire.Pull{Incarnation: t.store, Have: []wire.Have{}, Office: t.digest, N: t.n}
	for q, s := range t.sheets {
		question.Have = append(question.Have, wire.Have{Queue: q, Day: s.Day, Revision: s.Revision})
	}
	for key, r := range t.far {
		question.Have = append(question.Have, wire.Have{Queue: key.Queue, Day: key.Day, Revision: r})
	}
	answer, err := exchange(t, &t.office.worker.measure.pull, question, func(p wire.Pull) (wire.Pulled, error) {
		return t.office.worker.service.Pull(ctx, t.office.plan.Office.ID, t.id, p)
	})
	if err != nil {
		return fmt.Errorf("totem %s of %s pulls: %w", t.id, t.office.plan.Office.ID, err)
	}
	t.digest = answer.Digest
	if key, ok := answer.Keys[t.office.today()]; ok {
		t.key = key
	}
	for _, s := range answer.Sheets {
		t.take(s)
	}
	return nil
}

// take keeps a sheet, and releases the slots that it asks for.
func (t *totem) take(s booking.Sheet) {
	if s.Day != t.office.today() {
		t.far[s.SheetKey] = s.Revision
		return
	}
	if !s.Revision.Newer(t.sheets[s.Queue].Revision) {
		return
	}
	t.sheets[s.Queue] = s
	for _, one := range s.Slots {
		if one.Ask != booking.AskNothing && t.holds(s.Queue, one) {
			t.giveBack(s.Queue, one)
		}
	}
}

// holds reports whether a slot of its sheet is its own to give.
func (t *totem) holds(queue booking.QueueID, one booking.Slot) bool {
	key := slot{queue, one.Number}
	return one.Holder == booking.HeldBy(t.id) && one.State == booking.Free && !t.sold[key] && t.hands[key] <= one.Hands
}

func (t *totem) giveBack(queue booking.QueueID, one booking.Slot) {
	t.hands[slot{queue, one.Number}] = one.Hands + 1
	t.office.worker.measure.Released++
	t.commit(booking.Fact{Kind: booking.FactReleased, Queue: queue, Slot: one.Number, Hands: one.Hands + 1})
}

// release gives back what is about to start.
func (t *totem) release(now time.Time) error {
	before := now.Add(t.office.plan.Office.Release)
	for queue, s := range t.sheets {
		for _, one := range s.Slots {
			if one.Start.After(now) && one.Start.Before(before) && t.holds(queue, one) {
				t.giveBack(queue, one)
			}
		}
	}
	return nil
}

func (t *totem) commit(f booking.Fact) {
	t.n++
	f.ID, f.At, f.Day = booking.FactID{Incarnation: t.store, N: t.n}, t.office.now().UTC().Truncate(time.Minute), t.office.today()
	t.outbox = append(t.outbox, f)
}

// drain tells every fact that waits.
func (t *totem) drain(ctx context.Context) error {
	clock := t.office.worker.nation.cfg.Clock
	for len(t.outbox) > 0 {
		began := clock()
		data, err := wire.EncodeFact(t.outbox[0])
		if err != nil {
			return err
		}
		f, err := wire.DecodeFact(data)
		if err != nil {
			return err
		}
		t.chain++
		if err := t.office.worker.service.Fold(ctx, t.office.plan.Office.ID, t.id, t.chain, f); err != nil {
			return err
		}
		t.outbox = t.outbox[1:]
		t.office.worker.measure.folded = append(t.office.worker.measure.folded, clock().Sub(began))
	}
	return nil
}

// serve gives a citizen the earliest time: of its own grant or, with a link, of what the scheduler can grant.
func (t *totem) serve(ctx context.Context, queue booking.QueueID) error {
	m := &t.office.worker.measure
	earliest := t.office.now().Add(leadOfWalkIn)
	for again := range 3 {
		own, other := t.choose(queue, earliest)
		switch {
		case own.Number != "" && (other.IsZero() || !other.Before(own.Start)):
			return t.issue(ctx, queue, own)
		case other.IsZero() || !t.up():
			if own.Number != "" {
				return t.issue(ctx, queue, own)
			}
			m.refused(t.up())
			return nil
		}
		if again > 0 {
			m.Missed++
		}
		if err := t.want(ctx, queue, other); err != nil {
			return err
		}
	}
	m.refused(t.up())
	return nil
}

// choose returns the earliest slot of its own and the earliest start at which the scheduler has one.
func (t *totem) choose(queue booking.QueueID, earliest time.Time) (own booking.Slot, other time.Time) {
	for _, one := range t.sheets[queue].Slots {
		switch {
		case one.Start.Before(earliest) || one.State != booking.Free:
		case own.Number == "" && t.holds(queue, one):
			own = one
		case other.IsZero() && (one.Holder == booking.Pool || one.Holder == booking.Reserve) && t.up():
			other = one.Start
		}
	}
	return own, other
}

// want asks for a slot of today. Where it is gone, a pull tells what there is.
func (t *totem) want(ctx context.Context, queue booking.QueueID, start time.Time) error {
	granted, err := exchange(t, &t.office.worker.measure.want, wire.Want{Incarnation: t.store, Queue: queue, Day: t.office.today(), Start: start},
		func(w wire.Want) (wire.Granted, error) {
			return t.office.worker.service.Want(ctx, t.office.plan.Office.ID, t.id, w)
		})
	var refusal *wire.Refusal
	switch {
	case errors.As(err, &refusal) && refusal.Code == wire.RefusedGone:
		return t.pull(ctx)
	case err != nil:
		return err
	}
	t.take(granted.Sheet)
	return nil
}

func (t *totem) issue(ctx context.Context, queue booking.QueueID, one booking.Slot) error {
	code, err := t.office.code()
	if err != nil {
		return err
	}
	t.sold[slot{queue, one.Number}] = true
	t.office.worker.measure.Walk++
	t.office.walk[queue]++
	t.office.promise(t.office.sheetKey(queue), one.Number, code)
	t.commit(booking.Fact{Kind: booking.FactIssued, Queue: queue, Slot: one.Number, Code: code.Hash(t.key)})
	t.commit(booking.Fact{Kind: booking.FactPrinted, Queue: queue, Slot: one.Number, Paper: booking.PaperPrinted})
	if !t.up() {
		t.office.worker.measure.Offline++
		return nil
	}
	return t.drain(ctx)
}
