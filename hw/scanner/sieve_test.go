package scanner_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/hw/scanner"
)

// Codes whose check digit is right.
const (
	one = "482917305566"
	two = "123456789018"
)

func TestOnlyTwelveDigitsWithTheirCheckDigitAreACode(t *testing.T) {
	for text, want := range map[string]string{
		one: one, one + "\r": one, one + "\r\n": one, "\x02" + one + "\x03": one, one + "\t": one, "\r\n\r" + one + "\n\n": one,
		one + "\r" + two + "\r": one + " " + two,
		"]Q1" + one:             one, "]Q3" + one: one, "]d2" + one: one, "]zC" + one: one,
		"482917305567":          "-", // a wrong check digit
		"48291730556":           "-", // too short
		one + "0":               "-",
		"4829 1730 5566":        "-", // nobody's QR has spaces
		"4829-1730-5566":        "-",
		" " + one:               "-",
		one + " ":               "-",
		one + "\x00":            "-",
		"٤٨٢٩١٧٣٠٥٥٦٦":          "-", // digits, but not these
		"https://example.org/":  "-",
		"]Q1":                   "-",
		"]Q" + one:              "-",
		"]1Q" + one:             "-",
		"]Q1]Q1" + one:          "-",
		"":                      "",
		"\r\n":                  "",
		"x\r\ny\r" + one + "\r": "- - " + one,
		strings.Repeat("x", 64): "-",
		strings.Repeat("x", 65) + "\r" + one + "\r": "-", // up to the next pause
	} {
		codes, wiped := scanner.Sift("", "", []byte(text))
		if got := written(codes); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
		if !wiped {
			t.Errorf("%q is held", text)
		}
	}
}

func TestWhatTheReaderPutsAroundACodeIsLeftOut(t *testing.T) {
	for _, c := range []struct{ prefix, suffix, text, want string }{
		{"QR:", "", "QR:" + one, one},
		{"QR:", "", "qr:" + one, one},
		{"QR:", "", one, one},
		{"QR:", "", "QR:]Q1" + one, one},
		{"QR:", "", "XX:" + one, "-"},
		{"]Q1", "", "]Q1" + one, one},
		{"]Q1", "", "]Q1]Q1" + one, one},
		{"", "~", one + "~", one},
		{"", "~", one, one},
		{"", "~", "~" + one, "-"},
		{"4", "6", "4" + one + "6", one},
		{"4", "6", one, one}, // it begins with the prefix by itself
		{"<<<<<<<<", ">>>>>>>>", "<<<<<<<<]Q1" + one + ">>>>>>>>", one},
		{"<", "", "<", "-"},
	} {
		codes, _ := scanner.Sift(c.prefix, c.suffix, []byte(c.text))
		if got := written(codes); got != c.want {
			t.Errorf("%q with %q and %q around it is %q, want %q", c.text, c.prefix, c.suffix, got, c.want)
		}
	}
}

func TestAPauseEndsWhatIsHeld(t *testing.T) {
	codes, wiped := scanner.Sift("", "", []byte(one), []byte(one[:6]), []byte(one[6:]), []byte(strings.Repeat("9", 1000)), []byte(two))
	if got := written(codes); got != one+" - - - "+two || !wiped {
		t.Errorf("%q, wiped %t", got, wiped)
	}
}

// written returns codes as words, "-" for something else.
func written(codes []booking.Code) string {
	var words []string
	for _, code := range codes {
		words = append(words, map[bool]string{true: "-", false: string(code)}[code == ""])
	}
	return strings.Join(words, " ")
}

// around is what may stand around twelve digits, as a reader is set that puts "QR:" before and "~" behind.
var around = regexp.MustCompile(`^(?i:QR:)?(?:\][A-Za-z][A-Za-z0-9])?([0-9]{12})~?$`)

// byRule says once more, in other words, what the codes of a piece without pauses are.
func byRule(piece string) (words []string) {
	last := 0
	for i := 0; i <= len(piece); i++ {
		if i < len(piece) && !strings.ContainsRune("\x02\x03\t\n\r", rune(piece[i])) {
			if i-last == scanner.Most {
				return append(words, "-")
			}
			continue
		}
		text := piece[last:i]
		last = i + 1
		if text == "" {
			continue
		}
		word := "-"
		if m := around.FindStringSubmatch(text); m != nil {
			if _, err := booking.ParseCode(m[1]); err == nil {
				word = m[1]
			}
		}
		words = append(words, word)
	}
	return words
}

func checkSift(t interface{ Errorf(string, ...any) }, pieces [][]byte) {
	codes, wiped := scanner.Sift("QR:", "~", pieces...)
	var want []string
	for _, piece := range pieces {
		want = append(want, byRule(string(piece))...)
	}
	if got := written(codes); got != strings.Join(want, " ") {
		t.Errorf("%q is %q, want %q", pieces, got, want)
	}
	for _, code := range codes {
		if _, err := booking.ParseCode(string(code)); code != "" && err != nil {
			t.Errorf("%q came out", code)
		}
	}
	if !wiped {
		t.Errorf("%q is held", pieces)
	}
}

// streams draws what readers send: codes, parts of codes, ends and noise.
func streams() *rapid.Generator[[]byte] {
	part := rapid.OneOf(
		rapid.SampledFrom([]string{one, two, "\r", "\r\n", "\n", "\x02", "\x03", "\t", "]Q1", "]", "QR:", "qr:", "~", "4829", "482917305567", "\x00"}),
		rapid.StringMatching(`[0-9]{1,13}`), rapid.String(), rapid.Just(strings.Repeat("7", 60)),
	)
	return rapid.Map(rapid.SliceOfN(part, 0, 8), func(parts []string) []byte { return []byte(strings.Join(parts, "")) })
}

func TestWhatComesOutIsWhatTheRuleSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkSift(t, rapid.SliceOfN(streams(), 0, 4).Draw(t, "pieces")) })
}

func FuzzAnyBytesAreCodesByTheRule(f *testing.F) {
	for _, text := range []string{"", one, "]Q1" + one + "\r\n", "QR:" + one + "~\r", one + "\xff" + two, strings.Repeat("\x03\x02", 40)} {
		f.Add([]byte(text), byte(0xFF))
	}
	f.Fuzz(func(t *testing.T, bytes []byte, pause byte) {
		var pieces [][]byte
		for piece := range strings.SplitSeq(string(bytes), string([]byte{pause})) {
			pieces = append(pieces, []byte(piece))
		}
		checkSift(t, slices.Clip(pieces))
	})
}
