package kiosk

import (
	"slices"
	"strings"

	"example.org/totem/booking"
)

const (
	codeDigits = 12 // of a [booking.Code], as a person types it
	codeGroup  = 4  // of these, as they are printed
	mostTries  = 3  // wrong numbers, after which the ticket is shown again
)

// own is the conversation about a ticket that a citizen came with. It is a part of talk: what ends that ends it.
type own struct {
	typed  string // of its code or of its number; forgotten as soon as it is complete and fits
	wrong  bool   // what was typed was complete and did not fit, and words say so
	unread bool   // what was read is no ticket's code, and words say so
	tries  int    // how many numbers did not fit

	found  bool
	record booking.Record // what is known of the ticket, if it was found
	asked  booking.State  // what the ticket is to become
	end    ending         // of what was asked last
}

// ending is how a question about a ticket ended.
type ending uint8

const (
	endedWell   ending = iota
	endedNone          // there is no such ticket
	endedGone          // its state allows that no more
	endedFailed        // the totem could not do it
	endedLate          // no answer came
)

// ownOffered reports whether a code may be asked for now: at the beginning, and where the last one led to no ticket that
// can be shown.
func (s State) ownOffered() bool {
	switch o := s.talk.own; s.talk.stage {
	case atOwn:
		return !o.found
	case atChanged:
		return o.end == endedGone || o.end == endedLate
	}
	return s.receives()
}

// ownTouched answers a citizen who is about a ticket of their own, ok false for what is not about that. It is asked
// before anything else, and leaves alone what closes an aside: GoBack while there is one.
func (s State) ownTouched(m Msg) (next State, asked []Effect, ok bool) {
	if _, opens := m.(OpenTicket); opens {
		return s.openTicket(), nil, true
	}
	if s.talk.aside != noAside {
		return s, nil, false
	}
	switch m := m.(type) {
	case Type:
		next, asked = s.typed(m.Sign)
	case Erase:
		next = s.erased()
	case CheckInNow:
		next, asked = s.checkIn()
	case GiveBack:
		next = s.giveBack()
	case Confirm:
		next, asked = s.confirmed(m.Yes)
	case ShowRecord:
		next, asked = s.showRecord()
	case GoBack:
		return s.ownBack()
	default:
		return s, nil, false
	}
	return next, asked, true
}

func (s State) openTicket() State {
	if !s.ownOffered() {
		return s
	}
	s = s.enter(atCode)
	s.talk.own = own{}
	return s
}

// ownBack leads one step back.
func (s State) ownBack() (next State, asked []Effect, ok bool) {
	switch s.talk.stage {
	case atCode, atOwn:
		return s.goHome(), nil, true
	case atRecord, atNumber, atGiveBack:
		return s.toOwn(), nil, true
	case atChanged:
		if s.talk.own.end == endedFailed { // nothing has changed, so what is known of the ticket is still true
			return s.toOwn(), nil, true
		}
		return s.goHome(), nil, true
	}
	return s, nil, false
}

// toOwn shows the ticket that was found.
func (s State) toOwn() State {
	s.talk.own, s.talk.reminder = own{found: true, record: s.talk.own.record}, reminder{}
	return s.enter(atOwn)
}

func (s State) checkIn() (State, []Effect) {
	if s.talk.stage != atOwn || !s.canCheckIn() {
		return s, nil
	}
	return s.change(booking.Arrived), []Effect{CheckIn{Ticket: s.ref()}}
}

func (s State) giveBack() State {
	if s.talk.stage != atOwn || !s.canGiveBack() {
		return s
	}
	return s.toOwn().enter(atNumber)
}

func (s State) confirmed(yes bool) (State, []Effect) {
	switch {
	case s.talk.stage != atGiveBack:
		return s, nil
	case !yes || !s.canGiveBack():
		return s.toOwn(), nil
	}
	return s.change(booking.Cancelled), []Effect{CancelTicket{Ticket: s.ref()}}
}

// showRecord shows what is stored of the ticket. What the scheduler alone knows is asked for meanwhile.
func (s State) showRecord() (State, []Effect) {
	if s.talk.stage != atOwn || !s.talk.own.found {
		return s, nil
	}
	if s = s.toOwn().enter(atRecord); s.remindsOwn() {
		return s.askReminder()
	}
	return s, nil
}

// change waits for the commit of what the ticket is to become.
func (s State) change(to booking.State) State {
	s = s.toOwn().enter(atChanging)
	s.talk.own.asked = to
	return s
}

func (s State) ref() Ref {
	r := s.talk.own.record
	return Ref{Key: r.Key, Number: r.Slot.Number, Code: r.Slot.Ticket.Code}
}

// canCheckIn reports whether the bearer of the ticket may say so on the day that it is for. A totem out of service takes
// nobody's word: the office may never hear it.
func (s State) canCheckIn() bool {
	o := s.talk.own
	return o.found && s.outOfOrder == "" && o.record.Slot.State == booking.Issued && o.record.Key.Day == s.today()
}

// canGiveBack reports whether anybody could still have the ticket's place from its bearer.
func (s State) canGiveBack() bool {
	o := s.talk.own
	return o.found && s.outOfOrder == "" && isWaiting(o.record.Slot.State) && !s.ownPast()
}

// ownPast reports whether the ticket's day is over for certain.
func (s State) ownPast() bool {
	return !s.clockless && s.talk.own.record.Key.Day.Compare(s.today()) < 0
}

// typed adds a sign to what is being typed.
func (s State) typed(sign rune) (State, []Effect) {
	o := s.talk.own
	switch {
	case s.talk.stage == atCode && isDigit(sign) && len(o.typed) < codeDigits:
		s.talk.own.typed += string(sign)
		return s.findTyped()
	case s.talk.stage == atNumber && s.fitsNumber(sign):
		s.talk.own.typed += string(sign)
		return s.compareTyped(), nil
	}
	return s, nil
}

func (s State) erased() State {
	if o := s.talk.own; (s.talk.stage == atCode || s.talk.stage == atNumber) && o.typed != "" {
		s.talk.own.typed = o.typed[:len(o.typed)-1]
	}
	return s
}

func isDigit(sign rune) bool { return sign >= '0' && sign <= '9' }

// findTyped asks for the ticket of the code, once it is whole and its check digit fits.
func (s State) findTyped() (State, []Effect) {
	if len(s.talk.own.typed) < codeDigits {
		return s, nil
	}
	code, err := booking.ParseCode(s.talk.own.typed)
	if err != nil {
		s.talk.own.wrong, s.talk.own.unread = true, false
		return s, nil
	}
	s.talk.own = own{}
	return s.enter(atFinding), []Effect{FindTicket{Code: code}}
}

// fitsNumber reports whether a sign can come next in a number: first a queue's letter, then digits.
func (s State) fitsNumber(sign rune) bool {
	switch o := s.talk.own; {
	case len(o.typed) >= len(o.record.Slot.Number):
		return false
	case o.typed == "":
		return strings.ContainsRune(s.prefixes(), sign)
	}
	return isDigit(sign)
}

// compareTyped asks for the last word once the number is whole and the ticket's.
func (s State) compareTyped() State {
	o := s.talk.own
	switch number := string(o.record.Slot.Number); {
	case len(o.typed) < len(number):
		return s
	case o.typed == number:
		return s.toOwn().enter(atGiveBack)
	case o.tries+1 >= mostTries:
		s = s.toOwn()
	}
	s.talk.own.wrong, s.talk.own.tries = true, o.tries+1
	return s
}

// isWaiting reports whether a ticket waits to be called.
func isWaiting(state booking.State) bool { return state == booking.Issued || state == booking.Arrived }

// prefixes returns the letters with which a number can begin: those of the office's queues, and the ticket's own, which
// the office may have had before.
func (s State) prefixes() (letters string) {
	own, _, _ := s.talk.own.record.Slot.Number.Split()
	for _, q := range append(slices.Clone(s.office.Queues), booking.Queue{Prefix: own}) {
		if !strings.Contains(letters, q.Prefix) {
			letters += q.Prefix
		}
	}
	return letters
}

// ownTold takes in what the totem tells about such a ticket, ok false for anything else. An answer that nobody waits for
// any more is nobody's.
func (s State) ownTold(m Msg) (next State, ok bool) {
	switch m := m.(type) {
	case TicketFound:
		if s.talk.stage == atFinding {
			s.talk.own.record = m.Record
			s = s.toOwn()
		}
	case TicketUnknown:
		end := endedNone
		if m.Failed {
			end = endedFailed
		}
		s = s.endFinding(end)
	case TicketChanged:
		s = s.changed(m.State)
	case ChangeRefused:
		end := endedFailed
		if m.Why == RefusedGone {
			end = endedGone
		}
		s = s.endChange(end)
	default:
		return s, false
	}
	return s, true
}

// ownLate is what a wait for the totem leads to, in atFinding and atChanging, that has lasted too long.
func (s State) ownLate() State { return s.endFinding(endedFailed).endChange(endedLate) }

func (s State) endFinding(end ending) State {
	if s.talk.stage != atFinding {
		return s
	}
	s.talk.own = own{end: end}
	return s.enter(atOwn)
}

func (s State) endChange(end ending) State {
	if s.talk.stage != atChanging {
		return s
	}
	s.talk.own.end = end
	return s.enter(atChanged)
}

// changed says what the ticket is now. One that was further on than its bearer knew is shown as it is.
func (s State) changed(now booking.State) State {
	if s.talk.stage != atChanging {
		return s
	}
	s.talk.own.record.Slot.State = now
	if now == s.talk.own.asked {
		return s.endChange(endedWell)
	}
	s = s.toOwn()
	s.talk.own.end = endedGone
	return s
}

// ownEnds reports whether the citizen has come to a good end, which is shown for a moment only, with its time in words.
func (s State) ownEnds() bool { return s.talk.stage == atChanged && s.talk.own.end == endedWell }
