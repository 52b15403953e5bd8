//go:build !race

package ui_test

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os/exec"
	"strings"
	"testing"
	"unicode"

	"example.org/totem/internal/golden"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/ui/layout"
)

// readers are the languages that tesseract reads, by its own names for them.
func readers() map[locale.Lang]string {
	return map[locale.Lang]string{locale.Italian: "ita", locale.English: "eng", "de": "deu", "fr": "fra", "es": "spa", "ro": "ron"}
}

// TestAReaderFindsNumberTimeAndHeadings gives pictures to an optical character reader that knows nothing of Totem.
func TestAReaderFindsNumberTimeAndHeadings(t *testing.T) {
	for l, tongue := range readers() {
		t.Run(string(l), func(t *testing.T) {
			t.Parallel()
			p := newPainter(t)
			for _, s := range []shown{
				{scene: "start", lang: l, panel: upright()},
				{scene: "times", lang: l, panel: upright(), look: kiosk.Look{Theme: kiosk.Dark}},
				{scene: "take", lang: l, panel: upright(), look: kiosk.Look{Theme: kiosk.LowContrast}},
				{scene: "paper-failed", lang: l, panel: upright(), look: kiosk.Look{Theme: kiosk.HighContrast}},
				{scene: "take", lang: l, panel: wide(), look: kiosk.Look{Text: 200}},
			} {
				screen := p.screen(t, s)
				picture, plan := p.paint(t, s), layout.Place(p.set, s.panel, screen, "")
				for b := range screen.Root.All() {
					switch b.Role {
					case kiosk.RoleTitle:
						if got := read(t, picture, place(plan, b.Text), tongue, block); unlike(got, b.Text) > 0.1 {
							t.Errorf("%s: the heading %q is read as %q", s.scene, b.Text, got)
						}
					case kiosk.RoleNumber, kiosk.RoleTime, kiosk.RoleDigits:
						got := strings.ReplaceAll(read(t, picture, place(plan, b.Text), "eng", line), " ", "")
						if got != b.Text && b.Text != "—" {
							t.Errorf("%s: %s %q is read as %q", s.scene, b.Role, b.Text, got)
						}
					}
				}
			}
		})
	}
}

// place is where the words of a box are painted: the lines that follow one another and make up its text.
func place(plan *layout.Plan, text string) image.Rectangle {
	for i, s := range plan.Shapes {
		if s.Kind != layout.Text || !strings.HasPrefix(text, s.Words) {
			continue
		}
		around, rest := image.Rectangle{}, strings.Fields(text)
		for _, line := range plan.Shapes[i:] {
			words := strings.Fields(line.Words)
			if line.Kind != layout.Text || len(words) == 0 || len(words) > len(rest) || strings.Join(words, " ") != strings.Join(rest[:len(words)], " ") {
				break
			}
			size := line.Style.Size // of the line's own room, the letters of the lines around it left out
			letters := image.Rect(line.Rect.Min.X, line.At.Y-int(size*0.8), line.Rect.Max.X, line.At.Y+int(size*0.27))
			around, rest = around.Union(letters), rest[len(words):]
		}
		if len(rest) == 0 {
			return around
		}
	}
	return image.Rectangle{}
}

// What tesseract is told of a picture: its page segmentation modes.
const (
	block = "6"
	line  = "7"
)

// read has tesseract read a part of a picture.
func read(t *testing.T, picture *image.RGBA, part image.Rectangle, tongue, mode string) string {
	t.Helper()
	if part.Empty() {
		return ""
	}
	ground := picture.SubImage(part.Intersect(picture.Rect))
	page := image.NewRGBA(image.Rect(0, 0, part.Dx()+160, part.Dy()+160))
	draw.Draw(page, page.Rect, image.NewUniform(mostOf(picture, part)), image.Point{}, draw.Src)
	draw.Draw(page, image.Rect(80, 80, 80+ground.Bounds().Dx(), 80+ground.Bounds().Dy()), ground, ground.Bounds().Min, draw.Src)
	for page.Rect.Dy() > 220 && mode == line { // it is made for letters of books
		page = golden.Half(page)
	}
	var in, out, complaint bytes.Buffer
	if err := png.Encode(&in, page); err != nil {
		t.Fatal(err)
	}
	args := []string{"stdin", "stdout", "-l", tongue, "--psm", mode}
	if mode == line {
		args = append(args, "-c", "tessedit_char_whitelist=0123456789:ABCDE")
	}
	c := exec.CommandContext(t.Context(), "tesseract", args...)
	c.Stdin, c.Stdout, c.Stderr = &in, &out, &complaint
	if err := c.Run(); err != nil {
		t.Fatalf("tesseract: %v: %s; scripts/setup test installs it", err, complaint.String())
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

// mostOf is the colour that a part of a picture has most of.
func mostOf(picture *image.RGBA, part image.Rectangle) color.RGBA {
	counts, most := map[color.RGBA]int{}, color.RGBA{}
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			c := picture.RGBAAt(x, y)
			if counts[c]++; counts[c] > counts[most] {
				most = c
			}
		}
	}
	return most
}

// unlike is how many letters one must change to make one text of the other, as a part of its length. Only letters and
// digits count.
func unlike(a, b string) float64 {
	x, y := letters(a), letters(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range x {
		above := row[0]
		row[0] = i + 1
		for j, s := range y {
			cost := above
			if r != s {
				cost++
			}
			above, row[j+1] = row[j+1], min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return float64(row[len(y)]) / float64(max(len(y), 1))
}

func letters(s string) []rune {
	return []rune(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s))
}
