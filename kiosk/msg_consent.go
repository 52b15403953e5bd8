package kiosk

import (
	"time"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/privacy"
)

// What a citizen says about a reminder and about another day.
type (
	// OpenReminder leads to the reminder of the ticket on the screen: asked for where there is none yet.
	OpenReminder struct{}
	// Choose answers what a screen asks consent for. Nothing else is a yes.
	Choose struct{ Yes bool }
	// OpenNotice shows the whole notice, from which GoBack returns.
	OpenNotice struct{}
	// SetChannel changes by which channel to be reached: which contact is typed.
	SetChannel struct{ Channel privacy.Channel }
	// Send gives the contact that was typed, where its form fits.
	Send struct{}
	// DropReminder withdraws the consent to the reminder on the screen.
	DropReminder struct{}
	// OpenOtherDay leads from the times of a service to other days.
	OpenOtherDay struct{}
	// ChooseDay opens the times of another day.
	ChooseDay struct{ Day booking.Day }
	// ChooseStart brings a time of that day to the front, or one of today that only the scheduler can grant; TakeStart asks
	// for its ticket.
	ChooseStart struct{ Start time.Time }
	TakeStart   struct{ Start time.Time }
)

// Errand numbers the questions that go over the link. An answer with another number than that of the question last asked
// is for somebody who has left.
type Errand int

// What the totem tells about them: each answers one errand, exactly once.
type (
	// ContactKept says that the scheduler holds the contact.
	ContactKept struct {
		Errand  Errand
		Receipt string // of the consent, in groups, to be read from screen or paper
	}
	// ContactRefused says that the scheduler does not hold the contact, or that nobody knows; the totem has it no more.
	ContactRefused struct {
		Errand Errand
		Why    NotKept
	}
	// ReminderKnown says what the scheduler holds for a ticket.
	ReminderKnown struct {
		Errand   Errand
		Failed   bool // it could not be asked
		Reminder Reminder
	}
	// ReminderDropped says that the reminder is withdrawn.
	ReminderDropped struct {
		Errand Errand
		Later  bool // noted here durably; the scheduler hears of it as soon as the link is back
		Failed bool // nothing was noted
	}
	// DaysKnown brings the days on which a queue can be booked, after today, in order.
	DaysKnown struct {
		Errand Errand
		Failed bool
		Days   []FreeDay
	}
)

// Reminder is what the scheduler holds for a ticket.
type Reminder struct {
	On      bool
	Channel privacy.Channel
	Masked  string    // the contact with all but its end hidden; only for who stands here
	Due     time.Time // when the message goes out
}

// FreeDay is a day with its starts that can still be booked, in order.
type FreeDay struct {
	Day    booking.Day
	Starts []time.Time
}

// NotKept is why a contact is not held.
type NotKept uint8

// The reasons.
const (
	NotKeptLink    NotKept = iota + 1 // the scheduler cannot be reached, or did not answer
	NotKeptRefused                    // it takes no contact: no notifier, or the ticket is gone
)

func (OpenReminder) msg()    {}
func (Choose) msg()          {}
func (OpenNotice) msg()      {}
func (SetChannel) msg()      {}
func (Send) msg()            {}
func (DropReminder) msg()    {}
func (OpenOtherDay) msg()    {}
func (ChooseDay) msg()       {}
func (ChooseStart) msg()     {}
func (TakeStart) msg()       {}
func (ContactKept) msg()     {}
func (ContactRefused) msg()  {}
func (ReminderKnown) msg()   {}
func (ReminderDropped) msg() {}
func (DaysKnown) msg()       {}

// What they ask the totem to do. None of them may write a contact anywhere.
type (
	// KeepContact asks to have a contact sealed and sent to the scheduler, once. Answered by ContactKept or ContactRefused.
	KeepContact struct {
		Errand  Errand
		Ticket  Ref // Code may be zero: the totem knows its own ticket's
		Start   time.Time
		Purpose privacy.PurposeID
		Channel privacy.Channel
		Contact string // in its normal form
		Lang    locale.Lang
		Shown   [32]byte // SHA-256 of the choice as it was shown
	}
	// AskReminder asks what the scheduler holds for a ticket. Answered by ReminderKnown.
	AskReminder struct {
		Errand Errand
		Ticket Ref // as in KeepContact
	}
	// Withdraw asks to have it erased. Answered by ReminderDropped.
	Withdraw struct {
		Errand Errand
		Ticket Ref // as in KeepContact
	}
	// AskDays asks on which days a queue can be booked. Answered by DaysKnown.
	AskDays struct {
		Errand Errand
		Queue  booking.QueueID
	}
	// Book asks for the ticket of a start, of today or another day, which the scheduler has to grant first. Answered by
	// TicketMade or TicketRefused, as Issue, with RefusedLink where the scheduler cannot be reached.
	Book struct {
		Service booking.ServiceID
		Key     booking.SheetKey
		Start   time.Time
		Lang    locale.Lang
	}
	// PrintReceipt asks for the paper receipt of a consent, where the printer is ready. Not answered.
	PrintReceipt struct {
		Receipt string
		Lang    locale.Lang
	}
)

func (KeepContact) effect()  {}
func (AskReminder) effect()  {}
func (Withdraw) effect()     {}
func (AskDays) effect()      {}
func (Book) effect()         {}
func (PrintReceipt) effect() {}
