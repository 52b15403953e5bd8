package typeset

import (
	"image"
	"image/color"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"example.org/totem/locale"
)

// shared is the setter of these tests: opening the Chinese fonts takes a while.
var shared = sync.OnceValues(New)

// open returns a setter. This file looks inside lines, at glyphs and their order; typeset_test.go looks from outside.
func open(t testing.TB) *Setter {
	t.Helper()
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// seen returns the runes of a text in the order in which they stand on the line, from left to right, a cluster's own
// runes in the order of reading.
func (s *Setter) seen(text string, style Style) string {
	runes := []rune(text)
	glyphs := s.shape(read(runes, style).trim(), style)
	var b strings.Builder
	starts := make([]int, 0, len(glyphs))
	for _, g := range glyphs {
		starts = append(starts, g.TextIndex())
	}
	ends := slices.Sorted(slices.Values(append(slices.Clone(starts), len(runes))))
	for i, start := range starts {
		if i > 0 && starts[i-1] == start {
			continue
		}
		end := ends[slices.IndexFunc(ends, func(e int) bool { return e > start })]
		b.WriteString(string(runes[start:end]))
	}
	return b.String()
}

func TestMixedLinesStandInTheOrderOfTheEye(t *testing.T) {
	s := open(t)
	for _, test := range []struct {
		lang locale.Lang
		text string
		want string // from left to right; Arabic words are therefore written backwards
	}{
		{"ar", "رقم A042", "A042 مقر"},
		{"ar", "اليوم الساعة 9:50", "9:50 ةعاسلا مويلا"},
		{"ar", "رقم (A042)، 9:50.", ".9:50 ،)A042( مقر"},
		{"ar", "4829 1730", "1730 4829"}, // numbers of an Arabic text are read from the right, one by one
		{"", "4829 1730 5566", "4829 1730 5566"},
		{"", "piazza 1, (شارع) 12", "piazza 1, (عراش) 12"},
		{"", "شارع 12 (piazza 1)", ")piazza 1( 12 عراش"},
		{"it", "شارع 12 uno", "12 عراش uno"}, // an Italian line: the number belongs to the Arabic word
		{"it", "Salle 1 : à 9:50", "Salle 1 : à 9:50"},
		{"zh", "今天 9:50。", "今天 9:50。"},
		{"bn", "আজ 9:50 টায়", "আজ 9:50 টায়"},
		{"ar", "Sala d'attesa: يُنادى", "ىدانُي :Sala d'attesa"},
	} {
		got := s.seen(test.text, Style{Size: 30, Lang: test.lang})
		if got = strings.ReplaceAll(got, "يُ", "ُي"); got != test.want {
			t.Errorf("%s %q:\n got %q\nwant %q", test.lang, test.text, got, test.want)
		}
	}
}

func ids(line Line) []uint32 {
	var all []uint32
	for _, g := range line.glyphs {
		all = append(all, uint32(g.id))
	}
	return all
}

func TestArabicLettersJoin(t *testing.T) {
	s := open(t)
	for _, weight := range []Weight{Regular, SemiBold, Bold} {
		style := Style{Size: 40, Weight: weight, Lang: "ar"}
		one, three := ids(s.Measure("ه", style)), ids(s.Measure("ههه", style))
		if len(one) != 1 || len(three) != 3 {
			t.Fatalf("weight %d: %d and %d glyphs", weight, len(one), len(three))
		}
		forms := slices.Compact(slices.Sorted(slices.Values(append(three, one...))))
		if len(forms) != 4 {
			t.Errorf("weight %d: %d forms of one letter, want alone, first, middle, last", weight, len(forms))
		}
		if n := len(ids(s.Measure("لا", style))); n != 1 {
			t.Errorf("weight %d: lam and alef are %d glyphs, want one", weight, n)
		}
		// A number beside a letter joins nothing.
		if got := ids(s.Measure("ه A042", style)); !slices.Contains(got, one[0]) {
			t.Errorf("weight %d: a letter alone beside a number is %v, want %d among them", weight, got, one)
		}
	}
}

func TestBengaliConsonantsMelt(t *testing.T) {
	s := open(t)
	style := Style{Size: 40, Lang: "bn"}
	if n := len(ids(s.Measure("ক্ষ", style))); n != 1 {
		t.Errorf("ক্ষ is %d glyphs, want one", n)
	}
	// The short i is written before the consonant after which it is said.
	alone, with := ids(s.Measure("ক", style)), ids(s.Measure("কি", style))
	if len(with) != 2 || with[1] != alone[0] {
		t.Errorf("কি is %v, want the vowel before %v", with, alone)
	}
}

func TestChineseLinesBreakAfterAnyCharacterButNoneBeginsWithAStop(t *testing.T) {
	s := open(t)
	lines, fits := s.Lines("一楼等候室：号码将在屏幕上显示并语音播报。", Style{Size: 20, Lang: "zh"}, 101, 99)
	if !fits || len(lines) < 4 {
		t.Fatalf("fits=%v, %d lines", fits, len(lines))
	}
	for _, line := range lines {
		if line.Width > 101 || strings.ContainsAny(string([]rune(line.Text)[:1]), "：。，") {
			t.Errorf("%q, %v wide", line.Text, line.Width)
		}
	}
}

// TestEveryCharacterOfTheChineseStandardIsInTheFonts: GB 2312 has its Chinese characters in rows 16 to 87.
func TestEveryCharacterOfTheChineseStandardIsInTheFonts(t *testing.T) {
	s := open(t)
	var all []byte
	for row := byte(0xb0); row <= 0xf7; row++ {
		for cell := byte(0xa1); cell <= 0xfe; cell++ {
			if row != 0xd7 || cell <= 0xf9 { // row 55 is not full
				all = append(all, row, cell)
			}
		}
	}
	text, err := simplifiedchinese.GBK.NewDecoder().Bytes(all)
	if err != nil {
		t.Fatal(err)
	}
	if n := len([]rune(string(text))); n != 6763 {
		t.Fatalf("%d characters, want 6763", n)
	}
	if missing := s.Missing(string(text)); len(missing) > 0 {
		t.Errorf("the fonts lack %d: %q", len(missing), string(missing))
	}
	for _, weight := range []Weight{Regular, SemiBold, Bold} {
		if _, ok := s.face(faceOf{han, weight}).NominalGlyph('屏'); !ok {
			t.Errorf("weight %d lacks 屏", weight)
		}
	}
}

func TestArabicLinesFollowInTheOrderOfReading(t *testing.T) {
	s := open(t)
	text := "قاعة الانتظار في الطابق الأول: يُنادى على الرقم A042 على الشاشة وبالصوت."
	lines, fits := s.Lines(text, Style{Size: 20, Lang: "ar"}, 180, 99)
	var words []string
	for _, line := range lines {
		if !line.RightToLeft || line.Width > 180 {
			t.Errorf("%q: right to left %v, %v wide", line.Text, line.RightToLeft, line.Width)
		}
		words = append(words, line.Text)
	}
	if got := strings.Join(words, " "); !fits || len(lines) < 3 || got != text {
		t.Errorf("fits=%v, %d lines: %q", fits, len(lines), got)
	}
	if line := s.Measure("A042", Style{Size: 20, Lang: "it"}); line.RightToLeft {
		t.Error("an Italian line runs from right to left")
	}
	if line := s.Measure("A042: رقم", Style{Size: 20}); line.RightToLeft {
		t.Error("a line that begins with a Latin letter runs from right to left")
	}
	if line := s.Measure("(رقم) A042", Style{Size: 20}); !line.RightToLeft {
		t.Error("a line that begins with an Arabic letter runs from left to right")
	}
}

var alphabet = []rune("abcXYZ àèß їґЯ 0123456789 ,.:;-–()[]«»“”…·/ اليومنكتبحةىءؤ يُ،؟ আজনম্বরটি ক্ষ স্ত্র হবে। 今天号码屏幕，。：（） \u00a0\u200f\u200e\u2067\u2069\u202b\u202c\u200d")

func anyText(rt *rapid.T) (string, Style) {
	text := string(rapid.SliceOfN(rapid.SampledFrom(alphabet), 1, 60).Draw(rt, "text"))
	lang := rapid.SampledFrom([]locale.Lang{"", "it", "ar", "bn", "zh", "uk"}).Draw(rt, "lang")
	weight := rapid.SampledFrom([]Weight{Regular, SemiBold, Bold}).Draw(rt, "weight")
	return text, Style{Size: float64(rapid.IntRange(8, 60).Draw(rt, "size")), Weight: weight, Lang: lang}
}

func TestALineIsAsWideAsItsRunsAndLosesNoRune(t *testing.T) {
	s := open(t)
	rapid.Check(t, func(rt *rapid.T) {
		text, style := anyText(rt)
		line := s.Measure(text, style)
		w := read(clean(text), style).trim()
		width, covered := 0.0, make([]bool, w.len())
		for _, r := range s.split(w) {
			for _, g := range s.shapeRun(w.runes, r, style) {
				width += fromFixed(g.Advance)
			}
			for i := r.start; i < r.end; i++ {
				if covered[i] {
					rt.Fatalf("%q: rune %d is in two runs", text, i)
				}
				covered[i] = true
			}
		}
		if slices.Contains(covered, false) {
			rt.Fatalf("%q: a rune is in no run", text)
		}
		if line.Width != width || line.Text != string(w.runes) {
			rt.Fatalf("%q is %v wide, its runs %v", line.Text, line.Width, width)
		}
		// Every rune belongs to a glyph: to the one of its cluster, whose number is that of the cluster's first rune.
		for _, r := range s.split(w) {
			least := r.end
			for _, g := range s.shapeRun(w.runes, r, style) {
				least = min(least, g.TextIndex())
			}
			if least != r.start {
				rt.Fatalf("%q: the glyphs of runes %d to %d begin with rune %d", text, r.start, r.end, least)
			}
		}
	})
}

func TestWrappingKeepsEveryLetterOfEveryScript(t *testing.T) {
	s := open(t)
	blank := func(r rune) rune {
		if isBlank(r) {
			return -1
		}
		return r
	}
	rapid.Check(t, func(rt *rapid.T) {
		text, style := anyText(rt)
		width := float64(rapid.IntRange(20, 400).Draw(rt, "width"))
		for _, wrap := range []func(string, Style, float64, int) ([]Line, bool){s.Lines, s.Balanced} {
			lines, _ := wrap(text, style, width, len(text)+1)
			var all strings.Builder
			for _, line := range lines {
				all.WriteString(line.Text)
				if line.Width > width && len(s.clusters([]rune(line.Text))) > 1 {
					rt.Fatalf("%q is %v wide of %v", line.Text, line.Width, width)
				}
				if line.RightToLeft != lines[0].RightToLeft {
					rt.Fatalf("%q: lines of one text run both ways", text)
				}
			}
			if got, want := strings.Map(blank, all.String()), strings.Map(blank, text); got != want {
				rt.Fatalf("letters changed:\n%q\n%q", want, got)
			}
		}
	})
}

func TestDotsAreThoseThatLettersCoverByHalf(t *testing.T) {
	s := open(t)
	// Arabic letters may begin inside a dot, as on the glass, so both must agree but where letters overlap.
	line := s.Measure("اليوم الساعة", Style{Size: 50, Lang: "ar"})
	dots := s.Dots(line)
	glass := image.NewAlpha(dots.Rect)
	s.Draw(glass, 0, 0, line, color.Opaque)
	differ := 0
	for y := dots.Rect.Min.Y; y < dots.Rect.Max.Y; y++ {
		for x := dots.Rect.Min.X; x < dots.Rect.Max.X; x++ {
			if v := dots.AlphaAt(x, y).A; v != 0 && v != 255 {
				t.Fatalf("a dot of %d", v)
			}
			if (dots.AlphaAt(x, y).A == 255) != (glass.AlphaAt(x, y).A >= 128) {
				differ++
			}
		}
	}
	if differ > 10 || dots.Rect.Empty() {
		t.Errorf("%d of %v dots are not those of the glass", differ, dots.Rect)
	}
	if empty := s.Dots(s.Measure(" ", Style{Size: 50})); !empty.Rect.Empty() {
		t.Errorf("a blank has ink at %v", empty.Rect)
	}
}

func TestALetterIsTheSameDotsWhereverItStands(t *testing.T) {
	s := open(t)
	style := Style{Size: 34}
	one, many := s.Dots(s.Measure("E", style)), s.Dots(s.Measure("EEEEEEE", style))
	for n, left := 0, many.Rect.Min.X; n < 7; n++ {
		for y := one.Rect.Min.Y; y < one.Rect.Max.Y; y++ {
			for x := range one.Rect.Dx() {
				if one.AlphaAt(one.Rect.Min.X+x, y) != many.AlphaAt(left+x, y) {
					t.Fatalf("E number %d differs at %d,%d", n+1, x, y)
				}
			}
		}
		for left += one.Rect.Dx(); left < many.Rect.Max.X && many.AlphaAt(left, -5).A == 0; {
			left++
		}
	}
}

func FuzzAnyDirection(f *testing.F) {
	f.Add("رقم A042 (9:50) ন্ধ্য 屏幕\u202e\u2067a\u2069", "ar", 20.0, 100.0)
	f.Add("\u2067\u2067\u202a\u202e\u0301", "", 1.0, 0.0)
	s := open(f)
	f.Fuzz(func(t *testing.T, text, lang string, size, width float64) {
		if len(text) > 300 {
			text = text[:300]
		}
		style := Style{Size: min(size, 100), Lang: locale.Lang(lang)}
		lines, _ := s.Lines(text, style, width, len(text)+1)
		for _, line := range lines {
			s.Dots(line)
		}
		s.Balanced(text, style, width, 3)
		s.Measure(text, style)
	})
}
