package kiosk

import "example.org/totem/booking"

// mostOwed is how many questions may wait for their answer before a code reader is not heard any more.
const mostOwed = 2

// scans reports whether what a code reader has read is heard now. The code of a ticket is where one may be asked for, and
// where one is shown. Anything else is where a code is typed, or was not found; said once, it is no sign of life: at the
// start it would take the screen from whoever stands there whenever something lies before the reader.
func (s State) scans(read booking.Code) bool {
	if _, err := booking.ParseCode(string(read)); err != nil {
		o, asks := s.talk.own, s.talk.stage == atCode || s.talk.stage != atHome && s.ownOffered()
		return asks && s.talk.aside == noAside && !s.asksStill() && !o.unread
	}
	switch s.talk.stage {
	case atCode, atOwn, atChanged:
		return s.owed < mostOwed
	}
	return s.receives() && s.owed < mostOwed
}

// scanned asks for the ticket whose code was read, or says that it was no ticket's.
func (s State) scanned(read booking.Code) (State, []Effect) {
	if code, err := booking.ParseCode(string(read)); err == nil {
		s.talk.own = own{}
		return s.enter(atFinding), []Effect{FindTicket{Code: code}}
	}
	if s.talk.stage != atCode {
		s = s.openTicket()
	}
	s.talk.own.wrong, s.talk.own.unread = false, true
	return s, nil
}
