package locale

// Today's places that only the office can grant, and tickets that are taken too fast.
const (
	NothingHere     Key = "nothing.here"      // others may have places, and cannot be asked
	NothingHereThis Key = "nothing.here.this" // likewise of one service
	TimesNoAnswer   Key = "times.no-answer"
	TimesAgain      Key = "times.again"
	PacedTitle      Key = "paced.title"
	PacedLead       Key = "paced.lead" // {in}: "fra 2 minuti"
)

// A ticket whose time the office cannot keep.
const (
	MovedTitle    Key = "moved.title"
	MovedWhen     Key = "moved.when"     // in place of the time, while the new one is not known
	MovedExpected Key = "moved.expected" // {when}
	MovedPaper    Key = "moved.paper"
	MovedOpen     Key = "moved.open" // when instead is not known yet
)

// What is stored of the slot of a ticket, beside its time.
const (
	RecordHands     Key = "record.hands"
	RecordMoved     Key = "record.moved"
	RecordMovedOpen Key = "record.moved.open"
)
