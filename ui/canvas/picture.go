package canvas

import (
	"image"
	"image/color"
	"math"
)

// Inks are the colours of a picture, all opaque.
type Inks struct {
	Line   color.RGBA // outlines
	Sheet  color.RGBA // paper
	Shade  color.RGBA // the machine around it
	Accent color.RGBA // what the hand does
}

// The ground on which pictures are drawn: places go from (0, 0) to here.
const (
	pictureWide = 160
	pictureHigh = 120
)

// ink names a colour of a picture.
type ink uint8

const (
	line ink = iota
	sheet
	shade
	accent
)

func (i Inks) of(name ink) color.RGBA {
	switch name {
	case sheet:
		return i.Sheet
	case shade:
		return i.Shade
	case accent:
		return i.Accent
	}
	return i.Line
}

// layer is one thing of a picture, painted over those before it: a shape filled whole, or else a stroke of round ends.
type layer struct {
	ink    ink
	filled bool
	thick  float64 // of a stroke, in strokes
	points []point
}

// Picture paints the drawing of a name, as [Pictures] lists them, as large as it goes into rect, in the middle, with
// strokes of so many pixels. A name it does not know paints nothing.
func Picture(dst *image.RGBA, name string, rect image.Rectangle, width int, inks Inks) {
	scale := min(float64(rect.Dx())/pictureWide, float64(rect.Dy())/pictureHigh)
	left := float64(rect.Min.X) + (float64(rect.Dx())-scale*pictureWide)/2
	top := float64(rect.Min.Y) + (float64(rect.Dy())-scale*pictureHigh)/2
	for _, l := range layers(name) {
		at := make([]point, len(l.points))
		for i, p := range l.points {
			at[i] = point{left + float64(p.x*scale), top + float64(p.y*scale)}
		}
		if l.filled {
			fillShape(dst, rect, at, inks.of(l.ink))
			continue
		}
		stroke(dst, rect, at, float64(width)*l.thick/2, inks.of(l.ink))
	}
}

// fillShape fills a shape row by row. Its edge is not smoothed: a stroke lies over it.
func fillShape(dst *image.RGBA, within image.Rectangle, shape []point, c color.RGBA) {
	clip := within.Intersect(dst.Rect)
	for y := clip.Min.Y; y < clip.Max.Y; y++ {
		row := float64(y) + 0.5
		from, to := math.Inf(1), math.Inf(-1) // every shape here is convex along its rows
		for i := range shape {
			a, b := shape[i], shape[(i+1)%len(shape)]
			if (a.y > row) != (b.y > row) {
				x := a.x + float64((b.x-a.x)*(row-a.y))/(b.y-a.y)
				from, to = min(from, x), max(to, x)
			}
		}
		if from < to {
			Fill(dst, image.Rect(int(math.Round(from)), y, int(math.Round(to)), y+1).Intersect(clip), c)
		}
	}
}

// stroke paints a line of round ends and corners. Each dot takes the nearest of its parts, so that corners are painted
// once.
func stroke(dst *image.RGBA, within image.Rectangle, points []point, half float64, c color.RGBA) {
	clip := within.Intersect(dst.Rect)
	if clip.Empty() {
		return
	}
	wide := clip.Dx()
	nearest := make([]float64, wide*clip.Dy())
	for i := range nearest {
		nearest[i] = math.Inf(1)
	}
	reach := half + 1
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		part := image.Rect(int(math.Floor(min(a.x, b.x)-reach)), int(math.Floor(min(a.y, b.y)-reach)),
			int(math.Ceil(max(a.x, b.x)+reach)), int(math.Ceil(max(a.y, b.y)+reach))).Intersect(clip)
		for y := part.Min.Y; y < part.Max.Y; y++ {
			for x := part.Min.X; x < part.Max.X; x++ {
				n := (y-clip.Min.Y)*wide + x - clip.Min.X
				nearest[n] = min(nearest[n], toSegment(point{float64(x) + 0.5, float64(y) + 0.5}, a, b))
			}
		}
	}
	for n, square := range nearest {
		if !math.IsInf(square, 1) {
			blend(dst.Pix[dst.PixOffset(clip.Min.X+n%wide, clip.Min.Y+n/wide):][:4:4], c, cover(math.Sqrt(square)-half))
		}
	}
}
