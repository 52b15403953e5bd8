package placard

import "example.org/totem/locale"

// Page is what is to be read on a placard. Everything that is empty is left out.
type Page struct {
	Office  string    `json:"office,omitempty"` // in the band along the top; "" is "Totem"
	Place   string    `json:"place,omitempty"`  // under it
	Title   string    `json:"title,omitempty"`  // the one thing that matters
	Lead    string    `json:"lead,omitempty"`   // a sentence or two under it
	Mark    string    `json:"mark,omitempty"`   // a drawing of ui/canvas above the title
	Sayings []Saying  `json:"sayings,omitempty"`
	Steps   []Step    `json:"steps,omitempty"`
	Trouble []Trouble `json:"trouble,omitempty"`
	Foot    []Fact    `json:"foot,omitempty"` // along the foot, in small letters
}

// Saying is what a citizen is told in one language.
type Saying struct {
	Lang  locale.Lang `json:"lang"`
	Title string      `json:"title"`
	Lead  string      `json:"lead,omitempty"`
}

// State is how far a step is.
type State string

// The states of a step.
const (
	Waiting State = "waiting" // it has not begun
	Doing   State = "doing"   // it is being done
	Done    State = "done"
	Noted   State = "noted"  // it is done, and somebody should look at its detail
	Failed  State = "failed" // it did not succeed; it is tried again
)

// Word returns the word that stands beside a step.
func (s State) Word() string {
	return map[State]string{Waiting: "later", Doing: "now", Done: "done", Noted: "note", Failed: "fault"}[s]
}

// Step is one part of a work that is shown while it is done.
type Step struct {
	Name   string `json:"name"`
	State  State  `json:"state"`
	Detail string `json:"detail,omitempty"` // what was found, or what is tried and since when
}

// Trouble is a fault as a technician reads it.
type Trouble struct {
	Code     string `json:"code,omitempty"`
	Where    string `json:"where,omitempty"` // the line of a file, a unit
	Sentence string `json:"sentence"`
	Cause    string `json:"cause,omitempty"`
	Remedy   string `json:"remedy,omitempty"`
}

// Fact is a thing and its name: "version", "1.4".
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}
