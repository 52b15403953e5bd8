package longrun

import (
	"context"
	"time"

	"example.org/totem/booking"
	"example.org/totem/store"
	"example.org/totem/sync/pooling"
	"example.org/totem/sync/wire"
)

type startOf = store.Start

// stock is a totem's store as who is asked by another totem sees it.
type stock struct{ *totem }

func (s stock) Free(ctx context.Context, day booking.Day, notBefore time.Time) (map[booking.QueueID]int, error) {
	return s.disk.Free(ctx, day, notBefore)
}

func (s stock) GotThrough(ctx context.Context, to booking.TotemID, queue booking.QueueID, day booking.Day, got []booking.Number) error {
	return s.disk.GotThrough(ctx, to, queue, day, got)
}

func (s stock) Given(ctx context.Context, to booking.TotemID, life booking.Incarnation, queue booking.QueueID, day booking.Day) ([]booking.Transfer, error) {
	if s.world.cfg.Broken == TransferTwice {
		return s.disk.GivenToAnybody(store.Giving{To: to, Store: life, Queue: queue, Day: day, NotBefore: s.now(), Sign: s.sign})
	}
	return s.disk.Given(ctx, to, life, queue, day)
}

func (s stock) Give(ctx context.Context, g pooling.Giving) ([]booking.Transfer, error) {
	w := s.world
	if w.cfg.Broken == SendBeforeCommit {
		given, err := s.disk.WouldGive(ctx, store.Giving(g))
		life := s.life
		w.after(w.between(time.Second, 20*time.Minute), func() {
			if s.life == life && s.power {
				s.act(func() error { return s.disk.GiveNow(given) })
			}
		})
		return given, err
	}
	return s.disk.Give(ctx, store.Giving(g))
}

var _ pooling.Stock = stock{}

// The rules of who asks, as sync/pooling has them, but for who is asked first.
const (
	cutPatience = 10 * time.Second
	lowMark     = 2 // free slots of a queue, at or below which others are asked
	wantMost    = 16
)

// askPeers asks the other totems for slots, as long as the scheduler cannot be asked.
func (t *totem) askPeers() {
	w := t.world
	if t.up && t.talk.welcomed || w.now-t.since < cutPatience {
		return
	}
	now := t.now()
	day, from := booking.DayOf(now, w.zone), now.Add(lead).UTC().Truncate(time.Minute).Add(time.Minute)
	free, err := t.disk.Free(w.ctx, day, from)
	peers, err2 := t.disk.Peers(w.ctx)
	if err != nil || err2 != nil || len(peers) == 0 {
		return
	}
	for _, q := range t.place.plan.Queues {
		if free[q.ID] > lowMark {
			continue
		}
		peer := peers[w.rng.IntN(len(peers))]
		got, err := t.disk.Got(w.ctx, peer.Totem, q.ID, day)
		if err != nil {
			return
		}
		t.need(peer, wire.Need{Incarnation: t.disk.Incarnation(), Queue: q.ID, Day: day, From: from, Free: free[q.ID], Most: wantMost, Got: got})
	}
}

// need sends another totem a question for slots, and takes its answer.
func (t *totem) need(peer wire.Peer, need wire.Need) {
	w, life := t.world, t.life
	data, err := wire.Encode(wire.Newest, need)
	if err != nil {
		w.judge.wrong(slotKey{}, "%v cannot ask %s: %v", t.name, peer.Totem, err)
		return
	}
	other := w.at[peer.Address]
	for range w.copies() {
		w.after(w.travel(), func() {
			if other == nil || !other.power || t.place.isCut(t, other) || other.publicKey() != peer.Key {
				return
			}
			passed := other.answer(t, data)
			for range w.copies() {
				w.after(w.travel(), func() {
					if t.life == life && t.power && !t.place.isCut(t, other) && passed != nil {
						t.take(peer, passed)
					}
				})
			}
		})
	}
}

// answer is what a totem passes on to another one that it knows.
func (t *totem) answer(asker *totem, data []byte) []byte {
	w := t.world
	peers, err := t.disk.Peers(w.ctx)
	if err != nil {
		return nil
	}
	for _, p := range peers {
		if p.Totem != asker.name.totem || p.Key != asker.publicKey() {
			continue
		}
		need, err := wire.Decode[wire.Need](data)
		if err != nil {
			w.judge.wrong(slotKey{}, "%v cannot read what it is asked: %v", t.name, err)
			return nil
		}
		var passed wire.Passed
		if !t.act(func() (err error) { passed, err = t.donor.Answer(w.ctx, p.Totem, need); return err }) {
			return nil
		}
		reply, err := wire.Encode(wire.Newest, passed)
		if err != nil {
			w.judge.wrong(slotKey{}, "%v cannot answer: %v", t.name, err)
		}
		return reply
	}
	return nil
}

// take takes what another totem has passed on, if that one is still known and has signed it.
func (t *totem) take(peer wire.Peer, data []byte) {
	w := t.world
	passed, err := wire.Decode[wire.Passed](data)
	if err != nil {
		w.judge.wrong(slotKey{}, "%v cannot read what it is passed: %v", t.name, err)
		return
	}
	for _, tr := range passed.Transfers {
		if err := pooling.Verify(peer.Key, tr); err != nil {
			w.judge.wrong(slotKey{tr.Key, tr.Slot}, "%v: %v", t.name, err)
			return
		}
	}
	t.act(func() error {
		_, err := t.disk.Receive(w.ctx, passed.Transfers)
		return err
	})
	t.wake()
}

// isCut reports whether two totems do not hear each other.
func (p *place) isCut(a, b *totem) bool { return p.cuts[[2]*totem{a, b}] || p.cuts[[2]*totem{b, a}] }
