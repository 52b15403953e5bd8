package escpos

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// page is a code page of a model.
type page struct {
	name   string
	number byte // of ESC t; models differ
	table  *charmap.Charmap
}

// tables returns the code pages that a profile may name.
func tables() map[string]*charmap.Charmap {
	return map[string]*charmap.Charmap{
		"cp437": charmap.CodePage437, "cp850": charmap.CodePage850, "cp852": charmap.CodePage852, "cp858": charmap.CodePage858,
		"cp866": charmap.CodePage866, "cp1250": charmap.Windows1250, "cp1251": charmap.Windows1251, "cp1252": charmap.Windows1252,
	}
}

func newPage(name string, number uint8) (page, error) {
	known := tables()
	table, ok := known[name]
	if !ok {
		return page{}, fmt.Errorf("code page %q: want %s", name, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
	}
	return page{name, number, table}, nil
}

const noBreakSpace = '\u00a0'

// plainer returns what a character may be replaced by without a reader's noticing more than the typography: another
// quotation mark, dash or space. Of letters only the Romanian ones with a comma below have a stand-in, with a cedilla,
// as everybody printed them before Unicode had them apart.
func plainer(r rune) (string, bool) {
	switch r {
	case '’', '‘', '‛', '′', 'ʼ', '‹', '›':
		return "'", true
	case '‚':
		return ",", true
	case '“', '”', '„', '‟', '″', '«', '»':
		return `"`, true
	case '–', '—', '‐', '‑', '‒', '−', '•', '·', '∙':
		return "-", true
	case '…':
		return "...", true
	case '\u2002', '\u2003', '\u2008', '\u2009', '\u200a':
		return " ", true
	case '\u2007', '\u202f':
		return string(noBreakSpace), true
	case '\u00ad', '\u200b', '\u2060', '\ufeff':
		return "", true
	case 'ș':
		return "ş", true
	case 'ț':
		return "ţ", true
	case 'Ș':
		return "Ş", true
	case 'Ț':
		return "Ţ", true
	}
	return "", false
}

// spell returns text in characters that the page has, one a column. exact is false when another typography stands in
// for the text's own; ok is false when the page lacks a character that nothing can stand in for.
func (p page) spell(text string) (words []rune, exact, ok bool) {
	exact = true
	for _, r := range norm.NFC.String(text) {
		if r != '\u00ad' && p.has(r) { // a soft hyphen is no hyphen until a line ends there
			words = append(words, r)
			continue
		}
		other, known := plainer(r)
		if !known || strings.ContainsFunc(other, func(r rune) bool { return !p.has(r) }) {
			return nil, false, false
		}
		exact = exact && other == ""
		words = append(words, []rune(other)...)
	}
	return words, exact, true
}

// has reports whether the page has r as a byte that prints.
func (p page) has(r rune) bool {
	if r == noBreakSpace {
		return true // sent as a space
	}
	b, ok := p.table.EncodeRune(r)
	return ok && r >= ' ' && r != 0x7f && (r < 0x80 || r > 0xa0) && b >= ' ' && b != 0x7f
}

// bytes returns spelled words as the printer takes them.
func (p page) bytes(words []rune) []byte {
	out := make([]byte, len(words))
	for i, r := range words {
		out[i] = ' '
		if b, ok := p.table.EncodeRune(r); ok && r != noBreakSpace {
			out[i] = b
		}
	}
	return out
}

// spell finds the page for a line: the first that has every character, or else the first whose typography will do.
// It stays with the page now when that means the same bytes. ok is false when the line must be drawn.
func (p Profile) spell(text string, now page) (words []rune, in page, ok bool) {
	for _, candidate := range p.pages {
		spelled, exact, can := candidate.spell(text)
		if can && (exact || !ok) {
			words, in, ok = spelled, candidate, true
		}
		if can && exact {
			break
		}
	}
	if ok && now.table != nil && string(now.bytes(words)) == string(in.bytes(words)) && now.spells(words) {
		in = now
	}
	return words, in, ok
}

func (p page) spells(words []rune) bool {
	return !slices.ContainsFunc(words, func(r rune) bool { return !p.has(r) })
}
