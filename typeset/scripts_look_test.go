package typeset

import (
	"encoding/json"
	"flag"
	"image"
	"image/color"
	"image/png"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/locale"
)

// scriptTexts are the lines of the golden pictures, one picture a script.
var scriptTexts = []struct {
	name  string
	lang  locale.Lang
	lines []string
}{
	{"latin", "ro", []string{"oggi alle 9:50 · Größe, français, año, știință", "«Perché no?» – A042 (12 €)"}},
	{"cyrillic", "uk", []string{"сьогодні на 9:50 – їжак, ґанок, п’ять", "Номер A042 (викликають) голосом"}},
	{"arabic", "ar", []string{"يُنادى على الرقم A042 (9:50) على الشاشة", "قاعة الانتظار، الطابق الأول: لا بيانات؟", "piazza del Municipio 1: مكتب السجل"}},
	{"bengali", "bn", []string{"নম্বরটি পর্দায় দেখানো হবে এবং উচ্চস্বরে ডাকা হবে।", "ক্ষুদ্র স্ত্রী জ্ঞান A042 (9:50) কি কী কৃ"}},
	{"chinese", "zh", []string{"号码将在屏幕上显示并语音播报：A042（9:50）。", "“请看屏幕”——谢谢，2026年11月21日"}},
}

// twinRun is a run of a golden line as the file beside the picture tells it, from left to right.
type twinRun struct {
	Text   string   `json:"text"` // in the order of reading
	Level  uint8    `json:"level"`
	Font   string   `json:"font"`
	Width  float64  `json:"width"`
	Glyphs []uint32 `json:"glyphs"` // from left to right
}

func (s *Setter) twin(text string, style Style) []twinRun {
	w := read([]rune(text), style)
	runs := s.split(w)
	var levels []uint8
	for _, r := range runs {
		levels = append(levels, r.level)
	}
	var all []twinRun
	for _, i := range visual(levels) {
		r := runs[i]
		t := twinRun{Text: string(w.runes[r.start:r.end]), Level: r.level, Font: faceOf{r.family, style.Weight}.file()}
		for _, g := range s.shapeRun(w.runes, r, style) {
			t.Width += fromFixed(g.Advance)
			t.Glyphs = append(t.Glyphs, uint32(g.GlyphID))
		}
		all = append(all, t)
	}
	return all
}

// TestEveryScriptLooksAsItDid draws each line as on the glass, regular and bold, and as on paper.
func TestEveryScriptLooksAsItDid(t *testing.T) {
	s := open(t)
	for _, script := range scriptTexts {
		sheet := image.NewGray(image.Rect(0, 0, 860, 60*3*len(script.lines)+10))
		for i := range sheet.Pix {
			sheet.Pix[i] = 255
		}
		twin := map[string][]twinRun{}
		y := 0
		for _, text := range script.lines {
			for i, style := range []Style{{Size: 34, Lang: script.lang}, {Size: 34, Weight: Bold, Lang: script.lang}, {Size: 34, Lang: script.lang}} {
				y += 60
				line := s.Measure(text, style)
				x := 10.0
				if line.RightToLeft {
					x = 850 - line.Width
				}
				if i < 2 {
					s.Draw(sheet, x, y-15, line, color.Black)
					continue
				}
				twin[text] = s.twin(text, style)
				dots := s.Dots(line)
				for j, v := range dots.Pix {
					if at := dots.Rect.Min.Add(image.Pt(j%dots.Stride+int(x), j/dots.Stride+y-15)); v != 0 && at.In(sheet.Rect) && j%dots.Stride < dots.Rect.Dx() {
						sheet.SetGray(at.X, at.Y, color.Gray{})
					}
				}
			}
		}
		goldenScript(t, script.name, sheet, twin)
	}
}

func goldenScript(t *testing.T, name string, got *image.Gray, twin map[string][]twinRun) {
	t.Helper()
	pic, text := "testdata/"+name+".png", "testdata/"+name+".json"
	var words strings.Builder
	enc := json.NewEncoder(&words)
	enc.SetIndent("", " ")
	if err := enc.Encode(twin); err != nil {
		t.Fatal(err)
	}
	if flag.Lookup("update").Value.String() == "true" { // the flag of typeset_test.go
		f, err := os.Create(pic)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := png.Encode(f, got); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(text, []byte(words.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(b), words.String()); diff != "" {
		t.Errorf("%s (-want +got)\n%s", text, diff)
	}
	f, err := os.Open(pic)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if gray, ok := want.(*image.Gray); !ok || gray.Rect != got.Rect || !slices.Equal(gray.Pix, got.Pix) {
		t.Errorf("%s: the picture changed", pic)
	}
}
