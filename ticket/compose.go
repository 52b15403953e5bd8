package ticket

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"example.org/totem/booking"
	"example.org/totem/locale"
)

// Input is what a slip is made of. Every field is needed, but for Start and Day where the time is not known.
type Input struct {
	Office booking.Office // its name, place and waiting room; all but the name may be empty
	Lang   locale.Lang    // without a catalogue the slip is in English; texts of the office fall back to its first language
	Number booking.Number
	Start  time.Time    // the promised time, in the office's zone; zero: none is promised, and no date is named
	Day    booking.Day  // today: the day on which the slip is printed, and of Start; zero where that is
	Label  locale.Text  // the service or its queue's neutral label, may be empty
	Code   booking.Code // the bearer's secret
}

// Compose says what the slip of one ticket tells its bearer. Line breaks and control characters in the office's texts
// become spaces. It fails for an input that no slip may carry: a malformed number or code, no name of the office, a
// start on another day.
func Compose(in Input) (Slip, error) {
	if err := in.check(); err != nil {
		return Slip{}, fmt.Errorf("compose the slip: %w", err)
	}
	say := func(k locale.Key, args ...locale.Arg) string { return locale.Say(in.Lang, k, args...) }
	called := say(locale.TakeCalled)
	if where := locale.Unstopped(in.text(in.Office.Waiting)); where != "" {
		called = say(locale.SlipCalled, locale.Word("where", where))
	}
	when, erased, date := say(locale.WhenInOrder), say(locale.SlipClosed), ""
	if !in.Start.IsZero() {
		year, month, day := in.Day.Date()
		when = say(locale.WhenToday, locale.At("time", in.Start.Hour(), in.Start.Minute()))
		erased, date = say(locale.SlipErased), locale.Date(in.Lang, year, month, day)
	}
	lines := []Line{
		{RoleOffice, in.text(in.Office.Name)},
		{RolePlace, in.text(in.Office.Place)},
		{RoleNumber, string(in.Number)},
		{RoleWhen, when},
		{RoleLabel, in.text(in.Label)},
		{RoleRule, ""},
		{RoleQR, string(in.Code)},
		{RoleCode, in.Code.Grouped()},
		{RoleSentence, called},
		{RoleRule, ""},
		{RoleStrong, say(locale.SlipNoData)},
		{RoleSentence, erased},
		{RoleDate, date},
	}
	s := Slip{Lang: in.Lang}
	for _, line := range lines {
		if line.Text != "" || line.Role == RoleRule {
			s.Lines = append(s.Lines, line)
		}
	}
	if err := s.Check(); err != nil {
		return Slip{}, fmt.Errorf("compose the slip: %w", err)
	}
	return s, nil
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
