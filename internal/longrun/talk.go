package longrun

import (
	"context"
	"errors"
	"slices"
	"time"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

// talk is a totem's conversation with the scheduler, over one connection: one question at a time, as the outbox holds it.
type talk struct {
	number   int  // of the connection: what an earlier one asked is answered to nobody
	welcomed bool // and in step with the ledger
	busy     bool // a question is out
	due      bool // a pull
	epoch    uint64
	adopted  uint64
	adopts   bool
	caughtUp bool
	pages    []wire.Merge
}

const (
	answerWait  = 15 * time.Second
	retryWait   = 20 * time.Second
	refusedWait = 2 * time.Minute
	compareWait = 15 * time.Minute
	pageSheets  = 3 // few, so that a merge takes several pages
)

// link cuts the totem's link or heals it.
func (t *totem) link(up bool) {
	if t.up == up || up && !t.power {
		return
	}
	t.up, t.since = up, t.world.now
	t.hangUp()
	if up {
		t.hello()
	}
}

// hangUp ends the connection.
func (t *totem) hangUp() { t.talk = talk{number: t.talk.number + 1} }

// again begins another connection after a while.
func (t *totem) again(wait time.Duration) {
	t.hangUp()
	number := t.talk.number
	t.world.after(wait+t.world.between(0, wait), func() {
		if t.up && t.talk.number == number {
			t.hello()
		}
	})
}

// carried is a question as it travels: answer is what the scheduler makes of it.
type carried func(ctx context.Context) ([]byte, error)

// carry takes a question to the scheduler and its answer back. Lost or doubled is either of them; whoever waits too long begins
// again.
func (t *totem) carry(question carried, then func(reply []byte)) {
	w := t.world
	t.asked++
	number, asked := t.talk.number, t.asked
	waits := func() bool { return t.up && t.talk.number == number && t.talk.busy && t.asked == asked }
	t.talk.busy = true
	w.after(answerWait, func() {
		if waits() {
			t.again(retryWait)
		}
	})
	for range w.copies() {
		w.after(w.travel(), func() {
			if w.centre.down || !t.up {
				return
			}
			reply, err := question(w.ctx)
			if err != nil {
				w.judge.wrong(slotKey{}, "%v asks: %v", t.name, err)
				return
			}
			for range w.copies() {
				w.after(w.travel(), func() {
					if waits() {
						t.talk.busy = false
						then(reply)
					}
				})
			}
		})
	}
}

// ask has a question answered, and goes on with the answer; a refusal ends the connection.
func ask[Q, A wire.Message](t *totem, question Q, method func(answerer, context.Context, booking.OfficeID, booking.TotemID, Q) (A, error), then func(A)) {
	w := t.world
	data, err := wire.Encode(wire.Newest, question)
	if err != nil {
		w.judge.wrong(slotKey{}, "%v cannot ask: %v", t.name, err)
		return
	}
	t.carry(func(ctx context.Context) ([]byte, error) {
		q, err := wire.Decode[Q](data)
		if err != nil {
			return nil, err
		}
		a, err := method(w.centre.answers, ctx, t.name.office, t.name.totem, q)
		var refusal *wire.Refusal
		switch {
		case errors.As(err, &refusal):
			return wire.Encode(wire.Newest, *refusal)
		case err != nil:
			return wire.Encode(wire.Newest, wire.Refusal{Code: wire.RefusedTrouble, Sentence: err.Error(), Remedy: "none"})
		}
		return wire.Encode(wire.Newest, a)
	}, func(reply []byte) {
		a, err := wire.Decode[A](reply)
		var refusal *wire.Refusal
		switch {
		case errors.As(err, &refusal):
			t.isRefused(refusal)
		case err != nil:
			w.judge.wrong(slotKey{}, "%v cannot read its answer: %v", t.name, err)
		default:
			then(a)
		}
	})
}

func (t *totem) isRefused(r *wire.Refusal) {
	switch r.Code {
	case wire.RefusedGone:
		t.wake()
	case wire.RefusedHello:
		t.again(time.Second)
	case wire.RefusedOtherStore:
		t.refused++
		t.again(refusedWait)
	default:
		t.again(retryWait)
	}
}

// hello introduces the store.
func (t *totem) hello() {
	w := t.world
	at, err := t.disk.Standing(w.ctx)
	if err != nil {
		return
	}
	h := wire.Hello{Incarnation: at.ID.Incarnation, N: at.ID.N, Told: at.Told, Epoch: at.Epoch, Speaks: []int{wire.Newest}, Program: "longrun"}
	ask(t, h, func(s answerer, ctx context.Context, office booking.OfficeID, totem booking.TotemID, h wire.Hello) (wire.Welcome, error) {
		return s.Hello(ctx, office, totem, h, w.centre.stream.last(t.name))
	}, func(welcome wire.Welcome) {
		t.refused = 0
		if !t.adopt(at.Told, welcome.Accepted) {
			return
		}
		t.talk.epoch = welcome.Epoch
		if !welcome.Merge {
			t.join()
			return
		}
		sheets, keys, err := t.disk.Mine(w.ctx)
		if err != nil {
			return
		}
		t.talk.pages = nil
		for page := range slices.Chunk(append(sheets, booking.Sheet{}), pageSheets) {
			m := wire.Merge{Incarnation: at.ID.Incarnation, Told: at.Told, More: true, Keys: make(map[booking.Day]booking.DayKey)}
			for _, s := range page {
				if s.Office != "" {
					m.Sheets = append(m.Sheets, s)
					m.Keys[s.Day] = keys[s.Day]
				}
			}
			t.talk.pages = append(t.talk.pages, m)
		}
		t.talk.pages[len(t.talk.pages)-1].More = false
		t.merge()
	})
}

// adopt decides what the chain goes on from, by the message that was accepted last.
func (t *totem) adopt(told uint64, last wire.Accepted) (ok bool) {
	w := t.world
	t.talk.adopted, t.talk.adopts = 0, false
	if last.Incarnation != t.disk.Incarnation() || last.N <= told {
		t.talk.adopted, t.talk.adopts = last.Sequence, true
		return true
	}
	f, _, waits, _ := t.disk.Next(w.ctx)
	own, _ := t.disk.Own(w.ctx, f.ID, last.Digest)
	if !waits || f.ID.N != last.N || !own {
		w.judge.wrong(slotKey{}, "%v says fork: told %d, waits for %d, last %+v", t.name, told, f.ID.N, last)
		return false
	}
	return t.act(func() error { return t.disk.Accepted(w.ctx, f.ID, last.Sequence) })
}

// merge tells a ledger that began anew the next page of what the store holds.
func (t *totem) merge() {
	page := t.talk.pages[0]
	ask(t, page, answerer.Merge, func(merged wire.Merged) {
		if merged.Epoch != t.talk.epoch {
			t.again(time.Second)
			return
		}
		if t.talk.pages = t.talk.pages[1:]; len(t.talk.pages) > 0 {
			t.merge()
			return
		}
		t.join()
	})
}

func (t *totem) join() {
	w := t.world
	t.act(func() error { return t.disk.Join(w.ctx, t.talk.epoch) })
	t.talk.welcomed, t.talk.due = true, true
	t.step()
	t.compare(t.talk.number)
}

// compare has the sheets compared again and again, as long as the connection lasts.
func (t *totem) compare(number int) {
	w := t.world
	w.after(compareWait+w.between(0, compareWait), func() {
		if t.talk.number == number {
			t.talk.due = true
			t.step()
			t.compare(number)
		}
	})
}

// wake says that there may be something to tell.
func (t *totem) wake() { t.step() }

// step asks or tells the next thing, if no question is out.
func (t *totem) step() {
	w := t.world
	if !t.up || !t.talk.welcomed || t.talk.busy {
		return
	}
	if t.talk.due {
		t.pull()
		return
	}
	f, chain, waits, _ := t.disk.Next(w.ctx)
	switch {
	case waits:
		t.send(f, chain)
	case !t.talk.caughtUp:
		t.talk.caughtUp = true
		t.act(func() error { return t.disk.CaughtUp(w.ctx) })
		ask(t, t.health(), answerer.Health, func(wire.Noted) { t.step() })
	}
}

func (t *totem) pull() {
	w := t.world
	have, err := t.disk.Have(w.ctx)
	if err != nil {
		return
	}
	t.talk.due = false
	ask(t, have, answerer.Pull, func(p wire.Pulled) {
		if slices.ContainsFunc(p.Sheets, func(s booking.Sheet) bool { return s.Revision.Epoch > t.talk.epoch }) {
			t.again(time.Second)
			return
		}
		t.act(func() error { return t.disk.Take(w.ctx, p) })
		t.talk.due = t.talk.due || p.More && len(p.Sheets) > 0
		t.step()
	})
}

// refusedChain stands for a sequence that was not given.
const refusedChain = 0

func (t *totem) send(f booking.Fact, chain uint64) {
	w := t.world
	if t.talk.adopts {
		chain = t.talk.adopted
	}
	data, err := wire.EncodeFact(f)
	if err != nil {
		w.judge.wrong(slotKey{}, "%v cannot tell: %v", t.name, err)
		return
	}
	var sequence uint64
	t.carry(func(context.Context) ([]byte, error) {
		got, err := w.centre.stream.publish(t.name, data, chain)
		if err != nil {
			got = refusedChain
		}
		w.arrived()
		if sequence == refusedChain {
			sequence = got
		}
		return nil, nil
	}, func([]byte) {
		if sequence == refusedChain { // what the chain goes on from, the welcome says
			t.again(time.Second)
			return
		}
		t.act(func() error { return t.disk.Accepted(w.ctx, f.ID, sequence) })
		t.talk.adopts = false
		t.step()
	})
}

// pushed hears a sheet that the ledger has written.
func (t *totem) pushed(data []byte, sequence, previous uint64) {
	w := t.world
	if !t.up || !t.talk.welcomed {
		return
	}
	sheet, err := wire.DecodeSheet(data)
	if err != nil {
		w.judge.wrong(slotKey{}, "%v cannot read a sheet: %v", t.name, err)
		return
	}
	sheet.Revision.Sequence = sequence
	if sheet.Revision.Epoch > t.talk.epoch {
		t.talk.due = true
		t.step()
		return
	}
	t.act(func() error {
		ok, err := t.disk.Push(w.ctx, sheet, previous)
		t.talk.due = t.talk.due || !ok
		return err
	})
	t.step()
}

// want asks for a slot that only the scheduler can grant, and gives the citizen who waits for it a ticket.
func (t *totem) want(s startOf) {
	w := t.world
	if t.talk.busy || !t.talk.welcomed {
		w.report.Away++
		return
	}
	take, err := t.disk.Asking(w.ctx)
	if err != nil {
		return
	}
	q := wire.Want{Incarnation: t.disk.Incarnation(), Queue: s.Key.Queue, Day: s.Key.Day, Start: s.Start}
	ask(t, q, answerer.Want, func(g wire.Granted) {
		taken := false
		t.act(func() (err error) {
			taken, err = take(w.ctx, g)
			return err
		})
		w.report.Wanted++
		starts, err := t.disk.Offers(w.ctx, s.Key.Day, s.Start)
		if i := slices.IndexFunc(starts, func(o startOf) bool { return o.Key == s.Key && o.Start.Equal(s.Start) && o.Number != "" }); taken && err == nil && i >= 0 {
			t.issue(starts[i])
		} else {
			w.report.Away++
		}
		t.step()
	})
}
