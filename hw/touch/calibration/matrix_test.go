package calibration_test

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.org/totem/hw/touch/calibration"
)

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

func TestAMatrixReadsAsLibinputsManualHasIt(t *testing.T) {
	// A place of the panel, and where libinput's manual says that it comes to lie.
	for _, tt := range []struct {
		text           string
		x, y, toX, toY float64
	}{
		{"", 0.2, 0.3, 0.2, 0.3},
		{"1 0 0 0 1 0", 0.2, 0.3, 0.2, 0.3},
		{"0 -1 1 1 0 0", 0, 0, 1, 0}, // 90 degrees clockwise: the upper left corner becomes the upper right one
		{"rotate-90", 1, 0, 1, 1},
		{"rotate-180", 0.2, 0.3, 0.8, 0.7},
		{"rotate-270", 0, 0, 0, 1},
		{"mirror", 0.2, 0.3, 0.8, 0.3},
		{"mirror-rotate-180", 0.2, 0.3, 0.2, 0.7},
		{"mirror-rotate-270", 0.2, 0.3, 0.3, 0.2},
		{" 1.1\t0 -0.05  0 1.2 -1e-1 ", 0.5, 0.5, 0.5, 0.5},
	} {
		m, err := calibration.Parse(tt.text)
		if x, y := m.Apply(tt.x, tt.y); err != nil || !near(x, tt.toX) || !near(y, tt.toY) {
			t.Errorf("%q brings %v, %v to %v, %v (%v): want %v, %v", tt.text, tt.x, tt.y, x, y, err, tt.toX, tt.toY)
		}
	}
	if x, y := (calibration.Matrix{}).Apply(0.2, 0.3); x != 0.2 || y != 0.3 || (calibration.Matrix{}).String() != "1 0 0 0 1 0" {
		t.Error("a zero matrix is not the identity")
	}
}

func TestTurnsFollowEachOtherAndAMirrorTurnsThemRound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := rapid.Float64Range(0, 1).Draw(t, "x"), rapid.Float64Range(0, 1).Draw(t, "y")
		apply := func(words ...string) (float64, float64) {
			x, y := x, y
			for _, w := range words {
				m, err := calibration.Parse(w)
				if err != nil {
					t.Fatal(err)
				}
				x, y = m.Apply(x, y)
			}
			return x, y
		}
		for one, steps := range map[string][]string{
			"identity":   {"mirror", "mirror"},
			"rotate-180": {"rotate-90", "rotate-90"}, "rotate-270": {"rotate-90", "rotate-90", "rotate-90"},
			"mirror-rotate-90": {"mirror", "rotate-90"}, "mirror-rotate-180": {"mirror", "rotate-180"}, "mirror-rotate-270": {"mirror", "rotate-270"},
		} {
			ax, ay := apply(one)
			bx, by := apply(steps...)
			if !near(ax, bx) || !near(ay, by) {
				t.Fatalf("%s: %v, %v, but %v: %v, %v", one, ax, ay, steps, bx, by)
			}
		}
	})
}

func TestWhatIsNoCalibrationIsRefusedInPlainWords(t *testing.T) {
	for text, want := range map[string]string{
		"rotate-45":               "six numbers",
		"rotate-90 rotate-90":     "six numbers",
		"1 0 0 0 1":               "this one has 5",
		"1 0 0 0 1 0 0 0 1":       "this one has 9",
		"1 0 0 0 one 0":           `"one"`,
		"1 0 0 0 NaN 0":           `"NaN"`,
		"1 0 0 0 0x1p0 0":         `"0x1p0"`,
		"1 0 0 0 1e999 0":         `"1e999"`,
		"0 0 0 0 0 0":             "upper left corner",
		"1 1 0 1 1 0":             "one line",
		"1 0 0 0 0 0.5":           "one line",
		"0.7 -0.7 0.5 0.7 0.7 0":  "tilts",
		"1 0.3 0 0 1 0":           "tilts",
		"0.5 0 0.25 0 1 0":        "0.50 times across",
		"1 0 0 0 9 -4":            "9.00 times down",
		"1 0 0.4 0 1 0":           "upper left corner",
		"1 0 0 0 1 -0.2":          "lower left corner",
		"-1 0 0 0 1 0":            "upper right corner",
		"0 1 0 -1 0 0":            "lower left corner",
		"1e300 1e300 0 0 1e300 0": "",
	} {
		_, err := calibration.Parse(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// sane draws a matrix as a panel in front of a screen may have it.
func sane(t *rapid.T) calibration.Matrix {
	of := rapid.Float64Range
	return rapid.Custom(func(t *rapid.T) calibration.Matrix {
		w, h := of(0.8, 4.4).Draw(t, "across"), of(0.8, 4.4).Draw(t, "down")
		if rapid.Bool().Draw(t, "mirrored") {
			w = -w
		}
		if rapid.Bool().Draw(t, "upside down") {
			h = -h
		}
		m := calibration.Matrix{w, of(-0.1, 0.1).Draw(t, "shear"), 0, of(-0.1, 0.1).Draw(t, "tilt"), h, 0}
		if rapid.Bool().Draw(t, "on its side") {
			m[0], m[1], m[3], m[4] = m[1], m[0], m[4], m[3]
		}
		// The middle of the glass is told from near the middle of what the panel uses.
		x, y := of(0.3, 0.7).Draw(t, "x"), of(0.3, 0.7).Draw(t, "y")
		m[2], m[5] = 0.5-m[0]*x-m[1]*y, 0.5-m[3]*x-m[4]*y
		return m
	}).Filter(func(m calibration.Matrix) bool { return m.Check() == nil }).Draw(t, "matrix")
}

func TestTheTextOfAMatrixIsTheMatrix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := sane(t)
		if got, err := calibration.Parse(m.String()); err != nil || got != m {
			t.Fatalf("%q reads as %v (%v)", m.String(), got, err)
		}
		rounded := m.Rounded()
		for i, v := range m {
			if math.Abs(v-rounded[i]) > 5.1e-6 {
				t.Fatalf("%v rounded is %v", m, rounded)
			}
		}
		if len(rounded.String()) > 6*9+5 {
			t.Fatalf("%q is more than five places", rounded)
		}
	})
}

func TestInvertIsTheWayBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := sane(t)
		x, y := rapid.Float64Range(-1, 2).Draw(t, "x"), rapid.Float64Range(-1, 2).Draw(t, "y")
		if gotX, gotY, ok := m.Invert(m.Apply(x, y)); !ok || !near(x, gotX) || !near(y, gotY) {
			t.Fatalf("%v, %v came back as %v, %v", x, y, gotX, gotY)
		}
	})
	if _, _, ok := (calibration.Matrix{1, 1, 0, 1, 1, 0}).Invert(0, 0); ok {
		t.Error("a line has a way back")
	}
}

func FuzzAnyTextIsASaneMatrixOrARefusal(f *testing.F) {
	for _, seed := range []string{"", "1 0 0 0 1 0", "rotate-90", "mirror-rotate-270", "1.0213 -0.003 -0.011 0 1.1 -0.05", "0 0 0 0 0 0", "nan", "1e9 1 1 1 1 1", "-0 1 0 -1 -0 1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := calibration.Parse(text)
		if err != nil {
			return
		}
		again, err := calibration.Parse(m.String())
		if err != nil || again != m || m.Check() != nil {
			t.Errorf("%q is %v, and again %v (%v)", text, m, again, err)
		}
		if x, y := m.Apply(0.5, 0.5); math.IsNaN(x+y) || math.Abs(x) > 5 || math.Abs(y) > 5 {
			t.Errorf("%q brings the middle to %v, %v", text, x, y)
		}
	})
}
