package locale_test

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"example.org/totem/locale"
)

// TestDatesAreWrittenAsEachLanguageWritesThem holds the long form of CLDR (with the year) and its form of weekday, day and
// month (without): order, commas, "de", "р.", 年月日. By use rather than by CLDR the first day of a month is 1º in Italian
// and 1er in French, and digits are 0 to 9 in Arabic and Bengali.
func TestDatesAreWrittenAsEachLanguageWritesThem(t *testing.T) {
	type date struct {
		year  int
		month time.Month
		day   int
	}
	saturday, sunday, monday := date{2026, time.November, 21}, date{2026, time.November, 1}, date{2027, time.March, 29}
	wednesday, thursday, friday, tuesday := date{2028, time.February, 2}, date{2026, time.January, 1}, date{2026, time.May, 8}, date{2026, time.September, 15}
	for _, test := range []struct {
		lang       locale.Lang
		date       date
		long, year string // year: what the form without the year has not
	}{
		{locale.Italian, saturday, "sabato 21 novembre 2026", " 2026"},
		{locale.Italian, sunday, "domenica 1º novembre 2026", " 2026"},
		{locale.Italian, monday, "lunedì 29 marzo 2027", " 2027"},
		{locale.English, saturday, "Saturday 21 November 2026", " 2026"},
		{locale.English, sunday, "Sunday 1 November 2026", " 2026"},
		{locale.English, wednesday, "Wednesday 2 February 2028", " 2028"},
		{locale.German, saturday, "Samstag, 21. November 2026", " 2026"},
		{locale.German, sunday, "Sonntag, 1. November 2026", " 2026"},
		{locale.German, monday, "Montag, 29. März 2027", " 2027"},
		{locale.French, saturday, "samedi 21 novembre 2026", " 2026"},
		{locale.French, sunday, "dimanche 1er novembre 2026", " 2026"},
		{locale.French, wednesday, "mercredi 2 février 2028", " 2028"},
		{locale.Spanish, saturday, "sábado, 21 de noviembre de 2026", " de 2026"},
		{locale.Spanish, wednesday, "miércoles, 2 de febrero de 2028", " de 2028"},
		{locale.Spanish, thursday, "jueves, 1 de enero de 2026", " de 2026"},
		{locale.Romanian, saturday, "sâmbătă, 21 noiembrie 2026", " 2026"},
		{locale.Romanian, tuesday, "marți, 15 septembrie 2026", " 2026"},
		{locale.Romanian, sunday, "duminică, 1 noiembrie 2026", " 2026"},
		{locale.Ukrainian, saturday, "субота, 21 листопада 2026 р.", " 2026 р."},
		{locale.Ukrainian, friday, "п’ятниця, 8 травня 2026 р.", " 2026 р."},
		{locale.Ukrainian, monday, "понеділок, 29 березня 2027 р.", " 2027 р."},
		{locale.Arabic, saturday, "السبت، 21 نوفمبر 2026", " 2026"},
		{locale.Arabic, wednesday, "الأربعاء، 2 فبراير 2028", " 2028"},
		{locale.Arabic, thursday, "الخميس، 1 يناير 2026", " 2026"},
		{locale.Bengali, saturday, "শনিবার, 21 নভেম্বর, 2026", ", 2026"},
		{locale.Bengali, sunday, "রবিবার, 1 নভেম্বর, 2026", ", 2026"},
		{locale.Bengali, friday, "শুক্রবার, 8 মে, 2026", ", 2026"},
		{locale.Chinese, saturday, "2026年11月21日星期六", "2026年"},
		{locale.Chinese, sunday, "2026年11月1日星期日", "2026年"},
		{locale.Chinese, wednesday, "2028年2月2日星期三", "2028年"},
		{"xx", saturday, "Saturday 21 November 2026", " 2026"},
	} {
		d := test.date
		if got := locale.Date(test.lang, d.year, d.month, d.day); got != test.long {
			t.Errorf("%s: %q, want %q", test.lang, got, test.long)
		}
		want := strings.Replace(test.long, test.year, "", 1)
		if got := locale.DayOfYear(test.lang, d.year, d.month, d.day); got != want {
			t.Errorf("%s: %q without its year, want %q", test.lang, got, want)
		}
	}
}

func TestATimeOfDayHas24HoursEverywhere(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{locale.Clock(9, 5), "9:05"},
		{locale.Clock(0, 0), "0:00"},
		{locale.Clock(23, 59), "23:59"},
		{locale.Weekday(locale.Italian, time.Monday), "lunedì"},
		{locale.Weekday(locale.Chinese, time.Sunday), "星期日"},
	} {
		if test.got != test.want {
			t.Errorf("%q, want %q", test.got, test.want)
		}
	}
}

func TestEveryLanguageNamesItsDaysAndMonths(t *testing.T) {
	mondays := map[locale.Lang]string{
		locale.Italian: "lunedì", locale.English: "Monday", locale.German: "Montag", locale.French: "lundi", locale.Spanish: "lunes",
		locale.Romanian: "luni", locale.Ukrainian: "понеділок", locale.Arabic: "الاثنين", locale.Bengali: "সোমবার", locale.Chinese: "星期一",
	}
	for _, l := range locale.Languages() {
		days, dates := map[string]bool{}, map[string]bool{}
		for d := range 365 {
			day := time.Date(2026, 1, 1+d, 0, 0, 0, 0, time.UTC)
			days[locale.Weekday(l, day.Weekday())] = true
			dates[locale.DayOfYear(l, day.Year(), day.Month(), day.Day())] = true
		}
		if len(days) != 7 || len(dates) != 365 || days[""] {
			t.Errorf("%s has %d names for the days of a week, and %d for those of a year", l, len(days), len(dates))
		}
		if got := locale.Weekday(l, time.Monday); got != mondays[l] {
			t.Errorf("%s calls Monday %q", l, got)
		}
	}
}

func TestADateHasTheDigitsOfTheScreens(t *testing.T) {
	for _, l := range locale.Languages() {
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
