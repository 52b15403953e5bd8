package kiosk

import (
	"example.org/totem/booking"
	"example.org/totem/locale"
)

// home returns the screen on which a conversation begins, or the reason why none can.
func (s State) home() (name string, body []Box) {
	switch {
	case s.outOfOrder != "":
		return "out-of-service", []Box{
			s.words(RoleTitle, locale.OutTitle),
			s.words(RoleLead, locale.AskDesk),
			s.words(RoleNote, locale.OutCode, locale.Word("code", s.outOfOrder)),
		}
	case !s.ready():
		return "waiting", []Box{s.words(RoleTitle, locale.WaitingTitle), s.words(RoleLead, locale.AskDesk)}
	case len(s.found) > 0:
		return "found", s.askFound()
	case s.anyFree():
		return "start", s.start()
	case s.clockless:
		return "nothing-left", s.nothing(locale.NumberNone)
	case s.office.Hours.OpenAt(s.now, s.zone):
		return "nothing-left", s.nothing(locale.NothingTitle)
	}
	return "closed", s.closed()
}

func (s State) start() []Box {
	services := Box{Role: RoleServices}
	for _, v := range s.shelf() {
		services.Children = append(services.Children, s.service(v))
	}
	lead := locale.StartLead
	if s.clockless {
		lead = locale.NumberLead
	}
	body := []Box{s.words(RoleTitle, locale.StartTitle), s.words(RoleLead, lead), services}
	if s.shelves() > 1 {
		body = append(body, s.control(RoleMore, "more", ShowMore{}, locale.StartMore))
	}
	body = append(body, s.asOfNote()...)
	return append(body, s.card(RolePromise, locale.PromiseTake, locale.PromiseDesk))
}

// perScreen returns how many services are shown at once.
func (s State) perScreen() int {
	held := max(s.config.Services, 2)
	if s.config.Services == 0 {
		held = UprightServices
	}
	if len(s.office.Services) <= held {
		return held
	}
	return held - 1
}

// shelves returns how many pages the services fill, at least one.
func (s State) shelves() int {
	n := s.perScreen()
	return max((len(s.office.Services)+n-1)/n, 1)
}

// shelf returns the services of the page in front.
func (s State) shelf() []booking.Service {
	n := s.perScreen()
	from := min(s.talk.shelf*n, len(s.office.Services))
	return s.office.Services[from:min(from+n, len(s.office.Services))]
}

func (s State) service(v booking.Service) Box {
	box := Box{Role: RoleService, ID: "service-" + string(v.ID)}
	if q, ok := s.office.Queue(v.Queue); ok {
		box.Children = append(box.Children, Box{Role: RoleBadge, Text: q.Prefix})
	}
	box.Children = append(box.Children, s.theirs(RoleName, v.Name)...)
	box.Children = append(box.Children, s.theirs(RoleDetail, v.Detail)...)
	first, places := s.firstFree(v.Queue)
	if places == 0 {
		box.Off = true
		box.Children = append(box.Children, s.words(RoleTime, locale.ServiceDash), s.finished(v.Queue))
		return box
	}
	box.Tap = ChooseService{Service: v.ID}
	if s.clockless {
		box.Children = append(box.Children, Box{Role: RoleTime, Text: string(first.Number)}, s.words(RolePlaces, locale.NumberNext))
		return box
	}
	box.Children = append(box.Children, Box{Role: RoleTime, Text: s.clock(first.Start)},
		s.words(RolePlaces, locale.ServicePlaces, locale.Count("n", places)))
	return box
}

// finished says that a queue has nothing, no more than is known of why, and when the office opens next.
func (s State) finished(q booking.QueueID) Box {
	why := s.say(locale.ServiceFinished)
	if _, told := s.offer(q); !told || s.clockless { // what is left of a day that may be over says nothing of today
		why = s.say(locale.ServiceNone)
	}
	day, opens, ok := s.opensAfterToday()
	if !ok {
		return Box{Role: RolePlaces, Text: why}
	}
	when := s.say(locale.OpensAt, locale.Word("day", s.shortDay(day)), s.at(opens))
	return s.words(RolePlaces, locale.ServiceOpens, locale.Word("why", why), locale.Word("opens", when))
}

// asOfNote says how old the offers are while the scheduler cannot be reached. Without a clock no age can be told.
func (s State) asOfNote() []Box {
	switch {
	case s.linkUp:
		return nil
	case s.clockless:
		return []Box{s.words(RoleNote, locale.NumberAsOf)}
	case s.asOf.IsZero():
		return nil
	}
	if day := booking.DayOf(s.asOf, s.zone); day != s.today() {
		return []Box{s.words(RoleNote, locale.StartAsOfDay, locale.Word("day", s.longDay(day)), s.at(s.asOf))}
	}
	return []Box{s.words(RoleNote, locale.StartAsOf, s.at(s.asOf))}
}

// nothing says that there is nothing to take, and what to hope for. Places that others give back come over the link.
func (s State) nothing(title locale.Key) []Box {
	body := []Box{s.words(RoleTitle, title)}
	if s.linkUp && !s.clockless {
		body = append(body, s.words(RoleLead, locale.NothingReappear))
	} else {
		body = append(body, s.words(RoleLead, locale.AskDesk))
	}
	if day, opens, ok := s.opensAfterToday(); ok {
		body = append(body, Box{Role: RoleCard, Children: []Box{
			s.words(RoleStrong, locale.NothingOpens, locale.Word("day", s.longDay(day)), s.at(opens)),
		}})
	}
	return append(body, s.asOfNote()...)
}

func (s State) closed() []Box {
	body := []Box{s.words(RoleTitle, locale.ClosedTitle)}
	day, opens, ok := s.office.Hours.Next(s.now, s.zone)
	switch {
	case !ok:
		return append(body, s.words(RoleLead, locale.ClosedUnknown))
	case day == booking.DayOf(s.now, s.zone):
		return append(body, s.words(RoleLead, locale.ClosedToday, s.at(opens)))
	}
	return append(body, s.words(RoleLead, locale.ClosedOpens, locale.Word("day", s.longDay(day)), s.at(opens)))
}

func (s State) askFound() []Box {
	t := s.found[0]
	return []Box{
		s.words(RoleTitle, locale.FoundTitle),
		s.words(RoleLead, locale.FoundLead),
		{Role: RoleNumber, Text: string(t.Number)},
		{Role: RoleWhen, Text: s.when(t.Start)},
		{Role: RoleButtons, Children: []Box{ // two equal answers: neither is the filled button
			s.control(RoleButton, "leave", LeaveFound{}, locale.FoundLeave),
			s.control(RoleButton, "print", PrintFound{}, locale.FoundPrint),
		}},
	}
}
