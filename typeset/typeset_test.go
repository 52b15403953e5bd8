package typeset_test

import (
	"flag"
	"image"
	"image/color"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/totem/typeset"
)

func setter(t testing.TB) *typeset.Setter {
	t.Helper()
	s, err := typeset.New()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func texts(lines []typeset.Line) []string {
	var all []string
	for _, l := range lines {
		all = append(all, l.Text)
	}
	return all
}

func TestEveryDigitIsAsWideAsEveryOther(t *testing.T) {
	s := setter(t)
	for _, w := range []typeset.Weight{typeset.Regular, typeset.SemiBold, typeset.Bold} {
		want := s.Measure("0000", typeset.Style{Size: 64, Weight: w}).Width
		for _, digits := range []string{"1111", "2222", "3333", "4444", "5555", "6666", "7777", "8888", "9999", "1070"} {
			if got := s.Measure(digits, typeset.Style{Size: 64, Weight: w}).Width; got != want {
				t.Errorf("weight %d: %s is %v wide, 0000 is %v", w, digits, got, want)
			}
		}
	}
}

func TestEveryLetterOfTheOfficesLanguagesIsInTheFonts(t *testing.T) {
	s := setter(t)
	text := "àèéìòùÀÈÉÌÒÙ äöüß ç ñ ăâîșț їєґі Я — – … · › ‹ “ ” ’ € بيت، يُنادى؟ নম্বরটি। 号码，屏幕。：（）"
	if missing := s.Missing(text); len(missing) > 0 {
		t.Errorf("the fonts lack %q", string(missing))
	}
	if got := string(s.Missing("a 🚂\n🚂 中 ✂")); got != "🚂✂" {
		t.Errorf("missing = %q, want 🚂 and ✂ once each", got)
	}
}

func TestAnAccentMakesALetterNoWider(t *testing.T) {
	s := setter(t)
	style := typeset.Style{Size: 40}
	plain, accented := s.Measure("Identita", style), s.Measure("Identità", style)
	composed, split := s.Measure("perché", style), s.Measure("perche\u0301", style)
	if plain.Width != accented.Width || composed.Width != split.Width {
		t.Errorf("widths differ: %v %v, %v %v", plain.Width, accented.Width, composed.Width, split.Width)
	}
}

func TestWordsGoOnTheNextLineAsUnicodeSays(t *testing.T) {
	s := setter(t)
	style := typeset.Style{Size: 20}
	lines, fits := s.Lines("Scelga un'altra ora: poi  prenda\nil biglietto", style, 150, 9)
	want := []string{"Scelga un'altra", "ora: poi  prenda", "il biglietto"}
	if diff := cmp.Diff(want, texts(lines)); diff != "" || !fits {
		t.Errorf("fits=%v (-want +got)\n%s", fits, diff)
	}
}

func TestWhatDoesNotFitIsReportedAndStaysInItsBox(t *testing.T) {
	s := setter(t)
	style := typeset.Style{Size: 20}
	lines, fits := s.Lines("Per prendere il posto non servono dati personali", style, 150, 2)
	if fits || len(lines) != 2 || !strings.HasSuffix(lines[1].Text, "…") || lines[1].Width > 150 {
		t.Errorf("two lines: fits=%v %q", fits, texts(lines))
	}
	lines, fits = s.Lines("Precipitevolissimevolmente", style, 100, 9)
	if fits || strings.Join(texts(lines), "") != "Precipitevolissimevolmente" {
		t.Errorf("a long word: fits=%v %q", fits, texts(lines))
	}
}

func TestBalancedLinesLeaveNoWordAlone(t *testing.T) {
	s := setter(t)
	style := typeset.Style{Size: 40, Weight: typeset.Bold}
	text := "Il numero è chiamato sullo schermo e a voce."
	full, _ := s.Lines(text, style, 850, 2)
	even, fits := s.Balanced(text, style, 850, 2)
	if !fits || len(even) != len(full) {
		t.Fatalf("balanced: fits=%v %q, filled %q", fits, texts(even), texts(full))
	}
	if even[1].Width < even[0].Width/2 {
		t.Errorf("uneven: %q", texts(even))
	}
}

func TestWrappingKeepsEveryWordInOrderWithinTheWidth(t *testing.T) {
	s := setter(t)
	rapid.Check(t, func(rt *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[a-zA-Zàèìòù]{1,12}[,.;:?]?`), 1, 30).Draw(rt, "words")
		text := strings.Join(words, " ")
		style := typeset.Style{Size: rapid.Float64Range(8, 60).Draw(rt, "size")}
		width := rapid.Float64Range(20, 900).Draw(rt, "width")
		for _, wrap := range []func(string, typeset.Style, float64, int) ([]typeset.Line, bool){s.Lines, s.Balanced} {
			lines, fits := wrap(text, style, width, 1000)
			joined := strings.Join(texts(lines), " ")
			if fits && joined != text {
				rt.Fatalf("words changed:\n%q\n%q", text, joined)
			}
			if strings.ReplaceAll(joined, " ", "") != strings.ReplaceAll(text, " ", "") {
				rt.Fatalf("letters changed:\n%q\n%q", text, joined)
			}
			for _, l := range lines {
				if l.Width > width && len([]rune(l.Text)) > 1 {
					rt.Fatalf("%q is %v wide of %v", l.Text, l.Width, width)
				}
			}
		}
	})
}

// shades draws a line as text, dark dots as #.
func shades(s *typeset.Setter, line typeset.Line) string {
	img := image.NewAlpha(image.Rect(0, 0, int(line.Width)+2, int(line.Ascent+line.Descent)+2))
	s.Draw(img, 1, int(line.Ascent)+1, line, color.Opaque)
	var b strings.Builder
	for y := range img.Rect.Max.Y {
		var row strings.Builder
		for x := range img.Rect.Max.X {
			row.WriteByte(" .:-=+*%#"[int(img.AlphaAt(x, y).A)*8/255])
		}
		b.WriteString(strings.TrimRight(row.String(), " ") + "\n")
	}
	return b.String()
}

func TestAPartOfALineIsWhereMeasureSaysItIs(t *testing.T) {
	s := setter(t)
	line := s.Measure("H", typeset.Style{Size: 100, Weight: typeset.Bold})
	img := image.NewAlpha(image.Rect(0, 0, 120, 160))
	s.Draw(img, 10, 120, line, color.Opaque)
	var ink image.Rectangle
	for y := range 160 {
		for x := range 120 {
			if img.AlphaAt(x, y).A > 127 {
				ink = ink.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	if ink.Max.Y != 120 || ink.Dy() != int(line.Capital+0.5) {
		t.Errorf("ink %v, want %v high and standing on 120", ink, line.Capital)
	}
	if ink.Min.X < 10 || ink.Max.X > 10+int(line.Width)+1 {
		t.Errorf("ink %v outside of the line's width %v at 10", ink, line.Width)
	}
}

func TestDrawingTwiceGivesTheSameBits(t *testing.T) {
	style := typeset.Style{Size: 33.3, Weight: typeset.SemiBold}
	one, two := setter(t), setter(t)
	first := shades(one, one.Measure("Perché no? È così.", style))
	// A cache filled by other text must not change anything.
	two.Draw(image.NewAlpha(image.Rect(0, 0, 400, 50)), 0.4, 40, two.Measure("Certificati èÈ", style), color.Opaque)
	if second := shades(two, two.Measure("Perché no? È così.", style)); first != second {
		t.Error("the same line came out differently")
	}
}

func FuzzLines(f *testing.F) {
	f.Add("Per quale servizio viene oggi?", 64.0, 900.0, 2)
	f.Add("a\u0301\u200d👩‍👩‍👧 العربية ab\r\n\x00\xff", 12.0, 3.0, 0)
	f.Add("", 0.0, 0.0, -1)
	s := setter(f)
	f.Fuzz(func(t *testing.T, text string, size, width float64, n int) {
		if len(text) > 500 {
			text = text[:500]
		}
		style := typeset.Style{Size: min(size, 200), Spacing: size / 10}
		lines, fits := s.Lines(text, style, width, n)
		if fits && strings.TrimSpace(text) != "" && len(lines) > max(n, 1) {
			t.Errorf("%d lines of %d", len(lines), n)
		}
		s.Balanced(text, style, width, n)
		img := image.NewRGBA(image.Rect(0, 0, 50, 50))
		for _, l := range lines {
			s.Draw(img, width, 20, l, color.Black)
		}
		s.Missing(text)
	})
}

var update = flag.Bool("update", false, "rewrite the golden files")

func TestALineLooksAsItDid(t *testing.T) {
	s := setter(t)
	got := shades(s, s.Measure("Aè 9:50", typeset.Style{Size: 26, Weight: typeset.Bold}))
	const path = "testdata/line.txt"
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got)\n%s", path, diff)
	}
}
