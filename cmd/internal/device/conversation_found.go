package device

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"example.org/totem/internal/event"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/store"
	"example.org/totem/ticket"
)

// tellFound tells the conversation of the slips that a restart found without a known outcome.
func (c *conversation) tellFound(ctx context.Context) error {
	found, err := c.store.Found(ctx)
	if err != nil {
		return err
	}
	for _, f := range found {
		event.Log(c.log, event.JobFound, slog.Bool("sent", f.Sent))
		if f.Start.Before(c.clock.time().Add(-time.Hour)) {
			continue // nobody waits for it any more; it stays in the journal until its day closes
		}
		if !f.Slip.IsTimed() {
			f.Start = time.Time{}
		}
		c.found = append(c.found, kiosk.JobID(f.Job))
		c.hear(ctx, kiosk.SlipFound{Ticket: kiosk.Ticket{Job: kiosk.JobID(f.Job), Key: f.Key, Number: f.Number, Start: f.Start,
			Code: f.Code, Label: labelOf(f.Slip)}})
	}
	return nil
}

// refind tells of found slips that nobody can have any more.
func (c *conversation) refind(ctx context.Context) error {
	if len(c.found) == 0 {
		return nil
	}
	found, err := c.store.Found(ctx)
	if err != nil {
		return err
	}
	c.found = slices.DeleteFunc(c.found, func(job kiosk.JobID) bool {
		gone := !slices.ContainsFunc(found, func(f store.Found) bool { return kiosk.JobID(f.Job) == job })
		if gone {
			c.hear(ctx, kiosk.SlipGone{Job: job})
		}
		return gone
	})
	return nil
}

// labelOf returns the words on a slip for what it is about, in the slip's own language.
func labelOf(s ticket.Slip) locale.Text {
	for _, line := range s.Lines {
		if line.Role == ticket.RoleLabel {
			return locale.Text{s.Lang: line.Text}
		}
	}
	return nil
}
