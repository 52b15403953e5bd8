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

// The languages that Totem speaks. It prints slips in more: see SlipLanguages.
const (
	Italian Lang = "it"
	English Lang = "en"
)

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
