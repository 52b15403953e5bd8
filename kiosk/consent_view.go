package kiosk

import (
	"slices"

	"example.org/totem/locale"
	"example.org/totem/privacy"
)

// consentView returns the screen of a stage about a contact or a reminder, ok false for any other stage.
func (s State) consentView() (name string, body []Box, ok bool) {
	switch s.talk.stage {
	case atConsent:
		name, body = s.askConsent()
	case atContact:
		name, body = "contact", s.askContact()
	case atSending:
		name, body = "contact-sending", []Box{s.words(RoleTitle, locale.IssuingTitle), s.words(RoleProgress, locale.GiveSending)}
	case atKept:
		name, body = s.contactKept()
	case atAskingReminder:
		name, body = "reminder-asking", []Box{s.words(RoleTitle, locale.ReminderTitle), s.words(RoleProgress, locale.ReminderFinding)}
	case atReminder:
		name, body = s.ownReminder()
	case atDropping:
		name, body = "reminder-dropping", []Box{s.words(RoleTitle, locale.ReminderTitle), s.words(RoleProgress, locale.ReminderDropping)}
	case atDropped:
		name, body = s.ownDropped()
	default:
		return "", nil, false
	}
	return name, body, true
}

// askConsent is the one screen on which consent is asked for, and the only way to where a contact is typed. The two
// answers differ in their words and ids alone; which stands first the office decides.
func (s State) askConsent() (name string, body []Box) {
	c := s.talk.consent
	name = "reminder-ask"
	title, yes, no := locale.ReminderAsk, locale.ReminderYes, locale.ReminderNo
	var lead Box
	ahead := c.purpose == privacy.OtherDay
	if ahead {
		name, title, yes, no = "other-day-ask", locale.OtherDayAsk, locale.OtherDayYes, locale.OtherDayNo
		lead = s.words(RoleLead, locale.OtherDayAskLead)
	} else {
		number, start := s.talk.own.record.Slot.Number, ownStart(s.talk.own.record)
		if c.from == atTake {
			number, start = s.talk.ticket.Number, s.talk.ticket.Start
		}
		ahead = s.isAhead(start)
		lead = private(s.words(RoleLead, locale.ReminderAskLead,
			locale.Word("number", string(number)), locale.Word("when", s.when(start))))[0]
	}
	choice := Box{Role: RoleChoice, Children: []Box{
		s.control(RoleButton, "yes", Choose{Yes: true}, yes),
		s.control(RoleButton, "no", Choose{}, no),
	}}
	if s.office.Reminders.NoFirst {
		slices.Reverse(choice.Children)
	}
	return name, []Box{
		s.control(RoleBack, "back", GoBack{}, locale.BackPlain),
		s.words(RoleTitle, title),
		lead,
		s.noticeFacts(ahead),
		choice,
		s.control(RoleLink, "notice", OpenNotice{}, locale.NoticeRead),
	}
}

// contactKept says what became of the contact, and that the ticket is as it was.
func (s State) contactKept() (name string, body []Box) {
	name, title := "reminder-kept", locale.KeptOn
	var cards []Box
	switch s.talk.consent.end {
	case keptWell:
		cards = s.keptCards()
	case keptNot:
		name, title = "reminder-not-kept", locale.KeptNot
		cards = []Box{s.card(RoleCard, locale.KeptSame, locale.KeptNotWhy)}
	default:
		name, title = "reminder-unclear", locale.KeptUnknown
		same := s.card(RoleCard, locale.KeptSame)
		same.Children = append(same.Children, s.wayBack(locale.KeptUnknownDo))
		cards = []Box{same}
	}
	body = append([]Box{s.control(RoleBack, "back", GoBack{}, locale.BackPlain), s.words(RoleTitle, title)}, cards...)
	return name, append(body, Box{Role: RoleButtons, Children: []Box{s.control(RolePrimary, "done", Finish{}, locale.Done)}})
}

// keptCards say when the message goes out, how to remove it, and the number of the consent.
func (s State) keptCards() []Box {
	c := s.talk.consent
	card := Box{Role: RoleCard, Children: []Box{
		private(s.words(RoleStrong, locale.KeptWhen, locale.Word("when", s.when(c.due))))[0],
		s.wayBack(locale.KeptHow),
	}}
	if c.receipt == "" {
		return []Box{card}
	}
	return []Box{card, {Role: RoleCard, Children: []Box{
		s.words(RoleStrong, locale.KeptReceipt), private(Box{Role: RoleNote, Text: c.receipt})[0],
	}}}
}

// wayBack names the controls that lead to a reminder.
func (s State) wayBack(k locale.Key) Box {
	return s.words(RoleNote, k, locale.Word("ticket", s.say(locale.StartTicket)), locale.Word("reminder", s.say(locale.ReminderOpen)))
}

// contactGiven says beside a ticket of another day what has become of the contact that was given for it.
func (s State) contactGiven() []Box {
	switch c := s.talk.consent; {
	case c.purpose != privacy.OtherDay:
		return nil
	case c.end == keptWell:
		cards := s.keptCards()
		cards[0].Children[0].Role = RoleNote
		cards[0].Children = append([]Box{s.words(RoleStrong, locale.KeptOn)}, cards[0].Children...)
		return cards
	case c.end == keptNot:
		return []Box{s.card(RoleCaution, locale.KeptNot, locale.KeptSame)}
	case c.end == keptUnknown, s.errandLate():
		return []Box{s.card(RoleCaution, locale.KeptUnknown, locale.KeptSame)}
	}
	return []Box{s.words(RoleProgress, locale.GiveSending)}
}
