package kiosk_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/paper"
)

func (k *totem) voice() kiosk.Voice { return kiosk.View(k.state).Voice }

func (k *totem) wantVoice(want kiosk.Voice) *totem {
	k.t.Helper()
	if got := k.voice(); got != want {
		k.t.Fatalf("the voice is %+v, want %+v", got, want)
	}
	return k
}

func plugged(in bool) kiosk.Msg { return kiosk.HeadsetChanged{In: in} }

func TestAHeadsetHasTheScreensSpokenAndItsEndSilencesThemAtOnce(t *testing.T) {
	ways := map[string]func(*totem){
		"start": func(*totem) {}, "times": func(k *totem) { k.tap("service-carta") }, "help": func(k *totem) { k.tap("key-help") },
		"printing": func(k *totem) { k.issued() }, "take": func(k *totem) { k.issued().send(ended(paper.Printed, 0)) },
		"code": func(k *totem) { k.tap("own-ticket") }, "own": func(k *totem) { k.shows(held(k.zone)) },
		"record": func(k *totem) { k.shows(held(k.zone)).tap("record") },
	}
	for _, sound := range []kiosk.Sound{kiosk.HeadsetSound, kiosk.SpeakerSound} {
		for screen, way := range ways {
			k := openWith(t, kiosk.Config{Sound: sound})
			way(k)
			k.send(plugged(true)).wantScreen(screen).wantVoice(kiosk.Voice{On: true, Headset: true})
			k.send(plugged(false)).wantScreen(screen).wantVoice(kiosk.Voice{})
			k.send(plugged(true)).tap("key-voice").wantScreen("voice").send(plugged(false)).wantVoice(kiosk.Voice{})
			if k.screen() == "voice" {
				t.Errorf("the screen of a voice that is off, from %s", screen)
			}
		}
	}
	openWith(t, kiosk.Config{}).send(plugged(true)).wantVoice(kiosk.Voice{}).send(kiosk.OpenVoice{}).wantVoice(kiosk.Voice{}).wantScreen("start")
}

func TestPullingAHeadsetOutIsNoYesAndNoSignOfLife(t *testing.T) {
	k := openWith(t, heard).tap("service-carta").send(plugged(true)).after(85 * time.Second).send(plugged(false)).after(10 * time.Second)
	k.wantScreen("still-here")
	if len(k.effects) > 0 {
		t.Error(k.effects)
	}
	k.send(plugged(true)).wantScreen("times") // but plugging one in is
}

// TestNothingIsSpokenToTheNextCitizenUntilTheyAskForIt leaves a headset plugged in.
func TestNothingIsSpokenToTheNextCitizenUntilTheyAskForIt(t *testing.T) {
	left := func() *totem {
		k := openWith(t, heard).send(plugged(true), kiosk.ChangeRate{Steps: 2}, kiosk.ChangeLevel{Steps: -3})
		return k.wantVoice(kiosk.Voice{On: true, Headset: true, Rate: 150, Level: -3})
	}
	for name, k := range map[string]*totem{"quiet": left().after(5 * time.Minute), "finish": left().send(kiosk.Finish{})} {
		k.wantVoice(kiosk.Voice{}).tap("service-carta").press(kiosk.KeyNext).wantVoice(kiosk.Voice{})
		k.fork().press(kiosk.KeyRepeat).wantVoice(kiosk.Voice{On: true, Headset: true})
		k.fork().tap("key-voice").wantVoice(kiosk.Voice{On: true, Headset: true})
		k.send(plugged(true)).wantVoice(kiosk.Voice{}) // told again, it is no other one
		if k.send(plugged(false), plugged(true)); !k.voice().On {
			t.Errorf("%s: another headset is not heard", name)
		}
	}
}

// TestAKeyOfWhoeverBeginsSpeaksIntoAHeadsetThatIsIn is for whom the time has run out: silence would tell nothing.
func TestAKeyOfWhoeverBeginsSpeaksIntoAHeadsetThatIsIn(t *testing.T) {
	on := kiosk.Voice{On: true, Headset: true}
	for _, key := range []kiosk.Key{kiosk.KeyNext, kiosk.KeyPrevious, kiosk.KeySelect, kiosk.KeyBack} {
		openWith(t, heard).send(plugged(true)).after(5 * time.Minute).wantVoice(kiosk.Voice{}).press(key).wantScreen("start").wantVoice(on)
		openWith(t, heard).press(key).wantVoice(kiosk.Voice{})
		openWith(t, heard).send(plugged(true)).tap("service-carta", "key-voice", "off").press(key).wantVoice(kiosk.Voice{})
		openWith(t, kiosk.Config{Sound: kiosk.HeadsetSound, Headset: true}).press(key).wantVoice(kiosk.Voice{})
		openWith(t, kiosk.Config{}).send(plugged(true)).press(key).wantVoice(kiosk.Voice{})
	}
}

func TestAKeyThatCanDoNothingHereSaysWhereOneIs(t *testing.T) {
	say := openWith(t, heard).send(plugged(true))
	code := say.fork().tap("own-ticket").types("482917305656").press(kiosk.KeyNext).wantFocus("pad-1")
	for name, k := range map[string]*totem{
		"back where there is nothing": say.fork().issued().send(ended(paper.Printed, 0)).press(kiosk.KeyBack).wantScreen("take"),
		"select at nothing":           say.fork().issued().press(kiosk.KeySelect).wantScreen("printing"),
		"a digit where none is typed": say.fork().press(kiosk.KeyDigit + 4),
		"one digit too many":          code.fork().press(kiosk.KeyDigit + 4),
		"one pad too many":            code.fork().press(kiosk.KeySelect),
		"at the last step":            say.fork().send(kiosk.ChangeLevel{Steps: 100}).press(kiosk.KeyLouder),
	} {
		if k.voice().Here != 1 {
			t.Errorf("%s: %+v", name, k.voice())
		}
	}
	if k := openWith(t, heard).issued().press(kiosk.KeyBack, kiosk.KeySelect, kiosk.KeyDigit); k.voice() != (kiosk.Voice{}) {
		t.Errorf("where nothing is spoken: %+v", k.voice())
	}
}

func TestWhoeverPausesIsToldAllTheSameThatTheTimeRunsOut(t *testing.T) {
	k := openWith(t, heard).tap("key-voice", "key-voice", "pause").after(89 * time.Second)
	if !k.voice().Paused || k.after(2*time.Second).wantScreen("still-here").voice().Paused {
		t.Error("the pause does not end where the time runs out")
	}
	if k.press(kiosk.KeySelect).wantScreen("voice").voice().Paused {
		t.Error("a key does not end the pause")
	}
}

func TestTheVoiceKeySpeaksThenShowsHowAndThenGoesBack(t *testing.T) {
	k := openWith(t, heard).tap("service-carta", "key-voice").wantScreen("times").wantVoice(kiosk.Voice{On: true})
	k.tap("key-voice").wantScreen("voice").tap("key-voice").wantScreen("times").tap("key-voice", "back").wantScreen("times")
	k.tap("key-voice", "off").wantScreen("times").wantVoice(kiosk.Voice{})
	k.tap("key-help", "key-voice").wantScreen("help").wantVoice(kiosk.Voice{On: true}).tap("key-voice", "back").wantScreen("times")
}

func TestWithoutASpeakerTheScreenAsksForAHeadsetAndAPlugLeadsBack(t *testing.T) {
	socket := kiosk.Config{Sound: kiosk.HeadsetSound, Keys: true}
	k := openWith(t, socket).tap("service-carta", "key-voice").wantScreen("voice").wantVoice(kiosk.Voice{})
	if !k.says(it(locale.VoicePlug)) {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.fork().tap("key-voice").wantScreen("times")
	k.fork().tap("back").wantScreen("times")
	k.send(plugged(true)).wantScreen("times").wantVoice(kiosk.Voice{On: true, Headset: true})
	k.tap("key-voice").wantScreen("voice")
	openWith(t, socket).press(kiosk.KeyRepeat).wantScreen("voice").press(kiosk.KeyRepeat).wantScreen("help")
}

func TestPaceAndLoudnessGoInStepsAndEndAtTheirEnds(t *testing.T) {
	k := openWith(t, heard).send(kiosk.ChangeRate{Steps: 3}, kiosk.ChangeLevel{Steps: 3}).press(kiosk.KeyFaster, kiosk.KeyLouder).wantVoice(kiosk.Voice{})
	k.tap("key-voice", "key-voice")
	var paces []int
	for range kiosk.Rates() {
		k.press(kiosk.KeySlower)
	}
	for range kiosk.Rates() {
		paces = append(paces, k.voice().Percent())
		if !k.says(it(locale.VoiceRate, locale.Count("n", k.voice().Percent()))) {
			t.Fatal(outline(kiosk.View(k.state)))
		}
		k.tap("faster")
	}
	if !slices.Equal(paces, kiosk.Rates()) || k.voice().Percent() != 200 {
		t.Errorf("paces %v, then %d", paces, k.voice().Percent())
	}
	k.send(kiosk.ChangeLevel{Steps: -1000})
	for n := 1; n <= 17; n++ {
		if want := it(locale.VoiceLevel, locale.Word("n", itoa(n)), locale.Word("all", "17")); !k.says(want) {
			t.Fatalf("%q is not on\n%s", want, outline(kiosk.View(k.state)))
		}
		k.tap("louder")
	}
	if k.voice().Level != kiosk.MostLevel {
		t.Errorf("level %d", k.voice().Level)
	}
	k.press(kiosk.KeySofter).send(plugged(true), plugged(false), plugged(true))
	if v := k.voice(); v.Level != kiosk.MostLevel-1 || v.Rate != 200 {
		t.Errorf("a plug that was loose: %+v", v)
	}
}

func TestAPauseLastsUntilTheCitizenDoesSomethingElse(t *testing.T) {
	paused := func() *totem { return openWith(t, heard).tap("key-voice", "key-voice", "pause") }
	for name, act := range map[string]func(k *totem){
		"pause": func(k *totem) { k.tap("pause") }, "back": func(k *totem) { k.tap("back") }, "next": func(k *totem) { k.press(kiosk.KeyNext) },
		"language": func(k *totem) { k.tap("key-language") }, "again": func(k *totem) { k.tap("again") },
		"repeat": func(k *totem) { k.press(kiosk.KeyRepeat) }, "louder": func(k *totem) { k.press(kiosk.KeyLouder) },
	} {
		k := paused()
		if !k.voice().Paused {
			t.Fatal("no pause")
		}
		if k.send(kiosk.Touched{}, kiosk.OffersChanged{}, kiosk.Spoken{}).after(time.Second); !k.voice().Paused {
			t.Error("the pause has ended by itself")
		}
		if act(k); k.voice().Paused || !k.voice().On {
			t.Errorf("after %s: %+v", name, k.voice())
		}
	}
}

func TestHearAgainIsOfTheScreenUnderTheVoicesOwn(t *testing.T) {
	k := openWith(t, heard).tap("service-carta", "key-voice", "key-voice", "again").wantScreen("times")
	k.wantVoice(kiosk.Voice{On: true, Again: 1})
	openWith(t, heard).send(kiosk.HearAgain{}).wantVoice(kiosk.Voice{})
}

// listen has a sentence end every ten seconds.
func (k *totem) listen(d time.Duration) *totem {
	for end := k.now.Add(d); k.now.Before(end); {
		k.after(10 * time.Second).send(kiosk.Spoken{})
	}
	return k
}

func TestWhoeverListensIsNotAskedWhetherTheyAreHere(t *testing.T) {
	k := openWith(t, heard).tap("service-carta", "key-voice").listen(5 * time.Minute).wantScreen("times")
	k.after(89 * time.Second).wantScreen("times").after(2 * time.Second).wantScreen("still-here")
	k.send(kiosk.Spoken{}).wantScreen("still-here").after(30 * time.Second).wantScreen("start") // that itself is spoken too
	k = openWith(t, heard).send(plugged(true)).issued().send(ended(paper.Printed, 0)).listen(2 * time.Minute).wantScreen("take")
	k.after(30 * time.Second).wantScreen("start")
}

func TestAVoiceThatSpeaksToNobodyHoldsNoConversation(t *testing.T) {
	k := openWith(t, heard).send(plugged(true)).tap("service-carta").listen(14 * time.Minute)
	k.wantScreen("start").wantVoice(kiosk.Voice{})
	k = openWith(t, heard).send(plugged(true)).tap("service-carta").listen(9 * time.Minute).press(kiosk.KeyNext).listen(9 * time.Minute)
	k.wantScreen("times") // whoever acts is there
	openWith(t, heard).tap("service-carta").listen(100 * time.Second).wantScreen("still-here")
}

func TestListeningDoesNotHoldUpATotemThatNeverAnswers(t *testing.T) {
	openWith(t, heard).send(plugged(true)).issued().listen(70 * time.Second).wantScreen("paper-unknown")
}

func TestTheEndOfTheTimeIsHeardWhereItMatters(t *testing.T) {
	warned := func(k *totem) bool { return kiosk.View(k.state).Warned }
	k := openWith(t, heard).tap("service-carta").after(89 * time.Second)
	if warned(k) || !warned(k.after(time.Second).wantScreen("still-here")) || warned(k.send(kiosk.Touched{})) {
		t.Error("the warning is not heard when it is shown")
	}
	k = openWith(t, heard).issued().send(ended(paper.NotPrinted, paper.PaperEnd)).after(89 * time.Second)
	if warned(k) || !warned(k.after(2*time.Second)) {
		t.Error("the warning beside the code is not heard when it is shown")
	}
	for name, listens := range map[string]bool{"seen": false, "spoken": true} {
		k := openWith(t, heard)
		if listens {
			k.send(plugged(true))
		}
		k.issued().send(ended(paper.Printed, 0)).after(9 * time.Second)
		if warned(k) || warned(k.after(2*time.Second)) != listens {
			t.Errorf("%s: the end of the last screen", name)
		}
	}
}

// TestAVoiceChangesNoLimits plays the same with it and without: whoever says nothing is asked and forgotten at the same
// instants.
func TestAVoiceChangesNoLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		silent, spoken := openWith(t, heard).tap("language-en", "service-carta"), openWith(t, heard).tap("service-carta", "key-voice")
		for range rapid.IntRange(1, 5).Draw(t, "steps") {
			m := rapid.SampledFrom([]kiosk.Msg{kiosk.Touched{}, kiosk.OpenHelp{}, kiosk.TakeTime{Number: "A012"}, kiosk.GoBack{},
				kiosk.OpenTicket{}, kiosk.TicketMade{Ticket: ticket(silent.zone)}, ended(paper.Printed, 0)}).Draw(t, "message")
			d := time.Duration(rapid.IntRange(0, 100).Draw(t, "seconds")) * time.Second
			silent.send(m).after(d)
			spoken.send(m).after(d)
			if silent.screen() != spoken.screen() {
				t.Fatalf("%s without a voice, %s with it", silent.screen(), spoken.screen())
			}
		}
	})
}
