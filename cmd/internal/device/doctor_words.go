package device

import (
	"fmt"
	"math"

	"example.org/totem/hw/printer/escpos"
	"example.org/totem/paper"
)

// Condition is one of the conditions of a printer, and what a technician does about it.
type Condition struct {
	Word    string `json:"word"` // as paper.Status says it
	Meaning string `json:"meaning"`
	Remedy  string `json:"remedy"`
}

// conditions explains every condition of s, in the order of its words.
func conditions(s paper.Status) []Condition {
	var all []Condition
	for _, c := range [...]struct {
		is              paper.Status
		meaning, remedy string
	}{
		{paper.Offline, "it takes no data", "act on what else is told; if that is nothing, press its FEED or ONLINE button, or switch it off and on"},
		{paper.CoverOpen, "the cover is open, or the head is up", "close it until both sides click"},
		{paper.PaperEnd, "there is no paper", "put in a roll with its coated side to the head; the coated side darkens under a fingernail"},
		{paper.NearEnd, "the roll is nearly used up; it still prints", "have a roll at hand"},
		{paper.CutterFault, "the cutter is stuck", "switch it off, take the paper out, turn the cutter back by its wheel, remove scraps; switch it on"},
		{paper.HeadHot, "the head is too hot, or a model that cannot tell the two apart has a weak supply", "wait, it goes on by itself; if it comes back, check air and power supply"},
		{paper.VoltageFault, "the supply is out of range", "check the power supply and its plug; it goes on by itself"},
		{paper.Jam, "paper is stuck", "open the cover, take all paper out of the path to the mouth, put the roll in again"},
		{paper.TicketInMouth, "a slip waits in the mouth", "take it"},
		{paper.Unrecoverable, "it calls its own trouble one that does not pass", "switch it off for ten seconds; if it comes back, replace the printer"},
		{paper.Silent, "it does not answer", "check power, cable, speed and flow control: totem doctor printer --find looks for its line and speed"},
	} {
		if s.Has(c.is) {
			all = append(all, Condition{Word: c.is.String(), Meaning: c.meaning, Remedy: c.remedy})
		}
	}
	return all
}

// remedyFor is what to do about the first condition that can be acted on.
func remedyFor(s paper.Status) string {
	if others := s &^ paper.Offline; others != 0 {
		s = others
	}
	all := conditions(s)
	if len(all) == 0 {
		return ""
	}
	return all[0].Remedy
}

// bestLevel is the best way in which a model of these abilities can confirm a slip.
func bestLevel(a paper.Abilities) paper.Level {
	switch {
	case a.ProcessID:
		return paper.ByProcessID
	case a.Fence:
		return paper.ByFence
	case a.Slices:
		return paper.BySlices
	case a.RealTime:
		return paper.ByDrain
	}
	return paper.NotConfirmed
}

// LevelMeans says what is known of a slip that was confirmed so.
func LevelMeans(l paper.Level) string {
	switch l {
	case paper.ByProcessID:
		return "it answers that this very slip is printed"
	case paper.ByFence:
		return "it answers a question that stands behind the cut, and reports no trouble"
	case paper.BySlices:
		return "it answers a question after each piece of the slip"
	case paper.ByDrain:
		return "the line was emptied, the time to print passed, and it reports no trouble"
	}
	return "nothing: what was sent may be on paper or not"
}

// abilities says in words what a model can do and tell.
func abilities(a paper.Abilities) []string {
	all := []string{fmt.Sprintf("prints %d dots a line, %.1f mm, at %d dots an inch", a.Dots, printedWidth(a), a.DPI)}
	if a.Columns > 0 {
		all = append(all, fmt.Sprintf("has letters of its own, %d in a line", a.Columns))
	} else {
		all = append(all, "has no letters that are used: each slip is drawn")
	}
	for _, can := range [...]struct {
		yes       bool
		word, not string
	}{
		{a.QR, "draws a QR by itself", "gets its QR as a picture"},
		{a.PageMode, "sets the QR beside the code", ""},
		{a.Cut, "cuts", "cuts nothing: the slip is torn off"},
		{a.Present, "holds a slip in its mouth", ""},
		{a.Retract, "pulls back a slip that nobody takes", ""},
		{a.RealTime, "answers status questions at once, also while it is stopped", "answers no status question while it is stopped"},
		{a.Automatic, "tells changes of its status by itself", ""},
		{a.NearEnd, "has a sensor for the end of the roll drawing near", "sees no end of the roll coming"},
	} {
		switch {
		case can.yes:
			all = append(all, can.word)
		case can.not != "":
			all = append(all, can.not)
		}
	}
	return all
}

// printedWidth is the width of the printed line, in millimetres.
func printedWidth(a paper.Abilities) float64 { return float64(a.Dots) * 25.4 / float64(a.DPI) }

// whatToLookAt says what only eyes can see on a test slip.
func whatToLookAt(a paper.Abilities) []string {
	tens := int(math.Floor(printedWidth(a)/10)) * 10
	all := []string{
		"a thin bar stands at each end of the ruler; if one is missing the profile is too wide for this printer or its paper",
		fmt.Sprintf("on the ruler %d mm are %d mm, from the first tall mark to the last; if not, the dots an inch are wrong", tens, tens),
		"five fields go from white to black, without white or grey stripes along the paper: a stripe is dirt on the head or a dead dot",
	}
	if a.Columns > 0 {
		all = append(all,
			fmt.Sprintf("the digits 1234567890… stand on one line, %d of them; if they break, the columns are wrong", a.Columns),
			"each line of letters can be read, with its accents; strange letters mean another number of that code page")
	}
	qr := "the QR can be read by a telephone and says " + escpos.TestWords
	if a.QR {
		qr = "both QRs, the printer's own and the drawn one, can be read by a telephone and say " + escpos.TestWords
	}
	all = append(all, qr)
	if a.Cut {
		return append(all, "it is cut, behind the last line")
	}
	return append(all, "torn off, it ends behind the last line")
}
