package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/store"
)

// cutPower opens what a power cut leaves of the store at cfg.Path now, in a boot of that name.
func cutPower(t fataler, cfg store.Config, folder, boot string) store.Config {
	t.Helper()
	path := filepath.Join(folder, boot+".db")
	for _, suffix := range []string{"", "-wal", ".lock"} {
		content, err := os.ReadFile(cfg.Path + suffix)
		if err == nil {
			err = os.WriteFile(path+suffix, content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	cfg.Path, cfg.Boot = path, boot
	return cfg
}

// inBoot opens a new store with today's and tomorrow's slots in a boot.
func inBoot(t *testing.T, boot string) (*store.Store, store.Config) {
	t.Helper()
	cfg := config(filepath.Join(t.TempDir(), "totem.db"))
	cfg.Boot = boot
	s := open(t, cfg)
	b := sheet(today, 1, 4)
	b.Queue, b.Prefix = "tributi", "B"
	for i := range b.Slots {
		b.Slots[i].Number = booking.NewNumber("B", i+1)
	}
	take(t, s, sheet(today, 1, 6), b, sheet(tomorrow, 1, 4))
	return s, cfg
}

func TestAfterAPowerCutTheNextSlotsOfEachQueueAreLeftAloneUntilItHasCaughtUp(t *testing.T) {
	s, cfg := inBoot(t, "first")
	grant := sheet(today, 1, 6)
	mustIssue(t, s, order(t, grant, 0))
	must(t, s.See(t.Context(), grant.Slots[1].Start.Add(time.Second))) // A002 is over, whatever the clock says after the cut
	cfg.Now = func() time.Time { return today.Start(rome) }
	s = open(t, cutPower(t, cfg, t.TempDir(), "second"))
	wantNumbers(t, "on offer", offeredOf(t, s, queueA), 2, 5, 6)
	if got := offeredOf(t, s, "tributi"); len(got) != 2 || got[0] != "B001" || got[1] != "B002" {
		t.Errorf("of the other queue %v are on offer", got)
	}
	if tomorrows := offersOf(t, s, tomorrow); tomorrows[0].Number == "" {
		t.Error("tomorrow's are left alone too")
	}
	if free, err := s.Free(t.Context(), today, time.Time{}); free[queueA] != 3 || free["tributi"] != 2 || err != nil {
		t.Errorf("free %v, %v", free, err)
	}
	for _, i := range []int{2, 3} {
		if _, err := s.Issue(t.Context(), order(t, grant, i)); !errors.Is(err, store.ErrGone) {
			t.Errorf("slot %d is issued: %v", i, err)
		}
	}
	// They are not given away either, whoever asks for them.
	asks := sheet(today, 2, 6)
	asks.Slots[2].Ask = booking.AskBack
	take(t, s, asks)
	if n, err := s.ReleaseDue(t.Context(), grant.Slots[2].Start.Add(-time.Minute), grant.Slots[4].Start); n != 0 || err != nil {
		t.Errorf("%d are given back, %v", n, err)
	}
	if given := give(t, s, 9); len(given) != 1 || given[0].Slot != "A005" {
		t.Errorf("given %v", given)
	}
	outboxOf(t, s)
	must(t, s.CaughtUp(t.Context()))
	wantFacts(t, s, handFact(booking.FactReleased, 3, 1))
	wantNumbers(t, "on offer", offeredOf(t, s, queueA), 2, 4, 6)
	must(t, s.CaughtUp(t.Context()))
	wantFacts(t, s)
	wantNumbers(t, "issued", issued(t, s, grant), 2, 4, 6)
}

// offeredOf is offered for one of several queues.
func offeredOf(t *testing.T, s *store.Store, queue booking.QueueID) (numbers []booking.Number) {
	t.Helper()
	for _, start := range offersOf(t, s, today) {
		if start.Number != "" && start.Key.Queue == queue {
			numbers = append(numbers, start.Number)
		}
	}
	return numbers
}

func TestOnlyAPowerCutSetsSlotsAside(t *testing.T) {
	for name, c := range map[string]struct {
		boots []string // of the stores before and after
		close bool
		want  int
	}{
		"cut":                         {[]string{"first", "second"}, false, 4},
		"killed":                      {[]string{"first", "first"}, false, 6},
		"closed in order":             {[]string{"first", "second"}, true, 6},
		"boots are not known":         {[]string{"", ""}, false, 6},
		"not known after it":          {[]string{"first", ""}, false, 6},
		"not known before it":         {[]string{"", "second"}, false, 4},
		"cut, and killed":             {[]string{"first", "second", "second"}, false, 4},
		"cut twice":                   {[]string{"first", "second", "third"}, false, 2},
		"cut once more than is there": {[]string{"first", "second", "third", "fourth", "fifth"}, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s, cfg := inBoot(t, c.boots[0])
			for _, boot := range c.boots[1:] {
				if c.close {
					must(t, s.Close())
				}
				next := cfg
				if next.Boot = boot; !c.close {
					next = cutPower(t, cfg, t.TempDir(), boot)
				}
				cfg, s = next, open(t, next)
			}
			if got := offeredOf(t, s, queueA); len(got) != c.want {
				t.Errorf("on offer %v, want %d", got, c.want)
			}
			s = reopen(t, s, cfg)
			if got := offeredOf(t, s, queueA); len(got) != c.want {
				t.Errorf("after a restart on offer %v, want %d", got, c.want)
			}
		})
	}
}

func TestAPowerCutWithNothingLeftOfTheDaySetsTheNextDaysSlotsAside(t *testing.T) {
	s, cfg := inBoot(t, "first")
	must(t, s.See(t.Context(), today.End(rome).Add(-time.Hour)))
	s = open(t, cutPower(t, cfg, t.TempDir(), "second"))
	if got := offersOf(t, s, tomorrow); got[0].Number != "" || got[1].Number != "" || got[2].Number == "" {
		t.Errorf("offers %v", got)
	}
	must(t, s.CloseDays(t.Context(), tomorrow.AddDays(1)))
	outboxOf(t, s)
	must(t, s.CloseDays(t.Context(), tomorrow.AddDays(1)))
	wantFacts(t, s) // nothing of these days was left to close
	must(t, s.CaughtUp(t.Context()))
}
