// Package event is the list of everything that Totem writes to its log. A log line is one of these events with
// numbers and identifiers of things; never what a citizen did or typed, never a ticket's number or code, never a
// clerk, never a desk.
package event

import (
	"context"
	"log/slog"
)

// Event is one kind of log line.
type Event struct {
	ID      string     // stable, "link.up"
	Level   slog.Level // how urgent it is
	Meaning string     // one sentence
	Remedy  string     // what a technician does; "" for nothing
}

// The events, by area. List returns them all.
var (
	TotemStarted   = Event{"totem.started", slog.LevelInfo, "The totem gives tickets from now on.", ""}
	TotemStopped   = Event{"totem.stopped", slog.LevelInfo, "The totem was asked to stop and has stopped.", ""}
	OutOfService   = Event{"totem.out-of-service", slog.LevelError, "The totem gives no tickets until the fault is mended.", "Look up the fault's code."}
	ClockWrong     = Event{"totem.clock-wrong", slog.LevelError, "The clock of the totem's system is more than five minutes off; times are told by what is vouched for.", "Set the clock, and check its battery and time service."}
	ClockRight     = Event{"totem.clock-right", slog.LevelInfo, "The clock of the totem's system is right again.", ""}
	ClockUnknown   = Event{"totem.clock-unknown", slog.LevelWarn, "Nobody vouches for the time: tickets are given by number, without a time.", "Bring up the link or a time service, or confirm the time with totem vouch."}
	ClockKnown     = Event{"totem.clock-known", slog.LevelInfo, "The time is known: tickets are given with their times.", ""}
	LinkUp         = Event{"link.up", slog.LevelInfo, "The scheduler answers.", ""}
	LinkDown       = Event{"link.down", slog.LevelWarn, "The scheduler does not answer; tickets go on from the grant.", "Check the network if it lasts."}
	LinkRefused    = Event{"link.refused", slog.LevelError, "The scheduler refuses this totem.", "Do what the refusal says."}
	LinkTrouble    = Event{"link.trouble", slog.LevelWarn, "The connection to the scheduler reported an error.", "Check credentials and network if it lasts."}
	LinkIdentity   = Event{"link.identity", slog.LevelError, "The link does not come about: this totem's credentials, or the server's key, are not accepted.", "Look up the fault's code."}
	LinkProxy      = Event{"link.proxy", slog.LevelWarn, "The link does not come about: the proxy on the way to the scheduler does not answer, or does not let the totem through.", "Look up the fault's code; the totem works from its grant meanwhile."}
	LinkRenewed    = Event{"link.renewed", slog.LevelInfo, "The scheduler gave this totem fresh credentials.", ""}
	MessageUnknown = Event{"link.message-unknown", slog.LevelError, "A message was not understood and was left alone.", "Update the older side."}
	SlotsPassed    = Event{"peers.slots-passed", slog.LevelInfo, "The totem passed unsold slots on to another totem of the office that has no link.", ""}
	SlotsReceived  = Event{"peers.slots-received", slog.LevelInfo, "Another totem of the office passed slots on to this one, which has no link.", ""}
	SlotsFalse     = Event{"peers.slots-false", slog.LevelError, "Another totem passed slots on with a signature that is not good; they were not taken.", "If that totem was just given another key, its slots come back when it has a link; else find out who speaks for it."}
	PeersSilent    = Event{"peers.silent", slog.LevelWarn, "Another totem of the office was asked for slots and does not answer; it is asked again.", "Look whether it runs, and whether the office's network lets the two reach each other."}
	PeersStranger  = Event{"peers.stranger", slog.LevelWarn, "Somebody who is no totem of this office wanted to connect, and was refused; told at most once in ten minutes.", "If it lasts, look what else is on the office's network; nothing was read or told."}
	PeersDeaf      = Event{"peers.deaf", slog.LevelError, "The totem cannot listen for the other totems of its office; it tries again.", "Look up the fault's code. The totem need not be started again."}
	PeersHear      = Event{"peers.hear", slog.LevelInfo, "The totem listens for the other totems of its office.", ""}
	SheetsTaken    = Event{"store.sheets-taken", slog.LevelInfo, "Changed sheets were written to the cache.", ""}
	SheetConflict  = Event{"store.sheet-conflict", slog.LevelError, "The ledger contradicts tickets of this totem; the tickets stand.", "Report it: this must not happen."}
	DayClosed      = Event{"store.day-closed", slog.LevelInfo, "A day was closed and its rows erased.", ""}
	StoreFault     = Event{"store.fault", slog.LevelError, "The totem's database refused to write.", "Check disk space and card; look up the fault's code."}
	SlipPrinted    = Event{"printer.printed", slog.LevelInfo, "A slip was confirmed.", ""}
	SlipUnsure     = Event{"printer.unsure", slog.LevelWarn, "A slip's fate is unknown.", "Look at the printer."}
	SlipFailed     = Event{"printer.failed", slog.LevelError, "A slip did not come out.", "Look at the printer; look up the fault's code."}
	PrinterAbsent  = Event{"printer.absent", slog.LevelError, "The printer's line could not be opened at the start; the totem gives tickets with number and code on the screen, and looks for it again.", "Do what the remedy says; the totem need not be started again."}
	PrinterStatus  = Event{"printer.status", slog.LevelWarn, "The printer's status changed.", "Act on the conditions named."}
	PaperLow       = Event{"printer.paper-low", slog.LevelWarn, "The roll of paper is nearly used up; told once a roll.", "Have a new roll put in before it runs out."}
	SlipRetracted  = Event{"printer.retracted", slog.LevelInfo, "A slip that nobody took was pulled back, or dropped.", ""}
	SlipStuck      = Event{"printer.not-retracted", slog.LevelWarn, "A slip that nobody took could not be pulled back.", "Look at the printer's mouth."}
	JobFound       = Event{"printer.job-found", slog.LevelWarn, "A restart found a slip without a known outcome.", "None: the screen offers it."}
	ScreenMisfit   = Event{"screen.misfit", slog.LevelWarn, "Words of a screen do not fit their place.", "Shorten the office's words; else report the screen's name."}
	TouchLost      = Event{"screen.touch-lost", slog.LevelError, "Touches were not taken in time and are lost.", "Report it with the log around this moment."}
	TouchAbsent    = Event{"touch.absent", slog.LevelError, "The touch panel cannot be opened, does not answer or went away: nobody can touch the screen; it is looked for again.", "Check the panel's cable and power; look up the fault's code. The totem need not be started again."}
	TouchBack      = Event{"touch.back", slog.LevelInfo, "The touch panel works again.", ""}
	TouchStuck     = Event{"touch.stuck", slog.LevelError, "The touch panel tells of a touch that does not end: something presses on it, it is wet, or it is broken.", "Clean and dry the glass, and look at its frame; if it lasts, look up the fault's code."}
	KeypadAbsent   = Event{"keypad.absent", slog.LevelError, "The keypad cannot be opened or went away: who needs keys cannot take a ticket; it is looked for again.", "Check the keypad's cable; look up the fault's code. The totem need not be started again."}
	KeypadBack     = Event{"keypad.back", slog.LevelInfo, "The keypad works again.", ""}
	ScannerAbsent  = Event{"scanner.absent", slog.LevelWarn, "The code reader cannot be opened or went away: codes can still be typed; it is looked for again.", "Check the reader's cable; look up the fault's code. The totem need not be started again."}
	ScannerBack    = Event{"scanner.back", slog.LevelInfo, "The code reader works again.", ""}
	AudioAbsent    = Event{"audio.absent", slog.LevelError, "The voice, or the player of headset or speaker, does not work: who cannot see the screen cannot take a ticket by ear; it is tried again.", "Look up the fault's code; check that espeak-ng, the player and the sound card are there."}
	AudioBack      = Event{"audio.back", slog.LevelInfo, "The screen can be spoken again.", ""}
	AudioUnvoiced  = Event{"audio.unvoiced", slog.LevelWarn, "For some languages of the totem espeak-ng has no voice: they are shown and not spoken.", "Install espeak-ng with all its voices (espeak-ng-data)."}
	BoardAbsent    = Event{"board.absent", slog.LevelWarn, "A line of the board, for door, lamp or paper, or the backlight cannot be used; it is tried again.", "Look up the fault's code. The totem need not be started again."}
	BoardBack      = Event{"board.back", slog.LevelInfo, "A line of the board, or the backlight, can be used again.", ""}
	BoardReset     = Event{"board.reset", slog.LevelWarn, "The board was not shut down in order before this start: its watchdog reset it, or its system crashed.", "If it comes back, look at supply, heat and cables; keep the log."}
	BoardWell      = Event{"board.well", slog.LevelInfo, "Something that was wrong with the board is well again.", ""}
	DoorOpened     = Event{"board.door-opened", slog.LevelInfo, "The door of the totem was opened within the last minute; no finer moment is told, nor how often.", ""}
	DoorShut       = Event{"board.door-shut", slog.LevelInfo, "The door of the totem is shut again.", ""}
	DoorLeft       = Event{"board.door-left-open", slog.LevelWarn, "The door of the totem has stood open for more than five minutes.", "Have it shut; if it is, check the contact and its wire."}
	DiskLow        = Event{"board.disk-low", slog.LevelWarn, "Little room is left on the totem's data partition.", "Look what fills it; the totem itself needs little."}
	DiskFull       = Event{"board.disk-full", slog.LevelError, "Hardly any room is left on the totem's data partition: soon no ticket can be given.", "Make room on it, or give the totem a larger card."}
	DiskErrors     = Event{"board.disk-errors", slog.LevelError, "The file system of the data partition has counted errors.", "Replace the card soon; what the totem holds reaches the scheduler while it has a link."}
	CardWorn       = Event{"board.card-worn", slog.LevelWarn, "The card or chip says that it nears the end of its life.", "Plan to replace it."}
	BoardHot       = Event{"board.hot", slog.LevelWarn, "The board is too warm, or slows itself down for that.", "Look at fan, vents and sun; clean the filter."}
	PowerLow       = Event{"board.power-low", slog.LevelWarn, "The supply of the board was too low.", "Check the power supply and its cable: cards are damaged that way."}

	CentralStarted  = Event{"scheduler.started", slog.LevelInfo, "The scheduler plans and answers from now on.", ""}
	CentralStopped  = Event{"scheduler.stopped", slog.LevelInfo, "The scheduler was asked to stop and has stopped.", ""}
	SheetPlanned    = Event{"scheduler.sheet-planned", slog.LevelInfo, "A sheet was planned.", ""}
	SheetGranted    = Event{"scheduler.sheet-granted", slog.LevelInfo, "Slots of a sheet were granted to totems.", ""}
	SheetAsked      = Event{"scheduler.sheet-asked", slog.LevelInfo, "Totems are asked to give unsold slots of a sheet back, or no longer asked.", ""}
	SlotsStranded   = Event{"scheduler.slots-stranded", slog.LevelWarn, "Slots came to a totem that a person has declared lost; nobody gets them until the office's other totems have told what they hold.", ""}
	SlotsSettled    = Event{"scheduler.slots-settled", slog.LevelInfo, "Slots of a totem that was declared lost are sold again: nobody else was passed them.", ""}
	TicketsRehoused = Event{"scheduler.tickets-rehoused", slog.LevelInfo, "Tickets whose time cannot be kept were given another time.", ""}
	TotemKnown      = Event{"scheduler.totem-known", slog.LevelInfo, "A totem introduced its store.", ""}
	TotemRefused    = Event{"scheduler.totem-refused", slog.LevelError, "A totem was refused.", "Do what the refusal says."}
	FactFolded      = Event{"scheduler.fact-folded", slog.LevelDebug, "A fact was written to the ledger.", ""}
	FactParked      = Event{"scheduler.fact-parked", slog.LevelError, "A fact could not be understood or does not fit; it was set aside.", "Update the scheduler, or report it."}
	FactConflict    = Event{"scheduler.fact-conflict", slog.LevelError, "A fact contradicts the ledger.", "Report it: this must not happen."}
	FactPassed      = Event{"scheduler.fact-passed", slog.LevelInfo, "A check-in or a cancellation came when the ticket was further on already; nothing was changed.", ""}
	FactCounted     = Event{"scheduler.fact-counted", slog.LevelInfo, "A fact of a closed day came as a count.", ""}
	KeyDestroyed    = Event{"scheduler.key-destroyed", slog.LevelInfo, "An office's day is over: its key was destroyed.", ""}
	CentralDay      = Event{"scheduler.day-closed", slog.LevelInfo, "A day was closed: key destroyed, stream deleted.", ""}
	TotemFenced     = Event{"scheduler.totem-fenced", slog.LevelWarn, "A person declared a totem lost.", ""}
	TotemTrouble    = Event{"scheduler.totem-trouble", slog.LevelWarn, "A totem's touch panel, printer, keypad or sound has not worked for a while, its paper or its disk runs low, something is wrong with its board, or nothing is heard of it.", "Look at the whole fleet with scheduler totems; see to what is named, or to the network there."}
	TotemWell       = Event{"scheduler.totem-well", slog.LevelInfo, "A totem that was in trouble is well again.", ""}
	TotemEnrolled   = Event{"scheduler.totem-enrolled", slog.LevelInfo, "A device became a totem: its key was enrolled.", ""}
	TokenRefused    = Event{"scheduler.token-refused", slog.LevelWarn, "A device came with an enrolment token that is not good.", "If nobody sets up a totem just now, somebody else may be trying to."}
	KeyRevoked      = Event{"scheduler.key-revoked", slog.LevelWarn, "The servers were told which keys of totems are revoked.", ""}
	LedgerSetBack   = Event{"scheduler.ledger-set-back", slog.LevelError, "The ledger was set back to an earlier state; it sells nothing of an office before the office's totems have told it what they hold.", "Find out who put a copy or a snapshot in its place; for that there is scheduler restore. Fence totems that are lost."}
	OfficeWaits     = Event{"scheduler.office-waits", slog.LevelWarn, "The ledger began anew: nothing of the office is sold or granted until the totems named have told what they hold.", "Switch them on and connect them; fence those that are lost."}
	OfficeWhole     = Event{"scheduler.office-whole", slog.LevelInfo, "All totems of the office have told what they hold; slots are sold and granted again.", ""}
	TotemMerged     = Event{"scheduler.totem-merged", slog.LevelInfo, "A totem has told a ledger that began anew what it holds.", ""}
	MergeConflict   = Event{"scheduler.merge-conflict", slog.LevelError, "What a totem holds contradicts the ledger.", "Look at the sheet: a slot may be on two tickets. Report it."}
	KeyConflict     = Event{"scheduler.key-conflict", slog.LevelError, "A totem has another key of a day than the scheduler; the one stays that tickets were given by.", "Report it: codes of that day's tickets may be unknown."}
	ClientRefused   = Event{"scheduler.client-refused", slog.LevelWarn, "The embedded server refused a connection, or what it asked for.", "If it lasts, look where it comes from; a totem is told what to do."}
	ClusterGood     = Event{"scheduler.cluster-good", slog.LevelInfo, "Something in the NATS cluster was looked at and is as it should be.", ""}
	ClusterDoubt    = Event{"scheduler.cluster-doubt", slog.LevelWarn, "Something in the NATS cluster is not as it should be, or cannot be seen.", "Do what the remedy says; scheduler fitness looks again."}
	ConsentMended   = Event{"consents.mended", slog.LevelInfo, "A record of a consent that a power cut left half written, and nobody was told of, was cleared away.", ""}
	ConsentDamaged  = Event{"consents.damaged", slog.LevelError, "A record of a consent is not as it was written; it is left as it is, and others are recorded.", "Find out who changed the file; scheduler consents says what is wrong with it."}
	MessagesSent    = Event{"scheduler.messages-sent", slog.LevelInfo, "So many reminders went out within the last hour; their contacts are erased.", ""}
	MessagesGivenUp = Event{"scheduler.messages-given-up", slog.LevelWarn, "So many reminders could not be sent within the last hour; their contacts are erased.", "Look for scheduler.gateway-fault before it; a contact that does not exist is refused too."}
	GatewayFault    = Event{"scheduler.gateway-fault", slog.LevelError, "A gateway of the notifier file does not take messages; it is tried again.", "Look at what is named; scheduler check --notifier reads the file."}
	GatewayWell     = Event{"scheduler.gateway-well", slog.LevelInfo, "A gateway takes messages again.", ""}
	ContactsDamaged = Event{"scheduler.contacts-damaged", slog.LevelError, "Contacts could not be read any more and were erased; nobody is reminded by them.", "Check the disk of the data directory."}
	CentralFault    = Event{"scheduler.fault", slog.LevelError, "The scheduler could not do its work and tries again.", "Look up the fault's code."}
)

// List returns every event, in the order of the list above.
func List() []Event {
	return []Event{TotemStarted, TotemStopped, OutOfService, ClockWrong, ClockRight, ClockUnknown, ClockKnown,
		LinkUp, LinkDown, LinkRefused, LinkTrouble, LinkIdentity, LinkProxy, LinkRenewed, MessageUnknown,
		SlotsPassed, SlotsReceived, SlotsFalse, PeersSilent, PeersStranger, PeersDeaf, PeersHear, SheetsTaken, SheetConflict,
		DayClosed, StoreFault, SlipPrinted, SlipUnsure, SlipFailed, PrinterAbsent, PrinterStatus, PaperLow, SlipRetracted, SlipStuck, JobFound, ScreenMisfit,
		TouchLost, TouchAbsent, TouchBack, TouchStuck, KeypadAbsent, KeypadBack, ScannerAbsent, ScannerBack, AudioAbsent, AudioBack, AudioUnvoiced,
		BoardAbsent, BoardBack, BoardReset, BoardWell, DoorOpened, DoorShut, DoorLeft, DiskLow, DiskFull, DiskErrors, CardWorn, BoardHot, PowerLow,
		CentralStarted, CentralStopped, SheetPlanned, SheetGranted, SheetAsked, SlotsStranded, SlotsSettled, TicketsRehoused, TotemKnown, TotemRefused, FactFolded, FactParked,
		FactConflict, FactPassed, FactCounted, KeyDestroyed, CentralDay, TotemFenced, TotemTrouble, TotemWell, TotemEnrolled, TokenRefused, KeyRevoked, LedgerSetBack,
		OfficeWaits, OfficeWhole, TotemMerged, MergeConflict, KeyConflict, ClientRefused, ClusterGood, ClusterDoubt, ConsentMended, ConsentDamaged,
		MessagesSent, MessagesGivenUp, GatewayFault, GatewayWell, ContactsDamaged, CentralFault}
}

// Log writes e to l, with attributes that name things, never people. A nil l is silent.
func Log(l *slog.Logger, e Event, attrs ...slog.Attr) {
	if l == nil {
		return
	}
	l.LogAttrs(context.Background(), e.Level, e.Meaning, append([]slog.Attr{slog.String("event", e.ID)}, attrs...)...)
}
