package agenda

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"

	"example.org/totem/locale"
)

// The longest texts, in characters: what fits its card on the screen, or its line on the slip.
const (
	longestOffice  = 40
	longestPlace   = 60
	longestLabel   = 28
	longestService = 28
	longestDetail  = 44
	longestBring   = 120
	longestContact = 120

	longestProcessor = 60 // a row of the screen that asks for a contact
	longestTask      = 60
	longestContract  = 200 // nobody is shown it
	longestEdition   = 16
)

// tongueList names the languages that an office can speak.
func tongueList() string {
	var words []string
	for _, l := range locale.Languages() {
		words = append(words, string(l))
	}
	return strings.Join(words, ", ")
}

// speech reads a text in several languages. first is the office's own, in which every text must be; it is "" when it
// is not known, and then not asked for.
func (f form) speech(name string, required bool, longest int, first locale.Lang) locale.Text {
	own := first
	if own == "" {
		own = locale.Italian
	}
	n, ok := f.value(name, required, fmt.Sprintf("%s.%s = \"…\"", name, own), unstable.Table)
	if !ok {
		return nil
	}
	text := make(locale.Text, len(n.names))
	for _, lang := range n.names {
		field, value := join(f.table, name+"."+lang), n.fields[lang]
		switch {
		case !locale.Lang(lang).Spoken():
			f.add(value.line, field, "Totem does not speak this language", "use one of: "+tongueList())
		case value.kind != unstable.String:
			f.add(value.line, field, "this is "+kindWord(value.kind)+", not a text", "write it between double quotes")
		default:
			f.checkWords(value.line, field, value.text, longest)
			text[locale.Lang(lang)] = value.text
		}
	}
	if _, ok := text[first]; !ok && first != "" && n.fields[string(first)] == nil {
		f.add(n.line, join(f.table, name), "the text is missing in the office's first language, "+string(first),
			fmt.Sprintf("add %s.%s", name, first))
	}
	return text
}

// plain reads a required text that is the same in every language.
func (f form) plain(name, example string) string {
	s, ok := f.text(name, true, example)
	if ok {
		f.checkWords(f.line(name), join(f.table, name), s, longestContact)
	}
	return s
}

// checkWords reports what may not be shown or printed.
func (r *report) checkWords(line int, field, s string, longest int) {
	length := utf8.RuneCountInString(s)
	switch {
	case s == "":
		r.add(line, field, "the text is empty", "write it, or leave the field out")
	case strings.ContainsFunc(s, unfit):
		r.add(line, field, "the text holds a line break or another control character", "write it on one line, without them")
	case strings.TrimSpace(s) != s:
		r.add(line, field, "the text begins or ends with a space", "remove the space")
	case length > longest:
		r.add(line, field, fmt.Sprintf("the text has %d characters, and %d fit", length, longest), "shorten it")
	}
}

// unfit reports whether c has no place in a text: it could command a printer, break a line, or turn the direction of
// the words that follow it on the screen.
func unfit(c rune) bool {
	turns := c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069
	return unicode.IsControl(c) || turns || c == 0x2028 || c == 0x2029 || c == 0xFEFF
}
