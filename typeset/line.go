package typeset

import (
	"unicode"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
)

// Line is text set on one line. It does not change and may be kept.
type Line struct {
	Text    string  // the words, without the white space around them
	Style   Style   // as it was set
	Width   float64 // from the first letter's origin to the end of the last one's advance, in pixels
	Ascent  float64 // how far the style reaches above the baseline, in pixels: the same for every line of a style
	Descent float64 // how far the style reaches below the baseline, in pixels, positive
	Capital float64 // the height of a capital letter above the baseline, in pixels

	glyphs []placed
}

// placed is one glyph with the distance of its origin from the line's own.
type placed struct {
	id   font.GID
	x, y fixed.Int26_6 // y grows upwards
}

// Measure sets text on one line, however long it gets. Line breaks in it count as spaces.
func (s *Setter) Measure(text string, style Style) Line {
	s.mu.Lock()
	defer s.mu.Unlock()
	style = style.tamed()
	return s.answer(setKey{text: text, style: style}, func() setText {
		return setText{lines: []Line{s.line(clean(text), style)}}
	}).lines[0]
}

func (s *Setter) line(runes []rune, style Style) Line {
	runes = trim(runes)
	shaped := s.shape(runes, style)
	line := s.emptyLine(style)
	line.Text = string(runes)
	spacing := toFixed(style.Spacing)
	var pen fixed.Int26_6
	line.glyphs = make([]placed, 0, len(shaped))
	for i, g := range shaped {
		line.glyphs = append(line.glyphs, placed{id: g.GlyphID, x: pen + g.XOffset, y: g.YOffset})
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
	face := s.faces[style.Weight]
	extents, _ := face.FontHExtents()
	em := style.Size / float64(face.Upem())
	return Line{
		Style:   style,
		Ascent:  float64(extents.Ascender) * em,
		Descent: -float64(extents.Descender) * em,
		Capital: float64(face.LineMetric(font.CapHeight)) * em,
	}
}

// shape returns the glyphs of runes in the order in which they are drawn. The slice belongs to the caller.
func (s *Setter) shape(runes []rune, style Style) []shaping.Glyph {
	if len(runes) == 0 {
		return nil
	}
	face := s.faces[style.Weight]
	input := shaping.Input{
		Text: runes, RunEnd: len(runes), Direction: di.DirectionLTR, Face: face, Size: toFixed(style.Size),
		Language: language.NewLanguage("it"),
		// Times and codes stand in columns: every digit must be as wide as every other.
		FontFeatures: []shaping.FontFeature{{Tag: opentype.MustNewTag("tnum"), Value: 1}},
	}
	var glyphs []shaping.Glyph
	for _, run := range s.runs.Split(input, oneFace{face}) {
		run.Direction = di.DirectionLTR
		glyphs = append(glyphs, s.shaper.ShapeNoExtents(run).Glyphs...)
	}
	return glyphs
}

// oneFace gives the same face for every rune; a rune that it lacks is drawn as an empty frame.
type oneFace struct{ face *font.Face }

// ResolveFace implements shaping.Fontmap.
func (f oneFace) ResolveFace(rune) *font.Face { return f.face }

// clean replaces what has no place in a line (control characters, broken bytes) by spaces.
func clean(text string) []rune {
	runes := []rune(text)
	for i, r := range runes {
		if r == '\n' || r == '\u2028' || r == '\u2029' || unicode.IsControl(r) {
			runes[i] = ' '
		}
	}
	return runes
}

func isBlank(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

func trim(runes []rune) []rune {
	for len(runes) > 0 && isBlank(runes[0]) {
		runes = runes[1:]
	}
	for len(runes) > 0 && isBlank(runes[len(runes)-1]) {
		runes = runes[:len(runes)-1]
	}
	return runes
}

func toFixed(v float64) fixed.Int26_6 { return fixed.Int26_6(v*64 + 0.5) }

func fromFixed(v fixed.Int26_6) float64 { return float64(v) / 64 }
