package proof_test

import (
	"errors"
	"io"
	"time"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/paper"
	"example.org/totem/privacy"
	"example.org/totem/store"
	"example.org/totem/sync/sealed"
	"example.org/totem/sync/wire"
	"example.org/totem/ticket"
)

var errDown = errors.New("there is no link")

// do carries out what the conversation asks for, and returns the answers.
func (d *desk) do(e kiosk.Effect) []kiosk.Msg {
	switch e := e.(type) {
	case kiosk.Issue:
		for _, s := range d.offers {
			if s.Key == e.Key && s.Number == e.Number {
				return d.issue(e.Service, e.Key, e.Number, s.Start, e.Lang)
			}
		}
		return []kiosk.Msg{kiosk.TicketRefused{Why: kiosk.RefusedGone}}
	case kiosk.Book:
		return d.book(e)
	case kiosk.AskDays:
		return []kiosk.Msg{d.days(e)}
	case kiosk.KeepContact:
		return []kiosk.Msg{d.keep(e)}
	case kiosk.AskReminder:
		w := d.holderOf(e.Ticket)
		if d.settle(w) != nil {
			return []kiosk.Msg{kiosk.ReminderKnown{Errand: e.Errand, Failed: true}}
		}
		r, err := d.service.Reminder(d.ctx, d.plan.Office.ID, d.totem, wire.Reminder{Incarnation: d.store.Incarnation(), Ticket: refOf(w)})
		return []kiosk.Msg{kiosk.ReminderKnown{Errand: e.Errand, Failed: err != nil, Reminder: kiosk.Reminder{On: r.On, Channel: r.Channel, Masked: r.Masked, Due: r.Due}}}
	case kiosk.Withdraw:
		w := d.holderOf(e.Ticket)
		noted := d.store.AddWithdrawal(d.ctx, w)
		if told := d.settle(w); told != nil {
			return []kiosk.Msg{kiosk.ReminderDropped{Errand: e.Errand, Later: noted == nil, Failed: noted != nil}}
		}
		return []kiosk.Msg{kiosk.ReminderDropped{Errand: e.Errand, Failed: noted != nil}}
	case kiosk.FindTicket:
		record, ok, err := d.store.Find(d.ctx, e.Code)
		if d.check(err); !ok {
			return []kiosk.Msg{kiosk.TicketUnknown{}}
		}
		return []kiosk.Msg{kiosk.TicketFound{Record: record}}
	case kiosk.CheckIn:
		return d.change(d.store.Arrive(d.ctx, e.Ticket.Key, e.Ticket.Number, e.Ticket.Code))
	case kiosk.CancelTicket:
		return d.change(d.store.Cancel(d.ctx, e.Ticket.Key, e.Ticket.Number, e.Ticket.Code))
	}
	return nil
}

// issue gives a ticket and prints its slip.
func (d *desk) issue(id booking.ServiceID, key booking.SheetKey, n booking.Number, start time.Time, lang locale.Lang) []kiosk.Msg {
	service, _ := d.office.Service(id)
	code, err := booking.NewCode(d.code)
	d.check(err)
	t := kiosk.Ticket{Key: key, Number: n, Start: start.In(d.plan.Zone), Code: code, Label: d.office.SlipLabel(service)}
	slip, err := ticket.Compose(ticket.Input{Office: d.office, Lang: lang, Number: n, Start: t.Start, Day: key.Day, Today: d.today(), Label: t.Label, Code: code,
		Asked: d.office.Advance == privacy.AdvanceConsent && key.Day != d.today()})
	d.check(err)
	job, err := d.store.Issue(d.ctx, store.Order{Key: key, Number: n, Start: start, Code: code, Service: d.office.Tells(service), Slip: slip, Sending: true})
	if err != nil {
		return []kiosk.Msg{kiosk.TicketRefused{Why: refusalOf(err)}}
	}
	d.tell()
	d.check(d.store.JobEnded(d.ctx, job, paper.Result{Outcome: paper.Printed}))
	d.tell()
	t.Job = kiosk.JobID(job)
	d.given = append(d.given, t)
	return []kiosk.Msg{kiosk.TicketMade{Ticket: t}, kiosk.SlipEnded{Job: t.Job, Result: paper.Result{Outcome: paper.Printed}}}
}

func (d *desk) change(state booking.State, err error) []kiosk.Msg {
	if errors.Is(err, store.ErrGone) {
		return []kiosk.Msg{kiosk.ChangeRefused{Why: kiosk.RefusedGone}}
	}
	d.check(err)
	d.tell()
	return []kiosk.Msg{kiosk.TicketChanged{State: state}}
}

// days asks on which days a queue can be booked. Who asks is not told of any ticket.
func (d *desk) days(e kiosk.AskDays) kiosk.Msg {
	if !d.up {
		return kiosk.DaysKnown{Errand: e.Errand, Failed: true}
	}
	v, err := d.service.Vacancy(d.ctx, d.plan.Office.ID, d.totem, wire.Vacancy{Incarnation: d.store.Incarnation(), Queue: e.Queue})
	d.check(err)
	answer := kiosk.DaysKnown{Errand: e.Errand}
	for _, day := range v.Days {
		answer.Days = append(answer.Days, kiosk.FreeDay{Day: day.Day, Starts: day.Starts})
	}
	return answer
}

// book wants a place of another day.
func (d *desk) book(e kiosk.Book) []kiosk.Msg {
	if !d.up {
		return []kiosk.Msg{kiosk.TicketRefused{Why: kiosk.RefusedLink}}
	}
	asked, err := d.store.Footing(d.ctx)
	d.check(err)
	want := wire.Want{Incarnation: d.store.Incarnation(), Queue: e.Key.Queue, Day: e.Key.Day, Start: e.Start.UTC()}
	data, err := wire.Encode(wire.Newest, want)
	d.say("want", data, err)
	g, err := d.service.Want(d.ctx, d.plan.Office.ID, d.totem, want)
	if err != nil {
		return []kiosk.Msg{kiosk.TicketRefused{Why: refusalOf(err)}}
	}
	data, err = wire.Encode(wire.Newest, g)
	d.say("granted", data, err)
	ok, err := d.store.TakeGranted(d.ctx, g, asked)
	if d.check(err); !ok {
		return []kiosk.Msg{kiosk.TicketRefused{Why: kiosk.RefusedLink}}
	}
	starts, err := d.store.Offers(d.ctx, e.Key.Day, e.Start)
	d.check(err)
	for _, s := range starts {
		if s.Key == e.Key && s.Start.Equal(e.Start) && s.Number != "" {
			return d.issue(e.Service, e.Key, s.Number, e.Start, e.Lang)
		}
	}
	return []kiosk.Msg{kiosk.TicketRefused{Why: kiosk.RefusedGone}}
}

// keep seals a contact and brings it to the scheduler.
func (d *desk) keep(e kiosk.KeepContact) kiosk.Msg {
	w := d.holderOf(e.Ticket)
	var receipt privacy.Receipt
	_, err := io.ReadFull(d.secret, receipt[:])
	d.check(err)
	plain, err := wire.EncodeConsent(wire.Consent{Ticket: refOf(w), Start: e.Start.UTC(), Purpose: e.Purpose, Channel: e.Channel, Contact: e.Contact, Lang: e.Lang,
		Edition: d.office.Privacy.Edition, Notice: privacy.Full(d.office.Notice(e.Lang)).Hash(), Shown: e.Shown, Program: "proof", Receipt: receipt, At: d.now.Truncate(time.Minute).UTC()})
	d.check(err)
	box, err := sealed.Seal(d.office.Reminders.Key, d.plan.Office.ID, d.totem, plain)
	d.check(err)
	m := wire.Contact{Incarnation: d.store.Incarnation(), Sealed: box}
	data, err := wire.Encode(wire.Newest, m)
	d.check(err)
	if d.settle(w) != nil {
		return kiosk.ContactRefused{Errand: e.Errand, Why: kiosk.NotKeptLink}
	}
	d.contacts = append(d.contacts, len(data))
	if _, err := d.service.Contact(d.ctx, d.plan.Office.ID, d.totem, m); err != nil {
		return kiosk.ContactRefused{Errand: e.Errand, Why: kiosk.NotKeptRefused}
	}
	return kiosk.ContactKept{Errand: e.Errand, Receipt: receipt.String()}
}

// settle tells the scheduler what was withdrawn of a ticket.
func (d *desk) settle(w store.Withdrawal) error {
	if !d.up {
		return errDown
	}
	waiting, err := d.store.Withdrawals(d.ctx)
	d.check(err)
	for _, other := range waiting {
		if other == w {
			_, err := d.service.Withdraw(d.ctx, d.plan.Office.ID, d.totem, wire.Withdraw{Incarnation: d.store.Incarnation(), Ticket: refOf(w)})
			d.check(err)
			d.check(d.store.WithdrawalTold(d.ctx, w))
			d.withdrawn++
		}
	}
	return nil
}

func (d *desk) holderOf(t kiosk.Ref) store.Withdrawal {
	w := store.Withdrawal{Key: t.Key, Number: t.Number, Code: t.Code}
	if w.Code.IsZero() {
		var err error
		w.Code, _, err = d.store.CodeOf(d.ctx, t.Key, t.Number)
		d.check(err)
	}
	return w
}

func refOf(w store.Withdrawal) wire.TicketRef {
	return wire.TicketRef{Queue: w.Key.Queue, Day: w.Key.Day, Slot: w.Number, Code: w.Code}
}
