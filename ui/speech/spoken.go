package speech

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// guard stands around figures that were put into words, so that they are not taken for a part of others. No text has it:
// it is left out of each at first, and of what is said at last.
const guard = "\u2060"

// What is told by its form. A number is a ticket's, or a code for a technician: one capital letter and three digits or more.
// Figures in groups are a telephone number; one that begins with 0 or is as long as a postal code is no quantity.
var (
	clockForm   = regexp.MustCompile(`\b([01]?[0-9]|2[0-3]):([0-5][0-9])\b`)
	addressForm = regexp.MustCompile(`[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*|\b[A-Za-z][A-Za-z0-9-]+(?:\.[A-Za-z0-9-]{2,})+`)
	numberForm  = regexp.MustCompile(`\b([A-Z])([0-9]{3,18})\b`)
	groupsForm  = regexp.MustCompile(`\b[0-9]+(?:[ -][0-9]+)+\b|\b0[0-9]+\b|\b[0-9]{5,}\b`)
	percentForm = regexp.MustCompile(`\b([0-9]+) ?%`)
)

// spoken returns a text as a synthesiser is to read it, "" where it has no words.
func (t tongue) spoken(text string) string {
	text = t.plain(text)
	if strings.ContainsAny(text, "@.") {
		text = addressForm.ReplaceAllStringFunc(text, t.address)
	}
	if strings.ContainsAny(text, "0123456789") { // most words have none, and are said at once
		text = t.figures(text)
	}
	return t.ended(strings.ReplaceAll(text, guard, ""))
}

// figures puts figures into words, or into what is read as words.
func (t tongue) figures(text string) string {
	if strings.Contains(text, ":") {
		text = t.clock.spoken(t.onDay(text))
	}
	if strings.Contains(text, "%") {
		text = percentForm.ReplaceAllString(text, guard+strings.ReplaceAll(t.percent, "{n}", "${1}")+guard)
	}
	text = numberForm.ReplaceAllStringFunc(text, func(n string) string { return guard + n[:1] + ", " + digitByDigit(n[1:]) + guard })
	return groupsForm.ReplaceAllStringFunc(text, groups)
}

// plain leaves out marks that are seen and not heard, and puts a comma where the eye makes a pause.
func (t tongue) plain(text string) string {
	var out strings.Builder
	for _, r := range text {
		switch {
		case strings.ContainsRune("·•—–›→|", r):
			out.WriteString(t.comma + " ")
		case r == '…':
			out.WriteString(".")
		case unicode.IsSpace(r):
			out.WriteByte(' ')
		case unicode.Is(unicode.Cf, r), unicode.IsControl(r), strings.ContainsRune("«»„“”\"*", r):
		default:
			out.WriteRune(r)
		}
	}
	return strings.ReplaceAll(out.String(), " / ", t.comma+" ")
}

// address says the signs of an address that a synthesiser would leave out.
func (t tongue) address(text string) string {
	words := strings.NewReplacer("@", " "+t.at+" ", ".", " "+t.dot+" ", "-", " "+t.dash+" ", "_", " "+t.low+" ")
	return guard + words.Replace(text) + guard
}

// sign is what is said of a sign alone: its name, where a synthesiser would say nothing.
func (t tongue) sign(sign rune) string {
	switch sign {
	case '@':
		return t.at
	case '.':
		return t.dot
	case '-':
		return t.dash
	case '_':
		return t.low
	case '+':
		return t.plus
	}
	return string(sign)
}

// signBySign says what was typed of an address, each sign by its name, without the place of the next one.
func (t tongue) signBySign(text string) string {
	var all []string
	for _, r := range text {
		if name := t.sign(r); name != "·" {
			all = append(all, name)
		}
	}
	return strings.Join(all, t.comma+" ")
}

// groups parts a long number into its digits, with a pause where it has a space.
func groups(text string) string {
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '-' })
	if len(parts) > 1 && !anyLong(parts) {
		return text
	}
	for i, part := range parts {
		parts[i] = digitByDigit(part)
	}
	return strings.Join(parts, ", ")
}

// anyLong reports whether one of the parts of a number has three digits or more, as a telephone number has.
func anyLong(parts []string) bool {
	for _, part := range parts {
		if len(part) > 2 {
			return true
		}
	}
	return false
}

// typed says the signs of a group one by one: a telephone number may begin with a plus.
func (t tongue) typed(text string) string {
	rest, abroad := strings.CutPrefix(text, "+")
	if said := digitByDigit(rest); abroad && said != "" {
		return t.plus + t.comma + " " + said
	} else if abroad {
		return t.plus
	}
	return digitByDigit(text)
}

// digitByDigit puts a space between the signs, and leaves out the places of those to come. After a letter comes a pause: a
// letter alone is a word in some languages.
func digitByDigit(text string) string {
	var out strings.Builder
	for _, r := range text {
		if !unicode.IsDigit(r) && !unicode.IsLetter(r) {
			continue
		}
		if out.Len() > 0 {
			out.WriteByte(' ')
		}
		out.WriteRune(r)
		if unicode.IsLetter(r) {
			out.WriteByte(',')
		}
	}
	return out.String()
}

// ended returns a text without spaces and commas too many, and with a mark at its end; "" where it has no word.
func (t tongue) ended(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return ""
	}
	var out []string
	for _, word := range strings.Fields(text) {
		last := len(out) - 1
		switch mark := strings.Trim(word, ",.،，") == ""; {
		case !mark:
			out = append(out, word)
		case last >= 0 && !stops(out[last]):
			out[last] = strings.TrimRight(out[last], ",،，") + string([]rune(word)[:1])
		}
	}
	text = strings.TrimRight(strings.Join(out, " "), ",;:،؛：；，、 ")
	if stops(text) {
		return text
	}
	return text + t.stop
}

// stops reports whether a text ends with a mark that ends a sentence.
func stops(text string) bool {
	last, _ := utf8.DecodeLastRuneInString(text)
	return strings.ContainsRune(".?!。？！।؟", last)
}
