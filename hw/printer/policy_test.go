package printer_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/hw/printer"
	"example.org/totem/paper"
	"example.org/totem/ticket"
)

// kioskPrinter is a bench with a presenter, which speaks up by itself.
type kioskPrinter struct {
	bench
	alerts  chan struct{}
	presses int   // slips that were printed while one was in the mouth
	refuses error // of Retract
}

func newKioskPrinter() *kioskPrinter {
	return &kioskPrinter{bench: bench{result: good}, alerts: make(chan struct{}, 1)}
}

func (k *kioskPrinter) Alerts() <-chan struct{} { return k.alerts }

func (k *kioskPrinter) Retract(context.Context) error {
	if k.refuses != nil {
		k.note("retract: refused")
		return k.refuses
	}
	k.note("retract")
	k.become(paper.Status(k.status.Load()) &^ paper.TicketInMouth)
	return nil
}

func (k *kioskPrinter) become(s paper.Status) { k.status.Store(uint32(s)) }

func (k *kioskPrinter) Print(ctx context.Context, s ticket.Slip) (paper.Result, error) {
	if paper.Status(k.status.Load()).Has(paper.TicketInMouth) {
		k.presses++
	}
	return k.bench.Print(ctx, s)
}

// stage is a driver that runs in a bubble of time.
type stage struct {
	*kioskPrinter
	driver *printer.Driver
	wake   chan struct{}
	strips chan ticket.Slip
	log    bytes.Buffer
}

// play has a driver work on k while script goes on. Polls are ten seconds apart.
func play(t *testing.T, k *kioskPrinter, change func(*printer.Config), script func(*stage)) *stage {
	t.Helper()
	s := &stage{kioskPrinter: k}
	synctest.Test(t, func(t *testing.T) {
		k.alerts = make(chan struct{}, 1)
		s.wake, s.strips = make(chan struct{}, 1), make(chan ticket.Slip)
		cfg := printer.Config{
			Device: k, Journal: k, Wake: s.wake, Poll: 10 * time.Second, Strips: s.strips,
			Report:        func(_ int64, r paper.Result) { k.note("report: " + r.Outcome.String()) },
			StatusChanged: func(p paper.Status) { k.note("status: " + p.String()) },
			Stripped:      func(r paper.Result) { k.note("stripped: " + r.Outcome.String()) },
			Log:           slog.New(slog.NewTextHandler(&s.log, nil)),
		}
		if change != nil {
			change(&cfg)
		}
		var err error
		if s.driver, err = printer.New(cfg); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			s.driver.Run(ctx)
		}()
		synctest.Wait()
		script(s)
		synctest.Wait()
		cancel()
		<-done
		if s.driver.Waiting() {
			t.Error("a driver that has ended waits for jobs")
		}
	})
	return s
}

// pass lets time go by.
func (s *stage) pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// issue has a new job printed.
func (s *stage) issue(job ticket.Job) {
	s.jobs = append(s.jobs, job)
	s.wake <- struct{}{}
	synctest.Wait()
}

func (s *stage) logged(id string) int {
	return strings.Count(s.log.String(), "event="+id+" ") + strings.Count(s.log.String(), "event="+id+"\n")
}

func TestASlipThatNobodyTakesIsPulledBackInTheEnd(t *testing.T) {
	s := play(t, newKioskPrinter(), func(cfg *printer.Config) { cfg.Collect = 25 * time.Second }, func(s *stage) {
		s.result.Status = paper.TicketInMouth
		s.become(paper.TicketInMouth)
		s.forget()
		s.issue(queued)
		s.pass(24 * time.Second)
		s.note("24 s")
		s.pass(2 * time.Second)
	})
	// What was in the mouth when the job came had to go first.
	want := []string{"status: ticket-in-mouth", "retract", "status: ready", "sending", "print", "ended: printed", "report: printed",
		"status: ticket-in-mouth", "status: ready", "24 s"}
	if diff := cmp.Diff(want, s.diary); diff != "" {
		t.Errorf("a slip that was taken (-want +got):\n%s", diff)
	}
	s = play(t, newKioskPrinter(), func(cfg *printer.Config) { cfg.Collect = 25 * time.Second }, func(s *stage) {
		s.become(paper.TicketInMouth)
		s.alerts <- struct{}{}
		s.pass(24 * time.Second)
		s.note("24 s")
		s.pass(2 * time.Second)
	})
	if diff := cmp.Diff([]string{"status: ready", "status: ticket-in-mouth", "24 s", "retract", "status: ready"}, s.diary); diff != "" {
		t.Errorf("a slip that was left (-want +got):\n%s", diff)
	}
	if s.logged("printer.retracted") != 1 {
		t.Errorf("the log says:\n%s", &s.log)
	}
}

func TestWithoutATimeToCollectASlipWaitsForTheNextOne(t *testing.T) {
	s := play(t, newKioskPrinter(), nil, func(s *stage) {
		s.become(paper.TicketInMouth)
		s.pass(time.Hour)
		s.forget()
		s.issue(queued)
	})
	if want := []string{"retract", "status: ready", "sending", "print", "ended: printed", "report: printed"}; !cmp.Equal(want, s.diary) {
		t.Errorf("it did %q", s.diary)
	}
}

func TestAMouthThatDoesNotLetGoHoldsUpNobody(t *testing.T) {
	k := newKioskPrinter()
	k.refuses = errors.New("stuck")
	s := play(t, k, func(cfg *printer.Config) { cfg.Collect = 20 * time.Second }, func(s *stage) {
		s.become(paper.TicketInMouth)
		s.pass(10 * time.Minute)
		s.forget()
		s.issue(queued)
	})
	if want := []string{"retract: refused", "sending", "print", "ended: printed", "report: printed"}; !cmp.Equal(want, s.diary[:5]) || s.presses != 1 {
		t.Errorf("it did %q, %d slips on top of another", s.diary, s.presses)
	}
	if s.logged("printer.not-retracted") != 1 || s.logged("printer.retracted") != 0 {
		t.Errorf("the log says:\n%s", &s.log)
	}
}

func TestAStripIsPrintedBetweenJobsAndNoted(t *testing.T) {
	k := newKioskPrinter()
	k.result.Length = 40
	k.roll = paper.Roll{Length: 80000, Whole: true, Seen: true, Slip: 200}
	s := play(t, k, nil, func(s *stage) {
		s.forget()
		s.strips <- ticket.Strip("it")
		synctest.Wait()
	})
	if want := []string{"print", "stripped: printed"}; !cmp.Equal(want, s.diary) {
		t.Errorf("it did %q", s.diary)
	}
	if s.roll.Used != 40 || s.roll.Slip != 200 {
		t.Errorf("the roll is %+v", s.roll)
	}
}

func TestAStripIsNotPrintedWhileThePrinterIsNotReady(t *testing.T) {
	s := play(t, newKioskPrinter(), nil, func(s *stage) {
		s.become(paper.CoverOpen)
		s.forget()
		s.strips <- ticket.Strip("it")
		synctest.Wait()
		s.become(0)
		s.pass(time.Minute)
	})
	if want := []string{"status: cover-open", "stripped: not-printed", "status: ready"}; !cmp.Equal(want, s.diary) {
		t.Errorf("it did %q", s.diary)
	}
}

func TestWhoNeverHasAStripClosesTheChannel(t *testing.T) {
	s := play(t, newKioskPrinter(), nil, func(s *stage) {
		close(s.strips)
		synctest.Wait()
		s.issue(queued)
	})
	if want := []string{"status: ready", "sending", "print", "ended: printed", "report: printed"}; !cmp.Equal(want, s.diary) {
		t.Errorf("it did %q", s.diary)
	}
}

func TestAPrinterThatSpeaksUpIsLookedAtAtOnce(t *testing.T) {
	s := play(t, newKioskPrinter(), nil, func(s *stage) {
		s.become(paper.CoverOpen)
		s.alerts <- struct{}{}
		synctest.Wait()
		s.note("now")
	})
	if want := []string{"status: ready", "status: cover-open", "now"}; !cmp.Equal(want, s.diary) {
		t.Errorf("it did %q", s.diary)
	}
}

func TestAPrinterThatIsNotReadyIsAskedEverySecond(t *testing.T) {
	s := play(t, newKioskPrinter(), nil, func(s *stage) {
		s.become(paper.CoverOpen)
		s.pass(10*time.Second + time.Millisecond)
		s.become(0)
		s.pass(time.Second)
		s.note("a second later")
		s.become(paper.NearEnd)
		s.pass(9 * time.Second)
		s.note("nine seconds later")
	})
	if want := []string{"status: ready", "status: cover-open", "status: ready", "a second later", "nine seconds later"}; !cmp.Equal(want, s.diary) {
		t.Errorf("it did %q", s.diary)
	}
}

func TestOnlyAnIdleDriverOfAReadyPrinterWaits(t *testing.T) {
	k := newKioskPrinter()
	var during []bool
	play(t, k, nil, func(s *stage) {
		wants := func(when string, want bool) {
			if s.driver.Waiting() != want {
				t.Errorf("%s it waits: %v", when, !want)
			}
		}
		wants("at first", true)
		s.become(paper.NearEnd | paper.TicketInMouth)
		s.pass(11 * time.Second)
		wants("with a roll that ends soon", true)
		s.hook = func() { during = append(during, s.driver.Waiting()) }
		s.issue(queued)
		s.strips <- ticket.Strip("it")
		synctest.Wait()
		wants("afterwards", true)
		s.become(paper.PaperEnd)
		s.pass(11 * time.Second)
		wants("without paper", false)
		s.become(0)
		s.pass(time.Second)
		s.ending = []error{errors.New("disk full"), errors.New("disk full"), errors.New("disk full")}
		s.issue(queued)
		wants("with an outcome that is not noted", false)
		s.pass(time.Minute)
		wants("once it is", true)
	})
	if !cmp.Equal(during, []bool{false, false, false}) {
		t.Errorf("while it prints it waits: %v", during)
	}
}

func TestARollThatIsLowIsToldOnceInTheLogAndWithEachSlip(t *testing.T) {
	k := newKioskPrinter()
	k.result.Length = 200
	k.roll = paper.Roll{Length: 80000, Used: 80000 - 29*200, Whole: true, Seen: true, Slip: 200}
	var told []int
	cfg := func(cfg *printer.Config) {
		cfg.Supply = func(p paper.Supply) { told = append(told, p.Slips) }
	}
	s := play(t, k, cfg, func(s *stage) {
		for range 7 {
			s.issue(queued)
		}
	})
	if want := []int{29, 26, 25, 24, 23, 22}; !cmp.Equal(told, want) {
		t.Errorf("told %v, want %v", told, want)
	}
	if s.logged("printer.paper-low") != 1 || s.roll.Used != 80000-22*200 || !s.roll.Warned {
		t.Errorf("%+v, the log says:\n%s", s.roll, &s.log)
	}
	again := play(t, k, cfg, func(s *stage) { s.issue(queued) })
	if again.logged("printer.paper-low") != 0 {
		t.Errorf("a restart told it again:\n%s", &again.log)
	}
}

func TestARollOfNoKnownLengthIsLowWhenTheSensorSaysSoAndNoMoreWhenChanged(t *testing.T) {
	var told []paper.Supply
	s := play(t, newKioskPrinter(), func(cfg *printer.Config) {
		cfg.Roll = paper.Roll{Length: 50000}
		cfg.Supply = func(p paper.Supply) { told = append(told, p) }
	}, func(s *stage) {
		for range 2 {
			s.become(paper.NearEnd)
			s.pass(11 * time.Second)
			s.become(paper.CoverOpen | paper.PaperEnd)
			s.pass(11 * time.Second)
			s.become(0)
			s.pass(11 * time.Second)
		}
	})
	full := paper.Supply{Known: true, LeftMM: 50000, Slips: 50000 / 180}
	near := full
	near.Near = true
	if diff := cmp.Diff([]paper.Supply{{}, {Near: true}, full, near, full}, told); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if s.logged("printer.paper-low") != 1 { // the second roll's length is known, and hardly any of it is used
		t.Errorf("the log says:\n%s", &s.log)
	}
	if s.roll.Length != 50000 || !s.roll.Whole {
		t.Errorf("the journal keeps %+v", s.roll)
	}
}
