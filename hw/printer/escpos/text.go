package escpos

import (
	"slices"

	"golang.org/x/text/unicode/norm"
)

const noBreakSpace = '\u00a0'

// closest spells characters that a code page may lack with ones that every page has.
var closest = map[rune]string{
	'’': "'", '‘': "'", '‚': ",", '“': `"`, '”': `"`, '„': `"`, '«': `"`, '»': `"`, '‹': "'", '›': "'",
	'–': "-", '—': "-", '‐': "-", '‑': "-", '−': "-", '…': "...", '•': "-", '·': "-", '×': "x", '€': "EUR",
	'œ': "oe", 'Œ': "OE", 'æ': "ae", 'Æ': "AE", 'ß': "ss", 'ø': "o", 'Ø': "O", 'ł': "l", 'Ł': "L", 'đ': "d",
	'Đ': "D", 'ı': "i", 'º': "o", 'ª': "a", '°': "o", '№': "n.", '™': "TM", '→': "->",
}

// spell returns text in characters that the profile's code page has, one a column: others become the closest ones,
// or a question mark.
func (p Profile) spell(text string) []rune {
	var out []rune
	for _, r := range norm.NFC.String(text) {
		if r == noBreakSpace || p.has(r) {
			out = append(out, r)
			continue
		}
		out = append(out, p.respell(r)...)
	}
	return out
}

func (p Profile) respell(r rune) []rune {
	if s, ok := closest[r]; ok {
		return []rune(s)
	}
	bare := []rune(norm.NFD.String(string(r)))
	if len(bare) > 1 && p.has(bare[0]) {
		return bare[:1]
	}
	return []rune{'?'}
}

// has reports whether the page has r as a byte that prints.
func (p Profile) has(r rune) bool {
	b, ok := p.page.EncodeRune(r)
	return ok && r >= ' ' && r != 0x7f && (r < 0x80 || r >= 0xa0) && b >= ' ' && b != 0x7f
}

// bytes returns spelled words as the printer takes them.
func (p Profile) bytes(words []rune) []byte {
	out := make([]byte, len(words))
	for i, r := range words {
		out[i] = ' '
		if b, ok := p.page.EncodeRune(r); ok && r != noBreakSpace {
			out[i] = b
		}
	}
	return out
}

// wrap breaks words into rows of at most columns, at spaces where it can. It returns at least one row.
func wrap(words []rune, columns int) [][]rune {
	var rows [][]rune
	for len(words) > columns {
		end, next := columns, columns
		for i := columns; i > 0; i-- {
			if words[i] == ' ' {
				end, next = i, i+1
				break
			}
		}
		rows = append(rows, words[:end])
		words = words[next:]
	}
	return append(rows, slices.Clip(words))
}

// balance wraps words into as few rows as wrap does, of lengths as even as they can be: no word is left alone.
func balance(words []rune, columns int) [][]rune {
	rows := wrap(words, columns)
	for narrower := columns - 1; len(rows) > 1 && narrower > columns/2; narrower-- {
		tried := wrap(words, narrower)
		if len(tried) > len(rows) || broken(words, narrower) {
			break
		}
		rows = tried
	}
	return rows
}

// broken reports whether a word is longer than columns.
func broken(words []rune, columns int) bool {
	length := 0
	for _, r := range words {
		if length++; r == ' ' {
			length = 0
		}
		if length > columns {
			return true
		}
	}
	return false
}
