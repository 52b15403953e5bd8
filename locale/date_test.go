package locale_test

import (
	"testing"
	"time"

	"example.org/totem/locale"
)

func TestDatesAreWrittenOut(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{locale.Date(locale.Italian, 2026, time.November, 21), "sabato 21 novembre 2026"},
		{locale.Date(locale.English, 2026, time.November, 21), "Saturday 21 November 2026"},
		{locale.Date(locale.Italian, 2026, time.November, 1), "domenica 1º novembre 2026"},
		{locale.DayOfYear(locale.Italian, 2026, time.November, 23), "lunedì 23 novembre"},
		{locale.DayOfYear(locale.English, 2026, time.November, 1), "Sunday 1 November"},
		{locale.Weekday(locale.Italian, time.Monday), "lunedì"},
		{locale.Clock(9, 5), "9:05"},
		{locale.Clock(0, 0), "0:00"},
	} {
		if test.got != test.want {
			t.Errorf("%q, want %q", test.got, test.want)
		}
	}
}

func TestEveryLanguageNamesItsDaysAndMonths(t *testing.T) {
	for _, l := range locale.Languages() {
		seen := map[string]bool{}
		for d := range 365 {
			day := time.Date(2026, 1, 1+d, 0, 0, 0, 0, time.UTC)
			text := locale.Date(l, day.Year(), day.Month(), day.Day())
			if seen[text] || text == "" {
				t.Errorf("%s: %q stands for two days", l, text)
			}
			seen[text] = true
		}
	}
}

func TestATextFallsBackRatherThanBeEmpty(t *testing.T) {
	text := locale.Text{locale.Italian: "ciao", "de": "hallo", locale.English: ""}
	if got := text.In(locale.English, locale.Italian); got != "ciao" {
		t.Error(got)
	}
	if got := text.In(locale.English); got != "hallo" {
		t.Error(got)
	}
	if got := locale.Text(nil).In(locale.English); got != "" {
		t.Error(got)
	}
}
