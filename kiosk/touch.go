package kiosk

import "example.org/totem/locale"

// touchChanged takes in how the panel is. What somebody was told of it holds no longer.
func (s State) touchChanged(t Touch) State {
	if s.touch != t {
		s.touch, s.talk.past = t, false
	}
	return s
}

// troubled reports whether the citizen is told of the panel before anything is offered that would have to be touched.
// Whoever has touched or pressed anything since goes on.
func (s State) troubled() bool {
	atStart := s.talk.stage == atHome && s.talk.aside == noAside && s.outOfOrder == "" && s.ready()
	return s.touchHints() && atStart && (len(s.found) > 0 || s.anyFree())
}

// touchHints reports whether a citizen must be told of the panel: in a line beside what is shown, where nothing may be
// lost.
func (s State) touchHints() bool {
	return s.touch != TouchWorks && !s.talk.keys && !s.talk.past
}

// goesOn notes that a touch was felt by a panel that is in trouble.
func (s State) goesOn() State {
	if s.touch != TouchWorks && (s.troubled() || s.engaged()) {
		s.talk.past = true
	}
	return s
}

func (s State) touchTrouble() (name string, body []Box) {
	says := s.touchSays()
	name = "touch-silent"
	if s.touch == TouchStuck {
		name = "touch-stuck"
	}
	return name, []Box{s.words(RoleTitle, says[0]), s.words(RoleLead, says[1])}
}

func (s State) touchNotes() []Box {
	says := s.touchSays()
	return []Box{s.words(RoleNote, says[0]), s.words(RoleNote, says[1])}
}

// touchSays says what is wrong with the panel, and what to do.
func (s State) touchSays() [2]locale.Key {
	switch {
	case s.touch == TouchStuck:
		return [2]locale.Key{locale.TouchStuckTitle, locale.TouchStuckLead}
	case s.keypad:
		return [2]locale.Key{locale.TouchSilentTitle, locale.TouchSilentKeys}
	}
	return [2]locale.Key{locale.TouchSilentTitle, locale.AskDesk}
}
