package canvas

import (
	"image"
	"image/color"
	"math"
)

// point is a place in a drawing's square, whose sides go from 0 to 48.
type point struct{ x, y float64 }

const drawingSide = 48

// drawing is strokes of round ends, and shapes filled whole.
type drawing struct {
	strokes [][]point
	fills   [][]point
}

// Icon paints the drawing of a name, as [Icons] lists them, into the square rect, in strokes of so many pixels. A name it
// does not know paints nothing; Drawn tells.
func Icon(dst *image.RGBA, name string, rect image.Rectangle, width int, ink color.RGBA) {
	d, ok := drawings(name)
	if !ok {
		return
	}
	scale := float64(min(rect.Dx(), rect.Dy())) / drawingSide
	half := float64(width) / 2 / scale
	clip := rect.Intersect(dst.Rect)
	for y := clip.Min.Y; y < clip.Max.Y; y++ {
		for x := clip.Min.X; x < clip.Max.X; x++ {
			at := point{(float64(x-rect.Min.X) + 0.5) / scale, (float64(y-rect.Min.Y) + 0.5) / scale}
			outside := d.distance(at, half)
			blend(dst.Pix[dst.PixOffset(x, y):][:4:4], ink, cover(outside*scale))
		}
	}
}

// Drawn says whether there is a drawing of that name.
func Drawn(name string) bool {
	_, ok := drawings(name)
	return ok
}

// distance is how far a place lies outside of all that is painted; negative inside.
func (d drawing) distance(at point, half float64) float64 {
	square := math.Inf(1)
	for _, line := range d.strokes {
		for i := 1; i < len(line); i++ {
			square = min(square, toSegment(at, line[i-1], line[i]))
		}
	}
	nearest := math.Sqrt(square) - half
	for _, shape := range d.fills {
		edge, inside := math.Inf(1), false
		for i := range shape {
			a, b := shape[i], shape[(i+1)%len(shape)]
			edge = min(edge, toSegment(at, a, b))
			if (a.y > at.y) != (b.y > at.y) && at.x < float64((b.x-a.x)*(at.y-a.y))/(b.y-a.y)+a.x {
				inside = !inside
			}
		}
		edge = math.Sqrt(edge)
		if inside {
			edge = -edge
		}
		nearest = math.Min(nearest, edge)
	}
	return nearest
}

// toSegment is the square of the distance from p to a stroke. No product may be fused with a sum: see hypot.
func toSegment(p, a, b point) float64 {
	dx, dy := b.x-a.x, b.y-a.y
	long := float64(dx*dx) + float64(dy*dy)
	t := 0.0
	if long > 0 {
		t = max(0, min(1, (float64((p.x-a.x)*dx)+float64((p.y-a.y)*dy))/long))
	}
	x, y := p.x-a.x-float64(t*dx), p.y-a.y-float64(t*dy)
	return float64(x*x) + float64(y*y)
}

// arc is a part of an ellipse, angles in degrees, clockwise from the right.
func arc(cx, cy, rx, ry, from, to float64) []point {
	const parts = 40
	line := make([]point, parts+1)
	for i := range line {
		angle := (from + (to-from)*float64(i)/parts) * math.Pi / 180
		line[i] = point{cx + float64(rx*math.Cos(angle)), cy + float64(ry*math.Sin(angle))}
	}
	return line
}

func ring(radius float64) []point { return arc(24, 24, radius, radius, 0, 360) }
