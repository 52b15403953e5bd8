package speech_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/ui/speech"
)

// consent is a screen that asks, with two facts.
func consent(l locale.Lang, yes, no string) kiosk.Screen {
	fact := func(name, is string) kiosk.Box {
		return kiosk.Box{Role: kiosk.RoleFact, Children: []kiosk.Box{{Role: kiosk.RoleName, Text: name}, {Role: kiosk.RoleStrong, Text: is}}}
	}
	return kiosk.Screen{Name: "ask", Lang: l, Voice: kiosk.Voice{On: true, Headset: true}, Root: kiosk.Box{Role: kiosk.RoleScreen, Children: []kiosk.Box{
		{Role: kiosk.RoleBody, Children: []kiosk.Box{
			{Role: kiosk.RoleBack, ID: "back", Text: locale.Say(l, locale.BackPlain), Tap: kiosk.GoBack{}},
			{Role: kiosk.RoleTitle, Text: locale.Say(l, locale.ReminderAsk)},
			{Role: kiosk.RoleFacts, Children: []kiosk.Box{fact("Chi", "Comune di Valfiorita"), fact("Quale dato", "numero di telefono")}},
			{Role: kiosk.RoleChoice, Children: []kiosk.Box{
				{Role: kiosk.RoleButton, ID: "yes", Text: yes, Tap: kiosk.Choose{Yes: true}},
				{Role: kiosk.RoleButton, ID: "no", Text: no, Tap: kiosk.Choose{}},
			}},
			{Role: kiosk.RoleLink, ID: "notice", Text: "Legga l'informativa", Tap: kiosk.OpenNotice{}},
		}},
	}}}
}

func TestFactsAreSaidRowByRowAndThenBothAnswersInOneUtteranceBeforeAnyKey(t *testing.T) {
	var r speech.Reader
	u := r.Next(consent("it", "Con promemoria", "Senza promemoria"))
	var got []string
	for _, s := range u.Say {
		got = append(got, s.Text)
		if s.Lang != locale.Italian || s.Private {
			t.Errorf("%+v is said in another voice", s)
		}
	}
	want := []string{"Vuole un promemoria?", "Chi.", "Comune di Valfiorita.", "Quale dato.", "numero di telefono.", "Con promemoria.", "Senza promemoria."}
	if !slices.Equal(got, want) {
		t.Errorf("said is %q, want %q", got, want)
	}
}

// TestTheTwoAnswersTakeAsLongToSay counts letters, which take about as long in one language; hw/audio has the sound measured.
// In Chinese a character is a syllable, and so few of them differ by one at least.
func TestTheTwoAnswersTakeAsLongToSay(t *testing.T) {
	for _, l := range locale.Languages() {
		for _, answers := range [][2]locale.Key{{locale.ReminderYes, locale.ReminderNo}, {locale.OtherDayYes, locale.OtherDayNo}} {
			yes, no := letters(spoken(l, locale.Say(l, answers[0]))), letters(spoken(l, locale.Say(l, answers[1])))
			if ratio := float64(yes) / float64(no); ratio < 0.8 || ratio > 1.25 {
				t.Errorf("in %s %q has %d letters, %q %d", l, locale.Say(l, answers[0]), yes, locale.Say(l, answers[1]), no)
			}
		}
	}
}

func letters(text string) (n int) {
	for _, r := range text {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// typedMail is a screen on which an address is typed.
func typedMail(typed string, headset bool) kiosk.Screen {
	pads := kiosk.Box{Role: kiosk.RoleKeyboard}
	for _, sign := range "ab1@._-+" {
		pads.Children = append(pads.Children, kiosk.Box{Role: kiosk.RolePad, ID: "pad-" + string(sign), Text: string(sign), Tap: kiosk.Type{Sign: sign}})
	}
	return kiosk.Screen{Name: "contact", Lang: "it", Voice: kiosk.Voice{On: true, Headset: headset}, Root: kiosk.Box{Role: kiosk.RoleScreen, Children: []kiosk.Box{
		{Role: kiosk.RoleBody, Children: []kiosk.Box{{Role: kiosk.RoleText, Text: typed + "·"}, pads}},
	}}}
}

func TestAnAddressIsSaidSignBySignAndWhatIsTypedAsItIsTyped(t *testing.T) {
	wantTexts(t, texts("it", kiosk.Box{Role: kiosk.RoleText, Text: "a-b@c.it·"}), "a, trattino, b, chiocciola, c, punto, i, t.")
	wantTexts(t, texts("it", kiosk.Box{Role: kiosk.RoleText, Text: "·"}))
	var r speech.Reader
	r.Next(typedMail("a", true))
	for _, next := range [][2]string{{"ab", "b."}, {"ab@", "chiocciola."}, {"ab@1", "1."}, {"ab@1.", "punto."}, {"ab@1", "a, b, chiocciola, 1."}} {
		u := r.Next(typedMail(next[0], true))
		if len(u.Say) != 1 || u.Say[0].Text != next[1] || !u.Say[0].Private {
			t.Errorf("after %q said is %+v, want %q", next[0], u.Say, next[1])
		}
	}
}

func TestEverySignOfAnAddressHasAName(t *testing.T) {
	for _, l := range locale.Languages() {
		names := map[string]bool{}
		for _, sign := range "@._-+" {
			name := texts(l, kiosk.Box{Role: kiosk.RolePad, Text: string(sign)})
			if len(name) != 1 || letters(name[0]) == 0 || names[name[0]] {
				t.Errorf("in %s %q is said %q", l, sign, name)
				continue
			}
			names[name[0]] = true
		}
		typed := kiosk.Box{Role: kiosk.RoleTyped, Children: []kiosk.Box{{Role: kiosk.RoleDigits, Text: "+39·"}}}
		if got := texts(l, typed); len(got) != 1 || !strings.HasSuffix(strings.TrimRight(got[0], ".।。"), "3 9") || letters(got[0]) == 0 {
			t.Errorf("in %s +39 is said %q", l, got)
		}
	}
}

func TestNothingTypedOfAnAddressIsSaidAloudWhateverTheScreenSays(t *testing.T) {
	for _, s := range speech.Whole(typedMail("ab@1.it", false)) {
		t.Errorf("the speaker says %+v", s)
	}
	var r speech.Reader
	r.Next(typedMail("a", false))
	moved := typedMail("ab", false)
	moved.Focus = "pad-b"
	if u := r.Next(moved); len(u.Say) > 0 {
		t.Errorf("the speaker says %+v", u.Say)
	}
}
