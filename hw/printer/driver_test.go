package printer_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/hw/printer"
	"example.org/totem/paper"
	"example.org/totem/ticket"
)

// bench is a scripted printer and journal in one; it writes down what is done to either, in order.
type bench struct {
	status  atomic.Uint32 // a paper.Status
	result  paper.Result
	err     error // of Print
	jobs    []ticket.Job
	roll    paper.Roll
	hook    func() // called by Print
	sending error  // of JobSending
	ending  []error
	mu      sync.Mutex
	diary   []string
}

func (b *bench) note(what string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.diary = append(b.diary, what)
}

// forget begins the diary anew.
func (b *bench) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.diary = nil
}

func (b *bench) Status(context.Context) paper.Status { return paper.Status(b.status.Load()) }

func (b *bench) Print(_ context.Context, s ticket.Slip) (paper.Result, error) {
	what := "print"
	if s.IsCopy() {
		what = "print copy"
	}
	b.note(what)
	if b.hook != nil {
		b.hook()
	}
	return b.result, b.err
}

func (b *bench) NextJob(context.Context) (ticket.Job, bool, error) {
	if len(b.jobs) == 0 {
		return ticket.Job{}, false, nil
	}
	return b.jobs[0], true, nil
}

func (b *bench) JobSending(context.Context, int64) error {
	if b.sending != nil {
		return b.sending
	}
	b.note("sending")
	b.jobs = b.jobs[1:] // it is not due any more
	return nil
}

func (b *bench) JobEnded(_ context.Context, _ int64, r paper.Result) error {
	if len(b.ending) > 0 {
		err := b.ending[0]
		b.ending = b.ending[1:]
		if err != nil {
			b.note("ended: refused")
			return err
		}
	}
	b.note("ended: " + r.Outcome.String())
	b.roll = b.roll.After(r)
	if len(b.jobs) > 0 {
		b.jobs = b.jobs[1:]
	}
	return nil
}

func (b *bench) Roll(context.Context) (paper.Roll, error) { return b.roll, nil }

func (b *bench) KeepRoll(_ context.Context, r paper.Roll) error {
	b.roll = r
	return nil
}

// run lets a driver work on b for a while, told to look after each of the steps.
func run(t *testing.T, b *bench, steps ...func()) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		wake := make(chan struct{}, 1)
		d, err := printer.New(printer.Config{
			Device: b, Journal: b, Wake: wake, Poll: time.Minute,
			Report:        func(_ int64, r paper.Result) { b.note("report: " + r.Outcome.String()) },
			StatusChanged: func(s paper.Status) { b.note("status: " + s.String()) },
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			d.Run(ctx)
		}()
		synctest.Wait()
		for _, step := range steps {
			step()
			synctest.Wait()
			select {
			case wake <- struct{}{}:
			default:
			}
			synctest.Wait()
		}
		cancel()
		<-done
	})
}

func expect(t *testing.T, b *bench, diary ...string) {
	t.Helper()
	if diff := cmp.Diff(diary, b.diary); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func nothing() {}

var (
	queued  = ticket.Job{ID: 1, State: paper.JobQueued}
	sending = ticket.Job{ID: 2, State: paper.JobSending} // noted with its ticket
	copied  = ticket.Job{ID: 3, State: paper.JobQueued, Copy: true}
	good    = paper.Result{Outcome: paper.Printed, Level: paper.ByProcessID}
)

func TestAJobIsNotedBeforeItIsPrintedAndAfterwards(t *testing.T) {
	b := &bench{result: good, jobs: []ticket.Job{queued}}
	run(t, b)
	expect(t, b, "status: ready", "sending", "print", "ended: printed", "report: printed")
}

func TestAJobNotedAsSentWithItsTicketNeedsNoSecondNote(t *testing.T) {
	b := &bench{result: good, sending: errors.New("disk full"), jobs: []ticket.Job{sending}}
	run(t, b)
	expect(t, b, "status: ready", "print", "ended: printed", "report: printed")
}

func TestAJobNotedAsSentToAPrinterThatIsNotReadyAnyMoreDidNotComeOut(t *testing.T) {
	b := &bench{result: good, jobs: []ticket.Job{sending}}
	b.status.Store(uint32(paper.CoverOpen))
	run(t, b)
	expect(t, b, "status: cover-open", "ended: not-printed", "report: not-printed")
}

func TestAJobThatMayBeOnPaperIsPrintedAsACopy(t *testing.T) {
	b := &bench{result: good, jobs: []ticket.Job{copied}}
	run(t, b)
	expect(t, b, "status: ready", "sending", "print copy", "ended: printed", "report: printed")
}

func TestACopyThatDoesNotComeOutLeavesTheFirstSlipUnknown(t *testing.T) {
	b := &bench{jobs: []ticket.Job{copied}}
	b.status.Store(uint32(paper.PaperEnd))
	run(t, b)
	expect(t, b, "status: paper-end", "ended: unknown", "report: unknown")
}

func TestAPrinterThatIsNotReadyGetsNoSlip(t *testing.T) {
	for _, s := range []paper.Status{paper.CoverOpen, paper.PaperEnd, paper.Silent, paper.Offline} {
		b := &bench{jobs: []ticket.Job{queued}}
		b.status.Store(uint32(s))
		run(t, b)
		expect(t, b, "status: "+s.String(), "ended: not-printed", "report: not-printed")
	}
}

func TestADeviceErrorEndsTheJobAndNotTheDriver(t *testing.T) {
	b := &bench{err: errors.New("smoke"), jobs: []ticket.Job{queued}}
	run(t, b, func() { b.err, b.result, b.jobs = nil, good, []ticket.Job{queued} })
	expect(t, b, "status: ready", "sending", "print", "ended: unknown", "report: unknown",
		"sending", "print", "ended: printed", "report: printed")
}

func TestNoByteIsSentThatTheJournalDoesNotKnowOf(t *testing.T) {
	b := &bench{result: good, sending: errors.New("disk full"), jobs: []ticket.Job{queued}}
	run(t, b, nothing, func() { b.sending = nil })
	expect(t, b, "status: ready", "sending", "print", "ended: printed", "report: printed")
}

func TestAnOutcomeThatCouldNotBeNotedIsReportedAndNotedLaterAndNothingIsPrintedTwice(t *testing.T) {
	refused := errors.New("disk full")
	b := &bench{result: good, ending: []error{refused, refused, nil}, jobs: []ticket.Job{queued}}
	run(t, b, nothing, nothing, nothing)
	expect(t, b, "status: ready", "sending", "print", "ended: refused", "report: printed", "ended: refused", "ended: printed")
}

func TestAnIdlePrinterIsAskedHowItIs(t *testing.T) {
	b := &bench{}
	become := func(s paper.Status) func() {
		return func() {
			b.status.Store(uint32(s))
			<-time.After(61 * time.Second) // of the bubble's time: one poll
		}
	}
	run(t, b, become(paper.NearEnd), become(0))
	expect(t, b, "status: ready", "status: near-end", "status: ready")
}

func TestASlipOnItsWayIsFinishedBeforeTheDriverEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &slow{bench: bench{result: good, jobs: []ticket.Job{queued}}}
		d, err := printer.New(printer.Config{Device: b, Journal: b, Wake: make(chan struct{})})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		d.Run(ctx)
		expect(t, &b.bench, "sending", "print", "ended: printed")
	})
}

// slow is a bench whose printer takes three seconds for a slip.
type slow struct{ bench }

func (s *slow) Print(ctx context.Context, sl ticket.Slip) (paper.Result, error) {
	select {
	case <-time.After(3 * time.Second):
		return s.bench.Print(ctx, sl)
	case <-ctx.Done():
		return paper.Result{}, ctx.Err()
	}
}

func TestADriverNeedsItsParts(t *testing.T) {
	b := &bench{}
	wake := make(chan struct{})
	for _, cfg := range []printer.Config{{}, {Device: b}, {Device: b, Journal: b}, {Device: b, Journal: b, Wake: wake, Poll: -1},
		{Device: b, Journal: b, Wake: wake, Collect: -1}, {Device: b, Journal: b, Wake: wake, Low: -1}} {
		if _, err := printer.New(cfg); err == nil {
			t.Errorf("%+v was taken", cfg)
		}
	}
}
