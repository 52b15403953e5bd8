package store

import (
	"context"
	"errors"

	"example.org/totem/booking"
	"example.org/totem/paper"
	"example.org/totem/ticket"
)

// ErrNoJob says that the journal has no such print job in a state in which that could be done. Nothing was written.
var ErrNoJob = errors.New("no such print job")

// NextJob returns the oldest job that is to be printed, ok false when there is none: jobs of tickets issued since
// [Open], and found ones that a person asked for. It returns the same job until [Store.JobSending] or
// [Store.JobEnded] is told of it.
func (s *Store) NextJob(ctx context.Context) (job ticket.Job, ok bool, err error) {
	var slip string
	switch err := s.read.row(ctx, "job_next").Scan(&job.ID, &job.State, &slip); {
	case noRow(err):
		return ticket.Job{}, false, nil
	case err != nil:
		return ticket.Job{}, false, faultOf("read the next print job", err)
	}
	if err := unmarshal(slip, &job.Slip); err != nil {
		return ticket.Job{}, false, faultOf("read the next print job", err)
	}
	job.Copy = job.State == paper.JobSending
	return job, true, nil
}

// JobSending notes that the next thing that happens is a byte sent to the printer. [ErrNoJob] says that it must not
// happen: the job is not due, or its day was closed.
func (s *Store) JobSending(ctx context.Context, id int64) error {
	return s.change(ctx, "note a slip on its way", func(t tx) error {
		n, err := t.execCount("job_sending", id)
		if err == nil && n == 0 {
			return ErrNoJob
		}
		return err
	})
}

// JobEnded notes the outcome of a job, and commits the fact that tells it. When it is known, the slip is erased. It
// does nothing for a job that has ended already or whose day was closed.
func (s *Store) JobEnded(ctx context.Context, id int64, r paper.Result) error {
	return s.change(ctx, "note what became of a slip", func(t tx) error {
		j, ok, err := t.job(id)
		if err != nil || !ok || j.state == paper.JobDone {
			return err
		}
		return t.endJob(id, j, r.Outcome, r.Level, r.Outcome == paper.Unknown)
	})
}

// jobRow is what the journal's own decisions look at.
type jobRow struct {
	day     string
	queue   booking.QueueID
	number  booking.Number
	state   paper.JobState
	turn    string
	hasSlip bool
}

// The words of print_job.turn.
const (
	turnDue     = "due"
	turnRunning = "running"
	turnFound   = "found"
)

func (t tx) job(id int64) (j jobRow, ok bool, err error) {
	err = t.row("job", id).Scan(&j.day, &j.queue, &j.number, &j.state, &j.turn, &j.hasSlip)
	if noRow(err) {
		return jobRow{}, false, nil
	}
	return j, err == nil, err
}

// endJob closes a job and commits its printed fact.
func (t tx) endJob(id int64, j jobRow, o paper.Outcome, l paper.Level, keepSlip bool) error {
	if err := t.exec("job_over", id, int64(o), int64(l), keepSlip); err != nil {
		return err
	}
	day, err := booking.ParseDay(j.day)
	if err != nil {
		return damage(err.Error())
	}
	last, err := t.lastFact()
	if err != nil {
		return err
	}
	return t.addFact(last+1, booking.Fact{Kind: booking.FactPrinted, Day: day, Queue: j.queue, Slot: j.number, Paper: told(o)})
}

// told is an outcome as the office hears of it.
func told(o paper.Outcome) booking.Paper {
	switch o {
	case paper.Printed:
		return booking.PaperPrinted
	case paper.NotPrinted:
		return booking.PaperNotPrinted
	default:
		return booking.PaperUnknown
	}
}
