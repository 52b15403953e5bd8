package papersim_test

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

	"example.org/totem/internal/papersim"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// foreign returns a stream that a widely used encoder made, recorded beside the project.
func foreign(t *testing.T, name string) []byte {
	t.Helper()
	stream, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "escpos", name))
	if err != nil {
		t.Skip("no recorded streams beside the project")
	}
	return stream
}

// printed returns the slips that a stream brings out of a printer that can do everything, and what it noted.
func printed(stream []byte) ([]papersim.Slip, []papersim.Note) {
	p := papersim.New(papersim.Config{})
	p.Feed(stream)
	return p.Slips(), p.Notes()
}

// They show that the printer reads more than its own driver's words.
func TestForeignStreamsAreUnderstood(t *testing.T) {
	for name, c := range map[string]struct {
		slips  int
		golden []int // of the slips
		notes  []string
	}{
		"bit-image.bin": {slips: 1},
		"graphics.bin":  {slips: 1},
		"text-size.bin": {slips: 1, golden: []int{0}},
		"qr-code.bin":   {slips: 1, golden: []int{0}, notes: []string{"only QR model 2 is drawn", "only QR model 2 is drawn"}},
		// feeds, print modes, underline, double strike, alignment, a barcode's frame
		"demo.bin": {slips: 14, golden: []int{1, 2, 3, 7, 9, 10}, notes: []string{"barcode not drawn", "only QR model 2 is drawn", "only QR model 2 is drawn"}},
	} {
		t.Run(name, func(t *testing.T) {
			stream := foreign(t, name)
			slips, notes := printed(stream)
			if len(slips) != c.slips {
				t.Fatalf("%d slips, want %d", len(slips), c.slips)
			}
			for _, n := range c.golden {
				golden(t, fmt.Sprintf("%s-%d.png", strings.TrimSuffix(name, ".bin"), n), slips[n])
			}
			var got []string
			for _, n := range notes {
				got = append(got, n.What)
			}
			if !slices.Equal(got, c.notes) {
				t.Errorf("notes %q, want %q", got, c.notes)
			}
			if slices.Contains(papersim.Commands(stream), "cut short") {
				t.Error("the stream ends within a command")
			}
		})
	}
}

// golden compares a slip with the picture in testdata. Another architecture may round an outline's edge the other way.
func golden(t *testing.T, name string, got papersim.Slip) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got.PNG(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	want, ok := picture.(*image.Paletted)
	if !ok || want.Rect != got.Image.Rect {
		t.Fatalf("%s: the picture has another size", name)
	}
	differ := 0
	for i := range want.Pix {
		if want.Pix[i] != got.Image.Pix[i] {
			differ++
		}
	}
	if differ*1000 > len(want.Pix) {
		t.Errorf("%s: %d dots differ", name, differ)
	}
}

// Two encodings of one picture, GS v 0 and GS ( L, leave the same dots, also blown up.
func TestAPictureIsTheSameByEitherCommand(t *testing.T) {
	shapes := func(name string) []string {
		slips, _ := printed(foreign(t, name))
		var found []string
		for _, band := range bands(slips[0]) {
			if band.Rect.Dy() > 100 {
				found = append(found, fmt.Sprint(band.Rect.Dx(), band.Rect.Dy(), bytes.Count(band.Pix, []byte{1})))
			}
		}
		return found
	}
	raster, graphics := shapes("bit-image.bin"), shapes("graphics.bin")
	if len(raster) != 4 || !slices.Equal(raster, graphics) {
		t.Errorf("by GS v 0 %v, by GS ( L %v", raster, graphics)
	}
}

// bands cuts a slip at its white rows.
func bands(s papersim.Slip) []*image.Paletted {
	var out []*image.Paletted
	w, from := s.Image.Rect.Dx(), 0
	for y := range s.Image.Rect.Dy() + 1 {
		if y < s.Image.Rect.Dy() && bytes.IndexByte(s.Image.Pix[y*w:(y+1)*w], 1) >= 0 {
			continue
		}
		if y > from {
			out = append(out, &image.Paletted{Pix: s.Image.Pix[from*w : y*w], Stride: w, Rect: image.Rect(0, 0, w, y-from)})
		}
		from = y + 1
	}
	return out
}

func TestForeignQRsAreRead(t *testing.T) {
	reader, err := exec.LookPath("zbarimg")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("zbarimg is missing")
		}
		t.Skip("zbarimg is missing: nobody reads the printed QR")
	}
	slips, _ := printed(foreign(t, "qr-code.bin"))
	file := filepath.Join(t.TempDir(), "qr.png")
	if err := os.WriteFile(file, slips[0].PNG(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(reader, "-q", "--raw", file).Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Testing 123", strings.Repeat("0123456789", 4), strings.Repeat("abcdefghijklmnopqrstuvwxyz", 2)[:40]} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no QR says %q:\n%s", want, out)
		}
	}
}
