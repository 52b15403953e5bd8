//go:build !race

package layout_test

import (
	"fmt"
	"image"
	"slices"
	"testing"

	"example.org/totem/internal/scenes"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/ui/layout"
)

// TestTheKeysWalkThroughEveryScreenInEveryLanguage holds every ring of every screen against its neighbours, and measures each
// in one theme after the other, so that every control of a screen is seen in all of them.
func TestTheKeysWalkThroughEveryScreenInEveryLanguage(t *testing.T) {
	set, panel := setter(t), hung()[0]
	for i, s := range scenes.All() {
		for j, l := range locale.Languages() {
			t.Run(s.Name+" "+string(l), func(t *testing.T) {
				screen := keyedScene(t, s, panel, scenes.Setting{Lang: l})
				themes := kiosk.Themes()
				for k, c := range walk(t, panel, screen).Controls {
					if (i+j+k)%3 != 0 {
						continue
					}
					screen.Theme, screen.Focus = themes[(j+k)%len(themes)], ""
					plain := layout.Place(set, panel, screen, "")
					screen.Focus = c.ID
					standsOut(t, panel, layout.Place(set, panel, screen, ""), plain, string(screen.Theme)+" "+c.ID)
				}
			})
		}
	}
}

// TestTheKeysWalkThroughScreensOfEverySizeOfTextAndInReach takes sizes, languages, panels and the layout of low reach in turn.
func TestTheKeysWalkThroughScreensOfEverySizeOfTextAndInReach(t *testing.T) {
	panels := hung()
	for i, s := range scenes.All() {
		for j, text := range kiosk.Texts() {
			if (i+j)%5 != 0 {
				continue
			}
			langs, themes, panel := locale.Languages(), kiosk.Themes(), panels[(i+j)%len(panels)]
			look := kiosk.Look{Text: text, Theme: themes[(i+2*j)%len(themes)], Low: (i+j/2)%2 == 0}
			l := langs[(i+3*j)%len(langs)]
			t.Run(fmt.Sprintf("%s %s %d×%d %+v", s.Name, l, panel.Width, panel.Height, look), func(t *testing.T) {
				walk(t, panel, keyedScene(t, s, panel, scenes.Setting{Lang: l, Look: look}))
			})
		}
	}
}

// TestTheHintStandsInOnePlaceAndMovesNoAccessKey sets screens with a hint and without.
func TestTheHintStandsInOnePlaceAndMovesNoAccessKey(t *testing.T) {
	set := setter(t)
	for _, panel := range hung() {
		bands, hints := map[image.Rectangle]string{}, 0
		for i, s := range scenes.All() {
			if i%6 != 0 {
				continue
			}
			screen := keyedScene(t, s, panel, scenes.Setting{})
			at := slices.IndexFunc(screen.Root.Children, func(b kiosk.Box) bool { return b.Role == kiosk.RoleHint })
			if at < 0 {
				continue
			}
			with := layout.Place(set, panel, screen, "")
			said := screen.Root.Children[at].Children[0].Text
			screen.Root.Children = slices.Delete(slices.Clone(screen.Root.Children), at, at+1)
			without := layout.Place(set, panel, screen, "")
			for _, c := range without.Controls {
				if now, _ := with.Find(c.ID); c.Role == kiosk.RoleKey && now.Rect != c.Rect {
					t.Errorf("%s: %s is at %v with a hint, else at %v", s.Name, c.ID, now.Rect, c.Rect)
				}
			}
			for n, shape := range with.Shapes {
				if shape.Words == said { // its band and the line along that come just before
					bands[with.Shapes[n-2].Rect.Union(with.Shapes[n-1].Rect)] = s.Name
					hints++
				}
			}
		}
		if len(bands) != 1 || hints < 5 {
			t.Errorf("%d×%d: %d hints stand in %v", panel.Width, panel.Height, hints, bands)
		}
	}
}
