package kiosk

import (
	"slices"
	"time"

	"example.org/totem/booking"
	"example.org/totem/privacy"
)

// days are the other days on which a service can be booked, and what was chosen of them.
type days struct {
	failed bool
	free   []FreeDay
	day    booking.Day
	start  time.Time // chosen; zero: the first of the day
	taken  time.Time // was refused to this citizen as gone
}

// otherDays reports whether the office lets other days be booked here. Where that takes a contact, one must be able to be
// given; whoever did not want to is not asked again.
func (s State) otherDays() bool {
	if s.clockless || s.outOfOrder != "" || s.now.IsZero() {
		return false
	}
	switch s.office.Advance {
	case privacy.AdvanceOpen:
		return true
	case privacy.AdvanceConsent:
		r := s.talk.replies.otherDay
		return s.office.Reminders.Offered() && s.noticeWhole() && (r == unasked || r == agreed && s.talk.consent.given)
	}
	return false
}

// otherDaysNow reports whether they can be asked for now.
func (s State) otherDaysNow() bool { return s.otherDays() && s.linkUp }

// choosesOther reports whether the citizen is about another day, from the question for a contact on.
func (s State) choosesOther() bool {
	switch s.talk.stage {
	case atAskingDays, atDays, atDay:
		return true
	}
	return s.asksConsent() && s.talk.consent.purpose == privacy.OtherDay
}

// otherDayTouched answers a citizen who is about another day; ok is false for what is not about that.
func (s State) otherDayTouched(m Msg) (next State, asked []Effect, ok bool) {
	if s.talk.aside != noAside {
		return s, nil, false
	}
	switch m := m.(type) {
	case OpenOtherDay:
		next, asked = s.openOtherDay()
	case ChooseDay:
		next = s.chooseDay(m.Day)
	case ChooseStart:
		next = s.chooseStart(m.Start)
	case TakeStart:
		next, asked = s.takeStart(m.Start)
	case GoBack:
		switch s.talk.stage {
		case atDays:
			return s.toTimes(), nil, true
		case atDay:
			return s.enter(atDays), nil, true
		}
		return s, nil, false
	default:
		return s, nil, false
	}
	return next, asked, true
}

func (s State) openOtherDay() (State, []Effect) {
	switch {
	case s.talk.stage != atTimes || !s.otherDaysNow() || s.isPaced():
		return s, nil
	case s.office.Advance == privacy.AdvanceConsent && !s.talk.consent.given:
		return s.ask(privacy.OtherDay, atTimes), nil
	}
	return s.enter(atAskingDays).follow()
}

// askDays asks on which days the chosen service can be booked.
func (s State) askDays() (State, []Effect) {
	service, ok := s.office.Service(s.talk.service)
	if !ok {
		return s.goHome(), nil
	}
	s, e := s.errand()
	return s, []Effect{AskDays{Errand: e, Queue: service.Queue}}
}

// toTimes leads back to the times of today, of the same service.
func (s State) toTimes() State {
	s = s.enter(atTimes)
	s.talk.days = days{}
	return s.recheck()
}

// daysKnown shows the days, or the one of which a time was gone, as it is now.
func (s State) daysKnown(m DaysKnown) State {
	if s.talk.stage != atAskingDays {
		return s
	}
	d := days{failed: m.Failed, day: s.talk.days.day, taken: s.talk.days.taken}
	for _, free := range m.Days {
		free.Starts = slices.DeleteFunc(slices.Clone(free.Starts), func(t time.Time) bool { return t.Equal(d.taken) })
		if len(free.Starts) > 0 && free.Day.Compare(s.today()) > 0 {
			d.free = append(d.free, free)
		}
	}
	s.talk.days = d
	if _, ok := s.freeDay(d.day); ok && !d.taken.IsZero() {
		return s.enter(atDay)
	}
	return s.enter(atDays)
}

// freeDay returns one of the days, ok false if it is none of them.
func (s State) freeDay(day booking.Day) (free FreeDay, ok bool) {
	i := slices.IndexFunc(s.talk.days.free, func(f FreeDay) bool { return f.Day == day })
	if i < 0 {
		return FreeDay{}, false
	}
	return s.talk.days.free[i], true
}

// freeStart reports whether a start is one of the chosen day.
func (s State) freeStart(start time.Time) bool {
	free, _ := s.freeDay(s.talk.days.day)
	return slices.ContainsFunc(free.Starts, start.Equal)
}

func (s State) chooseDay(day booking.Day) State {
	if _, ok := s.freeDay(day); !ok || s.talk.stage != atDays {
		return s
	}
	s = s.enter(atDay)
	s.talk.days.day, s.talk.days.start = day, time.Time{}
	return s
}

func (s State) chooseStart(start time.Time) State {
	if s.talk.stage == atTimes {
		return s.chooseOpen(start)
	}
	if s.talk.stage == atDay && s.freeStart(start) {
		s.talk.days.start, s.talk.picked = start, true
	}
	return s
}

// takeStart asks for the ticket. The scheduler has to grant it first.
func (s State) takeStart(start time.Time) (State, []Effect) {
	if s.talk.stage == atTimes {
		return s.takeOpen(start)
	}
	service, ok := s.office.Service(s.talk.service)
	if s.talk.stage != atDay || !s.freeStart(start) || !ok {
		return s, nil
	}
	key := booking.SheetKey{Office: s.office.ID, Queue: service.Queue, Day: s.talk.days.day}
	s = s.enter(atIssuing)
	s.talk.asked = slot{key: key, start: start}
	return s, []Effect{Book{Service: service.ID, Key: key, Start: start, Lang: s.lang()}}
}

// books reports whether it is a place that the scheduler has to grant that is waited for.
func (s State) books() bool { return !s.talk.asked.start.IsZero() }

// booksToday reports whether it is one of today.
func (s State) booksToday() bool { return s.books() && s.talk.days.day.IsZero() }

// bookingGone asks for the days anew after a start was gone.
func (s State) bookingGone() State {
	s.talk.days.taken, s.talk.days.start, s.talk.asked = s.talk.asked.start, time.Time{}, slot{}
	return s.enter(atAskingDays)
}
