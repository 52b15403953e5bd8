package locale

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/feature/plural"
)

// told returns the plural forms that l tells apart among whole numbers, and "other", which every message has.
func told(l Lang) []plural.Form {
	forms := map[plural.Form]bool{plural.Other: true}
	for n := range 1001 {
		forms[of(l).form(n)] = true
	}
	return slices.Sorted(maps.Keys(forms))
}

func TestAMessageHasThePluralFormsOfItsLanguageAndNoOther(t *testing.T) {
	for _, l := range Languages() {
		for k, m := range of(l).Words {
			counts := strings.Contains(m[plural.Other], "{n}") && !strings.Contains(m[plural.Other], "{all}") // "3 of 7" is a place, no count
			if got := slices.Sorted(maps.Keys(m)); (counts || len(got) > 1) && !slices.Equal(got, told(l)) {
				t.Errorf("%s %q has forms %v, the language has %v", l, k, got, told(l))
			}
		}
	}
}

func TestOnlyWhatDependsOnANumberHasForms(t *testing.T) {
	for _, l := range Languages() {
		for k, m := range of(l).Words {
			text := m[plural.Other]
			if len(m) > 1 && !strings.Contains(text, "{n}") && !strings.Contains(text, "{time}") {
				t.Errorf("%s %q has forms, and nothing chooses one", l, k)
			}
		}
	}
}

func TestCountsAndHoursChooseTheForm(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{Say(Italian, ServicePlaces, Count("n", 1)), "1 posto oggi"},
		{Say(Italian, ServicePlaces, Count("n", 14)), "14 posti oggi"},
		{Say(English, ServicePlaces, Count("n", 1)), "1 place today"},
		{Say(English, ServicePlaces, Count("n", 0)), "0 places today"},
		{Say(German, DurationIn, Word("duration", Say(German, DurationHours, Count("n", 2)))), "in 2 Stunden"},
		{Say(French, ServicePlaces, Count("n", 0)), "0 place aujourd’hui"},
		{Say(Romanian, DurationMinutes, Count("n", 1)), "1 minut"},
		{Say(Romanian, DurationMinutes, Count("n", 19)), "19 minute"},
		{Say(Romanian, DurationMinutes, Count("n", 20)), "20 de minute"},
		{Say(Romanian, DurationMinutes, Count("n", 101)), "101 minute"},
		{Say(Italian, WhenToday, At("time", 9, 50)), "oggi alle 9:50"},
		{Say(Italian, WhenToday, At("time", 1, 5)), "oggi all'1:05"},
		{Say(Italian, TimesTake, At("time", 13, 0)), "Prenda le 13:00"},
		{Say(English, WhenToday, At("time", 1, 5)), "today at 1:05"},
		{Say(Spanish, WhenToday, At("time", 1, 5)), "hoy a la 1:05"},
		{Say(Spanish, WhenToday, At("time", 13, 5)), "hoy a las 13:05"},
		{Say(Spanish, ClosedToday, At("time", 1, 0)), "Abre hoy a la 1:00."},
		{Say(Arabic, WhenToday, At("time", 9, 50)), "اليوم الساعة 9:50"},
		{Say(French, SlipCalled, Word("where", "Salle 1")), "Salle 1\u202f: le numéro est appelé à l’écran et à voix haute."},
	} {
		if test.got != test.want {
			t.Errorf("%q, want %q", test.got, test.want)
		}
	}
}

func TestTheRulesOfOtherLanguagesAreKnown(t *testing.T) {
	var m message
	if err := json.Unmarshal([]byte(`{"one": "a", "few": "b", "many": "c", "other": "d"}`), &m); err != nil {
		t.Fatal(err)
	}
	for l, want := range map[Lang][4]plural.Form{
		Ukrainian: {plural.One, plural.Few, plural.Many, plural.One},
		Romanian:  {plural.One, plural.Few, plural.Few, plural.Other},
		Arabic:    {plural.One, plural.Two, plural.Few, plural.Many},
		Chinese:   {plural.Other, plural.Other, plural.Other, plural.Other},
	} {
		for i, n := range []int{1, 2, 5, 21} {
			if got := of(l).form(n); got != want[i] {
				t.Errorf("%s: form %v of %d, want %v", l, got, n, want[i])
			}
		}
	}
}

func TestAnUnknownPluralFormOrNoOtherIsRefused(t *testing.T) {
	for _, bad := range []string{`{"one": "a"}`, `{"some": "a", "other": "b"}`, `{"other": 1}`, `7`} {
		var m message
		if err := json.Unmarshal([]byte(bad), &m); err == nil {
			t.Errorf("%s is read as %v", bad, m)
		}
	}
}
