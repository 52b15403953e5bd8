package kiosk

import (
	"time"

	"example.org/totem/booking"
	"example.org/totem/locale"
)

// ownTicket shows the ticket that was found: what it is, and what its bearer can do with it now.
func (s State) ownTicket() []Box {
	body := []Box{s.control(RoleBack, "back", GoBack{}, locale.BackServices), s.words(RoleTitle, locale.OwnFound)}
	switch {
	case s.talk.own.wrong:
		body = append(body, s.card(RoleCaution, locale.CancelWrong))
	case s.talk.own.end == endedGone:
		body = append(body, s.card(RoleCaution, locale.ChangeGone))
	}
	body = append(body, s.ownNumber()...)
	body = append(body, private(s.ownMoved()...)...)
	body = append(body, private(s.theirs(RoleNote, s.ownLabel())...)...)
	body = append(body, private(s.ownStands())...)
	body = append(body, private(s.ownTrouble()...)...)
	body = append(body, s.control(RoleLink, "record", ShowRecord{}, locale.OwnRecord))
	if s.remindsOwn() {
		body = append(body, s.control(RoleLink, "reminder", OpenReminder{}, locale.ReminderOpen))
	}
	var actions []Box
	if s.canGiveBack() {
		actions = append(actions, s.control(RoleButton, "give-back", GiveBack{}, locale.OwnGiveBack))
	}
	if s.canCheckIn() {
		actions = append(actions, s.control(RolePrimary, "check-in", CheckInNow{}, locale.OwnHere))
	}
	if actions != nil {
		body = append(body, Box{Role: RoleButtons, Children: actions})
	}
	return body
}

// ownNumber returns what tells the ticket that was found. A time that does not hold is not shown as if it did.
func (s State) ownNumber() []Box {
	r := s.talk.own.record
	boxes := s.numberAndWhen(r.Slot.Number, ownStart(r))
	if isMoved(r) && r.Slot.Ticket.Expected.IsZero() {
		boxes[1].Text = s.say(locale.MovedWhen)
	}
	return boxes
}

// ownStart returns when the bearer of a ticket is expected: the time that it promises, or that to which the office has moved
// it; zero for one that is called in order.
func ownStart(r booking.Record) time.Time {
	switch t := r.Slot.Ticket; {
	case isMoved(r) && !t.Expected.IsZero():
		return t.Expected
	case r.Promise == booking.PromiseNone:
		return time.Time{}
	}
	return r.Slot.Start
}

// isMoved reports whether the office cannot keep the time of a ticket that still waits.
func isMoved(r booking.Record) bool { return r.Slot.Ticket.Moved && isWaiting(r.Slot.State) }

// ownMoved says that the office has moved the ticket's place, and when its bearer is expected instead, as far as it is known.
func (s State) ownMoved() []Box {
	r := s.talk.own.record
	if !isMoved(r) || s.ownPast() {
		return nil
	}
	if r.Slot.Ticket.Expected.IsZero() {
		return []Box{s.card(RoleCaution, locale.MovedTitle, locale.MovedOpen)}
	}
	card := s.card(RoleCaution, locale.MovedTitle)
	card.Children = append(card.Children, s.words(RoleNote, locale.MovedExpected, locale.Word("when", s.when(r.Slot.Ticket.Expected))))
	if r.Promise != booking.PromiseNone {
		card.Children = append(card.Children, s.words(RoleNote, locale.MovedPaper))
	}
	return []Box{card}
}

// ownLabel returns the words under which the ticket stands: the service where it was told and is no secret, otherwise
// the queue's own.
func (s State) ownLabel() locale.Text {
	r := s.talk.own.record
	if service, ok := s.toldService(r); ok {
		return service.Name
	}
	queue, _ := s.office.Queue(r.Key.Queue)
	return queue.Label
}

// toldService returns the service that a record tells, ok false where it tells none. Of a neutral queue no service is
// ever named, whatever the record has.
func (s State) toldService(r booking.Record) (booking.Service, bool) {
	service, ok := s.office.Service(r.Service)
	return service, ok && service.Queue == r.Key.Queue && !s.office.Neutral(r.Key.Queue)
}

// stateKey returns the words for the state of a ticket.
func stateKey(state booking.State) locale.Key {
	switch state {
	case booking.Arrived:
		return locale.StateArrived
	case booking.Called:
		return locale.StateCalled
	case booking.Served:
		return locale.StateServed
	case booking.Absent:
		return locale.StateAbsent
	case booking.Cancelled:
		return locale.StateCancelled
	case booking.Moved:
		return locale.StateMoved
	}
	return locale.StateIssued
}

// ownStands says in which state the ticket is, and what to do about it where there is something to do.
func (s State) ownStands() Box {
	state := s.talk.own.record.Slot.State
	card := s.card(RoleCard, stateKey(state))
	switch state {
	case booking.Arrived:
		if s.ownPast() {
			break
		}
		if room := s.waitingRoom(); room != "" {
			card.Children = append(card.Children, s.words(RoleNote, locale.ArrivedWait, locale.Word("where", room)))
		}
		card.Children = append(card.Children, s.words(RoleNote, locale.TakeCalled))
	case booking.Called, booking.Absent, booking.Moved:
		card.Children = append(card.Children, s.words(RoleNote, locale.AskDesk))
	case booking.Cancelled:
		card.Children = append(card.Children, s.words(RoleNote, locale.CancelledLead))
	}
	return card
}

// ownTrouble says why the totem cannot check in a ticket that could still be used, or that its time has passed: only where
// the time is known, and that the ticket has one. What follows from that only the desk can say.
func (s State) ownTrouble() []Box {
	r := s.talk.own.record
	switch waits := r.Slot.State == booking.Issued; {
	case !waits && r.Slot.State != booking.Arrived:
		return nil
	case s.outOfOrder != "":
		return []Box{s.card(RoleCaution, locale.OutTitle, locale.AskDesk)}
	case s.ownPast():
		return []Box{s.card(RoleCaution, locale.OwnOtherDay, locale.AskDesk)}
	case !waits, s.clockless && r.Key.Day == s.today():
		return nil
	case s.clockless:
		return []Box{s.card(RoleCaution, locale.NumberWhy, locale.AskDesk)}
	case r.Key.Day != s.today():
		return []Box{s.card(RoleCaution, locale.OwnOtherDay, locale.OwnOtherDayDo)}
	case isMoved(r) && r.Slot.Ticket.Expected.IsZero():
		return nil
	case (r.Promise == booking.PromiseTime || isMoved(r)) && s.now.Truncate(time.Minute).After(ownStart(r)):
		return []Box{s.card(RoleCaution, locale.OwnLate, locale.AskDesk)}
	}
	return nil
}
