package ui_test

import (
	"image"
	"math"
	"testing"
	"time"

	"example.org/totem/kiosk"
	"example.org/totem/ui"
	"example.org/totem/ui/look"
)

// hand is a window under a finger, with a clock that stands still.
type hand struct {
	t   *testing.T
	w   *ui.Window
	now time.Time
}

func newHand(t *testing.T, name string) *hand {
	h := &hand{t: t, now: time.Date(2026, 11, 21, 9, 41, 0, 0, time.UTC)}
	w, err := ui.New(ui.Config{Panel: look.Reference(), Clock: func() time.Time { return h.now }})
	if err != nil {
		t.Fatal(err)
	}
	h.w = w
	return h.show(name)
}

func (h *hand) show(name string) *hand {
	h.t.Helper()
	s, err := scene(name, kiosk.Light)
	if err != nil {
		h.t.Fatal(err)
	}
	h.w.Show(s)
	return h
}

func (h *hand) middle(id string) image.Point {
	h.t.Helper()
	r, ok := h.w.Find(id)
	if !ok {
		h.t.Fatalf("no %q on the screen", id)
	}
	return r.Min.Add(r.Size().Div(2))
}

func (h *hand) touch(phase ui.Phase, at image.Point) *hand {
	h.w.Touch(at.X, at.Y, phase)
	return h
}

func (h *hand) tap(at image.Point) *hand { return h.touch(ui.Press, at).touch(ui.Release, at) }

func (h *hand) says(want ...kiosk.Msg) *hand {
	h.t.Helper()
	for _, m := range want {
		select {
		case got := <-h.w.Taps():
			if got != m {
				h.t.Fatalf("the touch said %#v, want %#v", got, m)
			}
		default:
			h.t.Fatalf("the touch said nothing, want %#v", m)
		}
	}
	select {
	case got := <-h.w.Taps():
		h.t.Fatalf("the touch said %#v too", got)
	default:
	}
	return h
}

func TestATapIsPressAndReleaseOnTheSameControl(t *testing.T) {
	h := newHand(t, "start")
	identity, papers := h.middle("service-identity"), h.middle("service-papers")
	h.touch(ui.Press, identity).says().touch(ui.Release, identity).says(kiosk.ChooseService{Service: "identity"})
	h.touch(ui.Press, identity).touch(ui.Move, papers).touch(ui.Release, papers).says(kiosk.Touched{})
	h.touch(ui.Press, identity).touch(ui.Cancel, identity).touch(ui.Release, identity).says()
	h.tap(image.Pt(3, 900)).says(kiosk.Touched{})
}

func TestAThingThatCannotBeHadSaysOnlyThatItWasTouched(t *testing.T) {
	h := newHand(t, "start")
	if _, ok := h.w.Find("service-votes"); ok {
		t.Error("a finished service is a control")
	}
	votes := h.middle("service-status").Add(image.Pt(0, 165))
	h.tap(votes).says(kiosk.Touched{})
}

func TestTheEchoOfATouchIsNoSecondWish(t *testing.T) {
	h := newHand(t, "times")
	help := h.middle("key-help")
	h.tap(help).says(kiosk.OpenHelp{})
	h.now = h.now.Add(499 * time.Millisecond)
	h.tap(help).says(kiosk.Touched{})
	h.now = h.now.Add(time.Millisecond)
	h.tap(help).says(kiosk.OpenHelp{})
}

func TestAShakingHandDoesNotHitWhatTheNextScreenPutsUnderIt(t *testing.T) {
	h := newHand(t, "start").show("times")
	hour := h.middle("take")
	h.show("start").tap(h.middle("service-papers")).says(kiosk.ChooseService{Service: "papers"})
	at := h.middle("service-papers")
	h.show("times")
	if hit := at.Sub(hour); hit.Y > 200 {
		t.Fatalf("the screens do not lie over each other as this test needs: %v", hit)
	}
	h.tap(at.Add(image.Pt(12, 9))).says(kiosk.Touched{})
	h.now = h.now.Add(time.Second)
	h.tap(h.middle("take")).says(kiosk.TakeTime{Number: "A012"})
}

func TestAFingerThatWasDownWhenTheScreenChangedMeansNothing(t *testing.T) {
	h := newHand(t, "start")
	help := h.middle("key-help")
	at := h.middle("service-identity")
	h.touch(ui.Press, at).show("times").touch(ui.Release, at).says(kiosk.Touched{})
	// The same key at the same place on both screens is still the same wish.
	h.show("start").touch(ui.Press, help).show("times").touch(ui.Release, help).says(kiosk.OpenHelp{})
}

func TestAFingerMayBeToldOfInPartsOfTheGlass(t *testing.T) {
	h := newHand(t, "start")
	panel, at := look.Reference(), h.middle("service-identity")
	x, y := float64(at.X)/float64(panel.Width), float64(at.Y)/float64(panel.Height)
	h.w.TouchAt(x, y, ui.Press)
	h.w.TouchAt(x, y, ui.Release)
	h.says(kiosk.ChooseService{Service: "identity"})
	for _, beyond := range []float64{-1, 2, math.NaN(), math.Inf(1), math.Inf(-1)} { // the edge, where no control is
		h.w.TouchAt(beyond, beyond, ui.Press)
		h.w.TouchAt(beyond, beyond, ui.Release)
		h.says(kiosk.Touched{})
	}
}

func TestOnlyAFingerThatGoesDownOnAControlIsToldOf(t *testing.T) {
	pressed := 0
	w, err := ui.New(ui.Config{Panel: look.Reference(), Pressed: func() { pressed++ }})
	if err != nil {
		t.Fatal(err)
	}
	h := (&hand{t: t, w: w}).show("start")
	at := h.middle("service-identity")
	for i, step := range []struct {
		phase ui.Phase
		at    image.Point
		want  int
	}{
		{ui.Press, at, 1},
		{ui.Move, at.Add(image.Pt(5, 0)), 1},
		{ui.Release, at, 1},
		{ui.Press, image.Pt(1, 1), 1}, // on no control
		{ui.Move, at, 1},
		{ui.Release, at, 1},
		{ui.Press, at, 2},
		{ui.Cancel, at, 2},
	} {
		if h.touch(step.phase, step.at); pressed != step.want {
			t.Fatalf("step %d: told of %d fingers, want %d", i, pressed, step.want)
		}
	}
}
