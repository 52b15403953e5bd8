package kiosk

// pressed answers a key. The first key of a conversation shows where the keys are, and only from then on are they at
// work: what nobody has seen or heard is not moved or selected.
func (s State) pressed(k Key) (State, []Effect) {
	first := !s.engaged()
	if first && k != KeyRepeat {
		s = s.plugged()
	}
	switch k {
	case KeyPrevious, KeyNext:
		return s.stepped(k), nil
	case KeySelect:
		return s.selected()
	case KeyBack:
		return s.pressedBack(first)
	case KeyRepeat:
		return s.repeated(), nil
	case KeyLouder:
		return s.changeLevel(1).unlessMoved(s), nil
	case KeySofter:
		return s.changeLevel(-1).unlessMoved(s), nil
	case KeyFaster:
		return s.changeRate(1).unlessMoved(s), nil
	case KeySlower:
		return s.changeRate(-1).unlessMoved(s), nil
	}
	if k >= KeyDigit && k <= KeyDigit+9 {
		return s.pressedDigit('0' + rune(k-KeyDigit))
	}
	return s, nil
}

// plugged has the screens spoken to whoever begins by a key where a headset is in: it may be the last citizen's, for whom
// the time has run out. A handset that is always in tells nothing.
func (s State) plugged() State {
	if s.headset && !s.config.Headset && s.config.Sound != NoSound {
		s.talk.voice.On = true
	}
	return s
}

// nowhere says where one is: a key that can do nothing must not be a silence.
func (s State) nowhere() State {
	if s.talk.voice.On {
		s.talk.voice.Here++
		s.talk.voice.Paused = false
	}
	return s
}

func (s State) pressedDigit(sign rune) (State, []Effect) {
	if !s.types() {
		return s.nowhere(), nil
	}
	s.talk.keys = true
	next, asked := s.touched(Type{Sign: sign})
	return next.unlessMoved(s), asked
}

// unlessMoved says where one is if a key that leads on, types or sets has left all as it was before.
func (s State) unlessMoved(before State) State {
	t, was := s.talk, before.talk
	moved := t.stage != was.stage || t.aside != was.aside || t.layer != was.layer || t.own.typed != was.own.typed || t.consent.typed != was.consent.typed
	if moved || t.voice.Rate != was.voice.Rate || t.voice.Level != was.voice.Level {
		return s
	}
	return s.nowhere()
}

// types reports whether digits are typed on the screen.
func (s State) types() bool {
	return s.talk.aside == noAside && (s.talk.stage == atCode || s.talk.stage == atNumber || s.talk.stage == atContact)
}

func (s State) stepped(k Key) State {
	woken := !s.talk.keys
	s.talk.keys, s.talk.voice.Paused = true, false
	screen := View(s)
	switch {
	case woken && screen.Focus != "":
		return s
	case k == KeyNext:
		return s.moveFocus(screen, 1)
	}
	return s.moveFocus(screen, -1)
}

func (s State) selected() (State, []Effect) {
	woken := !s.talk.keys
	s.talk.keys = true
	screen := View(s)
	at := indexOf(screen.Controls(), screen.Focus)
	switch {
	case at < 0:
		return s.nowhere(), nil
	case woken:
		return s, nil
	}
	control := screen.Controls()[at]
	next, asked := s.touched(control.Tap)
	switch control.Tap.(type) {
	case Type, Erase, ChangeRate, ChangeLevel:
		next = next.unlessMoved(s)
	}
	return next.settled(screen, control), asked
}

// pressedBack leads one step back: out of what is shown aside, to the stage before, to the first services. At the start,
// from which there is none, it ends the conversation.
func (s State) pressedBack(first bool) (State, []Effect) {
	s.talk.keys, s.talk.voice.Paused = true, false
	switch {
	case s.talk.aside != noAside || s.talk.stage != atHome:
		next, asked := s.touched(GoBack{})
		return next.unlessMoved(s), asked
	case s.talk.shelf != 0:
		s.talk.focus = focus{}
		return s.touched(TurnPage{})
	case first:
		return s, nil
	}
	return s.touched(Finish{})
}

// repeated has the screens spoken; then says this one again, and the second time in a row opens the help. So does the
// first where nothing can be heard.
func (s State) repeated() State {
	s.talk.keys = true
	switch {
	case s.config.Sound == NoSound, s.talk.aside == inVoice && !s.talk.voice.On, s.talk.voice.On && s.talk.repeated:
		s.talk.repeated = false
		if s.talk.aside != inHelp {
			return s.toggle(inHelp)
		}
		return s.hearAgain()
	case !s.talk.voice.On:
		return s.openVoice()
	}
	s.talk.repeated = true
	return s.hearAgain()
}
