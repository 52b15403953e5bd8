package scheduler

import (
	"context"
	"slices"

	"example.org/totem/booking"
	"example.org/totem/privacy"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/scheduler/contacts"
	"example.org/totem/sync/wire"
)

// Contacts keeps what consenting citizens gave, apart from everything else. Its methods are safe for concurrent use, and
// durable when they return.
type Contacts interface {
	// Key returns the public key to which contacts are sealed, 32 bytes.
	Key() []byte
	// Channels returns what the notifiers of an office serve; none is none.
	Channels(office booking.OfficeID) []privacy.Channel
	// Open opens what a totem sealed. An error says nothing of what is in it.
	Open(office booking.OfficeID, totem booking.TotemID, sealed []byte) (wire.Consent, error)
	// Put keeps an entry and notes the consent; told again with the same receipt it changes nothing.
	Put(ctx context.Context, e contacts.Entry, c wire.Consent) error
	// Look returns what is held for a ticket, ok false for nothing.
	Look(ctx context.Context, office booking.OfficeID, ticket wire.TicketRef) (e contacts.Entry, ok bool, err error)
	// Erase erases what is held for a ticket and notes why; nothing held is no error.
	Erase(ctx context.Context, office booking.OfficeID, ticket wire.TicketRef, why contacts.Why) error
	// Held returns the tickets of an office of which something is held, in no order.
	Held(office booking.OfficeID) []wire.TicketRef
	// EraseDay erases what is held for tickets of a day and of the days before.
	EraseDay(ctx context.Context, office booking.OfficeID, day booking.Day) error
}

// toldOf returns an office as its totems are told of it: how its citizens can be reminded, as far as its processors and the
// notifiers carry messages and nothing is missing in the notice. Where nobody can be reminded, another day is not given for a
// contact either.
func toldOf(p agenda.Plan, c Contacts) booking.Office {
	o := p.Office
	o.Reminders.Channels, o.Reminders.Key = nil, nil
	if c != nil {
		served := c.Channels(o.ID)
		unserved := func(channel privacy.Channel) bool { return !slices.Contains(served, channel) }
		o.Reminders.Channels = slices.DeleteFunc(p.Channels(), unserved)
		if len(p.Channels()) > 0 { // also where no notifier serves them now: what was given earlier can be withdrawn
			o.Reminders.Key = slices.Clone(c.Key())
		}
	}
	if !o.Reminders.Offered() || len(o.Languages) == 0 || !o.Notice(o.Languages[0]).Complete() {
		o.Reminders.Channels = nil
	}
	if o.Advance == privacy.AdvanceConsent && !o.Reminders.Offered() {
		o.Advance = privacy.AdvanceOff
	}
	return o
}
