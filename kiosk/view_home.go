package kiosk

import (
	"slices"

	"example.org/totem/booking"
	"example.org/totem/locale"
)

// home returns the screen on which a conversation begins, or the reason why none can.
func (s State) home() (name string, body []Box) {
	switch {
	case s.outOfOrder != "":
		return "out-of-service", append([]Box{
			s.words(RoleTitle, locale.OutTitle),
			s.words(RoleLead, locale.AskDesk),
			s.words(RoleNote, locale.OutCode, locale.Word("code", s.outOfOrder)),
		}, s.ways()...)
	case !s.ready():
		return "waiting", append([]Box{s.words(RoleTitle, locale.WaitingTitle), s.words(RoleLead, locale.AskDesk)}, s.ways()...)
	case s.troubled():
		return s.touchTrouble()
	case len(s.found) > 0:
		return "found", s.askFound()
	case s.anyFree():
		return "start", s.start()
	case s.clockless:
		return "nothing-left", append(s.nothing(locale.NumberNone), s.ways()...)
	case s.office.Hours.OpenAt(s.now, s.zone):
		none := locale.NothingTitle
		if slices.ContainsFunc(s.office.Queues, func(q booking.Queue) bool { return s.elsewhere(q.ID) }) {
			none = locale.NothingHere
		}
		body = s.nothing(none)
		if s.otherDaysNow() { // each leads to its own
			body = append(body, s.services())
		}
		return "nothing-left", append(body, s.ways()...)
	}
	return "closed", append(s.closed(), s.ways()...)
}

// ways returns what else can be done here than to take a place: whoever has a ticket may ask about it, and anybody about
// the data.
func (s State) ways() []Box {
	ways := Box{Role: RoleButtons}
	if s.ownOffered() {
		ways.Children = append(ways.Children, s.control(RoleButton, "own-ticket", OpenTicket{}, locale.StartTicket))
	}
	if s.hasOffice {
		ways.Children = append(ways.Children, s.control(RoleButton, "privacy", OpenPrivacy{}, locale.StartPrivacy))
	}
	if len(ways.Children) == 0 {
		return nil
	}
	return []Box{ways}
}

// promise says what is not asked, with the way to all that there is to know about it.
func (s State) promise(strong locale.Key, notes ...locale.Key) Box {
	card := s.card(RolePromise, strong, notes...)
	card.Children = append(card.Children, s.control(RoleLink, "privacy", OpenPrivacy{}, locale.StartPrivacy))
	return card
}

// start offers the services. Where letters are large, or the panel does not hold it all, what the help says too is left to
// it.
func (s State) start() []Box {
	look := s.talk.look
	long := s.startWith(locale.StartTitle, locale.StartLead, locale.PromiseDesk)
	switch {
	case look.Text.Large():
		return s.startWith(locale.StartTitleShort, "", "")
	case (look.Low || look.Text > 100) && !s.fits("start", long):
		return s.startWith(locale.StartTitle, "", "")
	}
	return long
}

func (s State) startWith(title, lead, promise locale.Key) []Box {
	if s.clockless {
		lead = locale.NumberLead
	}
	body := []Box{s.words(RoleTitle, title)}
	if lead != "" {
		body = append(body, s.words(RoleLead, lead))
	}
	body = append(append(body, s.services()), s.asOfNote()...)
	if s.ownOffered() {
		body = append(body, s.control(RoleButton, "own-ticket", OpenTicket{}, locale.StartTicket))
	}
	if promise == "" {
		return append(body, s.promise(locale.PromiseTake))
	}
	return append(body, s.promise(locale.PromiseTake, promise))
}

func (s State) services() Box {
	services := Box{Role: RoleServices}
	for _, v := range s.office.Services {
		services.Children = append(services.Children, s.service(v))
	}
	return services
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
		if box.Off = !s.otherDaysNow(); !box.Off {
			box.Tap = ChooseService{Service: v.ID}
		}
		box.Children = append(box.Children, s.words(RoleTime, locale.ServiceDash), s.finished(v.Queue))
		return box
	}
	box.Tap = ChooseService{Service: v.ID}
	if s.clockless {
		box.Children = append(box.Children, Box{Role: RoleTime, Text: string(first.Number), Private: true}, s.words(RolePlaces, locale.NumberNext))
		return box
	}
	box.Children = append(box.Children, Box{Role: RoleTime, Text: s.clock(first.Start)},
		s.words(RolePlaces, locale.ServicePlaces, locale.Count("n", places)))
	return box
}

// finished says that a queue has nothing, no more than is known of why, and when the office opens next.
func (s State) finished(q booking.QueueID) Box {
	why := s.say(locale.ServiceFinished)
	// What is left of a day that may be over says nothing of today, nor does what cannot be had without the office.
	if _, told := s.offer(q); !told || s.clockless || s.elsewhere(q) {
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
	body := append([]Box{s.words(RoleTitle, locale.FoundTitle), s.words(RoleLead, locale.FoundLead)}, s.numberAndWhen(t.Number, t.Start)...)
	return append(body, Box{Role: RoleButtons, Children: []Box{ // two equal answers: neither is the filled button
		s.control(RoleButton, "leave", LeaveFound{}, locale.FoundLeave),
		s.control(RoleButton, "print", PrintFound{}, locale.FoundPrint),
	}})
}
