package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"example.org/totem/booking"
	"example.org/totem/scheduler"
)

// riskTold is what fencing a totem risks, as it is told.
type riskTold struct {
	office booking.OfficeID
	totem  booking.TotemID
	scheduler.Risk
	spoiled bool // a record cannot be read: there may be more
	now     time.Time
}

func (t riskTold) print(out io.Writer) {
	r := t.Risk
	fmt.Fprintf(out, "totem %s of office %s, %s:\n", t.totem, t.office, lastHeard(r.Heard, t.now))
	if len(r.Slots) == 0 {
		fmt.Fprintln(out, "  it holds no free slots")
	} else {
		free := 0
		for _, at := range r.Slots {
			free += at.Free
		}
		fmt.Fprintf(out, "  it holds %s, sold twice if it still gives tickets:\n", count(free, "free slot"))
		for i, at := range r.Slots {
			if i == 0 || at.Day != r.Slots[i-1].Day {
				fmt.Fprintf(out, "    %s:", at.Day)
			} else {
				fmt.Fprint(out, ",")
			}
			fmt.Fprintf(out, " %s %d", at.Queue, at.Free)
			if i == len(r.Slots)-1 || r.Slots[i+1].Day != at.Day {
				fmt.Fprintln(out)
			}
		}
	}
	if r.Unfolded {
		fmt.Fprintln(out, "  it has told of tickets that are not in the ledger yet; fencing it waits for these")
	}
	if len(r.Passed) > 0 && len(r.Slots) > 0 {
		fmt.Fprintf(out, "  it may have passed slots on to %s\n", peers(r.Passed, t.now))
	}
	if t.spoiled {
		fmt.Fprintln(out, "  a record of the ledger cannot be read, so there may be more")
	}
}

// printFenced says that it is done, what is in limbo, and until when.
func (t riskTold) printFenced(out io.Writer, f scheduler.Fenced) {
	fmt.Fprintf(out, "totem %s of office %s is fenced, and a new store may take its name\n", t.totem, t.office)
	if f.Returned > 0 {
		fmt.Fprintf(out, "%s can be sold again\n", count(f.Returned, "free slot"))
	}
	switch {
	case f.Waiting == 0:
	case len(t.Passed) == 0:
		fmt.Fprintf(out, "%s %s in limbo: the scheduler has %s sold again when it has heard the office's other totems, if there are any\n",
			count(f.Waiting, "free slot"), are(f.Waiting, false), them(f.Waiting))
	default:
		fmt.Fprintf(out, "%s %s in limbo, and not sold, until the scheduler has heard what was passed on to %s;\n",
			count(f.Waiting, "free slot"), are(f.Waiting, false), peers(t.Passed, t.now))
		fmt.Fprintln(out, "at the latest until each slot's own time. scheduler sheets shows what is in limbo")
	}
}

func peers(all []scheduler.RiskPeer, now time.Time) string {
	words := make([]string, 0, len(all))
	for _, p := range all {
		words = append(words, fmt.Sprintf("%s (%s)", p.Totem, lastHeard(p.Heard, now)))
	}
	return strings.Join(words, ", ")
}

func lastHeard(at, now time.Time) string {
	if at.IsZero() {
		return "never heard"
	}
	return "last heard " + since(at, now) + " ago"
}

// fenceView is a fencing for machines.
type fenceView struct {
	Office   booking.OfficeID `json:"office"`
	Totem    booking.TotemID  `json:"totem"`
	Done     bool             `json:"done"`               // false: this is what would be at risk
	Heard    *time.Time       `json:"heard,omitempty"`    // when the totem told last how it is
	Unfolded bool             `json:"unfolded,omitempty"` // what it told is not in the ledger yet
	Spoiled  bool             `json:"spoiled,omitempty"`  // a record of the ledger cannot be read, so there may be more
	Risk     []riskView       `json:"risk"`               // the free slots that it holds
	Passed   []passedView     `json:"passed"`             // to whom it may have passed slots on
	Returned int              `json:"returned"`           // free slots that can be sold again
	Waiting  int              `json:"waiting"`            // free slots that are in limbo
}

type riskView struct {
	Day   booking.Day     `json:"day"`
	Queue booking.QueueID `json:"queue"`
	Free  int             `json:"free"`
}

type passedView struct {
	Totem booking.TotemID `json:"totem"`
	Heard *time.Time      `json:"heard,omitempty"`
}

func (t riskTold) view() fenceView {
	v := fenceView{Office: t.office, Totem: t.totem, Heard: unlessZero(t.Heard), Unfolded: t.Unfolded, Spoiled: t.spoiled, Risk: []riskView{}, Passed: []passedView{}}
	for _, at := range t.Slots {
		v.Risk = append(v.Risk, riskView(at))
	}
	for _, p := range t.Passed {
		v.Passed = append(v.Passed, passedView{p.Totem, unlessZero(p.Heard)})
	}
	return v
}
