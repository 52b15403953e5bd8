package locale

// The notice of Art. 13 GDPR: its head and what stands around it.
const (
	NoticeTitle   Key = "notice.title"
	NoticeTrial   Key = "notice.trial"
	NoticeThis    Key = "notice.this"
	NoticeFor     Key = "notice.for"     // {office}, {place}
	NoticeEdition Key = "notice.edition" // {edition}, {date}
	NoticeImprint Key = "notice.imprint" // {hash}: a short hash
	NoticeService Key = "notice.service"
	NoticeList    Key = "notice.list" // {first}, {next}: one more of several
)

// What is so for everybody.
const (
	NoticeFree        Key = "notice.free"
	NoticeFreeToday   Key = "notice.free.today"
	NoticeFreeSame    Key = "notice.free.same"
	NoticeFreeReserve Key = "notice.free.reserve" // {share}: per cent
	NoticeFreeNever   Key = "notice.free.never"
	NoticeFreeTraces  Key = "notice.free.traces"
)

// Why data are stored, whatever the purpose.
const (
	NoticeBasis         Key = "notice.basis" // {ground}, {law}
	NoticeGroundTask    Key = "notice.ground.task"
	NoticeGroundDuty    Key = "notice.ground.duty"
	NoticeGroundConsent Key = "notice.ground.consent"
	NoticeGoes          Key = "notice.goes" // {names}: who else gets the data of a purpose
	NoticeGoesNone      Key = "notice.goes.none"
)

// The purposes: title, what for, which data.
const (
	NoticePlace       Key = "notice.place"
	NoticePlaceWhy    Key = "notice.place.why"
	NoticePlaceData   Key = "notice.place.data"
	NoticeAhead       Key = "notice.ahead"
	NoticeAheadWhy    Key = "notice.ahead.why"
	NoticeBearer      Key = "notice.bearer"
	NoticeBearerWhy   Key = "notice.bearer.why"
	NoticeBearerData  Key = "notice.bearer.data"
	NoticeSlip        Key = "notice.slip"
	NoticeSlipWhy     Key = "notice.slip.why"
	NoticeSlipData    Key = "notice.slip.data"
	NoticeDesk        Key = "notice.desk"
	NoticeDeskWhy     Key = "notice.desk.why"
	NoticeDeskData    Key = "notice.desk.data"
	NoticeDevice      Key = "notice.device"
	NoticeDeviceWhy   Key = "notice.device.why"
	NoticeDeviceData  Key = "notice.device.data"
	NoticeCounts      Key = "notice.counts"
	NoticeCountsWhy   Key = "notice.counts.why"
	NoticeCountsData  Key = "notice.counts.data"
	NoticeReminder    Key = "notice.reminder"
	NoticeReminderWhy Key = "notice.reminder.why" // {before}, {day}
	NoticeOtherDay    Key = "notice.other-day"
	NoticeOtherDayWhy Key = "notice.other-day.why" // {day}, {before}
	NoticeContactData Key = "notice.contact.data"  // {contact}
	NoticeProof       Key = "notice.proof"
	NoticeProofWhy    Key = "notice.proof.why"
	NoticeProofData   Key = "notice.proof.data"
)

// How long the data of a purpose are kept, and what happens if they are not given.
const (
	NoticeKeptClosing  Key = "notice.kept.closing"
	NoticeKeptSlip     Key = "notice.kept.slip"
	NoticeKeptContact  Key = "notice.kept.contact"
	NoticeKeptDays     Key = "notice.kept.days"   // {n}: count
	NoticeKeptMonths   Key = "notice.kept.months" // {n}
	NoticeKeptCounts   Key = "notice.kept.counts"
	NoticeNeedNothing  Key = "notice.need.nothing"
	NoticeNeedCode     Key = "notice.need.code"
	NoticeNeedReminder Key = "notice.need.reminder"
	NoticeNeedOtherDay Key = "notice.need.other-day"
	NoticeNeedProof    Key = "notice.need.proof"
)

// Consent.
const (
	NoticeConsent       Key = "notice.consent"
	NoticeConsentBefore Key = "notice.consent.before"
	NoticeConsentYes    Key = "notice.consent.yes"
	NoticeConsentOwn    Key = "notice.consent.own"
	NoticeConsentOnce   Key = "notice.consent.once"
	NoticeConsentSealed Key = "notice.consent.sealed"
	NoticeConsentUndo   Key = "notice.consent.undo"
	NoticeConsentPast   Key = "notice.consent.past"
)

// Who else handles the data.
const (
	NoticeOthers          Key = "notice.others"
	NoticeOthersNone      Key = "notice.others.none"
	NoticeOthersProcessor Key = "notice.others.processor"  // {name}, {law}, {task}
	NoticeOthersCountry   Key = "notice.others.country"    // {name}, {country}
	NoticeOthersYears     Key = "notice.others.years"      // {name}, {n}
	NoticeOthersMonths    Key = "notice.others.months"     // {name}, {n}
	NoticeOthersKeepsNone Key = "notice.others.keeps.none" // {name}
	NoticeOthersStaff     Key = "notice.others.staff"      // {law}
	NoticeOthersOpen      Key = "notice.others.open"
	NoticeOthersJudge     Key = "notice.others.judge"
	NoticeOthersInside    Key = "notice.others.inside"  // {law}
	NoticeOthersMachine   Key = "notice.others.machine" // {law}
)

// How long, channel by channel.
const (
	NoticeStays        Key = "notice.stays"
	NoticeStaysTicket  Key = "notice.stays.ticket"
	NoticeStaysContact Key = "notice.stays.contact"
	NoticeStaysProof   Key = "notice.stays.proof" // {n}
	NoticeStaysLog     Key = "notice.stays.log"   // {n}
)

// The rights, each with {law}.
const (
	NoticeRightAccess   Key = "notice.right.access"    // {law}
	NoticeRightRectify  Key = "notice.right.rectify"   // {law}
	NoticeRightErase    Key = "notice.right.erase"     // {law}
	NoticeRightEraseNot Key = "notice.right.erase.not" // {law}: where nothing rests on consent
	NoticeRightRestrict Key = "notice.right.restrict"  // {law}
	NoticeRightObject   Key = "notice.right.object"    // {law}
	NoticeRightPort     Key = "notice.right.port"      // {law}
	NoticeRightWithdraw Key = "notice.right.withdraw"  // {law}
	NoticeRightHow      Key = "notice.right.how"
	NoticeRightCode     Key = "notice.right.code"     // {law}
	NoticeRightMonth    Key = "notice.right.month"    // {law}
	NoticeRightComplain Key = "notice.right.complain" // {law}, {authority}, {site}
	NoticeRightCourt    Key = "notice.right.court"    // {law}
)

// The first layer: six rows, 60 words at most together.
const (
	NoticeFirstWho      Key = "notice.first.who"
	NoticeFirstFor      Key = "notice.first.for"
	NoticeFirstDatum    Key = "notice.first.datum"
	NoticeFirstHands    Key = "notice.first.hands"
	NoticeFirstKept     Key = "notice.first.kept"
	NoticeFirstUndo     Key = "notice.first.undo"
	NoticeFirstReminder Key = "notice.first.reminder"  // {before}
	NoticeFirstOtherDay Key = "notice.first.other-day" // {day}, {before}
	NoticeFirstPhone    Key = "notice.first.phone"
	NoticeFirstMail     Key = "notice.first.mail"
	NoticeFirstEither   Key = "notice.first.either"
	NoticeFirstCarrier  Key = "notice.first.carrier" // {name}, {country}
	NoticeFirstYears    Key = "notice.first.years"   // {name}, {country}, {n}
	NoticeFirstMonths   Key = "notice.first.months"  // {name}, {country}, {n}
	NoticeFirstNobody   Key = "notice.first.nobody"
	NoticeFirstErased   Key = "notice.first.erased"
	NoticeFirstHere     Key = "notice.first.here"
)
