package speech

import (
	"slices"

	"example.org/totem/kiosk"
	"example.org/totem/locale"
)

// Utterance is what is to be said now that a screen has changed. The zero Utterance changes nothing.
type Utterance struct {
	Hush  bool       // what is being said, or waits to be said, ends at once; then comes Say
	Say   []Sentence // comes after what is being said, where Hush is false
	Warn  bool       // the time begins to run out: a soft sound, also while nothing is spoken
	Pause bool       // while true nothing is said: what is being said waits and goes on from there
}

// Reader follows the screens of a totem and says what is new on each. It belongs to one caller at a time. The zero Reader has
// seen none.
type Reader struct {
	last  kiosk.Screen
	lines []line // of the last screen, while the voice is on
	keys  bool   // it was said, since the voice is on, what the keys do
}

// Next returns what is to be said when now takes the place of the screen that Next was told last. Equal screens say nothing.
// It keeps what now refers to, so the caller must not change it afterwards.
func (r *Reader) Next(now kiosk.Screen) Utterance {
	before := r.last
	r.last = now
	u := Utterance{Warn: now.Warned && !before.Warned}
	if !now.Voice.On {
		u.Hush, r.lines, r.keys = before.Voice.On, nil, false
		return u
	}
	u.Pause = now.Voice.Paused
	was, is := before.Voice, now.Voice
	heard := heard{was: before, is: now, before: r.lines, now: read(now), keys: r.keys && before.Lang == now.Lang}
	r.lines, r.keys = heard.now, heard.keys || slices.ContainsFunc(heard.now, line.tellsKeys)
	switch {
	case was.On && is.Again > was.Again:
		u.Hush, u.Say = true, said(heard.now)
	case was.On && is.Here > was.Here && before.Name == now.Name:
		u.Hush, u.Say = true, heard.here()
	case !was.On, was.Headset != is.Headset, before.Name != now.Name, before.Lang != now.Lang:
		u.Hush, u.Say = true, heard.entry()
	case is.Paused && !was.Paused:
	case before.Look != now.Look:
		u.Say = heard.looks()
		u.Hush = len(u.Say) > 0
	default:
		u.Hush, u.Say = heard.change()
	}
	u.Say = audible(now, u.Say)
	return u
}

// heard is a change from one screen to the next, line by line.
type heard struct {
	was, is     kiosk.Screen
	before, now []line
	keys        bool // it was said before what the keys do
}

// entry is what is said of a new screen: what it asks, what the keys do where that was not said yet, what there is to know,
// what cannot be had, and at last where the focus is: what was heard last is what the next key takes. Of two equal answers both
// are said, in their order. The header, the other controls and the times that others have are left to those who ask for them.
func (h heard) entry() []Sentence {
	var title, keys, rest, off, hint []Sentence
	for _, l := range h.hint(true) {
		if l.tellsKeys() {
			keys = append(keys, l.said...)
		} else {
			hint = append(hint, l.said...)
		}
	}
	for _, l := range h.now {
		switch {
		case l.in == kiosk.RoleChoice: // both answers, before any key can reach one
			rest = append(rest, l.said...)
		case l.part != "" || l.control != "" || l.off && l.box.Role == kiosk.RoleHour:
		case l.off:
			off = append(off, l.said...)
		case l.box.Role == kiosk.RoleTitle:
			title = append(title, l.said...)
		default:
			rest = append(rest, l.said...)
		}
	}
	return slices.Concat(title, keys, rest, off, hint, said(h.focused()))
}

// here is what is said where a key can do nothing: which screen this is, where the focus is, or what the keys do.
func (h heard) here() []Sentence {
	all := said(only(h.now, func(l line) bool { return l.part == kiosk.RoleHint || l.part == "" && l.box.Role == kiosk.RoleTitle }))
	return append(all, said(h.focused())...)
}

// focused returns the lines of the control that has the focus.
func (h heard) focused() []line { return control(h.now, h.is.Focus) }

func control(lines []line, id string) []line {
	return only(lines, func(l line) bool { return id != "" && l.control == id })
}

func only(lines []line, fits func(line) bool) []line {
	var some []line
	for _, l := range lines {
		if fits(l) {
			some = append(some, l)
		}
	}
	return some
}

// tellsKeys reports whether a line says what the keys do.
func (l line) tellsKeys() bool {
	return l.part == kiosk.RoleHint && len(l.said) > 0 && l.box.Text == locale.Say(l.said[0].Lang, locale.HintKeys)
}

// secret reports whether a control has nothing that may be heard by all.
func secret(control []line) bool {
	said := said(control)
	return len(said) > 0 && !slices.ContainsFunc(said, func(s Sentence) bool { return !s.Private })
}
