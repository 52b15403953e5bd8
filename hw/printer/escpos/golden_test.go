package escpos_test

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/hw/printer/escpos"
	"example.org/totem/internal/papersim"
	"example.org/totem/locale"
	"example.org/totem/ticket"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// goldens are the slips that every profile must set: ten languages with a service and with a neutral label; and, in
// Italian, a copy, a slip without a time, a long label, a slip of another day, and the receipt of a consent.
func goldens(t testing.TB) map[string]ticket.Slip {
	t.Helper()
	all := map[string]ticket.Slip{
		"it-copy":    spoken(t, "it", identity).Copy(),
		"it-no-time": timeless(t),
		"it-ahead":   ahead(t),
		"it-receipt": ticket.Receipt("it", registry, "0f1e 2d3c 4b5a 6978 8796 a5b4 c3d2 e1f0"),
		"it-long":    spoken(t, "it", locale.Text{"it": "Cambio di residenza o di indirizzo entro il Comune"}),
	}
	for _, lang := range ten {
		all[string(lang)] = spoken(t, lang, identity)
		all[string(lang)+"-neutral"] = spoken(t, lang, neutral)
	}
	return all
}

func TestSlipsAreTheGoldenOnes(t *testing.T) {
	for _, name := range escpos.Profiles() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			model := modelFor(t, name)
			for slip, s := range goldens(t) {
				stream, dots, err := escpos.NewEncoder(profile(t, name), setter(t)).Slip(s)
				if err != nil {
					t.Fatal(err)
				}
				isHarmless(t, name, slip, stream)
				file := filepath.Join(name, slip)
				golden(t, file+".bin", stream)
				golden(t, file+".txt", []byte(listing(model, stream)))
				if slow && slip != "it" && slip != "ar" {
					continue // the dots follow from the bytes
				}
				picture := out(t, name, stream)
				isWholeOnPaper(t, name, slip, picture, dots)
				goldenPicture(t, file+".png", picture)
			}
		})
	}
}

// isWholeOnPaper fails unless a slip is as wide as the head and as long as the encoder tells.
func isWholeOnPaper(t *testing.T, name, slip string, picture papersim.Slip, dots int) {
	t.Helper()
	size := picture.Image.Rect.Size()
	if size.X != profile(t, name).Abilities.Dots {
		t.Errorf("%s, %s: the paper is %d dots wide", name, slip, size.X)
	}
	if dots < size.Y-170 || dots > size.Y+200 {
		t.Errorf("%s, %s: the encoder tells %d dots of paper, the slip is %d long", name, slip, dots, size.Y)
	}
}

// listing is a stream with one command a line, but for rows of dots: of those one line tells how many there are.
func listing(model papersim.Model, stream []byte) string {
	var out strings.Builder
	rows := 0
	end := func() {
		if rows > 0 {
			fmt.Fprintf(&out, "     ESC s, %d times\n", rows)
		}
		rows = 0
	}
	for line := range strings.Lines(model.Listing(stream)) {
		if _, c, _ := strings.Cut(line, " "); strings.HasPrefix(c, "ESC s ") {
			rows++
			continue
		}
		end()
		out.WriteString(line)
	}
	end()
	return out.String()
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
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
	default:
		t.Errorf("%s: got %d bytes that differ from the %d wanted", name, len(got), len(want))
	}
}

// goldenPicture compares dots: another architecture may round an outline's edge the other way.
func goldenPicture(t *testing.T, name string, got papersim.Slip) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		golden(t, name, got.PNG())
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	want, ok := decoded.(*image.Paletted)
	if !ok || want.Rect != got.Image.Rect {
		t.Errorf("%s: a picture of another size", name)
		return
	}
	differ := 0
	for i, dot := range want.Pix {
		if dot != got.Image.Pix[i] {
			differ++
		}
	}
	if differ*1000 > len(want.Pix) {
		t.Errorf("%s: %d dots of the picture differ", name, differ)
	}
}

// reader is the program that judges printed QRs.
func reader(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("zbarimg")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("zbarimg is missing")
		}
		t.Skip("zbarimg is missing: nobody reads the printed QR")
	}
	return path
}

// quick are the options with which zbarimg looks for QRs alone, at every third row and column: a module is eight dots wide.
var quick = []string{"-q", "--nodbus", "--raw", "-Sdisable", "-Sqrcode.enable", "-Sx-density=3", "-Sy-density=3"}

func TestEveryPrintedQRHoldsTheCodeAndNothingElse(t *testing.T) {
	zbarimg := reader(t)
	files, err := filepath.Glob("testdata/*/*.png")
	if err != nil {
		t.Fatal(err)
	}
	files = slices.DeleteFunc(files, func(f string) bool { // which have none
		return strings.HasSuffix(f, "test-slip.png") || strings.HasSuffix(f, "it-receipt.png")
	})
	if want := len(escpos.Profiles()) * (len(goldens(t)) - 1); len(files) != want {
		t.Fatalf("%d golden pictures, want %d", len(files), want)
	}
	found, err := exec.Command(zbarimg, append(slices.Clone(quick), files...)...).Output()
	if err != nil {
		t.Fatalf("read the QRs: %v", err)
	}
	lines := strings.Fields(string(found))
	if len(lines) != len(files) {
		t.Errorf("%d QRs were read on %d slips", len(lines), len(files))
	}
	for _, line := range lines {
		if line != string(testCode) {
			t.Errorf("a QR says %q", line)
		}
	}
}
