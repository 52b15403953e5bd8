package kiosk

import (
	"slices"
	"time"

	"example.org/totem/locale"
)

// pacedUntil returns from when on tickets of the chosen service are given again, zero where they are given now.
func (s State) pacedUntil() (until time.Time) {
	service, ok := s.office.Service(s.talk.service)
	if !ok {
		return time.Time{}
	}
	until = s.talk.paced
	if i := slices.IndexFunc(s.paced, func(p Paced) bool { return p.Queue == service.Queue }); i >= 0 && s.paced[i].Until.After(until) {
		until = s.paced[i].Until
	}
	if !until.After(s.now) {
		return time.Time{}
	}
	return until
}

// isPaced reports whether no ticket of the chosen service is given for a while.
func (s State) isPaced() bool { return !s.pacedUntil().IsZero() }

// paceMinutes returns how many minutes it is until then, rounded up.
func (s State) paceMinutes() int {
	return int((s.pacedUntil().Sub(s.now) + time.Minute - 1) / time.Minute)
}

// paceTurns returns when these minutes are one less, or times are shown again.
func (s State) paceTurns() (at time.Time, paced bool) {
	if s.talk.stage != atTimes || !s.isPaced() {
		return time.Time{}, false
	}
	return s.pacedUntil().Add(-time.Duration(s.paceMinutes()-1) * time.Minute), true
}

// toPace leads to the times of the service, which are shown once its tickets are given again.
func (s State) toPace(until time.Time) State {
	s = s.chooseAgain(noSetback)
	s.talk.days, s.talk.paced = days{}, until
	return s
}

// pacedBody says why no ticket of the service is given, and for how long.
func (s State) pacedBody() []Box {
	return []Box{
		s.words(RoleTitle, locale.PacedTitle),
		s.words(RoleLead, locale.PacedLead, locale.Word("in", s.inMinutes(s.paceMinutes()))),
		{Role: RoleButtons, Children: []Box{
			s.control(RoleButton, "done", Finish{}, locale.Done),
			s.control(RolePrimary, "back", GoBack{}, locale.BackServices),
		}},
	}
}
