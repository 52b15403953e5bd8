package kiosk

import (
	"strconv"

	"example.org/totem/booking"
	"example.org/totem/locale"
)

// kept is one thing that is stored of a ticket.
type kept struct {
	name, purpose locale.Key
	value         []Box // what is stored
	general       bool  // the value says the same of every ticket
	sooner        bool  // it may be erased before its day is over
	absent        bool  // it can be stored, but is not of this ticket
}

// keptOf returns everything that is or can be stored of a ticket: each field of [booking.Record].
func (s State) keptOf(r booking.Record) []kept {
	strong := func(k locale.Key, args ...locale.Arg) []Box { return []Box{s.words(RoleStrong, k, args...)} }
	value := func(text string) []Box { return []Box{{Role: RoleStrong, Text: text}} }
	return []kept{
		{name: locale.RecordNumber, purpose: locale.PurposeCall, value: value(string(r.Slot.Number))},
		{name: locale.RecordWhen, purpose: locale.PurposeCall,
			value: value(s.slotOf(r))},
		{name: locale.RecordQueue, purpose: locale.PurposeCall, value: s.queueOf(r)},
		{name: locale.RecordService, purpose: locale.PurposeDesk, value: s.serviceOf(r), sooner: true, absent: r.Service == ""},
		{name: locale.RecordState, purpose: locale.PurposeCall, value: strong(stateKey(r.Slot.State))},
		{name: locale.RecordCode, purpose: locale.PurposeKnow, value: strong(locale.RecordCodeIs), general: true},
		{name: locale.RecordCode, purpose: locale.PurposeSlip, value: strong(locale.RecordCodeSlip), general: true, sooner: true, absent: !r.Slip},
		{name: locale.RecordPaper, purpose: locale.PurposeSlip, value: strong(paperKey(r.Slot.Ticket.Paper))},
		{name: locale.RecordBy, purpose: locale.PurposeOnce, value: strong(givenBy(r))},
		{name: locale.RecordHands, purpose: locale.PurposeOnce, value: value(strconv.Itoa(r.Slot.Hands)), absent: r.Slot.Hands == 0},
		{name: locale.RecordMoved, purpose: locale.PurposeCall, value: value(s.movedTo(r.Slot.Ticket)),
			absent: !r.Slot.Ticket.Moved && r.Slot.Ticket.Expected.IsZero()},
		{name: locale.RecordReturns, purpose: locale.PurposeCall, value: value(strconv.Itoa(r.Slot.Ticket.Returns))},
		{name: locale.RecordWaiting, purpose: locale.PurposeSend, value: strong(locale.RecordWaitingN, locale.Count("n", r.Waiting)),
			sooner: true, absent: r.Waiting == 0},
	}
}

// slotOf returns day and time of the slot of a record, and that no time was promised where that is stored.
func (s State) slotOf(r booking.Record) string {
	when := s.say(locale.WhenDay, locale.Word("day", s.longDay(r.Key.Day)), s.at(r.Slot.Start))
	if r.Promise != booking.PromiseNone {
		return when
	}
	return s.say(locale.LabelAndRoom, locale.Word("label", when), locale.Word("room", s.say(locale.WhenInOrder)))
}

// movedTo returns when the bearer of a ticket is expected whose time the office cannot keep, as far as it is known.
func (s State) movedTo(t booking.Ticket) string {
	if t.Expected.IsZero() {
		return s.say(locale.RecordMovedOpen)
	}
	return s.say(locale.WhenDay, locale.Word("day", s.longDay(booking.DayOf(t.Expected, s.zone))), s.at(t.Expected))
}

// queueOf returns what the queue of a record is called, or its id where the office has it no more.
func (s State) queueOf(r booking.Record) []Box {
	queue, _ := s.office.Queue(r.Key.Queue)
	if label := s.theirs(RoleStrong, queue.Label); label != nil {
		return label
	}
	return []Box{{Role: RoleStrong, Text: string(r.Key.Queue)}}
}

// serviceOf returns what the service of a record is called, or its id where it must not or cannot be named: it is stored
// all the same.
func (s State) serviceOf(r booking.Record) []Box {
	if service, ok := s.toldService(r); ok {
		if name := s.theirs(RoleStrong, service.Name); name != nil {
			return name
		}
	}
	return []Box{{Role: RoleStrong, Text: string(r.Service)}}
}

func paperKey(p booking.Paper) locale.Key {
	switch p {
	case booking.PaperPrinted:
		return locale.RecordPaperPrinted
	case booking.PaperNotPrinted:
		return locale.RecordPaperNot
	case booking.PaperUnknown:
		return locale.RecordPaperUnknown
	case booking.PaperUntold:
	}
	return locale.RecordPaperUntold
}

func givenBy(r booking.Record) locale.Key {
	_, byTotem := r.Slot.Holder.Totem()
	switch {
	case r.Given:
		return locale.RecordByHere
	case byTotem:
		return locale.RecordByTotem
	}
	return locale.RecordByPool
}

// recordScreen shows everything that is stored of the ticket that was found, why, and until when.
func (s State) recordScreen() []Box {
	r := s.talk.own.record
	fields := Box{Role: RoleRecord}
	for _, k := range s.keptOf(r) {
		if !k.absent {
			k.value = private(k.value...)
			fields.Children = append(fields.Children, s.field(k, private(s.erasedOn(r.Key.Day, k.sooner))[0]))
		}
	}
	if s.talk.reminder.held.On {
		fields.Children = append(append(fields.Children, s.reminderFields()...), private(s.keptProof())...)
	}
	body := []Box{s.control(RoleBack, "back", GoBack{}, locale.BackPlain), s.words(RoleTitle, locale.RecordTitle)}
	body = append(append(body, s.recordLeads()...), fields)
	if s.canDrop() {
		body = append(body, s.control(RoleButton, "drop-reminder", DropReminder{}, locale.ReminderDrop))
	}
	return body
}

func (s State) field(k kept, erased Box) Box {
	box := Box{Role: RoleField, Children: append([]Box{s.words(RoleName, k.name)}, k.value...)}
	box.Children = append(box.Children, s.words(RoleNote, k.purpose), erased)
	return box
}

// erasedOn says when what is stored of a ticket of a day is erased, as far as the time is known.
func (s State) erasedOn(day booking.Day, sooner bool) Box {
	switch {
	case s.clockless || day.Compare(s.today()) < 0:
		return s.words(RoleNote, locale.ErasedClosing)
	case day != s.today():
		return s.words(RoleNote, locale.ErasedAfter, locale.Word("day", s.longDay(day)))
	case sooner:
		return s.words(RoleNote, locale.ErasedSooner)
	}
	return s.words(RoleNote, locale.ErasedTonight)
}
