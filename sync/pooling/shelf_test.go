package pooling_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nkeys"

	"example.org/totem/booking"
	"example.org/totem/sync/pooling"
	"example.org/totem/sync/wire"
)

const (
	office  = booking.OfficeID("rm001")
	anagra  = booking.QueueID("anagrafe")
	tributi = booking.QueueID("tributi")
)

func today(t testing.TB) booking.Day {
	t.Helper()
	day, err := booking.ParseDay("2026-11-24")
	if err != nil {
		t.Fatal(err)
	}
	return day
}

// nine is the first start on every shelf.
func nine() time.Time { return time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC) }

// shelf is a totem's disk in memory, for slots of one day that change hands.
type shelf struct {
	me    booking.TotemID
	life  booking.Incarnation
	day   booking.Day
	key   ed25519.PrivateKey
	peers []wire.Peer

	mu    sync.Mutex
	slots map[booking.Number]held
	given []giftTo
	got   []booking.Transfer
	fails error
}

// held is what a shelf has of a slot.
type held struct {
	queue booking.QueueID
	start time.Time
	hands int
	mine  bool
	sold  bool
}

type giftTo struct {
	booking.Transfer
	through bool
}

func newShelf(t testing.TB, me booking.TotemID, letter byte, slots map[booking.QueueID]int) *shelf {
	t.Helper()
	seed := make([]byte, ed25519.SeedSize)
	copy(seed, me)
	s := &shelf{me: me, life: booking.Incarnation{letter}, day: today(t), key: ed25519.NewKeyFromSeed(seed), slots: make(map[booking.Number]held)}
	for i, queue := range slices.Sorted(maps.Keys(slots)) {
		s.slots[booking.Number(fmt.Sprintf("%c998", 'A'+i))] = held{queue: queue, start: nine().Add(5 * time.Hour)} // somebody else's
		for n := range slots[queue] {
			number := booking.Number(fmt.Sprintf("%c%03d", 'A'+i, 1+n+100*int(letter)))
			s.slots[number] = held{queue: queue, start: nine().Add(time.Duration(n) * 10 * time.Minute), hands: 1, mine: true}
		}
	}
	return s
}

// peer is the shelf as the scheduler tells of it.
func (s *shelf) peer(t testing.TB) wire.Peer {
	t.Helper()
	key, err := nkeys.Encode(nkeys.PrefixByteUser, s.key.Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	return wire.Peer{Totem: s.me, Key: string(key), Address: "192.0.2.7:7411"}
}

func (s *shelf) sign(covered []byte) (booking.Proof, error) {
	return booking.Proof(ed25519.Sign(s.key, covered)), nil
}

func (s *shelf) Incarnation() booking.Incarnation { return s.life }

func (s *shelf) Peers(context.Context) ([]wire.Peer, error) { return s.peers, nil }

func (s *shelf) Free(_ context.Context, day booking.Day, from time.Time) (map[booking.QueueID]int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	free := make(map[booking.QueueID]int)
	for _, h := range s.slots {
		if day == s.day && !h.start.Before(from) {
			free[h.queue] += 0
			if h.mine && !h.sold {
				free[h.queue]++
			}
		}
	}
	return free, s.fails
}

func (s *shelf) Got(_ context.Context, from booking.TotemID, queue booking.QueueID, day booking.Day) (all []booking.Number, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.got {
		if t.From == from && t.Key.Queue == queue && t.Key.Day == day {
			all = append(all, t.Slot)
		}
	}
	return all, s.fails
}

func (s *shelf) Receive(_ context.Context, passed []booking.Transfer) (taken int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fails != nil {
		return 0, s.fails
	}
	for _, t := range passed {
		if t.Store != s.life || t.To != s.me {
			return taken, errors.New("not for this store")
		}
		if t.Hands <= s.slots[t.Slot].hands {
			continue
		}
		s.slots[t.Slot] = held{queue: t.Key.Queue, start: t.Start, hands: t.Hands, mine: true}
		s.got = append(s.got, t)
		taken++
	}
	return taken, nil
}

func (s *shelf) GotThrough(_ context.Context, to booking.TotemID, queue booking.QueueID, day booking.Day, got []booking.Number) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, g := range s.given {
		if g.To == to && g.Key.Queue == queue && g.Key.Day == day && slices.Contains(got, g.Slot) {
			s.given[i].through = true
		}
	}
	return s.fails
}

func (s *shelf) Given(_ context.Context, to booking.TotemID, store booking.Incarnation, queue booking.QueueID, day booking.Day) (all []booking.Transfer, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.given {
		if g.To == to && g.Store == store && g.Key.Queue == queue && g.Key.Day == day && !g.through {
			all = append(all, g.Transfer)
		}
	}
	return all, s.fails
}

func (s *shelf) Give(_ context.Context, g pooling.Giving) (all []booking.Transfer, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fails != nil {
		return nil, s.fails
	}
	for _, number := range slices.Sorted(maps.Keys(s.slots)) {
		h := s.slots[number]
		if len(all) == g.Most || h.queue != g.Queue || !h.mine || h.sold || h.start.Before(g.NotBefore) || g.Day != s.day {
			continue
		}
		t := booking.Transfer{Key: booking.SheetKey{Office: office, Queue: g.Queue, Day: g.Day}, Slot: number, Start: h.start,
			Hands: h.hands + 1, From: s.me, To: g.To, Store: g.Store}
		if t.Proof, err = g.Sign(t.Signed()); err != nil {
			return nil, err
		}
		h.hands, h.mine = t.Hands, false
		s.slots[number] = h
		s.given = append(s.given, giftTo{Transfer: t})
		all = append(all, t)
	}
	return all, nil
}

// sell sells the first free slot of a queue, and reports whether there was one.
func (s *shelf) sell(queue booking.QueueID) (number booking.Number, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, number := range slices.Sorted(maps.Keys(s.slots)) {
		if h := s.slots[number]; h.queue == queue && h.mine && !h.sold {
			h.sold = true
			s.slots[number] = h
			return number, true
		}
	}
	return "", false
}

// fail has everything end in err, until it is nil.
func (s *shelf) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fails = err
}

// free counts the free slots of a queue.
func (s *shelf) free(t testing.TB, queue booking.QueueID) int {
	t.Helper()
	free, err := s.Free(t.Context(), s.day, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return free[queue]
}

// donor returns the shelf as one that is asked.
func (s *shelf) donor(t testing.TB, report func(pooling.Report)) *pooling.Donor {
	t.Helper()
	d, err := pooling.NewDonor(pooling.DonorConfig{Stock: s, Sign: s.sign, Report: report,
		Selling: func() (booking.Day, time.Time) { return s.day, nine() }})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func ignore(pooling.Report) {}
