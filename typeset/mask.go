package typeset

import (
	"image"
	"image/color"
	"image/draw"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// maskBudget bounds the memory of kept glyph masks. A screen's letters take about a tenth of it.
const maskBudget = 8 << 20

// steps is the number of places inside a pixel at which a glyph may start. Four are as even to the eye as more.
const steps = 4

type maskKey struct {
	face faceOf
	id   font.GID
	size fixed.Int26_6
	step uint8
}

// mask is a glyph's coverage, with the place of its top left dot as seen from the glyph's origin.
type mask struct {
	dots *image.Alpha
	at   image.Point
}

// masks keeps glyph masks until the budget is spent, then starts anew: cheaper than ordering them by age, and a kiosk
// shows the same few letters all day.
type masks struct {
	kept  map[maskKey]mask
	bytes int
	ink   vector.Rasterizer
}

// Draw paints line on dst in colour c, its first letter's origin at x and its baseline on the lower edge of row
// y-1. What falls outside dst's bounds is left out. Drawing on an *image.RGBA or *image.Alpha is quick, on other
// images slow.
func (s *Setter) Draw(dst draw.Image, x float64, y int, line Line, c color.Color) {
	s.mu.Lock()
	defer s.mu.Unlock()
	paint := image.NewUniform(c)
	origin := toFixed(max(min(x, 1<<20), -1<<20))
	size := toFixed(line.Style.Size)
	for _, g := range line.glyphs {
		// Rounded to the nearest step; arithmetic shifts keep this right for negative places.
		at := origin + g.x + 64/steps/2
		m := s.mask(maskKey{g.face, g.id, size, uint8(at & 63 / (64 / steps))})
		if m.dots == nil {
			continue
		}
		corner := m.at.Add(image.Pt(int(at>>6), y-int(g.y+32)>>6))
		draw.DrawMask(dst, m.dots.Bounds().Add(corner), paint, image.Point{}, m.dots, image.Point{}, draw.Over)
	}
}

func (s *Setter) mask(key maskKey) mask {
	if m, ok := s.masks.kept[key]; ok {
		return m
	}
	m := s.masks.rasterise(s.face(key.face), key)
	cost := 64
	if m.dots != nil {
		cost += len(m.dots.Pix)
	}
	if s.masks.bytes+cost > maskBudget {
		clear(s.masks.kept)
		s.masks.bytes = 0
	}
	s.masks.kept[key] = m
	s.masks.bytes += cost
	return m
}

func (m *masks) rasterise(face *font.Face, key maskKey) mask {
	shape, ok := face.GlyphDataOutline(key.id)
	if !ok || len(shape.Segments) == 0 {
		return mask{}
	}
	scale := float32(key.size) / 64 / float32(face.Upem())
	shift := float32(key.step) / steps
	// The conversions forbid fused multiply-add, so that every processor computes the same dots.
	place := func(p opentype.SegmentPoint) (x, y float32) {
		return float32(p.X*scale) + shift, -float32(p.Y * scale)
	}
	bounds := outlineBounds(shape.Segments, place)
	size := bounds.Size()
	m.ink.Reset(size.X, size.Y)
	m.ink.DrawOp = draw.Src
	left, top := float32(bounds.Min.X), float32(bounds.Min.Y)
	path := outline{&m.ink}
	for _, seg := range shape.Segments {
		var p [3]point
		for i, arg := range seg.Args {
			x, y := place(arg)
			p[i] = point{x - left, y - top}
		}
		switch seg.Op {
		case opentype.SegmentOpMoveTo:
			path.moveTo(p[0])
		case opentype.SegmentOpLineTo:
			path.lineTo(p[0])
		case opentype.SegmentOpQuadTo:
			path.quadTo(p[0], p[1])
		case opentype.SegmentOpCubeTo:
			path.cubeTo(p[0], p[1], p[2])
		}
	}
	m.ink.ClosePath()
	dots := image.NewAlpha(image.Rectangle{Max: size})
	m.ink.Draw(dots, dots.Bounds(), image.Opaque, image.Point{})
	return mask{dots: dots, at: bounds.Min}
}

// outlineBounds returns the smallest rectangle of whole pixels around all points of an outline, curves included, for a
// curve stays within its points.
func outlineBounds(segments []opentype.Segment, place func(opentype.SegmentPoint) (x, y float32)) image.Rectangle {
	var box image.Rectangle
	for i := range segments {
		for _, p := range segments[i].ArgsSlice() {
			x, y := place(p)
			dot := image.Rect(floor(x), floor(y), floor(x)+1, floor(y)+1)
			box = box.Union(dot)
		}
	}
	return box
}

func floor(v float32) int {
	n := int(v)
	if float32(n) > v {
		n--
	}
	return n
}
