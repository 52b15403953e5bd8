package kiosk

import (
	"slices"

	"example.org/totem/booking"
	"example.org/totem/locale"
)

// timesOrNothing returns the times of the chosen service, its next number where no time can be told, or that they have
// gone meanwhile.
func (s State) timesOrNothing() (name string, body []Box) {
	service, _ := s.office.Service(s.talk.service)
	back := s.control(RoleBack, "back", GoBack{}, locale.BackServices)
	if s.isPaced() {
		return "paced", s.pacedBody()
	}
	first, places := s.firstFree(service.Queue)
	if places == 0 {
		return "nothing-left", append(append([]Box{back}, s.nothingOf(service.Queue)...), s.otherDay()...)
	}
	body = append([]Box{back}, private(s.theirs(RoleTitle, service.Name)...)...)
	if s.clockless {
		return "number", append(body, s.nextNumber(first, s.bring(service))...)
	}
	return "times", append(body, s.firstTime(first, s.bring(service))...)
}

// bring says what a service needs, nothing where the office says nothing.
func (s State) bring(v booking.Service) []Box {
	what := locale.Unstopped(s.theirWords(v.Bring))
	if what == "" {
		return nil
	}
	return private(s.words(RoleLead, locale.TimesBring, locale.Word("what", what)))
}

// firstTime offers the first free time, or the chosen one, and the others.
func (s State) firstTime(first Time, bring []Box) []Box {
	chosen, note, promise := first, locale.TimesFirst, locale.TimesPromise
	if t, ok := s.timeAt(s.talk.start); ok && s.free(t) && !t.Start.Equal(first.Start) {
		chosen, note = t, locale.TimesChosen
	}
	if !s.has(chosen) {
		promise = locale.DaysPromise
	}
	return s.offered(bring, append(s.setbackWarning(), s.paperWarning()...), []Box{s.hero(chosen, note)},
		append(s.hours(chosen), s.otherDay()...), promise, locale.TimesNoData)
}

// nextNumber offers the next number, and says why it comes without a time.
func (s State) nextNumber(next Time, bring []Box) []Box {
	var warnings []Box
	if s.talk.setback == wasTaken {
		warnings = append(warnings, s.card(RoleCaution, locale.NumberTaken, locale.NumberTakenDo))
	}
	hero := Box{Role: RoleHero, Children: []Box{
		{Role: RoleTime, Text: string(next.Number), Private: true}, // nothing else is on offer: it is the citizen's if anybody's
		s.words(RoleNote, locale.NumberNext),
		s.words(RoleNote, locale.NumberTimeless),
		s.control(RolePrimary, "take", TakeTime{Number: next.Number}, locale.NumberTake),
	}}
	why := s.card(RoleCaution, locale.NumberWhy, locale.NumberCalled)
	return s.offered(bring, append(warnings, s.paperWarning()...), []Box{hero}, []Box{why}, locale.TimesPromise, locale.TimesNoData)
}

// offered puts together what is offered: promise says when it is whose, data what is given for it. Where letters are large, what most people want comes first: the rest may be on
// another page.
func (s State) offered(bring, warnings, hero, others []Box, promise, data locale.Key) []Box {
	if s.talk.look.Text.Large() {
		body := slices.Concat(warnings, hero, others, bring, []Box{s.words(RoleLead, promise)}, s.asOfNote())
		return append(body, s.promise(data))
	}
	return append(slices.Concat(bring, warnings, hero, others, s.asOfNote()), s.promise(promise, data))
}

func (s State) hero(t Time, note locale.Key) Box {
	facts, take := Box{Role: RoleNote, Text: s.in(t.Start)}, Msg(TakeStart{Start: t.Start}) // its number comes with it
	if s.has(t) {
		number := s.say(locale.NumberOf, locale.Word("number", string(t.Number)))
		facts = s.words(RoleNote, locale.TimesFacts, locale.Word("in", s.in(t.Start)), locale.Word("number", number))
		take = TakeTime{Number: t.Number}
	}
	return Box{Role: RoleHero, Children: []Box{
		{Role: RoleTime, Text: s.clock(t.Start)},
		s.words(RoleNote, note),
		private(facts)[0],
		s.control(RolePrimary, "take", take, locale.TimesTake, s.at(t.Start)),
	}}
}

// hours returns the grid of all times of the day, the one in the hero among them so that nothing moves under a finger
// when another is chosen.
func (s State) hours(chosen Time) []Box {
	times := s.chosenTimes()
	if len(times) < 2 {
		return nil
	}
	grid := Box{Role: RoleHours}
	for _, t := range times {
		hour := Box{Role: RoleHour, Text: s.clock(t.Start), Off: !s.free(t)}
		switch {
		case s.has(t):
			hour.ID, hour.Tap = "hour-"+string(t.Number), ChooseTime{Number: t.Number}
		case !hour.Off:
			hour.ID, hour.Tap = "hour-"+hour.Text, ChooseStart{Start: t.Start}
		}
		hour.Chosen = !hour.Off && t.Start.Equal(chosen.Start)
		grid.Children = append(grid.Children, hour)
	}
	return []Box{s.words(RoleNote, locale.TimesOther), grid}
}
