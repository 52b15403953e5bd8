// Package locale holds the words that Totem says, in the languages that it speaks: languages, catalogues, plural
// forms, dates and numbers. It has no state: a language is an argument.
package locale

import (
	"maps"
	"slices"
	"strings"
)

// Lang is a language by its BCP 47 tag: "it", "en".
type Lang string

// The languages that Totem speaks.
const (
	Italian   Lang = "it"
	English   Lang = "en"
	German    Lang = "de"
	French    Lang = "fr"
	Spanish   Lang = "es"
	Romanian  Lang = "ro"
	Ukrainian Lang = "uk"
	Arabic    Lang = "ar"
	Bengali   Lang = "bn"
	Chinese   Lang = "zh"
)

// Languages returns the languages that Totem speaks, in the order in which they are offered where an office wants no
// other.
func Languages() []Lang {
	return []Lang{Italian, English, German, French, Spanish, Romanian, Ukrainian, Arabic, Bengali, Chinese}
}

// Spoken reports whether l is one of Languages: only then may a screen offer it.
func (l Lang) Spoken() bool { return slices.Contains(Languages(), l) }

// RightToLeft reports whether the language is written from right to left.
func (l Lang) RightToLeft() bool {
	base, _, _ := strings.Cut(string(l), "-")
	switch base {
	case "ar", "fa", "he", "ps", "ur", "yi":
		return true
	}
	return false
}

// Text is something said in several languages, written by an office. A language may be missing.
type Text map[Lang]string

// In returns the text in language l, or in the first of the fallbacks that it has, or in any language rather than
// none. It is "" only for an empty text.
func (t Text) In(l Lang, fallback ...Lang) string {
	for _, lang := range append([]Lang{l}, fallback...) {
		if s, ok := t[lang]; ok && s != "" {
			return s
		}
	}
	for _, lang := range slices.Sorted(maps.Keys(t)) {
		if t[lang] != "" {
			return t[lang]
		}
	}
	return ""
}

// Unstopped returns text without the full stop that may end it, in any script, as it can stand within a sentence.
func Unstopped(text string) string { return strings.TrimRight(text, ". 。．।۔") }
