package locale

// What stands on a slip, beside what screens say too.
const (
	SlipCopy   Key = "slip.copy"   // one word, in capitals
	SlipCalled Key = "slip.called" // {where}
	SlipNoData Key = "slip.no-data"
	SlipErased Key = "slip.erased"
	SlipAfter  Key = "slip.erased.after"  // {day}: of a ticket for another day
	SlipClosed Key = "slip.erased.closed" // where no day is named

	SlipReceipt    Key = "slip.receipt"     // the strip that says that a consent was given
	SlipReceiptHow Key = "slip.receipt.how" // {ticket}, {reminder}: what the controls say

	SlipStripTitle Key = "strip.title" // the strip that is printed after new paper was put in
	SlipStripRead  Key = "strip.read"
)
