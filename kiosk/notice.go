package kiosk

import (
	"time"

	"example.org/totem/locale"
	"example.org/totem/privacy"
)

// noticeWhole reports whether the office's notice has all that must be told before a contact may be asked for.
func (s State) noticeWhole() bool { return s.hasOffice && s.office.Notice(s.lang()).Complete() }

// openNotice shows the whole notice: of what the privacy screens tell it is a layer, and from anywhere else it leads back
// there in one step.
func (s State) openNotice() State {
	if !s.hasOffice || s.talk.aside != noAside && s.talk.aside != inPrivacy {
		return s
	}
	direct := s.talk.aside == noAside
	s.talk.aside, s.talk.layer, s.talk.leaf, s.talk.direct = inPrivacy, LayerNotice, 0, direct
	return s
}

// notice is the whole notice, a card for each of its parts, and the beginning of its hash, which consents keep.
func (s State) notice() []Box {
	n := privacy.Full(s.office.Notice(s.lang()))
	body := []Box{s.control(RoleBack, "back", GoBack{}, locale.BackPlain), {Role: RoleTitle, Text: n.Title}}
	for _, section := range n.Sections {
		card := Box{Role: RoleCard, Children: []Box{{Role: RoleStrong, Text: section.Title}}}
		for _, line := range section.Lines {
			card.Children = append(card.Children, Box{Role: RoleNote, Text: line})
		}
		body = append(body, card)
	}
	return append(body, Box{Role: RoleCard, Children: []Box{{Role: RoleStrong, Text: n.Imprint()}}})
}

// noticeEdition says which edition of the notice holds, since when, and the beginning of its hash.
func (s State) noticeEdition() []Box {
	f := s.office.Privacy
	since, err := time.Parse(time.DateOnly, f.Since)
	if f.Edition == "" || err != nil {
		return nil
	}
	date := locale.Date(s.lang(), since.Year(), since.Month(), since.Day())
	return []Box{{Role: RoleCard, Children: []Box{
		s.words(RoleStrong, locale.NoticeEdition, locale.Word("edition", f.Edition), locale.Word("date", date)),
		{Role: RoleNote, Text: privacy.Full(s.office.Notice(s.lang())).Imprint()},
	}}}
}

// noticeFacts are the first layer of the notice, which stands on the screen that asks for a contact; ahead tells whether the
// ticket is of another day.
func (s State) noticeFacts(ahead bool) Box {
	facts := Box{Role: RoleFacts}
	for _, row := range privacy.First(s.office.Notice(s.lang()), ahead) {
		facts.Children = append(facts.Children, Box{Role: RoleFact, Children: []Box{
			{Role: RoleName, Text: row.Name}, {Role: RoleStrong, Text: row.Text},
		}})
	}
	return facts
}
