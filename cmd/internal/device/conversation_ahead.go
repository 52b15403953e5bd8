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

// granted is what came of asking for a slot of another day.
type granted struct {
	booking kiosk.Book
	asked   store.Footing // before it was asked for
	answer  wire.Granted
	err     error
}

// book asks for a slot of another day. What comes of it is heard by hearGranted. Nothing is written down before: a slot whose
// answer is lost is this totem's all the same, and is answered again to the next who asks.
func (c *conversation) book(ctx context.Context, e kiosk.Book) []kiosk.Msg {
	if _, ok := c.office.Service(e.Service); !ok || c.unknown || e.Key.Office != c.office.ID {
		return []kiosk.Msg{kiosk.TicketRefused{Why: kiosk.RefusedGone}}
	}
	asked, err := c.store.Footing(ctx)
	if err != nil {
		return []kiosk.Msg{c.refuse(err)}
	}
	w := wire.Want{Incarnation: c.errands.life(), Queue: e.Key.Queue, Day: e.Key.Day, Start: e.Start.UTC()}
	c.errands.start(ctx, func(ctx context.Context) news {
		g, err := c.errands.link.Want(ctx, w)
		return news{granted: &granted{booking: e, asked: asked, answer: g, err: err}}
	})
	return nil
}

// hearGranted takes the slot that was granted and gives its ticket, on the same path as one of today.
func (c *conversation) hearGranted(ctx context.Context, g granted) {
	c.hear(ctx, c.issueGranted(ctx, g))
}

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
	case number == "":
		return kiosk.TicketRefused{Why: kiosk.RefusedGone}
	}
	return c.issue(ctx, order{service: e.Service, key: e.Key, number: number, start: e.Start, lang: e.Lang})
}

// freeAt returns the lowest number at a start of another day that this totem can give, "" for none.
func (c *conversation) freeAt(ctx context.Context, key booking.SheetKey, start time.Time) (booking.Number, error) {
	starts, err := c.store.Offers(ctx, key.Day, start)
	for _, s := range starts {
		if s.Key == key && s.Start.Equal(start) {
			return s.Number, err
		}
	}
	return "", err
}
