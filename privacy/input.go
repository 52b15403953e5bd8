package privacy

import (
	"slices"

	"example.org/totem/locale"
)

// Input is what a notice is made of. Office files, wire and catalogues hold it; booking.Office.Notice gathers it, so that
// the totem and the scheduler make the same notice of the same office.
type Input struct {
	Office     locale.Text   // the office's name
	Place      locale.Text   // where it is
	Languages  []locale.Lang // the office's own first
	Controller Controller
	Facts      Facts
	Reminders  Reminders // zero: nobody is asked for a contact, and nothing is told of one
	Advance    Advance
	Prepares   bool        // a desk is told which service was picked
	Lang       locale.Lang // of the notice; what the office says in other languages only is said in its first one
}

// Complete reports whether nothing is missing in the notice: only then may a contact be asked for.
func (in Input) Complete() bool { return len(Missing(in)) == 0 }

// first returns the office's own language.
func (in Input) first() locale.Lang {
	if len(in.Languages) == 0 {
		return locale.Italian
	}
	return in.Languages[0]
}

// Applies reports whether the office has data for a purpose at all.
func (in Input) Applies(p Purpose) bool {
	switch p.ID {
	case GivingAhead:
		return in.Advance == AdvanceOpen
	case Preparing:
		return in.Prepares
	case Reminding:
		return in.Reminders.Offered()
	case OtherDay:
		return in.Reminders.Offered() && in.Advance == AdvanceConsent
	case Proving:
		return in.asksContacts()
	}
	return true
}

// Purposes returns the purposes that the office has data for, in the order in which citizens are told of them.
func (in Input) Purposes() []Purpose {
	return slices.DeleteFunc(Purposes(), func(p Purpose) bool { return !in.Applies(p) })
}

// asksContacts reports whether citizens may be asked for a contact. Without a way to send a message none is.
func (in Input) asksContacts() bool { return in.Reminders.Offered() }

// carriers returns the processors that carry messages of a channel.
func (f Facts) carriers(c Channel) []Recipient {
	return slices.DeleteFunc(slices.Clone(f.Recipients), func(r Recipient) bool { return !slices.Contains(r.Channels, c) })
}

// carriers returns the processors that carry messages of any channel that the office offers, each once.
func (in Input) carriers() []Recipient {
	return slices.DeleteFunc(slices.Clone(in.Facts.Recipients), func(r Recipient) bool {
		return !slices.ContainsFunc(r.Channels, func(c Channel) bool { return slices.Contains(in.Reminders.Channels, c) })
	})
}
