package scheduler

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/scheduler/allocation"
)

// lookBack is how many earlier same weekdays a forecast is made of.
const lookBack = 8

// forecasts keep what the totems of an office have given on the weekdays before a day. What is closed does not change, so each
// day is read once.
type forecasts struct {
	sync.Mutex
	days map[officeDay]pastDays
}

// pastDays are the tickets for walk-ins of the same weekdays before a day, by queue and totem, the latest first. A day on which
// a totem gave none at all is none of its: it was switched off, or was not there yet.
type pastDays map[booking.QueueID]map[booking.TotemID][]allocation.Demand

// demand returns what a totem is expected to give on the day of a sheet.
func (p pastDays) demand(sheet booking.Sheet, o office, totem booking.TotemID) allocation.Demand {
	return allocation.Forecast(p[sheet.Queue][totem], allocation.Prior(sheet, o.Zone, len(o.Totems)))
}

// past returns what is known of the weekdays before a day. An error says that some of it could not be read; it is good all the
// same, and read again in the next round.
func (s *Service) past(ctx context.Context, id booking.OfficeID, day booking.Day) (pastDays, error) {
	if s.tallies == nil {
		return nil, nil
	}
	od := officeDay{id, day}
	s.forecasts.Lock()
	known, ok := s.forecasts.days[od]
	s.forecasts.Unlock()
	if ok {
		return known, nil
	}
	p := make(pastDays)
	for weeks := 1; weeks <= lookBack; weeks++ {
		t, err := s.tallies.Tally(ctx, id, day.AddDays(-7*weeks))
		if errors.Is(err, ledger.ErrUnreadable) {
			continue // closing the day has told of it
		}
		if err != nil {
			return p, fmt.Errorf("read what was given on the weekdays before %s: %w", day, err)
		}
		p.add(t)
	}
	s.forecasts.Lock()
	defer s.forecasts.Unlock()
	if s.forecasts.days == nil {
		s.forecasts.days = make(map[officeDay]pastDays)
	}
	s.forecasts.days[od] = p
	return p, nil
}

// add takes in a day that is earlier than all that p has.
func (p pastDays) add(t ledger.Tally) {
	there := make(map[booking.TotemID]bool)
	for _, c := range t.Queues {
		for _, taken := range c.Taken {
			there[taken.Totem] = there[taken.Totem] || taken.N > 0
		}
	}
	for queue, c := range t.Queues {
		given := make(map[booking.TotemID]allocation.Demand)
		for totem, was := range there {
			if was {
				given[totem] = allocation.Demand{}
			}
		}
		for _, taken := range c.Taken {
			if d, ok := given[taken.Totem]; ok && taken.Half >= 0 && taken.Half < len(d) {
				d[taken.Half] += float64(taken.N)
				given[taken.Totem] = d
			}
		}
		if p[queue] == nil {
			p[queue] = make(map[booking.TotemID][]allocation.Demand)
		}
		for totem, d := range given {
			p[queue][totem] = append(p[queue][totem], d)
		}
	}
}

// forget drops what is kept of an office's days before today.
func (f *forecasts) forget(id booking.OfficeID, today booking.Day) {
	f.Lock()
	defer f.Unlock()
	maps.DeleteFunc(f.days, func(od officeDay, _ pastDays) bool { return od.office == id && od.day.Compare(today) < 0 })
}
