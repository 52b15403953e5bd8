package privacy

import (
	"time"

	"example.org/totem/locale"
)

// Controller is who answers for the data (GDPR Art. 4(7)), and the mail of the data protection officer.
type Controller struct {
	Name    string
	Address string
	Email   string
	PEC     string // certified mail
	Phone   string
	DPO     string // the data protection officer's mail, for requests under GDPR Art. 15–22 only
}

// Facts is what an office says of its data beside its controller, as citizens are told it.
type Facts struct {
	Production bool        // the office is open to the public: nothing may be missing. Zero: a trial
	Officer    Officer     // the data protection officer, beside the mail in Controller.DPO
	Recipients []Recipient // processors that handle data of citizens, in the order in which they are told
	Edition    string      // of the notice, "3"; it changes with what the notice says
	Since      string      // the date of that edition, "2026-11-24"
	Reserve    int         // percent of the places of a queue kept for who comes in person: of the queue that has the fewest
}

// Officer is where a data protection officer is reached beside by mail.
type Officer struct {
	Address string
	PEC     string
}

// Recipient is a processor (GDPR Art. 28), as citizens are told of it.
type Recipient struct {
	Name     string
	Task     locale.Text // what it does for the controller, "invia gli SMS"
	Channels []Channel   // it carries these messages; none: it handles something else
	Keeps    int         // months for which it keeps a message after it was sent; 0: it does not
	Country  string      // ISO 3166 two capital letters, where the data are
}

// Channel is a way to reach a citizen.
type Channel string

// The channels.
const (
	SMS  Channel = "sms"
	Mail Channel = "email"
)

// Advance says whether another day than today can be booked at the totem.
type Advance string

// The policies. The zero value is AdvanceOff.
const (
	AdvanceOff     Advance = "off"
	AdvanceOpen    Advance = "open"    // without any data
	AdvanceConsent Advance = "consent" // with a contact that the citizen consents to give
)

// Reminders is how the citizens of an office can be reminded. The zero value is not at all: then nothing is asked.
type Reminders struct {
	Channels  []Channel     // that a notifier serves, in the order in which they are offered
	Key       []byte        // 32 bytes: the scheduler's public X25519 key, to which contacts are sealed; nil where it holds none
	Before    time.Duration // how long before its time a ticket's citizen is reminded
	DayBefore time.Duration // the same for a ticket of another day than that on which it was asked for
	NoFirst   bool          // which of the two answers stands first, as the office wishes
}

// Offered reports whether anybody can be reminded.
func (r Reminders) Offered() bool { return len(r.Channels) > 0 && r.Kept() }

// Kept reports whether a contact may be held for a ticket, from before if nobody can be reminded any more: then it can be
// asked for and withdrawn.
func (r Reminders) Kept() bool { return len(r.Key) == 32 }

// PurposeID names a purpose.
type PurposeID string

// The purposes for which a contact is asked.
const (
	Reminding PurposeID = "reminder"  // one message shortly before the time of a ticket
	OtherDay  PurposeID = "other-day" // the same for a ticket of another day, which is given only with it where the office wants it so
)
