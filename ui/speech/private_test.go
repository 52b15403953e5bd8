package speech_test

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/internal/scenes"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/paper"
	"example.org/totem/ui/speech"
)

// offered are the screens that name what anybody can take: services, and times.
var offered = map[string]bool{"start": true, "times": true, "day": true}

// chosenService is what the service is called that all scenes choose first.
var chosenService = sync.OnceValue(func() locale.Text { return scenes.Office().Services[0].Name })

// secrets are what must not be heard aloud on a screen: of the ticket its number, code and time, and the service of whoever
// stands here.
func secrets(s kiosk.Screen) []string {
	stop := func(text string) string { return strings.TrimRight(spoken(s.Lang, text), ".。।") }
	controls := s.Controls()
	all := []string{stop(string(number)), "4 8 2 9", "1 7 3 0", "5 5 6 6", string(code),
		stop(locale.Say(s.Lang, locale.WhenToday, locale.At("time", 9, 50)))}
	if !offered[s.Name] {
		all = append(all, stop("9:50"))
	}
	place := slices.IndexFunc(controls, func(b kiosk.Box) bool { return b.ID == s.Focus })
	if place >= 0 && controls[place].Private { // which of ten digits it is tells the digit
		all = append(all, stop(locale.Say(s.Lang, locale.HintAt, locale.Word("n", strconv.Itoa(place+1)),
			locale.Word("all", strconv.Itoa(len(controls))))))
	}
	if _, offers := s.Root.Find(func(b kiosk.Box) bool { return b.Role == kiosk.RoleServices }); !offers {
		all = append(all, stop(chosenService()[s.Lang]))
	}
	return all
}

// wantKept fails where something private is said.
func wantKept(t interface{ Fatalf(string, ...any) }, s kiosk.Screen, said []speech.Sentence) {
	if len(said) == 0 {
		return
	}
	kept := secrets(s)
	for _, one := range said {
		if one.Private {
			t.Fatalf("the speaker says on %s %v, which is private", s.Name, one)
		}
		for _, secret := range kept {
			if strings.Contains(one.Text, secret) {
				t.Fatalf("the speaker says on %s %q", s.Name, one.Text)
			}
		}
	}
}

// aloud hears a screen from the speaker.
func aloud(t *testing.T, s kiosk.Screen) {
	t.Helper()
	s.Voice.Headset = false
	wantKept(t, s, speech.Whole(s))
}

// TestWhateverHappensTheHallHearsNothingPrivate lets anything happen to a totem that speaks, aloud or into a headset.
func TestWhateverHappensTheHallHearsNothingPrivate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lang := rapid.SampledFrom(locale.Languages()).Draw(t, "language")
		k := open(kiosk.Config{Lang: lang, Sound: kiosk.SpeakerSound, Keys: true, Scanner: true})
		hear := func(m kiosk.Msg) {
			u := k.send(m)
			s := kiosk.View(k.state)
			if !s.Voice.Headset {
				wantKept(t, s, u.Say)
			}
			if !s.Voice.On && len(u.Say) > 0 {
				t.Fatalf("the voice is off and says %v", u.Say)
			}
			wantVisible(t, s, u.Say)
			if again := k.reader.Next(s); again.Hush || again.Warn || len(again.Say) > 0 {
				t.Fatalf("twice the same screen says %v", again)
			}
		}
		hear(rapid.SampledFrom([]kiosk.Msg{kiosk.PressKey{Key: kiosk.KeyRepeat}, kiosk.HeadsetChanged{In: true}}).Draw(t, "begins"))
		for range rapid.IntRange(1, 15).Draw(t, "steps") {
			for _, m := range k.step(t) {
				hear(m)
			}
		}
	})
}

// wantVisible fails where something is said that the screen does not show.
func wantVisible(t *rapid.T, s kiosk.Screen, said []speech.Sentence) {
	if len(said) == 0 {
		return
	}
	visible := speech.Whole(s)
	for _, one := range said {
		typed := one.Private && len(one.Text) <= len("A.。")
		if !slices.Contains(visible, one) && !typed {
			t.Fatalf("on %s is said %v, which is not to be seen", s.Name, one)
		}
	}
}

// step is one random thing that may happen next.
func (k *totem) step(t *rapid.T) []kiosk.Msg {
	switch rapid.IntRange(0, 9).Draw(t, "what") {
	case 0, 1:
		return []kiosk.Msg{kiosk.PressKey{Key: kiosk.Key(rapid.IntRange(1, int(kiosk.KeyDigit)+9).Draw(t, "key"))}}
	case 2, 3, 4:
		all := kiosk.View(k.state).Controls()
		all = slices.DeleteFunc(all, func(b kiosk.Box) bool { return b.Tap == kiosk.StopVoice{} || b.Role == kiosk.RoleLanguage })
		if len(all) == 0 {
			return nil
		}
		return []kiosk.Msg{rapid.SampledFrom(all).Draw(t, "control").Tap}
	case 5:
		answer, _ := k.answer()
		if answer == nil {
			return nil
		}
		if ended, ok := answer.(kiosk.SlipEnded); ok {
			ended.Result.Outcome = rapid.SampledFrom([]paper.Outcome{paper.Printed, paper.NotPrinted, paper.Unknown}).Draw(t, "outcome")
			answer = ended
		}
		return []kiosk.Msg{answer}
	case 6:
		return []kiosk.Msg{kiosk.Scanned{Code: code}}
	case 7:
		return []kiosk.Msg{kiosk.Tick{Now: k.now.Add(time.Duration(rapid.IntRange(1, 40).Draw(t, "seconds")) * time.Second)}}
	case 8:
		var signs []kiosk.Msg
		for _, sign := range rapid.SampledFrom([]string{string(code), string(number), "48"}).Draw(t, "typed") {
			signs = append(signs, kiosk.Type{Sign: sign})
		}
		return signs
	}
	if rapid.Bool().Draw(t, "headset changes") {
		return []kiosk.Msg{kiosk.HeadsetChanged{In: rapid.Bool().Draw(t, "in")}}
	}
	return []kiosk.Msg{kiosk.SlipFound{Ticket: kiosk.Ticket{
		Job: 9, Key: k.key("identity"), Number: number, Start: k.at(9, 50), Code: code, Label: k.label("identity"),
	}}}
}
