package kiosk

import (
	"example.org/totem/locale"
)

// stillHere warns that all will be forgotten. Any touch goes on.
func (s State) stillHere() []Box {
	return []Box{
		s.words(RoleTitle, locale.StillTitle),
		s.count(RoleCount),
		{Role: RoleButtons, Children: []Box{
			s.control(RoleButton, "done", Finish{}, locale.Done),
			s.control(RolePrimary, "continue", Touched{}, locale.StillContinue),
		}},
	}
}

func (s State) chooseLanguage() []Box {
	return []Box{
		s.control(RoleBack, "back", GoBack{}, locale.BackPlain),
		s.words(RoleTitle, locale.LanguagesTitle),
		s.languageRow(),
	}
}

func (s State) help() []Box {
	data := s.card(RoleCard, locale.HelpData, locale.HelpDataNone, locale.PromiseDesk)
	if c := s.office.Controller; c.Name != "" {
		data.Children = append(data.Children, s.words(RoleNote, locale.HelpController, locale.Word("name", c.Name)))
		if c.DPO != "" {
			data.Children = append(data.Children, s.words(RoleNote, locale.HelpDPO, locale.Word("address", c.DPO)))
		}
	}
	steps, slip := locale.HelpSteps, locale.HelpSlip
	if s.clockless {
		steps, slip = locale.HelpStepsNumber, locale.HelpSlipNumber
	}
	body := []Box{
		s.control(RoleBack, "back", GoBack{}, locale.BackPlain),
		s.words(RoleTitle, locale.HelpTitle),
		s.card(RoleCard, locale.HelpHow, steps, slip, locale.HelpMissing),
		s.card(RoleCard, locale.HelpTicket, locale.HelpTicketDo),
		s.card(RoleCard, locale.HelpAccess, s.helpAccess()...),
		data,
	}
	return append(body, s.ways()...)
}

// helpAccess says by what other ways than by eye and finger the totem is used, as far as it has them.
func (s State) helpAccess() []locale.Key {
	ways := []locale.Key{locale.HelpAccessWhere}
	if s.config.Sound != NoSound {
		ways = append(ways, locale.HelpVoice)
	}
	if s.keypad {
		ways = append(ways, locale.HelpKeys)
	}
	return ways
}
