package audio_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"example.org/totem/hw/audio"
	"example.org/totem/locale"
)

func TestATextGivesEspeakNoOrders(t *testing.T) {
	needEspeak(t)
	t.Parallel()
	render := func(text string) []float64 {
		sound, err := audio.Render(t.Context(), text, locale.Italian, 100)
		if err != nil {
			t.Fatal(err)
		}
		return sound
	}
	plain := render("Primo secondo terzo.")
	for _, text := range []string{
		"Primo [[secondo]] terzo.", "Primo \x01secondo terzo.", "Primo secondo\x00 terzo.", "Primo\u2028secondo\n\n\n terzo.", "Primo secondo\xff\xfe terzo.",
		"<Primo> secondo terzo.", "Primo \ue001secondo \u202eterzo.", "Primo \x1b[secondo] terzo.",
	} {
		if !slices.Equal(render(text), plain) {
			t.Errorf("%q sounds otherwise than its words", text)
		}
	}
	if quick := render(`<speak><prosody rate="x-fast">Primo secondo terzo.</prosody></speak>`); len(quick) <= len(plain) {
		t.Error("an order in SSML was obeyed")
	}
}

func TestWhatIsSpokenIsPlainText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) + rapid.String().Draw(t, "text")
		got := audio.Clean(text)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > 2*audio.LongestLine || strings.ContainsAny(got, "[]<>\x00\x01\n\t") {
			t.Fatalf("%q became %q", text, got)
		}
		if again := audio.Clean(got); again != got {
			t.Fatalf("%q is cleaned to %q", got, again)
		}
	})
	for _, l := range locale.Languages() { // what a totem says by itself loses no sign
		for _, k := range []locale.Key{locale.HelpSteps, locale.PrintingKeep, locale.PrivacyRightsDo} {
			if text := locale.Say(l, k); audio.Clean(text) != strings.Join(strings.Fields(text), " ") {
				t.Errorf("%s: %q became %q", l, text, audio.Clean(text))
			}
		}
	}
}

func TestWhateverIsSaidTheVoiceGoesOn(t *testing.T) {
	needEspeak(t)
	t.Parallel()
	h, d := newHall(), newDiary()
	v, _ := run(t, d.keep(audio.Config{Speaker: h.output(t, "speaker", 8)}))
	for _, lines := range [][]audio.Line{
		italian(strings.Repeat("parola ", 15000)), italian(strings.Repeat("x", 100_000)), italian(strings.Repeat("\x00", 100_000)),
		italian("\xff\xfe\xfd", "", "\x00", "…", "-", "--voices", "-w file"), slices.Repeat(italian("ancora"), 10_000), {{Text: "senza lingua"}},
	} {
		v.Say(lines)
		before := count(h.sounded("speaker"))
		v.Cue(audio.Click)
		h.await(t, "something sounds", func() bool { return count(h.sounded("speaker")) > before })
	}
	v.Say(italian(short))
	d.awaitEnds(t, 1)
	if log, states, _, _ := d.read(); log != "" || len(states) != 1 {
		t.Errorf("states %v, log:\n%s", states, log)
	}
}

func TestALongTextIsSpokenToItsBound(t *testing.T) {
	cleaned := audio.Clean(strings.Repeat("à", 100_000))
	if n := utf8.RuneCountInString(cleaned); n != audio.LongestLine {
		t.Errorf("%d signs are spoken", n)
	}
}

func TestAStuckPlayerIsGivenUp(t *testing.T) {
	t.Parallel()
	d := newDiary()
	v, stop := run(t, d.keep(audio.Config{Espeak: signs(t), Speaker: audio.Output{Player: []string{"sleep", "86399"}}}))
	v.Say(italian("uno"))
	d.await(t, "it is told", func() bool { log, _, _, _ := d.read(); return strings.Contains(log, "part=speaker") })
	begun := time.Now()
	stop()
	if left := children(t, "86399"); len(left) > 0 || time.Since(begun) > 5*time.Second {
		t.Errorf("%v are left, it took %v to end", left, time.Since(begun))
	}
}
