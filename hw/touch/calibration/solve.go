package calibration

import (
	"fmt"
	"math"
	"slices"
)

// Point is a place in parts of width and height, from the upper left corner.
type Point struct{ X, Y float64 }

// Touch is one touch in the middle of an aim.
type Touch struct {
	Told Point // by the panel, before any calibration
	Aim  Point // on the glass
}

// Aims returns where the five aims of a calibration stand on the glass, in the order in which they are touched: around it,
// then its middle, by which the others are judged.
func Aims() [5]Point {
	return [5]Point{{rim, rim}, {1 - rim, rim}, {1 - rim, 1 - rim}, {rim, 1 - rim}, {0.5, 0.5}}
}

// rim is how far from the edges of the glass the aims stand. Panels are least true near their edges.
const rim = 0.125

// Solution is a matrix and how well it meets the touches that it was found from.
type Solution struct {
	Matrix Matrix
	// Off is, for each touch, where the matrix puts it, seen from its aim. It is nothing for three touches, which any
	// matrix meets.
	Off []Point
}

// Refusal is why a calibration was not taken.
type Refusal struct {
	Sentence string // what is wrong, for a technician; no trailing full stop
	// Again are the touches, from 1, of which one disagrees with all others: it does to repeat these. Nil: all of them. Two
	// corners across from each other cannot be told apart: the middle and the other two corners fit either.
	Again []int
}

// Error returns the sentence.
func (r *Refusal) Error() string { return r.Sentence }

// What touches may be. The limits are parts of the glass, or of what the panel can tell where that is said.
const (
	mostOff     = 0.03 // from its aim, by the matrix of the other touches: 8 mm of 268
	agreedOff   = 0.01 // from its aim, for touches that are one another's witnesses
	leastApart  = 0.04 // of what the panel tells: between two touches
	leastSpread = 0.04 // of what the panel tells: around the line that lies nearest to all touches
)

// Solve returns the matrix that brings touches to their aims: three exactly, more as nearly as can be by the sum of
// squares. Of four or more, each is also judged by the others. An error is a [*Refusal].
func Solve(touches []Touch) (Solution, error) {
	if len(touches) < 3 {
		return Solution{}, &Refusal{Sentence: fmt.Sprintf("a calibration needs three touches or more: these are %d", len(touches))}
	}
	if r := checkTold(touches); r != nil {
		return Solution{}, r
	}
	f, ok := fit(touches)
	if !ok {
		return Solution{}, &Refusal{Sentence: "the panel told all touches on one line: a part of it does not feel, or it is damaged"}
	}
	if worst := f.worst(touches); !(worst <= mostOff) {
		return Solution{}, disagreement(touches, worst)
	}
	if err := f.matrix.Check(); err != nil {
		return Solution{}, &Refusal{Sentence: err.Error()}
	}
	s := Solution{Matrix: f.matrix}
	for _, t := range touches {
		s.Off = append(s.Off, f.off(t))
	}
	return s, nil
}

// checkTold refuses touches that are no places, and two that the panel told at the same one.
func checkTold(touches []Touch) *Refusal {
	for i, t := range touches {
		for _, v := range []float64{t.Told.X, t.Told.Y, t.Aim.X, t.Aim.Y} {
			if !(v >= -1 && v <= 2) {
				return &Refusal{Sentence: fmt.Sprintf("touch %d lies far beside the panel", i+1), Again: []int{i + 1}}
			}
		}
		for j, other := range touches[:i] {
			if math.Hypot(t.Told.X-other.Told.X, t.Told.Y-other.Told.Y) < leastApart {
				return &Refusal{Sentence: fmt.Sprintf("the panel told touches %d and %d at the same place: the same aim was touched twice, or something presses on the glass",
					j+1, i+1), Again: []int{j + 1, i + 1}}
			}
		}
	}
	return nil
}

// disagreement says which touches are out of line with the rest.
func disagreement(touches []Touch, worst float64) *Refusal {
	var odd []int
	if len(touches) > 4 { // one less than four fits whatever it is
		for i := range touches {
			if agree(slices.Delete(slices.Clone(touches), i, i+1)) {
				odd = append(odd, i+1)
			}
		}
	}
	switch len(odd) {
	case 1:
		return &Refusal{Again: odd, Sentence: fmt.Sprintf("touch %d does not lie where the others say: it was not in the middle of its aim, or the panel is not even there", odd[0])}
	case 2:
		return &Refusal{Again: odd, Sentence: fmt.Sprintf("touch %d or %d does not lie where the others say: it was not in the middle of its aim, or the panel is not even there", odd[0], odd[1])}
	}
	return &Refusal{Sentence: fmt.Sprintf("the touches disagree by %.0f per cent of the glass: some were not in the middle of their aims, or the panel is bent or broken", 100*worst)}
}

// agree reports whether one sane matrix meets all touches well.
func agree(touches []Touch) bool {
	f, ok := fit(touches)
	return ok && f.matrix.Check() == nil && !slices.ContainsFunc(touches, func(t Touch) bool {
		off := f.off(t)
		return !(max(math.Abs(off.X), math.Abs(off.Y)) <= agreedOff)
	})
}
