package scheduler

import (
	"context"
	"errors"
	"slices"
	"time"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/privacy"
	"example.org/totem/scheduler/contacts"
	"example.org/totem/sync/wire"
)

// actAge is how long ago a citizen may have consented when it is told, and how far ahead a totem's clock may be. What is told
// once more after that, from a copy of a message, brings nothing back that was withdrawn.
const actAge = 10 * time.Minute

// Contact keeps what a citizen consented to give for one ticket, until its message has gone out. The ticket must be on its
// sheet; it may also be one that the totem has not told of yet, on a slot that it holds. Told again with the same receipt
// it changes nothing. The error is a *wire.Refusal, or trouble that may pass; none holds anything of the contact.
func (s *Service) Contact(ctx context.Context, id booking.OfficeID, totem booking.TotemID, c wire.Contact) (wire.Kept, error) {
	o, err := s.reminded(ctx, id, totem, c.Incarnation)
	if err != nil {
		return wire.Kept{}, err
	}
	if !o.Office.Reminders.Offered() {
		return wire.Kept{}, noReminders("nobody is reminded of tickets of this office")
	}
	consent, err := s.contacts.Open(id, totem, c.Sealed)
	if err != nil {
		return wire.Kept{}, noReminders("what the totem sealed cannot be opened: it was sealed to another key, or for another totem")
	}
	now := s.now()
	if err := o.checkConsent(consent, now); err != nil {
		return wire.Kept{}, err
	}
	slot, err := s.ticketSlot(ctx, id, totem, consent.Ticket)
	if err != nil {
		return wire.Kept{}, err
	}
	due, ok := o.due(consent, now)
	if !ok || !slot.Start.Equal(consent.Start) || !s.untold.admit(id, consent.Ticket, slot) {
		return wire.Kept{}, noTicket()
	}
	if s.untold.isFull(id, consent.Ticket) {
		return wire.Kept{}, noReminders("too many contacts were given for that ticket")
	}
	e := contacts.Entry{
		Office: id, Ticket: consent.Ticket, Start: slot.Start, Due: due, Purpose: consent.Purpose,
		Channel: consent.Channel, Contact: consent.Contact, Lang: consent.Lang, Receipt: consent.Receipt,
	}
	if err := s.contacts.Put(ctx, e, consent); err != nil {
		return wire.Kept{}, err
	}
	// A ticket that was given back meanwhile found nothing to erase.
	if _, err := s.ticketSlot(ctx, id, totem, consent.Ticket); err != nil {
		if _, gone := errors.AsType[*wire.Refusal](err); gone {
			s.forgetContact(ctx, id, consent.Ticket)
		}
		return wire.Kept{}, err
	}
	return wire.Kept{Due: due}, nil
}

// Reminder answers what is kept for a ticket. Who knows its code is its bearer. The error is a *wire.Refusal, or trouble that
// may pass.
func (s *Service) Reminder(ctx context.Context, id booking.OfficeID, totem booking.TotemID, r wire.Reminder) (wire.Reminded, error) {
	if _, err := s.reminded(ctx, id, totem, r.Incarnation); err != nil {
		return wire.Reminded{}, err
	}
	e, ok, err := s.contacts.Look(ctx, id, r.Ticket)
	if err != nil || !ok {
		return wire.Reminded{}, err
	}
	return wire.Reminded{On: true, Channel: e.Channel, Masked: privacy.Mask(e.Channel, e.Contact), Due: e.Due}, nil
}

// Withdraw erases what is kept for a ticket, whichever totem of the office asks. Told again, or of a ticket of which nothing
// is kept, it answers the same. The error is a *wire.Refusal, or trouble that may pass: then it is to be told again.
func (s *Service) Withdraw(ctx context.Context, id booking.OfficeID, totem booking.TotemID, w wire.Withdraw) (wire.Withdrawn, error) {
	if _, err := s.reminded(ctx, id, totem, w.Incarnation); err != nil {
		return wire.Withdrawn{}, err
	}
	return wire.Withdrawn{}, s.contacts.Erase(ctx, id, w.Ticket, contacts.Withdrawn)
}

// reminded returns the office whose citizens' contacts a totem asks about, or a refusal. Whether the store is in step with the
// ledger is of no account: a consent can be withdrawn at any time.
func (s *Service) reminded(ctx context.Context, id booking.OfficeID, totem booking.TotemID, store booking.Incarnation) (office, error) {
	o, err := s.officeOf(id, totem)
	if err == nil {
		_, err = s.owner(ctx, id, totem, store)
	}
	if err != nil {
		return office{}, s.refuse(id, totem, err)
	}
	if s.contacts == nil {
		return office{}, noReminders("this scheduler keeps no contacts")
	}
	return o, nil
}

// checkConsent returns a refusal of a consent that is not one this office asks for.
func (o office) checkConsent(c wire.Consent, now time.Time) error {
	told := o.Office
	age := now.Sub(c.At)
	switch {
	case !slices.Contains(told.Reminders.Channels, c.Channel):
		return noReminders("no message goes out by that channel")
	case c.Edition != told.Privacy.Edition:
		return noReminders("another edition of the notice was shown than the one that is in force")
	case !slices.Contains(told.Languages, c.Lang), age > actAge, age < -actAge, c.Receipt == [16]byte{}:
		return noReminders("the consent does not say what it has to")
	case privacy.CheckContact(c.Channel, c.Contact) != nil:
		return noReminders("it is no contact of that channel")
	}
	switch c.Purpose {
	case privacy.Reminding:
		return nil
	case privacy.OtherDay:
		if told.Advance == privacy.AdvanceConsent && c.Ticket.Day.Compare(booking.DayOf(c.At, o.Zone)) > 0 {
			return nil
		}
	}
	return noReminders("nothing is asked here for that purpose")
}

// due returns when the message of a consent goes out; ok is false if that is over.
func (o office) due(c wire.Consent, now time.Time) (due time.Time, ok bool) {
	r := o.Office.Reminders
	if c.Ticket.Day != booking.DayOf(c.At, o.Zone) {
		if due = c.Start.Add(-r.DayBefore); due.After(now) {
			return due, true
		}
	}
	due = c.Start.Add(-r.Before)
	return due, due.After(now)
}

// ticketSlot returns the slot of a ticket that waits to be called, or a refusal: of one that is not there, was given back, or
// is checked in. The slot is still free where the totem that holds it has not told of the ticket yet.
func (s *Service) ticketSlot(ctx context.Context, id booking.OfficeID, totem booking.TotemID, t wire.TicketRef) (booking.Slot, error) {
	sheet, err := s.book.Sheet(ctx, booking.SheetKey{Office: id, Queue: t.Queue, Day: t.Day})
	if errors.Is(err, ledger.ErrNoSheet) || errors.Is(err, ledger.ErrClosed) {
		return booking.Slot{}, noTicket()
	}
	if err != nil {
		return booking.Slot{}, unreadable(err)
	}
	i, ok := sheet.Find(t.Slot)
	if !ok {
		return booking.Slot{}, noTicket()
	}
	slot := sheet.Slots[i]
	untold := slot.State == booking.Free && slot.Holder == booking.HeldBy(totem) && !t.Code.IsZero()
	if !untold && (slot.State != booking.Issued || slot.Ticket.Code != t.Code) {
		return booking.Slot{}, noTicket()
	}
	return slot, nil
}

// Ticket says how a ticket stands, for whoever sends its message.
func (s *Service) Ticket(ctx context.Context, id booking.OfficeID, t wire.TicketRef) (contacts.Standing, error) {
	o, ok := s.offices[id]
	if !ok {
		return contacts.Standing{}, nil
	}
	standing := contacts.Standing{Office: o.Office.Name, Zone: o.Zone}
	sheet, err := s.book.Sheet(ctx, booking.SheetKey{Office: id, Queue: t.Queue, Day: t.Day})
	if errors.Is(err, ledger.ErrNoSheet) || errors.Is(err, ledger.ErrClosed) {
		return standing, nil
	}
	if err != nil {
		return contacts.Standing{}, unreadable(err)
	}
	i, ok := sheet.Find(t.Slot)
	if !ok {
		return standing, nil
	}
	_, held := sheet.Slots[i].Holder.Totem()
	switch slot := sheet.Slots[i]; {
	case slot.State == booking.Free && held:
		standing.State = contacts.Untold
	case slot.State != booking.Issued || slot.Ticket.Code != t.Code:
	case slot.Ticket.Moved && slot.Ticket.Expected.IsZero():
		standing.State = contacts.Untold // to be reminded of a time that does not hold is worse than not to be
	default:
		standing.State, standing.Start = contacts.Waiting, slot.Ticket.Expected
	}
	return standing, nil
}

// noReminders and noTicket are no trouble of the totem's, so they are not logged: a log tells nothing of who consents.
func noReminders(why string) *wire.Refusal {
	return &wire.Refusal{Code: wire.RefusedReminders, Sentence: why, Remedy: "none: the ticket stays as it is"}
}

func noTicket() *wire.Refusal {
	return &wire.Refusal{
		Code:     wire.RefusedTicket,
		Sentence: "there is no such ticket that waits, or its time is too near",
		Remedy:   "none: the ticket stays as it is",
	}
}
