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
// [Open], and those that a person asked for. It returns the same job until [Store.JobSending] or [Store.JobEnded] is
// told of it. A job in state paper.JobSending ([Order.Sending]) is noted as being sent already; not a byte of it was,
// but by whoever was handed it here.
func (s *Store) NextJob(ctx context.Context) (job ticket.Job, ok bool, err error) {
	var slip string
	switch err := s.read.row(ctx, "job_next").Scan(&job.ID, &job.State, &job.Copy, &slip); {
	case noRow(err):
		return ticket.Job{}, false, nil
	case err != nil:
		return ticket.Job{}, false, faultOf("read the next print job", err)
	}
	if err := unmarshal(slip, &job.Slip); err != nil {
		return ticket.Job{}, false, faultOf("read the next print job", err)
	}
	return job, true, nil
}

// JobSending notes that the next thing that happens is a byte sent to the printer. [ErrNoJob] says that it must not
// happen: the job is not due, or its day was closed.
func (s *Store) JobSending(ctx context.Context, id int64) error {
	return s.change(ctx, "note a slip on its way", func(t tx) error {
		n, err := t.execCount("job_sending", id, t.minute)
		if err == nil && n == 0 {
			return ErrNoJob
		}
		return err
	})
}

// JobEnded notes the outcome of a job, commits the fact that tells it, and counts the paper that it used. When the
// outcome is known, or the ticket was given back, the slip is erased. Of a copy only what it adds to the slips before is noted: that it did not come
// out leaves them as they were. JobEnded does nothing for a job that has ended already, and counts no more than paper
// for one whose day was closed.
func (s *Store) JobEnded(ctx context.Context, id int64, r paper.Result) error {
	return s.change(ctx, "note what became of a slip", func(t tx) error {
		j, ok, err := t.job(id)
		if err != nil || j.state == paper.JobDone {
			return err
		}
		if err := t.useRoll(r); err != nil || !ok {
			return err
		}
		cancelled, err := t.jobCancelled(id)
		if err != nil {
			return err
		}
		return t.endJob(id, j, r.Outcome, r.Level, !cancelled)
	})
}

// jobRow is what the journal's own decisions look at.
type jobRow struct {
	day     string
	queue   booking.QueueID
	number  booking.Number
	state   paper.JobState
	turn    string
	copied  bool           // an earlier slip of it may be on paper, and the next one says so
	outcome *paper.Outcome // of the last slip; nil: none has ended
	level   *paper.Level
	hasSlip bool
}

// The words of print_job.turn.
const (
	turnDue     = "due"
	turnRunning = "running"
	turnFound   = "found"
	turnOver    = "over"
)

func (t tx) job(id int64) (j jobRow, ok bool, err error) {
	err = t.row("job", id).Scan(&j.day, &j.queue, &j.number, &j.state, &j.turn, &j.copied, &j.outcome, &j.level, &j.hasSlip)
	if noRow(err) {
		return jobRow{}, false, nil
	}
	return j, err == nil, err
}

// onPaper reports whether any slip of the job may be on paper, so that another one is a copy.
func (j jobRow) onPaper() bool {
	return j.copied || j.state == paper.JobSending || j.state == paper.JobDone && (j.outcome == nil || *j.outcome != paper.NotPrinted)
}

// known returns what is known of all slips of the job, once the last one ended so.
func (j jobRow) known(o paper.Outcome, l paper.Level) (paper.Outcome, paper.Level) {
	switch {
	case !j.copied || o == paper.Printed:
		return o, l
	case j.outcome != nil && j.level != nil && *j.outcome == paper.Printed:
		return *j.outcome, *j.level
	default:
		return paper.Unknown, l
	}
}

// endJob closes a job and commits its printed fact. keep keeps the slip of one that is not known to be on paper or not.
func (t tx) endJob(id int64, j jobRow, o paper.Outcome, l paper.Level, keep bool) error {
	o, l = j.known(o, l)
	keep = keep && o == paper.Unknown
	if err := t.exec("job_over", id, int64(o), int64(l), keep, t.minute); err != nil {
		return err
	}
	t.erased = t.erased || j.hasSlip && !keep
	day, err := booking.ParseDay(j.day)
	if err != nil {
		return damage(err.Error())
	}
	return t.addNext(booking.Fact{Kind: booking.FactPrinted, Day: day, Queue: j.queue, Slot: j.number, Paper: told(o)})
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
