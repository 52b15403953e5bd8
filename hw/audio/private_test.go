package audio_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"example.org/totem/hw/audio"
	"example.org/totem/locale"
)

// signs writes a program in place of espeak-ng that speaks in signs: samples above zero for what is private, below for what
// is not. It is quicker than espeak-ng, and one hears what was said.
func signs(t testing.TB) string { return script(t, t.TempDir(), signsProgram(t)) }

func signsProgram(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	head := header(audio.SampleRate)
	files := map[string][]byte{"private": slices.Concat(head, slices.Repeat([]byte{0, 0x40}, 3000)), "public": slices.Concat(head, slices.Repeat([]byte{0, 0xc0}, 3000))}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return listing + fmt.Sprintf(`read -r text; case "$text" in secret*) exec cat %s/private;; *) exec cat %s/public;; esac`, dir, dir)
}

// listing is the beginning of a program that has all voices.
const listing = `[ "$1" = --voices ] && { for v in it en-gb de fr-fr es ro uk ar bn cmn-latn-pinyin; do echo " 5 $v --/M name"; done; exit; }
`

// script writes a program.
func script(t testing.TB, dir, body string) string {
	t.Helper()
	path := filepath.Join(dir, "program")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWhatIsPrivateNeverReachesTheSpeaker(t *testing.T) {
	t.Parallel()
	h := newHall()
	headset, speaker := h.output(t, "headset", 8), h.output(t, "speaker", 8)
	d := newDiary()
	v, stop := run(t, d.keep(audio.Config{Espeak: signs(t), Headset: headset, Speaker: speaker}))
	secret := audio.Line{Text: "secret", Lang: locale.Italian, Private: true}
	public := audio.Line{Text: "public", Lang: locale.Italian}
	in := false
	rapid.Check(t, func(t *rapid.T) {
		for range rapid.IntRange(1, 6).Draw(t, "calls") {
			switch rapid.IntRange(0, 18).Draw(t, "call") {
			default:
				v.Say(rapid.SliceOfN(rapid.SampledFrom([]audio.Line{secret, public}), 0, 4).Draw(t, "lines"))
			case 1, 2, 3:
				in = !in
				v.Headset(in)
			case 4:
				v.Pause(rapid.Bool().Draw(t, "pause"))
			case 5:
				v.Cue(rapid.SampledFrom([]audio.Cue{audio.Click, audio.Warning}).Draw(t, "cue"))
			case 6:
				v.Manner(audio.Manner{Rate: rapid.IntRange(0, 300).Draw(t, "rate"), Level: rapid.IntRange(-1, 0).Draw(t, "level")})
			case 16, 17, 18:
				v.Add(rapid.SliceOfN(rapid.SampledFrom([]audio.Line{secret, public}), 0, 4).Draw(t, "lines"))
			case 7: // something is heard meanwhile
				before := count(h.sounded("headset")) + count(h.sounded("speaker"))
				v.Cue(audio.Click)
				h.await(t, "something sounds", func() bool { return count(h.sounded("headset"))+count(h.sounded("speaker")) > before })
			}
		}
	})
	v.Pause(false)
	v.Manner(audio.Manner{})
	v.Hush()
	v.Headset(true)
	v.Say([]audio.Line{secret, public})
	_, _, _, before := d.read()
	d.awaitEnds(t, before+1) // so that the property cannot hold for want of sound
	v.Headset(false)
	v.Say([]audio.Line{secret, public, secret})
	d.awaitEnds(t, before+2)
	stop()
	private := func(s int16) bool { return s > 600 } // twice a cue
	if count(h.sounded("headset")) == 0 || !slices.ContainsFunc(slices.Concat(h.sounded("headset")...), private) {
		t.Error("nothing private was heard in the headset")
	}
	if slices.ContainsFunc(slices.Concat(h.sounded("speaker")...), private) {
		t.Error("something private was heard at the speaker")
	}
	if !slices.ContainsFunc(slices.Concat(h.sounded("speaker")...), func(s int16) bool { return s < -100 }) {
		t.Error("nothing was heard at the speaker")
	}
}
