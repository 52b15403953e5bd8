package store_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/paper"
	"example.org/totem/store"
	"example.org/totem/ticket"
)

func mustEnd(t *testing.T, s *store.Store, job int64, r paper.Result) {
	t.Helper()
	if err := s.JobEnded(t.Context(), job, r); err != nil {
		t.Fatal(err)
	}
}

func wantNext(t *testing.T, s *store.Store, want ticket.Job) {
	t.Helper()
	next, ok, err := s.NextJob(t.Context())
	if diff := cmp.Diff(want, next); diff != "" || !ok || err != nil {
		t.Errorf("next job (-want +got): %v, %v\n%s", ok, err, diff)
	}
}

func TestATicketForAPrinterThatWaitsIsNotedAsSentAtOnce(t *testing.T) {
	s, cfg := fresh(t)
	grant := sheet(today, 1, 2)
	take(t, s, grant)
	o := order(t, grant, 0)
	o.Sending = true
	job := mustIssue(t, s, o)
	for range 2 {
		wantNext(t, s, ticket.Job{ID: job, State: paper.JobSending, Slip: o.Slip})
	}
	s = reopen(t, s, cfg) // as after a crash: nobody knows whether it was sent
	if found, err := s.Found(t.Context()); len(found) != 1 || !found[0].Sent || err != nil {
		t.Fatalf("found %v, %v", found, err)
	}
	if err := s.Requeue(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	wantNext(t, s, ticket.Job{ID: job, State: paper.JobQueued, Copy: true, Slip: o.Slip})

	o = order(t, grant, 1)
	o.Sending = true
	second := mustIssue(t, s, o)
	mustEnd(t, s, second, paper.Result{Outcome: paper.NotPrinted}) // the printer was not ready any more
	if got := papers(outboxOf(t, s)); !cmp.Equal(got, []booking.Paper{booking.PaperNotPrinted}) {
		t.Errorf("told %v", got)
	}
}

func TestASlipThatWasAskedForAgainIsACopyUnlessNoneEverCameOut(t *testing.T) {
	for outcome, copied := range map[paper.Outcome]bool{paper.Printed: true, paper.Unknown: true, paper.NotPrinted: false} {
		t.Run(outcome.String(), func(t *testing.T) {
			s, cfg, o, job := printing(t)
			ends(t, s, job, outcome)
			for _, then := range []paper.Outcome{paper.NotPrinted, paper.NotPrinted, paper.Printed} {
				if err := s.Reprint(t.Context(), job, o.Slip); err != nil {
					t.Fatal(err)
				}
				if err := s.Reprint(t.Context(), job, o.Slip); !errors.Is(err, store.ErrNoJob) {
					t.Errorf("a second time while it is due: %v", err)
				}
				wantNext(t, s, ticket.Job{ID: job, State: paper.JobQueued, Copy: copied, Slip: o.Slip})
				ends(t, s, job, then)
			}
			if err := s.Reprint(t.Context(), job, o.Slip); err != nil {
				t.Fatal(err)
			}
			s = reopen(t, s, cfg)
			wantNoJob(t, s)
			if found, err := s.Found(t.Context()); len(found) != 1 || !found[0].Sent || found[0].Code != o.Code || err != nil {
				t.Fatalf("found %v, %v", found, err)
			}
			if err := s.Reprint(t.Context(), job, o.Slip); !errors.Is(err, store.ErrNoJob) {
				t.Errorf("of a found one: %v", err)
			}
			if err := s.Leave(t.Context(), job); err != nil {
				t.Fatal(err)
			}
			want := map[paper.Outcome][]booking.Paper{
				// A copy that does not come out takes nothing away from what was known before.
				paper.Printed:    {booking.PaperPrinted, booking.PaperPrinted, booking.PaperPrinted, booking.PaperPrinted, booking.PaperPrinted},
				paper.Unknown:    {booking.PaperUnknown, booking.PaperUnknown, booking.PaperUnknown, booking.PaperPrinted, booking.PaperPrinted},
				paper.NotPrinted: {booking.PaperNotPrinted, booking.PaperNotPrinted, booking.PaperNotPrinted, booking.PaperPrinted, booking.PaperPrinted},
			}[outcome]
			if diff := cmp.Diff(want, papers(outboxOf(t, s))); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatCannotBePrintedAgainIsRefused(t *testing.T) {
	s, _, o, job := printing(t)
	if err := s.Reprint(t.Context(), job, o.Slip); !errors.Is(err, store.ErrNoJob) {
		t.Errorf("of a job that is due: %v", err)
	}
	ends(t, s, job, paper.NotPrinted)
	if err := s.Reprint(t.Context(), job, order(t, sheet(today, 1, 2), 1).Slip); err == nil {
		t.Error("another ticket's slip was taken")
	}
	if err := s.Reprint(t.Context(), job+50, o.Slip); !errors.Is(err, store.ErrNoJob) {
		t.Errorf("of no job: %v", err)
	}
	if err := s.CloseDays(t.Context(), tomorrow); err != nil {
		t.Fatal(err)
	}
	if err := s.Reprint(t.Context(), job, o.Slip); !errors.Is(err, store.ErrNoJob) {
		t.Errorf("on a closed day: %v", err)
	}
	wantNoJob(t, s)
}

// A known outcome takes the code away from the rows, and the next start or closing from the files.
func TestASlipThatWasPrintedAgainLeavesNoCode(t *testing.T) {
	s, cfg, o, job := printing(t)
	for _, outcome := range []paper.Outcome{paper.NotPrinted, paper.Unknown, paper.Printed} {
		ends(t, s, job, outcome)
		if outcome != paper.Printed {
			if err := s.Reprint(t.Context(), job, o.Slip); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.Requeue(t.Context(), job); !errors.Is(err, store.ErrNoJob) {
		t.Errorf("the slip is still there: %v", err)
	}
	reopen(t, s, cfg)
	folder := filepath.Dir(cfg.Path)
	if n := traces(t, folder, [][]byte{[]byte(o.Code), []byte(o.Code.Grouped())}); n > 0 {
		t.Errorf("%d traces of the code are left", n)
	}
	if body, err := os.ReadFile(cfg.Path); err != nil || !bytes.Contains(body, []byte("anagrafe")) {
		t.Errorf("this test is blind: %v", err)
	}
}

func TestATechnicianSeesTheOpenJobsAndNothingOfTheirBearers(t *testing.T) {
	s, cfg := fresh(t)
	clock := today.At(8*60, rome)
	s.Close()
	cfg.Now = func() time.Time { return clock }
	s = open(t, cfg)
	grant := sheet(today, 1, 9)
	take(t, s, grant)
	var jobs []int64
	for i := range 6 {
		o := order(t, grant, i)
		o.Sending = i == 1
		jobs = append(jobs, mustIssue(t, s, o))
	}
	clock = clock.Add(10*time.Minute + 20*time.Second)
	if err := s.JobSending(t.Context(), jobs[2]); err != nil {
		t.Fatal(err)
	}
	mustEnd(t, s, jobs[3], paper.Result{Outcome: paper.Unknown, Level: paper.ByDrain})
	mustEnd(t, s, jobs[4], paper.Result{Outcome: paper.Printed, Level: paper.ByFence})
	mustEnd(t, s, jobs[5], paper.Result{Outcome: paper.NotPrinted})
	eight, later := today.At(8*60, time.UTC).Add(-time.Hour), today.At(8*60, time.UTC).Add(-50*time.Minute)
	want := []store.Job{
		{ID: jobs[0], State: paper.JobQueued, Since: eight},
		{ID: jobs[1], State: paper.JobSending, Since: eight, Sent: true},
		{ID: jobs[2], State: paper.JobSending, Since: later, Sent: true},
		{ID: jobs[3], State: paper.JobDone, Level: paper.ByDrain, Since: later, Sent: true},
	}
	clock = clock.Add(time.Hour)
	for range 2 { // a restart changes nothing of it
		got, err := s.Jobs(t.Context())
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("(-want +got): %v\n%s", err, diff)
		}
		s = reopen(t, s, cfg)
	}
}

func TestTheRollIsCountedWithTheOutcomesOfSlips(t *testing.T) {
	s, cfg, o, job := printing(t)
	wantRoll := func(want paper.Roll) {
		t.Helper()
		if r, err := s.Roll(t.Context()); r != want || err != nil {
			t.Errorf("roll %+v, %v; want %+v", r, err, want)
		}
	}
	wantRoll(paper.Roll{})
	r := paper.Roll{Length: 80000, Reserve: 3000, Whole: true}
	if err := s.KeepRoll(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	for range 2 { // it ends once
		mustEnd(t, s, job, paper.Result{Outcome: paper.Printed, Length: 210})
	}
	r.Used, r.Slip = 210, 210
	wantRoll(r)
	s = reopen(t, s, cfg)
	wantRoll(r)
	if err := s.Reprint(t.Context(), job, o.Slip); err != nil {
		t.Fatal(err)
	}
	if err := s.CloseDays(t.Context(), tomorrow); err != nil {
		t.Fatal(err)
	}
	mustEnd(t, s, job, paper.Result{Outcome: paper.Unknown}) // it was on its way when its day was closed
	r.Used = 420
	wantRoll(r)
}
