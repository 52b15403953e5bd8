package device

import (
	"strings"
	"testing"
	"time"

	"example.org/totem/booking"
)

func TestTheNumbersOfAnUnknownDay(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	morning := []booking.Span{{From: 8*60 + 30, To: 13 * 60}}
	hours := booking.Hours{Week: [7][]booking.Span{nil, morning, morning, morning, morning, morning, nil}}
	at := func(s string) time.Time {
		moment, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
		if err != nil {
			t.Fatal(err)
		}
		return moment
	}
	for name, test := range map[string]struct {
		least string
		held  string // days with slots of the totem's own
		want  string
	}{
		"a short cut by day":                     {"2026-11-24 10:20", "2026-11-24 2026-11-25", "2026-11-24"},
		"before opening":                         {"2026-11-24 06:00", "2026-11-24 2026-11-25", "2026-11-24"},
		"a night without power":                  {"2026-11-24 20:00", "2026-11-24 2026-11-25", "2026-11-25"},
		"at the end of opening":                  {"2026-11-24 13:00", "2026-11-24 2026-11-25", "2026-11-25"},
		"a night before two days off":            {"2026-11-27 20:00", "2026-11-27 2026-11-30", "2026-11-30"},
		"a Sunday on which something is held":    {"2026-11-29 10:00", "2026-11-29 2026-11-30", "2026-11-30"},
		"from storage, with the grant of then":   {"2026-07-03 10:00", "2026-07-03", "2026-07-03"},
		"from storage, the grant used up":        {"2026-07-03 10:00", "", ""},
		"from storage, only a day long after":    {"2026-07-03 10:00", "2026-11-24", ""},
		"no grant left today, one for tomorrow":  {"2026-11-24 10:20", "2026-11-25", "2026-11-25"},
		"the night on which summer time ends":    {"2026-10-25 02:30", "2026-10-26", "2026-10-26"},
		"the night on which summer time begins":  {"2027-03-28 01:59", "2027-03-29", "2027-03-29"},
		"nothing was ever known, and none held":  {"1970-01-01 01:00", "2026-11-24", ""},
		"the last minute of the opening of then": {"2026-11-24 12:59", "2026-11-24 2026-11-25", "2026-11-24"},
	} {
		held := map[string]bool{}
		for day := at(test.least).AddDate(0, 0, -7); day.Before(at("2027-04-01 00:00")); day = day.AddDate(0, 0, 1) {
			d := booking.DayOf(day, zone).String()
			held[d] = strings.Contains(test.held, d)
		}
		day, ok, err := numberDay(hours, zone, at(test.least), func(d booking.Day) (bool, error) { return held[d.String()], nil })
		if err != nil || day.String() != test.want || ok != (test.want != "") {
			t.Errorf("%s: day %q, %t, %v; want %q", name, day, ok, err, test.want)
		}
	}
}
