package device

import (
	"context"
	"errors"
	"time"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/store"
)

// order is the ticket of a free slot of this totem.
type order struct {
	service booking.ServiceID
	key     booking.SheetKey
	number  booking.Number
	start   time.Time
	lang    locale.Lang
	noTime  bool // the slip promises no time
}

// issueToday gives a ticket of what is on offer.
func (c *conversation) issueToday(ctx context.Context, e kiosk.Issue) kiosk.Msg {
	start, held := c.startOf(e.Key, e.Number)
	if !held {
		return kiosk.TicketRefused{Why: kiosk.RefusedGone}
	}
	return c.issue(ctx, order{service: e.Service, key: e.Key, number: e.Number, start: start, lang: e.Lang, noTime: e.NoTime})
}

// issue makes the ticket durable and then says so; the slip follows by itself.
func (c *conversation) issue(ctx context.Context, o order) kiosk.Msg {
	service, ok := c.office.Service(o.service)
	if !ok {
		return kiosk.TicketRefused{Why: kiosk.RefusedGone}
	}
	queue, _ := c.office.Queue(o.key.Queue)
	if refused, hurried := c.hurried(queue); hurried {
		return refused
	}
	code, err := booking.NewCode(c.random)
	if err != nil {
		return c.refuse(err)
	}
	t := kiosk.Ticket{Key: o.key, Number: o.number, Code: code, Label: c.office.SlipLabel(service)}
	if !o.noTime {
		t.Start = o.start.In(c.zone)
	}
	slip, err := c.compose(t, o.lang)
	if err != nil {
		return c.refuse(err)
	}
	job, err := c.store.Issue(ctx, store.Order{Key: o.key, Number: o.number, Start: o.start, Code: code, Service: c.office.Tells(service), Slip: slip,
		Sending: c.waiting != nil && c.waiting()})
	if err != nil {
		return c.refuse(err)
	}
	c.pace.note(queue)
	c.printed()
	c.told()
	t.Job = kiosk.JobID(job)
	return kiosk.TicketMade{Ticket: t}
}

// hurried refuses a ticket of a queue of which this totem has given many in a short time.
func (c *conversation) hurried(q booking.Queue) (refused kiosk.TicketRefused, hurried bool) {
	wait := c.pace.wait(q)
	return kiosk.TicketRefused{Why: kiosk.RefusedPace, Until: c.clock.time().Add(wait)}, wait > 0
}

func (c *conversation) startOf(key booking.SheetKey, n booking.Number) (time.Time, bool) {
	for _, s := range c.offers {
		if s.Key == key && s.Number == n && n != "" {
			return s.Start, true
		}
	}
	return time.Time{}, false
}

// refuse turns the error of an issue into its answer.
func (c *conversation) refuse(err error) kiosk.Msg {
	if errors.Is(err, store.ErrGone) {
		return kiosk.TicketRefused{Why: kiosk.RefusedGone}
	}
	c.fail(err)
	return kiosk.TicketRefused{Why: kiosk.RefusedStorage}
}
