package canvas

import (
	"image"
	"image/color"
	"math"
)

// Box is a rectangle as [Draw] paints it.
type Box struct {
	Rect    image.Rectangle // the border lies inside
	Radius  int             // of the corners, at most half a side
	Fill    color.RGBA      // opaque, or transparent for none
	Stroke  color.RGBA      // opaque, or transparent for none
	Width   int             // of the border
	Dash    bool            // the border is dashed
	Edge    int             // width of the strip along the left side
	EdgeInk color.RGBA
	// EdgeRight has the strip along the right side.
	EdgeRight bool
}

// Draw paints b.
func Draw(dst *image.RGBA, b Box) {
	b.Radius = max(0, min(b.Radius, min(b.Rect.Dx(), b.Rect.Dy())/2))
	if b.Stroke.A == 0 {
		b.Width = 0
	}
	clip := b.Rect.Intersect(dst.Rect)
	// Rows and columns farther in than this are fill and nothing else.
	band := max(b.Radius, b.Width)
	inner := image.Rect(b.Rect.Min.X+band, b.Rect.Min.Y+band, b.Rect.Max.X-band, b.Rect.Max.Y-band)
	switch {
	case b.Edge == 0:
	case b.EdgeRight:
		inner.Max.X = min(inner.Max.X, b.Rect.Max.X-b.Edge-1)
	default:
		inner.Min.X = max(inner.Min.X, b.Rect.Min.X+b.Edge+1)
	}
	for y := clip.Min.Y; y < clip.Max.Y; y++ {
		from, to := clip.Max.X, clip.Max.X
		if y >= inner.Min.Y && y < inner.Max.Y && inner.Dx() > 0 {
			from, to = max(clip.Min.X, inner.Min.X), min(clip.Max.X, inner.Max.X)
		}
		if from >= to {
			from, to = clip.Max.X, clip.Max.X
		}
		b.row(dst, y, clip.Min.X, from)
		Fill(dst, image.Rect(from, y, to, y+1), b.Fill)
		b.row(dst, y, to, clip.Max.X)
	}
}

// row paints the dots of row y from one column to another.
func (b *Box) row(dst *image.RGBA, y, from, to int) {
	straight := y >= b.Rect.Min.Y+max(b.Radius, b.Width) && y < b.Rect.Max.Y-max(b.Radius, b.Width)
	for x := from; x < to; x++ {
		// Between the corners of a row at the top or the foot, dots are all alike unless the border is dashed.
		inside := x >= b.Rect.Min.X+b.Radius && x < b.Rect.Max.X-b.Radius
		pix := dst.Pix[dst.PixOffset(x, y):][:4:4]
		outer, core := 1.0, 1.0
		switch {
		case inside && !straight:
			depth := min(y-b.Rect.Min.Y, b.Rect.Max.Y-1-y)
			if depth < b.Width {
				core = 0
			}
		default:
			px, py := float64(x)+0.5, float64(y)+0.5
			outer = cover(distance(b.Rect, float64(b.Radius), px, py))
			core = cover(distance(b.Rect.Inset(b.Width), math.Max(0, float64(b.Radius-b.Width)), px, py))
		}
		if b.Width == 0 {
			core = outer
		}
		b.dot(pix, x, y, outer, core)
	}
}

func (b *Box) dot(pix []byte, x, y int, outer, core float64) {
	if b.Fill.A != 0 {
		blend(pix, b.Fill, outer)
	}
	if b.Edge > 0 && (b.EdgeRight && x >= b.Rect.Max.X-b.Edge || !b.EdgeRight && x < b.Rect.Min.X+b.Edge) {
		blend(pix, b.EdgeInk, outer)
	}
	if b.Width == 0 || outer <= core {
		return
	}
	ring := outer - core
	if b.Dash {
		ring *= b.dash(float64(x)+0.5, float64(y)+0.5)
	}
	blend(pix, b.Stroke, ring)
}

// distance is how far a place lies outside a rectangle with round corners; negative inside.
func distance(r image.Rectangle, radius, x, y float64) float64 {
	halfX, halfY := float64(r.Dx())/2, float64(r.Dy())/2
	dx := math.Abs(x-float64(r.Min.X)-halfX) - halfX + radius
	dy := math.Abs(y-float64(r.Min.Y)-halfY) - halfY + radius
	out := hypot(math.Max(dx, 0), math.Max(dy, 0))
	return out + math.Min(math.Max(dx, dy), 0) - radius
}

// hypot is a square root of two products that no processor may fuse, so that all compute the same dots.
func hypot(x, y float64) float64 { return math.Sqrt(float64(x*x) + float64(y*y)) }

// dash returns how much of the dashed border's dot at a place is painted. Dashes are as long as they are near to three
// and a half border widths, and a whole number of them goes around.
func (b *Box) dash(x, y float64) float64 {
	along, around := b.along(x, y)
	want := 3.5 * float64(max(b.Width, 2))
	period := around / math.Max(1, math.Round(around/(2*want)))
	place := math.Mod(along, period)
	half := period / 2
	return cover(math.Abs(place-half) - half*0.55)
}

// along returns how far along the border a place lies, clockwise from the upper left, and how long the border is.
func (b *Box) along(x, y float64) (at, around float64) {
	r := float64(b.Radius)
	wide, high := float64(b.Rect.Dx())-2*r, float64(b.Rect.Dy())-2*r
	arc := math.Pi / 2 * r
	around = 2*wide + 2*high + 4*arc
	lx, ly := x-float64(b.Rect.Min.X), y-float64(b.Rect.Min.Y)
	left, right := lx < r, lx > r+wide
	top, foot := ly < r, ly > r+high
	turn := func(from, cx, cy, dx, dy float64) float64 {
		return from + math.Atan2(float64(dx*(ly-cy))-float64(dy*(lx-cx)), float64(dx*(lx-cx))+float64(dy*(ly-cy)))*r
	}
	switch {
	case top && right:
		return turn(wide, r+wide, r, 0, -1), around
	case right && foot:
		return turn(wide+arc+high, r+wide, r+high, 1, 0), around
	case foot && left:
		return turn(2*wide+2*arc+high, r, r+high, 0, 1), around
	case left && top:
		return turn(2*wide+3*arc+2*high, r, r, -1, 0), around
	}
	toTop, toRight := ly, 2*r+wide-lx
	toFoot, toLeft := 2*r+high-ly, lx
	switch math.Min(math.Min(toTop, toRight), math.Min(toFoot, toLeft)) {
	case toTop:
		return lx - r, around
	case toRight:
		return wide + arc + ly - r, around
	case toFoot:
		return 2*wide + 2*arc + high - (lx - r), around
	}
	return 2*wide + 3*arc + 2*high - (ly - r), around
}
