package booking

// Record is every stored field about one ticket, as the totem that was shown its code has it.
type Record struct {
	Key  SheetKey
	Slot Slot // the slot with its ticket; its state is the latest that the ledger or this totem knows
	// Service is the picked service as far as it may be told (Office.Tells), while the fact that tells it waits here to be
	// sent. Empty otherwise.
	Service ServiceID
	Waiting int // facts about the ticket that the scheduler has not acknowledged yet
	Promise Promise
	Slip    bool // the print journal still holds the slip, and with it the code: its outcome is not known yet
	Given   bool // by this totem
}

// Promise says whether a ticket promises its bearer the time at which its slot starts.
type Promise uint8

// What is known of it. The zero Promise is what a totem knows of the tickets of others, which may have given them while
// they did not know the time.
const (
	PromiseUnknown Promise = iota
	PromiseTime
	PromiseNone // its number is called in order
)
