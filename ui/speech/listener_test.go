package speech_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/ui/speech"
)

// listener is a citizen who sees nothing: every decision follows from what was heard last.
type listener struct {
	t       *testing.T
	totem   *totem
	lang    locale.Lang
	heard   []string // since the last key, or the last silence
	presses int
	paused  bool
	log     strings.Builder
}

func listen(t *testing.T, lang locale.Lang, sound kiosk.Sound) *listener {
	return &listener{t: t, lang: lang, totem: open(kiosk.Config{Lang: lang, Reach: true, Sound: sound, Keys: true, Scanner: true})}
}

// happens lets something happen, and all that follows from it, and writes down what is said.
func (l *listener) happens(what string, m kiosk.Msg) {
	l.t.Helper()
	l.heard = nil
	for m != nil {
		fmt.Fprintf(&l.log, "%s\n", what)
		l.hear(l.totem.send(m))
		m, what = l.totem.answer()
		what = "  " + what
	}
}

func (l *listener) hear(u speech.Utterance) {
	if u.Hush {
		l.heard = nil
	}
	if u.Warn {
		l.log.WriteString("    (a soft sound)\n")
	}
	if u.Pause != l.paused {
		l.paused = u.Pause
		l.log.WriteString(map[bool]string{true: "    (a pause)\n", false: "    (it goes on)\n"}[u.Pause])
	}
	if u.Hush && len(u.Say) == 0 {
		l.log.WriteString("    (silence)\n")
	}
	for _, s := range u.Say {
		private := ""
		if s.Private {
			private = "(private) "
		}
		fmt.Fprintf(&l.log, "    [%s] %s%s\n", s.Lang, private, s.Text)
		l.heard = append(l.heard, s.Text)
	}
}

func (l *listener) press(k kiosk.Key) {
	l.t.Helper()
	l.presses++
	l.happens(keyName(k), kiosk.PressKey{Key: k})
}

func keyName(k kiosk.Key) string {
	return [...]string{"", "previous", "next", "select", "back", "repeat"}[k]
}

// until presses a key until something is heard of the control that the keys are at, at most so often that it would come
// round.
func (l *listener) until(k kiosk.Key, hears func([]string) bool) {
	l.t.Helper()
	for range 40 {
		if hears(l.control()) {
			return
		}
		l.press(k)
	}
	l.t.Fatalf("it is never said:\n%s", l.log.String())
}

// control is what was heard of the control that the keys are at: what comes after its place, or before it where that came
// last. On the start screen it is said in its stead what the keys do, once.
func (l *listener) control() []string {
	place, _, _ := strings.Cut(locale.Say(l.lang, locale.HintAt), "{")
	for i, text := range l.heard {
		switch {
		case !strings.HasPrefix(text, place) && text != spoken(l.lang, locale.Say(l.lang, locale.HintKeys)):
		case i == len(l.heard)-1:
			return l.heard[:i]
		default:
			return l.heard[i+1:]
		}
	}
	return l.heard
}

// words tells whether words were heard, as a part of a sentence.
func (l *listener) words(text string) func([]string) bool {
	want := strings.TrimRight(spoken(l.lang, text), ".?。؟।")
	return func(heard []string) bool { return strings.Contains(strings.Join(heard, " "), want) }
}

// says are the words of a key of the catalogue, up to its first gap.
func (l *listener) says(k locale.Key) func([]string) bool {
	text, _, _ := strings.Cut(locale.Say(l.lang, k), "{")
	return l.words(text)
}

// sign tells whether this sign alone was heard, as the name of a key.
func (l *listener) sign(r rune) func([]string) bool {
	return func(heard []string) bool { return slices.Contains(heard, spoken(l.lang, string(r))) }
}

// must fails unless it was heard.
func (l *listener) must(what string, hears func([]string) bool) {
	l.t.Helper()
	if !hears(l.heard) {
		l.t.Fatalf("%s is not said:\n%s", what, l.log.String())
	}
}

// choose goes on to a control by its words and touches it.
func (l *listener) choose(k kiosk.Key, hears func([]string) bool) {
	l.t.Helper()
	l.until(k, hears)
	l.press(kiosk.KeySelect)
}

// types goes to each sign and touches it, the shorter way: digits lie as on a telephone, 1 first and 0 last.
func (l *listener) types(signs string) {
	l.t.Helper()
	place := func(sign string) int { return strings.Index("1234567890", sign) }
	for _, sign := range signs {
		key := kiosk.KeyNext
		if len(l.heard) > 0 && place(l.heard[0][:1]) > place(string(sign)) {
			key = kiosk.KeyPrevious
		}
		if !l.sign(sign)(l.heard) { // else the keys are there still
			l.until(key, l.sign(sign))
		}
		l.press(kiosk.KeySelect)
	}
}
