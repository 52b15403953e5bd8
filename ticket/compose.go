package ticket

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"example.org/totem/booking"
	"example.org/totem/locale"
)

// Input is what a slip is made of. Every field is needed, but for Start and Day where the time is not known, Today and Asked.
type Input struct {
	Office booking.Office // its name, place and waiting room; all but the name may be empty
	Lang   locale.Lang    // without a catalogue the slip is in English; texts of the office fall back to its first language
	Number booking.Number
	Start  time.Time    // the promised time, in the office's zone; zero: none is promised, and no date is named
	Day    booking.Day  // of Start; zero where that is
	Today  booking.Day  // on which the slip is printed; zero: Day
	Asked  bool         // a contact was asked for before it was given: then it does not say that none was
	Label  locale.Text  // the service or its queue's neutral label, may be empty
	Code   booking.Code // the bearer's secret
}

// Compose says what the slip of one ticket tells its bearer. Line breaks and control characters in the office's texts
// become spaces. It fails for an input that no slip may carry: a malformed number or code, no name of the office, a
// start on another day than Day.
func Compose(in Input) (Slip, error) {
	if err := in.check(); err != nil {
		return Slip{}, fmt.Errorf("compose the slip: %w", err)
	}
	s := Slip{Lang: in.Lang}
	for _, line := range in.lines() {
		if line.Text != "" || line.Role == RoleRule {
			s.Lines = append(s.Lines, line)
		}
	}
	if err := s.Check(); err != nil {
		return Slip{}, fmt.Errorf("compose the slip: %w", err)
	}
	return s, nil
}

// lines are those of a slip. One without text is left out.
func (in Input) lines() []Line {
	say := func(k locale.Key, args ...locale.Arg) string { return locale.Say(in.Lang, k, args...) }
	called := say(locale.TakeCalled)
	if where := locale.Unstopped(in.text(in.Office.Waiting)); where != "" {
		called = say(locale.SlipCalled, locale.Word("where", where))
	}
	t, noData := in.times(), say(locale.SlipNoData)
	if in.Asked {
		noData = ""
	}
	return []Line{
		{RoleOffice, in.text(in.Office.Name)},
		{RolePlace, in.text(in.Office.Place)},
		{RoleNumber, string(in.Number)},
		{RoleWhen, t.day},
		{RoleWhen, t.when},
		{RoleLabel, in.text(in.Label)},
		{RoleRule, ""},
		{RoleQR, string(in.Code)},
		{RoleCode, in.Code.Grouped()},
		{RoleSentence, called},
		{RoleRule, ""},
		{RoleStrong, noData},
		{RoleSentence, t.erased},
		{RoleDate, t.date},
	}
}

// times are what a slip says of days and hours. "" is not said.
type times struct{ day, when, erased, date string }

// times says when the ticket is for. Of another day than that of the printing the date stands large above the hour: the slip
// must not be taken for one of today.
func (in Input) times() times {
	say := func(k locale.Key, args ...locale.Arg) string { return locale.Say(in.Lang, k, args...) }
	if in.Start.IsZero() {
		return times{when: say(locale.WhenInOrder), erased: say(locale.SlipClosed)}
	}
	year, month, day := in.Day.Date()
	hour, minute := in.Start.Hour(), in.Start.Minute()
	t := times{date: locale.Date(in.Lang, year, month, day)}
	if in.Today.IsZero() || in.Today == in.Day {
		t.when, t.erased = say(locale.WhenToday, locale.At("time", hour, minute)), say(locale.SlipErased)
		return t
	}
	t.day, t.when = locale.DayOfYear(in.Lang, year, month, day), locale.Clock(hour, minute)
	t.erased = say(locale.SlipAfter, locale.Word("day", t.day))
	return t
}

func (in Input) check() error {
	if _, _, err := in.Number.Split(); err != nil {
		return err
	}
	if code, err := booking.ParseCode(string(in.Code)); err != nil || code != in.Code {
		return fmt.Errorf("the code is none") // never say which: an error ends in a log
	}
	if in.text(in.Office.Name) == "" {
		return fmt.Errorf("office %s has no name", in.Office.ID)
	}
	switch {
	case in.Start.IsZero() && in.Day.IsZero():
	case booking.DayOf(in.Start, in.Start.Location()) != in.Day:
		return fmt.Errorf("the slot does not start on %s", in.Day)
	}
	return nil
}

// text returns an office's text in the slip's language, on one line.
func (in Input) text(t locale.Text) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(t.In(in.Lang, in.Office.Languages...), " "), func(r rune) bool {
		return unicode.IsSpace(r) && r != noBreakSpace || forbidden(r)
	}), " ")
}

const noBreakSpace = '\u00a0'
