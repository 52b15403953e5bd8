package layout_test

import (
	"image"
	"testing"

	"example.org/totem/locale"
	"example.org/totem/typeset"
	"example.org/totem/ui/layout"
	"example.org/totem/ui/look"
)

func TestAnAimStandsAtItsPlaceAndItsWordsAway(t *testing.T) {
	set, err := typeset.New()
	if err != nil {
		t.Fatal(err)
	}
	text := "Touch the middle of the cross and hold your finger still until the ring turns blue"
	for _, panel := range []look.Panel{
		look.Reference(), {Width: 1920, Height: 1080, PixelsPerMM: 4.03}, {Width: 480, Height: 800, PixelsPerMM: 5.6}, {Width: 800, Height: 480, PixelsPerMM: 5.2},
		{Width: 1024, Height: 600, PixelsPerMM: 6.6}, {Width: 2160, Height: 3840, PixelsPerMM: 5.6},
	} {
		for _, at := range [][2]float64{{0.125, 0.125}, {0.875, 0.125}, {0.875, 0.875}, {0.125, 0.875}, {0.5, 0.5}} {
			plan := layout.PlaceAim(set, panel, layout.Aim{X: at[0], Y: at[1], Number: 5, Of: 5, Text: text, Lang: locale.English})
			if len(plan.Controls) > 0 || len(plan.Misfits) > 0 || plan.Shapes[0].Rect != plan.Bounds {
				t.Errorf("%v at %v: %d controls, misfits %v", panel, at, len(plan.Controls), plan.Misfits)
			}
			ring := plan.Shapes[1]
			middle := ring.Rect.Min.Add(ring.Rect.Size().Div(2))
			want := image.Pt(int(at[0]*float64(panel.Width-1)), int(at[1]*float64(panel.Height-1)))
			if off := middle.Sub(want); max(off.X, -off.X, off.Y, -off.Y) > 1 {
				t.Errorf("%v at %v: the ring's middle is %v, want %v", panel, at, middle, want)
			}
			if mm := panel.Scale().Millimetres(ring.Rect.Dx()); mm < 15 || ring.Rect.Dx() != ring.Rect.Dy() || ring.Radius < ring.Rect.Dx()/2-1 {
				t.Errorf("%v: a ring of %v, %.1f mm", panel, ring.Rect, mm)
			}
			words := 0
			for _, s := range plan.Shapes {
				if s.Kind != layout.Text {
					continue
				}
				words++
				if s.Rect.Overlaps(ring.Rect.Inset(-panel.Scale().MM(3))) || !s.Rect.In(plan.Bounds) {
					t.Errorf("%v at %v: %q stands at %v, the ring at %v", panel, at, s.Words, s.Rect, ring.Rect)
				}
			}
			if words < 2 {
				t.Errorf("%v at %v: %d lines", panel, at, words)
			}
		}
	}
}

func TestAFingerIsShownWhereItWasFound(t *testing.T) {
	set, err := typeset.New()
	if err != nil {
		t.Fatal(err)
	}
	bare := layout.PlaceAim(set, look.Reference(), layout.Aim{X: 0.5, Y: 0.5, Text: "Touch"})
	held := layout.PlaceAim(set, look.Reference(), layout.Aim{X: 0.5, Y: 0.5, Text: "Touch", Held: true})
	found := layout.PlaceAim(set, look.Reference(), layout.Aim{X: 0.5, Y: 0.5, Text: "Touch", Touched: true, FoundX: 0.25, FoundY: 2})
	if bare.Shapes[1] == held.Shapes[1] || bare.Shapes[1].Rect != held.Shapes[1].Rect {
		t.Error("a held aim looks like any other")
	}
	if n := len(found.Shapes) - len(bare.Shapes); n != 2 {
		t.Fatalf("%d shapes more", n)
	}
	line := found.Shapes[len(found.Shapes)-1].Rect
	if x := (line.Min.X + line.Max.X) / 2; x < 267 || x > 271 || !line.Overlaps(found.Bounds) {
		t.Errorf("a finger at a quarter of the width, below the glass, is shown at %v", line)
	}
}
