package audio_test

import (
	"bytes"
	"os"
	"os/exec"
	"testing"

	"example.org/totem/hw/audio"
	"example.org/totem/locale"
)

func TestNoLanguageIsReadAsIfItWereEnglish(t *testing.T) {
	for _, l := range locale.Languages() {
		text, err := os.ReadFile("testdata/pace/" + string(l) + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		speak := exec.CommandContext(t.Context(), "espeak-ng", "-v", audio.VoiceOf(l), "-x", "-q", "--stdin")
		speak.Stdin = bytes.NewReader(text)
		said, err := speak.Output()
		if err != nil {
			t.Fatalf("scripts/setup test installs espeak-ng: %v", err)
		}
		if len(said) == 0 || bytes.Contains(said, []byte("(en)")) { // its mark for words that it takes for another language's
			t.Errorf("%s: %s", l, said)
		}
	}
}
