package kiosk

import (
	"slices"
	"strconv"

	"example.org/totem/locale"
)

// hints reports whether something may stand in the line of the hint.
func (s State) hints() bool {
	return (s.talk.keys || s.talk.voice.On || s.touchHints()) && !s.asksStill() && !s.troubled()
}

// hintRoom returns the hint with the most that it may say on a screen, so that the pages are the same wherever the focus
// is: ok false where it says nothing.
func (s State) hintRoom() (hint Box, ok bool) {
	if !s.hints() {
		return Box{}, false
	}
	var notes []Box
	switch {
	case s.touchHints():
		return Box{Role: RoleHint, Children: s.touchNotes()}, true
	case s.talk.keys || s.keypad:
		notes = append(notes, s.words(RoleNote, locale.HintKeys))
	}
	if s.talk.voice.On && !s.headset {
		notes = append(notes, s.words(RoleNote, locale.VoicePrivate))
	}
	return Box{Role: RoleHint, Children: notes}, len(notes) > 0
}

// hintless takes the hint from a screen that the panel does not hold with it, large letters on a small glass: a line about the
// keys is worth less than what it would lie over.
func (s State) hintless(screen Screen) Screen {
	at := slices.IndexFunc(screen.Root.Children, func(b Box) bool { return b.Role == RoleHint })
	if at < 0 || s.config.Room == nil || s.config.Room.Fits(screen) {
		return screen
	}
	screen.Root.Children = slices.Delete(slices.Clone(screen.Root.Children), at, at+1)
	return screen
}

// attended returns the screen with the focus, and with the hint that is true of it in place of the room that was kept.
func (s State) attended(screen Screen) Screen {
	screen.Focus = s.focused(screen)
	at := slices.IndexFunc(screen.Root.Children, func(b Box) bool { return b.Role == RoleHint })
	if at < 0 {
		return screen
	}
	hint := Box{Role: RoleHint, Children: s.hintNotes(screen)}
	parts := slices.Clone(screen.Root.Children)
	if screen.Root.Children = parts; len(hint.Children) == 0 {
		screen.Root.Children = slices.Delete(parts, at, at+1)
		return screen
	}
	parts[at] = hint
	return screen
}

func (s State) hintNotes(screen Screen) (notes []Box) {
	switch {
	case screen.Focus != "" && !(s.keypad && s.begins()):
		notes = append(notes, s.whereabouts(screen))
	case s.touchHints():
		return s.touchNotes()
	case s.keypad:
		notes = append(notes, s.words(RoleNote, locale.HintKeys))
	}
	if screen.Voice.On && !screen.Voice.Headset && tellsPrivate(screen.Root) {
		notes = append(notes, s.words(RoleNote, locale.VoicePrivate))
	}
	return notes
}

// begins reports whether the keys have been nowhere yet but where the start screen puts them: whoever presses the first key,
// or hears the first screen, is told what the keys do.
func (s State) begins() bool {
	return s.talk.stage == atHome && s.talk.aside == noAside && s.talk.focus == focus{}
}

// whereabouts says at which of all controls the focus is. Where that would tell a sign that is typed, it is private too.
func (s State) whereabouts(screen Screen) Box {
	controls := screen.Controls()
	at := indexOf(controls, screen.Focus)
	says := locale.HintAt
	if controls[at].Chosen {
		says = locale.HintChosen
	}
	box := s.words(RoleNote, says, locale.Word("n", strconv.Itoa(at+1)), locale.Word("all", strconv.Itoa(len(controls))))
	box.Private = controls[at].Private
	return box
}

// tellsPrivate reports whether a part of a screen is private.
func tellsPrivate(b Box) bool {
	_, ok := b.Find(func(b Box) bool { return b.Private })
	return ok
}
