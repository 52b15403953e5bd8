package audio

import (
	"strings"
	"unicode"
)

// clean returns what of text may be spoken. espeak-ng takes "[[" for phonemes, a byte of 1 for an order and signs for
// private use for its own marks; all of these become gaps between words, and so does every other control sign and what is
// no UTF-8. Joiners stay, for Arabic and Bengali are read by them.
func clean(text string) string {
	var b strings.Builder
	n, gap := 0, false
	for _, r := range text {
		if n == LongestLine {
			break
		}
		if silent(r) {
			gap = true
			continue
		}
		if gap && n > 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		n, gap = n+1, false
	}
	return b.String()
}

func silent(r rune) bool {
	switch r {
	case '\u200c', '\u200d':
		return false
	case '[', ']', '<', '>', '{', '}', '\\', '|', '^', '_', '~', '`', unicode.ReplacementChar:
		return true
	}
	return unicode.IsSpace(r) || !unicode.IsPrint(r)
}

// hasWords reports whether there is anything to speak in text.
func hasWords(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsSymbol(r) })
}
