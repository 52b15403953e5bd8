package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"example.org/totem/booking"
	"example.org/totem/paper"
	"example.org/totem/ticket"
)

// Requeue has a job printed because a person asked: a found one, or one that ended with nobody knowing how. If a slip
// of it may be on paper, the next one is a copy. It does nothing for a job that is due or being printed already, and
// returns [ErrNoJob] for one whose slip is erased.
func (s *Store) Requeue(ctx context.Context, id int64) error {
	return s.change(ctx, "queue a slip again", func(t tx) error {
		j, ok, err := t.job(id)
		switch {
		case err != nil:
			return err
		case !ok || !j.hasSlip:
			return ErrNoJob
		case j.turn == turnDue || j.turn == turnRunning:
			return nil
		}
		return t.exec("job_due", id, j.onPaper(), nil, t.minute)
	})
}

// Reprint has a slip of a ticket printed whose job has ended, because its bearer asked: the journal has erased what the
// slip said, so the caller gives it anew. It is a copy unless no slip of the ticket ever came out. [ErrNoJob] says that
// the job has not ended (see [Store.Requeue] for a found one), that the ticket was given back, or that its day was closed.
// A slip with another ticket's code is refused.
func (s *Store) Reprint(ctx context.Context, id int64, slip ticket.Slip) error {
	const doing = "print a ticket again"
	body, err := json.Marshal(slip)
	if err != nil {
		return fmt.Errorf("%s: write the slip: %w", doing, err)
	}
	return s.change(ctx, doing, func(t tx) error {
		j, ok, err := t.job(id)
		switch {
		case err != nil:
			return err
		case !ok || j.turn != turnOver:
			return ErrNoJob
		}
		if err := t.checkBearer(id, codeOn(slip)); err != nil {
			return err
		}
		if cancelled, err := t.jobCancelled(id); err != nil || cancelled {
			return cmp.Or(err, ErrNoJob)
		}
		return t.exec("job_due", id, j.onPaper(), string(body), t.minute)
	})
}

// checkBearer fails unless code is that of the job's ticket.
func (t tx) checkBearer(id int64, code booking.Code) error {
	var hash, key []byte
	switch err := t.row("job_bearer", id).Scan(&hash, &key); {
	case noRow(err):
		return ErrNoJob
	case err != nil:
		return err
	}
	if own := code.Hash(booking.DayKey(key)); string(own[:]) != string(hash) {
		return errors.New("the slip is not of this ticket")
	}
	return nil
}

// Job is a print job as a technician sees it: nothing in it tells whose it is.
type Job struct {
	ID      int64
	State   paper.JobState
	Outcome paper.Outcome // of the last slip that ended; paper.Unknown also when none has
	Level   paper.Level
	Since   time.Time // when it came into this state, to the minute; zero: not known
	Sent    bool      // a slip of it may be on paper
}

// Jobs returns the jobs that are open, or have ended and nobody knows how, oldest first.
func (s *Store) Jobs(ctx context.Context) ([]Job, error) {
	jobs, err := s.jobs(ctx)
	return jobs, faultOf("read the print journal", err)
}

func (s *Store) jobs(ctx context.Context) ([]Job, error) {
	rows, err := s.read.rows(ctx, "jobs", int64(paper.Unknown), int64(paper.NotConfirmed))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Job
	for rows.Next() {
		var j Job
		var since int64
		if err := rows.Scan(&j.ID, &j.State, &j.Outcome, &j.Level, &since, &j.Sent); err != nil {
			return nil, err
		}
		if since != 0 {
			j.Since = minuteTime(since)
		}
		all = append(all, j)
	}
	return all, rows.Err()
}
