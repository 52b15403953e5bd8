package pooling_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/sync/pooling"
	"example.org/totem/sync/wire"
)

func TestAShareIsHalfOfTheDifference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mine, theirs := rapid.IntRange(0, 5000).Draw(t, "mine"), rapid.IntRange(-3, 5000).Draw(t, "theirs")
		g := pooling.Share(mine, theirs)
		switch {
		case g < 0 || g > mine:
			t.Fatalf("gives %d of %d", g, mine)
		case mine >= max(0, theirs)+2 && g < 1:
			t.Fatalf("gives nothing of %d to one with %d", mine, theirs)
		case g > 0 && mine-g < theirs+g:
			t.Fatalf("keeps %d and leaves who asked with %d", mine-g, theirs+g)
		case g > 0 && mine-g > max(0, theirs)+g+1:
			t.Fatalf("keeps %d of %d, for one with %d", mine-g, mine, theirs+g)
		}
	})
}

// needOf is a need of the shelf s, with what it has.
func needOf(t testing.TB, s *shelf, from booking.TotemID) wire.Need {
	t.Helper()
	got, err := s.Got(t.Context(), from, anagra, s.day)
	if err != nil {
		t.Fatal(err)
	}
	return wire.Need{Incarnation: s.life, Queue: anagra, Day: s.day, From: nine(), Free: s.free(t, anagra), Most: 32, Got: got}
}

func answer(t testing.TB, d *pooling.Donor, to booking.TotemID, n wire.Need) []booking.Transfer {
	t.Helper()
	p, err := d.Answer(t.Context(), to, n)
	if err != nil {
		t.Fatal(err)
	}
	return p.Transfers
}

func TestADonorTellsAgainWhatDidNotComeThroughAndCountsItAsTheAskers(t *testing.T) {
	rich, poor := newShelf(t, "t1", 1, map[booking.QueueID]int{anagra: 10}), newShelf(t, "t2", 2, map[booking.QueueID]int{anagra: 2})
	var told []pooling.Report
	d := rich.donor(t, func(r pooling.Report) { told = append(told, r) })
	first := answer(t, d, "t2", needOf(t, poor, "t1"))
	if len(first) != 4 || rich.free(t, anagra) != 6 {
		t.Fatalf("passed %d on and kept %d", len(first), rich.free(t, anagra))
	}
	again := answer(t, d, "t2", needOf(t, poor, "t1")) // the answer was lost
	if len(again) != 4 || again[0] != first[0] || rich.free(t, anagra) != 6 {
		t.Fatalf("the second time: %v", again)
	}
	if taken, err := poor.Receive(t.Context(), again); taken != 4 || err != nil {
		t.Fatal(taken, err)
	}
	if more := answer(t, d, "t2", needOf(t, poor, "t1")); len(more) != 0 {
		t.Errorf("told again, or gave more: %v", more)
	}
	if len(told) != 1 || told[0] != (pooling.Given{To: "t2", Slots: 4}) {
		t.Errorf("reported %v", told)
	}
}

func TestWhatIsToldAgainAndWhatIsNewStayWithinWhatIsWanted(t *testing.T) {
	rich, poor := newShelf(t, "t1", 1, map[booking.QueueID]int{anagra: 90}), newShelf(t, "t2", 2, nil)
	d := rich.donor(t, ignore)
	n := needOf(t, poor, "t1")
	n.Most = 6
	if got := answer(t, d, "t2", n); len(got) != 6 {
		t.Fatalf("%d, wanted 6", len(got))
	}
	n.Most = 10
	if got := answer(t, d, "t2", n); len(got) != 10 {
		t.Errorf("%d with those told again, wanted 10", len(got))
	}
	n.Most = 1
	if got := answer(t, d, "t2", n); len(got) != 10 {
		t.Errorf("%d told again, of 10", len(got))
	}
}

func TestADonorGivesNothingOfWhatItDoesNotSell(t *testing.T) {
	for name, c := range map[string]struct {
		day  int // more than today
		from time.Duration
		sold booking.QueueID
		want int
	}{
		"another day":               {day: 1},
		"too late for all":          {from: 10 * time.Hour},
		"late for some":             {from: 80 * time.Minute, want: 1}, // two are left
		"before the donor's own":    {from: -time.Hour, want: 5},
		"of a queue it knows not":   {sold: "carta"},
		"of a queue without a slot": {sold: tributi},
	} {
		t.Run(name, func(t *testing.T) {
			rich, poor := newShelf(t, "t1", 1, map[booking.QueueID]int{anagra: 10, tributi: 0}), newShelf(t, "t2", 2, nil)
			n := needOf(t, poor, "t1")
			n.Day, n.From = n.Day.AddDays(c.day), n.From.Add(c.from)
			if c.sold != "" {
				n.Queue = c.sold
			}
			if got := answer(t, rich.donor(t, ignore), "t2", n); len(got) != c.want {
				t.Errorf("passed %d on, want %d", len(got), c.want)
			}
		})
	}
}

func TestADonorThatSellsNoDayTellsAgainAndGivesNothing(t *testing.T) {
	rich, poor := newShelf(t, "t1", 1, map[booking.QueueID]int{anagra: 10}), newShelf(t, "t2", 2, nil)
	selling := rich.day
	d, err := pooling.NewDonor(pooling.DonorConfig{Stock: rich, Sign: rich.sign, Report: ignore,
		Selling: func() (booking.Day, time.Time) { return selling, nine() }})
	if err != nil {
		t.Fatal(err)
	}
	if got := answer(t, d, "t2", needOf(t, poor, "t1")); len(got) != 5 {
		t.Fatal(got)
	}
	selling = booking.Day{}
	n := needOf(t, poor, "t1")
	if got := answer(t, d, "t2", n); len(got) != 5 || rich.free(t, anagra) != 5 {
		t.Errorf("passed %d on", len(got))
	}
	if got := answer(t, d, "t3", needOf(t, newShelf(t, "t3", 3, nil), "t1")); len(got) != 0 || rich.free(t, anagra) != 5 {
		t.Errorf("passed %d on", len(got))
	}
	n.Day = booking.Day{}
	if got := answer(t, d, "t2", n); len(got) != 0 {
		t.Errorf("passed %d on of no day", len(got))
	}
}

func TestADonorWhoseStoreFailsSaysSoAndAnswersNothing(t *testing.T) {
	rich, poor := newShelf(t, "t1", 1, map[booking.QueueID]int{anagra: 10}), newShelf(t, "t2", 2, nil)
	rich.fails = errors.New("the disk is full")
	var told []pooling.Report
	d := rich.donor(t, func(r pooling.Report) { told = append(told, r) })
	if p, err := d.Answer(t.Context(), "t2", needOf(t, poor, "t1")); !errors.Is(err, rich.fails) || len(p.Transfers) > 0 {
		t.Errorf("answered %v, %v", p, err)
	}
	if len(told) != 1 {
		t.Fatalf("reported %v", told)
	}
	if failed, ok := told[0].(pooling.StoreFailed); !ok || !errors.Is(failed.Err, rich.fails) {
		t.Errorf("reported %v", told)
	}
}

// crossing is a shelf of which two may count at the same time, if they can.
type crossing struct {
	*shelf
	counts atomic.Int64
	both   chan struct{}
}

func (c *crossing) Free(ctx context.Context, day booking.Day, from time.Time) (map[booking.QueueID]int, error) {
	free, err := c.shelf.Free(ctx, day, from)
	if c.counts.Add(1) == 2 {
		close(c.both)
	}
	select {
	case <-c.both:
	case <-time.After(50 * time.Millisecond):
	}
	return free, err
}

func TestTwoWhoAskAtOnceDoNotEachGetHalf(t *testing.T) {
	rich := newShelf(t, "t1", 1, map[booking.QueueID]int{anagra: 12})
	d, err := pooling.NewDonor(pooling.DonorConfig{Stock: &crossing{shelf: rich, both: make(chan struct{})}, Sign: rich.sign, Report: ignore,
		Selling: func() (booking.Day, time.Time) { return rich.day, nine() }})
	if err != nil {
		t.Fatal(err)
	}
	passed := make(chan int)
	for _, to := range []booking.TotemID{"t2", "t3"} {
		poor := newShelf(t, to, to[1], nil)
		n := needOf(t, poor, "t1")
		go func() {
			p, err := d.Answer(t.Context(), to, n)
			if err != nil {
				t.Error(err)
			}
			passed <- len(p.Transfers)
		}()
	}
	if a, b := <-passed, <-passed; a+b != 9 || rich.free(t, anagra) != 3 {
		t.Errorf("passed %d and %d on of 12", a, b)
	}
}

func TestADonorThatIsNotWholeIsRefused(t *testing.T) {
	if _, err := pooling.NewDonor(pooling.DonorConfig{}); err == nil {
		t.Error("made of nothing")
	}
}
