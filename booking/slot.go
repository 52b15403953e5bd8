package booking

import (
	"fmt"
	"time"
)

// Holder is who alone may book a slot while it is free: the pool, the reserve, or one totem by its id.
type Holder string

const (
	// Pool is what web and app book from, through the scheduler.
	Pool Holder = "pool"
	// Reserve is kept for walk-ins; totems are granted from it.
	Reserve Holder = "reserve"
	// Limbo holds what a totem held that a person has declared lost, as long as it may have passed the slot on to another
	// totem that has not told yet. Nobody books from it. On the wire it is a totem's name, so that every release keeps it.
	Limbo Holder = "limbo"
)

// HeldBy returns the holder that is the totem t.
func HeldBy(t TotemID) Holder { return Holder(t) }

// Totem returns the totem that h is, ok false for the pool, the reserve and limbo.
func (h Holder) Totem() (t TotemID, ok bool) {
	return TotemID(h), h != Pool && h != Reserve && h != Limbo && h != ""
}

// CheckTotemID reports whether s can name a totem: an identifier that is no other holder's word.
func CheckTotemID(s string) error {
	if Holder(s) == Pool || Holder(s) == Reserve || Holder(s) == Limbo {
		return fmt.Errorf("totem id %q: the word is taken by a holder", s)
	}
	return CheckID(s)
}

// State is where a slot stands. A slot that is not [Free] or [Void] carries a ticket, and its state is the ticket's.
type State uint8

// The states of a slot. The zero State is none of them.
const (
	Free      State = iota + 1 // bookable by its holder
	Issued                     // booked; the citizen has not come yet
	Arrived                    // the citizen checked in
	Called                     // the number was called
	Served                     // the citizen was served
	Absent                     // called and did not come
	Cancelled                  // the citizen gave it back; the slot is not sold again
	Moved                      // the office moved the promise to another slot
	Void                       // taken out of sale while free; never sold
)

var stateWords = [...]string{
	Free: "free", Issued: "issued", Arrived: "arrived", Called: "called", Served: "served",
	Absent: "absent", Cancelled: "cancelled", Moved: "moved", Void: "void",
}

// String returns the state's word.
func (s State) String() string {
	if s == 0 || int(s) >= len(stateWords) {
		return fmt.Sprintf("state(%d)", uint8(s))
	}
	return stateWords[s]
}

// ParseState reads a state's word.
func ParseState(word string) (State, error) {
	for s := Free; int(s) < len(stateWords); s++ {
		if stateWords[s] == word {
			return s, nil
		}
	}
	return 0, fmt.Errorf("slot state %q: unknown", word)
}

// HasTicket reports whether a slot in state s carries a ticket.
func (s State) HasTicket() bool { return s >= Issued && s <= Moved }

// Slot is one appointment that can be taken. Three counters at 10:20 make three slots.
type Slot struct {
	Number Number
	Start  time.Time // the promised time: UTC, whole minutes
	Holder Holder    // who may book it while it is free; who booked it afterwards
	State  State
	Ticket Ticket // zero unless State.HasTicket
	// Hands is how often the slot has changed hands. Only who holds it can pass it on, and then counts one further: so of two
	// reports of a slot the one with more Hands is the later, in whatever order they come. At most [MostHands].
	Hands int
	Ask   Ask // what the office asks of the totem that holds it while it is free; AskNothing for any other holder
}

// Arrive returns s with its ticket checked in; code is the proof that whoever asks was shown it. A ticket that has been
// checked in already stays as it is, without an error; one that is further on ends in ErrPassed, another ticket in
// ErrTaken, none in ErrNoTicket.
func (s Slot) Arrive(code CodeHash) (Slot, error) { return s.forward(Arrived, code) }

// Cancel returns s with its ticket given back, which is possible until its number is called; the slot is not sold again.
// Otherwise it is as Arrive.
func (s Slot) Cancel(code CodeHash) (Slot, error) { return s.forward(Cancelled, code) }

// forward returns s with its ticket in the state to, which its bearer may ask for while the office has done nothing.
func (s Slot) forward(to State, code CodeHash) (Slot, error) {
	switch {
	case !s.State.HasTicket():
		return s, ErrNoTicket
	case s.Ticket.Code != code:
		return s, ErrTaken
	case s.State == to:
		return s, nil
	case s.State > min(to, Arrived):
		return s, ErrPassed
	}
	s.State = to
	return s, nil
}

// Ask is what the office asks of a totem about a free slot that it holds. Asking moves nothing: only the totem's release does.
type Ask uint8

// What is asked. The zero Ask is nothing.
const (
	AskNothing Ask = iota
	AskBack        // give it back: others need it more
	AskVoid        // give it back: it is taken out of sale, for nobody will serve it
)

// Ticket is what the office keeps of the promise made for a slot. The code itself is never here.
type Ticket struct {
	Code    CodeHash // also the booking's idempotency key: the same booking told twice has the same hash
	Returns int      // same-day returns it still carries, 0 to 9
	Paper   Paper    // what is known of its slip
	// Moved says that the office cannot keep the promised time, Expected when the bearer is expected instead: UTC, whole
	// minutes; zero while that is not known, and where Moved is false.
	Moved    bool
	Expected time.Time
}

// Paper is what the office knows of a ticket's slip.
type Paper uint8

// What is known of a slip. The zero Paper means nothing was reported, or none was wanted.
const (
	PaperUntold     Paper = iota // no report
	PaperPrinted                 // the printer confirmed it
	PaperNotPrinted              // it is certain that no slip came out whole
	PaperUnknown                 // nobody can tell
)

var paperWords = [...]string{"untold", "printed", "not-printed", "unknown"}

// String returns the word for p.
func (p Paper) String() string {
	if int(p) >= len(paperWords) {
		return fmt.Sprintf("paper(%d)", uint8(p))
	}
	return paperWords[p]
}

// ParsePaper reads the word that String returns.
func ParsePaper(word string) (Paper, error) {
	for p, w := range paperWords {
		if w == word {
			return Paper(p), nil
		}
	}
	return 0, fmt.Errorf("paper outcome %q: unknown", word)
}
