package scheduler

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/ledger"
	"example.org/totem/scheduler/allocation"
)

// tallyDay writes of every office what remains of a day. From then on facts of the day are only counted.
func (s *Service) tallyDay(ctx context.Context, offices []booking.OfficeID, day booking.Day) error {
	for _, id := range offices {
		if err := s.changing.shut(ctx, officeDay{id, day}); err != nil {
			return fmt.Errorf("count %s of %s: %w", day, id, err)
		}
		if s.tallies == nil {
			continue
		}
		if err := s.tally(ctx, id, day); err != nil {
			return fmt.Errorf("count %s of %s: %w", day, id, err)
		}
	}
	return nil
}

// tally writes what remains of an office's day, unless that was done. Late facts may have been counted before.
func (s *Service) tally(ctx context.Context, id booking.OfficeID, day booking.Day) error {
	sheets, err := s.book.Sheets(ctx, id, day) // tells of those that cannot be read
	if err != nil || len(sheets) == 0 {
		return err
	}
	err = s.changeTally(ctx, id, day, func(t *ledger.Tally) bool {
		if taken(*t) {
			return false
		}
		for _, sheet := range sheets {
			late := t.Queues[sheet.Queue]
			c := countOf(sheet)
			if o, ok := s.offices[id]; ok {
				c.Taken = takenOf(sheet, o.Zone)
			}
			c.LateIssued, c.LatePrinted, c.LateArrived, c.LateCancelled = late.LateIssued, late.LatePrinted, late.LateArrived, late.LateCancelled
			t.Queues[sheet.Queue] = c
		}
		return true
	})
	if errors.Is(err, ledger.ErrUnreadable) {
		s.report(ctx, err) // its numbers are lost, but the day must end
		return nil
	}
	return err
}

// countOf returns the numbers of a sheet.
func countOf(s booking.Sheet) ledger.Count {
	c := ledger.Count{Slots: len(s.Slots)}
	for _, slot := range s.Slots {
		if !slot.State.HasTicket() {
			continue
		}
		if slot.Holder == booking.Pool {
			c.Pool++
		} else {
			c.Walk++
		}
		switch slot.State {
		case booking.Arrived:
			c.Arrived++
		case booking.Cancelled:
			c.Cancelled++
		}
		switch slot.Ticket.Paper {
		case booking.PaperUntold:
		case booking.PaperPrinted:
			c.Printed++
		case booking.PaperNotPrinted:
			c.NotPrinted++
		case booking.PaperUnknown:
			c.Unsure++
		}
	}
	return c
}

// takenOf returns how many tickets each totem gave of a sheet by the half-hour in which their slots start, in order of totem and
// half-hour. Those that were given back count: somebody came for them.
func takenOf(s booking.Sheet, zone *time.Location) []ledger.Taken {
	given := make(map[ledger.Taken]int)
	for _, slot := range s.Slots {
		if totem, ok := slot.Holder.Totem(); ok && slot.State.HasTicket() {
			given[ledger.Taken{Totem: totem, Half: allocation.Half(slot.Start, zone)}]++
		}
	}
	var all []ledger.Taken
	for t, n := range given {
		t.N = n
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b ledger.Taken) int { return cmp.Or(cmp.Compare(a.Totem, b.Totem), a.Half-b.Half) })
	return all
}

// taken reports whether a tally holds the numbers of sheets, not only of late facts.
func taken(t ledger.Tally) bool {
	for _, c := range t.Queues {
		if c.Slots > 0 {
			return true
		}
	}
	return false
}

// counted reports whether facts of a day are no longer folded but only counted.
func (s *Service) counted(ctx context.Context, id booking.OfficeID, day booking.Day) (bool, error) {
	if !s.over(id, day, s.now()) {
		return false, nil
	}
	if s.settled(id, day) {
		return true, nil
	}
	if s.tallies == nil {
		return false, nil
	}
	t, err := s.tallies.Tally(ctx, id, day)
	if errors.Is(err, ledger.ErrUnreadable) {
		return false, nil // the ledger knows whether the day is closed
	}
	return taken(t), err
}

// count notes a fact whose day is closed, once: that it happened is all that may be told of it.
func (s *Service) count(ctx context.Context, m ledger.Member, f booking.Fact) error {
	kind := f.Kind
	if kind == booking.FactCounted {
		kind = f.Of
	}
	if s.tallies != nil && kind != booking.FactClosed {
		err := s.changeTally(ctx, m.Office, f.Day, func(t *ledger.Tally) bool {
			if last := t.Late[m.Totem]; last.Incarnation == f.ID.Incarnation && last.N >= f.ID.N {
				return false
			}
			t.Late[m.Totem] = f.ID
			c := t.Queues[f.Queue]
			if n := late(&c, kind); n != nil {
				*n++
			}
			t.Queues[f.Queue] = c
			return true
		})
		if errors.Is(err, ledger.ErrUnreadable) {
			s.report(ctx, err) // it must not block the facts behind it
			err = nil
		}
		if err != nil {
			return fmt.Errorf("count a late fact of %s: %w", f.Day, err)
		}
	}
	event.Log(s.log, event.FactCounted, totemAttr(m.Office, m.Totem), slog.String("day", f.Day.String()),
		slog.String("queue", string(f.Queue)), slog.String("kind", string(kind)))
	return nil
}

// late returns the number of late facts of a kind, nil for one that is not counted.
func late(c *ledger.Count, kind booking.FactKind) *int {
	switch kind {
	case booking.FactIssued:
		return &c.LateIssued
	case booking.FactPrinted:
		return &c.LatePrinted
	case booking.FactArrived:
		return &c.LateArrived
	case booking.FactCancelled:
		return &c.LateCancelled
	case booking.FactCounted, booking.FactClosed, booking.FactReleased, booking.FactTransferred, booking.FactReceived:
	}
	return nil
}

// changeTally changes a tally; edit may be called again, and returns false if there is nothing to write.
func (s *Service) changeTally(ctx context.Context, id booking.OfficeID, day booking.Day, edit func(*ledger.Tally) bool) error {
	for {
		t, err := s.tallies.Tally(ctx, id, day)
		if err != nil {
			return err
		}
		if t.Queues == nil {
			t.Queues = make(map[booking.QueueID]ledger.Count)
		}
		if t.Late == nil {
			t.Late = make(map[booking.TotemID]booking.FactID)
		}
		if !edit(&t) {
			return nil
		}
		if _, err = s.tallies.PutTally(ctx, t); !errors.Is(err, ledger.ErrConflict) {
			return err
		}
	}
}
