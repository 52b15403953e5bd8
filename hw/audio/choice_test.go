package audio_test

import (
	"testing"

	"example.org/totem/hw/audio"
	"example.org/totem/locale"
)

// TestTheTwoAnswersOfAChoiceTakeAsLongToSay measures how long the sound of each answer is.
func TestTheTwoAnswersOfAChoiceTakeAsLongToSay(t *testing.T) {
	needEspeak(t)
	for _, l := range locale.Languages() {
		t.Run(string(l), func(t *testing.T) {
			t.Parallel()
			for _, answers := range [][2]locale.Key{{locale.ReminderYes, locale.ReminderNo}, {locale.OtherDayYes, locale.OtherDayNo}} {
				var long [2]float64
				for i, key := range answers {
					sound, err := audio.Render(t.Context(), locale.Say(l, key)+".", l, 100)
					if err != nil {
						t.Fatal(err)
					}
					long[i] = minutes(sound) * 60
				}
				if ratio := long[0] / long[1]; ratio < 0.8 || ratio > 1.25 {
					t.Errorf("%q takes %.2f s, %q %.2f s: %.2f", locale.Say(l, answers[0]), long[0], locale.Say(l, answers[1]), long[1], ratio)
				}
			}
		})
	}
}
