package kiosk_test

import (
	"testing"
	"time"

	"example.org/totem/internal/scenes"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
)

var panels = map[string]kiosk.Msg{"touch-silent": kiosk.TouchChanged{Touch: kiosk.TouchSilent}, "touch-stuck": kiosk.TouchChanged{Touch: kiosk.TouchStuck}}

func TestAPanelInTroubleIsSaidBeforeAnythingIsOffered(t *testing.T) {
	for screen, panel := range panels {
		k := openWith(t, heard).send(panel).wantScreen(screen)
		if _, engaged := k.state.Wake(); engaged {
			t.Errorf("%s waits for somebody", screen)
		}
		k.send(kiosk.TouchChanged{}).wantScreen("start")
		openWith(t, heard).send(panel, kiosk.OutOfService{Code: "T202"}).wantScreen("out-of-service")
		closed := openWith(t, heard).send(kiosk.OffersChanged{}, panel).after(9 * time.Hour).wantScreen("closed")
		if closed.hint() == "" {
			t.Errorf("%s is said nowhere on a screen that offers nothing", screen)
		}
		found := openWith(t, heard).send(kiosk.SlipFound{Ticket: ticket(rome(t))}, panel).after(10 * time.Minute).wantScreen(screen)
		found.send(kiosk.TouchChanged{}).wantScreen("found") // nobody could answer before
	}
}

func TestWhatToDoAboutASilentPanelIsWhatCanBeDone(t *testing.T) {
	k := openWith(t, heard).send(panels["touch-silent"])
	if !k.says(it(locale.TouchSilentKeys)) || k.says(it(locale.AskDesk)) {
		t.Error(outline(kiosk.View(k.state)))
	}
	if k.send(kiosk.KeypadChanged{}); k.says(it(locale.TouchSilentKeys)) || !k.says(it(locale.AskDesk)) {
		t.Error(outline(kiosk.View(k.state)))
	}
}

// TestAnyTouchOrKeyGoesOnForThisConversation and the next citizen is told again.
func TestAnyTouchOrKeyGoesOnForThisConversation(t *testing.T) {
	goesOn := []kiosk.Msg{kiosk.Touched{}}
	for _, key := range []kiosk.Key{kiosk.KeyNext, kiosk.KeyPrevious, kiosk.KeySelect, kiosk.KeyBack, kiosk.KeyRepeat} {
		goesOn = append(goesOn, kiosk.PressKey{Key: key})
	}
	for screen, panel := range panels {
		for _, m := range goesOn {
			k := openWith(t, heard).send(panel, m).wantScreen("start")
			if key, pressed := m.(kiosk.PressKey); pressed {
				k.wantFocus("service-carta")
				if k.voice().On != (key.Key == kiosk.KeyRepeat) {
					t.Errorf("key %d: %+v", key.Key, k.voice())
				}
			}
			k.send(kiosk.ChooseService{Service: "carta"}).wantScreen("times").send(kiosk.GoBack{}).wantScreen("start")
			k.after(5 * time.Minute).wantScreen(screen)
		}
		openWith(t, heard).send(panel).tap("key-text").wantScreen("start")
		openWith(t, heard).send(panel, kiosk.HeadsetChanged{In: true}).wantScreen("start").press(kiosk.KeySelect).wantScreen("times")
		openWith(t, heard).send(panel, kiosk.Scanned{Code: testCode}).wantScreen("finding")
	}
}

// TestNothingIsLostWhereAPanelStopsInTheMiddle has it stop on every screen: what was there is there, with a line about the
// panel, unless keys are at work or a touch was felt since.
func TestNothingIsLostWhereAPanelStopsInTheMiddle(t *testing.T) {
	for _, s := range scenes.All() {
		for _, panel := range panels {
			k := stateOf(t, s, scenes.Setting{})
			_, before := k.state.Wake()
			name, body := k.screen(), bodyOf(k)
			if k.send(panel); name == "start" || name == "found" || name == "still-here" || leads(name) {
				continue
			}
			if bodyOf(k) != body || k.focus() == "" && k.hint() == "" && !kiosk.View(k.state).Voice.On {
				t.Errorf("%s is\n%s", s.Name, outline(kiosk.View(k.state)))
			}
			if _, after := k.state.Wake(); before != after {
				t.Errorf("%s: engaged %t, then %t", s.Name, before, after)
			}
			if before && k.send(kiosk.Touched{}).hint() != "" && k.voice() == (kiosk.Voice{}) {
				t.Errorf("%s: a touch was felt, and yet: %s", s.Name, k.hint())
			}
		}
	}
}
