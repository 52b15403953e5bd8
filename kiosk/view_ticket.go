package kiosk

import (
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
	boxes := []Box{{Role: RoleNumber, Text: string(t.Number)}, {Role: RoleWhen, Text: s.when(t.Start)}}
	label, room := s.theirWords(t.Label), s.theirWords(s.office.Waiting)
	switch {
	case label != "" && room != "":
		return append(boxes, s.words(RoleNote, locale.LabelAndRoom, locale.Word("label", label), locale.Word("room", room)))
	case label+room != "":
		return append(boxes, Box{Role: RoleNote, Text: label + room})
	}
	return boxes
}

// take is shown only after the printer has confirmed the slip.
func (s State) take() []Box {
	body := append([]Box{s.words(RoleTitle, locale.TakeTitle)}, s.ticket()...)
	return append(body,
		s.card(RoleCard, locale.TakeCalled),
		Box{Role: RoleButtons, Children: []Box{s.control(RolePrimary, "done", Finish{}, locale.Done)}},
		s.count(RoleCount))
}
