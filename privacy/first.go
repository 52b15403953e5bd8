package privacy

import (
	"slices"
	"time"

	"example.org/totem/locale"
)

// Row is one line of the first layer: what it tells of, and what it tells.
type Row struct{ Name, Text string }

// First returns the first layer of the notice, which stands on the screen that asks for a contact (GDPR Art. 13, 7(2)): who,
// what for, which datum, who gets it, how long, how to withdraw; always six rows, together 60 words at most unless the
// office's names are long. ahead tells whether it is about a ticket of another day, of which the message may go out sooner.
func First(in Input, ahead bool) []Row {
	row := func(name locale.Key, text string) Row { return Row{Name: in.say(name), Text: text} }
	return []Row{
		row(locale.NoticeFirstWho, in.list([]string{in.Controller.Name, in.Controller.Address})),
		row(locale.NoticeFirstFor, in.message(ahead)),
		row(locale.NoticeFirstDatum, in.datum()),
		row(locale.NoticeFirstHands, in.hands()),
		row(locale.NoticeFirstKept, in.say(locale.NoticeFirstErased)),
		row(locale.NoticeFirstUndo, in.say(locale.NoticeFirstHere)),
	}
}

// message says what is sent, and how long before the time.
func (in Input) message(ahead bool) string {
	if ahead {
		return in.say(locale.NoticeFirstOtherDay, in.spans()...)
	}
	return in.say(locale.NoticeFirstReminder, in.spans()...)
}

// spans fills {before} and {day}: how long before its time the citizen of a ticket is reminded, of today and of another day.
func (in Input) spans() []locale.Arg {
	return []locale.Arg{locale.Word("before", in.span(in.Reminders.Before)), locale.Word("day", in.span(in.Reminders.DayBefore))}
}

// span says a length of time in hours and minutes.
func (in Input) span(d time.Duration) string {
	hours, minutes := int(d/time.Hour), int(d%time.Hour/time.Minute)
	inMinutes := in.say(locale.DurationMinutes, locale.Count("n", minutes))
	if hours == 0 {
		return inMinutes
	}
	inHours := in.say(locale.DurationHours, locale.Count("n", hours))
	if minutes == 0 {
		return inHours
	}
	return in.say(locale.DurationBoth, locale.Word("hours", inHours), locale.Word("minutes", inMinutes))
}

// datum says which contact is asked for.
func (in Input) datum() string {
	phone, mail := slices.Contains(in.Reminders.Channels, SMS), slices.Contains(in.Reminders.Channels, Mail)
	switch {
	case phone && mail:
		return in.say(locale.NoticeFirstEither)
	case mail:
		return in.say(locale.NoticeFirstMail)
	}
	return in.say(locale.NoticeFirstPhone)
}

// hands says who gets the contact, where, and for how long the message stays there: before anybody decides.
func (in Input) hands() string {
	var all []string
	for _, r := range in.carriers() {
		args := []locale.Arg{locale.Word("name", r.Name), locale.Word("country", locale.Country(in.Lang, r.Country))}
		key := locale.NoticeFirstCarrier
		switch {
		case r.Keeps > 0 && r.Keeps%12 == 0:
			key, args = locale.NoticeFirstYears, append(args, locale.Count("n", r.Keeps/12))
		case r.Keeps > 0:
			key, args = locale.NoticeFirstMonths, append(args, locale.Count("n", r.Keeps))
		}
		all = append(all, in.say(key, args...))
	}
	if len(all) == 0 {
		return in.say(locale.NoticeFirstNobody)
	}
	return in.list(all)
}

// list puts several things one after the other, those left out that are empty.
func (in Input) list(all []string) string {
	var text string
	for _, each := range slices.DeleteFunc(slices.Clone(all), blank) {
		if text == "" {
			text = each
			continue
		}
		text = in.say(locale.NoticeList, locale.Word("first", text), locale.Word("next", each))
	}
	return text
}
