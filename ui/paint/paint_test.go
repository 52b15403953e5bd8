package paint_test

import (
	"bytes"
	"cmp"
	"flag"
	"image"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"example.org/totem/internal/golden"
	"example.org/totem/internal/scenes"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/typeset"
	"example.org/totem/ui/canvas"
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

// screen is a scene as the panel shows it.
func screen(t testing.TB, panel look.Panel, name string, look kiosk.Look) kiosk.Screen {
	t.Helper()
	for _, s := range scenes.All() {
		if s.Name == name {
			got, err := s.Play(scenes.Setting{Look: look, Room: layout.Room{Set: setter(t), Panel: panel}})
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
	}
	t.Fatalf("no scene %q", name)
	return kiosk.Screen{}
}

// everything is a plan that holds each kind of shape in the colours of a theme.
func everything(theme look.Theme) *layout.Plan {
	plan := &layout.Plan{Bounds: image.Rect(0, 0, 640, 480)}
	add := func(s layout.Shape) { plan.Shapes = append(plan.Shapes, s) }
	block := func(x, y int, s layout.Shape) {
		s.Kind, s.Rect, s.Radius = layout.Block, image.Rect(x, y, x+136, y+56), 14
		add(s)
	}
	add(layout.Shape{Kind: layout.Block, Rect: plan.Bounds, Fill: theme.Ground})
	block(20, 20, layout.Shape{Fill: theme.Paper, Stroke: theme.Line, Width: 2})
	block(176, 20, layout.Shape{Stroke: theme.Line, Width: 2, Dash: true})
	block(332, 20, layout.Shape{Fill: theme.Brand})
	block(488, 20, layout.Shape{Fill: theme.Caution, Stroke: theme.CautionLine, Width: 2, Edge: 10, EdgeInk: theme.CautionEdge})
	for i, name := range canvas.Icons() {
		square := image.Rect(20+i*43, 92, 52+i*43, 124)
		add(layout.Shape{Kind: layout.Icon, Rect: square, Fill: theme.Ink, Words: name, Width: 3})
	}
	words := []string{"Carta d'identità 9:50", "Українська", "العربية", "বাংলা", "中文"}
	for i, text := range words {
		style := typeset.Style{Size: 26, Weight: typeset.Weight(i % 3)}
		at := image.Pt(20+i%2*320, 160+i/2*40)
		s := layout.Shape{Kind: layout.Text, Fill: theme.Ink, Words: text, Style: style, At: at, Rect: image.Rect(at.X-4, at.Y-30, at.X+300, at.Y+12)}
		if i == 1 {
			s.Fill, s.Width, s.Rect.Max.X = theme.Soft, 3, at.X+152
		}
		add(s)
	}
	for i, name := range canvas.Pictures() {
		rect := image.Rect(20+i%3*140, 264+i/3*104, 150+i%3*140, 360+i/3*104)
		add(layout.Shape{Kind: layout.Picture, Rect: rect, Words: name, Width: 2, Fill: theme.Ink, Stroke: theme.Brand, Sheet: theme.Paper, EdgeInk: theme.Tint})
	}
	add(layout.Shape{Kind: layout.QR, Rect: image.Rect(450, 280, 620, 450), Words: "482917305560", Fill: look.HighContrast().Ground, Stroke: look.Light().Paper})
	return plan
}

// TestEveryKindOfShapeLooksAsItDidInEveryTheme keeps one picture a theme; what screens look like is kept elsewhere.
func TestEveryKindOfShapeLooksAsItDidInEveryTheme(t *testing.T) {
	for _, theme := range kiosk.Themes() {
		plan := everything(look.Of(theme))
		got := image.NewRGBA(plan.Bounds)
		paint.Paint(setter(t), got, plan)
		path := filepath.Join("testdata", cmp.Or(string(theme), "light")+".png")
		if *update {
			if err := golden.WritePNG(path, got); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := golden.ReadPNG(path)
		if err != nil {
			t.Fatal(err)
		}
		// Other processors may round the outlines of letters otherwise by one.
		tolerance := 2
		if runtime.GOARCH == "amd64" {
			tolerance = 0
		}
		if worst, at := farthest(got, want); worst > tolerance {
			t.Errorf("%s: dots differ by up to %d of 255, most at %v; after a wanted change: go test ./ui/paint -update, and look", path, worst, at)
		}
	}
}

// farthest returns by how much two pictures differ at most, and where.
func farthest(got *image.RGBA, want image.Image) (worst int, at image.Point) {
	picture, ok := want.(*image.RGBA)
	if !ok || picture.Rect != got.Rect {
		return 255, at
	}
	for i := range got.Pix {
		if off := max(int(picture.Pix[i])-int(got.Pix[i]), int(got.Pix[i])-int(picture.Pix[i])); off > worst {
			worst, at = off, image.Pt(i/4%got.Rect.Dx(), i/4/got.Rect.Dx())
		}
	}
	return worst, at
}

func TestAMinuteThatPassesRepaintsOnlyTheClock(t *testing.T) {
	set, panel := setter(t), look.Reference()
	before, after := screen(t, panel, "start", kiosk.Look{}), screen(t, panel, "start", kiosk.Look{})
	header := &after.Root.Children[0]
	for i, b := range header.Children {
		if b.Role == kiosk.RoleClock {
			header.Children[i].Text = "9:42"
		}
	}
	damaged := paint.Damage(layout.Place(set, panel, before, ""), layout.Place(set, panel, after, ""))
	if len(damaged) != 1 || !damaged[0].In(image.Rect(860, 0, 1080, 187)) {
		t.Errorf("damaged %v, want one rectangle around the clock", damaged)
	}
	same := paint.Damage(layout.Place(set, panel, before, ""), layout.Place(set, panel, before, ""))
	if len(same) != 0 {
		t.Errorf("nothing changed, and %v is damaged", same)
	}
}

func TestAFingerRepaintsTheControlUnderItAndNothingElseInEveryTheme(t *testing.T) {
	set, panel := setter(t), look.Panel{Width: 360, Height: 640}
	for _, theme := range kiosk.Themes() {
		s := screen(t, panel, "times", kiosk.Look{Theme: theme})
		calm := layout.Place(set, panel, s, "")
		before := image.NewRGBA(calm.Bounds)
		paint.Paint(set, before, calm)
		for _, control := range calm.Controls {
			after := image.NewRGBA(before.Rect)
			copy(after.Pix, before.Pix)
			pressed := layout.Place(set, panel, s, control.ID)
			for _, r := range paint.Damage(calm, pressed) {
				paint.Paint(set, after.SubImage(r).(*image.RGBA), pressed)
			}
			near := control.Rect.Inset(-panel.Scale().MM(look.TargetGap) / 2).Intersect(before.Rect) // labels may use half the gap
			dots, inside := changed(before, after, before.Rect), changed(before, after, near)
			if dots != inside || inside < control.Rect.Dx()*control.Rect.Dy()/4 {
				t.Errorf("%s, %s: %d dots change, %d of them inside", theme, control.ID, dots, inside)
			}
		}
	}
}

func TestAFocusThatMovesRepaintsTheTwoRingsAndNothingElse(t *testing.T) {
	set, panel := setter(t), look.Panel{Width: 540, Height: 960}
	s := screen(t, panel, "start", kiosk.Look{})
	s.Focus = "service-identity"
	before := layout.Place(set, panel, s, "")
	frame := image.NewRGBA(before.Bounds)
	paint.Paint(set, frame, before)
	for _, c := range before.Controls {
		s.Focus = c.ID
		after := layout.Place(set, panel, s, "")
		rings, dots := 0, 0
		for _, r := range paint.Damage(before, after) {
			paint.Paint(set, frame.SubImage(r).(*image.RGBA), after)
			if dots += r.Dx() * r.Dy(); !r.In(before.Focus) && !r.In(after.Focus) && !r.In(before.Focus.Union(after.Focus)) {
				t.Errorf("%s: %v is damaged, the rings are at %v and %v", c.ID, r, before.Focus, after.Focus)
			}
		}
		for _, ring := range []image.Rectangle{before.Focus, after.Focus} {
			rings += 2 * (ring.Dx() + ring.Dy()) * panel.Scale().MM(look.TargetGap) // a border, its round corners spread over it
		}
		if dots > 2*rings {
			t.Errorf("%s: %d dots are painted again for two rings of about %d", c.ID, dots, rings)
		}
		whole := image.NewRGBA(before.Bounds)
		if c.Role == kiosk.RoleService {
			if paint.Paint(set, whole, after); !bytes.Equal(whole.Pix, frame.Pix) {
				t.Errorf("%s: the repainted frame is not the painted one", c.ID)
			}
		}
		before = after
	}
}

// changed counts the dots within a rectangle that differ.
func changed(before, after *image.RGBA, within image.Rectangle) (dots int) {
	for y := within.Min.Y; y < within.Max.Y; y++ {
		from, to := before.PixOffset(within.Min.X, y), before.PixOffset(within.Max.X, y)
		if bytes.Equal(before.Pix[from:to], after.Pix[from:to]) {
			continue
		}
		for i := from; i < to; i += 4 {
			if [4]uint8(before.Pix[i:i+4]) != [4]uint8(after.Pix[i:i+4]) {
				dots++
			}
		}
	}
	return dots
}

// TestRepaintingTheDamageIsPaintingTheScreen goes from one screen, painted whole, to another by its damage. What holds
// of every pair holds of every row of screens.
func TestRepaintingTheDamageIsPaintingTheScreen(t *testing.T) {
	type shown struct {
		plan  *layout.Plan
		frame *image.RGBA
	}
	set := setter(t)
	panel := look.Panel{Width: 240, Height: 427}                       // small and quick
	all := slices.DeleteFunc(scenes.All(), func(s scenes.Scene) bool { // one of each kind: painting is what takes long
		return !slices.Contains([]string{"start", "times", "help", "paper-failed", "refill-paper-in", "still-here"}, s.Name)
	})
	languages := locale.Languages()
	languages = []locale.Lang{languages[0], languages[len(languages)-1]}
	painted := map[string]shown{}
	draw := func(rt *rapid.T, which string) shown {
		scene := rapid.SampledFrom(all).Draw(rt, which)
		in := scenes.Setting{Lang: rapid.SampledFrom(languages).Draw(rt, "language")}
		in.Look.Theme = rapid.SampledFrom(kiosk.Themes()[:2]).Draw(rt, "theme")
		pressed := rapid.SampledFrom([]string{"", "key-help"}).Draw(rt, "pressed")
		focus := rapid.SampledFrom([]string{"", "key-text"}).Draw(rt, "focus")
		if pressed != "" {
			focus = "" // a finger takes it away
		}
		key := scene.Name + string(in.Lang) + string(in.Look.Theme) + pressed + focus
		if s, ok := painted[key]; ok {
			return s
		}
		screen, err := scene.Play(in)
		if err != nil {
			rt.Fatal(err)
		}
		screen.Focus = focus
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
	plan := layout.Place(set, look.Reference(), screen(b, look.Reference(), "times", kiosk.Look{}), "")
	frame := image.NewRGBA(plan.Bounds)
	for b.Loop() {
		paint.Paint(set, frame, plan)
	}
}

func BenchmarkLayout(b *testing.B) {
	set := setter(b)
	s := screen(b, look.Reference(), "times", kiosk.Look{})
	for b.Loop() {
		layout.Place(set, look.Reference(), s, "")
	}
}
