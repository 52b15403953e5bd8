package kiosk

import (
	"time"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/paper"
)

// Msg is something that happened: a citizen touched a control, or the totem learned something. The set is closed.
type Msg interface{ msg() }

// What a citizen says by touching.
type (
	// ChooseService opens the times of a service.
	ChooseService struct{ Service booking.ServiceID }
	// ChooseTime brings one free slot of the chosen service to the front. It takes nothing: TakeTime does.
	ChooseTime struct{ Number booking.Number }
	// TakeTime asks for the ticket of one free slot of the chosen service.
	TakeTime struct{ Number booking.Number }
	// TurnPage turns to a page of what is shown, counted from 0: services, times, text. Beyond the last it is the first.
	TurnPage struct{ To int }
	// GoBack leads one step back.
	GoBack struct{}
	// Finish ends the conversation: all that the citizen said is forgotten.
	Finish struct{}
	// OpenLanguages shows the languages, from which SetLanguage, GoBack or a second OpenLanguages returns.
	OpenLanguages struct{}
	// SetLanguage changes the language of the conversation.
	SetLanguage struct{ Lang locale.Lang }
	// ChangeTheme goes on to the next of Themes.
	ChangeTheme struct{}
	// ChangeText goes on to the next of Texts.
	ChangeText struct{}
	// ToggleReach changes between the usual layout and the one of low reach.
	ToggleReach struct{}
	// OpenHelp shows the help, from which GoBack or a second OpenHelp returns.
	OpenHelp struct{}
	// OpenPrivacy shows who answers for the data and what is kept, from which GoBack or a second OpenPrivacy returns.
	OpenPrivacy struct{}
	// OpenLayer shows one layer of it: more about one thing.
	OpenLayer struct{ Layer Layer }
	// OpenTicket asks for the code of a ticket that the citizen has.
	OpenTicket struct{}
	// Type adds one sign to what is being typed: a digit of a code; a letter or digit of a number. It is ignored where it
	// does not fit.
	Type struct{ Sign rune }
	// Erase takes the last sign back.
	Erase struct{}
	// CheckInNow says that the bearer of the ticket on the screen is here.
	CheckInNow struct{}
	// GiveBack begins to give the place of that ticket back: its number is asked for.
	GiveBack struct{}
	// Confirm says the last word about what the screen asks, yes or no.
	Confirm struct{ Yes bool }
	// ShowRecord shows everything that is stored under the code.
	ShowRecord struct{}
	// PrintFound asks for the slip that a restart found without a known outcome.
	PrintFound struct{}
	// LeaveFound says that nobody here wants that slip.
	LeaveFound struct{}
	// PrintAgain asks for the slip of the ticket on the screen, which did not come out or may not have.
	PrintAgain struct{}
	// CheckPaper asks for a test strip after a refill, before the totem does it by itself.
	CheckPaper struct{}
	// StripSeen says whether the words of the test strip can be read: thermal paper prints on one side only.
	StripSeen struct{ Readable bool }
	// WithoutPaper leaves the refill screen although the printer is not ready.
	WithoutPaper struct{}
	// PressKey is a key of the keypad under the glass.
	PressKey struct{ Key Key }
	// OpenVoice has the screens spoken; while they are, it shows how, from which GoBack or a second OpenVoice returns.
	OpenVoice struct{}
	// StopVoice ends that.
	StopVoice struct{}
	// ChangeRate goes so many steps faster, below zero slower.
	ChangeRate struct{ Steps int }
	// ChangeLevel goes so many steps louder, below zero softer.
	ChangeLevel struct{ Steps int }
	// PauseVoice pauses, or goes on.
	PauseVoice struct{}
	// HearAgain has the whole screen spoken once more.
	HearAgain struct{}
	// Scanned is what a code reader has read: the code of a ticket, or "" for anything else. It is heard where a ticket may
	// be asked about, and nowhere else. What lies before the reader must be told once, not again and again.
	Scanned struct{ Code booking.Code }
	// Touched is any touch that met no control. It keeps the conversation alive.
	Touched struct{}
)

// What the totem tells.
type (
	// Tick tells the time. It comes at least at every full minute and at the instant that State.Wake names, at once
	// when that instant has passed. While the clock is unknown Now only counts on, and is shown nowhere.
	Tick struct{ Now time.Time }
	// ClockChanged says whether the time is known; until it comes it is. While it is not, tickets are given by number
	// alone, of the offers of Day. The Tick that follows may be at any distance from the one before.
	ClockChanged struct {
		Unknown bool
		Day     booking.Day // whose numbers are given while the clock is unknown; zero: of no day
	}
	// OfficeKnown brings the office, first and whenever it changes.
	OfficeKnown struct {
		Office booking.Office
		Zone   *time.Location // what Office.Zone names, loaded by the device; nil: UTC
	}
	// OffersChanged brings what can be taken today, queue by queue, and of which queues no ticket is given for a while. It
	// replaces all that was told of them before.
	OffersChanged struct {
		Offers []Offer
		Paced  []Paced
	}
	// TicketMade says that the ticket asked for exists, durably; its slip is on its way to the printer.
	TicketMade struct{ Ticket Ticket }
	// TicketRefused says that the ticket asked for does not exist and why.
	TicketRefused struct {
		Why   Refusal
		Until time.Time // of RefusedPace: from when on this totem gives tickets of the queue again
	}
	// SlipEnded says what became of a ticket's slip.
	SlipEnded struct {
		Job    JobID
		Result paper.Result
	}
	// SlipFound says at start-up that a ticket's slip has no known outcome.
	SlipFound struct{ Ticket Ticket }
	// SlipGone says that nobody can be given such a slip any more: its ticket was given back, or its day was closed.
	SlipGone struct{ Job JobID }
	// TicketFound brings everything that the totem knows of the ticket of a code that was asked for.
	TicketFound struct{ Record booking.Record }
	// TicketUnknown says that no ticket of that code is known here, or, if Failed, that the totem could not look.
	TicketUnknown struct{ Failed bool }
	// TicketChanged says that the ticket asked about is in this state now, durably.
	TicketChanged struct{ State booking.State }
	// ChangeRefused says that the ticket is as it was, and why: RefusedGone where its state allows no such change any more.
	ChangeRefused struct{ Why Refusal }
	// PaperChecked says what became of a test strip.
	PaperChecked struct{ Result paper.Result }
	// HeadsetChanged says whether a headset is plugged in. Plugging it in has the screens spoken; pulling it out ends that.
	HeadsetChanged struct{ In bool }
	// Spoken says that a sentence was spoken to its end. It comes after each: whoever listens is not idle.
	Spoken struct{}
	// TouchChanged says how the touch panel is. Until it comes the panel works.
	TouchChanged struct{ Touch Touch }
	// KeypadChanged says whether the keypad is there. Until it comes it is as Config.Keys has it.
	KeypadChanged struct{ There bool }
	// PrinterChanged brings the printer's status.
	PrinterChanged struct{ Status paper.Status }
	// LinkChanged says whether the scheduler can be reached, and of when the sheets are.
	LinkChanged struct {
		Up   bool
		AsOf time.Time // when the scheduler was last heard; zero: never
	}
	// OutOfService says that the totem must not give tickets, with the code a technician looks up. Code "" ends it.
	OutOfService struct{ Code string }
)

func (ChooseService) msg()  {}
func (ChooseTime) msg()     {}
func (TakeTime) msg()       {}
func (TurnPage) msg()       {}
func (GoBack) msg()         {}
func (Finish) msg()         {}
func (OpenLanguages) msg()  {}
func (SetLanguage) msg()    {}
func (ChangeTheme) msg()    {}
func (ChangeText) msg()     {}
func (ToggleReach) msg()    {}
func (OpenPrivacy) msg()    {}
func (OpenLayer) msg()      {}
func (OpenTicket) msg()     {}
func (Type) msg()           {}
func (Erase) msg()          {}
func (CheckInNow) msg()     {}
func (GiveBack) msg()       {}
func (Confirm) msg()        {}
func (ShowRecord) msg()     {}
func (OpenHelp) msg()       {}
func (PrintFound) msg()     {}
func (LeaveFound) msg()     {}
func (PrintAgain) msg()     {}
func (CheckPaper) msg()     {}
func (StripSeen) msg()      {}
func (WithoutPaper) msg()   {}
func (PressKey) msg()       {}
func (OpenVoice) msg()      {}
func (StopVoice) msg()      {}
func (ChangeRate) msg()     {}
func (ChangeLevel) msg()    {}
func (PauseVoice) msg()     {}
func (HearAgain) msg()      {}
func (Scanned) msg()        {}
func (HeadsetChanged) msg() {}
func (Spoken) msg()         {}
func (TouchChanged) msg()   {}
func (KeypadChanged) msg()  {}
func (Touched) msg()        {}
func (Tick) msg()           {}
func (ClockChanged) msg()   {}
func (OfficeKnown) msg()    {}
func (OffersChanged) msg()  {}
func (TicketMade) msg()     {}
func (TicketRefused) msg()  {}
func (SlipEnded) msg()      {}
func (SlipFound) msg()      {}
func (SlipGone) msg()       {}
func (TicketFound) msg()    {}
func (TicketUnknown) msg()  {}
func (TicketChanged) msg()  {}
func (ChangeRefused) msg()  {}
func (PaperChecked) msg()   {}
func (PrinterChanged) msg() {}
func (LinkChanged) msg()    {}
func (OutOfService) msg()   {}

// Effect is something the conversation asks the totem to do. The set is closed. Its answer comes back as a Msg.
type Effect interface{ effect() }

type (
	// Issue asks for the ticket of a slot. Answered by TicketMade or TicketRefused, exactly once.
	Issue struct {
		Service booking.ServiceID
		Key     booking.SheetKey
		Number  booking.Number
		Lang    locale.Lang
		NoTime  bool // no time was promised, and the slip must promise none
	}
	// Print asks for the slip of a job that a restart found. Answered by SlipEnded.
	Print struct{ Job JobID }
	// Leave asks to close the journal of such a job without printing. Not answered.
	Leave struct{ Job JobID }
	// Reprint asks for the slip of a ticket that is on the screen with its code, after it ended as not printed or
	// unknown: one that is not certainly missing comes out as a copy. Answered by SlipEnded, with the outcome Known where
	// it cannot be asked for: nobody knows less than before.
	Reprint struct {
		Ticket Ticket
		Lang   locale.Lang
		Known  paper.Outcome // of the slip as it was told: NotPrinted or Unknown
	}
	// FindTicket asks what is known of the ticket of a code, which has its right check digit. Answered by TicketFound or
	// TicketUnknown, exactly once. The code must not be written anywhere.
	FindTicket struct{ Code booking.Code }
	// CheckIn asks to note that the bearer of a ticket is here. Answered by TicketChanged or ChangeRefused.
	CheckIn struct{ Ticket Ref }
	// CancelTicket asks to note that the place of a ticket was given back. Answered by TicketChanged or ChangeRefused.
	CancelTicket struct{ Ticket Ref }
	// Check asks for a test strip, which holds nothing of anybody. Answered by PaperChecked.
	Check struct{ Lang locale.Lang }
)

func (Issue) effect() {}
func (Print) effect() {}
func (Leave) effect() {}

func (Reprint) effect()      {}
func (FindTicket) effect()   {}
func (CheckIn) effect()      {}
func (CancelTicket) effect() {}
func (Check) effect()        {}

// Ref names a ticket that was found by its code: the hash says that its code was shown here.
type Ref struct {
	Key    booking.SheetKey
	Number booking.Number
	Code   booking.CodeHash
}

// Layer is a part of what there is to know about the data.
type Layer string

// The layers under the first.
const (
	LayerContacts Layer = "contacts" // controller and data protection officer
	LayerKept     Layer = "kept"     // what stays written of a ticket, why, until when
	LayerNotice   Layer = "notice"   // the whole notice; OpenNotice leads to it
)

// JobID names a print job in the totem's journal.
type JobID int64

// Refusal is why a ticket could not be made.
type Refusal uint8

// The refusals.
const (
	RefusedGone    Refusal = iota + 1 // the slot is no longer there to be taken; others may be
	RefusedStorage                    // the ticket could not be written down, so it was not given
	RefusedService                    // the totem must not give tickets at all
	RefusedLink                       // the scheduler, which had to be asked, cannot be reached
	RefusedPace                       // this totem has given many tickets of the queue in a short time
)

// Offer is what one queue still has today.
type Offer struct {
	Key   booking.SheetKey
	Times []Time // in order of start; only starts that can still be taken by a walk-in, or are gone to others
}

// Time is one start on offer.
type Time struct {
	Start  time.Time
	Number booking.Number // the slot of this totem's grant that would be taken; "" when there is none
	Places int            // free slots of this totem's grant at this start; 0 counts as 1 where there is a Number
	Open   int            // free slots at this start that only the scheduler can grant: on offer while it can be asked
}

// Paced is a queue of which this totem gives no ticket for a while, because it has given many.
type Paced struct {
	Queue booking.QueueID
	Until time.Time // from when on it gives them again, by the clock of Tick
}

// Ticket is a ticket as this conversation knows it. Code is shown on the glass only when paper failed or its fate is
// unknown.
type Ticket struct {
	Job    JobID
	Key    booking.SheetKey
	Number booking.Number
	Start  time.Time // the promised time; zero: none was promised
	Code   booking.Code
	Label  locale.Text // the service's name, or the queue's neutral label
}
