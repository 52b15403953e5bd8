package pooling_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.org/totem/booking"
	"example.org/totem/sync/pooling"
	"example.org/totem/sync/wire"
)

// office of totems on one network, in the time of a synctest bubble. The first of them asks.
type street struct {
	t      testing.TB
	shelf  *shelf // of who asks
	others map[booking.TotemID]*pooling.Donor
	began  time.Time
	wake   chan struct{}

	mu     sync.Mutex
	cut    bool
	silent map[booking.TotemID]bool
	lies   func(wire.Passed) wire.Passed // nil: nobody lies
	asked  []asked
	told   []pooling.Report
}

type asked struct {
	at    time.Duration
	whom  booking.TotemID
	queue booking.QueueID
}

// newStreet returns a street on which the link is down from the start.
func newStreet(t testing.TB, asker *shelf, others ...*shelf) *street {
	s := &street{t: t, shelf: asker, others: make(map[booking.TotemID]*pooling.Donor), began: time.Now(), wake: make(chan struct{}, 1), cut: true,
		silent: make(map[booking.TotemID]bool)}
	for _, o := range others {
		s.others[o.me] = o.donor(t, ignore)
		asker.peers = append(asker.peers, o.peer(t))
	}
	return s
}

func (s *street) steady() time.Duration { return time.Since(s.began) }

// Ask implements [pooling.Asker]. Who is silent takes two seconds for that.
func (s *street) Ask(ctx context.Context, peer wire.Peer, need wire.Need) (wire.Passed, error) {
	s.mu.Lock()
	s.asked = append(s.asked, asked{s.steady(), peer.Totem, need.Queue})
	silent, lies := s.silent[peer.Totem], s.lies
	s.mu.Unlock()
	if silent {
		select {
		case <-time.After(2 * time.Second):
		case <-ctx.Done():
		}
		return wire.Passed{}, errors.New("no answer")
	}
	p, err := s.others[peer.Totem].Answer(ctx, s.shelf.me, need)
	if lies != nil {
		p = lies(p)
	}
	return p, err
}

// start runs the asker until the test ends.
func (s *street) start(change func(*pooling.Config)) {
	c := pooling.Config{Office: office, Totem: s.shelf.me, Store: s.shelf, Asker: s, Wake: s.wake, After: time.After, Steady: s.steady,
		Cut:     func() bool { s.mu.Lock(); defer s.mu.Unlock(); return s.cut },
		Selling: func() (booking.Day, time.Time) { return s.shelf.day, nine() },
		Report:  func(r pooling.Report) { s.mu.Lock(); defer s.mu.Unlock(); s.told = append(s.told, r) }}
	if change != nil {
		change(&c)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- pooling.Run(ctx, c) }()
	s.t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			s.t.Error(err)
		}
	})
}

// after lets time pass and returns what was asked since the start.
func (s *street) after(d time.Duration) []asked {
	time.Sleep(d)
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

func (s *street) change(do func()) {
	s.mu.Lock()
	do()
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *street) reports() []pooling.Report {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.told)
}

func slots(a, b int) map[booking.QueueID]int {
	return map[booking.QueueID]int{anagra: a, tributi: b}
}

func TestNobodyIsAskedBeforeTheLinkHasBeenDownForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		poor := newShelf(t, "t1", 1, slots(1, 9))
		s := newStreet(t, poor, newShelf(t, "t2", 2, slots(9, 9)))
		s.cut = false
		s.start(nil)
		if got := s.after(time.Hour); len(got) > 0 {
			t.Errorf("asked %v with a link", got)
		}
		s.change(func() { s.cut = true })
		if got := s.after(9 * time.Second); len(got) > 0 {
			t.Errorf("asked %v at once", got)
		}
		if got := s.after(2 * time.Second); len(got) != 1 || got[0].whom != "t2" || got[0].queue != anagra {
			t.Fatalf("asked %v", got)
		}
		if free := poor.free(t, anagra); free != 5 {
			t.Errorf("has %d", free)
		}
		if told := s.reports(); len(told) != 1 || told[0] != (pooling.Received{From: "t2", Slots: 4}) {
			t.Errorf("reported %v", told)
		}
		if got := s.after(time.Hour); len(got) != 1 {
			t.Errorf("asked again with enough: %v", got)
		}
	})
}

func TestALinkThatComesBackInTimeEndsTheWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStreet(t, newShelf(t, "t1", 1, slots(0, 0)), newShelf(t, "t2", 2, slots(9, 9)))
		s.start(nil)
		for range 5 {
			s.after(7 * time.Second)
			s.change(func() { s.cut = false })
			s.after(time.Second)
			s.change(func() { s.cut = true })
		}
		if got := s.after(0); len(got) > 0 {
			t.Errorf("asked %v", got)
		}
	})
}

func TestTheShortestQueueIsAskedForFirstAndEachOtherInItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStreet(t, newShelf(t, "t1", 1, slots(2, 0)), newShelf(t, "t2", 2, slots(9, 9)), newShelf(t, "t3", 3, slots(9, 3)))
		s.start(nil)
		got := s.after(time.Minute)
		want := []asked{{10 * time.Second, "t2", tributi}, {10*time.Second + time.Millisecond, "t3", anagra}}
		if !slices.Equal(got, want) {
			t.Errorf("asked %v, want %v", got, want)
		}
	})
}

func TestWhoHasMostLeftIsAskedNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		poor := newShelf(t, "t1", 1, slots(0, 9))
		s := newStreet(t, poor, newShelf(t, "t2", 2, slots(3, 0)), newShelf(t, "t3", 3, slots(40, 0)), newShelf(t, "t4", 4, slots(2, 0)))
		s.start(func(c *pooling.Config) { c.Most = 2 })
		s.after(11 * time.Second) // everybody has been asked once
		first := len(s.after(0))
		asked := make(map[booking.TotemID]int)
		for range 4 {
			for range 3 {
				poor.sell(anagra)
			}
			s.change(func() {})
			all := s.after(10 * time.Second)
			for _, a := range all[first:] {
				asked[a.whom]++
			}
			first = len(all)
		}
		if asked["t3"] < 4 || asked["t3"] <= asked["t2"]+asked["t4"] {
			t.Errorf("asked %v, though t3 has most", asked)
		}
	})
}

func TestOneIsNeverAskedMoreOftenThanEveryFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		poor := newShelf(t, "t1", 1, slots(3, 3))
		s := newStreet(t, poor, newShelf(t, "t2", 2, slots(40, 40)), newShelf(t, "t3", 3, slots(30, 50)), newShelf(t, "t4", 4, slots(30, 0)))
		s.silent["t4"] = true
		s.start(func(c *pooling.Config) { c.Most = 3 })
		for range 600 {
			poor.sell(anagra)
			poor.sell(tributi)
			s.change(func() {})
			s.after(time.Second)
		}
		last := make(map[booking.TotemID]time.Duration)
		all := s.after(0)
		for _, a := range all {
			if before, ok := last[a.whom]; ok && a.at-before < pooling.Rest {
				t.Errorf("%s was asked at %v and at %v", a.whom, before, a.at)
			}
			last[a.whom] = a.at
		}
		if len(all) < 20 || len(last) != 3 {
			t.Errorf("asked only %v", all)
		}
	})
}

func TestWhoDoesNotAnswerIsAskedLessAndLessAndToldOfOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		poor := newShelf(t, "t1", 1, slots(0, 9))
		s := newStreet(t, poor, newShelf(t, "t2", 2, slots(9, 9)))
		s.silent["t2"] = true
		s.start(nil)
		got := s.after(time.Hour)
		if len(got) < 10 || len(got) > 24 {
			t.Errorf("asked %d times in an hour", len(got))
		}
		for i := 2; i < len(got); i++ {
			if a, b := got[i-1].at-got[i-2].at, got[i].at-got[i-1].at; b < a-time.Millisecond {
				t.Errorf("waited %v, then %v", a, b)
			}
		}
		if told := s.reports(); len(told) != 1 {
			t.Errorf("reported %v", told)
		} else if silent, ok := told[0].(pooling.Silent); !ok || silent.Peer != "t2" || silent.Err == nil {
			t.Errorf("reported %v", told)
		}
		s.change(func() { s.silent["t2"] = false })
		s.after(6 * time.Minute)
		if free := poor.free(t, anagra); free != 4 {
			t.Errorf("has %d when it answers again", free)
		}
	})
}

func TestWhereThereIsNothingToShareFewAreAskedUntilThereAreFewer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		poor := newShelf(t, "t1", 1, slots(3, 9))
		rich := newShelf(t, "t2", 2, slots(4, 9))
		s := newStreet(t, poor, rich)
		s.start(nil)
		if got := s.after(time.Hour); len(got) > 16 {
			t.Errorf("asked %d times in an hour", len(got))
		}
		before := len(s.after(0))
		poor.sell(anagra)
		s.change(func() {})
		if got := s.after(time.Second); len(got) != before+1 || poor.free(t, anagra) != 3 {
			t.Errorf("asked %d times more, and has %d", len(got)-before, poor.free(t, anagra))
		}
	})
}

func TestWhatIsNotToBeBelievedIsNotTaken(t *testing.T) {
	spoil := func(liar *shelf, change func(*booking.Transfer)) func(wire.Passed) wire.Passed {
		return func(p wire.Passed) wire.Passed {
			p.Transfers = slices.Clone(p.Transfers)
			if len(p.Transfers) > 1 {
				before := p.Transfers[1].Proof
				change(&p.Transfers[1])
				if liar != nil && p.Transfers[1].Proof == before {
					p.Transfers[1].Proof, _ = liar.sign(p.Transfers[1].Signed())
				}
			}
			return p
		}
	}
	for name, change := range map[string]func(*booking.Transfer){
		"another office":   func(t *booking.Transfer) { t.Key.Office = "rm002" },
		"another queue":    func(t *booking.Transfer) { t.Key.Queue = tributi },
		"another day":      func(t *booking.Transfer) { t.Key.Day = t.Key.Day.AddDays(1) },
		"another number":   func(t *booking.Transfer) { t.Slot = "A999" },
		"another start":    func(t *booking.Transfer) { t.Start = t.Start.Add(time.Hour) },
		"more hands":       func(t *booking.Transfer) { t.Hands++ },
		"too many hands":   func(t *booking.Transfer) { t.Hands = booking.MostHands + 1 },
		"no hands":         func(t *booking.Transfer) { t.Hands = 0 },
		"from another":     func(t *booking.Transfer) { t.From = "t3" },
		"to another":       func(t *booking.Transfer) { t.To = "t3" },
		"to another store": func(t *booking.Transfer) { t.Store = booking.Incarnation{77} },
		"no proof":         func(t *booking.Transfer) { t.Proof = booking.Proof{} },
		"another's proof":  func(t *booking.Transfer) { t.Proof[5] ^= 1 },
	} {
		t.Run(name, func(t *testing.T) {
			lied(t, func(*shelf) func(wire.Passed) wire.Passed { return spoil(nil, change) })
		})
		switch name {
		case "another number", "another start", "more hands": // that is for the donor to say
		default:
			t.Run(name+", signed", func(t *testing.T) {
				lied(t, func(liar *shelf) func(wire.Passed) wire.Passed { return spoil(liar, change) })
			})
		}
	}
}

// lied has a totem ask one of whose five slots one is not to be believed.
func lied(t *testing.T, lies func(liar *shelf) func(wire.Passed) wire.Passed) {
	synctest.Test(t, func(t *testing.T) {
		poor, rich := newShelf(t, "t1", 1, slots(0, 9)), newShelf(t, "t2", 2, slots(10, 9))
		s := newStreet(t, poor, rich)
		s.lies = lies(rich)
		s.start(nil)
		s.after(11 * time.Second)
		if free := poor.free(t, anagra); free != 4 {
			t.Errorf("has %d, of 5 of which one is not to be believed", free)
		}
		told := s.reports()
		if len(told) != 2 || told[0] != (pooling.False{From: "t2", Slots: 1}) || told[1] != (pooling.Received{From: "t2", Slots: 4}) {
			t.Errorf("reported %v", told)
		}
	})
}

func TestAStoreThatFailsIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		poor := newShelf(t, "t1", 1, slots(0, 9))
		poor.fail(errors.New("the disk is full"))
		s := newStreet(t, poor, newShelf(t, "t2", 2, slots(9, 9)))
		s.start(nil)
		s.after(5 * time.Minute)
		if told := s.reports(); len(told) < 2 || len(told) > 6 {
			t.Errorf("reported %d times in five minutes", len(told))
		}
		poor.fail(nil)
		s.after(2 * time.Minute)
		if free := poor.free(t, anagra); free != 4 {
			t.Errorf("has %d", free)
		}
	})
}

func TestNobodyIsAskedForADayThatIsNotSold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStreet(t, newShelf(t, "t1", 1, slots(0, 0)), newShelf(t, "t2", 2, slots(9, 9)))
		s.start(func(c *pooling.Config) { c.Selling = func() (booking.Day, time.Time) { return booking.Day{}, nine() } })
		if got := s.after(time.Hour); len(got) > 0 {
			t.Errorf("asked %v", got)
		}
	})
}

func TestWhoCannotBeReachedIsLeftOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		poor := newShelf(t, "t1", 1, slots(0, 9))
		s := newStreet(t, poor, newShelf(t, "t2", 2, slots(9, 9)))
		poor.peers = []wire.Peer{{Totem: "t1", Key: "U", Address: "192.0.2.1:1"}, {Totem: "t2", Key: "U"}, {Totem: "t2", Address: "192.0.2.1:1"}}
		s.start(nil)
		if got := s.after(time.Hour); len(got) > 0 {
			t.Errorf("asked %v", got)
		}
	})
}

func TestARunThatIsNotWholeIsRefused(t *testing.T) {
	if err := pooling.Run(t.Context(), pooling.Config{}); err == nil {
		t.Error("ran with nothing")
	}
}
