package speech

import (
	"strings"
	"unicode/utf8"

	"example.org/totem/kiosk"
	"example.org/totem/locale"
)

// Sentence is what is said in one go. Its Text ends with a mark that makes a pause.
type Sentence struct {
	Text    string      // in its spoken form, never empty
	Lang    locale.Lang // one of locale.Languages
	Private bool        // only for who stands here: into a headset alone
}

// Whole returns everything that the screen shows, in reading order; nothing private while Voice.Headset is false.
func Whole(s kiosk.Screen) []Sentence {
	return audible(s, said(read(s)))
}

// audible leaves out what must not be heard now.
func audible(s kiosk.Screen, all []Sentence) []Sentence {
	var heard []Sentence
	for _, one := range all {
		if !one.Private || s.Voice.Headset {
			heard = append(heard, one)
		}
	}
	return heard
}

// line is a box that has words, or a sign that stands for words.
type line struct {
	box     kiosk.Box // without children
	in      kiosk.Role
	part    kiosk.Role // header, hint, or "" for all else
	control string     // id of the control that it is a part of; "" of none
	off     bool       // of something that cannot be had now
	said    []Sentence // none where no word of it is spoken
}

func said(lines []line) []Sentence {
	var all []Sentence
	for _, l := range lines {
		all = append(all, l.said...)
	}
	return all
}

// read returns the lines of a screen in reading order.
func read(s kiosk.Screen) []line {
	r := reading{screen: s}
	r.walk(s.Root, line{}, false)
	return r.lines
}

// reading is a walk through a screen.
type reading struct {
	screen kiosk.Screen
	lines  []line
}

func (r *reading) walk(b kiosk.Box, around line, private bool) {
	private = private || b.Private || b.Role == kiosk.RoleText || b.Role == kiosk.RolePad && around.in == kiosk.RoleKeyboard && isSign(b.Text)
	switch {
	case b.Role == kiosk.RoleHeader || b.Role == kiosk.RoleHint:
		around.part = b.Role
	case b.Tap != nil && !b.Off:
		around.control = b.ID
	}
	around.off = around.off || b.Off
	l := around
	l.box = b
	l.box.Children, l.box.Private = nil, private
	if l.said = r.say(l); len(l.said) > 0 || b.Role == kiosk.RoleDigits {
		r.lines = append(r.lines, l)
	}
	around.in = b.Role
	for _, child := range b.Children {
		r.walk(child, around, private)
	}
}

// say returns the spoken form of one box.
func (r *reading) say(l line) []Sentence {
	lang, text := r.screen.Lang, l.box.Text
	if l.box.Lang.Spoken() {
		lang = l.box.Lang
	}
	switch l.box.Role {
	case kiosk.RoleEmblem, kiosk.RoleQR, kiosk.RolePicture:
		return nil
	case kiosk.RoleIcon:
		if text != "done" {
			return nil
		}
		text = locale.Say(lang, locale.Done)
	case kiosk.RoleHour:
		if l.box.Off {
			text += tongueOf(lang).comma + " " + tongueOf(lang).struck
		}
	case kiosk.RoleDigits:
		text = tongueOf(lang).typed(text)
	case kiosk.RoleText:
		text = tongueOf(lang).signBySign(text)
	case kiosk.RolePad:
		if isSign(text) {
			sign, _ := utf8.DecodeRuneInString(text)
			text = tongueOf(lang).sign(sign)
		}
	case kiosk.RoleBack: // it has an arrow
		if back := locale.Say(lang, locale.BackPlain); text != back {
			text = back + tongueOf(lang).comma + " " + text
		}
	}
	var all []Sentence
	for _, part := range inTongues(lang, text) {
		if part.Text = tongueOf(part.Lang).spoken(part.Text); part.Text != "" {
			part.Private = l.box.Private
			all = append(all, part)
		}
	}
	return all
}

// isSign reports whether a text is one sign.
func isSign(text string) bool { return utf8.RuneCountInString(text) == 1 }

// inTongues parts "Lingua / Language": a word that is the key of the languages in another language is said in that one.
func inTongues(lang locale.Lang, text string) []Sentence {
	own, other, ok := strings.Cut(text, " / ")
	if ok {
		for _, l := range locale.Languages() {
			if l != lang && other == locale.Say(l, locale.AccessLanguageShort) {
				return []Sentence{{Text: own, Lang: lang}, {Text: other, Lang: l}}
			}
		}
	}
	return []Sentence{{Text: text, Lang: lang}}
}
