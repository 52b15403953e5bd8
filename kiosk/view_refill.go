package kiosk

import (
	"strconv"

	"example.org/totem/locale"
	"example.org/totem/paper"
)

// refill shows how a roll is put in. What is wrong after the cover was closed stands above it.
func (s State) refill() []Box {
	open := s.printer.Has(paper.CoverOpen)
	var body []Box
	switch {
	case s.talk.turned:
		body = []Box{s.words(RoleTitle, locale.RefillTurn), s.words(RoleLead, locale.RefillOneSide)}
	case open:
		body = []Box{s.words(RoleTitle, locale.RefillTitle), s.words(RoleLead, locale.RefillLead)}
	case s.printer.Has(paper.PaperEnd):
		body = []Box{s.words(RoleTitle, locale.RefillUnseen), s.words(RoleLead, locale.RefillOpenAgain)}
	default:
		body = []Box{s.words(RoleTitle, paperNow(s.printer)), s.words(RoleLead, locale.TimesOnScreen)}
	}
	if open || s.talk.turned || s.printer.Has(paper.PaperEnd) {
		body = append(body, s.steps(open))
	}
	buttons := Box{Role: RoleButtons, Children: []Box{s.control(RoleButton, "without-paper", WithoutPaper{}, locale.RefillWithout)}}
	if s.canCheck() {
		buttons.Children = append(buttons.Children, s.control(RolePrimary, "check-paper", CheckPaper{}, locale.RefillCheck))
	}
	return append(body, buttons)
}

// steps ticks off what the printer says: that its cover is open, that there is paper where there was none. It cannot
// see a hand that pulls.
func (s State) steps(open bool) Box {
	second, picture := locale.RefillStepRoll, "roll-in"
	if s.talk.turned {
		second, picture = locale.RefillStepTurn, "roll-turn"
	}
	return Box{Role: RoleSteps, Children: []Box{
		s.step(1, "cover-open", locale.RefillStepOpen, open),
		s.step(2, picture, second, open && s.roll.ended && !s.printer.Has(paper.PaperEnd)),
		s.step(3, "paper-pull", locale.RefillStepPull, false),
		s.step(4, "cover-close", locale.RefillStepClose, false),
	}}
}

func (s State) step(n int, picture string, k locale.Key, done bool) Box {
	mark := Box{Role: RoleBadge, Text: strconv.Itoa(n)}
	if done {
		mark = Box{Role: RoleIcon, Text: "done"}
	}
	return Box{Role: RoleStep, Chosen: done, Children: []Box{{Role: RolePicture, Text: picture}, mark, s.words(RoleName, k)}}
}

func (s State) checking() []Box {
	body := []Box{s.words(RoleTitle, locale.CheckTitle), {Role: RolePicture, Text: "strip"}}
	switch {
	case !s.printer.Ready():
		body = append(body, s.words(RoleLead, paperNow(s.printer)))
	case s.late():
		body = append(body, s.words(RoleLead, locale.PrintingLate))
	default:
		return append(body, s.words(RoleProgress, locale.CheckStrip))
	}
	return append(body, Box{Role: RoleButtons, Children: []Box{
		s.control(RoleButton, "without-paper", WithoutPaper{}, locale.RefillWithout),
	}})
}

// askStrip asks what no printer can see. The two answers are equals.
func (s State) askStrip() []Box {
	lead := locale.CheckAskLead
	if s.talk.outcome != paper.Printed {
		lead = locale.CheckUnsure
	}
	return []Box{
		s.words(RoleTitle, locale.CheckAsk),
		{Role: RolePicture, Text: "strip"},
		s.words(RoleLead, lead),
		{Role: RoleButtons, Children: []Box{
			s.control(RoleButton, "unreadable", StripSeen{}, locale.CheckNo),
			s.control(RoleButton, "readable", StripSeen{Readable: true}, locale.CheckYes),
		}},
		s.count(RoleCount),
	}
}

func (s State) checkFailed() []Box {
	title, lead := locale.CheckFailed, locale.AskDesk
	switch {
	case s.talk.blank:
		title, lead = locale.CheckBlank, locale.CheckBlankDo
	case !s.printer.Ready():
		lead = paperNow(s.printer)
	case !s.talk.printer.Ready():
		lead = locale.CheckAgainNow
	}
	buttons := Box{Role: RoleButtons}
	if s.canCheck() {
		buttons.Children = []Box{
			s.control(RoleButton, "back", GoBack{}, locale.BackServices),
			s.control(RolePrimary, "check-paper", CheckPaper{}, locale.CheckAgain),
		}
	} else {
		buttons.Children = []Box{s.control(RolePrimary, "without-paper", WithoutPaper{}, locale.RefillWithout)}
	}
	return []Box{s.words(RoleTitle, title), s.words(RoleLead, lead), buttons}
}
