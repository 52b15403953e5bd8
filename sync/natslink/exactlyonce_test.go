package natslink_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"example.org/totem/booking"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
)

// shelf is the smallest store that the outbox can work from.
type shelf struct {
	mu    sync.Mutex
	facts []booking.Fact
	total uint64
	chain uint64
}

func (s *shelf) commit(facts uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range facts {
		s.total++
		s.facts = append(s.facts, another(s.total))
	}
}

func (s *shelf) Standing(context.Context) (outbox.Standing, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return outbox.Standing{ID: booking.FactID{Incarnation: booking.Incarnation{7}, N: s.total}, Told: s.total - uint64(len(s.facts))}, nil
}

func (s *shelf) Mine(context.Context) ([]booking.Sheet, map[booking.Day]booking.DayKey, error) {
	return nil, nil, nil
}
func (s *shelf) Join(context.Context, uint64) error { return nil }

func (s *shelf) Next(context.Context) (booking.Fact, uint64, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.facts) == 0 {
		return booking.Fact{}, 0, false, nil
	}
	return s.facts[0], s.chain, true, nil
}

func (s *shelf) Accepted(_ context.Context, id booking.FactID, sequence uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.facts) > 0 && s.facts[0].ID.N <= id.N {
		s.facts, s.chain = s.facts[1:], sequence
	}
	return nil
}

func (s *shelf) Own(_ context.Context, id booking.FactID, d wire.Digest) (bool, error) {
	message, err := wire.EncodeFact(another(id.N))
	return wire.DigestOf(message) == d, err
}

func (s *shelf) Have(context.Context) (wire.Pull, error) {
	return wire.Pull{Incarnation: booking.Incarnation{7}}, nil
}
func (s *shelf) Take(context.Context, wire.Pulled) error                          { return nil }
func (s *shelf) Push(context.Context, booking.Sheet, uint64) (ok bool, err error) { return true, nil }

// deaf is a link that loses one acknowledgement in five.
type deaf struct {
	outbox.Link
	mu  sync.Mutex
	rng *rand.Rand
}

func (d *deaf) Send(ctx context.Context, f booking.Fact, chain uint64) (uint64, error) {
	sequence, err := d.Link.Send(ctx, f, chain)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.rng.IntN(5) == 0 {
		return 0, errors.New("the acknowledgement was lost")
	}
	return sequence, err
}

// run lets a totem send what is on its shelf, in a hundredth of the usual time, until the test ends.
func run(t *testing.T, s *shelf, link outbox.Link, wake <-chan struct{}) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- outbox.Run(ctx, outbox.Config{
			Store: s, Link: link, Wake: wake,
			After:  func(d time.Duration) <-chan time.Time { return time.After(d / 100) },
			Jitter: func(max time.Duration) time.Duration { return rand.N(max) },
			Report: func(r outbox.Report) {
				if f, ok := r.(outbox.Forked); ok {
					t.Errorf("a fork: %+v", f)
				}
			},
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func portOf(t *testing.T, clientURL string) int {
	t.Helper()
	u, err := url.Parse(clientURL)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// stored returns how many facts the stream holds of a totem.
func stored(t *testing.T, url string, who booking.TotemID) uint64 {
	t.Helper()
	js, err := jetstream.New(connect(t, url))
	if err != nil {
		t.Fatal(err)
	}
	stream, err := js.Stream(t.Context(), "FACTS")
	if err != nil {
		t.Fatal(err)
	}
	info, err := stream.Info(t.Context(), jetstream.WithSubjectFilter(wire.FactsSubject(office, who)))
	if err != nil {
		t.Fatal(err)
	}
	return info.State.Subjects[wire.FactsSubject(office, who)]
}

func TestEveryFactIsFoldedOnceThoughAcksAreLostAndServerAndSchedulerRestart(t *testing.T) {
	dir := t.TempDir()
	s := start(t, dir, -1)
	clientURL := s.ClientURL()
	d := newDesk()
	d.fail = func(f booking.Fact) error {
		if f != another(f.ID.N) {
			t.Errorf("fact %d was sent as %+v, and came as %+v", f.ID.N, another(f.ID.N), f)
		}
		return nil
	}
	c := serve(t, clientURL, d)
	const facts = 300
	totem1 := &shelf{}
	totem1.commit(facts)
	run(t, totem1, &deaf{Link: dial(t, clientURL, totem), rng: rand.New(rand.NewPCG(1, 1))}, nil)

	d.until(t, "a third of the facts", func() bool { return len(d.facts[totem]) >= facts/3 })
	stop(s)
	start(t, dir, portOf(t, clientURL))
	d.until(t, "two thirds of the facts", func() bool { return len(d.facts[totem]) >= 2*facts/3 })
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	serve(t, clientURL, d)
	d.until(t, "all facts", func() bool { return len(d.facts[totem]) >= facts })
	if !slices.Equal(d.facts[totem], oneTo(facts)) {
		t.Errorf("folded %v", d.facts[totem])
	}
	if n := stored(t, clientURL, totem); n != facts {
		t.Errorf("the stream holds %d facts of %d", n, facts)
	}
}

func TestSixteenTotemsComeBackAfterTheServerWasGone(t *testing.T) {
	dir := t.TempDir()
	s := start(t, dir, -1)
	clientURL := s.ClientURL()
	d := newDesk()
	serve(t, clientURL, d)
	const totems, facts = 16, 20
	var shelves []*shelf
	var wakes []chan struct{}
	for i := range totems {
		k, wake := &shelf{}, make(chan struct{}, 1)
		k.commit(facts)
		shelves, wakes = append(shelves, k), append(wakes, wake)
		run(t, k, dial(t, clientURL, booking.TotemID(fmt.Sprint("t", i))), wake)
	}
	all := func(n uint64) func() bool {
		return func() bool {
			for i := range totems {
				if !slices.Equal(d.facts[booking.TotemID(fmt.Sprint("t", i))], oneTo(n)) {
					return false
				}
			}
			return true
		}
	}
	d.until(t, "the first facts of all", all(facts))
	stop(s)
	for i := range totems { // while nobody listens
		shelves[i].commit(facts)
		wakes[i] <- struct{}{}
	}
	start(t, dir, portOf(t, clientURL))
	d.until(t, "the facts of all", all(2*facts))
}
