package store

import (
	"context"
	"time"

	"example.org/totem/booking"
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
	Sent   bool // it, or an earlier slip of this ticket, may be on paper, whole or in part
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
		var slip, day string
		var start int64
		if err := rows.Scan(&f.Job, &f.Sent, &slip, &day, &f.Key.Queue, &f.Number, &start); err != nil {
			return nil, err
		}
		if err := unmarshal(slip, &f.Slip); err != nil {
			return nil, err
		}
		if f.Key.Day, err = booking.ParseDay(day); err != nil {
			return nil, damage(err.Error())
		}
		f.Key.Office, f.Start = s.office, minuteTime(start)
		f.Code = codeOn(f.Slip)
		all = append(all, f)
	}
	return all, rows.Err()
}

// findJobs turns the jobs that an earlier process left open into found ones. One whose ticket was given back is not asked
// for any more, and ends.
func (t tx) findJobs() error {
	if err := t.exec("jobs_found"); err != nil {
		return err
	}
	return t.endCancelled()
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

// Leave closes a found job because nobody here wants it: not printed if no slip of it can be on paper, else unknown, or
// printed if that was known of a slip before. The fact that tells it is committed and the slip erased. It does nothing to a job that is not found.
func (s *Store) Leave(ctx context.Context, id int64) error {
	return s.change(ctx, "leave a found slip", func(t tx) error {
		j, ok, err := t.job(id)
		if err != nil || !ok || j.turn != turnFound {
			return err
		}
		return t.giveUp(id)
	})
}
