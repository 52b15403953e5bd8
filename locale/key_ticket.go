package locale

// The ticket that a citizen came with, by its typed code.
const (
	OwnTitle          Key = "own.title"
	OwnLead           Key = "own.lead"
	OwnErase          Key = "own.erase"
	OwnWrong          Key = "own.wrong" // the check digit does not fit
	OwnWrongDo        Key = "own.wrong.do"
	OwnFinding        Key = "own.finding"
	OwnUnknown        Key = "own.unknown"
	OwnUnknownDo      Key = "own.unknown.do"
	OwnUnknownOffline Key = "own.unknown.offline"
	OwnFailed         Key = "own.failed"
	OwnAgain          Key = "own.again"
	OwnFound          Key = "own.found"
	OwnHere           Key = "own.here" // checks in
	OwnGiveBack       Key = "own.give-back"
	OwnRecord         Key = "own.record"
	OwnOtherDay       Key = "own.other-day"
	OwnOtherDayDo     Key = "own.other-day.do"
	OwnLate           Key = "own.late"
)

// The states of a ticket in words.
const (
	StateIssued    Key = "state.issued"
	StateArrived   Key = "state.arrived"
	StateCalled    Key = "state.called"
	StateServed    Key = "state.served"
	StateAbsent    Key = "state.absent"
	StateCancelled Key = "state.cancelled"
	StateMoved     Key = "state.moved"
)

// Checking in and giving a place back.
const (
	ArrivedTitle   Key = "arrived.title"
	ArrivedWait    Key = "arrived.wait" // {where}
	CancelTitle    Key = "cancel.title"
	CancelLead     Key = "cancel.lead" // {number}
	CancelWrong    Key = "cancel.wrong"
	CancelAsk      Key = "cancel.ask"
	CancelAskLead  Key = "cancel.ask.lead"
	CancelYes      Key = "cancel.yes"
	CancelNo       Key = "cancel.no"
	CancelledTitle Key = "cancelled.title"
	CancelledLead  Key = "cancelled.lead"
	ChangeProgress Key = "change.progress"
	ChangeFailed   Key = "change.failed"
	ChangeLate     Key = "change.late" // no answer came
	ChangeGone     Key = "change.gone" // its state allows that no more
	ChangeLook     Key = "change.look"
	ChangeOffline  Key = "change.offline"
)

// What is stored of a ticket, why, and until when.
const (
	RecordTitle        Key = "record.title"
	RecordNobody       Key = "record.nobody"
	RecordOnly         Key = "record.only"
	RecordNumber       Key = "record.number"
	RecordWhen         Key = "record.when"
	RecordQueue        Key = "record.queue"
	RecordState        Key = "record.state"
	RecordCode         Key = "record.code"
	RecordCodeIs       Key = "record.code.is"
	RecordCodeSlip     Key = "record.code.slip"
	RecordPaper        Key = "record.paper"
	RecordPaperUntold  Key = "record.paper.untold"
	RecordPaperPrinted Key = "record.paper.printed"
	RecordPaperNot     Key = "record.paper.not"
	RecordPaperUnknown Key = "record.paper.unknown"
	RecordBy           Key = "record.by"
	RecordByHere       Key = "record.by.here"
	RecordByTotem      Key = "record.by.totem"
	RecordByPool       Key = "record.by.pool"
	RecordService      Key = "record.service"
	RecordReturns      Key = "record.returns"
	RecordWaiting      Key = "record.waiting"
	RecordWaitingN     Key = "record.waiting.n" // {n}
	PurposeCall        Key = "purpose.call"
	PurposeOnce        Key = "purpose.once"
	PurposeKnow        Key = "purpose.know"
	PurposeSlip        Key = "purpose.slip"
	PurposeDesk        Key = "purpose.desk"
	PurposeSend        Key = "purpose.send"
	ErasedTonight      Key = "erased.tonight"
	ErasedAfter        Key = "erased.after"   // {day}
	ErasedClosing      Key = "erased.closing" // where no day is known
	ErasedSooner       Key = "erased.sooner"
)

// Privacy: who answers for the data, and what is kept.
const (
	PrivacyTitle      Key = "privacy.title"
	PrivacyWho        Key = "privacy.who"
	PrivacyKept       Key = "privacy.kept"
	PrivacyKeptWhat   Key = "privacy.kept.what"
	PrivacyKeptClerk  Key = "privacy.kept.clerk"
	PrivacyRights     Key = "privacy.rights"
	PrivacyRightsDo   Key = "privacy.rights.do"
	PrivacyContacts   Key = "privacy.contacts"
	PrivacyEach       Key = "privacy.each" // leads to the list of what is stored
	ContactController Key = "contact.controller"
	ContactDPO        Key = "contact.dpo"
	ContactDPOOnly    Key = "contact.dpo.only"
	ContactAddress    Key = "contact.address" // {address}
	ContactEmail      Key = "contact.email"   // {address}
	ContactPEC        Key = "contact.pec"     // {address}
	ContactPhone      Key = "contact.phone"   // {number}
	KeptLead          Key = "kept.lead"
)
