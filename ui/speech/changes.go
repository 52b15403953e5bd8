package speech

import (
	"slices"
	"strings"
	"unicode"

	"example.org/totem/kiosk"
)

// change is what is said of a screen that stays: hush where the citizen has done something, so that what is being said is of
// no use any more.
func (h heard) change() (hush bool, all []Sentence) {
	typed, erased := h.typed()
	news, moved := h.news(), h.is.Focus != h.was.Focus && h.is.Focus != ""
	if erased && len(news) == 0 {
		typed = h.stands()
	}
	all = append(typed, said(news)...)
	switch {
	case moved:
		all = append(all, said(h.focused())...)
	case h.was.Voice.Paused == h.is.Voice.Paused: // else the key's own word is another one, and must not be what goes on
		all = append(all, said(h.changed(h.is.Focus))...)
	}
	withheld := (moved || len(typed) > 0) && !h.is.Voice.Headset && secret(h.focused())
	all = append(all, said(h.hint(withheld))...)
	set := h.was.Voice.Rate != h.is.Voice.Rate || h.was.Voice.Level != h.is.Voice.Level
	set = set && len(all) > 0 // else what is being said goes on, louder
	return moved || set || h.warned() || h.turned() || len(typed) > 0 || h.chose(), all
}

// warned reports whether the time begins to run out.
func (h heard) warned() bool { return h.is.Warned && !h.was.Warned }

// turned reports whether another page is shown.
func (h heard) turned() bool {
	return slices.ContainsFunc(h.now, func(l line) bool { return l.box.Role == kiosk.RolePage && !contains(h.before, l) })
}

// lost reports whether what had the focus is gone without the citizen's doing.
func (h heard) lost() bool { return h.was.Name == h.is.Name && h.was.Focus != "" && h.is.Focus == "" }

// looks is what is said after a change of colours, size or layout: the words of the key that has the focus, or that was
// switched, as far as they are new; where none is, what a key has touched. All other words are the same in another form.
func (h heard) looks() []Sentence {
	if h.is.Focus != "" && h.was.Focus != h.is.Focus {
		return append(said(h.focused()), said(h.hint(false))...)
	}
	was, is := chosen(h.was), chosen(h.is)
	all := said(only(h.now, func(l line) bool {
		switched := l.in == kiosk.RoleKey && slices.Contains(was, l.control) != slices.Contains(is, l.control)
		return l.control != "" && (switched || l.control == h.is.Focus) && !contains(control(h.before, l.control), l)
	}))
	if all = append(all, said(h.hint(false))...); len(all) == 0 {
		return said(only(h.focused(), func(l line) bool { return l.in == kiosk.RoleKey }))
	}
	return all
}

// news are the lines that are no controls and were not there before. On another page a thing is said with all its words,
// also with those that another thing had; times that others have are said only where the focus may have been at one.
func (h heard) news() []line {
	counted := slices.ContainsFunc(h.before, func(l line) bool { return l.box.Role == kiosk.RoleCount })
	same := hero(h.before) == hero(h.now)
	set := h.was.Voice.Rate != h.is.Voice.Rate || h.was.Voice.Level != h.is.Voice.Level
	old, turned, lost := slices.Clone(h.before), h.turned(), h.lost()
	return only(h.now, func(l line) bool {
		switch {
		case l.part != "" || l.control != "":
			return false
		case turned && (l.in == kiosk.RoleField || l.in == kiosk.RoleCard):
			return true
		}
		switch l.box.Role {
		case kiosk.RoleHour:
			return lost && !turned && !take(&old, l)
		case kiosk.RoleDigits:
			return l.in != kiosk.RoleTyped && !take(&old, l)
		case kiosk.RoleText:
			return false
		case kiosk.RoleCount:
			return !counted || h.warned()
		case kiosk.RoleNote:
			inHero := l.in == kiosk.RoleHero
			if inHero && same || !inHero && !set && aged(h.before, l) {
				return false
			}
		}
		return !take(&old, l)
	})
}

// changed are the lines of a control that are new since the last screen, where it has the focus on both. How many places are
// left changes with every ticket that others take: that alone is not told.
func (h heard) changed(id string) []line {
	before := control(h.before, id)
	if len(before) == 0 {
		return nil
	}
	return only(h.focused(), func(l line) bool {
		return !contains(before, l) && !(l.box.Role == kiosk.RolePlaces && aged(before, l))
	})
}

// hint are the lines of the hint: all, or those that say something else than before. That there is one control more or less
// is nothing else.
func (h heard) hint(all bool) []line {
	moved := h.was.Focus != h.is.Focus
	lost := h.lost()
	return only(h.now, func(l line) bool {
		if l.part != kiosk.RoleHint || h.keys && !lost && l.tellsKeys() {
			return false
		}
		return all || !contains(h.before, l) && (moved || !aged(h.before, l))
	})
}

// typed returns the sign that was typed last, and whether one was taken back.
func (h heard) typed() (sign []Sentence, erased bool) {
	was, is := signs(h.before), signs(h.now)
	switch {
	case len(is) == len(was)+1 && strings.HasPrefix(is, was):
		tongue := tongueOf(h.is.Lang)
		sign := tongue.spoken(tongue.sign(rune(is[len(was)])))
		return []Sentence{{Text: sign, Lang: h.is.Lang, Private: true}}, false
	case len(is)+1 == len(was) && strings.HasPrefix(was, is):
		return nil, true
	}
	return nil, false
}

// stands is what is said after a sign was taken back: what is left, or again what was touched.
func (h heard) stands() []Sentence {
	left := said(only(h.now, line.isTyped))
	if len(left) > 0 {
		return left
	}
	return said(h.focused())
}

// signs returns what stands where something is typed, without the places of what is to come. It is in ASCII.
func signs(lines []line) string {
	var all strings.Builder
	for _, l := range lines {
		if l.isTyped() {
			all.WriteString(strings.ReplaceAll(l.box.Text, "·", ""))
		}
	}
	return all.String()
}

// isTyped reports whether a line is what was typed, or a group of it.
func (l line) isTyped() bool { return l.in == kiosk.RoleTyped || l.box.Role == kiosk.RoleText }

// hero returns what stands large on the card that most people want.
func hero(lines []line) string {
	for _, l := range lines {
		if l.in == kiosk.RoleHero && l.box.Role == kiosk.RoleTime {
			return l.box.Text
		}
	}
	return ""
}

// chose reports whether another control than before is the chosen one, or none.
func (h heard) chose() bool {
	return !slices.Equal(chosen(h.was), chosen(h.is))
}

func chosen(s kiosk.Screen) []string {
	var ids []string
	for b := range s.Root.All() {
		if b.Chosen && b.Tap != nil {
			ids = append(ids, b.ID)
		}
	}
	return ids
}

func contains(lines []line, l line) bool { return slices.ContainsFunc(lines, l.same) }

// take takes one line like l out of lines, false if there is none.
func take(lines *[]line, l line) bool {
	i := slices.IndexFunc(*lines, l.same)
	if i >= 0 {
		*lines = slices.Delete(*lines, i, i+1)
	}
	return i >= 0
}

func (l line) same(other line) bool {
	return l.box.Role == other.box.Role && l.part == other.part && slices.Equal(l.said, other.said)
}

// aged reports whether there is a line that differs from l by its figures alone: another age, another count.
func aged(lines []line, l line) bool {
	return slices.ContainsFunc(lines, func(other line) bool {
		return l.box.Role == other.box.Role && l.in == other.in && figureless(l.box.Text) == figureless(other.box.Text)
	})
}

func figureless(text string) string {
	return strings.Join(strings.FieldsFunc(text, unicode.IsDigit), "0")
}
