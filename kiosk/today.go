package kiosk

import (
	"time"

	"example.org/totem/booking"
	"example.org/totem/locale"
)

// setback is why a citizen is asked to choose a time of today once more.
type setback uint8

const (
	noSetback   setback = iota
	wasTaken            // it is no longer free
	notAnswered         // the office, which had to grant it, was asked for it and did not answer
	cutOff              // the office has to grant it, and cannot be asked any more
)

func (s State) chooseTime(n booking.Number) State {
	if s.talk.stage != atTimes || s.clockless { // numbers are given in order: there is nothing to choose
		return s
	}
	t, ok := s.ownTime(n)
	if !ok {
		return s.gone(n)
	}
	return s.chosen(t)
}

// chooseOpen brings a time to the front of which this totem has no slot.
func (s State) chooseOpen(start time.Time) State {
	t, ok := s.timeAt(start)
	switch {
	case s.clockless:
		return s
	case !ok || !s.free(t):
		return s.startGone(start)
	}
	return s.chosen(t)
}

func (s State) chosen(t Time) State {
	s.talk.start, s.talk.setback, s.talk.picked = t.Start, noSetback, true
	return s.closeAside()
}

func (s State) takeTime(n booking.Number) (State, []Effect) {
	if s.talk.stage != atTimes || s.isPaced() {
		return s, nil
	}
	if _, ok := s.ownTime(n); !ok {
		return s.gone(n), nil
	}
	s = s.issue(slot{key: s.chosenKey(), number: n})
	return s, []Effect{Issue{Service: s.talk.service, Key: s.talk.asked.key, Number: n, Lang: s.lang(), NoTime: s.clockless}}
}

// takeOpen asks for the ticket of a time of which this totem has no slot: the scheduler has to grant it first. Where it has
// one by now it gives that.
func (s State) takeOpen(start time.Time) (State, []Effect) {
	t, ok := s.timeAt(start)
	switch {
	case s.isPaced() || s.clockless:
		return s, nil
	case !ok || !s.free(t):
		return s.startGone(start), nil
	case s.has(t):
		return s.takeTime(t.Number)
	}
	s = s.issue(slot{key: s.chosenKey(), start: t.Start})
	return s, []Effect{Book{Service: s.talk.service, Key: s.talk.asked.key, Start: t.Start, Lang: s.lang()}}
}

// issue waits for the ticket of a slot of today.
func (s State) issue(a slot) State {
	s = s.enter(atIssuing)
	s.talk.consent, s.talk.days = consent{}, days{} // of another day: there is nothing left that a contact would be for
	s.talk.asked = a
	return s
}

// gone leads back to the times and says that n has just been taken.
func (s State) gone(n booking.Number) State {
	s.talk.taken = n
	return s.chooseAgain(wasTaken)
}

// startGone leads back to the times and says that what the office had at that start has just been taken, or cannot be
// asked for.
func (s State) startGone(start time.Time) State {
	if t, ok := s.timeAt(start); ok && t.Open > 0 && !s.asksOffice() {
		return s.chooseAgain(cutOff)
	}
	s.talk.lost = start
	return s.chooseAgain(wasTaken)
}

func (s State) chooseAgain(why setback) State {
	s = s.enter(atTimes)
	s.talk.start, s.talk.asked, s.talk.setback = time.Time{}, slot{}, why
	return s
}

// recheck looks whether the chosen time is still there. Another slot that starts then will do: it is the time that was
// chosen, not its number.
func (s State) recheck() State {
	if s.talk.stage != atTimes || s.talk.start.IsZero() {
		return s
	}
	t, ok := s.timeAt(s.talk.start)
	switch {
	case ok && s.free(t):
		return s
	case ok && t.Open > 0 && !s.asksOffice():
		s.talk.setback = cutOff
	default:
		s.talk.setback, s.talk.lost = wasTaken, s.talk.start
	}
	s.talk.start = time.Time{}
	return s
}

func (s State) linkChanged(m LinkChanged) State {
	s.linkUp, s.asOf = m.Up, m.AsOf
	if s.talk.setback == cutOff && m.Up {
		s.talk.setback = noSetback
	}
	return s.recheck()
}

// setbackWarning says why a time is to be chosen once more, until one is.
func (s State) setbackWarning() []Box {
	switch s.talk.setback {
	case wasTaken:
		return []Box{s.card(RoleCaution, locale.TimesTaken, locale.TimesTakenDo)}
	case notAnswered:
		return []Box{s.card(RoleCaution, locale.NotGivenTitle, locale.TimesNoAnswer, locale.TimesAgain)}
	case cutOff:
		return []Box{s.card(RoleCaution, locale.ReminderUnreachable, locale.TimesAgain)}
	}
	return nil
}

// nothingOf says that a queue has nothing to take here, and what became of what was asked for.
func (s State) nothingOf(q booking.QueueID) []Box {
	none := locale.NothingThis
	switch {
	case s.clockless:
		none = locale.NumberNoneThis
	case s.elsewhere(q):
		none = locale.NothingHereThis
	}
	body := s.nothing(none)
	if s.talk.setback != notAnswered {
		return body
	}
	return append([]Box{body[0], s.card(RoleCaution, locale.NotGivenTitle, locale.TimesNoAnswer)}, body[1:]...)
}
