package kiosk

import (
	"example.org/totem/locale"
	"example.org/totem/privacy"
)

// reminder is what the scheduler holds for the ticket that a citizen came with, as far as it was asked.
type reminder struct {
	known  bool
	failed bool // it could not be asked
	held   Reminder
	end    dropEnd // of a withdrawal
}

// dropEnd is how a withdrawal ended.
type dropEnd uint8

const (
	dropWell dropEnd = iota
	dropLater
	dropFailed
	dropUnknown // no answer came
)

// isOff reports whether there is certainly none.
func (r reminder) isOff() bool { return r.known && !r.held.On }

// askReminder asks what the scheduler holds for the ticket that was found.
func (s State) askReminder() (State, []Effect) {
	s.talk.reminder = reminder{}
	s, e := s.errand()
	return s, []Effect{AskReminder{Errand: e, Ticket: s.ref()}}
}

func (s State) reminderKnown(m ReminderKnown) State {
	if s.talk.stage != atAskingReminder && s.talk.stage != atRecord {
		return s
	}
	s.talk.reminder = reminder{known: !m.Failed, failed: m.Failed}
	if !m.Failed {
		s.talk.reminder.held = m.Reminder
	}
	if s.talk.stage == atAskingReminder {
		return s.enter(atReminder)
	}
	return s
}

// canDrop reports whether there is, or may be, something to withdraw.
func (s State) canDrop() bool {
	r := s.talk.reminder
	switch s.talk.stage {
	case atReminder:
		return r.failed || r.held.On
	case atRecord:
		return r.failed || r.held.On || s.errandLate()
	}
	return false
}

func (s State) dropReminder() (State, []Effect) {
	if !s.canDrop() {
		return s, nil
	}
	s, e := s.toOwn().enter(atDropping).errand()
	return s, []Effect{Withdraw{Errand: e, Ticket: s.ref()}}
}

func (s State) reminderDropped(m ReminderDropped) State {
	if s.talk.stage != atDropping {
		return s
	}
	switch {
	case m.Failed:
		return s.endDrop(dropFailed)
	case m.Later:
		return s.endDrop(dropLater)
	}
	return s.endDrop(dropWell)
}

func (s State) endDrop(end dropEnd) State {
	s.talk.reminder = reminder{end: end}
	return s.enter(atDropped)
}

// ownReminder shows the reminder of the ticket that was found.
func (s State) ownReminder() (name string, body []Box) {
	back, done := s.control(RoleBack, "back", GoBack{}, locale.BackPlain), s.control(RolePrimary, "done", Finish{}, locale.Done)
	drop := s.control(RoleButton, "drop-reminder", DropReminder{}, locale.ReminderDrop)
	switch r := s.talk.reminder; {
	case r.failed:
		return "reminder-unreachable", []Box{back, s.words(RoleTitle, locale.ReminderUnreachable),
			s.words(RoleLead, locale.ReminderUnreachableDo), {Role: RoleButtons, Children: []Box{drop, done}}}
	case r.held.On:
		return "reminder", []Box{back, s.words(RoleTitle, locale.ReminderTitle),
			{Role: RoleRecord, Children: s.reminderFields()}, {Role: RoleButtons, Children: []Box{drop, done}}}
	}
	buttons := Box{Role: RoleButtons, Children: []Box{done}}
	if s.canRemindOwn() {
		buttons.Children = []Box{s.control(RoleButton, "reminder", OpenReminder{}, locale.ReminderOpen), done}
	}
	return "reminder-none", []Box{back, s.words(RoleTitle, locale.ReminderNone), s.words(RoleLead, locale.KeptSame), buttons}
}

// reminderFields are what is stored for a reminder: the contact, and when the message goes out.
func (s State) reminderFields() []Box {
	held := s.talk.reminder.held
	field := func(name locale.Key, value string) Box {
		k := kept{name: name, purpose: locale.PurposeRemind, value: private(Box{Role: RoleStrong, Text: value})}
		return s.field(k, s.words(RoleNote, locale.ErasedSent))
	}
	return []Box{field(locale.ReminderContact, held.Masked), field(locale.ReminderDue, s.when(held.Due))}
}

// ownDropped says how the withdrawal ended. The ticket is as it was in any case.
func (s State) ownDropped() (name string, body []Box) {
	var title, lead locale.Key
	switch s.talk.reminder.end {
	case dropLater:
		name, title, lead = "reminder-later", locale.ReminderLater, locale.ReminderLaterDo
	case dropFailed:
		name, title, lead = "reminder-drop-failed", locale.ChangeFailed, locale.NotGivenLead
	case dropUnknown:
		name, title, lead = "reminder-drop-unclear", locale.ChangeLate, locale.NotGivenLead
	default:
		name, title, lead = "reminder-dropped", locale.ReminderDropped, locale.ReminderDroppedGone
	}
	return name, []Box{
		s.control(RoleBack, "back", GoBack{}, locale.BackPlain),
		s.words(RoleTitle, title), s.words(RoleLead, lead), s.words(RoleLead, locale.KeptSame),
		{Role: RoleButtons, Children: []Box{s.control(RolePrimary, "done", Finish{}, locale.Done)}},
	}
}

// recordLeads say how much is known of whoever stands here, no more than is known of that itself.
func (s State) recordLeads() []Box {
	r := s.talk.reminder
	switch {
	case !s.remindsOwn() || r.isOff():
		return []Box{s.words(RoleLead, locale.RecordNobody), s.words(RoleNote, locale.RecordOnly)}
	case r.known:
		return append(private(s.words(RoleLead, locale.RecordContact)), s.words(RoleNote, locale.RecordOnly))
	case r.failed || s.errandLate():
		return []Box{s.words(RoleLead, locale.RecordPerhaps), s.words(RoleNote, locale.ReminderUnreachable)}
	}
	return []Box{s.words(RoleLead, locale.RecordPerhaps), s.words(RoleNote, locale.RecordAsking)}
}

// keptReminder are the fields of the record that are stored only for whoever asked for a reminder, without what they hold.
func (s State) keptReminder() []Box {
	if !s.office.Reminders.Offered() {
		return nil
	}
	erased := s.words(RoleNote, locale.ErasedSent)
	return []Box{s.field(kept{name: locale.ReminderContact, purpose: locale.PurposeRemind}, erased),
		s.field(kept{name: locale.ReminderDue, purpose: locale.PurposeRemind}, erased), s.keptProof()}
}

// keptProof is what stays of a consent longer than the contact: that there was one.
func (s State) keptProof() Box {
	p, _ := privacy.Get(privacy.Proving)
	return s.field(kept{name: p.Words.Title, purpose: p.Words.Why}, s.words(RoleNote, p.Words.Kept, locale.Count("n", p.Kept.Days)))
}
