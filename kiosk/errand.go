package kiosk

import "slices"

// errands are the questions over the link that have not been answered. Their numbers begin anew when none is left, so that
// nothing tells how many citizens have asked.
type errands struct {
	last Errand
	open []Errand
}

// errand gives the next question its number: from now on its answer is waited for, and no other.
func (s State) errand() (State, Errand) {
	s.errands.last++
	s.errands.open = append(slices.Clip(s.errands.open), s.errands.last)
	s.talk.errand, s.talk.sent = s.errands.last, s.now
	return s, s.errands.last
}

// answersErrand reports whether an answer is the one that is waited for. With it the wait is over.
func (s State) answersErrand(e Errand) (State, bool) {
	at := slices.Index(s.errands.open, e)
	if at < 0 {
		return s, false // answered before
	}
	s.errands.open = slices.Delete(slices.Clone(s.errands.open), at, at+1)
	if len(s.errands.open) == 0 {
		s.errands = errands{}
	}
	if s.talk.errand != e {
		return s, false // it is for somebody who has left, or gave up waiting
	}
	s.talk.errand = 0
	return s, true
}

// errandTold takes in the answer to an errand; told is false for anything else.
func (s State) errandTold(m Msg) (next State, asked []Effect, told bool) {
	var waited bool
	switch m := m.(type) {
	case ContactKept:
		if next, waited = s.answersErrand(m.Errand); waited {
			next, asked = next.contactEnded(keptWell, m.Receipt)
		}
	case ContactRefused:
		end := keptNot
		if m.Why == NotKeptLink {
			end = keptUnknown
		}
		if next, waited = s.answersErrand(m.Errand); waited {
			next, asked = next.contactEnded(end, "")
		}
	case ReminderKnown:
		if next, waited = s.answersErrand(m.Errand); waited {
			next = next.reminderKnown(m)
		}
	case ReminderDropped:
		if next, waited = s.answersErrand(m.Errand); waited {
			next = next.reminderDropped(m)
		}
	case DaysKnown:
		if next, waited = s.answersErrand(m.Errand); waited {
			next = next.daysKnown(m)
		}
	default:
		return s, nil, false
	}
	return next, asked, true
}

// follow asks for what follows by itself on news: a contact that was given for a ticket goes out as soon as the ticket is
// there, and where other days are waited for, they are asked for.
func (s State) follow() (State, []Effect) {
	switch {
	case s.talk.stage == atPrinting && s.talk.consent.given:
		t := s.talk.ticket
		return s.keepContact(Ref{Key: t.Key, Number: t.Number}, t.Start)
	case s.talk.stage == atAskingDays && s.talk.errand == 0:
		return s.askDays()
	}
	return s, nil
}

// errandsLate is what a wait for an errand leads to that has lasted too long.
func (s State) errandsLate() State {
	s.talk.errand = 0
	switch s.talk.stage {
	case atSending:
		s.talk.consent.end = keptUnknown
		return s.enter(atKept)
	case atAskingReminder:
		s.talk.reminder = reminder{failed: true}
		return s.enter(atReminder)
	case atDropping:
		return s.endDrop(dropUnknown)
	case atAskingDays:
		return s.daysKnown(DaysKnown{Failed: true})
	}
	return s
}

// runsErrand reports whether an answer is waited for beside a screen that does not wait for it.
func (s State) runsErrand() bool { return s.talk.errand != 0 && !s.awaited() }

// errandLate reports whether the answer has been waited for too long. One that comes after that is still taken, beside
// such a screen.
func (s State) errandLate() bool {
	return s.talk.errand != 0 && s.now.Sub(s.talk.sent) >= ownLimit
}
