package calibration

import "math"

// fitted is a matrix found by least squares, and what is needed to say how much it was pulled by each touch.
type fitted struct {
	matrix     Matrix
	n          float64 // touches
	told       Point   // the middle of the told places
	xx, xy, yy float64 // the sums of squares of the told places about their middle
}

// fit finds the matrix that meets the aims with the least sum of squares, by the normal equations about the middle of all
// touches. Three touches are met exactly. ok is false for touches that the panel told on one
// line, and for aims without a matrix.
func fit(touches []Touch) (f fitted, ok bool) {
	f.n = float64(len(touches))
	var aim Point
	for _, t := range touches {
		f.told.X, f.told.Y = f.told.X+t.Told.X/f.n, f.told.Y+t.Told.Y/f.n
		aim.X, aim.Y = aim.X+t.Aim.X/f.n, aim.Y+t.Aim.Y/f.n
	}
	var ax, ay, bx, by float64 // the aims' x and y along the told places
	for _, t := range touches {
		x, y := t.Told.X-f.told.X, t.Told.Y-f.told.Y
		a, b := t.Aim.X-aim.X, t.Aim.Y-aim.Y
		f.xx, f.xy, f.yy = f.xx+x*x, f.xy+x*y, f.yy+y*y
		ax, ay, bx, by = ax+a*x, ay+a*y, bx+b*x, by+b*y
	}
	narrow := (f.xx+f.yy)/2 - math.Hypot((f.xx-f.yy)/2, f.xy) // the lesser eigenvalue
	if !(narrow/f.n >= leastSpread*leastSpread) {
		return f, false
	}
	m, det := &f.matrix, f.xx*f.yy-f.xy*f.xy
	m[0], m[1] = (ax*f.yy-ay*f.xy)/det, (ay*f.xx-ax*f.xy)/det
	m[3], m[4] = (bx*f.yy-by*f.xy)/det, (by*f.xx-bx*f.xy)/det
	m[2], m[5] = aim.X-m[0]*f.told.X-m[1]*f.told.Y, aim.Y-m[3]*f.told.X-m[4]*f.told.Y
	return f, f.matrix != Matrix{} // as for aims that are all in the upper left corner
}

// off returns where the matrix puts a touch, seen from its aim.
func (f fitted) off(t Touch) Point {
	x, y := f.matrix.Apply(t.Told.X, t.Told.Y)
	return Point{x - t.Aim.X, y - t.Aim.Y}
}

// worst returns how far a touch lies from its aim at most by the matrix that all others give. That follows from where it lies
// by its own and from its leverage, the part of the matrix's answer that is its own doing; a touch without which no matrix
// could be found is not judged.
func (f fitted) worst(touches []Touch) float64 {
	worst, det := 0.0, f.xx*f.yy-f.xy*f.xy
	for _, t := range touches {
		x, y := t.Told.X-f.told.X, t.Told.Y-f.told.Y
		leverage := 1/f.n + (f.yy*x*x-2*f.xy*x*y+f.xx*y*y)/det
		if others := 1 - leverage; others > 1e-6 {
			off := f.off(t)
			worst = max(worst, math.Abs(off.X)/others, math.Abs(off.Y)/others)
		}
	}
	return worst
}
