package contacts

import (
	"context"
	"errors"
	"time"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/privacy"
	"example.org/totem/sync/wire"
)

// Entry is what is kept for one ticket.
type Entry struct {
	Office  booking.OfficeID
	Ticket  wire.TicketRef
	Start   time.Time // the promised time
	Due     time.Time // when the message is to go out
	Purpose privacy.PurposeID
	Channel privacy.Channel
	Contact string
	Lang    locale.Lang
	Receipt [16]byte
}

// Message is what a notifier sends.
type Message struct {
	Channel privacy.Channel
	To      string
	Subject string // for channels that have one
	Text    string // lines end in "\n", the last one does not
	Key     string // the same for every try of the same message: a gateway that knows it sends it once
}

// Notifier sends messages. It is safe for concurrent use.
type Notifier interface {
	// Channels returns what it serves, each once.
	Channels() []privacy.Channel
	// Once reports whether a message that is told again with the same key goes out once. Where it does not, a message of
	// which nobody knows whether it went out is not told again.
	Once() bool
	// Send blocks until the gateway has taken the message, refused it or ctx ends, and after that it touches nothing. An error
	// that wraps [ErrRefused] says that trying again is of no use, one that wraps [ErrUnsure] that the gateway may have taken
	// it; after any other it has not. No error holds anything of the message.
	Send(ctx context.Context, m Message) error
}

// What a notifier's errors wrap.
var (
	ErrRefused = errors.New("the gateway refuses this message for good")
	ErrUnsure  = errors.New("nobody knows whether the gateway took the message")
)

// Why says why an entry was erased.
type Why uint8

// The reasons.
const (
	Sent      Why = iota + 1 // its message went out
	Withdrawn                // its citizen withdrew the consent
	Ended                    // its ticket was given back, or its day is over
	GivenUp                  // its message could not be sent
	Replaced                 // its citizen gave another contact for the same ticket
)

// Consents keeps what proves that somebody consented, without the contact.
type Consents interface {
	// Given notes a consent, durably; c.Contact is empty. Told again with the same receipt it changes nothing; over then says
	// that the consent has ended since.
	Given(ctx context.Context, office booking.OfficeID, c wire.Consent) (over bool, err error)
	// Ended notes, durably, when and why nothing is kept for a consent any more. Told again, or of a receipt that it does not
	// know, it changes nothing.
	Ended(ctx context.Context, office booking.OfficeID, receipt [16]byte, why Why, at time.Time) error
	// EndDay notes that nothing is kept any more for an office's day and for the days before it.
	EndDay(ctx context.Context, office booking.OfficeID, day booking.Day) error
}

// Tickets knows how tickets stand.
type Tickets interface {
	// Ticket says how a ticket stands now. An error says that this cannot be told at the moment.
	Ticket(ctx context.Context, office booking.OfficeID, ticket wire.TicketRef) (Standing, error)
}

// Standing is how a ticket stands. Nothing of it tells which service was picked.
type Standing struct {
	State  TicketState
	Start  time.Time      // when its citizen is expected, where the office has moved it; zero: at the promised time
	Office locale.Text    // the office's name
	Zone   *time.Location // where the office is; nil means UTC
}

// TicketState says whether a ticket's citizen is still to be reminded.
type TicketState uint8

// The states of a ticket for this purpose. The zero value is Over.
const (
	Over    TicketState = iota // nobody waits with it any more: given back, checked in, or not known at all
	Untold                     // its totem has not told of it yet, or the office has moved it and does not know yet to when
	Waiting                    // its citizen is expected
)
