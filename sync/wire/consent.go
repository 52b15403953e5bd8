package wire

import (
	"time"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/privacy"
)

// TicketRef names a ticket by what only its bearer and the two sides know.
type TicketRef struct {
	Queue booking.QueueID
	Day   booking.Day
	Slot  booking.Number
	Code  booking.CodeHash
}

// Vacancy asks when a queue can be booked on the days after today. From version 2, as all below.
type Vacancy struct {
	Incarnation booking.Incarnation
	Queue       booking.QueueID
}

// Vacant answers Vacancy: days in order, with the starts of free slots of the pool.
type Vacant struct{ Days []VacantDay }

// VacantDay is one day with at least one start, in order, each once: at most 1440, in whole minutes. There are at most 62 days.
type VacantDay struct {
	Day    booking.Day
	Starts []time.Time
}

// Want asks for a slot of the pool that starts then to be granted to the asking store. Told again, it is answered with the
// slot that the store holds free at that start, and nothing more is granted.
type Want struct {
	Incarnation booking.Incarnation
	Queue       booking.QueueID
	Day         booking.Day
	Start       time.Time
}

// Granted answers Want: the sheet, on which the totem holds a free slot at the start, and its day's key.
type Granted struct {
	Sheet booking.Sheet
	Key   booking.DayKey
}

// Contact brings what a citizen consented to give, sealed to the scheduler's key: always SealedContact bytes.
type Contact struct {
	Incarnation booking.Incarnation
	Sealed      []byte
}

// Kept answers Contact: it is held until its message has gone out, at about Due, which is in whole minutes.
type Kept struct{ Due time.Time }

// Reminder asks what is held for a ticket.
type Reminder struct {
	Incarnation booking.Incarnation
	Ticket      TicketRef
}

// Reminded answers Reminder.
type Reminded struct {
	On      bool
	Channel privacy.Channel // with On, as all below
	Masked  string          // enough of the contact for who gave it to know it again
	Due     time.Time       // whole minutes
}

// Withdraw asks to erase what is held for a ticket. Told again, or where nothing is held, it is answered in the same way.
type Withdraw struct {
	Incarnation booking.Incarnation
	Ticket      TicketRef
}

// Withdrawn answers Withdraw: nothing is held any more.
type Withdrawn struct{}

// Consent is what a sealed contact says: see [EncodeConsent].
type Consent struct {
	Ticket  TicketRef
	Start   time.Time // the promised time, whole minutes
	Purpose privacy.PurposeID
	Channel privacy.Channel
	Contact string      // in its normal form
	Lang    locale.Lang // one that Totem speaks
	Edition string      // of the notice that was shown, 1 to MaxEdition bytes
	Notice  [32]byte    // SHA-256 of that notice's text in Lang
	Shown   [32]byte    // SHA-256 of the choice as it was shown
	Program string      // the totem's release, as in [Health]; not empty
	Receipt [16]byte    // drawn by the totem; the same contact told twice has the same
	At      time.Time   // of the act, whole minutes
}
