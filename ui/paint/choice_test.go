package paint_test

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"testing"

	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/typeset"
	"example.org/totem/ui/layout"
	"example.org/totem/ui/look"
	"example.org/totem/ui/paint"
)

// asking is a screen with two answers, in either order.
func asking(l locale.Lang, in kiosk.Look, yes, no locale.Key, noFirst bool) kiosk.Screen {
	answers := []kiosk.Box{
		{Role: kiosk.RoleButton, ID: "yes", Text: locale.Say(l, yes), Tap: kiosk.Choose{Yes: true}},
		{Role: kiosk.RoleButton, ID: "no", Text: locale.Say(l, no), Tap: kiosk.Choose{}},
	}
	if noFirst {
		answers[0], answers[1] = answers[1], answers[0]
	}
	return kiosk.Screen{Lang: l, Look: in, Root: kiosk.Box{Role: kiosk.RoleScreen, Children: []kiosk.Box{{Role: kiosk.RoleBody, Children: []kiosk.Box{
		{Role: kiosk.RoleBack, ID: "back", Text: locale.Say(l, locale.BackPlain), Tap: kiosk.GoBack{}},
		{Role: kiosk.RoleTitle, Text: locale.Say(l, locale.ReminderAsk)},
		{Role: kiosk.RoleChoice, Children: answers},
		{Role: kiosk.RoleLink, ID: "notice", Text: locale.Say(l, locale.NoticeRead), Tap: kiosk.OpenNotice{}},
	}}}}}
}

// seen is what a picture shows of an answer.
type seen struct {
	rect      image.Rectangle
	fill, ink color.RGBA // its ground, and what stands out most from it
	saliency  float64    // its area times how much its dots stand out from the page, letters left out: words differ
	whole     float64    // the same with its letters
	base      int        // the foot of its first line, under its upper edge
	words     typeset.Style
}

// measured measures an answer in a picture. The page is what the dot beside it shows; letters are all that is inside the frame
// and not the ground.
func measured(picture *image.RGBA, plan *layout.Plan, id string) (s seen) {
	c, _ := plan.Find(id)
	s.rect = c.Rect
	page := picture.RGBAAt(c.Rect.Min.X-2, c.Rect.Min.Y+c.Rect.Dy()/2)
	many := map[color.RGBA]int{}
	for y := c.Rect.Min.Y; y < c.Rect.Max.Y; y++ {
		for x := c.Rect.Min.X; x < c.Rect.Max.X; x++ {
			many[picture.RGBAAt(x, y)]++
		}
	}
	for dot, n := range many {
		s.whole += float64(n) * look.Contrast(dot, page)
		if n > many[s.fill] {
			s.fill = dot
		}
	}
	for y := range c.Rect.Dy() {
		for x := range c.Rect.Dx() {
			dot := s.fill
			if atEdge(c.Rect, x, y) {
				dot = picture.RGBAAt(c.Rect.Min.X+x, c.Rect.Min.Y+y)
			}
			s.saliency += look.Contrast(dot, page)
		}
	}
	for dot := range many {
		if look.Contrast(dot, s.fill) > look.Contrast(s.ink, s.fill) || s.ink == (color.RGBA{}) {
			s.ink = dot
		}
	}
	for _, shape := range plan.Shapes {
		if shape.Kind == layout.Text && shape.Rect.Overlaps(c.Rect) && s.base == 0 {
			s.base, s.words = shape.At.Y-c.Rect.Min.Y, shape.Style
		}
	}
	return s
}

// unequal says in what the two answers of a picture differ, "" where they are equal.
func unequal(picture *image.RGBA, plan *layout.Plan, low bool) string {
	yes, no := measured(picture, plan, "yes"), measured(picture, plan, "no")
	least := 7.0
	if low {
		least = 4.5
	}
	one, two := look.Contrast(yes.ink, yes.fill), look.Contrast(no.ink, no.fill)
	switch ratio := yes.saliency / no.saliency; {
	case yes.rect.Size() != no.rect.Size() || yes.rect.Empty():
		return fmt.Sprintf("sizes %v and %v", yes.rect.Size(), no.rect.Size())
	case yes.rect.Min.Y != no.rect.Min.Y && yes.rect.Min.X != no.rect.Min.X:
		return fmt.Sprintf("places %v and %v", yes.rect, no.rect)
	case yes.base != no.base || yes.words != no.words:
		return fmt.Sprintf("words %v at %d and %v at %d", yes.words, yes.base, no.words, no.base)
	case one < least || two < least || math.Abs(one/two-1) > 0.1:
		return fmt.Sprintf("contrasts %.1f and %.1f", one, two)
	case yes.fill != no.fill || yes.ink != no.ink: // and so of one hue, and one grey
		return fmt.Sprintf("colours %v on %v and %v on %v", yes.ink, yes.fill, no.ink, no.fill)
	case ratio < 0.95 || ratio > 1.05:
		return fmt.Sprintf("a saliency of %.3f to 1", ratio)
	case yes.whole/no.whole < 0.8 || yes.whole/no.whole > 1.25: // as labels may differ in their length
		return fmt.Sprintf("a saliency of %.3f to 1 with their letters", yes.whole/no.whole)
	}
	return framed(picture, yes.rect, no.rect)
}

// atEdge reports whether a dot of an answer belongs to its frame and corners, where no letter stands.
func atEdge(answer image.Rectangle, x, y int) bool {
	const side, edge = 20, 6
	return x < side || x >= answer.Dx()-side || y < edge || y >= answer.Dy()-edge
}

// framed says where the frames and corners of two answers differ: all dots near their edges are equal.
func framed(picture *image.RGBA, yes, no image.Rectangle) string {
	for y := range yes.Dy() {
		for x := range yes.Dx() {
			if atEdge(yes, x, y) && picture.RGBAAt(yes.Min.X+x, yes.Min.Y+y) != picture.RGBAAt(no.Min.X+x, no.Min.Y+y) {
				return fmt.Sprintf("frames at (%d, %d)", x, y)
			}
		}
	}
	return ""
}

// TestTheTwoAnswersOfAChoiceAreEqualInEveryDotThatIsNoLetter takes both questions in every language; themes, sizes, reach,
// order and panels in turn.
func TestTheTwoAnswersOfAChoiceAreEqualInEveryDotThatIsNoLetter(t *testing.T) {
	set, turn := setter(t), 0
	panels := []look.Panel{
		{Width: 1080, Height: 1920, PixelsPerMM: 4.03, Bottom: 760}, {Width: 1280, Height: 800, PixelsPerMM: 3.87, Bottom: 900},
	}
	for _, l := range locale.Languages() {
		for _, answers := range [][2]locale.Key{{locale.ReminderYes, locale.ReminderNo}, {locale.OtherDayYes, locale.OtherDayNo}} {
			turn++
			for _, theme := range kiosk.Themes() {
				if turn++; turn%2 == 0 { // either question in every theme, in one language or the next
					continue
				}
				in := kiosk.Look{Theme: theme, Text: kiosk.Texts()[turn%len(kiosk.Texts())], Low: turn%3 == 0}
				screen := asking(l, in, answers[0], answers[1], turn/2%2 == 0)
				plan := layout.Place(set, panels[turn/3%2], screen, "")
				picture := image.NewRGBA(plan.Bounds)
				yes, _ := plan.Find("yes")
				no, _ := plan.Find("no")
				paint.Paint(set, picture.SubImage(yes.Rect.Union(no.Rect).Inset(-8)).(*image.RGBA), plan)
				if why := unequal(picture, plan, theme == kiosk.LowContrast); why != "" || len(plan.Misfits) > 0 {
					t.Errorf("%s %v %+v on %d×%d: the answers differ: %s; misfits %v", l, answers, in, plan.Bounds.Dx(), plan.Bounds.Dy(), why, plan.Misfits)
				}
				if !plan.Focus.Empty() {
					t.Errorf("%s: the keys are at %v before any is pressed", l, plan.Focus)
				}
			}
		}
	}
}

// TestAFilledAnswerIsFoundOut paints one answer as the filled button that most people want, and one with a thicker frame.
func TestAFilledAnswerIsFoundOut(t *testing.T) {
	set := setter(t)
	plan := layout.Place(set, look.Reference(), asking("it", kiosk.Look{}, locale.ReminderYes, locale.ReminderNo, false), "")
	yes, _ := plan.Find("yes")
	for name, change := range map[string]func(*layout.Shape){
		"filled": func(s *layout.Shape) { s.Fill = s.Stroke }, "thicker": func(s *layout.Shape) { s.Width *= 3 },
		"rounder": func(s *layout.Shape) { s.Radius += 12 }, "green": func(s *layout.Shape) { s.Stroke = color.RGBA{G: 90, A: 255} },
	} {
		changed := *plan
		changed.Shapes = append([]layout.Shape{}, plan.Shapes...)
		for i, s := range changed.Shapes {
			switch {
			case s.Kind == layout.Block && s.Rect == yes.Rect:
				change(&changed.Shapes[i])
			case s.Kind == layout.Text && s.Rect.In(yes.Rect) && name == "filled":
				changed.Shapes[i].Fill = look.Light().OnBrand
			}
		}
		picture := image.NewRGBA(plan.Bounds)
		paint.Paint(set, picture, &changed)
		if unequal(picture, plan, false) == "" {
			t.Errorf("an answer that is %s looks equal", name)
		}
	}
	picture := image.NewRGBA(plan.Bounds)
	paint.Paint(set, picture, plan)
	if why := unequal(picture, plan, false); why != "" {
		t.Errorf("as they are they differ: %s", why)
	}
}
