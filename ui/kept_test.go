//go:build !race

package ui_test

import (
	"flag"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/totem/internal/golden"
	"example.org/totem/internal/scenes"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/typeset"
	"example.org/totem/ui/layout"
	"example.org/totem/ui/look"
	"example.org/totem/ui/paint"
)

var update = flag.Bool("update", false, "write the digests and pictures of the screens anew")

// shown is a scene as one citizen sees it.
type shown struct {
	scene string
	lang  locale.Lang
	look  kiosk.Look
	panel look.Panel
	long  bool // in an office whose texts are as long as its file allows
}

// painter paints scenes. It belongs to one goroutine.
type painter struct{ set *typeset.Setter }

func newPainter(t testing.TB) painter {
	t.Helper()
	set, err := typeset.New()
	if err != nil {
		t.Fatal(err)
	}
	return painter{set}
}

func (p painter) screen(t testing.TB, s shown) kiosk.Screen {
	t.Helper()
	for _, scene := range scenes.All() {
		if scene.Name == s.scene {
			screen, err := scene.Play(scenes.Setting{Lang: s.lang, Look: s.look, Room: layout.Room{Set: p.set, Panel: s.panel}, Long: s.long})
			if err != nil {
				t.Fatal(err)
			}
			return screen
		}
	}
	t.Fatalf("there is no scene %q", s.scene)
	return kiosk.Screen{}
}

func (p painter) paint(t testing.TB, s shown) *image.RGBA {
	t.Helper()
	picture, err := paint.Picture(p.set, s.panel, p.screen(t, s))
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

// The panels that pictures are kept of, all 15.4 or 21.5 inches.
func upright() look.Panel { p := look.Reference(); p.Bottom = 760; return p }
func wide() look.Panel {
	return look.Panel{Width: 1920, Height: 1080, PixelsPerMM: 4.03, Bottom: 860}
}
func smallWide() look.Panel {
	return look.Panel{Width: 1280, Height: 800, PixelsPerMM: 3.87, Bottom: 900}
}
func smallUpright() look.Panel {
	return look.Panel{Width: 800, Height: 1280, PixelsPerMM: 3.87, Bottom: 820}
}

func themeWord(t kiosk.Theme) string {
	if t == kiosk.Light {
		return "light"
	}
	return string(t)
}

// mostLeft is how many pictures of one table a failing test leaves behind.
const mostLeft = 6

// leave writes what a person needs to see to judge a mismatch, and says where.
func leave(t testing.TB, name string, got, want image.Image) {
	t.Helper()
	dir := filepath.Join("..", "build", "golden")
	path := filepath.Join(dir, name)
	pictures := map[string]image.Image{".got.png": got}
	if want != nil {
		dots, difference := golden.Compare(got, want)
		t.Logf("%s: %d dots differ", name, dots)
		pictures[".want.png"], pictures[".difference.png"] = want, difference
	}
	for suffix, p := range pictures {
		if err := golden.WritePNG(path+suffix, p); err != nil {
			t.Error(err)
		}
	}
	t.Logf("see %s.*.png", path)
}

// everyScreen is one scene for each screen there is: the first that ends on it.
func everyScreen(t *testing.T) (names []string) {
	t.Helper()
	seen := map[string]bool{}
	for _, scene := range scenes.All() {
		screen, err := scene.Play(scenes.Setting{Lang: locale.Italian})
		if err != nil {
			t.Fatal(err)
		}
		if !seen[screen.Name] {
			seen[screen.Name] = true
			names = append(names, scene.Name)
		}
	}
	return names
}

// TestEveryScreenIsPaintedAsItWasSeen holds the digest of every dot of every screen in every language and theme against
// the one that is kept. After a wanted change: go test ./ui -update, then look at make gallery and the kept pictures.
func TestEveryScreenIsPaintedAsItWasSeen(t *testing.T) {
	for _, l := range locale.Languages() {
		t.Run(string(l), func(t *testing.T) {
			t.Parallel()
			p, got := newPainter(t), golden.Digests{}
			for _, scene := range everyScreen(t) {
				for _, theme := range kiosk.Themes() {
					s := shown{scene: scene, lang: l, look: kiosk.Look{Theme: theme}, panel: upright()}
					got.Put(scene, themeWord(theme), golden.Digest(p.paint(t, s)))
				}
			}
			holds(t, p, got, string(l), func(name string) shown {
				scene, variant, _ := strings.Cut(name, " ")
				s := shown{scene: scene, lang: l, panel: upright()}
				if variant != "light" {
					s.look.Theme = kiosk.Theme(variant)
				}
				return s
			})
		})
	}
}

// mainScenes are those kept of the other panels too.
func mainScenes() []string {
	return []string{"start", "times", "take", "paper-failed", "code", "own", "record", "privacy", "help", "nothing-left"}
}

// TestTheMainScreensAreAsTheyWereSeenOnOtherPanels does the same for other panels, sizes of text and the low layout.
func TestTheMainScreensAreAsTheyWereSeenOnOtherPanels(t *testing.T) {
	panels := map[string]look.Panel{"1920x1080": wide(), "1280x800": smallWide(), "800x1280": smallUpright()}
	for size, panel := range panels {
		t.Run(size, func(t *testing.T) {
			t.Parallel()
			p, got := newPainter(t), golden.Digests{}
			all := map[string]shown{}
			for _, scene := range mainScenes() {
				for _, l := range locale.Languages() {
					looks := []kiosk.Look{{}, {Text: 200}, {Low: true}, {Theme: kiosk.HighContrast, Text: 150, Low: true}}
					if l != locale.Italian && l != "ar" { // in one language of each direction
						looks = looks[:1]
					}
					for _, look := range looks {
						variant := fmt.Sprintf("%s-%s-%d-%v", l, themeWord(look.Theme), look.Text.Percent(), look.Low)
						s := shown{scene: scene, lang: l, look: look, panel: panel}
						all[scene+" "+variant] = s
						got.Put(scene, variant, golden.Digest(p.paint(t, s)))
					}
				}
			}
			holds(t, p, got, size, func(name string) shown { return all[name] })
		})
	}
}

// holds compares digests with the kept ones of a name.
func holds(t *testing.T, p painter, got golden.Digests, name string, of func(string) shown) {
	t.Helper()
	path := filepath.Join("testdata", "digests", name+".txt")
	if *update {
		if err := got.Write(path); err != nil {
			t.Fatal(err)
		}
	}
	want, err := golden.ReadDigests(path)
	if err != nil {
		t.Fatal(err)
	}
	differ := got.Differ(want)
	for i, which := range differ {
		t.Errorf("%s: %s is painted otherwise", name, which)
		if s := of(which); i < mostLeft && s.scene != "" && got[s.scene] != nil {
			leave(t, name+"-"+strings.ReplaceAll(which, " ", "-"), p.paint(t, s), nil)
		}
	}
}

// TestThePicturesAreAsTheyWereSeen compares the pictures that a person looks through.
func TestThePicturesAreAsTheyWereSeen(t *testing.T) {
	p := newPainter(t)
	bytes := int64(0)
	for name, s := range pictures() {
		path := filepath.Join("testdata", name+".png")
		got := golden.Paletted(golden.Half(p.paint(t, s)))
		if *update {
			if err := golden.WritePNG(path, got); err != nil {
				t.Fatal(err)
			}
		}
		want, err := golden.ReadPNG(path)
		if err != nil {
			t.Fatal(err)
		}
		if dots, _ := golden.Compare(got, want); dots > 0 {
			t.Errorf("%s looks otherwise", name)
			leave(t, name, got, want)
		}
		if file, err := os.Stat(path); err == nil {
			bytes += file.Size()
		}
	}
	if n := len(pictures()); n < 40 || bytes > 8<<20 {
		t.Errorf("%d pictures of %d bytes are kept: want 40 or more, of 8 MiB or less", n, bytes)
	}
}
