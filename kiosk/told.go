package kiosk

import (
	"slices"
	"time"

	"example.org/totem/paper"
)

// told takes in what the totem tells; ok is false for what a citizen says. It never shortens anybody's time.
func (s State) told(m Msg) (next State, ok bool) {
	if answersOwn(m) {
		if s.owed = max(s.owed-1, 0); s.owed > 0 {
			return s, true // it is for somebody who has left
		}
	}
	if next, ok := s.ownTold(m); ok {
		return next, true
	}
	if next, ok := s.handsTold(m); ok {
		return next, true
	}
	switch m := m.(type) {
	case Tick:
		return s.tick(m.Now), true
	case ClockChanged:
		return s.clockChanged(m), true
	case OfficeKnown:
		return s.officeKnown(m), true
	case OffersChanged:
		s.offers, s.hasOffers, s.paced = m.Offers, true, m.Paced
		return s.recheck(), true
	case TicketMade:
		return s.ticketMade(m.Ticket), true
	case TicketRefused:
		return s.ticketRefused(m), true
	case SlipEnded:
		return s.slipEnded(m.Job, m.Result), true
	case SlipFound:
		return s.addFound(m.Ticket), true
	case SlipGone:
		return s.dropFound(m.Job), true
	case PrinterChanged:
		return s.printerChanged(m.Status), true
	case PaperChecked:
		return s.paperChecked(m.Result), true
	case LinkChanged:
		return s.linkChanged(m), true
	case OutOfService:
		s.outOfOrder = m.Code
		if m.Code != "" && (s.talk.stage == atTimes || s.choosesOther()) {
			s = s.goHome()
		}
		return s, true
	}
	return s, false
}

// handsTold takes in how the totem can be touched, pressed and heard, ok false for anything else.
func (s State) handsTold(m Msg) (next State, ok bool) {
	switch m := m.(type) {
	case HeadsetChanged:
		return s.headsetChanged(m.In), true
	case Spoken:
		return s.spokenOut(), true
	case TouchChanged:
		return s.touchChanged(m.Touch), true
	case KeypadChanged:
		if s.keypad = m.There; !m.There {
			s.talk.keys, s.talk.focus = false, focus{}
		}
		return s, true
	}
	return s, false
}

// answersOwn reports whether m answers a question about a ticket that a citizen came with.
func answersOwn(m Msg) bool {
	switch m.(type) {
	case TicketFound, TicketUnknown, TicketChanged, ChangeRefused:
		return true
	}
	return false
}

// owe counts the questions among what was asked.
func (s State) owe(asked []Effect) State {
	for _, e := range asked {
		switch e.(type) {
		case FindTicket, CheckIn, CancelTicket:
			s.owed++
		}
	}
	return s
}

// clockChanged turns from times to numbers, or back. Whoever is choosing goes on with the same service; the quiet begins
// anew, for the instants before and after have nothing in common.
func (s State) clockChanged(m ClockChanged) State {
	if s.clockless == m.Unknown && (!m.Unknown || s.numbered == m.Day) {
		return s
	}
	turned := s.clockless != m.Unknown
	s.clockless, s.numbered = m.Unknown, m.Day
	if turned {
		s.talk.quiet, s.talk.alone, s.talk.heard = time.Time{}, time.Time{}, time.Time{}
		s.talk.start, s.talk.setback, s.talk.page = time.Time{}, noSetback, 0
		if s.choosesOther() { // which day is another one nobody knows
			s.talk.consent = consent{}
			s = s.toTimes()
		}
	}
	return s.recheck()
}

func (s State) officeKnown(m OfficeKnown) State {
	before := s.office
	s.office, s.hasOffice, s.spoken, s.zone = m.Office, true, spoken(m.Office), m.Zone
	if s.zone == nil {
		s.zone = time.UTC
	}
	if s.talk.lang == s.ownLang() {
		s.talk.lang = ""
	}
	if _, ok := s.office.Service(s.talk.service); !ok && (s.talk.stage == atTimes || s.choosesOther()) {
		return s.goHome()
	}
	if (s.asksConsent() || s.talk.consent.given) && !s.asksAsBefore(m.Office, before) {
		return s.takeBack()
	}
	return s.recheck()
}

// ticketMade shows the ticket to whoever asked for it. One that comes so late that its citizen may have left must not
// be shown to the next as theirs: unless nobody is there, it waits as one that may not have come out.
func (s State) ticketMade(t Ticket) State {
	asked := s.talk.asked.isOf(t)
	switch {
	case s.holds() && s.talk.ticket.Job == t.Job:
		return s
	case (s.talk.stage == atIssuing || s.talk.stage == atUnclear) && asked,
		s.talk.stage == atHome && len(s.found) == 0:
		s.talk.ticket, s.talk.asked = t, slot{}
		return s.print()
	}
	return s.addFound(t)
}

// holds reports whether the conversation is about a ticket that was made in it.
func (s State) holds() bool {
	return s.talk.stage >= atPrinting || s.consents() && s.talk.consent.from == atTake
}

func (s State) ticketRefused(m TicketRefused) State {
	if s.talk.stage != atIssuing && s.talk.stage != atUnclear {
		return s
	}
	why := m.Why
	switch {
	case why == RefusedPace:
		return s.toPace(m.Until)
	case s.booksToday() && s.clockless:
		why = RefusedGone // which time it was is said no more
	case why == RefusedLink && s.booksToday():
		return s.chooseAgain(notAnswered)
	case why != RefusedGone:
	case s.booksToday():
		return s.startGone(s.talk.asked.start)
	case s.books():
		return s.bookingGone()
	default:
		return s.gone(s.talk.asked.number)
	}
	s.talk.asked, s.talk.denied, s.talk.consent = slot{}, why, consent{}
	return s.enter(atNotGiven)
}

func (s State) slipEnded(job JobID, r paper.Result) State {
	if r.Outcome == paper.Printed {
		s = s.dropFound(job)
		s.tried = false
	}
	if (s.talk.stage != atPrinting && s.talk.stage != atUnknown) || s.talk.ticket.Job != job {
		return s
	}
	s.talk.printer, s.talk.ended = s.slipStatus(r.Status), true
	switch r.Outcome {
	case paper.Printed:
		if s.blank {
			return s.enter(atFailed)
		}
		if !s.listensAlone() {
			s.talk.ticket.Code = "" // it is on paper, and whoever stands behind has no use of it
		}
		return s.enter(atTake)
	case paper.NotPrinted:
		return s.enter(atFailed)
	case paper.Unknown:
	}
	return s.enter(atUnknown)
}

func (s State) addFound(t Ticket) State {
	if !slices.ContainsFunc(s.found, func(f Ticket) bool { return f.Job == t.Job }) {
		s.found = append(slices.Clip(s.found), t)
	}
	return s
}

func (s State) dropFound(job JobID) State {
	var rest []Ticket
	for _, t := range s.found {
		if t.Job != job {
			rest = append(rest, t)
		}
	}
	s.found = rest
	return s
}

// dropPast forgets found slips whose day is over: nobody comes for them any more.
func (s State) dropPast() State {
	if s.clockless {
		return s // nobody knows which days are over
	}
	today := s.today()
	for _, t := range s.found {
		if s.hasOffice && t.Key.Day.Compare(today) < 0 {
			s = s.dropFound(t.Job)
		}
	}
	return s
}
