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

// free reports whether t can be taken by this citizen.
func (s State) free(t Time) bool { return t.Number != "" && t.Number != s.talk.taken }

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
		places += max(t.Places, 1)
	}
	return first, places
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

// freeTime returns the time of the chosen service whose slot is n and its sheet, ok false when it cannot be taken.
func (s State) freeTime(n booking.Number) (t Time, key booking.SheetKey, ok bool) {
	service, _ := s.office.Service(s.talk.service)
	o, _ := s.offer(service.Queue)
	times := s.times(o)
	i := slices.IndexFunc(times, func(t Time) bool { return t.Number == n && s.free(t) })
	if i < 0 {
		return Time{}, o.Key, false
	}
	return times[i], o.Key, true
}

// opensAfterToday returns the first opening of a later day.
func (s State) opensAfterToday() (booking.Day, time.Time, bool) {
	if s.clockless {
		return booking.Day{}, time.Time{}, false
	}
	end := s.today().End(s.zone)
	return s.office.Hours.Next(end.Add(-time.Nanosecond), s.zone)
}
