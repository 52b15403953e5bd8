package kiosk

import (
	"strings"

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

func (s State) printing() []Box {
	body := append([]Box{s.words(RoleTitle, locale.PrintingTitle)}, s.ticket()...)
	return append(body, s.words(RoleProgress, locale.PrintingSlip))
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

func (s State) paperFailed() []Box { return s.withoutPaper(paperStays(s.talk.printer)) }

func (s State) paperUnknown() []Box { return s.withoutPaper(locale.PaperUnknown) }

// withoutPaper shows what else proves the slot. Here alone the code is on the glass.
func (s State) withoutPaper(why locale.Key) []Box {
	body := append([]Box{s.card(RoleCaution, why, locale.ProofKeep)}, s.ticket()...)
	if code := s.talk.ticket.Code; code != "" {
		typed := Box{Role: RoleCode, Children: []Box{s.words(RoleNote, locale.ProofCode)}}
		for digits := range strings.FieldsSeq(code.Grouped()) {
			typed.Children = append(typed.Children, Box{Role: RoleDigits, Text: digits})
		}
		typed.Children = append(typed.Children, s.words(RoleNote, locale.ProofShow))
		body = append(body, Box{Role: RoleProof, Children: []Box{{Role: RoleQR, Text: string(code)}, typed}})
	}
	buttons := Box{Role: RoleButtons}
	if s.warned() {
		buttons.Children = append(buttons.Children, s.control(RoleButton, "continue", Touched{}, locale.StillContinue))
	}
	buttons.Children = append(buttons.Children, s.control(RolePrimary, "done", Finish{}, locale.Done))
	body = append(body, buttons)
	if s.warned() {
		body = append(body, s.count(RoleCount))
	}
	return body
}
