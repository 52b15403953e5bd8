package layout_test

import (
	"image"
	"image/color"
	"slices"
	"testing"

	"example.org/totem/internal/scenes"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/ui/layout"
	"example.org/totem/ui/look"
	"example.org/totem/ui/paint"
)

// keyedScene is a scene as it is while somebody uses the keys, without a focus.
func keyedScene(t *testing.T, s scenes.Scene, panel look.Panel, in scenes.Setting) kiosk.Screen {
	t.Helper()
	in.Room, in.Keys = roomOf(setter(t), panel), true
	screen, err := s.Play(in)
	if err != nil {
		t.Fatal(err)
	}
	screen.Focus = ""
	return screen
}

// controls are those of a screen in the order of its tree.
func controls(screen kiosk.Screen) (ids []string) {
	for b := range screen.Root.All() {
		if b.Tap != nil && !b.Off {
			ids = append(ids, b.ID)
		}
	}
	return ids
}

// walk goes through all controls of a screen as the keys do, and holds each ring against what is around it.
//
// Every control of the tree is in the plan, in the order of the tree, and that order is the one in which the glass is read:
// rows from the top to the foot, a row along the direction of reading; the columns of a wide panel are read one after the
// other, and its sidebar at last. So of two controls the first one stands above the second if they share a column of dots,
// before it in the direction of reading if they share a row of dots, and otherwise above it on an upright panel; on a wide
// one it may stand lower in an earlier column. After the last control comes the first.
func walk(t *testing.T, panel look.Panel, screen kiosk.Screen) (plain *layout.Plan) {
	t.Helper()
	set := setter(t)
	plain = layout.Place(set, panel, screen, "")
	ids := controls(screen)
	if len(plain.Misfits) > 0 {
		return plain // what fits which panel is seen elsewhere: here something lies over something else
	}
	if len(plain.Controls) != len(ids) || !plain.Focus.Empty() {
		t.Fatalf("%d controls on the glass, %d in the tree; ring %v without a focus", len(plain.Controls), len(ids), plain.Focus)
	}
	for i, c := range plain.Controls {
		if c.ID != ids[i] {
			t.Errorf("control %d is %s, in the tree %s", i, c.ID, ids[i])
		}
		for _, before := range plain.Controls[:i] {
			typed := before.Role == kiosk.RolePad && c.Role == kiosk.RolePad // figures run from left to right everywhere
			if !reads(before.Rect, c.Rect, panel.Landscape(), screen.Lang.RightToLeft() && !typed) {
				t.Errorf("%s at %v comes before %s at %v", before.ID, before.Rect, c.ID, c.Rect)
			}
		}
		screen.Focus = c.ID
		ringed(t, panel, layout.Place(set, panel, screen, ""), plain, c)
	}
	return plain
}

// reads reports whether one control may come before another.
func reads(first, second image.Rectangle, wide, rightToLeft bool) bool {
	if rightToLeft {
		first.Min.X, first.Max.X, second.Min.X, second.Max.X = -first.Max.X, -first.Min.X, -second.Max.X, -second.Min.X
	}
	above, before := first.Max.Y <= second.Min.Y, first.Max.X <= second.Min.X
	columns := first.Min.X < second.Max.X && second.Min.X < first.Max.X
	rows := first.Min.Y < second.Max.Y && second.Min.Y < first.Max.Y
	switch {
	case columns:
		return above
	case rows:
		return before
	}
	return above || wide && before
}

// ringed holds the plan of a screen whose focus is at a control against the one without focus.
func ringed(t *testing.T, panel look.Panel, plan, plain *layout.Plan, at layout.Control) {
	t.Helper()
	if plan.Focus.Empty() || !plan.Focus.In(plan.Bounds) {
		t.Errorf("%s: its ring is at %v", at.ID, plan.Focus)
		return
	}
	n := len(plain.Shapes)
	if len(plan.Shapes) <= n || !slices.Equal(plan.Shapes[:n], plain.Shapes) {
		t.Fatalf("%s: the focus changes more than the ring", at.ID)
	}
	for _, c := range plain.Controls {
		if c.ID != at.ID && c.Rect.Overlaps(plan.Focus) {
			t.Errorf("the ring of %s at %v covers %s at %v", at.ID, plan.Focus, c.ID, c.Rect)
		}
	}
	ring := plan.Shapes[n]
	inside := ring.Rect.Inset(ring.Width)
	if middle := at.Rect.Min.Add(at.Rect.Size().Div(2)); !middle.In(inside) {
		t.Errorf("the ring of %s at %v is around %v", at.ID, at.Rect, inside)
	}
	for _, s := range plain.Shapes {
		if s.Kind != layout.Block && core(s).Overlaps(plan.Focus) && !core(s).In(inside) {
			if lost := hidden(t, plan, plain, s, inside); lost > 0 {
				t.Errorf("the ring of %s at %v, inside %v, hides %d dots of %q at %v", at.ID, plan.Focus, inside, lost, s.Words, core(s))
			}
		}
	}
}

// hidden counts the dots of a text or drawing that are under a ring: those that its shape paints of a plan without the ring.
func hidden(t *testing.T, plan, plain *layout.Plan, s layout.Shape, inside image.Rectangle) (lost int) {
	t.Helper()
	with, without := image.NewRGBA(s.Rect.Intersect(plan.Focus)), image.NewRGBA(s.Rect.Intersect(plan.Focus))
	paint.Paint(setter(t), with, plain)
	bare := *plain
	bare.Shapes = slices.DeleteFunc(slices.Clone(plain.Shapes), func(other layout.Shape) bool { return other == s })
	paint.Paint(setter(t), without, &bare)
	for y := with.Rect.Min.Y; y < with.Rect.Max.Y; y++ {
		for x := with.Rect.Min.X; x < with.Rect.Max.X; x++ {
			if !image.Pt(x, y).In(inside) && with.RGBAAt(x, y) != without.RGBAAt(x, y) {
				lost++
			}
		}
	}
	return lost
}

// measured is what is measured of a ring on one of its sides.
type measured struct {
	mm              float64 // its width
	outside, inside float64 // its contrast with what is beside it
	change          float64 // with what was there without it, at most
}

// measure looks at the dots across a ring on its four sides.
func measure(t *testing.T, panel look.Panel, plan, plain *layout.Plan) (sides []measured) {
	t.Helper()
	r := plan.Focus
	middle := r.Min.Add(r.Size().Div(2))
	deep := panel.Scale().MM(look.TargetGap)
	for _, line := range []image.Rectangle{
		image.Rect(r.Min.X-2, middle.Y, r.Min.X+deep, middle.Y+1),
		image.Rect(r.Max.X-deep, middle.Y, r.Max.X+2, middle.Y+1),
		image.Rect(middle.X, r.Min.Y-2, middle.X+1, r.Min.Y+deep),
		image.Rect(middle.X, r.Max.Y-deep, middle.X+1, r.Max.Y+2),
	} {
		now, was := dots(t, plan, line), dots(t, plain, line)
		sides = append(sides, across(now, was, panel))
	}
	return sides
}

// dots are those of a plan along a line of the panel, which may end at its edge.
func dots(t *testing.T, plan *layout.Plan, line image.Rectangle) (row []color.RGBA) {
	t.Helper()
	line = line.Intersect(plan.Bounds)
	picture := image.NewRGBA(line)
	paint.Paint(setter(t), picture, plan)
	for y := line.Min.Y; y < line.Max.Y; y++ {
		for x := line.Min.X; x < line.Max.X; x++ {
			row = append(row, picture.RGBAAt(x, y))
		}
	}
	return row
}

// across measures the widest run of one colour that the focus has put into a row of dots.
func across(now, was []color.RGBA, panel look.Panel) measured {
	from, to := 0, 0
	for i := 0; i < len(now); {
		j := i
		for j < len(now) && now[j] == now[i] && look.Contrast(now[j], was[j]) >= 3 {
			j++
		}
		if j-i > to-from {
			from, to = i, j
		}
		i = max(j, i+1)
	}
	if from == to || from == 0 || to == len(now) {
		return measured{}
	}
	m := measured{mm: panel.Scale().Millimetres(to - from), outside: look.Contrast(now[from-1], now[from]), inside: look.Contrast(now[to-1], now[to])}
	m.change = look.Contrast(now[from], was[from])
	return m
}

func TestTheRingIsAMillimetreWideAndStandsOutOnBothSidesInEveryTheme(t *testing.T) {
	set := setter(t)
	for p, panel := range hung()[:2] {
		for i, s := range scenes.All() {
			if i%24 != 12*p && s.Name != "times" {
				continue
			}
			screen := keyedScene(t, s, panel, scenes.Setting{})
			for j, theme := range kiosk.Themes() {
				screen.Theme, screen.Focus = theme, ""
				plain := layout.Place(set, panel, screen, "")
				c := plain.Controls[(i+5*j)%len(plain.Controls)]
				screen.Focus = c.ID
				standsOut(t, panel, layout.Place(set, panel, screen, ""), plain, s.Name+" "+string(theme)+" "+c.ID)
			}
		}
	}
}

func standsOut(t *testing.T, panel look.Panel, plan, plain *layout.Plan, name string) {
	t.Helper()
	for side, m := range measure(t, panel, plan, plain) {
		if m.mm < 1 || m.outside < 3 || m.inside < 3 || m.change < 3 {
			t.Errorf("%s: side %d of its ring: %+v", name, side, m)
		}
	}
}

func TestTheKeysWalkThroughScreensAsTheyAreRead(t *testing.T) {
	for p, panel := range hung()[:2] {
		for i, s := range scenes.All() {
			if l := []locale.Lang{locale.Italian, locale.Arabic}[(i+p)%2]; i%16 == 8*p {
				t.Run(s.Name+" "+string(l), func(t *testing.T) {
					walk(t, panel, keyedScene(t, s, panel, scenes.Setting{Lang: l}))
				})
			}
		}
	}
}

func TestAFocusThatIsAtNoControlHasNoRing(t *testing.T) {
	set, panel := setter(t), look.Reference()
	for i, s := range scenes.All() {
		if i%30 != 0 {
			continue
		}
		screen := keyedScene(t, s, panel, scenes.Setting{})
		for _, id := range []string{"", "nothing-of-that-name"} {
			screen.Focus = id
			if plan := layout.Place(set, panel, screen, ""); !plan.Focus.Empty() {
				t.Errorf("%s: a ring at %v for %q", s.Name, plan.Focus, id)
			}
		}
	}
}
