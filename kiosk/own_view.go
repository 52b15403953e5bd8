package kiosk

import (
	"slices"
	"strings"

	"example.org/totem/booking"
	"example.org/totem/locale"
)

// toCome stands where a sign is still to be typed.
const toCome = "·"

// digits are the keys of a keypad, in the order of a telephone's.
const digits = "1234567890"

// ownView returns the screen of a stage about such a ticket, ok false for any other stage.
func (s State) ownView() (name string, body []Box, ok bool) {
	switch s.talk.stage {
	case atCode:
		return "code", s.askCode(), true
	case atFinding:
		return "finding", []Box{s.words(RoleTitle, locale.OwnTitle), s.words(RoleProgress, locale.OwnFinding)}, true
	case atOwn:
		if !s.talk.own.found {
			return "no-ticket", s.noTicket(), true
		}
		return "own", s.ownTicket(), true
	case atRecord:
		return "record", s.recordScreen(), true
	case atNumber:
		return "give-back", s.askNumber(), true
	case atGiveBack:
		return "give-back-ask", s.askGiveBack(), true
	case atChanging:
		return "changing", []Box{s.words(RoleTitle, locale.OwnFound), s.words(RoleProgress, locale.ChangeProgress)}, true
	case atChanged:
		name, body = s.ownChanged()
		return name, body, true
	}
	return "", nil, false
}

func (s State) askCode() []Box {
	a := asking{
		back: locale.BackServices, title: locale.OwnTitle, leads: []Box{s.words(RoleLead, locale.OwnLead)},
		typed: typedBox(s.talk.own.typed, codeDigits, codeGroup), pads: s.padsOf(digits),
	}
	if s.config.Scanner {
		a.leads = append(a.leads, s.words(RoleLead, locale.OwnScan))
	}
	switch {
	case s.talk.own.wrong:
		a.trouble, a.notes = locale.OwnWrong, []locale.Key{locale.OwnWrongDo}
	case s.talk.own.unread:
		a.trouble = locale.ScanUnread
	}
	return s.typing("code", a)
}

// askNumber asks for what stands on the paper in large print, so that no wrong tap gives a place away. First comes a
// letter, then digits.
func (s State) askNumber() []Box {
	o := s.talk.own
	signs := digits
	if o.typed == "" {
		signs = s.prefixes()
	}
	length := len(o.record.Slot.Number)
	a := asking{
		back: locale.BackPlain, title: locale.CancelTitle,
		leads: []Box{s.words(RoleLead, locale.CancelLead, locale.Word("number", string(s.sampleNumber())))},
		typed: typedBox(o.typed, length, length), pads: s.padsOf(signs),
	}
	if o.wrong {
		a.trouble = locale.CancelWrong
	}
	return s.typing("give-back", a)
}

// asking is a screen on which something is typed.
type asking struct {
	back, title locale.Key
	leads       []Box
	trouble     locale.Key   // that what was typed or read does not fit; "" where nothing is wrong
	notes       []locale.Key // what to do about it
	typed, pads Box
	foot        []Box // what can be done with what was typed
}

// typing composes a screen on which something is typed. The keys come first: where the panel does not hold them with a
// card of trouble, the title says what is wrong, and where it does not hold them with a lead, that is on the next page.
func (s State) typing(name string, a asking) []Box {
	back := s.control(RoleBack, "back", GoBack{}, a.back)
	title := s.words(RoleTitle, a.title)
	rest := a.leads
	if a.trouble != "" {
		caution := s.card(RoleCaution, a.trouble, a.notes...)
		if body := append([]Box{back, title, caution, a.typed, a.pads}, a.foot...); s.fits(name, body) {
			return body
		}
		title, rest = s.words(RoleTitle, a.trouble), nil
		for _, k := range a.notes {
			rest = append(rest, s.words(RoleLead, k))
		}
	}
	if body := slices.Concat([]Box{back, title}, rest, []Box{a.typed, a.pads}, a.foot); s.fits(name, body) {
		return body
	}
	return slices.Concat([]Box{back, title, a.typed, a.pads}, rest, a.foot)
}

// sampleNumber returns a number that shows the form of all, and is not the ticket's.
func (s State) sampleNumber() booking.Number {
	letter := "A"
	if len(s.office.Queues) > 0 {
		letter = s.office.Queues[0].Prefix
	}
	sample := booking.NewNumber(letter, 42)
	if sample == s.talk.own.record.Slot.Number {
		return booking.NewNumber(letter, 57)
	}
	return sample
}

// typedBox shows signs in groups, and how many are to come.
func typedBox(signs string, all, group int) Box {
	box := Box{Role: RoleTyped, Private: true}
	for from := 0; from < all; from += group {
		to := min(from+group, all)
		typed := signs[min(from, len(signs)):min(to, len(signs))]
		box.Children = append(box.Children, Box{Role: RoleDigits, Text: typed + strings.Repeat(toCome, to-from-len(typed))})
	}
	return box
}

// padsOf returns a key for each sign, and the one that takes the last sign back. Whoever hears of a sign that the focus is
// at hears what is typed.
func (s State) padsOf(signs string) Box {
	pads := Box{Role: RoleKeypad}
	for _, sign := range signs {
		pads.Children = append(pads.Children, Box{Role: RolePad, ID: "pad-" + string(sign), Text: string(sign), Private: true, Tap: Type{Sign: sign}})
	}
	pads.Children = append(pads.Children, s.control(RolePad, "pad-erase", Erase{}, locale.OwnErase))
	return pads
}

// noTicket says why there is none to show, no more than is known.
func (s State) noTicket() []Box {
	title, lead := locale.OwnUnknown, locale.OwnUnknownDo
	if s.talk.own.end == endedFailed {
		title, lead = locale.OwnFailed, locale.AskDesk
	}
	body := []Box{s.words(RoleTitle, title), s.words(RoleLead, lead)}
	if !s.linkUp && s.talk.own.end == endedNone {
		body = append(body, s.words(RoleNote, locale.OwnUnknownOffline))
	}
	return append(body, s.againOrServices())
}

func (s State) againOrServices() Box {
	return Box{Role: RoleButtons, Children: []Box{
		s.control(RoleButton, "back", GoBack{}, locale.BackServices),
		s.control(RolePrimary, "again", OpenTicket{}, locale.OwnAgain),
	}}
}

// askGiveBack asks for the last word. The two answers are equals.
func (s State) askGiveBack() []Box {
	body := []Box{s.words(RoleTitle, locale.CancelAsk), s.words(RoleLead, locale.CancelAskLead)}
	return append(append(body, s.ownNumber()...), Box{Role: RoleButtons, Children: []Box{
		s.control(RoleButton, "no", Confirm{}, locale.CancelNo),
		s.control(RoleButton, "yes", Confirm{Yes: true}, locale.CancelYes),
	}})
}

// ownChanged says what the ticket is now, or that it is as it was, or that nobody knows.
func (s State) ownChanged() (name string, body []Box) {
	switch o := s.talk.own; {
	case o.end == endedLate:
		return "change-late", []Box{s.words(RoleTitle, locale.ChangeLate), s.words(RoleLead, locale.ChangeLook), s.againOrServices()}
	case o.end == endedGone:
		return "change-gone", []Box{s.words(RoleTitle, locale.ChangeGone), s.words(RoleLead, locale.ChangeLook), s.againOrServices()}
	case o.end == endedFailed:
		return "change-failed", []Box{
			s.words(RoleTitle, locale.ChangeFailed), s.words(RoleLead, locale.NotGivenLead),
			{Role: RoleButtons, Children: []Box{
				s.control(RoleButton, "done", Finish{}, locale.Done),
				s.control(RolePrimary, "back", GoBack{}, locale.BackPlain),
			}},
		}
	case o.asked == booking.Cancelled:
		return "cancelled", s.cancelled()
	}
	return "arrived", s.arrived()
}

func (s State) arrived() []Box {
	body := []Box{s.words(RoleTitle, locale.ArrivedTitle), {Role: RoleNumber, Text: string(s.talk.own.record.Slot.Number), Private: true}}
	wait := Box{Role: RoleCard, Children: []Box{s.words(RoleStrong, locale.TakeCalled)}}
	if room := s.waitingRoom(); room != "" {
		wait = Box{Role: RoleCard, Children: []Box{
			s.words(RoleStrong, locale.ArrivedWait, locale.Word("where", room)), s.words(RoleNote, locale.TakeCalled),
		}}
	}
	wait.Children = append(wait.Children, s.officeKnows()...)
	return append(body, wait,
		Box{Role: RoleButtons, Children: []Box{s.control(RolePrimary, "done", Finish{}, locale.Done)}},
		s.count(RoleCount))
}

func (s State) cancelled() []Box {
	body := []Box{s.words(RoleTitle, locale.CancelledTitle), s.words(RoleLead, locale.CancelledLead)}
	return append(append(body, s.officeKnows()...),
		Box{Role: RoleButtons, Children: []Box{
			s.control(RoleButton, "back", GoBack{}, locale.BackServices),
			s.control(RolePrimary, "done", Finish{}, locale.Done),
		}},
		s.count(RoleCount))
}

// officeKnows says that the office may not have heard of a change, where that can be.
func (s State) officeKnows() []Box {
	if s.linkUp {
		return nil
	}
	return []Box{s.words(RoleNote, locale.ChangeOffline)}
}

// waitingRoom says where to wait, without a full stop: it stands within a sentence.
func (s State) waitingRoom() string { return locale.Unstopped(s.theirWords(s.office.Waiting)) }
