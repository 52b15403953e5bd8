package papersim_test

import (
	"bytes"
	"image"
	"testing"

	"example.org/totem/internal/papersim"
)

// black returns the black dots of what hangs out, below the strip between head and cutter.
func black(t *testing.T, stream string) []image.Point {
	t.Helper()
	p := papersim.New(papersim.Config{})
	p.Feed([]byte(stream))
	for _, n := range p.Notes() {
		t.Errorf("%s", n.What)
	}
	s, _ := p.Hanging()
	if s.Image == nil {
		return nil
	}
	var dots []image.Point
	for y := range s.Image.Rect.Dy() {
		for x := range s.Image.Rect.Dx() {
			if s.Black(x, y) {
				dots = append(dots, image.Pt(x, y-40))
			}
		}
	}
	return dots
}

const (
	area = "\x1bL\x1bW\x64\x00\x0a\x00\x50\x00\x3c\x00" // 100, 10, 80 × 60
	dot  = "\x1dv0\x00\x01\x00\x01\x00\x80"             // the left of eight dots in one row
)

func TestAPageIsSetInFourDirections(t *testing.T) {
	const at = "\x1b$\x04\x00\x1d$\x08\x00" // u 4, v 8: the dot lies in row 7
	for direction, want := range map[string]image.Point{
		"\x1bT\x00": {100 + 4, 10 + 7},
		"\x1bT\x01": {100 + 7, 10 + 59 - 4},
		"\x1bT2":    {100 + 79 - 4, 10 + 59 - 7},
		"\x1bT3":    {100 + 79 - 7, 10 + 4},
	} {
		if got := black(t, area+direction+at+dot+"\x0c"); len(got) != 1 || got[0] != want {
			t.Errorf("direction % x: %v, want %v", direction, got, want)
		}
	}
}

func TestPositionsOnAPageAreBaseLines(t *testing.T) {
	for name, c := range map[string]struct {
		stream string
		want   []image.Point
	}{
		"relative":                  {"\x1d$\x14\x00\x1d\\\xfc\xff\x1b$\x0a\x00\x1b\\\x02\x00" + dot, []image.Point{{112, 10 + 15}}},
		"outside is not gone to":    {"\x1d$\x08\x00\x1d$\x00\x10\x1b$\x00\x10" + dot, []image.Point{{100, 17}}},
		"a line feed goes down":     {"\x1b3\x0a\x1d$\x08\x00\x1b$\x14\x00\n" + dot, []image.Point{{100, 10 + 17}}},
		"what leaves the area":      {"\x1d$\x00\x00" + dot, nil},
		"cancelled":                 {"\x1d$\x08\x00" + dot + "\x18", nil},
		"the first line lies below": {dot, []image.Point{{100, 10 + 23}}},
	} {
		t.Run(name, func(t *testing.T) {
			got := black(t, area+c.stream+"\x0c")
			if len(got) != len(c.want) || len(got) > 0 && got[0] != c.want[0] {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

func TestAPageIsPrintedAsLongAsItsLowestArea(t *testing.T) {
	p := papersim.New(papersim.Config{PaperDots: 8000})
	p.Feed([]byte(area + "\x1bW\x00\x00\x64\x00\x40\x00\x64\x00" + "\x1bS"))
	if got := p.State().PaperLeft; got != 8000*254/2030 {
		t.Errorf("a page that was left took paper: %d mm left", got)
	}
	p.Feed([]byte(area + "\x1bW\x00\x00\x64\x00\x40\x00\x64\x00" + "\x1bW\x00\x00\x00\x00\x40\x00\x10\x00" + "\x0c"))
	if got, want := p.State().PaperLeft, (8000-200)*254/2030; got != want {
		t.Errorf("%d mm are left, want %d: the lowest area ends at 200 dots", got, want)
	}
	p.Feed([]byte("\x1bL\x0c"))
	if got, want := p.State().PaperLeft, (8000-200-1662)*254/2030; got != want {
		t.Errorf("%d mm are left, want %d: a page without an area is as long as can be", got, want)
	}
}

func TestAPageCanBePrintedTwice(t *testing.T) {
	if got := black(t, area+dot+"\x1b\x0c\x0c"); len(got) != 2 || got[1] != got[0].Add(image.Pt(0, 70)) {
		t.Errorf("%v", got)
	}
}

func TestAfterAPageLinesGoOnAsBefore(t *testing.T) {
	line := func(stream string) []byte {
		p := papersim.New(papersim.Config{})
		p.Feed([]byte(stream))
		s, _ := p.Hanging()
		return s.Image.Pix[len(s.Image.Pix)-30*576:]
	}
	if !bytes.Equal(line(area+"words\x0cwords\n"), line("words\n")) {
		t.Error("a line behind a page is another")
	}
}

func TestAPageIsNotBegunWithinALine(t *testing.T) {
	p := papersim.New(papersim.Config{})
	p.Feed([]byte("words\x1bL more\n"))
	if len(p.Notes()) != 1 {
		t.Errorf("notes %v", p.Notes())
	}
}
