package device

import (
	"context"

	"example.org/totem/kiosk"
	"example.org/totem/paper"
	"example.org/totem/ticket"
)

// reprint asks for the slip of a ticket that is on the screen. What the slip says is composed anew, for the journal
// keeps no code of a slip whose end it knows. Where the journal does not take it the ticket stays on the screen.
func (c *conversation) reprint(ctx context.Context, e kiosk.Reprint) []kiosk.Msg {
	t := e.Ticket
	in := ticket.Input{Office: c.office, Lang: e.Lang, Number: t.Number, Label: t.Label, Code: t.Code}
	if !t.Start.IsZero() {
		in.Start, in.Day = t.Start.In(c.zone), t.Key.Day
	}
	slip, err := ticket.Compose(in)
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

// check asks for a test strip.
func (c *conversation) check(e kiosk.Check) []kiosk.Msg {
	if c.strip == nil {
		return []kiosk.Msg{kiosk.PaperChecked{Result: paper.Result{Outcome: paper.NotPrinted}}}
	}
	c.strip(ticket.Strip(e.Lang))
	return nil
}
