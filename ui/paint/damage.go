package paint

import (
	"image"

	"example.org/totem/ui/layout"
)

// most is how many damaged rectangles are kept apart; beyond it one around all of them is quicker.
const most = 24

// Damage returns rectangles, none overlapping another, outside of which the dots of two plans are the same: where
// shapes came, went, or changed. The first plan may be nil: then everything is damaged.
func Damage(before, after *layout.Plan) []image.Rectangle {
	if before == nil || before.Bounds != after.Bounds {
		return []image.Rectangle{after.Bounds}
	}
	// Shapes that are in both plans are matched in order: what changed places in that order is damaged too, for
	// the order is what lies above what.
	left := map[layout.Shape][]int{}
	for i, s := range before.Shapes {
		left[s] = append(left[s], i)
	}
	kept := make([]bool, len(before.Shapes))
	var damaged []image.Rectangle
	last := -1
	for _, s := range after.Shapes {
		at := left[s]
		for len(at) > 0 && at[0] <= last {
			at = at[1:]
		}
		if len(at) == 0 {
			damaged = append(damaged, touched(s)...)
			continue
		}
		last = at[0]
		kept[last] = true
		left[s] = at[1:]
	}
	for i, s := range before.Shapes {
		if !kept[i] {
			damaged = append(damaged, touched(s)...)
		}
	}
	return merge(damaged, after.Bounds)
}

// touched returns rectangles with all dots that a shape paints: of a border without an inside only its four sides, for what is
// inside stays as it is when a ring comes or goes.
func touched(s layout.Shape) []image.Rectangle {
	r, deep := s.Rect, max(s.Radius, s.Width)
	if s.Kind != layout.Block || s.Fill.A != 0 || s.Edge > 0 || 2*deep >= min(r.Dx(), r.Dy()) {
		return []image.Rectangle{r}
	}
	top, foot := r.Min.Y+deep, r.Max.Y-deep
	return []image.Rectangle{
		image.Rect(r.Min.X, r.Min.Y, r.Max.X, top), image.Rect(r.Min.X, foot, r.Max.X, r.Max.Y),
		image.Rect(r.Min.X, top, r.Min.X+s.Width, foot), image.Rect(r.Max.X-s.Width, top, r.Max.X, foot),
	}
}

// merge joins rectangles until none overlaps another.
func merge(rects []image.Rectangle, bounds image.Rectangle) []image.Rectangle {
	var apart []image.Rectangle
	for _, r := range rects {
		r = r.Intersect(bounds)
		if r.Empty() {
			continue
		}
		for again := true; again; {
			again = false
			for i, a := range apart {
				if a.Overlaps(r) {
					r = r.Union(a)
					apart = append(apart[:i], apart[i+1:]...)
					again = true
					break
				}
			}
		}
		apart = append(apart, r)
	}
	if len(apart) <= most {
		return apart
	}
	all := image.Rectangle{}
	for _, r := range apart {
		all = all.Union(r)
	}
	return []image.Rectangle{all}
}
