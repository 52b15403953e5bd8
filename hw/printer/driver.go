package printer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
	"example.org/totem/paper"
	"example.org/totem/ticket"
)

// Config is what a driver works with.
type Config struct {
	Device  Device          // needed
	Journal Journal         // needed
	Wake    <-chan struct{} // has a token when the journal has a new job; needed
	Poll    time.Duration   // how often an idle printer is asked how it is, once a second at the least while it is not ready; 0: 5 s

	// Report is told how each job ended, after the journal noted it or failed to. It must not block. nil: nobody is told.
	Report func(jobID int64, r paper.Result)
	// StatusChanged is told the printer's status at the start and at each change. It must not block. nil: nobody is.
	StatusChanged func(paper.Status)

	// Roll says what a new roll is (Length) and what the model's near-end sensor leaves (Reserve); its other fields are
	// not used. Zero: neither is known.
	Roll paper.Roll
	Low  int // when so many slips are left the roll is low; 0: 25
	// Supply is told how much paper is left at the start, when that changes by a tenth or by what is known of it, and
	// with each slip once it is low. It must not block. nil: nobody is told.
	Supply func(paper.Supply)

	Strips <-chan ticket.Slip // test strips to print, between jobs (ticket.Strip); nil: none ever comes
	// Stripped is told how each strip ended, exactly once. One that comes while the printer is not ready is not printed.
	// It must not block. nil: nobody is told.
	Stripped func(paper.Result)

	// Collect is how long a slip may wait in the mouth of a Presenter before it is pulled back. One that is still there
	// when the next slip is printed is pulled back then. 0: it waits until then.
	Collect time.Duration

	Log *slog.Logger // nil: silent
}

const (
	defaultPoll = 5 * time.Second
	defaultLow  = 25
	// troubled is how often a printer is asked that is not ready: a person stands before it, and wants to see it is mended.
	troubled = time.Second
)

// Driver takes print jobs from the journal to a known outcome, one after the other. Of one ticket it prints at most one
// slip that does not say it is a copy.
type Driver struct {
	cfg     Config
	alerts  <-chan struct{} // nil: the device never speaks up
	waiting atomic.Bool

	known  bool // status was told once
	status paper.Status
	ends   []end // that the journal has not noted yet
	mouth  mouth
	supply supply
}

type end struct {
	job    int64
	result paper.Result
}

// New returns a driver that is not running yet. It fails when something it needs is missing.
func New(cfg Config) (*Driver, error) {
	switch {
	case cfg.Device == nil:
		return nil, errors.New("printer driver: no device")
	case cfg.Journal == nil:
		return nil, errors.New("printer driver: no journal")
	case cfg.Wake == nil:
		return nil, errors.New("printer driver: no wake channel")
	case cfg.Poll < 0:
		return nil, errors.New("printer driver: a negative poll interval")
	case cfg.Collect < 0:
		return nil, errors.New("printer driver: a negative time to collect a slip")
	case cfg.Low < 0:
		return nil, errors.New("printer driver: a negative number of slips")
	}
	if cfg.Poll == 0 {
		cfg.Poll = defaultPoll
	}
	if cfg.Low == 0 {
		cfg.Low = defaultLow
	}
	d := &Driver{cfg: cfg}
	if a, ok := cfg.Device.(Alerter); ok {
		d.alerts = a.Alerts()
	}
	return d, nil
}

// Waiting reports whether the driver has nothing to do and the printer was ready at the last look: a job of now would
// be sent at once. A caller that commits a job as paper.JobSending because of that is right in any case: if the printer
// is not ready any more when the job is taken, not a byte of it is sent, and it ends as not printed. It may be called
// from any goroutine.
func (d *Driver) Waiting() bool { return d.waiting.Load() }

// Run prints until ctx is done. A slip on its way then is brought to its end first, within the device's time limit. No
// failure of printer or journal ends it: what can be tried again is, at the next wake or poll. A slip never is.
func (d *Driver) Run(ctx context.Context) {
	d.loadRoll(ctx)
	d.look(ctx)
	for ctx.Err() == nil {
		d.printAll(ctx)
		d.keepRoll(ctx)
		d.rest(ctx)
	}
}

// rest waits for something to do, and does it unless it is a job.
func (d *Driver) rest(ctx context.Context) {
	timer := time.NewTimer(d.nap())
	defer timer.Stop()
	d.waiting.Store(d.status.Ready() && len(d.ends) == 0)
	select {
	case <-ctx.Done():
		d.waiting.Store(false)
	case <-d.cfg.Wake:
		d.waiting.Store(false)
	case slip, ok := <-d.cfg.Strips:
		d.waiting.Store(false)
		if !ok {
			d.cfg.Strips = nil
			return
		}
		d.strip(context.WithoutCancel(ctx), slip)
	case <-d.alerts:
		d.waiting.Store(false)
		d.look(ctx)
	case <-timer.C:
		d.waiting.Store(false)
		d.look(ctx)
	}
}

// nap returns how long nothing needs a look.
func (d *Driver) nap() time.Duration {
	nap := d.cfg.Poll
	if !d.status.Ready() {
		nap = min(nap, troubled)
	}
	if left, due := d.mouth.due(d.cfg.Collect); due {
		nap = min(nap, max(left, 0))
	}
	return nap
}

// look asks the printer how it is.
func (d *Driver) look(ctx context.Context) {
	d.tell(d.cfg.Device.Status(ctx))
	d.collect(ctx)
}

// ready looks at the printer for the last time before a slip, and has its mouth emptied. The status tells whether the
// slip may be sent.
func (d *Driver) ready(ctx context.Context) paper.Status {
	d.tell(d.cfg.Device.Status(ctx))
	if d.clearMouth(ctx) {
		d.tell(d.cfg.Device.Status(ctx))
	}
	return d.status
}

// printAll empties the journal of jobs. It stops at the first failure of the journal.
func (d *Driver) printAll(ctx context.Context) {
	for ctx.Err() == nil && d.noteEnds(ctx) {
		job, ok, err := d.cfg.Journal.NextJob(ctx)
		if err != nil {
			d.journalFailed(ctx, "take the next job", err)
			return
		}
		if !ok || !d.print(context.WithoutCancel(ctx), job) {
			return
		}
	}
}

// print brings one job to its end. It reports false if the journal did not let it begin.
func (d *Driver) print(ctx context.Context, job ticket.Job) bool {
	status := d.ready(ctx)
	result := paper.Result{Outcome: paper.NotPrinted, Status: status}
	var cause error
	if status.Ready() {
		if job.Copy || job.State != paper.JobSending { // else the journal noted it with the ticket
			if err := d.cfg.Journal.JobSending(ctx, job.ID); err != nil {
				d.journalFailed(ctx, "note that a job is being sent", err)
				return false
			}
		}
		slip := job.Slip
		if job.Copy {
			slip = slip.Copy()
		}
		result, cause = d.cfg.Device.Print(ctx, slip)
	}
	if job.Copy && result.Outcome == paper.NotPrinted {
		result.Outcome = paper.Unknown // the copy did not come out, but nobody knows of the slip before
	}
	d.logOutcome(result, cause)
	d.ends = append(d.ends, end{job.ID, result})
	d.noteEnds(ctx)
	if d.cfg.Report != nil {
		d.cfg.Report(job.ID, result)
	}
	d.tell(result.Status)
	return true
}

// noteEnds has the journal note how jobs ended. While it cannot, nothing else is printed: it reports false.
func (d *Driver) noteEnds(ctx context.Context) bool {
	for len(d.ends) > 0 {
		e := d.ends[0]
		if err := d.cfg.Journal.JobEnded(ctx, e.job, e.result); err != nil {
			d.journalFailed(ctx, "note a job's outcome", err)
			return false
		}
		d.ends = d.ends[1:]
		d.supply.roll = d.supply.roll.After(e.result)
		d.tellSupply()
	}
	return true
}

// strip prints a test strip. The journal does not know of it: it is no ticket, and a restart forgets it.
func (d *Driver) strip(ctx context.Context, slip ticket.Slip) {
	status := d.ready(ctx)
	result := paper.Result{Outcome: paper.NotPrinted, Status: status}
	if status.Ready() {
		var cause error
		result, cause = d.cfg.Device.Print(ctx, slip)
		d.logOutcome(result, cause)
		d.supply.use(result.Length)
	}
	if d.cfg.Stripped != nil {
		d.cfg.Stripped(result)
	}
	d.tell(result.Status)
	d.tellSupply()
}

// tell takes in what the printer said of itself.
func (d *Driver) tell(s paper.Status) {
	d.mouth.see(s)
	d.seeRoll(s)
	if d.known && s == d.status {
		return
	}
	d.known, d.status = true, s
	event.Log(d.cfg.Log, event.PrinterStatus, slog.String("status", s.String()))
	if d.cfg.StatusChanged != nil {
		d.cfg.StatusChanged(s)
	}
}

func (d *Driver) logOutcome(r paper.Result, cause error) {
	attrs := []slog.Attr{slog.String("status", r.Status.String())}
	if cause != nil {
		attrs = append(attrs, slog.String("fault", string(fault.Of(cause).Code)), slog.String("cause", cause.Error()))
	}
	switch r.Outcome {
	case paper.Printed:
		event.Log(d.cfg.Log, event.SlipPrinted, append(attrs, slog.String("level", r.Level.String()))...)
	case paper.NotPrinted:
		event.Log(d.cfg.Log, event.SlipFailed, attrs...)
	case paper.Unknown:
		event.Log(d.cfg.Log, event.SlipUnsure, attrs...)
	}
}

func (d *Driver) journalFailed(ctx context.Context, what string, err error) {
	if ctx.Err() != nil {
		return
	}
	err = fmt.Errorf("%s: %w", what, err)
	event.Log(d.cfg.Log, event.StoreFault, slog.String("fault", string(fault.Of(err).Code)), slog.String("cause", err.Error()))
}
