package kiosk

import (
	"slices"
	"strings"
	"time"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/privacy"
)

// The signs of a telephone number that are shown together, and how many there is room for from the start.
const (
	phoneGroup = 4
	phoneRoom  = 12
)

func (s State) setChannel(c privacy.Channel) State {
	if s.talk.stage != atContact || c == s.talk.consent.channel || !slices.Contains(s.office.Reminders.Channels, c) {
		return s
	}
	s = s.enter(atContact)
	s.talk.consent.channel, s.talk.consent.typed, s.talk.consent.tried = c, "", false
	return s
}

// typedContact adds a sign to the contact; ok is false where none is typed.
func (s State) typedContact(sign rune) (next State, asked []Effect, ok bool) {
	if s.talk.stage != atContact {
		return s, nil, false
	}
	c := s.talk.consent
	switch {
	case len(c.typed) >= privacy.Longest(c.channel), !strings.ContainsRune(privacy.Signs(c.channel), sign),
		c.channel == privacy.SMS && sign == '+' && c.typed != "":
	default:
		s.talk.consent.typed, s.talk.consent.tried = c.typed+string(sign), false
	}
	return s, nil, true
}

func (s State) erasedContact() (next State, asked []Effect, ok bool) {
	if s.talk.stage != atContact {
		return s, nil, false
	}
	if c := s.talk.consent; c.typed != "" { // all signs that can be typed are of one byte
		s.talk.consent.typed, s.talk.consent.tried = c.typed[:len(c.typed)-1], false
	}
	return s, nil, true
}

// send gives the contact away, or keeps it for the ticket that it is given for.
func (s State) send() (State, []Effect) {
	if s.talk.stage != atContact {
		return s, nil
	}
	c := s.talk.consent
	normal, err := privacy.ParseContact(c.channel, c.typed)
	if err != nil {
		s.talk.consent.tried = true
		return s, nil
	}
	s.talk.consent.typed, s.talk.consent.tried = normal, false
	if c.purpose == privacy.OtherDay {
		s.talk.consent.given = true
		return s.enter(atAskingDays).follow()
	}
	ref, start := s.ref(), s.talk.own.record.Slot.Start
	if t := s.talk.ticket; c.from == atTake {
		ref, start = Ref{Key: t.Key, Number: t.Number}, t.Start
	}
	return s.enter(atSending).keepContact(ref, start)
}

// keepContact has the contact sent. From here on the conversation does not know it any more.
func (s State) keepContact(ticket Ref, start time.Time) (State, []Effect) {
	c := s.talk.consent
	s.talk.consent.typed, s.talk.consent.given, s.talk.consent.due = "", false, s.dueOf(start)
	s, e := s.errand()
	return s, []Effect{KeepContact{
		Errand: e, Ticket: ticket, Start: start, Purpose: c.purpose, Channel: c.channel, Contact: c.typed,
		Lang: c.lang, Shown: c.shown,
	}}
}

// dueOf returns when the message of a ticket of that start goes out: for another day sooner, if that is still to come.
func (s State) dueOf(start time.Time) time.Time {
	r := s.office.Reminders
	if s.isAhead(start) && r.DayBefore > 0 && start.Add(-r.DayBefore).After(s.now) {
		return start.Add(-r.DayBefore)
	}
	return start.Add(-r.Before)
}

// isAhead reports whether that start is on another day than today.
func (s State) isAhead(start time.Time) bool { return booking.DayOf(start, s.zone) != s.today() }

// contactEnded notes what became of the contact, and has the number of the consent printed where the printer can.
func (s State) contactEnded(end keptEnd, receipt string) (State, []Effect) {
	s.talk.consent.end, s.talk.consent.receipt = end, receipt
	if s.talk.stage == atSending {
		s = s.enter(atKept)
	}
	if end == keptWell && receipt != "" && s.slipStatus(s.printer).Ready() {
		return s, []Effect{PrintReceipt{Receipt: receipt, Lang: s.lang()}}
	}
	return s, nil
}

// askContact is the screen on which a contact is typed.
func (s State) askContact() []Box {
	c := s.talk.consent
	a := asking{back: locale.BackPlain, title: locale.GivePhone, pads: s.padsOf(privacy.Signs(c.channel)), foot: []Box{s.giveButtons()}}
	form := locale.GivePhoneForm
	if c.channel == privacy.Mail {
		a.title, form = locale.GiveMail, locale.GiveMailForm
		a.typed, a.pads.Role = Box{Role: RoleText, Text: c.typed + toCome, Private: true}, RoleKeyboard
	} else {
		a.typed = typedBox(c.typed, min(max(len(c.typed)+1, phoneRoom), privacy.Longest(c.channel)), phoneGroup)
	}
	a.leads = []Box{s.words(RoleLead, form), s.words(RoleLead, locale.GiveOwn)}
	if c.tried {
		a.trouble, a.notes = s.contactTrouble(), []locale.Key{form}
	}
	return s.typing("contact", a)
}

// contactTrouble says what is the matter with what was typed.
func (s State) contactTrouble() locale.Key {
	c := s.talk.consent
	_, err := privacy.ParseContact(c.channel, c.typed)
	switch {
	case c.channel == privacy.Mail:
		return locale.GiveMailWrong
	case err == privacy.ErrShort:
		return locale.GivePhoneWrong
	}
	return locale.GivePhoneOther
}

// giveButtons are the way to the other channel, where there is one, and the one that gives what was typed: it cannot be
// had until that has the form of a contact.
func (s State) giveButtons() Box {
	c, buttons := s.talk.consent, Box{Role: RoleButtons}
	for _, other := range s.office.Reminders.Channels {
		if other == c.channel {
			continue
		}
		use := locale.GivePhoneUse
		if other == privacy.Mail {
			use = locale.GiveMailUse
		}
		buttons.Children = append(buttons.Children, s.control(RoleButton, "channel-"+string(other), SetChannel{Channel: other}, use))
	}
	says := locale.GiveSend
	if c.purpose == privacy.OtherDay {
		says = locale.GiveDays
	}
	send := s.control(RolePrimary, "send", Send{}, says)
	if !privacy.Fits(c.channel, c.typed) {
		send.ID, send.Tap, send.Off = "", nil, true
	}
	buttons.Children = append(buttons.Children, send)
	return buttons
}

// smallerToType has the letters as much smaller on the screen where a contact is typed as it takes for the panel to hold the
// whole of it: keys that lie on each other, or on another page, cannot be typed with. Signs on keys are large at any size.
func (s State) smallerToType() State {
	if s.talk.stage != atContact || s.talk.aside != noAside || s.asksStill() {
		return s
	}
	for sizes := Texts(); ; {
		i := slices.Index(sizes, s.talk.look.Text)
		name, body := s.body()
		if i <= 0 || s.fits(name, body) {
			return s
		}
		if s.talk.look.Text = sizes[i-1]; i == 1 {
			s.talk.look.Text = 0
		}
	}
}
