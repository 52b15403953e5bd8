package kiosk

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"slices"
	"time"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/privacy"
)

// leastNotice is how long before the message goes out a reminder can be asked for.
const leastNotice = 5 * time.Minute

// consent is the conversation about a contact. It is a part of talk: what ends that ends it. Whatever ends it but a
// deliberate yes is a no.
type consent struct {
	purpose privacy.PurposeID
	from    stage // where it was asked, and where a no leads back to
	channel privacy.Channel
	typed   string // of the contact: forgotten when it is sent, and with the conversation
	tried   bool   // it was to be sent and did not fit, and words say so
	given   bool   // it fits, and is sent as soon as its ticket is there
	shown   [32]byte
	lang    locale.Lang // in which it was asked: the message and the proof speak it too
	end     keptEnd
	receipt string
	due     time.Time // when the message goes out
}

// keptEnd is what became of a contact that was sent.
type keptEnd uint8

const (
	keptOpen keptEnd = iota
	keptWell
	keptNot
	keptUnknown // no answer came
)

// replies are what was answered in this conversation. What has an answer is not asked again.
type replies struct{ reminder, otherDay reply }

type reply uint8

const (
	unasked reply = iota
	refused
	agreed
)

// to returns the replies with one to a purpose.
func (r replies) to(p privacy.PurposeID, is reply) replies {
	if p == privacy.OtherDay {
		r.otherDay = is
	} else {
		r.reminder = is
	}
	return r
}

// lasting are those that outlive what they were about: a no is a no until the conversation ends.
func (r replies) lasting() (kept replies) {
	if r.reminder == refused {
		kept.reminder = refused
	}
	if r.otherDay == refused {
		kept.otherDay = refused
	}
	return kept
}

// asks reports whether a contact may be asked for here at all: a notifier serves a channel, the notice has all that it must
// have, and the scheduler is there to take what is given.
func (s State) asks() bool {
	return s.office.Reminders.Offered() && s.noticeWhole() && s.linkUp && !s.clockless && s.outOfOrder == "" && !s.now.IsZero()
}

// canRemind reports whether a reminder of a ticket of that start can be asked for; the zero start is of a ticket without a
// time.
func (s State) canRemind(start time.Time) bool {
	return s.asks() && s.talk.replies.reminder == unasked && start.After(s.now.Add(s.office.Reminders.Before+leastNotice))
}

// remindsOwn reports whether the bearer of the ticket that was found is led to its reminder: also where none can be asked for
// any more, for one that was can be withdrawn.
func (s State) remindsOwn() bool {
	o := s.talk.own
	return o.found && isWaiting(o.record.Slot.State) && s.office.Reminders.Kept() && s.outOfOrder == "" && !s.ownPast()
}

// canRemindOwn reports whether a reminder of that ticket can be asked for.
func (s State) canRemindOwn() bool {
	r := s.talk.own.record
	return r.Slot.State == booking.Issued && s.canRemind(ownStart(r))
}

// consentTouched answers a citizen who is about a contact or a reminder; ok is false for what is not about that. What is
// shown aside takes no answers.
func (s State) consentTouched(m Msg) (next State, asked []Effect, ok bool) {
	if s.talk.aside != noAside {
		return s, nil, false
	}
	switch m := m.(type) {
	case OpenReminder:
		next, asked = s.openReminder()
	case Choose:
		next = s.choose(m.Yes)
	case SetChannel:
		next = s.setChannel(m.Channel)
	case Send:
		next, asked = s.send()
	case DropReminder:
		next, asked = s.dropReminder()
	case Type:
		return s.typedContact(m.Sign)
	case Erase:
		return s.erasedContact()
	case GoBack:
		return s.consentBack()
	default:
		return s, nil, false
	}
	return next, asked, true
}

// consentBack leads one step back. From what asks consent, or for what is given with it, that is a no.
func (s State) consentBack() (next State, asked []Effect, ok bool) {
	switch s.talk.stage {
	case atConsent, atContact:
		return s.decline(), nil, true
	case atKept:
		return s.leaveConsent(), nil, true
	case atReminder, atDropped:
		return s.toOwn(), nil, true
	}
	return s, nil, false
}

func (s State) openReminder() (State, []Effect) {
	switch {
	case s.talk.stage == atTake && s.talk.consent.purpose == "" && s.canRemind(s.talk.ticket.Start):
		return s.ask(privacy.Reminding, atTake), nil
	case s.talk.stage == atReminder && s.talk.reminder.isOff() && s.canRemindOwn():
		return s.ask(privacy.Reminding, atReminder), nil
	case s.talk.stage == atOwn && s.remindsOwn():
		return s.toOwn().enter(atAskingReminder).askReminder()
	}
	return s, nil
}

// ask shows the choice.
func (s State) ask(p privacy.PurposeID, from stage) State {
	s = s.enter(atConsent)
	s.talk.consent = consent{purpose: p, from: from, channel: s.office.Reminders.Channels[0]}
	return s
}

// choose takes the answer. Only here does a yes come to be.
func (s State) choose(yes bool) State {
	switch {
	case s.talk.stage != atConsent:
		return s
	case !yes || !s.asks():
		return s.decline()
	}
	s.talk.consent.shown, s.talk.consent.lang = s.shownDigest(), s.lang()
	s.talk.replies = s.talk.replies.to(s.talk.consent.purpose, agreed)
	return s.enter(atContact)
}

// decline is a no, by whatever way it came: all is as before, and it is not asked again.
func (s State) decline() State {
	s.talk.replies = s.talk.replies.to(s.talk.consent.purpose, refused)
	return s.leaveConsent()
}

// takeBack forgets a contact that was given and has not gone out yet, as a no. Whoever waits for the ticket that it was for
// is told with that.
func (s State) takeBack() State {
	if s.talk.stage != atIssuing && s.talk.stage != atUnclear {
		return s.decline()
	}
	s.talk.consent = consent{purpose: s.talk.consent.purpose, end: keptNot}
	return s
}

// leaveConsent leads back to where the choice was offered. What was typed is forgotten.
func (s State) leaveConsent() State {
	from := s.talk.consent.from
	s.talk.consent = consent{}
	if from == atReminder { // what was known of it may be so no more
		return s.toOwn()
	}
	return s.enter(from)
}

// asksAsBefore reports whether what is asked is what it was before the office changed: nobody consents to what another
// notice says, or to a channel that is gone.
func (s State) asksAsBefore(now, before booking.Office) bool {
	lang := cmp.Or(s.talk.consent.lang, s.lang())
	a, b := privacy.Full(now.Notice(lang)), privacy.Full(before.Notice(lang))
	return a.Hash() == b.Hash() && slices.Contains(now.Reminders.Channels, s.talk.consent.channel)
}

// asksConsent reports whether a choice is shown, or what is given with a yes.
func (s State) asksConsent() bool { return s.talk.stage == atConsent || s.talk.stage == atContact }

// consents reports whether the conversation is about a contact for this ticket, in any stage of it.
func (s State) consents() bool {
	return s.asksConsent() || s.talk.stage == atSending || s.talk.stage == atKept
}

// shownDigest is of the choice as it is shown, without what is only for whoever stands here, and without how large it is
// or in which colours: it proves what was asked, and tells nothing of who was.
func (s State) shownDigest() [32]byte {
	name, body := s.askConsent()
	b, err := json.Marshal(struct {
		Name string      `json:"name"`
		Lang locale.Lang `json:"lang"`
		Body []Box       `json:"body"`
	}{name, s.lang(), public(body)})
	if err != nil {
		panic("kiosk: a screen has no JSON form: " + err.Error()) // boxes are words and flags
	}
	return sha256.Sum256(b)
}

// public returns boxes without those that are private, whole.
func public(boxes []Box) []Box {
	boxes = slices.DeleteFunc(slices.Clone(boxes), func(b Box) bool { return b.Private })
	for i := range boxes {
		boxes[i].Children = public(boxes[i].Children)
	}
	return boxes
}
