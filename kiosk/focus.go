package kiosk

import "slices"

// focus is where the keys are. It is resolved anew by each View: a screen that is entered has its own first place.
type focus struct {
	screen string // the name of the screen on which it was moved
	id     string // of a control there
	at     int    // how many controls stand before it: beside them the next key goes on when it is gone
}

// Controls returns the controls of a screen in the order of focus, which is the order of reading.
// One that is part of something private is private.
func (s Screen) Controls() []Box { return s.Root.controls(nil, false) }

func (b Box) controls(all []Box, private bool) []Box {
	b.Private = b.Private || private
	if b.Tap != nil && !b.Off {
		all = append(all, b)
	}
	for _, child := range b.Children {
		all = child.controls(all, b.Private)
	}
	return all
}

// focused returns the id of the control that the keys are at, "" for none: there are no keys at work, the screen asks
// for one of two equals, or what had the focus is gone without the citizen's doing. A key that selects does nothing then.
func (s State) focused(screen Screen) string {
	switch f := s.talk.focus; {
	case !s.talk.keys:
		return ""
	case f.screen != screen.Name:
		return wanted(screen)
	case indexOf(screen.Controls(), f.id) >= 0:
		return f.id
	}
	return ""
}

// moveFocus goes so many controls on, round at either end.
func (s State) moveFocus(screen Screen, steps int) State {
	controls := screen.Controls()
	n := len(controls)
	if n == 0 {
		return s
	}
	at := indexOf(controls, screen.Focus)
	if at < 0 { // between two controls
		at = s.gap(screen, controls)
		if steps > 0 {
			steps--
		}
	}
	at = ((at+steps)%n + n) % n
	s.talk.focus = focus{screen: screen.Name, id: controls[at].ID, at: at}
	return s
}

// gap returns before which control the focus stands that is at none.
func (s State) gap(screen Screen, controls []Box) int {
	if s.talk.focus.screen == screen.Name {
		return s.talk.focus.at
	}
	if choice, ok := choiceOn(screen); ok { // between the two answers: either is one key away
		return indexOf(controls, choice.Children[1].ID)
	}
	body, _ := screen.Root.Find(func(b Box) bool { return b.Role == RoleBody })
	for _, b := range (Screen{Root: body}).Controls() {
		if b.Role != RoleBack {
			return indexOf(controls, b.ID)
		}
	}
	return 0
}

// settled puts the focus where it belongs after a key has touched the control it was at: there still; on the first thing
// of another page; or else, and where a time or a language was chosen, where the screen has its first place.
func (s State) settled(before Screen, touched Box) State {
	if !s.talk.keys {
		return s
	}
	now := View(s)
	controls := now.Controls()
	at := indexOf(controls, touched.ID)
	if _, asks := choiceOn(now); asks {
		at = -1
	}
	switch touched.Tap.(type) {
	case ChooseTime, ChooseStart, SetLanguage: // the one is now to be taken, in the other one begins
		at = -1
	case TurnPage:
		if first := slices.IndexFunc(controls, func(b Box) bool { return isThing(b.Role) }); first >= 0 {
			at = first
		}
	}
	s.talk.focus = focus{}
	if now.Name == before.Name && at >= 0 {
		s.talk.focus = focus{screen: now.Name, id: controls[at].ID, at: at}
	}
	return s
}

// wanted returns the id of the control that most people want on a screen, "" where there is no such: nobody is led to an
// answer where two are equals.
func wanted(screen Screen) string {
	if _, ok := choiceOn(screen); ok {
		return ""
	}
	body, _ := screen.Root.Find(func(b Box) bool { return b.Role == RoleBody })
	controls := Screen{Root: body}.Controls()
	for _, fits := range []func(Box) bool{
		func(b Box) bool { return b.Role == RolePrimary },
		func(b Box) bool { return isThing(b.Role) },
		func(b Box) bool { return b.Role == RoleLanguage && b.Chosen },
		func(b Box) bool { return b.Role == RoleMore },
		func(b Box) bool { return b.Role == RoleBack }, // of what is only read
	} {
		if i := slices.IndexFunc(controls, fits); i >= 0 {
			return controls[i].ID
		}
	}
	if len(controls) == 1 {
		return controls[0].ID
	}
	return ""
}

// choiceOn returns the two equal answers of a screen, ok false where it asks for none.
func choiceOn(screen Screen) (choice Box, ok bool) {
	return screen.Root.Find(func(b Box) bool { return b.Role == RoleChoice })
}

// isThing reports whether a control is one of a list from which most people want the first.
func isThing(r Role) bool { return r == RoleService || r == RoleHour || r == RolePad || r == RoleDay }

func indexOf(controls []Box, id string) int {
	return slices.IndexFunc(controls, func(b Box) bool { return id != "" && b.ID == id })
}
