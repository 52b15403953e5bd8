package kiosk

import (
	"slices"
	"time"

	"example.org/totem/booking"
	"example.org/totem/locale"
)

func (s State) issuing() []Box {
	progress := locale.IssuingProgress
	if s.books() {
		progress = locale.BookingProgress
	}
	return []Box{s.words(RoleTitle, locale.IssuingTitle), s.words(RoleProgress, progress)}
}

func (s State) notGiven() []Box {
	lead := locale.NotGivenLead
	if s.talk.denied == RefusedLink {
		lead = locale.NotGivenOffline
	}
	return []Box{
		s.words(RoleTitle, locale.NotGivenTitle),
		s.words(RoleLead, lead),
		{Role: RoleButtons, Children: []Box{s.control(RolePrimary, "back", GoBack{}, locale.BackServices)}},
	}
}

func (s State) unclear() []Box {
	return []Box{
		s.words(RoleTitle, locale.UnclearTitle),
		s.words(RoleLead, locale.UnclearLead),
		{Role: RoleButtons, Children: []Box{s.control(RolePrimary, "done", Finish{}, locale.Done)}},
	}
}

// ticket returns number and time in their largest form, and where to go.
func (s State) ticket() []Box {
	t := s.talk.ticket
	boxes := s.numberAndWhen(t.Number, t.Start)
	label, room := s.theirWords(t.Label), s.theirWords(s.office.Waiting)
	switch {
	case label != "" && room != "":
		boxes = append(boxes, s.words(RoleNote, locale.LabelAndRoom, locale.Word("label", label), locale.Word("room", room)))
	case label+room != "":
		boxes = append(boxes, Box{Role: RoleNote, Text: label + room})
	}
	return private(boxes...)
}

// numberAndWhen returns what tells a ticket.
func (s State) numberAndWhen(n booking.Number, start time.Time) []Box {
	return private(Box{Role: RoleNumber, Text: string(n)}, Box{Role: RoleWhen, Text: s.when(start)})
}

// take is shown only after the printer has confirmed the slip.
func (s State) take() []Box {
	buttons := Box{Role: RoleButtons, Children: []Box{s.control(RolePrimary, "done", Finish{}, locale.Done)}}
	if s.canRemind(s.talk.ticket.Start) && s.talk.consent.purpose == "" {
		buttons.Children = append([]Box{s.control(RoleButton, "reminder", OpenReminder{}, locale.ReminderOpen)}, buttons.Children...)
	}
	ticket := s.ticket()
	end := []Box{buttons, s.count(RoleCount)}
	whole := func(ticket, more []Box) []Box {
		return slices.Concat([]Box{s.words(RoleTitle, locale.TakeTitle)}, ticket, s.codeHeard(), s.contactGiven(), more, end)
	}
	// What the slip says too is left to it where the panel does not hold it all.
	for _, body := range [][]Box{whole(ticket, []Box{s.card(RoleCard, locale.TakeCalled)}), whole(ticket, nil)} {
		if s.fits("take", body) {
			return body
		}
	}
	return whole(s.numberAndWhen(s.talk.ticket.Number, s.talk.ticket.Start), nil)
}
