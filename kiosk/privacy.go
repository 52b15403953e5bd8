package kiosk

import (
	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/privacy"
)

// privacyTouched answers a citizen who reads about the data: OpenPrivacy, OpenLayer, and GoBack within a layer; ok is
// false for anything else.
func (s State) privacyTouched(m Msg) (next State, ok bool) {
	switch m := m.(type) {
	case OpenPrivacy:
		return s.toggle(inPrivacy), true
	case OpenNotice:
		return s.openNotice(), true
	case OpenLayer:
		if s.talk.aside == inPrivacy && (m.Layer == LayerKept || m.Layer == LayerContacts && s.hasContacts()) {
			s.talk.layer, s.talk.leaf = m.Layer, 0
		}
		return s, true
	case GoBack:
		switch {
		case s.talk.aside == inPrivacy && s.talk.direct:
			return s.closeAside(), true
		case s.talk.aside == inPrivacy && s.talk.layer != "":
			s.talk.layer, s.talk.leaf = "", 0
			return s, true
		}
	}
	return s, false
}

// privacyView returns the screen of the aside inPrivacy.
func (s State) privacyView() (name string, body []Box) {
	switch {
	case s.talk.layer == LayerContacts && s.hasContacts():
		return "privacy-contacts", s.contacts()
	case s.talk.layer == LayerKept:
		return "privacy-kept", s.keptLayer()
	case s.talk.layer == LayerNotice:
		return "notice", s.notice()
	}
	return "privacy", s.privacy()
}

// privacy is the first layer: what most people want to know.
func (s State) privacy() []Box {
	body := s.layerHead(locale.PrivacyTitle)
	free := s.card(RoleCard, locale.NoticeFreeToday)
	if !s.talk.look.Text.Large() {
		free.Children = append(free.Children, s.words(RoleNote, locale.PromiseDesk))
	}
	body = append(body, free)
	links := Box{Role: RoleButtons}
	if s.hasContacts() {
		who := s.card(RoleCard, locale.PrivacyWho)
		if name := s.office.Controller.Name; name != "" {
			who.Children = append(who.Children, s.words(RoleNote, locale.HelpController, locale.Word("name", name)))
		}
		body = append(body, who)
		links.Children = append(links.Children,
			s.control(RoleButton, "contacts", OpenLayer{Layer: LayerContacts}, locale.PrivacyContacts))
	}
	links.Children = append(links.Children, s.control(RoleButton, "kept", OpenLayer{Layer: LayerKept}, locale.PrivacyEach))
	if !s.hasOffice {
		return append(body, s.keptAndRights()...)
	}
	links.Children = append(links.Children, s.control(RoleButton, "notice", OpenNotice{}, locale.NoticeRead))
	return append(append(append(body, s.keptAndRights()...), s.noticeEdition()...), links)
}

func (s State) keptAndRights() []Box {
	return []Box{
		s.card(RoleCard, locale.PrivacyKept, locale.PrivacyKeptWhat, locale.PrivacyKeptClerk),
		s.card(RoleCard, locale.PrivacyRights, locale.PrivacyRightsDo),
	}
}

func (s State) layerHead(title locale.Key) []Box {
	return []Box{s.control(RoleBack, "back", GoBack{}, locale.BackPlain), s.words(RoleTitle, title)}
}

// hasContacts reports whether the office says who answers for the data.
func (s State) hasContacts() bool { return s.office.Controller != privacy.Controller{} }

// contacts says who answers for the data, and where; each only where the office has it.
func (s State) contacts() []Box {
	c := s.office.Controller
	body := s.layerHead(locale.PrivacyContacts)
	controller := s.card(RoleCard, locale.ContactController)
	if c.Name != "" {
		controller.Children = append(controller.Children, Box{Role: RoleNote, Text: c.Name})
	}
	for _, line := range []struct {
		key        locale.Key
		arg, value string
	}{
		{locale.ContactAddress, "address", c.Address},
		{locale.ContactEmail, "address", c.Email},
		{locale.ContactPEC, "address", c.PEC},
		{locale.ContactPhone, "number", c.Phone},
	} {
		if line.value != "" {
			controller.Children = append(controller.Children, s.words(RoleNote, line.key, locale.Word(line.arg, line.value)))
		}
	}
	if len(controller.Children) > 1 {
		body = append(body, controller)
	}
	if c.DPO != "" {
		dpo := s.card(RoleCard, locale.ContactDPO)
		dpo.Children = append(dpo.Children, s.words(RoleNote, locale.ContactEmail, locale.Word("address", c.DPO)),
			s.words(RoleNote, locale.ContactDPOOnly))
		body = append(body, dpo)
	}
	return body
}

// keptLayer says what each ticket leaves behind: the fields of a record without what they hold.
func (s State) keptLayer() []Box {
	fields := Box{Role: RoleRecord}
	for _, k := range s.keptOf(booking.Record{}) {
		if !k.general {
			k.value = nil
		}
		erased := s.words(RoleNote, locale.ErasedClosing)
		if k.sooner && !s.clockless {
			erased = s.words(RoleNote, locale.ErasedSooner)
		}
		fields.Children = append(fields.Children, s.field(k, erased))
	}
	fields.Children = append(fields.Children, s.keptReminder()...)
	return append(s.layerHead(locale.PrivacyKept), s.words(RoleLead, locale.KeptLead), fields)
}
