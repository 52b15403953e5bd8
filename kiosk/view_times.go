package kiosk

import (
	"strings"

	"example.org/totem/locale"
)

const hoursOnPage = 12

// timesOrNothing returns the times of the chosen service, its next number where no time can be told, or that they have
// gone meanwhile.
func (s State) timesOrNothing() (name string, body []Box) {
	service, _ := s.office.Service(s.talk.service)
	back := s.control(RoleBack, "back", GoBack{}, locale.BackServices)
	first, places := s.firstFree(service.Queue)
	if places == 0 {
		none := locale.NothingThis
		if s.clockless {
			none = locale.NumberNoneThis
		}
		return "nothing-left", append([]Box{back}, s.nothing(none)...)
	}
	body = append([]Box{back}, s.theirs(RoleTitle, service.Name)...)
	if bring := strings.TrimRight(s.theirWords(service.Bring), ". "); bring != "" {
		body = append(body, s.words(RoleLead, locale.TimesBring, locale.Word("what", bring)))
	}
	if s.clockless {
		return "number", append(body, s.nextNumber(first)...)
	}
	return "times", append(body, s.firstTime(first)...)
}

// firstTime offers the first free time, or the chosen one, and the others.
func (s State) firstTime(first Time) (body []Box) {
	if s.talk.taken != "" && s.talk.chosen == "" {
		body = append(body, s.card(RoleCaution, locale.TimesTaken, locale.TimesTakenDo))
	}
	body = append(body, s.paperWarning()...)
	chosen, note := first, locale.TimesFirst
	if t, _, ok := s.freeTime(s.talk.chosen); ok && t.Number != first.Number {
		chosen, note = t, locale.TimesChosen
	}
	body = append(body, s.hero(chosen, note))
	body = append(body, s.hours(chosen)...)
	body = append(body, s.asOfNote()...)
	return append(body, s.card(RolePromise, locale.TimesPromise, locale.TimesNoData))
}

// nextNumber offers the next number, and says why it comes without a time.
func (s State) nextNumber(next Time) (body []Box) {
	if s.talk.taken != "" {
		body = append(body, s.card(RoleCaution, locale.NumberTaken, locale.NumberTakenDo))
	}
	body = append(body, s.paperWarning()...)
	body = append(body, Box{Role: RoleHero, Children: []Box{
		{Role: RoleTime, Text: string(next.Number)},
		s.words(RoleNote, locale.NumberNext),
		s.words(RoleNote, locale.NumberTimeless),
		s.control(RolePrimary, "take", TakeTime{Number: next.Number}, locale.NumberTake),
	}}, s.card(RoleCaution, locale.NumberWhy, locale.NumberCalled))
	body = append(body, s.asOfNote()...)
	return append(body, s.card(RolePromise, locale.TimesPromise, locale.TimesNoData))
}

func (s State) hero(t Time, note locale.Key) Box {
	number := s.say(locale.NumberOf, locale.Word("number", string(t.Number)))
	return Box{Role: RoleHero, Children: []Box{
		{Role: RoleTime, Text: s.clock(t.Start)},
		s.words(RoleNote, note),
		s.words(RoleNote, locale.TimesFacts, locale.Word("in", s.in(t.Start)), locale.Word("number", number)),
		s.control(RolePrimary, "take", TakeTime{Number: t.Number}, locale.TimesTake, s.at(t.Start)),
	}}
}

// hours returns the grid of all times of the day, the one in the hero among them so that nothing moves under a finger
// when another is chosen.
func (s State) hours(chosen Time) []Box {
	times := s.chosenTimes()
	if len(times) < 2 {
		return nil
	}
	pages := s.pages()
	from := s.talk.page % pages * hoursOnPage
	grid := Box{Role: RoleHours}
	for _, t := range times[from:min(from+hoursOnPage, len(times))] {
		hour := Box{Role: RoleHour, Text: s.clock(t.Start), Off: !s.free(t)}
		if !hour.Off {
			hour.ID, hour.Tap = "hour-"+string(t.Number), ChooseTime{Number: t.Number}
			hour.Chosen = t.Number == chosen.Number
		}
		grid.Children = append(grid.Children, hour)
	}
	boxes := []Box{s.words(RoleNote, locale.TimesOther), grid}
	if pages > 1 {
		boxes = append(boxes, s.control(RoleMore, "more", ShowMore{}, locale.TimesMore))
	}
	return boxes
}

// pages returns how many pages the times of the chosen service fill, at least one.
func (s State) pages() int {
	return max((len(s.chosenTimes())+hoursOnPage-1)/hoursOnPage, 1)
}
