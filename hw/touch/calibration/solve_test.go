package calibration_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.org/totem/hw/touch/calibration"
)

// told returns the touches that a panel of a matrix tells, each in the middle of its aim.
func told(m calibration.Matrix, aims ...calibration.Point) []calibration.Touch {
	var touches []calibration.Touch
	for _, aim := range aims {
		x, y, _ := m.Invert(aim.X, aim.Y)
		touches = append(touches, calibration.Touch{Told: calibration.Point{X: x, Y: y}, Aim: aim})
	}
	return touches
}

func five(m calibration.Matrix) []calibration.Touch {
	aims := calibration.Aims()
	return told(m, aims[:]...)
}

// farthest is how far two matrices are apart at most, anywhere on the glass.
func farthest(a, b calibration.Matrix) float64 {
	worst := 0.0
	for _, corner := range []calibration.Point{{X: 0, Y: 0}, {X: 1, Y: 0}, {X: 0, Y: 1}, {X: 1, Y: 1}} {
		x, y, _ := a.Invert(corner.X, corner.Y)
		gotX, gotY := b.Apply(x, y)
		worst = max(worst, math.Abs(gotX-corner.X), math.Abs(gotY-corner.Y))
	}
	return worst
}

func TestEveryPanelIsFoundBackFromItsTouches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := sane(t)
		touches := five(m)
		if rapid.Bool().Draw(t, "three") {
			touches = touches[:3]
		}
		s, err := calibration.Solve(touches)
		if err != nil || farthest(m, s.Matrix) > 1e-9 || len(s.Off) != len(touches) {
			t.Fatalf("%v was found as %+v (%v)", m, s, err)
		}
	})
}

// comfortable draws a matrix that is sane by a margin.
func comfortable(t *rapid.T) calibration.Matrix {
	for {
		m := sane(t)
		ok := true
		for i := range m {
			for _, by := range []float64{-0.04, 0.04} {
				moved := m
				moved[i] += by
				ok = ok && moved.Check() == nil
			}
		}
		if ok {
			return m
		}
	}
}

func TestHandsThatAreALittleBesideTheAimsDoLittle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := comfortable(t)
		touches := five(m)
		by := rapid.Float64Range(-0.006, 0.006) // nearly 2 mm of 268
		for i := range touches {
			hit := touches[i].Aim
			hit.X, hit.Y = hit.X+by.Draw(t, "x"), hit.Y+by.Draw(t, "y")
			touches[i].Told = told(m, hit)[0].Told
		}
		s, err := calibration.Solve(touches)
		if err != nil || farthest(m, s.Matrix) > 0.02 {
			t.Fatalf("%v was found as %v, %.4f apart (%v)", m, s.Matrix, farthest(m, s.Matrix), err)
		}
		for _, off := range s.Off {
			if max(math.Abs(off.X), math.Abs(off.Y)) > 0.01 { // the middle is judged by five hands at once: 1.6 times as far
				t.Fatalf("a touch lies %v from its aim", off)
			}
		}
	})
}

func TestOneTouchFarFromItsAimIsFoundOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := sane(t)
		touches := five(m)
		odd := rapid.IntRange(0, 4).Draw(t, "odd")
		way := rapid.Float64Range(0.04, 0.3).Draw(t, "by") * rapid.SampledFrom([]float64{-1, 1}).Draw(t, "way")
		hit := touches[odd].Aim
		hit.X += way
		touches[odd].Told = told(m, hit)[0].Told
		_, err := calibration.Solve(touches)
		var r *calibration.Refusal
		if !errors.As(err, &r) || r.Sentence == "" {
			t.Fatalf("touch %d was %v beside its aim: %v", odd+1, way, err)
		}
		if r.Again != nil && !slices.Contains(r.Again, odd+1) {
			t.Fatalf("touch %d was beside its aim, and %v are to be touched again: %v", odd+1, r.Again, err)
		}
	})
}

func TestWildTouchesAreNeverACalibration(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		aims := calibration.Aims()
		var touches []calibration.Touch
		place := rapid.Float64Range(-3, 3)
		for _, aim := range aims[:rapid.IntRange(0, 5).Draw(t, "touches")] {
			touches = append(touches, calibration.Touch{Told: calibration.Point{X: place.Draw(t, "x"), Y: place.Draw(t, "y")}, Aim: aim})
		}
		s, err := calibration.Solve(touches)
		if err != nil {
			return
		}
		if err := s.Matrix.Check(); err != nil || len(touches) < 3 {
			t.Fatalf("%d touches: %v", len(touches), err)
		}
		for i, off := range s.Off {
			if max(math.Abs(off.X), math.Abs(off.Y)) > 0.03 {
				t.Fatalf("touch %d lies %v from its aim", i+1, off)
			}
		}
	})
}

func TestARefusalSaysWhatIsWrong(t *testing.T) {
	whole := calibration.Identity()
	beside := func(n int, x, y float64) []calibration.Touch {
		touches := five(whole)
		touches[n-1].Told.X += x
		touches[n-1].Told.Y += y
		return touches
	}
	twice := five(whole)
	twice[2].Told = twice[1].Told
	line := five(whole)
	for i := range line {
		line[i].Told.Y = 0.5 + line[i].Told.X/10
		line[i].Told.X += 0.05 * float64(i)
	}
	nowhere := beside(4, math.NaN(), 0)
	bent := five(whole)
	bent[0].Told.X, bent[1].Told.Y, bent[4].Told.X = 0.3, 0.3, 0.4
	half := five(calibration.Matrix{0.6, 0, 0.2, 0, 1, 0})
	aside := told(whole, calibration.Point{X: 0.1, Y: 0.1}, calibration.Point{X: 0.9, Y: 0.1}, calibration.Point{X: 0.1, Y: 0.9})
	for i := range aside {
		aside[i].Told.X += 0.3
	}
	corner := aside[0].Aim
	one := slices.Clone(aside)
	for i := range one {
		one[i].Aim = corner
	}
	for name, tt := range map[string]struct {
		touches []calibration.Touch
		want    string
		again   []int
	}{
		"two touches":                {five(whole)[:2], "three touches", nil},
		"twice the same aim":         {twice, "2 and 3 at the same place", []int{2, 3}},
		"all on one line":            {line, "on one line", nil},
		"a touch that is no place":   {nowhere, "touch 4 lies far beside", []int{4}},
		"the middle elsewhere":       {beside(5, 0, 0.06), "touch 5", []int{5}},
		"a corner elsewhere":         {beside(2, 0.06, 0), "touch 2 or 4", []int{2, 4}},
		"the other corner elsewhere": {beside(3, 0, -0.1), "touch 1 or 3", []int{1, 3}},
		"everything a little":        {bent, "disagree by", nil},
		"a panel that is too large":  {half, "0.60 times across", nil},
		"a panel that lies aside":    {aside, "upper right corner", nil},
		"all aims in one place":      {one, "", nil},
		"no touch at all":            {nil, "three touches", nil},
	} {
		_, err := calibration.Solve(tt.touches)
		var r *calibration.Refusal
		if !errors.As(err, &r) || !strings.Contains(r.Error(), tt.want) || !slices.Equal(r.Again, tt.again) {
			t.Errorf("%s: %v, again %+v", name, err, r)
		}
	}
}
