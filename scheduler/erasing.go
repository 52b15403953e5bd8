package scheduler

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/scheduler/contacts"
	"example.org/totem/sync/wire"
)

// eraseEnded erases what is kept for a ticket that was checked in or given back: nobody is to be reminded of it any more. It
// never fails: what cannot be erased now is erased in a later round.
func (s *Service) eraseEnded(ctx context.Context, m ledger.Member, f booking.Fact) {
	switch f.Kind {
	case booking.FactArrived, booking.FactCancelled:
		s.forgetContact(ctx, m.Office, wire.TicketRef{Queue: f.Queue, Day: f.Day, Slot: f.Slot, Code: f.Code})
	case booking.FactIssued, booking.FactPrinted, booking.FactCounted, booking.FactClosed,
		booking.FactReleased, booking.FactTransferred, booking.FactReceived:
	}
}

func (s *Service) forgetContact(ctx context.Context, id booking.OfficeID, t wire.TicketRef) {
	if s.contacts == nil {
		return
	}
	if err := s.contacts.Erase(ctx, id, t, contacts.Ended); err != nil {
		s.owed.addTicket(officeTicket{id, t})
		s.report(ctx, fmt.Errorf("erase the contact of a ticket that ended: %w", err))
	}
}

// eraseContacts erases what is owed to be erased, and the contacts of days that are settled. It is tried again in every round
// until it succeeds, and holds up nothing.
func (s *Service) eraseContacts(ctx context.Context) (failed error) {
	if s.contacts == nil {
		return nil
	}
	for _, t := range s.owed.allTickets() {
		if err := s.contacts.Erase(ctx, t.office, t.ticket, contacts.Ended); err != nil {
			failed = gather(failed, fmt.Errorf("erase the contact of a ticket that ended: %w", err))
			continue
		}
		s.owed.settleTicket(t)
	}
	for id, day := range s.owed.addDays(s.lastSettled()) {
		if err := s.contacts.EraseDay(ctx, id, day); err != nil {
			failed = gather(failed, fmt.Errorf("erase the contacts of %s of %s: %w", day, id, err))
			continue
		}
		s.owed.settleDay(id, day)
		s.untold.forget(id, day)
	}
	return failed
}

// lastSettled returns the last day of each office that may be closed.
func (s *Service) lastSettled() map[booking.OfficeID]booking.Day {
	last := make(map[booking.OfficeID]booking.Day)
	ran := s.running()
	s.ended.Lock()
	defer s.ended.Unlock()
	for od, since := range s.ended.since {
		if ran-since >= s.settle && od.day.Compare(last[od.office]) > 0 {
			last[od.office] = od.day
		}
	}
	return last
}

type officeTicket struct {
	office booking.OfficeID
	ticket wire.TicketRef
}

// owed is what could not be erased when it was time to, and up to which day everything was.
type owed struct {
	sync.Mutex
	tickets map[officeTicket]bool
	days    map[booking.OfficeID]booking.Day // to be erased, with the days before
	done    map[booking.OfficeID]booking.Day
}

func newOwed() owed {
	return owed{
		tickets: make(map[officeTicket]bool),
		days:    make(map[booking.OfficeID]booking.Day),
		done:    make(map[booking.OfficeID]booking.Day),
	}
}

func (o *owed) addTicket(t officeTicket) {
	o.Lock()
	defer o.Unlock()
	o.tickets[t] = true
}

func (o *owed) allTickets() []officeTicket {
	o.Lock()
	defer o.Unlock()
	return slices.Collect(maps.Keys(o.tickets))
}

func (o *owed) settleTicket(t officeTicket) {
	o.Lock()
	defer o.Unlock()
	delete(o.tickets, t)
}

// addDays notes days that are to be erased, and returns all that still are.
func (o *owed) addDays(last map[booking.OfficeID]booking.Day) map[booking.OfficeID]booking.Day {
	o.Lock()
	defer o.Unlock()
	for id, day := range last {
		if day.Compare(o.done[id]) > 0 && day.Compare(o.days[id]) > 0 {
			o.days[id] = day
		}
	}
	return maps.Clone(o.days)
}

func (o *owed) settleDay(id booking.OfficeID, day booking.Day) {
	o.Lock()
	defer o.Unlock()
	delete(o.days, id)
	o.done[id] = day
}
