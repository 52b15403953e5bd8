package kiosk

import (
	"time"

	"example.org/totem/locale"
)

// otherDayView returns the screen of a stage about another day, ok false for any other stage.
func (s State) otherDayView() (name string, body []Box, ok bool) {
	switch s.talk.stage {
	case atAskingDays:
		return "days-asking", []Box{s.words(RoleTitle, locale.IssuingTitle), s.words(RoleProgress, locale.DaysFinding)}, true
	case atDays:
		name, body = s.chooseADay()
		return name, body, true
	case atDay:
		return "day", s.chooseAStart(), true
	}
	return "", nil, false
}

// otherDay is the way from the times of today to other days, with the reason where it cannot be gone now.
func (s State) otherDay() []Box {
	if !s.otherDays() {
		return nil
	}
	open := s.control(RoleButton, "other-day", OpenOtherDay{}, locale.OtherDayOpen)
	if s.linkUp {
		return []Box{open}
	}
	open.ID, open.Tap, open.Off = "", nil, true
	return []Box{open, s.words(RoleNote, locale.OtherDayOffline)}
}

func (s State) chooseADay() (name string, body []Box) {
	d := s.talk.days
	back := s.control(RoleBack, "back", GoBack{}, locale.DaysToday)
	if len(d.free) == 0 {
		why := locale.DaysNone
		if d.failed {
			why = locale.DaysFailed
		}
		return "no-days", []Box{back, s.words(RoleTitle, why), s.words(RoleLead, locale.AskDesk)}
	}
	body = append([]Box{back, s.words(RoleTitle, locale.DaysTitle)}, s.takenWarning()...)
	list := Box{Role: RoleDays}
	for _, free := range d.free {
		list.Children = append(list.Children, Box{Role: RoleDay, ID: "day-" + free.Day.String(), Tap: ChooseDay{Day: free.Day}, Children: []Box{
			{Role: RoleName, Text: s.longDay(free.Day)},
			s.words(RolePlaces, locale.DaysTimes, locale.Count("n", len(free.Starts))),
		}})
	}
	return "days", append(body, list)
}

// takenWarning says that the time that was asked for is gone, until another one is chosen.
func (s State) takenWarning() []Box {
	if s.talk.days.taken.IsZero() || !s.talk.days.start.IsZero() {
		return nil
	}
	return []Box{s.card(RoleCaution, locale.TimesTaken, locale.DaysTakenDo)}
}

// chooseAStart offers the first time of the chosen day, or the chosen one, and the others.
func (s State) chooseAStart() []Box {
	service, _ := s.office.Service(s.talk.service)
	free, _ := s.freeDay(s.talk.days.day)
	chosen, note := free.Starts[0], locale.TimesFirst
	if start := s.talk.days.start; s.freeStart(start) && !start.Equal(chosen) {
		chosen, note = start, locale.TimesChosen
	}
	hero := Box{Role: RoleHero, Children: []Box{
		{Role: RoleTime, Text: s.clock(chosen)},
		s.words(RoleNote, note),
		private(Box{Role: RoleNote, Text: s.longDay(free.Day)})[0],
		s.control(RolePrimary, "take", TakeStart{Start: chosen}, locale.TimesTake, s.at(chosen)),
	}}
	body := append([]Box{s.control(RoleBack, "back", GoBack{}, locale.DaysBack)}, private(s.theirs(RoleTitle, service.Name)...)...)
	data := locale.TimesNoData
	if s.talk.consent.given {
		data = locale.DaysContact
	}
	return append(body, s.offered(s.bring(service), append(s.takenWarning(), s.paperWarning()...), []Box{hero}, s.starts(free, chosen),
		locale.DaysPromise, data)...)
}

// starts returns the grid of all times of a day that can be booked.
func (s State) starts(free FreeDay, chosen time.Time) []Box {
	if len(free.Starts) < 2 {
		return nil
	}
	grid := Box{Role: RoleHours}
	for _, start := range free.Starts {
		text := s.clock(start)
		grid.Children = append(grid.Children, Box{
			Role: RoleHour, ID: "hour-" + text, Text: text, Chosen: start.Equal(chosen), Tap: ChooseStart{Start: start},
		})
	}
	return []Box{s.words(RoleNote, locale.DaysOther), grid}
}
