package kiosk

import (
	"slices"
	"strings"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/paper"
)

// trouble says what keeps a printer from printing, before anything is taken ("now") and after: "stays" says that there is
// no slip, and that there is a slot all the same. What the citizen can see or a clerk can mend comes first.
func trouble(p paper.Status) (now, stays locale.Key) {
	switch {
	case p.Has(paper.PaperEnd):
		return locale.PaperNowEnd, locale.PaperStaysEnd
	case p.Has(paper.CoverOpen):
		return locale.PaperNowCover, locale.PaperStaysCover
	case p.Has(unreadable):
		return locale.PaperNowBlank, locale.PaperStaysBlank
	case p.Has(paper.Unrecoverable):
		return locale.PaperNowBroken, locale.PaperStaysBroken
	case p.Has(paper.Jam):
		return locale.PaperNowJam, locale.PaperStaysJam
	case p.Has(paper.CutterFault):
		return locale.PaperNowCutter, locale.PaperStaysCutter
	case p.Has(paper.HeadHot):
		return locale.PaperNowHot, locale.PaperStaysHot
	case p.Has(paper.VoltageFault):
		return locale.PaperNowVoltage, locale.PaperStaysVoltage
	case p.Has(paper.Silent):
		return locale.PaperNowSilent, locale.PaperStaysSilent
	case p.Has(paper.Offline):
		return locale.PaperNowOffline, locale.PaperStaysOffline
	}
	return locale.PaperNowOther, locale.PaperStaysOther
}

func paperNow(p paper.Status) locale.Key {
	now, _ := trouble(p)
	return now
}

func paperStays(p paper.Status) locale.Key {
	_, stays := trouble(p)
	return stays
}

// paperWarning says before anything is taken that there may be no slip, or that another one waits to be taken.
func (s State) paperWarning() []Box {
	switch p := s.slipStatus(s.printer); {
	case !p.Ready():
		return []Box{s.card(RoleCaution, paperNow(p), locale.TimesOnScreen)}
	case s.printer.Has(paper.TicketInMouth):
		return []Box{s.card(RoleCaution, locale.PaperNowMouth, locale.PaperMouthOwn)}
	}
	return nil
}

// printing shows number and time while the slip is under way, and the code too when it is a second try. It says that
// something is printed only as long as nothing speaks against it.
func (s State) printing() []Box {
	body := append([]Box{s.words(RoleTitle, locale.PrintingTitle)}, s.ticket()...)
	switch {
	case !s.talk.printer.Ready():
		body = append(body, s.card(RoleCaution, paperNow(s.talk.printer), s.meanwhile()))
	case s.late():
		body = append(body, s.card(RoleCaution, locale.PrintingLate, s.meanwhile()))
	default:
		body = append(body, s.words(RoleProgress, locale.PrintingSlip))
	}
	if s.talk.again {
		body = append(body, s.proof()...)
	}
	return body
}

// meanwhile says what holds while the printer is waited for.
func (s State) meanwhile() locale.Key {
	if s.talk.again {
		return locale.ProofKeep
	}
	return locale.PrintingKeep
}

func (s State) paperFailed() []Box {
	why := s.card(RoleCaution, paperStays(s.talk.printer))
	if s.canPrintAgain() && !s.warned() { // beside three answers there is no room to say what one of them says
		why.Children = append(why.Children, s.words(RoleNote, locale.AgainReady))
	}
	return s.onScreen(why, s.control(RolePrimary, "print-again", PrintAgain{}, locale.AgainTicket))
}

func (s State) paperUnknown() []Box {
	why := s.card(RoleCaution, locale.PaperUnknown)
	switch {
	case !s.talk.printer.Ready():
		why.Children = append(why.Children, s.words(RoleNote, paperNow(s.talk.printer)))
	case s.talk.printer.Has(paper.TicketInMouth):
		why.Children = append(why.Children, s.words(RoleNote, locale.PaperMouthOwn))
	case s.canPrintAgain():
		why.Children = append(why.Children, s.words(RoleNote, locale.AgainCopyIf))
	}
	return s.onScreen(why, s.control(RoleButton, "print-again", PrintAgain{}, locale.AgainCopy))
}

// onScreen shows what else proves the slot, and the way to the slip where there is one: first where there is none for
// certain, second where there may be one.
func (s State) onScreen(why, again Box) []Box {
	why.Children = append(why.Children, s.words(RoleNote, locale.ProofKeep))
	body := append([]Box{why}, s.ticket()...)
	body = slices.Concat(body, s.proof(), s.contactGiven())
	answers := []Box{s.control(RolePrimary, "done", Finish{}, locale.Done)}
	switch {
	case !s.canPrintAgain():
	case again.Role == RolePrimary:
		answers[0].Role = RoleButton
		answers = append(answers, again)
	default:
		answers = append([]Box{again}, answers...)
	}
	if s.warned() && s.talk.look.Text.Large() && len(answers) > 1 { // three answers are too high; whoever goes on is given them all
		answers = slices.DeleteFunc(answers, func(b Box) bool { return b.ID == "done" })
	}
	if s.warned() {
		answers = append([]Box{s.control(RoleButton, "continue", Touched{}, locale.StillContinue)}, answers...)
	}
	body = append(body, Box{Role: RoleButtons, Children: answers})
	if s.warned() {
		body = append(body, s.count(RoleCount))
	}
	return body
}

// proof returns the code to be photographed or written down. It is on the glass only while no slip is known to be out.
func (s State) proof() []Box {
	code := s.talk.ticket.Code
	if code == "" {
		return nil
	}
	return []Box{{Role: RoleProof, Private: true, Children: []Box{{Role: RoleQR, Text: string(code)}, s.codeWords(code)}}}
}

// listensAlone reports whether the screens are spoken into a headset.
func (s State) listensAlone() bool { return s.talk.voice.On && s.headset }

// codeHeard returns the code for who has the screens spoken into a headset: on the slip it is lost to whoever cannot read it.
func (s State) codeHeard() []Box {
	code := s.talk.ticket.Code
	if code == "" || !s.listensAlone() {
		return nil
	}
	return []Box{{Role: RoleProof, Private: true, Children: []Box{s.codeWords(code)}}}
}

// codeWords returns a code as it is printed, and what to do with it.
func (s State) codeWords(code booking.Code) Box {
	typed := Box{Role: RoleCode, Children: []Box{s.words(RoleNote, locale.ProofCode)}}
	for digits := range strings.FieldsSeq(code.Grouped()) {
		typed.Children = append(typed.Children, Box{Role: RoleDigits, Text: digits})
	}
	typed.Children = append(typed.Children, s.words(RoleNote, locale.ProofShow))
	return typed
}
