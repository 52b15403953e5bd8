package ui_test

import (
	"testing"

	"example.org/totem/internal/scenes"
	"example.org/totem/kiosk"
	"example.org/totem/ui"
	"example.org/totem/ui/look"
)

func TestAnAimTakesThePlaceOfAScreenAndHasNothingToTouch(t *testing.T) {
	w, err := ui.New(ui.Config{Panel: look.Reference(), Guard: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	var start kiosk.Screen
	for _, s := range scenes.All() {
		if s.Name == "start" {
			if start, err = s.Play(scenes.Setting{}); err != nil {
				t.Fatal(err)
			}
		}
	}
	w.Show(start)
	service, ok := w.Find("service-identity")
	if !ok {
		t.Fatal("no service on the start screen")
	}
	at := service.Min.Add(service.Size().Div(2))
	w.Touch(at.X, at.Y, ui.Press)
	w.Aim(ui.Aim{X: 0.5, Y: 0.5, Number: 1, Of: 5, Text: "Touch"})
	w.Touch(at.X, at.Y, ui.Release)
	if msg := <-w.Taps(); msg != (kiosk.Touched{}) {
		t.Errorf("a finger that was on a service said %#v", msg)
	}
	if _, ok := w.Find("service-identity"); ok {
		t.Error("the service is still there")
	}
	w.Show(start)
	if again, ok := w.Find("service-identity"); !ok || again != service {
		t.Error("the same screen did not come back")
	}
}
