package layout_test

import (
	"image"
	"testing"

	"example.org/totem/internal/scenes"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/ui/layout"
)

func TestAStepThatIsDoneGetsATickInThePlaceOfItsNumberAndMovesNothing(t *testing.T) {
	set := setter(t)
	for name, panel := range panels() {
		plans := map[string]*layout.Plan{}
		for _, s := range scenes.All() {
			if s.Name == "refill" || s.Name == "refill-paper-in" {
				screen, err := s.Play(scenes.Setting{Lang: locale.Italian, Room: roomOf(set, panel)})
				if err != nil {
					t.Fatal(err)
				}
				plans[s.Name] = layout.Place(set, panel, screen, "")
			}
		}
		before, after := places(plans["refill"]), places(plans["refill-paper-in"])
		ticks := 0
		for what, at := range after {
			if was, ok := before[what]; ok && was != at {
				t.Errorf("%s: %s moved from %v to %v", name, what, was, at)
			}
		}
		for _, s := range plans["refill-paper-in"].Shapes {
			if s.Kind == layout.Icon && s.Words == "done" {
				ticks++
			}
		}
		if _, shown := after["2"]; shown || ticks != 2 {
			t.Errorf("%s: %d ticks, the number of the second step is still there: %t", name, ticks, shown)
		}
	}
}

// places are where the words and pictures of a plan lie.
func places(p *layout.Plan) map[string]image.Rectangle {
	at := map[string]image.Rectangle{}
	for _, s := range p.Shapes {
		if s.Kind == layout.Text || s.Kind == layout.Picture {
			at[s.Words] = s.Rect
		}
	}
	return at
}

func TestStepsAreOneBelowTheOtherOrTwoAbreastInReadingOrder(t *testing.T) {
	set := setter(t)
	for name, panel := range panels() {
		var steps []kiosk.Box
		for _, picture := range []string{"cover-open", "roll-in", "paper-pull"} {
			steps = append(steps, kiosk.Box{Role: kiosk.RoleStep, Children: []kiosk.Box{
				{Role: kiosk.RolePicture, Text: picture}, {Role: kiosk.RoleName, Text: picture + "."}}})
		}
		screen := kiosk.Screen{Root: kiosk.Box{Role: kiosk.RoleScreen, Children: []kiosk.Box{
			{Role: kiosk.RoleBody, Children: []kiosk.Box{{Role: kiosk.RoleSteps, Children: steps}}}}}}
		at := places(layout.Place(set, panel, screen, ""))
		first, second, third := at["cover-open"].Min, at["roll-in"].Min, at["paper-pull"].Min
		below := second.X == first.X && second.Y > first.Y
		if panel.Landscape() {
			below = second.X > first.X && second.Y == first.Y
		}
		if !below || third.X != first.X || third.Y <= first.Y {
			t.Errorf("%s: the steps lie at %v, %v, %v", name, first, second, third)
		}
	}
}
