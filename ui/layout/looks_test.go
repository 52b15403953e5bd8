//go:build !race

package layout_test

import (
	"fmt"
	"image"
	"image/color"
	"sync"
	"testing"

	"example.org/totem/internal/scenes"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/typeset"
	"example.org/totem/ui/layout"
	"example.org/totem/ui/look"
)

// looked is a scene as one citizen sees it.
type looked struct {
	name   string
	panel  look.Panel
	screen kiosk.Screen
	plan   *layout.Plan
}

// looks is a choice of all that can come together: every scene in the largest text on the reference panel, and sizes, panels,
// languages and themes in turn. No test may change it.
var looks = sync.OnceValues(func() (every []looked, err error) {
	set, err := shared()
	if err != nil {
		return nil, err
	}
	turn := 0
	for p, panel := range hung() {
		for i, s := range scenes.All() {
			for j, text := range kiosk.Texts() {
				if turn++; turn%[]int{2, 6, 6, 6}[p] != 0 && (p > 0 || text < 200) {
					continue
				}
				langs, themes := locale.Languages(), kiosk.Themes()
				in := scenes.Setting{
					Lang: langs[(i+3*j+p)%len(langs)], Room: roomOf(set, panel),
					Look: kiosk.Look{Theme: themes[(i+j+p)%len(themes)], Text: text},
				}
				one, err := seen(set, s, in, panel)
				if err != nil {
					return nil, err
				}
				every = append(every, one)
			}
		}
	}
	return every, nil
})

func seen(set *typeset.Setter, s scenes.Scene, in scenes.Setting, panel look.Panel) (looked, error) {
	screen, err := s.Play(in)
	if err != nil {
		return looked{}, err
	}
	name := fmt.Sprintf("%s/%s/%d×%d/%+v", s.Name, in.Lang, panel.Width, panel.Height, in.Look)
	return looked{name, panel, screen, layout.Place(set, panel, screen, "")}, nil
}

func inEveryLook(t *testing.T, check func(t *testing.T, one looked)) {
	t.Helper()
	every, err := looks()
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range every {
		t.Run(one.name, func(t *testing.T) { check(t, one) })
	}
}

func TestEveryLanguageFitsEveryScreenDrawnAndInTheLargestText(t *testing.T) {
	set, panel := setter(t), hung()[0]
	for _, s := range scenes.All() {
		for _, l := range locale.Languages() {
			for _, text := range []kiosk.Text{100, 200} {
				in := scenes.Setting{Lang: l, Room: roomOf(set, panel), Look: kiosk.Look{Text: text}}
				one, err := seen(set, s, in, panel)
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range one.plan.Misfits {
					t.Errorf("%s: %s %s %q: %s", one.name, m.Role, m.ID, m.Text, m.Why)
				}
			}
		}
	}
}

// TestTheLongestTextsThatAnOfficeMayWriteFit leaves out German in large letters: its longest words are wider than the glass.
func TestTheLongestTextsThatAnOfficeMayWriteFit(t *testing.T) {
	set, panel := setter(t), hung()[0]
	sizes := map[kiosk.Text][]locale.Lang{100: locale.Languages(), 150: {locale.Italian, "ar", "bn"}}
	for text, langs := range sizes {
		for _, l := range langs {
			for _, s := range scenes.All() {
				in := scenes.Setting{Lang: l, Room: layout.Room{Set: set, Panel: panel}, Look: kiosk.Look{Text: text}, Long: true}
				one, err := seen(set, s, in, panel)
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range one.plan.Misfits {
					t.Errorf("%s: %s %s %q: %s", one.name, m.Role, m.ID, m.Text, m.Why)
				}
			}
		}
	}
}

func TestCapitalsOfEveryTextHaveTheirLeastHeightOnThePanel(t *testing.T) {
	set := setter(t)
	inEveryLook(t, func(t *testing.T, one looked) {
		least := 4.8
		if one.screen.Text.Percent() == 200 {
			least = 7.33
		}
		for _, s := range one.plan.Shapes {
			if s.Kind != layout.Text {
				continue
			}
			capital := set.Measure("H", typeset.Style{Size: s.Style.Size, Weight: s.Style.Weight}).Capital
			if got := capital / one.panel.PixelsPerMM; got < least-0.01 {
				t.Errorf("%q: capitals of %.2f mm, want %.2f", s.Words, got, least)
			}
		}
	})
}

func TestTextStandsOutInEveryTheme(t *testing.T) {
	inEveryLook(t, func(t *testing.T, one looked) {
		least := 7.0
		if one.screen.Theme == kiosk.LowContrast {
			least = 4.5
		}
		for i, s := range one.plan.Shapes {
			if s.Kind != layout.Text && s.Kind != layout.Icon {
				continue
			}
			var under color.RGBA
			for _, b := range one.plan.Shapes[:i] {
				if b.Kind == layout.Block && b.Fill.A != 0 && core(s).Overlaps(b.Rect) {
					under = b.Fill
				}
			}
			if got := look.Contrast(s.Fill, under); got < least {
				t.Errorf("%q: %v on %v is %.1f:1", s.Words, s.Fill, under, got)
			}
		}
	})
}

func TestAccessKeysStandInOnePlaceOnAllScreensOfALook(t *testing.T) {
	type where struct {
		panel look.Panel
		lang  locale.Lang
		look  kiosk.Look
		key   string
	}
	places := map[where]image.Rectangle{}
	inEveryLook(t, func(t *testing.T, one looked) {
		at := one.screen.Look
		at.Theme = kiosk.Light // colours move nothing
		for _, c := range one.plan.Controls {
			key := where{one.panel, one.screen.Lang, at, c.ID}
			if was, ok := places[key]; c.Role == kiosk.RoleKey && ok && was != c.Rect {
				t.Errorf("%s lies at %v, elsewhere at %v", c.ID, c.Rect, was)
			}
			places[key] = c.Rect
		}
	})
}

func TestEveryControlLiesInReachWhereThatIsWanted(t *testing.T) {
	set := setter(t)
	for b, bottom := range []float64{600, 760, 900} {
		for p, panel := range hung()[:2] {
			panel.Bottom = bottom
			from, to, ok := panel.Reach()
			if !ok {
				continue
			}
			for i, s := range scenes.All() {
				if i%3 != b { // each scene at one of the heights
					continue
				}
				langs, texts := locale.Languages(), kiosk.Texts()
				in := scenes.Setting{
					Lang: langs[(i+p)%len(langs)], Room: roomOf(set, panel),
					Look: kiosk.Look{Text: texts[i%2], Low: true},
				}
				one, err := seen(set, s, in, panel)
				if err != nil {
					t.Fatal(err)
				}
				for _, c := range one.plan.Controls {
					if c.Rect.Min.Y < from || c.Rect.Max.Y > to {
						t.Errorf("%s at %v mm: %s at %v is out of the rows %d to %d", one.name, bottom, c.ID, c.Rect, from, to)
					}
				}
			}
		}
	}
}

// TestALanguageFromRightToLeftStandsTheOtherWayRound sets one screen in a language of either direction: its words are the
// same, so everything must lie at the mirrored place.
func TestALanguageFromRightToLeftStandsTheOtherWayRound(t *testing.T) {
	set := setter(t)
	for p, panel := range hung() {
		for i, s := range scenes.All() {
			if i%len(hung()) != p { // each scene on one of the panels
				continue
			}
			screen, err := s.Play(scenes.Setting{Lang: locale.Arabic, Room: roomOf(set, panel)})
			if err != nil {
				t.Fatal(err)
			}
			plan := layout.Place(set, panel, screen, "")
			screen.Lang = locale.Italian
			plain := layout.Place(set, panel, screen, "")
			if len(plan.Controls) != len(plain.Controls) || len(plan.Shapes) != len(plain.Shapes) {
				t.Fatalf("%s: %d controls and %d shapes, else %d and %d", s.Name, len(plan.Controls), len(plan.Shapes), len(plain.Controls), len(plain.Shapes))
			}
			keys := false
			for i, c := range plan.Controls {
				was := plain.Controls[i].Rect
				if c.Role == kiosk.RolePad { // figures and addresses run from left to right everywhere
					keys = true
					if before := plan.Controls[max(i-1, 0)]; before.Role == c.Role && before.Rect.Min.Y == c.Rect.Min.Y && before.Rect.Min.X >= c.Rect.Min.X {
						t.Errorf("%s: %s stands at the right of %s", s.Name, before.ID, c.ID)
					}
					continue
				}
				if c.Rect.Min.X != panel.Width-was.Max.X || c.Rect.Min.Y != was.Min.Y || c.Rect.Size() != was.Size() {
					t.Errorf("%s: %s at %v, else at %v", s.Name, c.ID, c.Rect, was)
				}
			}
			for i, now := range plan.Shapes {
				if was := plain.Shapes[i]; now.Kind == layout.Block && !keys && (now.Rect.Min.X != panel.Width-was.Rect.Max.X || now.EdgeRight != (was.Edge > 0)) {
					t.Errorf("%s: a block at %v, else at %v", s.Name, now.Rect, was.Rect)
				}
				if now.Kind == layout.Text && now.At.X-now.Over != now.Rect.Min.X {
					t.Errorf("%s: %q begins at %d, its place is %v", s.Name, now.Words, now.At.X, now.Rect)
				}
			}
		}
	}
}
