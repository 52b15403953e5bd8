package kiosk

import (
	"time"

	"example.org/totem/booking"
	"example.org/totem/locale"
)

func (s State) issuing() []Box {
	return []Box{s.words(RoleTitle, locale.IssuingTitle), s.words(RoleProgress, locale.IssuingProgress)}
}

func (s State) notGiven() []Box {
	return []Box{
		s.words(RoleTitle, locale.NotGivenTitle),
		s.words(RoleLead, locale.NotGivenLead),
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
	body := append([]Box{s.words(RoleTitle, locale.TakeTitle)}, s.ticket()...)
	return append(append(body, s.codeHeard()...),
		s.card(RoleCard, locale.TakeCalled),
		Box{Role: RoleButtons, Children: []Box{s.control(RolePrimary, "done", Finish{}, locale.Done)}},
		s.count(RoleCount))
}
