package typeset

import (
	"slices"
	"unicode"
)

// words are text on its way into lines: runes of one paragraph, each with its level, see bidi.go.
type words struct {
	runes  []rune
	levels []uint8 // nil: every level is 0
	base   uint8   // the paragraph's level: 0 from left to right, 1 from right to left
}

// read gives a paragraph its direction: that of the style's language, or of its first letter that has one.
func read(runes []rune, style Style) words {
	w := words{runes: runes}
	switch {
	case style.Lang.RightToLeft():
		w.base = 1
	case style.Lang == "":
		w.base = firstStrong(classesOf(runes), 0)
	}
	w.levels = levels(runes, w.base)
	return w
}

func (w words) len() int { return len(w.runes) }

// part returns the runes from i to before j. It shares them with w.
func (w words) part(i, j int) words {
	p := words{runes: w.runes[i:j], base: w.base}
	if w.levels != nil {
		p.levels = w.levels[i:j]
	}
	return p
}

// trim leaves out white space at both ends.
func (w words) trim() words {
	i, j := 0, w.len()
	for i < j && isBlank(w.runes[i]) {
		i++
	}
	for i < j && isBlank(w.runes[j-1]) {
		j--
	}
	return w.part(i, j)
}

// lined returns the levels of w as a line of its own, or nil when all are 0.
func (w words) lined() []uint8 {
	if w.levels == nil {
		return nil
	}
	levels := slices.Clone(w.levels)
	ending(w.runes, levels, w.base)
	return levels
}

// clean replaces what has no place in a line (control characters, broken bytes) by spaces.
func clean(text string) []rune {
	runes := []rune(text)
	for i, r := range runes {
		if r == '\n' || r == '\u2028' || r == '\u2029' || unicode.IsControl(r) {
			runes[i] = ' '
		}
	}
	return runes
}

func isBlank(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

func trim(runes []rune) []rune { return words{runes: runes}.trim().runes }

// paragraphs splits text at its line breaks and drops what is empty.
func paragraphs(text string) [][]rune {
	var parts [][]rune
	var part []rune
	end := func() {
		if part = trim(part); len(part) > 0 {
			parts = append(parts, part)
		}
		part = nil
	}
	for _, r := range text {
		switch {
		case r == '\n' || r == '\u2028' || r == '\u2029':
			end()
		case unicode.IsControl(r):
			part = append(part, ' ')
		default:
			part = append(part, r)
		}
	}
	end()
	return parts
}
