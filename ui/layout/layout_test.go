package layout_test

import (
	"image"
	"image/color"
	"slices"
	"strings"
	"sync"
	"testing"

	"example.org/totem/internal/scenes"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/typeset"
	"example.org/totem/ui/layout"
	"example.org/totem/ui/look"
)

// shared is one setter for all tests: what it has set once it need not set again.
var shared = sync.OnceValues(typeset.New)

func setter(t *testing.T) *typeset.Setter {
	t.Helper()
	set, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func panels() map[string]look.Panel {
	return map[string]look.Panel{
		"upright": look.Reference(),
		"wide":    {Width: 1920, Height: 1080, PixelsPerMM: 4.03},
		"small":   {Width: 800, Height: 1280, PixelsPerMM: 3},
		"4k":      {Width: 2160, Height: 3840, PixelsPerMM: 8.06},
	}
}

// laid is a scene in a language on a panel, laid out.
type laid struct {
	name   string
	panel  look.Panel
	screen kiosk.Screen
	plan   *layout.Plan
}

// all is every scene in Italian on the reference panel, and a choice of them in other languages and on every panel, laid
// out once for all tests; none may change it. Everything that can come together is seen in looks_test.go.
var all = sync.OnceValues(func() (every []laid, err error) {
	set, err := shared()
	if err != nil {
		return nil, err
	}
	for name, panel := range panels() {
		for j, l := range locale.Languages() { // one language after the other: what is set once need not be set again
			for i, s := range scenes.All() {
				italian := l == locale.Italian && (name == "upright" || name == "wide" && i%8 == 0)
				if turn := i%len(locale.Languages()) == j && i%3 == 1 && (name == "upright" || i%2 == 0); !italian && !turn {
					continue
				}
				screen, err := s.Play(scenes.Setting{Lang: l, Room: roomOf(set, panel)})
				if err != nil {
					return nil, err
				}
				every = append(every, laid{name + "/" + s.Name + "/" + string(l), panel, screen, layout.Place(set, panel, screen, "")})
			}
		}
	}
	return every, nil
})

func everywhere(t *testing.T, check func(t *testing.T, panel look.Panel, screen kiosk.Screen, plan *layout.Plan)) {
	t.Helper()
	every, err := all()
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range every {
		t.Run(one.name, func(t *testing.T) { check(t, one.panel, one.screen, one.plan) })
	}
}

// inShort takes the scenes in Italian, upright and wide: enough where each control is pressed in turn.
func inShort(t *testing.T, check func(t *testing.T, panel look.Panel, screen kiosk.Screen, plan *layout.Plan)) {
	t.Helper()
	everywhere(t, func(t *testing.T, panel look.Panel, screen kiosk.Screen, plan *layout.Plan) {
		if screen.Lang == locale.Italian && (panel == panels()["upright"] || panel == panels()["wide"]) {
			check(t, panel, screen, plan)
		}
	})
}

func TestEverythingFitsItsPlaceAndThePanel(t *testing.T) {
	everywhere(t, func(t *testing.T, _ look.Panel, screen kiosk.Screen, plan *layout.Plan) {
		for _, m := range plan.Misfits {
			t.Errorf("%s %s %q: %s", m.Role, m.ID, m.Text, m.Why)
		}
		for _, s := range plan.Shapes {
			if !s.Rect.In(plan.Bounds) || s.Rect.Empty() {
				t.Errorf("%v %q at %v is not on the panel", s.Kind, s.Words, s.Rect)
			}
		}
		shown := ""
		for _, s := range plan.Shapes {
			if s.Kind == layout.Text {
				shown += whole(s.Words)
			}
		}
		told := 0
		for b := range screen.Root.All() {
			if !strings.Contains(shown, whole(b.Text)) && b.Role != kiosk.RoleIcon && b.Role != kiosk.RolePicture && b.Role != kiosk.RoleQR {
				t.Errorf("%q is on the screen's tree and not whole on the glass", b.Text)
			} else if strings.Contains(shown, whole(b.Text)) {
				told += len(whole(b.Text))
			}
		}
		if len(shown) > told {
			t.Errorf("the glass shows more than the screen's tree says: %q", shown)
		}
	})
}

// whole is a text without what the end of a line takes the place of: spaces, and the dot between two facts.
func whole(text string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(text, "·", " ")), "")
}

func TestAFingerMeetsOneControlAndItsNeighboursAreFarEnough(t *testing.T) {
	everywhere(t, func(t *testing.T, panel look.Panel, _ kiosk.Screen, plan *layout.Plan) {
		scale := panel.Scale()
		for i, c := range plan.Controls {
			if c.ID == "" || c.Tap == nil {
				t.Errorf("%s has no id or says nothing", c.Role)
			}
			least := look.SecondTarget
			switch c.Role {
			case kiosk.RoleService, kiosk.RolePrimary, kiosk.RoleHour, kiosk.RoleKey:
				least = look.MainTarget
			}
			if high := scale.Millimetres(c.Rect.Dy()); high < least || scale.Millimetres(c.Rect.Dx()) < least {
				t.Errorf("%s is %v: %.1f mm high, want %.1f", c.ID, c.Rect, high, least)
			}
			for _, other := range plan.Controls[:i] {
				if apart := distance(c.Rect, other.Rect); scale.Millimetres(apart) < look.TargetGap {
					t.Errorf("%s and %s are %.1f mm apart", c.ID, other.ID, scale.Millimetres(apart))
				}
			}
			middle := c.Rect.Min.Add(c.Rect.Size().Div(2))
			for _, at := range []image.Point{c.Rect.Min, c.Rect.Max.Sub(image.Pt(1, 1)), middle} {
				if got, ok := plan.Hit(at); !ok || got.ID != c.ID {
					t.Errorf("a finger at %v meets %q, want %q", at, got.ID, c.ID)
				}
			}
			if got, ok := plan.Hit(c.Rect.Max); ok {
				t.Errorf("a finger beside %s meets %s", c.ID, got.ID)
			}
		}
	})
}

// distance is how far two rectangles lie apart along the axis on which they are farther.
func distance(a, b image.Rectangle) int {
	x := max(a.Min.X-b.Max.X, b.Min.X-a.Max.X)
	y := max(a.Min.Y-b.Max.Y, b.Min.Y-a.Max.Y)
	return max(x, y)
}

func TestNoTextTouchesAnother(t *testing.T) {
	everywhere(t, func(t *testing.T, _ look.Panel, _ kiosk.Screen, plan *layout.Plan) {
		for i, a := range plan.Shapes {
			for _, b := range plan.Shapes[:i] {
				if a.Kind != layout.Block && b.Kind != layout.Block && core(a).Overlaps(core(b)) {
					t.Errorf("%q at %v and %q at %v overlap", a.Words, core(a), b.Words, core(b))
				}
			}
		}
	})
}

// core is where a shape's dots mostly are: a line's letters from capital height to a little below the baseline.
func core(s layout.Shape) image.Rectangle {
	if s.Kind != layout.Text {
		return s.Rect
	}
	size := s.Style.Size
	return image.Rect(s.At.X, s.At.Y-int(size*0.72), s.Rect.Max.X-2-int(size/12), s.At.Y+int(size*0.22))
}

func TestEveryTextStandsOutSevenToOneFromWhatIsUnderIt(t *testing.T) {
	set := setter(t)
	inShort(t, func(t *testing.T, panel look.Panel, screen kiosk.Screen, plan *layout.Plan) {
		readable(t, plan)
		for _, c := range plan.Controls {
			readable(t, layout.Place(set, panel, screen, c.ID))
		}
	})
}

func readable(t *testing.T, plan *layout.Plan) {
	t.Helper()
	for i, s := range plan.Shapes {
		if s.Kind != layout.Text && s.Kind != layout.Icon {
			continue
		}
		var under color.RGBA
		for _, b := range plan.Shapes[:i] {
			if b.Kind == layout.Block && b.Fill.A != 0 && core(s).Overlaps(b.Rect) {
				if !core(s).In(b.Rect) {
					t.Errorf("%q at %v stands across the edge of %v", s.Words, core(s), b.Rect)
				}
				under = b.Fill
			}
		}
		if got := look.Contrast(s.Fill, under); got < 7 {
			t.Errorf("%q: %v on %v is %.1f:1", s.Words, s.Fill, under, got)
		}
	}
}

func TestAPressedControlChangesNothingOutsideItself(t *testing.T) {
	set := setter(t)
	inShort(t, func(t *testing.T, panel look.Panel, screen kiosk.Screen, plan *layout.Plan) {
		for _, c := range plan.Controls {
			pressed := layout.Place(set, panel, screen, c.ID)
			if len(pressed.Controls) != len(plan.Controls) {
				t.Fatalf("pressing %s changes the controls", c.ID)
			}
			before := map[layout.Shape]int{}
			for _, s := range plan.Shapes {
				before[s]++
			}
			changed := 0
			for _, s := range pressed.Shapes {
				if before[s]--; before[s] < 0 {
					changed++
					if !core(s).In(c.Rect) {
						t.Errorf("pressing %s in %v changes %q at %v", c.ID, c.Rect, s.Words, core(s))
					}
				}
			}
			if changed == 0 {
				t.Errorf("pressing %s cannot be seen", c.ID)
			}
		}
	})
}

func TestAccessKeysAndHeaderAreInTheSamePlaceOnEveryScreen(t *testing.T) {
	places := map[string]image.Rectangle{}
	everywhere(t, func(t *testing.T, _ look.Panel, screen kiosk.Screen, plan *layout.Plan) {
		for _, c := range plan.Controls {
			if c.Role != kiosk.RoleKey {
				continue
			}
			key := plan.Bounds.String() + string(screen.Lang) + c.ID
			if was, ok := places[key]; ok && was != c.Rect {
				t.Errorf("%s lies at %v, elsewhere at %v", c.ID, c.Rect, was)
			}
			places[key] = c.Rect
		}
	})
}

func TestWordsThatAreTooLongAreReportedAndStayOnThePanel(t *testing.T) {
	set := setter(t)
	long := strings.Repeat("Ufficio relazioni con il pubblico e polifunzionale ", 9)
	screen := kiosk.Screen{Root: kiosk.Box{Role: kiosk.RoleScreen, Children: []kiosk.Box{
		{Role: kiosk.RoleHeader, Children: []kiosk.Box{{Role: kiosk.RoleOffice, Text: long}}},
		{Role: kiosk.RoleBody, Children: []kiosk.Box{{Role: kiosk.RoleTitle, Text: long}, {Role: kiosk.RolePrimary, ID: "p", Text: long}}},
	}}}
	plan := layout.Place(set, look.Reference(), screen, "")
	if len(plan.Misfits) < 3 {
		t.Errorf("misfits %+v, want office, title and button", plan.Misfits)
	}
	for _, s := range plan.Shapes {
		if !s.Rect.In(plan.Bounds) {
			t.Errorf("%q at %v", s.Words, s.Rect)
		}
	}
}

func TestAnEmptyScreenIsOnlyGround(t *testing.T) {
	set := setter(t)
	for name, panel := range panels() {
		if plan := layout.Place(set, panel, kiosk.Screen{}, ""); len(plan.Misfits) > 0 || len(plan.Controls) > 0 || len(plan.Shapes) != 1 {
			t.Errorf("%s: %+v", name, plan)
		}
	}
}

// list is a start screen of ten languages and services, with the key to others or without.
func list(names []string, detail string, more bool) kiosk.Screen {
	languages := kiosk.Box{Role: kiosk.RoleLanguages}
	for _, name := range []string{"Italiano", "English", "Deutsch", "Français", "Español", "Română", "Українська", "Shqip", "Português", "Polski"} {
		languages.Children = append(languages.Children, kiosk.Box{Role: kiosk.RoleLanguage, ID: name, Text: name, Tap: kiosk.GoBack{}})
	}
	services := kiosk.Box{Role: kiosk.RoleServices}
	for i, name := range names {
		letter := string(rune('A' + i))
		services.Children = append(services.Children, kiosk.Box{
			Role: kiosk.RoleService, ID: letter, Tap: kiosk.GoBack{}, Children: []kiosk.Box{
				{Role: kiosk.RoleBadge, Text: letter}, {Role: kiosk.RoleName, Text: name},
				{Role: kiosk.RoleDetail, Text: detail}, {Role: kiosk.RoleTime, Text: "11:10"},
				{Role: kiosk.RolePlaces, Text: "12 posti oggi"},
			}})
	}
	body := []kiosk.Box{{Role: kiosk.RoleTitle, Text: "Per quale servizio viene oggi?"}, services}
	if more {
		body = append(body, kiosk.Box{Role: kiosk.RoleMore, ID: "more", Text: "Altri servizi", Tap: kiosk.TurnPage{To: 1}})
	}
	return kiosk.Screen{Root: kiosk.Box{Role: kiosk.RoleScreen, Children: []kiosk.Box{
		{Role: kiosk.RoleHeader}, languages, {Role: kiosk.RoleBody, Children: body},
	}}}
}

func TestAScreenHoldsItsServicesOrOneLessAndTheKeyToOthersAndTenLanguages(t *testing.T) {
	set := setter(t)
	for panelName, panel := range panels() {
		held := 9
		if panel.Landscape() {
			held = 6
		}
		for n := 1; n <= held; n++ {
			for _, more := range []bool{false, n < held} {
				names := slices.Repeat([]string{"Disoccupazione agricola"}, n)
				plan := layout.Place(set, panel, list(names, "iscrizioni e cambi", more), "")
				want := n + 10
				if more {
					want++
				}
				if len(plan.Misfits) > 0 || len(plan.Controls) != want {
					t.Errorf("%s, %d services, more: %t: %d controls, misfits %+v", panelName, n, more, len(plan.Controls), plan.Misfits)
				}
			}
		}
	}
}

func TestANameIsSetSmallerRatherThanBrokenInAWord(t *testing.T) {
	names := []string{"Pensioni", "Carta", "Disoccupazione", "Certificati", "Elettorale", "Cambio di residenza", "Leva", "Stato civile"}
	plan := layout.Place(setter(t), panels()["wide"], list(names, "domande", false), "")
	if len(plan.Misfits) > 0 {
		t.Errorf("misfits %+v", plan.Misfits)
	}
	sizes := map[string]float64{}
	for _, s := range plan.Shapes {
		sizes[s.Words] = s.Style.Size
	}
	if sizes["Disoccupazione"] == 0 || sizes["Disoccupazione"] >= look.CardSize || sizes["Pensioni"] != sizes["Disoccupazione"] {
		t.Errorf("sizes %v: want one for all names, less than %v", sizes, look.CardSize)
	}
}

func TestTheKeyToOtherServicesStandsStill(t *testing.T) {
	set := setter(t)
	for name, panel := range panels() {
		long, _ := layout.Place(set, panel, list(slices.Repeat([]string{"Elettorale"}, 5), "liste", true), "").Find("more")
		short, _ := layout.Place(set, panel, list([]string{"Elettorale"}, "liste", true), "").Find("more")
		if long.Rect.Max != short.Rect.Max || long.Rect.Empty() {
			t.Errorf("%s: the key lies at %v, on a short page at %v", name, long.Rect, short.Rect)
		}
	}
}

func TestABodyIsSetTighterRatherThanAWordBroken(t *testing.T) {
	const word = "Ausländerangelegenheiten"
	plan := layout.Place(setter(t), look.Reference(), list([]string{word, "Pass"}, "Anträge", false), "")
	if len(plan.Misfits) > 0 || !slices.ContainsFunc(plan.Shapes, func(s layout.Shape) bool { return s.Words == word }) {
		t.Errorf("the word is broken: %+v", plan.Misfits)
	}
}
