package locale

// Key names a sentence or a word in the catalogues. Every key is in every language, with the same placeholders, and
// somewhere in the program it is said: tests hold this true.
type Key string

// The access keys, and words that more than one screen uses.
const (
	AccessLanguage      Key = "access.language"
	AccessLanguageShort Key = "access.language.short"
	AccessText          Key = "access.text"
	AccessTextShort     Key = "access.text.short"
	AccessContrast      Key = "access.contrast" // what the key leads to first
	AccessColours       Key = "access.colours"  // and then
	AccessColoursShort  Key = "access.colours.short"
	AccessReach         Key = "access.reach"
	AccessReachShort    Key = "access.reach.short"
	AccessHelp          Key = "access.help"

	PageOf    Key = "page.of"    // {page}, {pages}
	PageNext  Key = "page.next"  // from the last page it leads to the first
	ReachLead Key = "reach.lead" // over the controls in the low-reach layout

	BackServices Key = "back.services"
	BackPlain    Key = "back.plain"
	Done         Key = "done"
	AskDesk      Key = "ask.desk"

	PromiseTake  Key = "promise.take"
	PromiseDesk  Key = "promise.desk"
	WhenToday    Key = "when.today"    // {time}, form by its hour
	WhenDay      Key = "when.day"      // {day}, {time}, form by its hour
	WhenInOrder  Key = "when.in-order" // for a ticket without a time
	NumberOf     Key = "number.of"     // {number}
	OpensAt      Key = "opens.at"      // {day}, {time}: short, for a list
	LabelAndRoom Key = "label.room"    // {label}, {room}
	ResetsIn     Key = "resets.in"     // {n} seconds

	DurationNow     Key = "duration.now"
	DurationMinutes Key = "duration.minutes" // {n}
	DurationHours   Key = "duration.hours"   // {n}
	DurationBoth    Key = "duration.both"    // {hours}, {minutes}
	DurationIn      Key = "duration.in"      // {duration}
)

// The start screen, and what stands there when there is nothing to take.
const (
	StartTitle      Key = "start.title"
	StartTitleShort Key = "start.title.short" // for large letters
	StartTicket     Key = "start.ticket"
	StartPrivacy    Key = "start.privacy"
	StartLead       Key = "start.lead"
	StartMore       Key = "start.more"
	ServicePlaces   Key = "service.places" // {n}
	ServiceDash     Key = "service.dash"
	ServiceFinished Key = "service.finished"
	ServiceOpens    Key = "service.opens" // {why}, {opens}
	ServiceNone     Key = "service.none"
	StartAsOf       Key = "start.as-of"     // {time}, form by its hour
	StartAsOfDay    Key = "start.as-of.day" // {day}, {time}, form by its hour

	NothingTitle    Key = "nothing.title"
	NothingThis     Key = "nothing.this"
	NothingReappear Key = "nothing.reappear"
	NothingOpens    Key = "nothing.opens" // {day}, {time}, form by its hour

	ClosedTitle   Key = "closed.title"
	ClosedOpens   Key = "closed.opens"   // {day}, {time}, form by its hour
	ClosedToday   Key = "closed.today"   // {time}, form by its hour
	ClosedUnknown Key = "closed.unknown" // no next opening is known

	WaitingTitle Key = "waiting.title"
	OutTitle     Key = "out.title"
	OutCode      Key = "out.code" // {code}
)

// The times of a service.
const (
	TimesBring    Key = "times.bring" // {what}
	TimesFirst    Key = "times.first"
	TimesChosen   Key = "times.chosen"
	TimesFacts    Key = "times.facts" // {in}, {number}
	TimesTake     Key = "times.take"  // {time}, form by its hour
	TimesOther    Key = "times.other"
	TimesMore     Key = "times.more"
	TimesPromise  Key = "times.promise"
	TimesNoData   Key = "times.no-data"
	TimesTaken    Key = "times.taken"
	TimesTakenDo  Key = "times.taken.do"
	TimesOnScreen Key = "times.on-screen" // printer not ready
)

// While the clock is unknown: numbers without a time.
const (
	NumberLead     Key = "number.lead"
	NumberNext     Key = "number.next"
	NumberTimeless Key = "number.timeless"
	NumberTake     Key = "number.take"
	NumberWhy      Key = "number.why"
	NumberCalled   Key = "number.called"
	NumberTaken    Key = "number.taken"
	NumberTakenDo  Key = "number.taken.do"
	NumberNone     Key = "number.none"
	NumberNoneThis Key = "number.none.this"
	NumberAsOf     Key = "number.as-of"
)

// What is wrong with the printer, before a ticket is taken ("now") and after ("stays": the slot does).
const (
	PaperNowEnd     Key = "paper.now.end"
	PaperNowCover   Key = "paper.now.cover"
	PaperNowJam     Key = "paper.now.jam"
	PaperNowCutter  Key = "paper.now.cutter"
	PaperNowHot     Key = "paper.now.hot"
	PaperNowVoltage Key = "paper.now.voltage"
	PaperNowBroken  Key = "paper.now.broken"
	PaperNowSilent  Key = "paper.now.silent"
	PaperNowOffline Key = "paper.now.offline"
	PaperNowBlank   Key = "paper.now.blank" // what comes out cannot be read
	PaperNowOther   Key = "paper.now.other"
	PaperNowMouth   Key = "paper.now.mouth" // a slip waits to be taken
	PaperMouthOwn   Key = "paper.mouth.own"

	PaperStaysEnd     Key = "paper.stays.end"
	PaperStaysCover   Key = "paper.stays.cover"
	PaperStaysJam     Key = "paper.stays.jam"
	PaperStaysCutter  Key = "paper.stays.cutter"
	PaperStaysHot     Key = "paper.stays.hot"
	PaperStaysVoltage Key = "paper.stays.voltage"
	PaperStaysBroken  Key = "paper.stays.broken"
	PaperStaysSilent  Key = "paper.stays.silent"
	PaperStaysOffline Key = "paper.stays.offline"
	PaperStaysBlank   Key = "paper.stays.blank"
	PaperStaysOther   Key = "paper.stays.other"
	PaperUnknown      Key = "paper.unknown"

	AgainReady  Key = "again.ready" // the printer can print again
	AgainTicket Key = "again.ticket"
	AgainCopyIf Key = "again.copy.if"
	AgainCopy   Key = "again.copy"
)

// Changing the roll of paper, and the test strip that follows.
const (
	RefillTitle     Key = "refill.title"
	RefillLead      Key = "refill.lead"
	RefillStepOpen  Key = "refill.step.open"
	RefillStepRoll  Key = "refill.step.roll"
	RefillStepTurn  Key = "refill.step.turn"
	RefillStepPull  Key = "refill.step.pull"
	RefillStepClose Key = "refill.step.close"
	RefillWithout   Key = "refill.without"
	RefillCheck     Key = "refill.check"
	RefillUnseen    Key = "refill.unseen" // closed, and still no paper
	RefillOpenAgain Key = "refill.open-again"
	RefillTurn      Key = "refill.turn" // the strip was blank
	RefillOneSide   Key = "refill.one-side"

	CheckTitle    Key = "check.title"
	CheckStrip    Key = "check.strip"
	CheckFailed   Key = "check.failed"
	CheckAgain    Key = "check.again"
	CheckAgainNow Key = "check.again.now"
	CheckAsk      Key = "check.ask" // can the strip be read?
	CheckAskLead  Key = "check.ask.lead"
	CheckUnsure   Key = "check.unsure" // the printer cannot tell whether there is a strip
	CheckYes      Key = "check.yes"
	CheckNo       Key = "check.no"
	CheckBlank    Key = "check.blank" // the second one could not be read either
	CheckBlankDo  Key = "check.blank.do"
)

// From the commitment to the slip.
const (
	IssuingTitle    Key = "issuing.title"
	IssuingProgress Key = "issuing.progress"
	PrintingTitle   Key = "printing.title"
	PrintingSlip    Key = "printing.slip"
	PrintingLate    Key = "printing.late" // no news of it
	PrintingKeep    Key = "printing.keep"
	TakeTitle       Key = "take.title"
	TakeCalled      Key = "take.called"

	ProofKeep Key = "proof.keep"
	ProofCode Key = "proof.code"
	ProofShow Key = "proof.show"

	NotGivenTitle   Key = "not-given.title"
	NotGivenLead    Key = "not-given.lead"
	UnclearTitle    Key = "unclear.title"
	UnclearLead     Key = "unclear.lead"
	FoundTitle      Key = "found.title"
	FoundLead       Key = "found.lead"
	FoundPrint      Key = "found.print"
	FoundLeave      Key = "found.leave"
	StillTitle      Key = "still.title"
	StillContinue   Key = "still.continue"
	LanguagesTitle  Key = "languages.title"
	HelpTitle       Key = "help.title"
	HelpHow         Key = "help.how"
	HelpSteps       Key = "help.steps"
	HelpSlip        Key = "help.slip"
	HelpStepsNumber Key = "help.steps.number" // while the clock is unknown
	HelpSlipNumber  Key = "help.slip.number"
	HelpMissing     Key = "help.missing"
	HelpData        Key = "help.data"
	HelpDataNone    Key = "help.data.none"
	HelpController  Key = "help.controller" // {name}
	HelpDPO         Key = "help.dpo"        // {address}
	HelpAccess      Key = "help.access"
	HelpAccessWhere Key = "help.access.where"
	HelpTicket      Key = "help.ticket"
	HelpTicketDo    Key = "help.ticket.do"
)
