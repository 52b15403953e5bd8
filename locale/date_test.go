package locale_test

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"example.org/totem/locale"
)

func TestDatesAreWrittenOut(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{locale.Date(locale.Italian, 2026, time.November, 21), "sabato 21 novembre 2026"},
		{locale.Date(locale.English, 2026, time.November, 21), "Saturday 21 November 2026"},
		{locale.Date(locale.Italian, 2026, time.November, 1), "domenica 1º novembre 2026"},
		{locale.DayOfYear(locale.Italian, 2026, time.November, 23), "lunedì 23 novembre"},
		{locale.DayOfYear(locale.English, 2026, time.November, 1), "Sunday 1 November"},
		{locale.Date("de", 2026, time.November, 21), "Samstag, 21. November 2026"},
		{locale.Date("fr", 2026, time.November, 21), "samedi 21 novembre 2026"},
		{locale.Date("fr", 2026, time.November, 1), "dimanche 1er novembre 2026"},
		{locale.Date("es", 2026, time.November, 21), "sábado, 21 de noviembre de 2026"},
		{locale.Date("ro", 2026, time.November, 21), "sâmbătă, 21 noiembrie 2026"},
		{locale.Date("uk", 2026, time.November, 21), "субота, 21 листопада 2026 р."},
		{locale.Date("ar", 2026, time.November, 21), "السبت، 21 نوفمبر 2026"},
		{locale.Date("bn", 2026, time.November, 21), "শনিবার, 21 নভেম্বর, 2026"},
		{locale.Date("zh", 2026, time.November, 1), "2026年11月1日星期日"},
		{locale.Date("xx", 2026, time.November, 21), "Saturday 21 November 2026"},
		{locale.DayOfYear("zh", 2026, time.November, 23), "11月23日星期一"},
		{locale.DayOfYear("de", 2026, time.November, 1), "Sonntag, 1. November"},
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
	for _, l := range locale.SlipLanguages() {
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

func TestADateHasTheDigitsOfTheScreens(t *testing.T) {
	for _, l := range locale.SlipLanguages() {
		text := locale.Date(l, 2026, time.November, 21) + locale.Clock(9, 50)
		for _, r := range text {
			if unicode.IsDigit(r) && r > '9' {
				t.Errorf("%s: %q", l, text)
			}
		}
		if !strings.Contains(text, "2026") || !strings.Contains(text, "21") {
			t.Errorf("%s: no 21 and 2026 in %q", l, text)
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
