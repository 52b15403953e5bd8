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

// Icon paints the drawing of a name ("globe", "contrast", "help", "shield", "done", "back", "text", "reach", "voice") into the
// square rect, in strokes of so many pixels. A name it does not know paints nothing; Drawn tells.
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

func drawings(name string) (drawing, bool) {
	switch name {
	case "globe":
		return drawing{strokes: [][]point{
			ring(20), arc(24, 24, 8.5, 20, 0, 360), {{5.4, 17}, {42.6, 17}}, {{5.4, 31}, {42.6, 31}},
		}}, true
	case "contrast":
		return drawing{strokes: [][]point{ring(20)}, fills: [][]point{arc(24, 24, 20, 20, -90, 90)}}, true
	case "help":
		hook := append(arc(24, 19.4, 6.2, 6.2, 180, 385), point{26.4, 26}, point{24, 29.6})
		return drawing{strokes: [][]point{ring(20), hook}, fills: [][]point{arc(24, 35.4, 2.5, 2.5, 0, 360)}}, true
	case "shield":
		outline := []point{{24, 3.5}, {40.5, 9.5}, {40.5, 23}, {38.8, 30}, {34.4, 36.2}, {29.2, 41}, {24, 44.5}, {18.8, 41}, {13.6, 36.2}, {9.2, 30}, {7.5, 23}, {7.5, 9.5}, {24, 3.5}}
		return drawing{strokes: [][]point{outline, {{16.5, 23.5}, {22, 29}, {32, 18}}}}, true
	case "done":
		return drawing{strokes: [][]point{{{6, 25}, {18.5, 37.5}, {42, 11}}}}, true
	case "back":
		return drawing{strokes: [][]point{{{31, 8}, {15, 24}, {31, 40}}}}, true
	case "text":
		return drawing{strokes: [][]point{
			{{3, 39}, {14.5, 9}, {26, 39}}, {{7.2, 29}, {21.8, 29}},
			ringAt(36, 31, 7.5, 8), {{43.5, 22}, {43.5, 39}},
		}}, true
	case "reach":
		return drawing{strokes: [][]point{{{24, 4}, {24, 34}}, {{12, 22.5}, {24, 34.5}, {36, 22.5}}, {{6, 44}, {42, 44}}}}, true
	case "voice":
		return drawing{strokes: [][]point{
			{{5, 18}, {13, 18}, {24, 8}, {24, 40}, {13, 30}, {5, 30}, {5, 18}},
			arc(24, 24, 9.5, 9.5, -42, 42), arc(24, 24, 18, 18, -42, 42),
		}}, true
	}
	return drawing{}, false
}

func ringAt(cx, cy, rx, ry float64) []point { return arc(cx, cy, rx, ry, 0, 360) }
