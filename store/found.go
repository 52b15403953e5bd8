package store

import (
	"context"
	"time"

	"example.org/totem/booking"
	"example.org/totem/paper"
	"example.org/totem/ticket"
)

// Found is a print job that an earlier process left without a known outcome. It is never printed by itself: a person
// asks for it, or leaves it.
type Found struct {
	Job    int64
	Key    booking.SheetKey
	Number booking.Number
	Start  time.Time
	Code   booking.Code // as the slip's QR holds it; "" on a slip without one
	Slip   ticket.Slip
	Sent   bool // bytes may have been sent: it may be on paper, whole or in part
}

// Found returns the found jobs that nobody has answered for yet, oldest first.
func (s *Store) Found(ctx context.Context) ([]Found, error) {
	found, err := s.found(ctx)
	return found, faultOf("read the found print jobs", err)
}

func (s *Store) found(ctx context.Context) ([]Found, error) {
	rows, err := s.read.rows(ctx, "jobs_found")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Found
	for rows.Next() {
		var f Found
		var state paper.JobState
		var slip, day string
		var start int64
		if err := rows.Scan(&f.Job, &state, &slip, &day, &f.Key.Queue, &f.Number, &start); err != nil {
			return nil, err
		}
		if err := unmarshal(slip, &f.Slip); err != nil {
			return nil, err
		}
		if f.Key.Day, err = booking.ParseDay(day); err != nil {
			return nil, damage(err.Error())
		}
		f.Key.Office, f.Start, f.Sent = s.office, minuteTime(start), state == paper.JobSending
		f.Code = codeOn(f.Slip)
		all = append(all, f)
	}
	return all, rows.Err()
}

func codeOn(slip ticket.Slip) booking.Code {
	for _, line := range slip.Lines {
		if line.Role == ticket.RoleQR {
			if code, err := booking.ParseCode(line.Text); err == nil {
				return code
			}
		}
	}
	return ""
}

// Requeue has a job printed because a person asked: a found one, or one that ended with nobody knowing how. If bytes
// may have been sent, [Store.NextJob] returns it as Sending, and it is printed as a copy. It does nothing for a job
// that is due or being printed already, and returns [ErrNoJob] for one whose slip is erased.
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
		state := paper.JobSending
		if j.state == paper.JobQueued {
			state = paper.JobQueued
		}
		return t.exec("job_due", id, string(state))
	})
}

// Leave closes a found job because nobody here wants it: not printed if no byte of it was sent, unknown otherwise. The
// fact that tells it is committed and the slip erased. It does nothing to a job that is not found.
func (s *Store) Leave(ctx context.Context, id int64) error {
	return s.change(ctx, "leave a found slip", func(t tx) error {
		j, ok, err := t.job(id)
		if err != nil || !ok || j.turn != turnFound {
			return err
		}
		outcome := paper.Unknown
		if j.state == paper.JobQueued {
			outcome = paper.NotPrinted
		}
		return t.endJob(id, j, outcome, paper.NotConfirmed, false)
	})
}
