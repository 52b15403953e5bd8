package escpos_test

import (
	"bytes"
	"flag"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/totem/hw/printer/escpos"
	"example.org/totem/internal/papersim"
	"example.org/totem/locale"
	"example.org/totem/ticket"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func printed(t testing.TB, stream []byte) papersim.Slip {
	t.Helper()
	sim := papersim.New(papersim.Config{})
	sim.Feed(stream)
	slips := sim.Slips()
	if len(slips) != 1 {
		t.Fatalf("%d slips came out, want 1", len(slips))
	}
	if notes := sim.Notes(); len(notes) > 0 {
		t.Fatalf("the printer did not understand %v", notes)
	}
	return slips[0]
}

func TestSlipsAreTheGoldenOnes(t *testing.T) {
	for _, c := range []struct {
		name, profile string
		slip          ticket.Slip
	}{
		{"slip-it", "epson-tm-t20", slip(t, "it")},
		{"slip-en", "epson-tm-t20", slip(t, "en")},
		{"slip-it-copy", "epson-tm-t20", slip(t, "it").Copy()},
		{"slip-it-no-time", "epson-tm-t20", timeless(t)},
		{"slip-it-generic", "generic-80", slip(t, "it")},
		{"slip-en-write-only", "write-only-80", slip(t, "en")},
		{"slip-it-long", "generic-80", compose(t, "it", locale.Text{"it": "Cambio di residenza o di indirizzo entro il Comune"})},
	} {
		t.Run(c.name, func(t *testing.T) {
			stream := encode(t, profile(t, c.profile), c.slip)
			golden(t, c.name+".bin", stream)
			golden(t, c.name+".txt", []byte(papersim.Listing(stream)))
			golden(t, c.name+".png", printed(t, stream).PNG())
		})
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case bytes.Equal(got, want):
	case strings.HasSuffix(name, ".txt"):
		t.Errorf("%s (-want +got):\n%s", name, cmp.Diff(string(want), string(got)))
	case strings.HasSuffix(name, ".png"):
		if !samePicture(t, got, want) {
			t.Errorf("%s: the picture differs", name)
		}
	default:
		t.Errorf("%s: got %d bytes that differ from the %d wanted", name, len(got), len(want))
	}
}

// samePicture compares dots: another architecture may round an outline's edge the other way.
func samePicture(t *testing.T, a, b []byte) bool {
	t.Helper()
	x, _, err := image.Decode(bytes.NewReader(a))
	if err != nil {
		t.Fatal(err)
	}
	y, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if x.Bounds() != y.Bounds() {
		return false
	}
	differ := 0
	for py := range x.Bounds().Dy() {
		for px := range x.Bounds().Dx() {
			if x.At(px, py) != y.At(px, py) {
				differ++
			}
		}
	}
	return differ*1000 <= x.Bounds().Dx()*x.Bounds().Dy()
}

// bands returns the heights of the runs of rows with ink, from top to bottom.
func bands(s papersim.Slip) []int {
	var heights []int
	run := 0
	for y := range s.Image.Rect.Dy() + 1 {
		ink := false
		for x := range papersim.Width {
			ink = ink || y < s.Image.Rect.Dy() && s.Black(x, y)
		}
		switch {
		case ink:
			run++
		case run > 0:
			heights = append(heights, run)
			run = 0
		}
	}
	return heights
}

func TestCapitalsAreAsTallAsLowVisionNeeds(t *testing.T) {
	const mm = 203 / 25.4
	for _, name := range escpos.Profiles() {
		for role, least := range map[ticket.Role]float64{
			ticket.RoleNumber: 12, ticket.RoleSentence: 3, ticket.RoleStrong: 3, ticket.RolePlace: 3, ticket.RoleDate: 3,
			ticket.RoleOffice: 3, ticket.RoleWhen: 3, ticket.RoleLabel: 3, ticket.RoleCode: 3, ticket.RoleCopy: 3,
		} {
			for _, text := range []string{"H", "H H H H H H H H H H H H H H H H H H H"} {
				s := printed(t, encode(t, profile(t, name), ticket.Slip{Lines: []ticket.Line{{Role: role, Text: text}}}))
				for _, h := range bands(s) {
					if float64(h) < least*mm {
						t.Errorf("%s: capitals of %s are %d dots, want at least %.1f mm", name, role, h, least)
					}
				}
			}
		}
	}
}

func TestTheQRHoldsTheCodeAndNothingElse(t *testing.T) {
	reader, err := exec.LookPath("zbarimg")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("zbarimg is missing")
		}
		t.Skip("zbarimg is missing: nobody reads the printed QR")
	}
	for _, name := range escpos.Profiles() {
		picture := filepath.Join(t.TempDir(), name+".png")
		if err := os.WriteFile(picture, printed(t, encode(t, profile(t, name), slip(t, "it"))).PNG(), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(reader, "-q", "--raw", picture).Output()
		if err != nil {
			t.Fatalf("%s: read the QR: %v", name, err)
		}
		if got := strings.TrimSpace(string(out)); got != string(testCode) {
			t.Errorf("%s: the QR says %q", name, got)
		}
	}
}

func TestNoTextBecomesACommand(t *testing.T) {
	plain := []string{"HT", "FF", "CR", "CAN", "unknown", "cut short"}
	rapid.Check(t, func(r *rapid.T) {
		p := profile(t, rapid.SampledFrom(escpos.Profiles()).Draw(r, "profile"))
		role := rapid.SampledFrom([]ticket.Role{ticket.RoleOffice, ticket.RoleNumber, ticket.RoleLabel, ticket.RoleSentence}).Draw(r, "role")
		text := rapid.OneOf(rapid.StringOf(rapid.RuneFrom([]rune("aB9 @!éÿ\u00a0…中\u202e\u0301€"))), rapid.String(), rapid.StringOf(rapid.RuneFrom([]rune("\x1b\x1d\x10\x04\x00\n\r\u0085\u009b\u2028éÿ\u00a0…ab @!d")))).Draw(r, "text")
		b, err := escpos.Encode(p, ticket.Slip{Lines: []ticket.Line{{Role: role, Text: text}}})
		if err != nil {
			return // refused
		}
		benign, err := escpos.Encode(p, ticket.Slip{Lines: []ticket.Line{{Role: role, Text: "x"}}})
		if err != nil {
			r.Fatal(err)
		}
		got, want := commands(b), commands(benign)
		if diff := cmp.Diff(want, got); diff != "" {
			r.Fatalf("text %q sends other commands (-want +got):\n%s", text, diff)
		}
		for _, name := range papersim.Commands(b) {
			if slices.Contains(plain, name) {
				r.Fatalf("text %q sends %s", text, name)
			}
		}
	})
}

// commands returns what a stream does besides text and the end of lines, which depend on its length.
func commands(stream []byte) []string {
	return slices.DeleteFunc(papersim.Commands(stream), func(name string) bool {
		return name == "text" || name == "LF" || name == "GS !"
	})
}

func TestControlCharactersAreRefused(t *testing.T) {
	for _, text := range []string{"\x1b@", "a\nb", "\x10\x04\x01", "\u009b", "a\u2028b", "\xff"} {
		if _, err := escpos.Encode(profile(t, "generic-80"), ticket.Slip{Lines: []ticket.Line{{Role: ticket.RoleLabel, Text: text}}}); err == nil {
			t.Errorf("a label %q was encoded", text)
		}
	}
}

func TestCharactersThatAPageLacksAreSpelled(t *testing.T) {
	s := ticket.Slip{Lines: []ticket.Line{{Role: ticket.RoleSentence, Text: "L’ufficio – già «qui» ș ż 中 e\u0301 10\u00a0€"}}}
	for name, want := range map[string]string{
		"generic-80":   `"L'ufficio - già «qui» s z ? é 10 €"`,
		"epson-tm-t20": `"L’ufficio – già «qui» s z ? é 10 €"`,
	} {
		if list := papersim.Listing(encode(t, profile(t, name), s)); !strings.Contains(list, want) {
			t.Errorf("%s: want %s in\n%s", name, want, list)
		}
	}
}

func TestNoPartOfASlipCanBeTakenForARealTimeCommand(t *testing.T) {
	for _, name := range escpos.Profiles() {
		b := encode(t, profile(t, name), slip(t, "it").Copy())
		for _, second := range []byte{0x04, 0x05, 0x14} {
			if at := bytes.Index(b, []byte{0x10, second}); at >= 0 {
				t.Errorf("%s: 10 %02x at byte %d", name, second, at)
			}
		}
	}
}

func TestASlipIsFewBytes(t *testing.T) {
	for _, name := range []string{"generic-80", "epson-tm-t20"} {
		if n := len(encode(t, profile(t, name), slip(t, "it"))); n > 500 {
			t.Errorf("%s: a slip is %d bytes, want at most 500: half a second of a slow line", name, n)
		}
	}
}

func TestAProfileWithAWordUnknownIsRefused(t *testing.T) {
	file, err := os.ReadFile("profiles/generic-80.toml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := escpos.ParseProfile("mine", file); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"colour = true\n" + string(file), strings.Replace(string(file), "cp858", "cp999", 1),
		strings.Replace(string(file), "1B 40", "1B 4", 1), strings.Replace(string(file), "columns = 48", "columns = 0", 1)} {
		if _, err := escpos.ParseProfile("mine", []byte(bad)); err == nil {
			t.Errorf("a bad profile was taken:\n%s", bad)
		}
	}
}
