// Package paper has the words for what a printer can be and say: its abilities, its status, what became of a slip and
// how that is known. It drives nothing.
package paper

import (
	"fmt"
	"slices"
	"strings"
)

// Status is the set of conditions a printer reported together. The zero Status is a printer that is online with
// nothing to report.
type Status uint16

// The conditions of a printer: a closed set.
const (
	Offline       Status = 1 << iota // does not take data
	CoverOpen                        // the cover is open
	PaperEnd                         // no paper
	NearEnd                          // the roll is nearly used up; it still prints
	CutterFault                      // the cutter is stuck
	HeadHot                          // the head is too hot; it recovers by itself
	VoltageFault                     // the supply is out of range; it recovers by itself
	Jam                              // paper is stuck
	TicketInMouth                    // a slip waits in the presenter
	Unrecoverable                    // needs a technician
	Silent                           // does not answer
)

var statusWords = [...]string{"offline", "cover-open", "paper-end", "near-end", "cutter-fault", "head-hot",
	"voltage-fault", "jam", "ticket-in-mouth", "unrecoverable", "silent"}

// Has reports whether all conditions of c hold.
func (s Status) Has(c Status) bool { return s&c == c }

// Ready reports whether a slip sent now can be expected to come out.
func (s Status) Ready() bool { return s&^(NearEnd|TicketInMouth) == 0 }

// String lists the conditions, "ready" for none.
func (s Status) String() string {
	if s == 0 {
		return "ready"
	}
	var words []string
	for i, w := range statusWords {
		if s&(1<<i) != 0 {
			words = append(words, w)
		}
	}
	return strings.Join(words, "+")
}

// ParseStatus returns the status whose String is s. Another order, a condition twice and an unknown one are errors.
func ParseStatus(s string) (Status, error) {
	if s == "ready" {
		return 0, nil
	}
	var status Status
	for word := range strings.SplitSeq(s, "+") {
		if i := slices.Index(statusWords[:], word); i >= 0 {
			status |= 1 << i
		}
	}
	if status == 0 || status.String() != s {
		return 0, fmt.Errorf("no status of a printer: %q", s)
	}
	return status, nil
}

// Outcome is what became of a slip.
type Outcome uint8

// The outcomes of a print job. The zero Outcome is Unknown: nobody can tell.
const (
	Unknown    Outcome = iota // it may be on paper, whole or in part, or not
	Printed                   // it is on paper and cut; Level says how that is known
	NotPrinted                // no slip came out
)

// String returns the outcome's word.
func (o Outcome) String() string {
	switch o {
	case Unknown:
		return "unknown"
	case Printed:
		return "printed"
	case NotPrinted:
		return "not-printed"
	}
	return fmt.Sprintf("outcome(%d)", uint8(o))
}

// Level is how an outcome is known, best first.
type Level uint8

// The levels of confirmation. The zero Level is none.
const (
	NotConfirmed Level = iota // sent, and nothing more is known
	ByProcessID               // the printer answered that this very job was printed
	ByFence                   // a question queued behind the cut was answered, and the status was clean
	BySlices                  // a question after each slice was answered
	ByDrain                   // the line was drained, the time it takes had passed, the status was clean
)

// String returns the level's word.
func (l Level) String() string {
	switch l {
	case NotConfirmed:
		return "not-confirmed"
	case ByProcessID:
		return "process-id"
	case ByFence:
		return "fence"
	case BySlices:
		return "slices"
	case ByDrain:
		return "drain"
	}
	return fmt.Sprintf("level(%d)", uint8(l))
}

// Result is how a print job ended.
type Result struct {
	Outcome Outcome
	Level   Level  // how the outcome is known
	Status  Status // the printer's status at the end
	Length  int    // millimetres of paper that it used, as far as can be told; 0: none, or nobody knows
}

// JobState is where a print job stands in its journal.
type JobState string

// The states of a print job. A job that a restart finds in Sending may or may not be on paper.
const (
	JobQueued  JobState = "queued"  // committed; not a byte has been sent
	JobSending JobState = "sending" // at least a byte may have been sent
	JobDone    JobState = "done"    // its outcome is known, or known to be unknown
)
