package privacy

import (
	"slices"
	"strings"

	"example.org/totem/locale"
)

// The other purposes. Those for which a contact is asked stand in facts.go.
const (
	Giving      PurposeID = "place"         // each place is given once, and its number called
	GivingAhead PurposeID = "ahead"         // the same for another day, without data (AdvanceOpen)
	Bearing     PurposeID = "bearer"        // who has the code checks in, comes back or gives the place back
	Printing    PurposeID = "slip"          // the ticket on paper
	Preparing   PurposeID = "desk"          // the desk knows the picked service, where the office wants it
	Running     PurposeID = "device"        // the device and its services are kept at work: log, health, identity
	Counting    PurposeID = "counts"        // numbers that remain of a closed day
	Proving     PurposeID = "consent-proof" // that a consent was given (GDPR Art. 7(1)), without the contact
)

// Purpose says why data are stored (GDPR Art. 5(1)(b)), and with which words citizens are told of it (Art. 13). Every
// stored field belongs to at least one.
type Purpose struct {
	ID         PurposeID `json:"id"`
	Ground     Ground    `json:"ground"`
	Law        []string  `json:"law"`  // where the ground is written, "GDPR art. 6(1)(e)"; at least one
	Data       []string  `json:"data"` // the kinds of data, in short words; at least one
	Kept       Retention `json:"kept"`
	Recipients []Getter  `json:"recipients"` // who gets the data; beside the controller and who works for it in general
	Required   bool      `json:"required"`   // without the citizen's data the purpose cannot be served; Words.Need says what then
	Words      Words     `json:"words"`
}

// Ground is a legal basis (GDPR Art. 6(1)).
type Ground string

// The grounds.
const (
	Consent Ground = "consent" // Art. 6(1)(a)
	Duty    Ground = "duty"    // Art. 6(1)(c): an obligation by law
	Task    Ground = "task"    // Art. 6(1)(e): a task in the public interest
)

// Getter is a kind of recipient (GDPR Art. 4(9)).
type Getter string

// Carrier is the processor that carries messages of the channel that the citizen chose.
const Carrier Getter = "carrier"

// Retention says how long data are kept: until something ends, or for so many days or months. Exactly one is set.
type Retention struct {
	Until  Ending `json:"until,omitempty"`
	Days   int    `json:"days,omitempty"`
	Months int    `json:"months,omitempty"`
}

// Ending is what ends the keeping of data.
type Ending string

// The endings.
const (
	UntilClosing   Ending = "closing"   // the ticket's day is closed, in the night after it
	UntilPrinted   Ending = "printed"   // the outcome of the print is known; at the latest UntilClosing
	UntilSent      Ending = "sent"      // the message went out, was given up or withdrawn, or the ticket given back; at the latest UntilClosing
	UntilAnonymous Ending = "anonymous" // data of nobody: never erased
)

// Words are the sentences about a purpose.
type Words struct {
	Title locale.Key `json:"title"`
	Why   locale.Key `json:"why"`
	Data  locale.Key `json:"data"`
	Kept  locale.Key `json:"kept"` // {n} where Kept has days or months
	Need  locale.Key `json:"need"` // whether anything has to be given, and what happens otherwise
}

// Purposes returns all purposes, in the order in which citizens are told of them. The slice is the caller's; what it points
// to is shared and must not be changed.
func Purposes() []Purpose { return slices.Clone(purposes()) }

// Get returns the purpose with an id, ok false if there is none.
func Get(id PurposeID) (p Purpose, ok bool) {
	i := slices.IndexFunc(purposes(), func(p Purpose) bool { return p.ID == id })
	if i < 0 {
		return Purpose{}, false
	}
	return purposes()[i], true
}

// Statute returns where the ground is written, as it is told: "GDPR art. 6(1)(e), d.lgs. 196/2003 art. 2-ter".
func (p Purpose) Statute() string { return strings.Join(p.Law, ", ") }

// AsksContact reports whether a citizen is asked for a contact for this purpose.
func (p Purpose) AsksContact() bool { return slices.Contains(p.Recipients, Carrier) }

// ByCode reports whether the purpose's data can be found by the code of a ticket.
func (p Purpose) ByCode() bool { return slices.Contains(p.Data, "code-hash") }
