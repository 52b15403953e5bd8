package store_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/paper"
	"example.org/totem/store"
	"example.org/totem/ticket"
)

// printing issues one ticket in a new store and returns its order and job.
func printing(t *testing.T) (s *store.Store, cfg store.Config, o store.Order, job int64) {
	s, cfg = fresh(t)
	grant := sheet(today, 1, 2)
	take(t, s, grant)
	o = order(t, grant, 0)
	return s, cfg, o, mustIssue(t, s, o)
}

func reopen(t *testing.T, s *store.Store, cfg store.Config) *store.Store {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return open(t, cfg)
}

func wantNoJob(t *testing.T, s *store.Store) {
	t.Helper()
	if job, ok, err := s.NextJob(t.Context()); ok || err != nil {
		t.Errorf("next job = %v, %v", job, err)
	}
}

func ends(t *testing.T, s *store.Store, job int64, o paper.Outcome) {
	t.Helper()
	if err := s.JobSending(t.Context(), job); err != nil {
		t.Fatalf("sending: %v", err)
	}
	wantNoJob(t, s)
	if err := s.JobEnded(t.Context(), job, paper.Result{Outcome: o, Level: paper.ByFence}); err != nil {
		t.Fatalf("ended: %v", err)
	}
	wantNoJob(t, s)
}

func papers(facts []booking.Fact) (p []booking.Paper) {
	for _, f := range facts {
		if f.Kind == booking.FactPrinted {
			p = append(p, f.Paper)
		}
	}
	return p
}

func TestAnOutcomeIsToldOnceAndErasesTheSlip(t *testing.T) {
	for outcome, want := range map[paper.Outcome]booking.Paper{
		paper.Printed: booking.PaperPrinted, paper.NotPrinted: booking.PaperNotPrinted, paper.Unknown: booking.PaperUnknown,
	} {
		t.Run(outcome.String(), func(t *testing.T) {
			s, _, _, job := printing(t)
			ends(t, s, job, outcome)
			if err := s.JobEnded(t.Context(), job, paper.Result{Outcome: paper.Printed}); err != nil {
				t.Errorf("ended twice: %v", err)
			}
			if got := papers(outboxOf(t, s)); !cmp.Equal(got, []booking.Paper{want}) {
				t.Errorf("printed facts %v, want one %v", got, want)
			}
			err := s.Requeue(t.Context(), job)
			if kept := err == nil; kept != (outcome == paper.Unknown) {
				t.Errorf("requeue: %v", err)
			}
			if err := s.JobSending(t.Context(), job+100); !errors.Is(err, store.ErrNoJob) {
				t.Errorf("sending of no job: %v", err)
			}
		})
	}
}

func TestJobsArePrintedOldestFirst(t *testing.T) {
	s, _, _, first := printing(t)
	grant := sheet(today, 1, 2)
	second := mustIssue(t, s, order(t, grant, 1))
	for _, want := range []int64{first, second} {
		job, ok, err := s.NextJob(t.Context())
		if !ok || err != nil || job.ID != want {
			t.Fatalf("next job = %v, %v, %v; want %d", job, ok, err, want)
		}
		if err := s.JobSending(t.Context(), want); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAFoundJobWaitsForAPerson(t *testing.T) {
	for _, sent := range []bool{false, true} {
		t.Run(map[bool]string{false: "queued", true: "sending"}[sent], func(t *testing.T) {
			s, cfg, o, job := printing(t)
			if sent {
				if err := s.JobSending(t.Context(), job); err != nil {
					t.Fatal(err)
				}
			}
			if found, err := s.Found(t.Context()); len(found) != 0 || err != nil {
				t.Errorf("found before a restart: %v, %v", found, err)
			}
			s = reopen(t, s, cfg)
			wantNoJob(t, s)
			if err := s.JobSending(t.Context(), job); !errors.Is(err, store.ErrNoJob) {
				t.Errorf("a found job could be sent: %v", err)
			}
			found, err := s.Found(t.Context())
			want := []store.Found{{Job: job, Key: o.Key, Number: o.Number, Start: o.Start, Code: o.Code, Slip: o.Slip, Sent: sent}}
			if diff := cmp.Diff(want, found, sameDay); diff != "" || err != nil {
				t.Fatalf("found (-want +got): %v\n%s", err, diff)
			}

			for range 2 { // a double tap
				if err := s.Requeue(t.Context(), job); err != nil {
					t.Fatal(err)
				}
			}
			next, ok, err := s.NextJob(t.Context())
			if diff := cmp.Diff(ticket.Job{ID: job, State: paper.JobQueued, Copy: sent, Slip: o.Slip}, next); diff != "" || !ok || err != nil {
				t.Errorf("next job (-want +got): %v, %v\n%s", ok, err, diff)
			}
			ends(t, s, job, paper.Printed)
			if found, _ := s.Found(t.Context()); len(found) != 0 {
				t.Errorf("still found: %v", found)
			}
			if got := papers(outboxOf(t, s)); !cmp.Equal(got, []booking.Paper{booking.PaperPrinted}) {
				t.Errorf("printed facts %v", got)
			}
		})
	}
}

func TestALeftJobIsClosedByWhatIsKnown(t *testing.T) {
	for _, sent := range []bool{false, true} {
		s, cfg, _, job := printing(t)
		if sent {
			if err := s.JobSending(t.Context(), job); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Leave(t.Context(), job); err != nil {
			t.Fatal(err)
		}
		s = reopen(t, s, cfg)
		if found, _ := s.Found(t.Context()); len(found) != 1 {
			t.Fatalf("a job that was not found could be left")
		}
		for range 2 {
			if err := s.Leave(t.Context(), job); err != nil {
				t.Fatal(err)
			}
		}
		want := booking.PaperNotPrinted
		if sent {
			want = booking.PaperUnknown
		}
		if got := papers(outboxOf(t, s)); !cmp.Equal(got, []booking.Paper{want}) {
			t.Errorf("sent %v: printed facts %v, want %v", sent, got, want)
		}
		if err := s.Requeue(t.Context(), job); !errors.Is(err, store.ErrNoJob) {
			t.Errorf("a left job could be printed: %v", err)
		}
		if found, _ := s.Found(t.Context()); len(found) != 0 {
			t.Errorf("still found: %v", found)
		}
	}
}
