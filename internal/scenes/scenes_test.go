package scenes_test

import (
	"testing"
	"unicode/utf8"

	"example.org/totem/booking"
	"example.org/totem/internal/scenes"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
)

func TestEverySceneCanBePlayedInEveryLook(t *testing.T) {
	large, low := kiosk.Look{Theme: kiosk.HighContrast, Text: 200}, kiosk.Look{Theme: kiosk.LowContrast, Text: 100, Low: true}
	for _, s := range scenes.All() {
		for _, l := range []locale.Lang{locale.Italian, "ar"} {
			for _, in := range []scenes.Setting{{Lang: l, Long: true}, {Lang: l, Look: large}, {Lang: l, Look: low}} {
				if _, err := s.Play(in); err != nil {
					t.Error(err)
				}
			}
		}
	}
}

func TestTheOfficeSpeaksAllLanguagesInTextsThatAnOfficeFileMayHave(t *testing.T) {
	office := scenes.Office()
	for what, o := range map[string]booking.Office{"own": office, "crowd": scenes.Crowd(office, 14), "long": scenes.Long(office)} {
		check := func(text locale.Text, longest int) {
			for _, l := range o.Languages {
				if n := utf8.RuneCountInString(text[l]); n == 0 || n > longest || what == "long" && n < longest {
					t.Errorf("%s office, in %s: %q has %d characters of %d", what, l, text[l], n, longest)
				}
			}
		}
		check(o.Name, 40)
		check(o.Place, 60)
		check(o.Waiting, 60)
		for _, q := range o.Queues {
			check(q.Label, 28)
		}
		for _, v := range o.Services {
			check(v.Name, 28)
			check(v.Detail, 44)
			if v.Bring != nil {
				check(v.Bring, 120)
			}
		}
	}
}

func TestEverySceneCanBePlayedWithKeysAndAVoiceAndWalkedThroughByKeys(t *testing.T) {
	for _, s := range scenes.All() {
		spoken, err := s.Play(scenes.Setting{Keys: true, Headset: true, Scanner: true})
		if err != nil {
			t.Error(err)
		}
		if !spoken.Voice.On || !spoken.Voice.Headset {
			t.Errorf("%s is not spoken: %+v", s.Name, spoken.Voice)
		}
		state, err := s.State(scenes.Setting{Voice: true})
		if err != nil {
			t.Error(err)
		}
		if walked := scenes.Walk(state); len(walked) > 0 && len(walked) != len(walked[0].Controls()) {
			t.Errorf("%s: %d controls, %d steps", s.Name, len(walked[0].Controls()), len(walked))
		}
		if mute, err := s.Play(scenes.Setting{Mute: true}); err == nil && mute.Voice.On {
			t.Errorf("%s is spoken by nothing", s.Name)
		}
	}
}
