package store_test

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"example.org/totem/booking"
	"example.org/totem/paper"
	"example.org/totem/store"
)

// A whole day offline: a ticket every five minutes, printed by another goroutine, a checkpoint when idle, and the
// close of the day at midnight.
func TestAWholeDayPasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(today.At(8*60, rome))) // the bubble's clock starts in the year 2000
		cfg := config(filepath.Join(t.TempDir(), "totem.db"))
		cfg.Now = time.Now
		s := open(t, cfg)
		defer s.Close()
		const tickets = 60
		grant := sheet(today, 1, tickets)
		take(t, s, grant)

		wake, over := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(over)
			for range wake {
				printOne(t, s)
			}
		}()
		for i := range tickets {
			mustIssue(t, s, order(t, grant, i))
			wake <- struct{}{}
			time.Sleep(5 * time.Minute)
			if err := s.Checkpoint(t.Context()); err != nil {
				t.Error(err)
			}
		}
		close(wake)
		<-over
		time.Sleep(time.Until(today.End(rome)))
		if err := s.CloseDays(t.Context(), booking.DayOf(time.Now(), rome)); err != nil {
			t.Fatal(err)
		}
		facts := outboxOf(t, s)
		if len(facts) != 2*tickets+1 || facts[len(facts)-1].Kind != booking.FactClosed {
			t.Errorf("%d facts, want %d counts and the close", len(facts), 2*tickets)
		}
	})
}

func printOne(t *testing.T, s *store.Store) {
	job, ok, err := s.NextJob(t.Context())
	if err != nil || !ok {
		t.Errorf("next job: %v, %v", ok, err)
		return
	}
	if err := s.JobSending(t.Context(), job.ID); err != nil {
		t.Error(err)
	}
	time.Sleep(3 * time.Second) // the printer
	if err := s.JobEnded(t.Context(), job.ID, paper.Result{Outcome: paper.Printed, Level: paper.ByFence}); err != nil {
		t.Error(err)
	}
}
