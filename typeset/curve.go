package typeset

import (
	"math"

	"golang.org/x/image/vector"
)

// outline draws an outline's curves as straight pieces. The rasteriser could bend them itself, but lets a processor
// that can multiply and add in one step round differently: then a dot at the edge of a letter would be black on one
// machine and white on another. Each product here is converted before it is added, which forbids that.
type outline struct {
	ink *vector.Rasterizer
}

type point [2]float32

func (o outline) moveTo(a point) {
	o.ink.ClosePath()
	o.ink.MoveTo(a[0], a[1])
}

func (o outline) lineTo(a point) { o.ink.LineTo(a[0], a[1]) }

func (o outline) quadTo(b, c point) {
	a := o.pen()
	for t := range pieces(bend(a, b, c)) {
		o.lineTo(between(t, between(t, a, b), between(t, b, c)))
	}
	o.lineTo(c)
}

func (o outline) cubeTo(b, c, d point) {
	a := o.pen()
	for t := range pieces(max(bend(a, b, d), bend(a, c, d))) {
		ab, bc, cd := between(t, a, b), between(t, b, c), between(t, c, d)
		o.lineTo(between(t, between(t, ab, bc), between(t, bc, cd)))
	}
	o.lineTo(d)
}

func (o outline) pen() point {
	x, y := o.ink.Pen()
	return point{x, y}
}

// pieces yields the places along a curve, above 0 and below 1, at which it is cut into straight pieces no farther from
// it than the eye sees. The number of pieces grows with the fourth root of how far the curve bends.
func pieces(bend float32) func(yield func(t float32) bool) {
	return func(yield func(t float32) bool) {
		const least, tolerance = 0.333, 3
		if !(bend >= least) {
			return
		}
		n := 1 + int(math.Sqrt(math.Sqrt(tolerance*float64(bend))))
		t, step := float32(0), 1/float32(n)
		for range n - 1 {
			t += step
			if !yield(t) {
				return
			}
		}
	}
}

// bend returns the square of how far a curve from a over b to c departs from a straight line.
func bend(a, b, c point) float32 {
	x := a[0] - float32(2*b[0]) + c[0]
	y := a[1] - float32(2*b[1]) + c[1]
	return float32(x*x) + float32(y*y)
}

func between(t float32, a, b point) point {
	return point{a[0] + float32(t*(b[0]-a[0])), a[1] + float32(t*(b[1]-a[1]))}
}
