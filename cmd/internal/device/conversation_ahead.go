package device

import (
	"context"
	"errors"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/kiosk"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
)

// askDays asks on which days a queue can be booked.
func (c *conversation) askDays(ctx context.Context, e kiosk.AskDays) {
	c.errands.start(ctx, func(ctx context.Context) news {
		v, err := c.errands.link.Vacancy(ctx, wire.Vacancy{Incarnation: c.errands.life(), Queue: e.Queue})
		if err != nil {
			return news{msg: kiosk.DaysKnown{Errand: e.Errand, Failed: true}}
		}
		answer := kiosk.DaysKnown{Errand: e.Errand}
		for _, d := range v.Days {
			answer.Days = append(answer.Days, kiosk.FreeDay{Day: d.Day, Starts: d.Starts})
		}
		return news{msg: answer}
	})
}

// granted is what came of asking for a slot.
type granted struct {
	booking kiosk.Book
	asked   store.Footing // before it was asked for
	answer  wire.Granted
	err     error
	since   time.Duration // steady: when it was asked for first
}

const (
	// A totem that has just given a slot back is granted it as if it held it still, until its release is folded: moments later
	// it has it, or another.
	foldedSoon = 250 * time.Millisecond
	// foldedAfter is for how long it is asked for again: with errandPatience after that it ends before the citizen waits no longer.
	foldedAfter = 1500 * time.Millisecond
)

// book asks for a slot that this totem does not hold, of today or another day. What comes of it is heard by hearGranted. Nothing is written down before: a slot whose
// answer is lost is this totem's all the same, and is answered again to the next who asks.
func (c *conversation) book(ctx context.Context, e kiosk.Book) []kiosk.Msg {
	queue, ok := c.office.Queue(e.Key.Queue)
	if _, known := c.office.Service(e.Service); !ok || !known || c.unknown || e.Key.Office != c.office.ID {
		return []kiosk.Msg{kiosk.TicketRefused{Why: kiosk.RefusedGone}}
	}
	if refused, hurried := c.hurried(queue); hurried {
		return []kiosk.Msg{refused}
	}
	asked, err := c.store.Footing(ctx)
	if err != nil {
		return []kiosk.Msg{c.refuse(err)}
	}
	c.ask(ctx, granted{booking: e, asked: asked, since: c.clock.steady()}, 0)
	return nil
}

// ask asks for the slot of g after a while.
func (c *conversation) ask(ctx context.Context, g granted, after time.Duration) {
	e := g.booking
	w := wire.Want{Incarnation: c.errands.life(), Queue: e.Key.Queue, Day: e.Key.Day, Start: e.Start.UTC()}
	c.errands.start(ctx, func(ctx context.Context) news {
		select {
		case <-time.After(after):
			g.answer, g.err = c.errands.link.Want(ctx, w)
		case <-ctx.Done():
			g.err = ctx.Err()
		}
		return news{granted: &g}
	})
}

// hearGranted takes the slot that was granted and gives its ticket, on the same path as one that this totem held. Before the
// citizen hears of it the offers are as they are afterwards.
func (c *conversation) hearGranted(ctx context.Context, g granted) {
	answer := c.issueGranted(ctx, g)
	if answer == nil {
		return // it was asked for again
	}
	if err := c.reoffer(ctx); err != nil {
		c.fail(err)
	}
	c.hear(ctx, answer)
}

// issueGranted returns nil where the slot was asked for again.
func (c *conversation) issueGranted(ctx context.Context, g granted) kiosk.Msg {
	e := g.booking
	var refusal *wire.Refusal
	switch {
	case errors.As(g.err, &refusal) && refusal.Code == wire.RefusedGone:
		return kiosk.TicketRefused{Why: kiosk.RefusedGone}
	case g.err != nil:
		return kiosk.TicketRefused{Why: kiosk.RefusedLink}
	case g.answer.Sheet.SheetKey != e.Key:
		event.Log(c.log, event.MessageUnknown, cause(errors.New("the scheduler granted a slot of another sheet than that which was asked for"))...)
		return kiosk.TicketRefused{Why: kiosk.RefusedLink}
	case c.outOfService != "":
		return kiosk.TicketRefused{Why: kiosk.RefusedService}
	}
	ok, err := c.store.TakeGranted(ctx, g.answer, g.asked)
	switch {
	case err != nil:
		return c.refuse(err)
	case !ok:
		return kiosk.TicketRefused{Why: kiosk.RefusedLink}
	}
	number, err := c.freeAt(ctx, e.Key, e.Start)
	switch {
	case err != nil:
		return c.refuse(err)
	case number == "" && c.clock.steady()-g.since < foldedAfter:
		c.ask(ctx, g, foldedSoon)
		return nil
	case number == "":
		return kiosk.TicketRefused{Why: kiosk.RefusedGone}
	}
	return c.issue(ctx, order{service: e.Service, key: e.Key, number: number, start: e.Start, lang: e.Lang})
}

// freeAt returns the lowest number at a start of a sheet that this totem can give, "" for none.
func (c *conversation) freeAt(ctx context.Context, key booking.SheetKey, start time.Time) (booking.Number, error) {
	starts, err := c.store.Offers(ctx, key.Day, start)
	for _, s := range starts {
		if s.Key == key && s.Start.Equal(start) {
			return s.Number, err
		}
	}
	return "", err
}
