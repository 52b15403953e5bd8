package locale

// What stands on a slip, beside what screens say too.
const (
	SlipCopy   Key = "slip.copy"   // one word, in capitals
	SlipCalled Key = "slip.called" // {where}
	SlipNoData Key = "slip.no-data"
	SlipErased Key = "slip.erased"
	SlipClosed Key = "slip.erased.closed" // where no day is named

	SlipStripTitle Key = "strip.title" // the strip that is printed after new paper was put in
	SlipStripRead  Key = "strip.read"
)
