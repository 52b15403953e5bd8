package typeset

import (
	"github.com/go-text/typesetting/font"
	"golang.org/x/image/math/fixed"
)

// Line is text set on one line. It does not change and may be kept.
type Line struct {
	Text    string  // the words in the order of reading, without the white space around them
	Style   Style   // as it was set
	Width   float64 // from the left end of the line to its right end, in pixels
	Ascent  float64 // how far the style reaches above the baseline, in pixels: the same for every line of a style
	Descent float64 // how far the style reaches below the baseline, in pixels, positive
	Capital float64 // the height of a capital letter above the baseline, in pixels

	// RightToLeft says that the line begins at its right end: a text of several lines is aligned there.
	RightToLeft bool

	glyphs []placed
}

// placed is one glyph with the distance of its origin from the line's own.
type placed struct {
	face faceOf
	id   font.GID
	x, y fixed.Int26_6 // y grows upwards
}

// Measure sets text on one line, however long it gets. Line breaks in it count as spaces.
func (s *Setter) Measure(text string, style Style) Line {
	s.mu.Lock()
	defer s.mu.Unlock()
	style = style.tamed()
	return s.answer(setKey{text: text, style: style}, func() setText {
		return setText{lines: []Line{s.line(read(clean(text), style), style)}}
	}).lines[0]
}

func (s *Setter) line(w words, style Style) Line {
	w = w.trim()
	shaped := s.shape(w, style)
	line := s.emptyLine(style)
	line.Text = string(w.runes)
	line.RightToLeft = w.base == 1
	spacing := toFixed(style.Spacing)
	var pen fixed.Int26_6
	line.glyphs = make([]placed, 0, len(shaped))
	for i, g := range shaped {
		line.glyphs = append(line.glyphs, placed{face: g.face, id: g.GlyphID, x: pen + g.XOffset, y: g.YOffset})
		pen += g.Advance
		if i+1 == len(shaped) || shaped[i+1].TextIndex() != g.TextIndex() {
			pen += spacing
		}
	}
	if len(shaped) > 0 {
		pen -= spacing
	}
	line.Width = fromFixed(pen)
	return line
}

func (s *Setter) emptyLine(style Style) Line {
	face := s.face(faceOf{latin, style.Weight})
	extents, _ := face.FontHExtents()
	em := style.Size / float64(face.Upem())
	return Line{
		Style:   style,
		Ascent:  float64(extents.Ascender) * em,
		Descent: -float64(extents.Descender) * em,
		Capital: float64(face.LineMetric(font.CapHeight)) * em,
	}
}

func toFixed(v float64) fixed.Int26_6 { return fixed.Int26_6(v*64 + 0.5) }

func fromFixed(v fixed.Int26_6) float64 { return float64(v) / 64 }
