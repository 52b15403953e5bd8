package printer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
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
	Poll    time.Duration   // how often an idle printer is asked how it is; 0: 5 s

	// Report is told how each job ended, after the journal noted it or failed to. It must not block. nil: nobody is told.
	Report func(jobID int64, r paper.Result)
	// StatusChanged is told the printer's status at the start and at each change. It must not block. nil: nobody is.
	StatusChanged func(paper.Status)

	Log *slog.Logger // nil: silent
}

const defaultPoll = 5 * time.Second

// Driver takes print jobs from the journal to a known outcome, one after the other.
type Driver struct {
	cfg    Config
	known  bool // status was told once
	status paper.Status
	ends   []end // that the journal has not noted yet
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
	}
	if cfg.Poll == 0 {
		cfg.Poll = defaultPoll
	}
	return &Driver{cfg: cfg}, nil
}

// Run prints until ctx is done. A slip on its way then is brought to its end first, within the device's time limit. No
// failure of printer or journal ends it: what can be tried again is, at the next wake or poll. A slip never is.
func (d *Driver) Run(ctx context.Context) {
	poll := time.NewTicker(d.cfg.Poll)
	defer poll.Stop()
	d.tell(d.cfg.Device.Status(ctx))
	for ctx.Err() == nil {
		d.printAll(ctx)
		select {
		case <-ctx.Done():
		case <-d.cfg.Wake:
		case <-poll.C:
			d.tell(d.cfg.Device.Status(ctx))
		}
	}
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
	slip, again := job.Slip, job.Copy
	if again {
		slip = slip.Copy()
	}
	status := d.cfg.Device.Status(ctx)
	d.tell(status)
	result := paper.Result{Outcome: paper.NotPrinted, Status: status}
	var cause error
	if status.Ready() {
		if err := d.cfg.Journal.JobSending(ctx, job.ID); err != nil {
			d.journalFailed(ctx, "note that a job is being sent", err)
			return false
		}
		result, cause = d.cfg.Device.Print(ctx, slip)
	}
	if again && result.Outcome == paper.NotPrinted {
		result.Outcome = paper.Unknown // the copy did not come out, but nobody knows of the first slip
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
	}
	return true
}

func (d *Driver) tell(s paper.Status) {
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
