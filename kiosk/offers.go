package kiosk

import (
	"slices"
	"time"

	"example.org/totem/booking"
)

// today is the day whose offers are given.
func (s State) today() booking.Day {
	if s.clockless {
		return s.numbered
	}
	return booking.DayOf(s.now, s.zone)
}

// offer returns what the queue has today, ok false if nothing was ever told of it for this day.
func (s State) offer(q booking.QueueID) (o Offer, ok bool) {
	today := s.today()
	i := slices.IndexFunc(s.offers, func(o Offer) bool {
		return o.Key.Queue == q && o.Key.Office == s.office.ID && o.Key.Day == today
	})
	if i < 0 {
		return Offer{}, false
	}
	return s.offers[i], true
}

// times returns the starts of an offer that are still ahead by the office's lead, free or gone to others. Without a
// clock they are all those that the totem tells: it leaves out what is past for certain.
func (s State) times(o Offer) []Time {
	if s.clockless {
		return o.Times
	}
	var ahead []Time
	for _, t := range o.Times {
		if !t.Start.Before(s.now.Add(s.office.Lead)) {
			ahead = append(ahead, t)
		}
	}
	return ahead
}

// has reports whether this citizen can take a slot of this totem's own at t.
func (s State) has(t Time) bool { return t.Number != "" && t.Number != s.talk.taken }

// asksOffice reports whether the scheduler can be asked for a slot of today.
func (s State) asksOffice() bool { return s.linkUp && !s.clockless }

// open reports whether this citizen can take a slot at t that the scheduler has to grant first.
func (s State) open(t Time) bool {
	return t.Open > 0 && s.asksOffice() && (s.talk.lost.IsZero() || !t.Start.Equal(s.talk.lost))
}

// free reports whether t can be taken by this citizen.
func (s State) free(t Time) bool { return s.has(t) || s.open(t) }

// firstFree returns the earliest time of the queue that can be taken and how many places there are in all.
func (s State) firstFree(q booking.QueueID) (first Time, places int) {
	o, _ := s.offer(q)
	for _, t := range s.times(o) {
		if !s.free(t) {
			continue
		}
		if places == 0 {
			first = t
		}
		if s.has(t) {
			places += max(t.Places, 1)
		}
		if s.open(t) {
			places += t.Open
		}
	}
	return first, places
}

// elsewhere reports whether the queue has places today that cannot be had now only because the scheduler cannot be asked.
func (s State) elsewhere(q booking.QueueID) bool {
	o, _ := s.offer(q)
	return !s.clockless && !s.linkUp && slices.ContainsFunc(s.times(o), func(t Time) bool { return t.Open > 0 })
}

// anyFree reports whether any service can be had today.
func (s State) anyFree() bool {
	return slices.ContainsFunc(s.office.Services, func(v booking.Service) bool {
		_, places := s.firstFree(v.Queue)
		return places > 0
	})
}

// chosenTimes returns the times of the chosen service.
func (s State) chosenTimes() []Time {
	service, _ := s.office.Service(s.talk.service)
	o, _ := s.offer(service.Queue)
	return s.times(o)
}

// ownTime returns the time of the chosen service at which this totem's slot is n, ok false when it cannot be taken.
func (s State) ownTime(n booking.Number) (Time, bool) {
	return pick(s.chosenTimes(), func(t Time) bool { return t.Number == n && s.has(t) })
}

// timeAt returns the time of the chosen service that starts then, ok false if there is none.
func (s State) timeAt(start time.Time) (Time, bool) {
	return pick(s.chosenTimes(), func(t Time) bool { return t.Start.Equal(start) })
}

func pick(times []Time, fits func(Time) bool) (t Time, ok bool) {
	if i := slices.IndexFunc(times, fits); i >= 0 {
		return times[i], true
	}
	return Time{}, false
}

// chosenKey names today's sheet of the chosen service.
func (s State) chosenKey() booking.SheetKey {
	service, _ := s.office.Service(s.talk.service)
	return booking.SheetKey{Office: s.office.ID, Queue: service.Queue, Day: s.today()}
}

// opensAfterToday returns the first opening of a later day.
func (s State) opensAfterToday() (booking.Day, time.Time, bool) {
	if s.clockless {
		return booking.Day{}, time.Time{}, false
	}
	end := s.today().End(s.zone)
	return s.office.Hours.Next(end.Add(-time.Nanosecond), s.zone)
}
