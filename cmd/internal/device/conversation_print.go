package device

import (
	"context"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/paper"
	"example.org/totem/privacy"
	"example.org/totem/ticket"
)

// reprint asks for the slip of a ticket that is on the screen. What the slip says is composed anew, for the journal
// keeps no code of a slip whose end it knows. Where the journal does not take it the ticket stays on the screen.
func (c *conversation) reprint(ctx context.Context, e kiosk.Reprint) []kiosk.Msg {
	t := e.Ticket
	slip, err := c.compose(t, e.Lang)
	if err == nil {
		err = c.store.Reprint(ctx, int64(t.Job), slip)
	}
	if err != nil {
		c.fail(err)
		return []kiosk.Msg{kiosk.SlipEnded{Job: t.Job, Result: paper.Result{Outcome: e.Known}}}
	}
	c.printed()
	return nil
}

// compose says what the slip of a ticket tells, printed today.
func (c *conversation) compose(t kiosk.Ticket, lang locale.Lang) (ticket.Slip, error) {
	in := ticket.Input{Office: c.office, Lang: lang, Number: t.Number, Label: t.Label, Code: t.Code}
	if !t.Start.IsZero() {
		in.Start, in.Day, in.Today = t.Start.In(c.zone), t.Key.Day, booking.DayOf(c.clock.time(), c.zone)
		in.Asked = c.office.Advance == privacy.AdvanceConsent && in.Day.Compare(in.Today) > 0
	}
	return ticket.Compose(in)
}

// check asks for a test strip.
func (c *conversation) check(e kiosk.Check) []kiosk.Msg {
	if c.strip == nil {
		return []kiosk.Msg{kiosk.PaperChecked{Result: paper.Result{Outcome: paper.NotPrinted}}}
	}
	c.strip(ticket.Strip(e.Lang))
	return nil
}
