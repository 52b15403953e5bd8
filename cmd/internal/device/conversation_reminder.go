package device

import (
	"cmp"
	"context"
	"io"
	"log/slog"
	"time"

	"example.org/totem/internal/event"
	"example.org/totem/kiosk"
	"example.org/totem/privacy"
	"example.org/totem/store"
	"example.org/totem/sync/sealed"
	"example.org/totem/sync/wire"
	"example.org/totem/ticket"
)

// keepContact seals a contact and sends it, once. From here on it is only in memory of that errand, and sealed.
func (c *conversation) keepContact(ctx context.Context, e kiosk.KeepContact) []kiosk.Msg {
	refused := []kiosk.Msg{kiosk.ContactRefused{Errand: e.Errand, Why: kiosk.NotKeptRefused}}
	w, ok := c.holderOf(ctx, e.Ticket)
	notice := c.office.Notice(e.Lang)
	if !ok || !notice.Complete() || !c.office.Reminders.Offered() {
		return refused
	}
	var receipt privacy.Receipt
	if _, err := io.ReadFull(c.random, receipt[:]); err != nil {
		c.fail(err)
		return refused
	}
	consent := wire.Consent{
		Ticket: refOf(w), Start: e.Start.UTC(), Purpose: e.Purpose, Channel: e.Channel, Contact: e.Contact, Lang: e.Lang,
		Edition: c.office.Privacy.Edition, Notice: privacy.Full(notice).Hash(), Shown: e.Shown, Program: cmp.Or(c.program, unreleased),
		Receipt: receipt, At: c.clock.time().Truncate(time.Minute).UTC(),
	}
	contact, err := c.seal(consent)
	if err != nil { // which says nothing of what is in it
		event.Log(c.log, event.LinkTrouble, slog.String("error", err.Error()))
		return refused
	}
	c.errands.start(ctx, func(ctx context.Context) news { return c.errands.keep(ctx, e.Errand, w, contact, receipt) })
	return nil
}

// unreleased is the release of a program that was built without one.
const unreleased = "unreleased"

func (c *conversation) seal(consent wire.Consent) (wire.Contact, error) {
	plain, err := wire.EncodeConsent(consent)
	if err != nil {
		return wire.Contact{}, err
	}
	defer clear(plain)
	box, err := sealed.Seal(c.office.Reminders.Key, c.office.ID, c.totem, plain)
	return wire.Contact{Incarnation: c.store.Incarnation(), Sealed: box}, err
}

// keep sends a sealed contact, after what its ticket's citizen withdrew before.
func (e *errands) keep(ctx context.Context, id kiosk.Errand, w store.Withdrawal, contact wire.Contact, receipt privacy.Receipt) news {
	give, ok := e.takeTurn(ctx)
	if !ok {
		return news{msg: kiosk.ContactRefused{Errand: id, Why: kiosk.NotKeptLink}}
	}
	defer give()
	err := e.settle(ctx, w)
	if err == nil {
		_, err = e.link.Contact(ctx, contact)
	}
	if err != nil {
		return news{msg: kiosk.ContactRefused{Errand: id, Why: refusedFor(err)}}
	}
	return news{msg: kiosk.ContactKept{Errand: id, Receipt: receipt.String()}}
}

// askReminder asks what the scheduler holds for a ticket.
func (c *conversation) askReminder(ctx context.Context, e kiosk.AskReminder) []kiosk.Msg {
	w, ok := c.holderOf(ctx, e.Ticket)
	if !ok {
		return []kiosk.Msg{kiosk.ReminderKnown{Errand: e.Errand, Failed: true}}
	}
	c.errands.start(ctx, func(ctx context.Context) news { return c.errands.look(ctx, e.Errand, w) })
	return nil
}

func (e *errands) look(ctx context.Context, id kiosk.Errand, w store.Withdrawal) news {
	failed := news{msg: kiosk.ReminderKnown{Errand: id, Failed: true}}
	give, ok := e.takeTurn(ctx)
	if !ok {
		return failed
	}
	defer give()
	if e.settle(ctx, w) != nil { // what was withdrawn must not be shown as if it stood
		return failed
	}
	r, err := e.link.Reminder(ctx, wire.Reminder{Incarnation: e.life(), Ticket: refOf(w)})
	if err != nil {
		return failed
	}
	return news{msg: kiosk.ReminderKnown{Errand: id, Reminder: kiosk.Reminder{On: r.On, Channel: r.Channel, Masked: r.Masked, Due: r.Due}}}
}

// dropReminder withdraws the consent to a ticket's reminder.
func (c *conversation) dropReminder(ctx context.Context, e kiosk.Withdraw) []kiosk.Msg {
	w, ok := c.holderOf(ctx, e.Ticket)
	if !ok {
		return []kiosk.Msg{kiosk.ReminderDropped{Errand: e.Errand, Failed: true}}
	}
	c.errands.start(ctx, func(ctx context.Context) news { return c.errands.withdraw(ctx, e.Errand, w) })
	return nil
}

// holderOf names a ticket by its code's hash, which the conversation has not of one that was just given here. ok is false
// where there is no such ticket.
func (c *conversation) holderOf(ctx context.Context, t kiosk.Ref) (w store.Withdrawal, ok bool) {
	w = store.Withdrawal{Key: t.Key, Number: t.Number, Code: t.Code}
	if !w.Code.IsZero() {
		return w, true
	}
	var err error
	if w.Code, ok, err = c.store.CodeOf(ctx, t.Key, t.Number); err != nil {
		c.fail(err)
	}
	return w, ok
}

// printReceipt has the number of a consent printed, where the printer is ready.
func (c *conversation) printReceipt(e kiosk.PrintReceipt) {
	if c.receipt != nil {
		c.receipt(ticket.Receipt(e.Lang, c.office, e.Receipt))
	}
}
