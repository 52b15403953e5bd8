package central

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"time"

	"example.org/totem/booking"
	"example.org/totem/privacy"
	"example.org/totem/scheduler"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/scheduler/consents"
	"example.org/totem/scheduler/contacts"
	"example.org/totem/sync/wire"
)

// contactsDir is where in a data directory contacts are kept. No backup holds any of it.
const contactsDir = "contacts"

// openContacts opens what keeps contacts, with the records of consents beside it. It does so without a notifier too: what
// was given before can be withdrawn, and ends with its day.
func (c *Central) openContacts(cfg Config) error {
	if c.books.authority == nil {
		return nil
	}
	records, err := consents.Open(consents.Config{Dir: filepath.Join(cfg.DataDir, consents.Dir), Signer: c.books.authority, Log: cfg.Log})
	if err != nil {
		return storeFault(err, cfg.DataDir)
	}
	c.contacts, err = contacts.Open(contacts.Config{
		Dir: filepath.Join(cfg.DataDir, contactsDir), Consents: recorder{records, c.officeTold}, Random: cfg.Random,
		Notifiers: func(booking.OfficeID) []contacts.Notifier { return cfg.Notifiers },
		Now:       cfg.Now, After: cfg.After, Log: cfg.Log,
	})
	return err
}

// keepsContacts returns who keeps contacts for the service, nil for nobody.
func (c *Central) keepsContacts() scheduler.Contacts {
	if c.contacts == nil {
		return nil
	}
	return c.contacts
}

// officeTold returns an office as its totems are told of it.
func (c *Central) officeTold(id booking.OfficeID) booking.Office {
	plans := c.service.Plans()
	if i := slices.IndexFunc(plans, func(p agenda.Plan) bool { return p.Office.ID == id }); i >= 0 {
		return plans[i].Office
	}
	return booking.Office{}
}

// recorder tells the records of consents what becomes of contacts.
type recorder struct {
	records *consents.Store
	office  func(booking.OfficeID) booking.Office
}

func (r recorder) Given(ctx context.Context, id booking.OfficeID, c wire.Consent) (over bool, err error) {
	o := r.office(id)
	terms := consents.TermsOf(o, privacy.Full(o.Notice(c.Lang)).Text())
	if err := r.records.Given(ctx, id, c, terms); err != nil {
		return false, err
	}
	return r.records.State(id, c.Receipt).IsFinal(), nil
}

func (r recorder) Ended(ctx context.Context, id booking.OfficeID, receipt [16]byte, why contacts.Why, at time.Time) error {
	err := r.records.Changed(ctx, id, receipt, stateAfter(why), at)
	if errors.Is(err, consents.ErrUnknown) {
		return nil // its record is erased already
	}
	return err
}

// stateAfter returns how a consent stands when its contact was erased. Who gives another contact takes the first one back.
func stateAfter(why contacts.Why) privacy.ConsentState {
	switch why {
	case contacts.Sent:
		return privacy.ConsentFulfilled
	case contacts.Withdrawn, contacts.Replaced:
		return privacy.ConsentWithdrawn
	}
	return privacy.ConsentExpired
}

func (r recorder) EndDay(ctx context.Context, id booking.OfficeID, day booking.Day) error {
	return r.records.EndDay(ctx, id, day)
}
