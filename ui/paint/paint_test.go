package paint_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"example.org/totem/internal/scenes"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/typeset"
	"example.org/totem/ui/layout"
	"example.org/totem/ui/look"
	"example.org/totem/ui/paint"
)

var update = flag.Bool("update", false, "rewrite the golden pictures")

// shared is one setter for all tests: what it has set once it need not set again.
var shared = sync.OnceValues(typeset.New)

func setter(t testing.TB) *typeset.Setter {
	t.Helper()
	set, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func screen(t testing.TB, panel look.Panel, name string) kiosk.Screen {
	t.Helper()
	return screenIn(t, locale.Italian, panel, name)
}

func screenIn(t testing.TB, lang locale.Lang, panel look.Panel, name string) kiosk.Screen {
	t.Helper()
	for _, s := range scenes.All() {
		if s.Name == name {
			got, err := s.Screen(lang, panel.Landscape())
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
	}
	t.Fatalf("no scene %q", name)
	return kiosk.Screen{}
}

// TestScreensLookAsTheyDid paints trees that are kept beside their pictures, so that only a change of the look is
// told here; the words of the screens are the kiosk's. With -update both are made anew from the kiosk's scenes.
func TestScreensLookAsTheyDid(t *testing.T) {
	upright, wide := look.Panel{Width: 540, Height: 960}, look.Panel{Width: 960, Height: 540}
	for file, want := range map[string]struct {
		panel look.Panel
		scene string
		lang  locale.Lang // "": Italian
	}{
		"start": {panel: upright, scene: "start"}, "times": {panel: upright, scene: "times"},
		"paper-failed": {panel: upright, scene: "paper-failed"}, "number": {panel: upright, scene: "number"},
		"start-no-clock": {panel: upright, scene: "start-no-clock"}, "start-contrast": {panel: upright, scene: "start-contrast"},
		"times-wide": {panel: wide, scene: "times"}, "paper-failed-contrast-wide": {panel: wide, scene: "paper-failed-contrast"},
		"refill": {panel: upright, scene: "refill-paper-in"}, "refill-en": {panel: upright, scene: "refill", lang: locale.English},
		"refill-wide": {panel: wide, scene: "refill-paper-in"}, "refill-contrast": {panel: upright, scene: "refill-contrast"},
		"refill-turn": {panel: upright, scene: "refill-turn"}, "strip": {panel: upright, scene: "strip"},
		"strip-contrast-wide": {panel: wide, scene: "strip-contrast", lang: locale.English},
		"printing-late":       {panel: upright, scene: "printing-late"}, "reprinting-late-wide": {panel: wide, scene: "reprinting-late"},
		"paper-failed-ready": {panel: upright, scene: "paper-failed-ready"},
	} {
		path := filepath.Join("testdata", file)
		if *update {
			keep(t, path+".json", screenIn(t, cmp.Or(want.lang, locale.Italian), want.panel, want.scene))
		}
		got, err := paint.Picture(setter(t), want.panel, kept(t, path+".json"))
		if err != nil {
			t.Fatal(err)
		}
		golden(t, path+".png", got)
	}
}

func keep(t *testing.T, path string, s kiosk.Screen) {
	t.Helper()
	data, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(data, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

func kept(t *testing.T, path string) (s kiosk.Screen) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

func golden(t *testing.T, path string, got *image.RGBA) {
	t.Helper()
	if *update {
		var b bytes.Buffer
		if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, got); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	want, ok := picture.(*image.RGBA)
	if !ok || want.Rect != got.Rect {
		t.Fatalf("%s: %v, want opaque dots in %v", path, picture.Bounds(), got.Rect)
	}
	// Other processors may round the outlines of letters otherwise by one.
	tolerance := 2
	if runtime.GOARCH == "amd64" {
		tolerance = 0
	}
	worst, at := 0, 0
	for i := range got.Pix {
		if off := max(int(want.Pix[i])-int(got.Pix[i]), int(got.Pix[i])-int(want.Pix[i])); off > worst {
			worst, at = off, i/4
		}
	}
	if worst > tolerance {
		wide := got.Rect.Dx()
		t.Errorf("%s: dots differ by up to %d of 255, most at (%d,%d); after a wanted change: go test ./ui/paint -update, and look",
			path, worst, at%wide, at/wide)
	}
}

func TestAMinuteThatPassesRepaintsOnlyTheClock(t *testing.T) {
	set := setter(t)
	before := screen(t, look.Reference(), "start")
	after := screen(t, look.Reference(), "start")
	header := &after.Root.Children[0]
	for i, b := range header.Children {
		if b.Role == kiosk.RoleClock {
			header.Children[i].Text = "9:42"
		}
	}
	panel := look.Reference()
	damaged := paint.Damage(layout.Place(set, panel, before, ""), layout.Place(set, panel, after, ""))
	if len(damaged) != 1 || !damaged[0].In(image.Rect(860, 0, 1080, 187)) {
		t.Errorf("damaged %v, want one rectangle around the clock", damaged)
	}
	same := paint.Damage(layout.Place(set, panel, before, ""), layout.Place(set, panel, before, ""))
	if len(same) != 0 {
		t.Errorf("nothing changed, and %v is damaged", same)
	}
}

// TestRepaintingTheDamageIsPaintingTheScreen goes from one screen, painted whole, to another by its damage. What holds
// of every pair holds of every row of screens.
func TestRepaintingTheDamageIsPaintingTheScreen(t *testing.T) {
	type shown struct {
		plan  *layout.Plan
		frame *image.RGBA
	}
	set := setter(t)
	panel := look.Panel{Width: 240, Height: 427} // small and quick
	all := scenes.All()
	painted := map[string]shown{}
	draw := func(rt *rapid.T, which string) shown {
		scene := rapid.SampledFrom(all).Draw(rt, which)
		language := rapid.SampledFrom(locale.Languages()).Draw(rt, "language")
		pressed := rapid.SampledFrom([]string{"", "key-help"}).Draw(rt, "pressed")
		key := scene.Name + string(language) + pressed
		if s, ok := painted[key]; ok {
			return s
		}
		screen, err := scene.Screen(language, false)
		if err != nil {
			rt.Fatal(err)
		}
		s := shown{layout.Place(set, panel, screen, pressed), image.NewRGBA(image.Rect(0, 0, panel.Width, panel.Height))}
		paint.Paint(set, s.frame, s.plan)
		painted[key] = s
		return s
	}
	rapid.Check(t, func(rt *rapid.T) {
		before, after := draw(rt, "before"), draw(rt, "after")
		frame := image.NewRGBA(before.frame.Rect)
		copy(frame.Pix, before.frame.Pix)
		for _, r := range paint.Damage(before.plan, after.plan) {
			paint.Paint(set, frame.SubImage(r).(*image.RGBA), after.plan)
		}
		if !bytes.Equal(after.frame.Pix, frame.Pix) {
			rt.Fatal("the repainted frame is not the painted one")
		}
	})
}

func TestAPanelThatCannotBeIsNotPainted(t *testing.T) {
	if _, err := paint.Picture(setter(t), look.Panel{}, kiosk.Screen{}); err == nil {
		t.Error("it was")
	}
}

func BenchmarkFullFrame(b *testing.B) {
	set := setter(b)
	plan := layout.Place(set, look.Reference(), screen(b, look.Reference(), "times"), "")
	frame := image.NewRGBA(plan.Bounds)
	for b.Loop() {
		paint.Paint(set, frame, plan)
	}
}

func BenchmarkLayout(b *testing.B) {
	set := setter(b)
	s := screen(b, look.Reference(), "times")
	for b.Loop() {
		layout.Place(set, look.Reference(), s, "")
	}
}
