package scheduler_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/privacy"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/scheduler/contacts"
	"example.org/totem/sync/wire"
)

// keeper keeps contacts in memory. What is sealed to it is a name for the consent.
type keeper struct {
	channels []privacy.Channel
	kept     map[officeTicket]contacts.Entry
	sealed   map[string]wire.Consent // by office, totem and the sealed bytes
	erased   []contacts.Why
	days     []string // that were erased
	broken   error    // of every erasure
	putting  func()   // called before anything is kept
}

type officeTicket struct {
	office booking.OfficeID
	ticket wire.TicketRef
}

func newKeeper(channels ...privacy.Channel) *keeper {
	return &keeper{channels: channels, kept: make(map[officeTicket]contacts.Entry), sealed: make(map[string]wire.Consent)}
}

func (k *keeper) Key() []byte                                 { return bytes.Repeat([]byte{7}, 32) }
func (k *keeper) Channels(booking.OfficeID) []privacy.Channel { return k.channels }

// seal is what a totem does.
func (k *keeper) seal(office booking.OfficeID, totem booking.TotemID, c wire.Consent) []byte {
	sealed := fmt.Append(nil, len(k.sealed))
	k.sealed[fmt.Sprintf("%s/%s/%s", office, totem, sealed)] = c
	return sealed
}

func (k *keeper) Open(office booking.OfficeID, totem booking.TotemID, sealed []byte) (wire.Consent, error) {
	c, ok := k.sealed[fmt.Sprintf("%s/%s/%s", office, totem, sealed)]
	if !ok {
		return wire.Consent{}, errors.New("it does not open")
	}
	return c, nil
}

func (k *keeper) Put(_ context.Context, e contacts.Entry, c wire.Consent) error {
	if e.Receipt != c.Receipt {
		return errors.New("two receipts")
	}
	if k.putting != nil {
		k.putting()
	}
	k.kept[officeTicket{e.Office, e.Ticket}] = e
	return nil
}

func (k *keeper) Look(_ context.Context, office booking.OfficeID, t wire.TicketRef) (contacts.Entry, bool, error) {
	e, ok := k.kept[officeTicket{office, t}]
	return e, ok, nil
}

func (k *keeper) Erase(_ context.Context, office booking.OfficeID, t wire.TicketRef, why contacts.Why) error {
	if k.broken != nil {
		return k.broken
	}
	if _, ok := k.kept[officeTicket{office, t}]; ok {
		k.erased = append(k.erased, why)
	}
	delete(k.kept, officeTicket{office, t})
	return nil
}

func (k *keeper) Held(office booking.OfficeID) (refs []wire.TicketRef) {
	for t := range k.kept {
		if t.office == office {
			refs = append(refs, t.ticket)
		}
	}
	return refs
}

func (k *keeper) EraseDay(_ context.Context, office booking.OfficeID, day booking.Day) error {
	if k.broken != nil {
		return k.broken
	}
	k.days = append(k.days, fmt.Sprintf("%s %s", office, day))
	for t := range k.kept {
		if t.office == office && t.ticket.Day.Compare(day) <= 0 {
			delete(k.kept, t)
			k.erased = append(k.erased, contacts.Ended)
		}
	}
	return nil
}

// asking returns an office like plan's with nothing missing in its notice, whose citizens can be asked for a contact.
func asking(t testing.TB, id booking.OfficeID, totems ...booking.TotemID) agenda.Plan {
	p := plan(t, id, "Europe/Rome", totems...)
	o := &p.Office
	o.Advance = privacy.AdvanceConsent
	o.Controller = privacy.Controller{Name: "Comune", Address: "piazza 1", Email: "a@b.example", PEC: "p@b.example", Phone: "000", DPO: "d@b.example"}
	o.Privacy = privacy.Facts{Officer: privacy.Officer{Address: "piazza 2", PEC: "dp@b.example"}, Edition: "3", Since: "2026-11-16"}
	o.Reminders = privacy.Reminders{Before: 30 * time.Minute, DayBefore: 20 * time.Hour}
	for _, c := range []privacy.Channel{privacy.SMS, privacy.Mail} {
		r := privacy.Recipient{Name: "Messaggi " + string(c), Task: locale.Text{"it": "invia messaggi"}, Channels: []privacy.Channel{c}, Country: "IT"}
		o.Privacy.Recipients = append(o.Privacy.Recipients, r)
		p.Processors = append(p.Processors, agenda.Processor{Recipient: r})
	}
	return p
}
