package kiosk_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"example.org/totem/internal/scenes"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/paper"
)

func itoa(n int) string { return strconv.Itoa(n) }

// heard is a totem with all that there is to use it by.
var heard = kiosk.Config{Sound: kiosk.SpeakerSound, Keys: true, Scanner: true}

// presses counts the keys from a state to a screen, selecting wherever the focus is and going on where it is at none.
func (k *totem) presses(most int, arrived func(*totem) bool) (n int) {
	for ; n < most && !arrived(k); n++ {
		if k.focus() == "" {
			k.press(kiosk.KeyNext)
			continue
		}
		k.press(kiosk.KeySelect)
	}
	return n
}

// TestATicketTakesAtMostTwiceAsManyKeysAsTouches begins at a totem on which nobody is, with the key that has it speak,
// with a headset, or with any key.
func TestATicketTakesAtMostTwiceAsManyKeysAsTouches(t *testing.T) {
	const touches = 2 // service, take
	issuing := func(k *totem) bool { return k.screen() == "issuing" }
	for name, begin := range map[string]kiosk.Msg{
		"repeat": kiosk.PressKey{Key: kiosk.KeyRepeat}, "headset": kiosk.HeadsetChanged{In: true},
		"next": kiosk.PressKey{Key: kiosk.KeyNext}, "select": kiosk.PressKey{Key: kiosk.KeySelect},
	} {
		for _, sound := range []kiosk.Sound{kiosk.NoSound, kiosk.HeadsetSound, kiosk.SpeakerSound} {
			k := openWith(t, kiosk.Config{Keys: true, Sound: sound})
			if _, key := begin.(kiosk.PressKey); sound != kiosk.SpeakerSound && (key && name == "repeat") {
				continue // nothing can be heard, so it leads to the help
			}
			if n := 1 + k.send(begin).presses(9, issuing); n > 2*touches {
				t.Errorf("%s, sound %d: %d keys to a ticket", name, sound, n)
			}
			if !issuing(k) {
				t.Errorf("%s, sound %d: the keys lead to %s", name, sound, k.screen())
			}
		}
	}
	k := openWith(t, heard).loseClock().press(kiosk.KeyRepeat)
	if n := 1 + k.presses(9, issuing); n > 2*touches {
		t.Errorf("%d keys to a number", n)
	}
}

func TestACheckInByScanTakesAtMostTwiceAsManyKeysAsTouches(t *testing.T) {
	for name, begin := range map[string][]kiosk.Msg{
		"silent": nil, "spoken": {kiosk.PressKey{Key: kiosk.KeyRepeat}}, "headset": {kiosk.HeadsetChanged{In: true}},
	} {
		k := openWith(t, heard).send(begin...).send(kiosk.Scanned{Code: testCode}, kiosk.TicketFound{Record: held(rome(t))}).wantScreen("own")
		n := len(begin) + k.presses(9, func(k *totem) bool { return k.screen() == "changing" })
		if n > 2 || k.screen() != "changing" { // one touch: "I am here"
			t.Errorf("%s: %d keys to %s", name, n, k.screen())
		}
	}
}

// TestAnyKeyGoesOnWhereSomebodyIsAskedWhetherTheyAreHere and does nothing else, as a touch that meets nothing.
func TestAnyKeyGoesOnWhereSomebodyIsAskedWhetherTheyAreHere(t *testing.T) {
	for _, key := range keys() {
		k := openWith(t, heard).tap("service-carta").after(100 * time.Second).wantScreen("still-here")
		if k.hint() != "" {
			t.Fatal(k.hint())
		}
		touched := k.fork().send(kiosk.Touched{})
		if k.press(key).wantScreen("times"); outline(kiosk.View(k.state)) != outline(kiosk.View(touched.state)) {
			t.Errorf("key %d:\n%s", key, outline(kiosk.View(k.state)))
		}
		k.after(89 * time.Second).wantScreen("times")
	}
}

func TestAKeyIsASignOfLife(t *testing.T) {
	for _, key := range keys() {
		k := openWith(t, heard).tap("service-carta").after(80 * time.Second).press(key).after(80 * time.Second)
		if k.screen() == "still-here" {
			t.Errorf("key %d is not", key)
		}
	}
}

// TestKeysDoNoHarmWhereTheTotemIsWaitedFor presses them all, and more, on each such screen: nothing is asked for, nothing
// is ended, and what the totem does then is shown.
func TestKeysDoNoHarmWhereTheTotemIsWaitedFor(t *testing.T) {
	for _, name := range []string{"issuing", "printing", "printing-late", "reprinting", "finding", "changing", "checking"} {
		s := sceneOf(t, name)
		k := stateOf(t, s, scenes.Setting{})
		before := bodyOf(k)
		for _, key := range append(keys(), keys()...) {
			if key == kiosk.KeyRepeat || k.focus() != "" && key == kiosk.KeySelect {
				continue // which do what their access key does
			}
			k.press(key)
		}
		if got := bodyOf(k); len(k.effects) > 0 || got != before {
			t.Errorf("%s: asked for %v, shows\n%s", name, k.effects, got)
		}
	}
	k := openWith(t, heard).issued().press(keys()...).press(kiosk.KeyBack, kiosk.KeyBack).send(ended(paper.Printed, 0))
	k.press(kiosk.KeyBack).wantScreen("take")
}

func TestKeysDoNotHoldUpATotemThatNeverAnswers(t *testing.T) {
	k := openWith(t, heard).issued()
	for range 4 {
		k.after(20 * time.Second).press(kiosk.KeyNext)
	}
	k.wantScreen("paper-unknown")
}

func TestBackLeadsOneStepBackAndFromTheStartEndsTheConversation(t *testing.T) {
	k := openWith(t, heard).press(kiosk.KeyRepeat, kiosk.KeySelect).wantScreen("times").goTo("key-help").press(kiosk.KeySelect).wantScreen("help")
	k.press(kiosk.KeyBack).wantScreen("times").press(kiosk.KeyBack).wantScreen("start")
	if s := kiosk.View(k.state); !s.Voice.On || s.Focus == "" {
		t.Error("on the way back something was forgotten:", outline(s))
	}
	k.press(kiosk.KeyBack).wantScreen("start").wantFocus("")
	if _, engaged := k.state.Wake(); engaged || kiosk.View(k.state).Voice.On {
		t.Error("something stays:", outline(kiosk.View(k.state)))
	}
	k = openWith(t, heard).shows(held(rome(t))).tap("give-back")
	k.send(kiosk.Type{Sign: 'A'}, kiosk.Type{Sign: '0'}, kiosk.Type{Sign: '1'}, kiosk.Type{Sign: '2'}).wantScreen("give-back-ask")
	k.press(kiosk.KeyBack).wantScreen("own").press(kiosk.KeyBack).wantScreen("start")
}

func TestRepeatSpeaksThenSaysItAgainAndTheSecondTimeInARowOpensTheHelp(t *testing.T) {
	k := openWith(t, heard).press(kiosk.KeyRepeat)
	if s := kiosk.View(k.state); !s.Voice.On || s.Voice.Again != 0 || s.Focus != "service-carta" {
		t.Fatal(outline(s))
	}
	if again := kiosk.View(k.press(kiosk.KeyRepeat).state).Voice.Again; again != 1 {
		t.Fatalf("said again %d times", again)
	}
	k.fork().press(kiosk.KeyRepeat).wantScreen("help").press(kiosk.KeyRepeat, kiosk.KeyRepeat, kiosk.KeyRepeat).wantScreen("help").
		press(kiosk.KeyBack).wantScreen("start")
	k.press(kiosk.KeyNext, kiosk.KeyRepeat).wantScreen("start").press(kiosk.KeyRepeat).wantScreen("help")
	openWith(t, kiosk.Config{Keys: true}).press(kiosk.KeyRepeat).wantScreen("help").press(kiosk.KeyRepeat).wantScreen("help")
}

func TestDigitsOfTheKeypadTypeWhereDigitsAreTypedAndNowhereElse(t *testing.T) {
	k := openWith(t, heard).tap("own-ticket")
	for _, digit := range string(testCode) {
		k.press(kiosk.KeyDigit + kiosk.Key(digit-'0'))
	}
	if k.wantScreen("finding"); k.effects[0] != (kiosk.FindTicket{Code: testCode}) {
		t.Fatal(k.effects)
	}
	k.send(kiosk.TicketFound{Record: held(rome(t))}).press(kiosk.KeyDigit + 1).wantScreen("own")
	k.tap("give-back").press(kiosk.KeyDigit).send(kiosk.Type{Sign: 'A'}).press(kiosk.KeyDigit, kiosk.KeyDigit+1, kiosk.KeyDigit+2)
	k.wantScreen("give-back-ask")
	k = openWith(t, heard).tap("own-ticket", "key-help").press(kiosk.KeyDigit+4, kiosk.KeyBack).wantScreen("code")
	if k.says("4···") {
		t.Error("typed under the help")
	}
}

func TestAKeypadThatIsGoneIsSpokenOfNowhere(t *testing.T) {
	k := openWith(t, heard).press(kiosk.KeyRepeat).send(kiosk.KeypadChanged{}).wantFocus("")
	if k.hint() != "" {
		t.Error(k.hint())
	}
	if k.tap("key-help"); k.says(it(locale.HelpKeys)) {
		t.Errorf("speaks of keys:\n%s", outline(kiosk.View(k.state)))
	}
	k.send(kiosk.KeypadChanged{There: true})
	if !k.says(it(locale.HelpKeys)) {
		t.Errorf("the help does not know of the keys:\n%s", outline(kiosk.View(k.state)))
	}
}

// TestTheFocusIsNowhereAYesThatNobodyChose presses select on whatever a screen shows first, everywhere: nothing that
// cannot be undone comes of it but what a filled button says.
func TestTheFocusIsNowhereAYesThatNobodyChose(t *testing.T) {
	for _, s := range scenes.All() {
		k := stateOf(t, s, scenes.Setting{})
		if leads(k.screen()) {
			continue
		}
		screen := kiosk.View(k.press(kiosk.KeySelect).state)
		at := slices.IndexFunc(screen.Controls(), func(b kiosk.Box) bool { return b.ID == screen.Focus })
		if at < 0 {
			continue
		}
		switch tap := screen.Controls()[at].Tap.(type) {
		case kiosk.Confirm, kiosk.StripSeen, kiosk.LeaveFound, kiosk.PrintFound, kiosk.GiveBack:
			t.Errorf("%s begins at %T", s.Name, tap)
		}
	}
}
