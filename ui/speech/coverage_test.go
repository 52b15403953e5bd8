package speech_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"example.org/totem/internal/scenes"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/ui/speech"
)

// looks are those in which screens say other things; in one language, for they leave out what others say.
func looks(l locale.Lang) []kiosk.Look {
	if l == locale.Italian {
		return []kiosk.Look{{}, {Text: 200, Low: true}}
	}
	return []kiosk.Look{{}}
}

// TestEverySceneIsSpokenAndNothingElse hears every scene in every language, in a headset; and
// once more as the hall hears it, which hears nothing private.
func TestEverySceneIsSpokenAndNothingElse(t *testing.T) {
	for _, lang := range locale.Languages() {
		t.Run(string(lang), func(t *testing.T) {
			boxes := boxes{t: t, figures: figureWords(lang), said: map[string][]speech.Sentence{}}
			for _, scene := range scenes.All() {
				for _, look := range looks(lang) {
					s, err := scene.Play(scenes.Setting{Lang: lang, Look: look, Headset: true, Keys: true, Scanner: true})
					if err != nil {
						t.Fatal(err)
					}
					boxes.compare(s)
					aloud(t, s)
					if lang == locale.Italian && look.Text == 0 { // a screen has the same controls in every language
						withKeys(t, s)
					}
				}
			}
		})
	}
}

// boxes are said one by one, each of them once.
type boxes struct {
	t       *testing.T
	figures map[string]bool
	said    map[string][]speech.Sentence // by role, language and words of the box
}

// compare compares what is said of a whole screen with what is said of its boxes one by one, and that with their words.
func (a boxes) compare(s kiosk.Screen) {
	a.t.Helper()
	var want []speech.Sentence
	for b := range s.Root.All() {
		key := fmt.Sprint(b.Role, b.Lang, b.Off, b.Text)
		of, known := a.said[key]
		if b.Children = nil; !known {
			of = speech.Whole(kiosk.Screen{Lang: s.Lang, Voice: s.Voice, Root: b})
			a.said[key] = of
			if why := unlike(b, of, a.figures); why != "" {
				a.t.Errorf("%s: %s %q is said %v: %s", s.Name, b.Role, b.Text, of, why)
			}
		}
		want = append(want, of...)
	}
	got := speech.Whole(s)
	for i := range want {
		want[i].Private = i < len(got) && got[i].Private // follows from what is around it
	}
	if !slices.Equal(got, want) {
		a.t.Fatalf("%s: said is\n%v, of its boxes one by one\n%v", s.Name, got, want)
	}
}

// withKeys hears a screen as one does who goes through it with the keys: the entry, and then each control, say all but the
// header and the times that others have. What is the same on every screen is heard on those that begin.
func withKeys(t *testing.T, s kiosk.Screen) {
	t.Helper()
	s.Root.Children = slices.DeleteFunc(slices.Clone(s.Root.Children), func(b kiosk.Box) bool {
		return b.Role == kiosk.RoleHeader || s.Name != "start" && (b.Role == kiosk.RoleLanguages || b.Role == kiosk.RoleAccess)
	})
	gone := map[string]bool{}
	for b := range s.Root.All() {
		if b.Role == kiosk.RoleHour && b.Off {
			gone[texts(s.Lang, b)[0]] = true
		}
	}
	want := slices.DeleteFunc(speech.Whole(s), func(one speech.Sentence) bool { return gone[one.Text] })
	for b := range s.Root.All() {
		if b.Role == kiosk.RoleChoice { // said at once, and each again where the keys are at it
			want = append(want, speech.Whole(kiosk.Screen{Lang: s.Lang, Voice: s.Voice, Root: b})...)
		}
	}
	var r speech.Reader
	s.Focus = ""
	got := r.Next(s).Say
	for _, c := range s.Controls() {
		s.Focus = c.ID
		got = append(got, r.Next(s).Say...)
	}
	order := func(a, b speech.Sentence) int { return strings.Compare(a.Text, b.Text) }
	slices.SortFunc(got, order)
	slices.SortFunc(want, order)
	if !slices.Equal(got, want) {
		t.Fatalf("%s: said is\n%v, visible\n%v", s.Name, got, want)
	}
}

// unlike tells what is said of a box that is not to be seen, or seen and not said; "" where there is no such thing.
func unlike(b kiosk.Box, of []speech.Sentence, figures map[string]bool) string {
	if !hasWords(b) {
		if len(of) > 0 && b.Text != "done" {
			return "it has no words"
		}
		return ""
	}
	var heard []string
	if b.Role == kiosk.RoleText { // sign by sign, which has a test of its own
		return ""
	}
	for _, s := range of {
		heard = append(heard, wordsOf(s.Text)...)
		if !s.Lang.Spoken() {
			return "no voice speaks " + string(s.Lang)
		}
		if last, _ := utf8.DecodeLastRuneInString(s.Text); !strings.ContainsRune(".?!。؟।？！", last) {
			return "it has no end"
		}
	}
	seen := wordsOf(clockForm.ReplaceAllString(addressForm.ReplaceAllString(b.Text, " "), " "))
	for _, word := range heard {
		switch {
		case len(seen) > 0 && word == seen[0]:
			seen = seen[1:]
		case !figures[word] && !strings.Contains(b.Text, word):
			return word + " is not to be seen"
		}
	}
	if len(seen) > 0 && seen[0] != "-" { // the key of a dash
		return seen[0] + " is not said"
	}
	return ""
}

var (
	clockForm   = regexp.MustCompile(`[0-9]{1,2}:[0-9]{2}( Uhr| টায়| টার)?`)
	addressForm = regexp.MustCompile(`[a-z.]+@[a-z.]+`)
)

// hasWords reports whether a box shows words, and not a drawing.
func hasWords(b kiosk.Box) bool {
	switch b.Role {
	case kiosk.RoleEmblem, kiosk.RoleQR, kiosk.RolePicture, kiosk.RoleIcon:
		return false
	}
	return len(wordsOf(b.Text))+len(digits(b.Text)) > 0 || b.Role == kiosk.RolePad
}

// wordsOf returns the words of a text without figures and signs.
func wordsOf(text string) []string {
	return strings.FieldsFunc(strings.NewReplacer("“", "", "”", "").Replace(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !strings.ContainsRune("'’-", r)
	})
}

// figureWords are those with which a language says figures and signs.
func figureWords(l locale.Lang) map[string]bool {
	words := map[string]bool{}
	add := func(text string) {
		for _, word := range wordsOf(spoken(l, text)) {
			words[word] = true
		}
	}
	for i := range 60 {
		add(fmt.Sprintf("%d:00 9:%02d %d:30 টায় %d:00 টার %d:10 টার", i%24, i, i%24, i%24, i%24))
	}
	add("1% a@b.cd-ef_gh")
	for _, sign := range "@._-+" {
		for _, word := range wordsOf(texts(l, kiosk.Box{Role: kiosk.RolePad, Text: string(sign)})[0]) {
			words[word] = true
		}
	}
	add(locale.Weekday(l, time.Monday) + " 8:30")
	add(locale.Say(l, locale.BackPlain)) // an arrow
	for _, word := range texts(l, kiosk.Box{Role: kiosk.RoleHour, Text: "9:50", Off: true}) {
		for _, word := range wordsOf(word) {
			words[word] = true
		}
	}
	return words
}
