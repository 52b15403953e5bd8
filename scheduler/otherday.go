package scheduler

import (
	"context"
	"errors"
	"time"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/privacy"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/sync/wire"
)

// vacantStarts bounds the starts of one answer, so that it stays far below the longest message. Whole days are left out.
const vacantStarts = 4096

// Vacancy answers when a queue can be booked on the days after today: the starts at which the pool has a free slot, or the
// totem one that it asked for and gave no ticket for, within the queue's horizon. What it says may be a moment old; only a grant is a promise. The error is a *wire.Refusal, or trouble
// that may pass.
func (s *Service) Vacancy(ctx context.Context, id booking.OfficeID, totem booking.TotemID, v wire.Vacancy) (wire.Vacant, error) {
	o, q, err := s.bookAhead(ctx, id, totem, v.Incarnation, v.Queue)
	if err != nil {
		return wire.Vacant{}, err
	}
	var vacant wire.Vacant
	today, total := booking.DayOf(s.now(), o.Zone), 0
	for day := today.AddDays(1); day.Compare(today.AddDays(q.Horizon)) <= 0; day = day.AddDays(1) {
		if len(o.Office.Hours.On(day)) == 0 {
			continue
		}
		starts, err := s.vacantStarts(ctx, o, totem, booking.SheetKey{Office: id, Queue: q.ID, Day: day})
		if err != nil {
			return wire.Vacant{}, err
		}
		if total += len(starts); total > vacantStarts {
			break
		}
		if len(starts) > 0 {
			vacant.Days = append(vacant.Days, wire.VacantDay{Day: day, Starts: starts})
		}
	}
	return vacant, nil
}

// vacantStarts returns the starts at which a totem would be granted a slot, in order, each once; none of a sheet that is not there.
func (s *Service) vacantStarts(ctx context.Context, o office, totem booking.TotemID, key booking.SheetKey) ([]time.Time, error) {
	sheet, ok := s.book.Glance(key)
	if !ok {
		var err error
		sheet, err = s.book.Sheet(ctx, key)
		switch {
		case errors.Is(err, ledger.ErrNoSheet), errors.Is(err, ledger.ErrClosed):
			return nil, nil
		case errors.Is(err, ledger.ErrUnreadable):
			s.report(ctx, err)
			return nil, nil
		case err != nil:
			return nil, err
		}
	}
	return sheet.PoolStarts(booking.PoolGrant{Totem: totem, WalkIn: o.plannedForWalkIns}), nil
}

// bookAhead returns the office and the queue that a totem wants to book another day of, or a refusal.
func (s *Service) bookAhead(ctx context.Context, id booking.OfficeID, totem booking.TotemID, store booking.Incarnation,
	queue booking.QueueID) (office, agenda.QueuePlan, error) {
	o, q, err := s.asked(ctx, id, totem, store, queue)
	if err == nil && (o.Office.Advance == privacy.AdvanceOff || o.Office.Advance == "") {
		err = gone() // the totem has an older office, and hears of the new one by its next pull
	}
	return o, q, err
}

// plannedForWalkIns reports whether a slot was planned as part of the reserve. Whoever holds it now, it is not a slot of the
// pool that was granted on request. It is right as long as the office's share of walk-ins is the one that the day was
// planned with; else only the totems' shares become less even.
func (o office) plannedForWalkIns(slot booking.Slot) bool {
	return o.HolderOf(slot.Number) == booking.Reserve
}
