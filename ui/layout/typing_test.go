//go:build !race

package layout_test

import (
	"testing"

	"example.org/totem/internal/scenes"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
)

// Where the panel does not hold what is typed on in large letters, they are smaller there: keys that lie on each other cannot be
// typed with.
func TestAContactCanBeTypedInTheLargestLettersOnEveryPanel(t *testing.T) {
	set, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	for _, panel := range hung() {
		room := roomOf(set, panel)
		for _, s := range scenes.All() {
			if s.Name != "contact-typed" && s.Name != "contact-mail-typed" {
				continue
			}
			for _, lang := range []locale.Lang{"it", "uk"} {
				screen, err := s.Play(scenes.Setting{Lang: lang, Room: room, Look: kiosk.Look{Text: 200}})
				if err != nil {
					t.Fatal(err)
				}
				if !room.Fits(screen) {
					t.Errorf("%d×%d: %s in %s does not fit", panel.Width, panel.Height, s.Name, lang)
				}
			}
		}
	}
}
