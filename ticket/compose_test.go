package ticket_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/ticket"
)

const code = booking.Code("482917305566")

func input(t testing.TB, lang locale.Lang) ticket.Input {
	t.Helper()
	day, err := booking.ParseDay("2026-11-21")
	if err != nil {
		t.Fatal(err)
	}
	return ticket.Input{
		Office: booking.Office{
			ID:        "valfiorita",
			Name:      locale.Text{"it": "Anagrafe · Valfiorita"},
			Place:     locale.Text{"it": "piazza del Municipio 1, piano terra"},
			Waiting:   locale.Text{"it": "Sala d'attesa al piano terra", "en": "Waiting room, ground floor"},
			Languages: []locale.Lang{"it", "en"},
		},
		Lang: lang, Number: "A012", Start: day.At(9*60+50, time.FixedZone("", 3600)), Day: day,
		Label: locale.Text{"it": "Carta d'identità", "en": "Identity card"}, Code: code,
	}
}

func composed(t testing.TB, in ticket.Input) ticket.Slip {
	t.Helper()
	s, err := ticket.Compose(in)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestASlipSaysWhatItsBearerNeedsInOrder(t *testing.T) {
	for lang, want := range map[locale.Lang][]ticket.Line{
		"it": {
			{Role: ticket.RoleOffice, Text: "Anagrafe · Valfiorita"},
			{Role: ticket.RolePlace, Text: "piazza del Municipio 1, piano terra"},
			{Role: ticket.RoleNumber, Text: "A012"},
			{Role: ticket.RoleWhen, Text: "oggi alle 9:50"},
			{Role: ticket.RoleLabel, Text: "Carta d'identità"},
			{Role: ticket.RoleRule},
			{Role: ticket.RoleQR, Text: "482917305566"},
			{Role: ticket.RoleCode, Text: "4829 1730 5566"},
			{Role: ticket.RoleSentence, Text: "Sala d'attesa al piano terra: il numero è chiamato sullo schermo e a voce."},
			{Role: ticket.RoleRule},
			{Role: ticket.RoleStrong, Text: "Biglietto senza dati personali."},
			{Role: ticket.RoleSentence, Text: "Il codice si cancella stasera."},
			{Role: ticket.RoleDate, Text: "sabato 21 novembre 2026"},
		},
		"en": {
			{Role: ticket.RoleOffice, Text: "Anagrafe · Valfiorita"},
			{Role: ticket.RolePlace, Text: "piazza del Municipio 1, piano terra"},
			{Role: ticket.RoleNumber, Text: "A012"},
			{Role: ticket.RoleWhen, Text: "today at 9:50"},
			{Role: ticket.RoleLabel, Text: "Identity card"},
			{Role: ticket.RoleRule},
			{Role: ticket.RoleQR, Text: "482917305566"},
			{Role: ticket.RoleCode, Text: "4829 1730 5566"},
			{Role: ticket.RoleSentence, Text: "Waiting room, ground floor: the number is called on the screen and aloud."},
			{Role: ticket.RoleRule},
			{Role: ticket.RoleStrong, Text: "This ticket holds no personal data."},
			{Role: ticket.RoleSentence, Text: "The code is erased this evening."},
			{Role: ticket.RoleDate, Text: "Saturday 21 November 2026"},
		},
	} {
		if diff := cmp.Diff(want, composed(t, input(t, lang)).Lines); diff != "" {
			t.Errorf("%s (-want +got):\n%s", lang, diff)
		}
	}
}

func TestTheWaitingRoomStandsWithinItsSentenceInEveryScript(t *testing.T) {
	for lang, room := range map[locale.Lang]string{"it": "Sala d'attesa", "bn": "অপেক্ষা কক্ষ", "zh": "等候室", "ar": "قاعة الانتظار"} {
		stop := map[locale.Lang]string{"bn": "।", "zh": "。"}[lang]
		if stop == "" {
			stop = "."
		}
		in := input(t, lang)
		in.Office.Waiting = locale.Text{lang: room + stop}
		want := locale.Say(lang, locale.SlipCalled, locale.Word("where", room))
		if !slices.ContainsFunc(composed(t, in).Lines, func(l ticket.Line) bool { return l.Text == want }) {
			t.Errorf("%s: want %q in %v", lang, want, composed(t, in).Lines)
		}
	}
}

func TestASlipOfABareOfficeIsStillWhole(t *testing.T) {
	in := input(t, "it")
	in.Office.Place, in.Office.Waiting, in.Label = nil, nil, nil
	s := composed(t, in)
	for _, l := range s.Lines {
		if l.Role == ticket.RolePlace || l.Role == ticket.RoleLabel {
			t.Errorf("an empty %s stands on the slip", l.Role)
		}
	}
	if !strings.Contains(sentences(s), "Il numero è chiamato sullo schermo e a voce.") {
		t.Errorf("it says %q", sentences(s))
	}
}

func TestASlipWithoutATimeNamesNoTimeAndNoDate(t *testing.T) {
	for lang, want := range map[locale.Lang][]string{
		"it": {"chiamato in ordine", "Il codice si cancella alla chiusura della giornata."},
		"en": {"called in order", "The code is erased when the day is closed."},
	} {
		in := input(t, lang)
		in.Start, in.Day = time.Time{}, booking.Day{}
		s := composed(t, in)
		var all []string
		for _, l := range s.Lines {
			if l.Role == ticket.RoleDate || strings.Contains(l.Text, ":50") || strings.Contains(l.Text, "2026") || strings.Contains(l.Text, "1970") {
				t.Errorf("%s says %q", l.Role, l.Text)
			}
			all = append(all, l.Text)
		}
		for _, text := range want {
			if !slices.Contains(all, text) {
				t.Errorf("%q is not among %q", text, all)
			}
		}
		if s.IsTimed() || !composed(t, input(t, lang)).IsTimed() {
			t.Error("whether a time is promised cannot be told")
		}
	}
}

func TestASlipOfAnotherDaySaysWhichInLargeLetters(t *testing.T) {
	for lang, want := range map[locale.Lang][]ticket.Line{
		"it": {
			{Role: ticket.RoleWhen, Text: "sabato 21 novembre"},
			{Role: ticket.RoleWhen, Text: "9:50"},
			{Role: ticket.RoleStrong, Text: "Biglietto senza dati personali."},
			{Role: ticket.RoleSentence, Text: "Il codice si cancella la notte dopo sabato 21 novembre."},
			{Role: ticket.RoleDate, Text: "sabato 21 novembre 2026"},
		},
		"en": {
			{Role: ticket.RoleWhen, Text: "Saturday 21 November"},
			{Role: ticket.RoleWhen, Text: "9:50"},
			{Role: ticket.RoleStrong, Text: "This ticket holds no personal data."},
			{Role: ticket.RoleSentence, Text: "The code is erased in the night after Saturday 21 November."},
			{Role: ticket.RoleDate, Text: "Saturday 21 November 2026"},
		},
	} {
		in := input(t, lang)
		for _, today := range []booking.Day{in.Day.AddDays(-9), in.Day.AddDays(1)} { // the day after: a copy that was asked for at midnight
			in.Today = today
			s := composed(t, in)
			for _, line := range want {
				if !slices.Contains(s.Lines, line) {
					t.Errorf("%s: %+v is not on %+v", lang, line, s.Lines)
				}
			}
			if !s.IsTimed() || slices.ContainsFunc(s.Lines, func(l ticket.Line) bool { return strings.Contains(l.Text, "oggi") || strings.Contains(l.Text, "today") }) {
				t.Errorf("%s: it speaks of today: %+v", lang, s.Lines)
			}
		}
		in.Today = in.Day
		if diff := cmp.Diff(composed(t, input(t, lang)), composed(t, in)); diff != "" {
			t.Errorf("%s: of the same day:\n%s", lang, diff)
		}
	}
}

func TestASlipBeforeWhichAContactWasAskedForDoesNotSayThatNoneWas(t *testing.T) {
	in := input(t, "it")
	whole := composed(t, in)
	in.Asked = true
	want := slices.DeleteFunc(slices.Clone(whole.Lines), func(l ticket.Line) bool { return l.Role == ticket.RoleStrong })
	if diff := cmp.Diff(want, composed(t, in).Lines); diff != "" || len(want) == len(whole.Lines) {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func sentences(s ticket.Slip) string {
	var all []string
	for _, l := range s.Lines {
		if l.Role == ticket.RoleSentence || l.Role == ticket.RoleStrong {
			all = append(all, l.Text)
		}
	}
	return strings.Join(all, " ")
}

func TestWhatNoSlipMayCarryIsRefusedWithoutTellingTheCode(t *testing.T) {
	for name, spoil := range map[string]func(*ticket.Input){
		"no number":        func(in *ticket.Input) { in.Number = "" },
		"no code":          func(in *ticket.Input) { in.Code = "" },
		"a code misread":   func(in *ticket.Input) { in.Code = "482917305567" },
		"a code in groups": func(in *ticket.Input) { in.Code = "4829 1730 5566" },
		"no office name":   func(in *ticket.Input) { in.Office.Name = nil },
		"no date":          func(in *ticket.Input) { in.Day = booking.Day{} },
		"no time":          func(in *ticket.Input) { in.Start = time.Time{} },
		"another day":      func(in *ticket.Input) { in.Day = in.Day.AddDays(1) },
	} {
		in := input(t, "it")
		spoil(&in)
		_, err := ticket.Compose(in)
		if err == nil {
			t.Errorf("%s: composed", name)
		} else if strings.Contains(err.Error(), "4829") {
			t.Errorf("%s: the error tells the code: %v", name, err)
		}
	}
}

func TestACopySaysSoOnTopAndOnce(t *testing.T) {
	s := composed(t, input(t, "it"))
	twice := s.Copy().Copy()
	if got := twice.Lines[0]; got != (ticket.Line{Role: ticket.RoleCopy, Text: "COPIA"}) {
		t.Errorf("first line %+v", got)
	}
	if len(twice.Lines) != len(s.Lines)+1 || s.IsCopy() || !twice.IsCopy() {
		t.Errorf("%d lines of %d", len(twice.Lines), len(s.Lines))
	}
	twice.Lines[1].Text = "changed"
	if s.Lines[0].Text == "changed" {
		t.Error("the copy shares its lines with the slip")
	}
	if err := twice.Check(); err != nil {
		t.Error(err)
	}
}

func TestNoTextOfAnOfficeBreaksASlip(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.RuneFrom([]rune("a .\x1b\n\r\t\x00\u0085\u2028\u00a0é"))))
		in := input(t, "it")
		in.Office.Name = locale.Text{"it": "x" + text.Draw(r, "name")}
		in.Office.Place = locale.Text{"it": text.Draw(r, "place")}
		in.Office.Waiting = locale.Text{"it": text.Draw(r, "waiting")}
		in.Label = locale.Text{"it": text.Draw(r, "label")}
		s, err := ticket.Compose(in)
		if err != nil {
			r.Fatal(err)
		}
		for _, l := range s.Lines {
			if strings.IndexFunc(l.Text, func(c rune) bool { return unicode.IsControl(c) || c == '\u2028' || c == '\u2029' }) >= 0 {
				r.Fatalf("%s: %q", l.Role, l.Text)
			}
		}
	})
}

func TestACheckFindsWhatNoSlipMayHave(t *testing.T) {
	line := func(role ticket.Role, text string) ticket.Slip {
		return ticket.Slip{Lines: []ticket.Line{{Role: role, Text: text}}}
	}
	for name, s := range map[string]ticket.Slip{
		"a line break":      line(ticket.RoleLabel, "a\nb"),
		"an escape":         line(ticket.RoleLabel, "\x1b@"),
		"a C1 control":      line(ticket.RoleLabel, "\u009b"),
		"broken UTF-8":      line(ticket.RoleLabel, "\xff"),
		"an empty sentence": line(ticket.RoleSentence, ""),
		"a role unknown":    line("advertisement", "buy"),
		"a QR with a name":  line(ticket.RoleQR, "name of city"),
		"four sentences":    {Lines: []ticket.Line{{Role: ticket.RoleSentence, Text: "a"}, {Role: ticket.RoleStrong, Text: "b"}, {Role: ticket.RoleSentence, Text: "c"}, {Role: ticket.RoleSentence, Text: "d"}}},
	} {
		if err := s.Check(); err == nil {
			t.Errorf("%s: passed", name)
		}
	}
}

func TestASlipKeepsItsFormInTheJournal(t *testing.T) {
	s := composed(t, input(t, "it"))
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back ticket.Slip
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s, back); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
