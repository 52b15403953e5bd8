package papersim

import (
	"image"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// glyphKey is one character as it is printed.
type glyphKey struct {
	r      rune
	fontB  bool
	bold   bool
	w, h   int
	smooth bool // drawn from the outline at its full size, as GS b asks, instead of blown up
}

// The cells of the two fonts, in dots.
const (
	cellWA, cellHA = 12, 24
	cellWB, cellHB = 9, 17
)

var (
	regular = sync.OnceValue(func() *sfnt.Font { return parsed(gomono.TTF) })
	bold    = sync.OnceValue(func() *sfnt.Font { return parsed(gomonobold.TTF) })
)

func parsed(ttf []byte) *sfnt.Font {
	f, err := sfnt.Parse(ttf)
	if err != nil {
		panic(err) // the font is part of the build
	}
	return f
}

// glyph returns the dots of one character cell.
func (p *Printer) glyph(k glyphKey) bitmap {
	if m, ok := p.glyphs[k]; ok {
		return m
	}
	base := k
	if !k.smooth {
		base.w, base.h = 1, 1
	}
	m := outline(base, k.strike())
	if !k.smooth {
		m = m.times(k.w, k.h)
	}
	p.glyphs[k] = m
	return m
}

// strike is how a character's outline becomes dots.
type strike struct {
	twice bool // half a dot apart; what both strokes touch counts double
	least byte // how black a dot must be, of 255
}

// strike makes small characters heavier, for a thermal head prints no hairlines, and keeps what is blown up free of
// single dots that would become blocks.
func (k glyphKey) strike() strike {
	switch {
	case k.smooth:
		return strike{least: 0x80}
	case k.w == 1:
		return strike{twice: true, least: 0x60}
	case k.bold:
		return strike{least: 0x58}
	}
	return strike{twice: true, least: 0xa8}
}

// outline draws a character into its cell of w × h times the font's. The font is stretched upwards: printers' cells
// are narrower than most fonts.
func outline(k glyphKey, s strike) bitmap {
	cellW, cellH := cellWA, cellHA
	if k.fontB {
		cellW, cellH = cellWB, cellHB
	}
	w, h := cellW*k.w, cellH*k.h
	f := regular()
	if k.bold {
		f = bold()
	}
	const unit, capital = 1000, 723 // the size at which the outline is read, and the fonts' capitals at that size
	var buf sfnt.Buffer
	index, err := f.GlyphIndex(&buf, k.r)
	if err != nil || index == 0 {
		index, _ = f.GlyphIndex(&buf, '?')
	}
	segments, err := f.LoadGlyph(&buf, index, fixed.I(unit), nil)
	if err != nil {
		return newBitmap(w, h)
	}
	advance, err := f.GlyphAdvance(&buf, index, fixed.I(unit), font.HintingNone)
	if err != nil {
		return newBitmap(w, h)
	}
	// A capital is just under 16 dots high in a cell of 24, on a ground line at 19: round letters, which reach over and
	// under, then keep within the same rows as straight ones.
	sx := float32(w) / (float32(advance) / 64)
	sy := float32(h) / cellHA * 15.95 / capital
	baseline := float32(h) * 19 / cellHA
	ras := vector.NewRasterizer(w, h)
	trace(ras, segments, sx, sy, 0, baseline)
	if s.twice {
		trace(ras, segments, sx, sy, 0.6, baseline)
	}
	mask := image.NewAlpha(image.Rect(0, 0, w, h))
	ras.Draw(mask, mask.Bounds(), image.Opaque, image.Point{})
	m := newBitmap(w, h)
	for i, a := range mask.Pix {
		m.dots[i] = a >= s.least
	}
	return m
}

// trace adds a character's outline to ras, scaled, with its origin at x, y.
func trace(ras *vector.Rasterizer, outline []sfnt.Segment, sx, sy, x, y float32) {
	at := func(q fixed.Point26_6) (float32, float32) {
		return x + float32(q.X)/64*sx, y + float32(q.Y)/64*sy
	}
	for _, s := range outline {
		ax, ay := at(s.Args[0])
		bx, by := at(s.Args[1])
		cx, cy := at(s.Args[2])
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			ras.ClosePath()
			ras.MoveTo(ax, ay)
		case sfnt.SegmentOpLineTo:
			ras.LineTo(ax, ay)
		case sfnt.SegmentOpQuadTo:
			ras.QuadTo(ax, ay, bx, by)
		case sfnt.SegmentOpCubeTo:
			ras.CubeTo(ax, ay, bx, by, cx, cy)
		}
	}
	ras.ClosePath()
}
