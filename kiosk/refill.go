package kiosk

import (
	"time"

	"example.org/totem/paper"
)

// roll is what happened to the paper since a test strip was last asked for. Either means that another roll may be in.
type roll struct {
	opened bool // the cover was open
	ended  bool // there was no paper
}

// unreadable is what a person says of the paper and no printer knows: two test strips in a row could not be read, for the
// roll is of the wrong kind. It goes with what the printer says of itself, and like the paper's end it lets no slip count
// as there. It lasts until another roll may be in, or a strip was read.
const unreadable paper.Status = 1 << 14

// slipStatus is what stands against a slip while the printer says p.
func (s State) slipStatus(p paper.Status) paper.Status {
	if s.blank {
		p |= unreadable
	}
	return p
}

func (s State) printerChanged(p paper.Status) State {
	s.printer = p
	s.roll.opened = s.roll.opened || p.Has(paper.CoverOpen)
	s.roll.ended = s.roll.ended || p.Has(paper.PaperEnd)
	s.tried = s.tried && !s.roll.opened
	s.blank = s.blank && !p.Has(paper.CoverOpen) && !p.Has(paper.PaperEnd)
	if !p.Has(paper.CoverOpen) {
		s.talk.paperless = false
	}
	if s.talk.stage >= atPrinting {
		s.talk.printer = s.slipStatus(p)
	}
	if s.awaitsPrinter() {
		s.talk.heard = time.Time{}
	}
	return s
}

// tendPaper takes the screen for the roll where nobody's ticket is under way: while the cover is open, and for a test
// strip once the printer is ready after its cover was open or its paper out.
func (s State) tendPaper() (State, []Effect) {
	switch stage := s.talk.stage; {
	case stage != atHome && (stage < atRefill || stage > atCheckFailed):
		return s, nil
	case s.outOfOrder != "" || !s.ready():
		if stage != atHome {
			s = s.goHome()
		}
		return s, nil
	case stage == atChecking: // its answer comes first
		return s, nil
	case s.printer.Has(paper.CoverOpen) && stage != atRefill && !s.talk.paperless:
		return s.enter(atRefill), nil
	case (s.roll != roll{}) && s.printer.Ready():
		if s.tried && !s.roll.opened { // a sensor that flickers must not use up the roll on strips
			s.roll = roll{}
			return s, nil
		}
		s.tried = !s.roll.opened
		return s.check()
	}
	return s, nil
}

// check asks for a test strip.
func (s State) check() (State, []Effect) {
	s.roll = roll{}
	s.talk.printer, s.talk.blank = s.printer, false
	return s.enter(atChecking), []Effect{Check{Lang: s.lang()}}
}

func (s State) checkPaper() (State, []Effect) {
	if !s.canCheck() {
		return s, nil
	}
	return s.check()
}

// canCheck reports whether a strip may be asked for by touch.
func (s State) canCheck() bool {
	return (s.talk.stage == atRefill || s.talk.stage == atCheckFailed) && s.printer.Ready()
}

// paperChecked asks whether the strip can be read, also where the printer cannot tell whether there is one.
func (s State) paperChecked(r paper.Result) State {
	if s.talk.stage != atChecking {
		return s
	}
	s.talk.printer, s.talk.outcome = r.Status, r.Outcome
	if r.Outcome == paper.NotPrinted {
		return s.enter(atCheckFailed)
	}
	return s.enter(atStrip)
}

// stripSeen ends the refill, or asks once that the roll be turned round: thermal paper prints on one side only.
func (s State) stripSeen(readable bool) State {
	switch {
	case s.talk.stage != atStrip:
		return s
	case readable:
		s.blank = false
		return s.forget()
	case s.talk.turned:
		s.talk.blank, s.blank = true, true
		return s.enter(atCheckFailed)
	}
	s.talk.turned = true
	return s.enter(atRefill)
}

// withoutPaper leads to the services, and stays there while the cover is open.
func (s State) withoutPaper() State {
	if s.talk.stage < atRefill || s.talk.stage > atCheckFailed {
		return s
	}
	s.talk.paperless = s.printer.Has(paper.CoverOpen)
	return s.goHome()
}
