package locale

// The two occasions on which a contact is asked for, the two answers of each, and the way to the full notice.
const (
	ReminderOpen    Key = "reminder.open"
	ReminderAsk     Key = "reminder.ask"
	ReminderAskLead Key = "reminder.ask.lead" // {number}, {when}
	ReminderYes     Key = "reminder.yes"
	ReminderNo      Key = "reminder.no"
	NoticeRead      Key = "notice.read"
	OtherDayAsk     Key = "other-day.ask"
	OtherDayAskLead Key = "other-day.ask.lead"
	OtherDayYes     Key = "other-day.yes"
	OtherDayNo      Key = "other-day.no"
)

// Typing a contact and sending it.
const (
	GivePhone      Key = "give.phone"
	GivePhoneForm  Key = "give.phone.form"
	GivePhoneWrong Key = "give.phone.wrong"
	GivePhoneOther Key = "give.phone.other" // a number to which no message goes
	GivePhoneUse   Key = "give.phone.use"   // in place of the e-mail
	GiveMail       Key = "give.mail"
	GiveMailForm   Key = "give.mail.form"
	GiveMailWrong  Key = "give.mail.wrong"
	GiveMailUse    Key = "give.mail.use" // in place of the telephone
	GiveOwn        Key = "give.own"
	GiveSend       Key = "give.send"
	GiveDays       Key = "give.days" // leads to the days: the contact is sent with the ticket
	GiveSending    Key = "give.sending"
)

// What became of a contact.
const (
	KeptOn        Key = "kept.on"
	KeptWhen      Key = "kept.when"    // {when}
	KeptHow       Key = "kept.how"     // {ticket}, {reminder}: what the controls say
	KeptReceipt   Key = "kept.receipt" // the number of the consent follows
	KeptNot       Key = "kept.not"
	KeptNotWhy    Key = "kept.not.why"
	KeptUnknown   Key = "kept.unknown"    // no answer came
	KeptUnknownDo Key = "kept.unknown.do" // {ticket}, {reminder}
	KeptSame      Key = "kept.same"
)

// The reminder of a ticket that a citizen came with.
const (
	ReminderTitle         Key = "reminder.title"
	ReminderFinding       Key = "reminder.finding"
	ReminderContact       Key = "reminder.contact"
	ReminderDue           Key = "reminder.due"
	ReminderDrop          Key = "reminder.drop"
	ReminderNone          Key = "reminder.none"
	ReminderUnreachable   Key = "reminder.unreachable"
	ReminderUnreachableDo Key = "reminder.unreachable.do"
	ReminderDropping      Key = "reminder.dropping"
	ReminderDropped       Key = "reminder.dropped"
	ReminderDroppedGone   Key = "reminder.dropped.contact"
	ReminderLater         Key = "reminder.later" // noted, and the scheduler does not know yet
	ReminderLaterDo       Key = "reminder.later.do"
	RecordContact         Key = "record.contact" // in place of that nothing is known of whoever stands here
	RecordPerhaps         Key = "record.perhaps" // it could not be asked
	RecordAsking          Key = "record.asking"
	PurposeRemind         Key = "purpose.remind"
	ErasedSent            Key = "erased.sent"
)

// Other days than today.
const (
	OtherDayOpen    Key = "other-day.open"
	OtherDayOffline Key = "other-day.offline"
	DaysFinding     Key = "days.finding"
	DaysTitle       Key = "days.title"
	DaysTimes       Key = "days.times" // {n}
	DaysNone        Key = "days.none"
	DaysFailed      Key = "days.failed"
	DaysToday       Key = "days.today"
	DaysBack        Key = "days.back"
	DaysOther       Key = "days.other"
	DaysPromise     Key = "days.promise"
	DaysContact     Key = "days.contact"
	DaysTakenDo     Key = "days.taken.do"
	BookingProgress Key = "booking.progress"
	NotGivenOffline Key = "not-given.offline"
)
