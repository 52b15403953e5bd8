package raster_test

import (
	"bytes"
	"math"
	"math/bits"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.org/totem/hw/printer/raster"
	"example.org/totem/locale"
	"example.org/totem/ticket"
	"example.org/totem/typeset"
)

// TestTheQROfEverySlipIsRead lets a reader that is not ours judge.
func TestTheQROfEverySlipIsRead(t *testing.T) {
	reader, err := exec.LookPath("zbarimg")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("zbarimg is missing")
		}
		t.Skip("zbarimg is missing: nobody reads the printed QR")
	}
	slips, err := filepath.Glob("testdata/*.png") // they are what is drawn: see TestSlipsLookAsTheyDid
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(reader, append([]string{"--quiet", "--raw"}, slips...)...).Output()
	if err != nil {
		t.Fatalf("zbarimg: %v", err)
	}
	read := strings.Fields(string(out))
	if len(read) != len(slips) || len(slips) < 60 {
		t.Errorf("%d codes are read on %d slips", len(read), len(slips))
	}
	for _, code := range read {
		if code != "482917305566" {
			t.Errorf("a QR holds %q", code)
		}
	}
}

func TestEveryLetterOfEverySlipIsInTheFonts(t *testing.T) {
	set := setter(t)
	for _, lang := range locale.Languages() {
		lines := append(plain(t, lang).Copy().Lines, neutral(t, lang).Lines...)
		for _, k := range []locale.Key{
			locale.WhenInOrder, locale.SlipClosed, locale.TakeCalled, locale.SlipStripTitle, locale.SlipStripRead,
		} {
			lines = append(lines, ticket.Line{Text: locale.Say(lang, k)})
		}
		for _, line := range lines {
			if missing := set.Missing(line.Text); len(missing) > 0 {
				t.Errorf("%s: %q lacks %q", lang, line.Text, string(missing))
			}
		}
	}
}

// finder returns the left upper corner of the QR and the size of its module: the corner's mark is 7 modules wide, then
// white, then something black again; nothing else on a slip looks like it.
func finder(t *testing.T, p raster.Picture, module int) (x, y int) {
	t.Helper()
	for y = range p.Height - 7*module {
		for x = 0; x < p.Width-7*module; x += 8 { // it stands on whole bytes
			if isFinder(p, x, y, module) {
				return x, y
			}
		}
	}
	t.Fatal("the slip has no QR")
	return 0, 0
}

func isFinder(p raster.Picture, x, y, module int) bool {
	want := []string{"#######", "#     #", "# ### #", "# ### #", "# ### #", "#     #", "#######"}
	for j, row := range want {
		for i, c := range row {
			if p.Black(x+i*module, y+j*module) != (c == '#') || p.Black(x+i*module+module-1, y+j*module+module-1) != (c == '#') {
				return false
			}
		}
	}
	return true
}

func TestAQRHasItsWhiteAndStandsWhereReadingBegins(t *testing.T) {
	set := setter(t)
	for _, lang := range locale.Languages() {
		for _, f := range []raster.Format{roll80, roll58, coarse80} {
			p := drawn(t, set, plain(t, lang), f)
			const module, modules, quiet = 8, 21, 4 // 1 mm at 203 dpi, 1.13 mm at 180
			left, top := finder(t, p, module)
			for y := top - quiet*module; y < top+(modules+quiet)*module; y++ {
				for x := left - quiet*module; x < left+(modules+quiet)*module; x++ {
					inside := x >= left && x < left+modules*module && y >= top && y < top+modules*module
					if !inside && p.Black(x, y) {
						t.Fatalf("%s on %d dots: black at %d,%d beside the QR at %d,%d", lang, f.Dots, x, y, left, top)
					}
				}
			}
			if left < quiet*module || left+(modules+quiet)*module > f.Dots {
				t.Errorf("%s on %d dots: the QR at %d has no white at the edge", lang, f.Dots, left)
			}
			middle := left + modules*module/2
			switch {
			case f.Dots == 384 && (middle < 170 || middle > 214),
				f.Dots != 384 && lang != "ar" && middle > f.Dots/3,
				f.Dots != 384 && lang == "ar" && middle < f.Dots*2/3:
				t.Errorf("%s on %d dots: the middle of the QR is at %d", lang, f.Dots, middle)
			}
		}
	}
}

// ink returns the first and the last row with a black dot.
func ink(p raster.Picture) (first, last int) {
	first, last = -1, -1
	for y := range p.Height {
		if bytes.ContainsFunc(p.Row(y), func(r rune) bool { return r != 0 }) {
			if first < 0 {
				first = y
			}
			last = y
		}
	}
	return first, last
}

func TestLettersAreAsHighAsPeopleNeedThem(t *testing.T) {
	set := setter(t)
	for role, mm := range map[ticket.Role]float64{
		ticket.RoleNumber: 12, ticket.RoleCopy: 3, ticket.RoleOffice: 3, ticket.RolePlace: 3, ticket.RoleWhen: 3,
		ticket.RoleLabel: 3, ticket.RoleCode: 3, ticket.RoleSentence: 3, ticket.RoleStrong: 3, ticket.RoleDate: 3,
	} {
		for _, f := range []raster.Format{roll80, roll58, coarse80, {Dots: 864, DPI: 300}} {
			p := raster.Text(set, ticket.Line{Role: role, Text: "HEHE"}, locale.Italian, f)
			first, last := ink(p)
			if got := float64(last-first+1) / float64(f.DPI) * 25.4; got < mm {
				t.Errorf("%s at %d dpi: capitals are %.2f mm high, want %v", role, f.DPI, got, mm)
			}
			if p.Width != f.Dots {
				t.Errorf("%s: %d dots wide, want %d", role, p.Width, f.Dots)
			}
		}
	}
}

func blackDots(p raster.Picture) int {
	n := 0
	for _, b := range p.Bits {
		n += bits.OnesCount8(b)
	}
	return n
}

// TestNothingOfALongTextIsLost: the ink of a wrapped text is that of its words one by one, for every word is drawn the
// same wherever it stands.
func TestNothingOfALongTextIsLost(t *testing.T) {
	set := setter(t)
	rapid.Check(t, func(rt *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[A-HO-Z]{1,9}`), 1, 12).Draw(rt, "words")
		f := raster.Format{Dots: rapid.SampledFrom([]int{384, 432, 512, 576, 832}).Draw(rt, "dots"), DPI: 203}
		role := rapid.SampledFrom([]ticket.Role{ticket.RolePlace, ticket.RoleSentence, ticket.RoleStrong, ticket.RoleDate}).Draw(rt, "role")
		draw := func(text string) int {
			return blackDots(raster.Text(set, ticket.Line{Role: role, Text: text}, locale.Italian, f))
		}
		want := 0
		for _, w := range words {
			want += draw(w)
		}
		// Letters that touch share a dot now and then, and kerning moves letters within words by parts of a dot.
		if got := draw(strings.Join(words, " ")); float64(got) < 0.99*float64(want) || float64(got) > 1.01*float64(want) {
			rt.Errorf("%q: %d black dots, its words have %d", words, got, want)
		}
	})
}

func TestAWordThatIsTooLongIsBroken(t *testing.T) {
	set := setter(t)
	for _, word := range []string{strings.Repeat("W", 60), strings.Repeat("ন্ধ্য", 40), strings.Repeat("屏", 60), strings.Repeat("شاش", 30)} {
		for role := range map[ticket.Role]bool{ticket.RoleOffice: true, ticket.RoleNumber: true, ticket.RoleSentence: true} {
			one := raster.Text(set, ticket.Line{Role: role, Text: string([]rune(word)[:5])}, "ar", roll58)
			all := raster.Text(set, ticket.Line{Role: role, Text: word}, "ar", roll58)
			if all.Height < 2*one.Height {
				t.Errorf("%s %.12s…: %d dots high, a part of it %d", role, word, all.Height, one.Height)
			}
			if got := all.Black(0, 0); got {
				t.Errorf("%s %.12s…: ink in the corner", role, word)
			}
		}
	}
}

func TestASlipThatIsNoneAndPaperThatIsNoneAreRefused(t *testing.T) {
	set := setter(t)
	if _, err := raster.Slip(set, ticket.Slip{Lines: []ticket.Line{{Role: ticket.RoleWhen, Text: "a\x1bb"}}}, roll80); err == nil {
		t.Error("a slip with a control character is drawn")
	}
	for _, f := range []raster.Format{{}, {Dots: 576}, {DPI: 203}, {Dots: -1, DPI: 203}, {Dots: 100, DPI: 203}, {Dots: math.MaxInt32, DPI: 203}} {
		if _, err := raster.Slip(set, plain(t, locale.Italian), f); err == nil {
			t.Errorf("a slip is drawn on %+v", f)
		}
	}
	if p := raster.Text(set, ticket.Line{Role: ticket.RoleRule}, locale.Italian, roll80); p.Height != 0 {
		t.Error("a rule is drawn as text")
	}
	if _, err := raster.QR(strings.Repeat("x", 5000), 4); err == nil {
		t.Error("a QR holds 5000 letters")
	}
}

func TestDrawingASlipAgainGivesTheSameDots(t *testing.T) {
	fresh, err := typeset.New()
	if err != nil {
		t.Fatal(err)
	}
	first := drawn(t, fresh, plain(t, "ar"), roll80)
	drawn(t, setter(t), neutral(t, "bn"), roll58) // what was drawn before must not change anything
	if second := drawn(t, setter(t), plain(t, "ar"), roll80); !bytes.Equal(first.Bits, second.Bits) {
		t.Error("the same slip came out differently")
	}
}

func TestARightToLeftSentenceStandsAtTheRight(t *testing.T) {
	set := setter(t)
	for lang, text := range map[locale.Lang]string{"it": "Ciao.", "ar": "نعم."} {
		p := raster.Text(set, ticket.Line{Role: ticket.RoleSentence, Text: text}, lang, roll80)
		left, right := 0, 0
		for y := range p.Height {
			for x := range p.Width {
				switch {
				case !p.Black(x, y):
				case x < p.Width/2:
					left++
				default:
					right++
				}
			}
		}
		if lang == "it" && right > 0 || lang == "ar" && left > 0 {
			t.Errorf("%s: %d dots at the left, %d at the right", lang, left, right)
		}
	}
}

func FuzzSlip(f *testing.F) {
	f.Add("Anagrafe", "ar", uint16(576), uint16(203))
	f.Add("نعم A042 (9:50) ন্ধ্য 屏幕\u202e\u2067", "bn", uint16(384), uint16(203))
	set := setter(f)
	f.Fuzz(func(t *testing.T, text, lang string, dots, dpi uint16) {
		if len(text) > 300 {
			text = text[:300]
		}
		format := raster.Format{Dots: int(dots) % 1200, DPI: int(dpi) % 700}
		s := ticket.Slip{Lang: locale.Lang(lang)}
		for _, role := range []ticket.Role{ticket.RoleOffice, ticket.RoleNumber, ticket.RoleSentence} {
			s.Lines = append(s.Lines, ticket.Line{Role: role, Text: text})
		}
		s.Lines = append(s.Lines, ticket.Line{Role: ticket.RoleQR, Text: "482917305566"}, ticket.Line{Role: ticket.RoleSentence, Text: text})
		p, err := raster.Slip(set, s, format)
		if err == nil && (p.Width != format.Dots || len(p.Bits) != p.Height*p.Stride()) {
			t.Errorf("%d×%d dots in %d bytes", p.Width, p.Height, len(p.Bits))
		}
	})
}

func BenchmarkSlip(b *testing.B) {
	set := setter(b)
	for _, lang := range []locale.Lang{"it", "ar", "zh"} {
		s := plain(b, lang)
		b.Run(string(lang), func(b *testing.B) {
			for b.Loop() {
				if _, err := raster.Slip(set, s, roll80); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
