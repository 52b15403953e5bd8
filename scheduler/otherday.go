package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/ledger"
	"example.org/totem/privacy"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/sync/wire"
)

const (
	// unsoldMost bounds how many slots of one sheet a totem may hold, beside the walk-ins', that it gave no tickets for. It
	// holds one where a grant's answer was lost; many are a totem that does not work as it should.
	unsoldMost = 8
	// vacantStarts bounds the starts of one answer, so that it stays far below the longest message. Whole days are left out.
	vacantStarts = 4096
)

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

// Want grants the totem a slot of the pool that starts when it says, on a day after today, and answers the sheet with its
// day's key. Told again, it answers the same slot until the totem has given a ticket for it. What is granted and not sold
// serves who comes in person to that totem on its day. The error is a *wire.Refusal, or trouble that may pass.
func (s *Service) Want(ctx context.Context, id booking.OfficeID, totem booking.TotemID, w wire.Want) (wire.Granted, error) {
	o, q, err := s.bookAhead(ctx, id, totem, w.Incarnation, w.Queue)
	if err != nil {
		return wire.Granted{}, err
	}
	today := booking.DayOf(s.now(), o.Zone)
	if w.Day.Compare(today) <= 0 || w.Day.Compare(today.AddDays(q.Horizon)) > 0 || len(o.Office.Hours.On(w.Day)) == 0 {
		return wire.Granted{}, gone()
	}
	key, err := s.DayKey(ctx, id, w.Day)
	if errors.Is(err, errKeyToCome) {
		err = officeWaits(id)
	}
	if err != nil {
		return wire.Granted{}, err
	}
	sheet, err := s.grantWanted(ctx, o, totem, w)
	if err != nil {
		return wire.Granted{}, err
	}
	// Meanwhile the store may have been fenced. Then another one may answer to the name, which is told of the slot by its pulls.
	if err := s.answersTo(ctx, id, totem, w.Incarnation); err != nil {
		return wire.Granted{}, err
	}
	return wire.Granted{Sheet: sheet, Key: key}, nil
}

func (s *Service) grantWanted(ctx context.Context, o office, totem booking.TotemID, w wire.Want) (booking.Sheet, error) {
	key := booking.SheetKey{Office: o.Office.ID, Queue: w.Queue, Day: w.Day}
	sheet, err := ledger.GrantSlot(ctx, s.book, key, booking.PoolGrant{
		Start: w.Start, Totem: totem, WalkIn: o.plannedForWalkIns, Most: unsoldMost,
	})
	switch {
	case err == nil:
		event.Log(s.log, event.SheetGranted, sheetAttr(key), slog.Int("slots", 1))
		return sheet, nil
	case errors.Is(err, booking.ErrEnough):
		return booking.Sheet{}, s.refuse(o.Office.ID, totem, &wire.Refusal{
			Code:     wire.RefusedGone,
			Sentence: fmt.Sprintf("totem %s holds %d slots of %s that it asked for and gave no tickets for", totem, unsoldMost, key),
			Remedy:   "report it with the logs of the totem; the slots serve who comes in person on their day",
		})
	case errors.Is(err, booking.ErrNoneFree), errors.Is(err, ledger.ErrNoSheet), errors.Is(err, ledger.ErrClosed):
		return booking.Sheet{}, gone()
	}
	return booking.Sheet{}, unreadable(err)
}

// bookAhead returns the office and the queue that a totem wants to book another day of, or a refusal.
func (s *Service) bookAhead(ctx context.Context, id booking.OfficeID, totem booking.TotemID, store booking.Incarnation,
	queue booking.QueueID) (office, agenda.QueuePlan, error) {
	o, err := s.officeOf(id, totem)
	if err != nil {
		return office{}, agenda.QueuePlan{}, s.refuse(id, totem, err)
	}
	if err := s.answersTo(ctx, id, totem, store); err != nil {
		return office{}, agenda.QueuePlan{}, err
	}
	q, ok := o.Queue(queue)
	if !ok || o.Office.Advance == privacy.AdvanceOff || o.Office.Advance == "" {
		return office{}, agenda.QueuePlan{}, gone() // the totem has an older office, and hears of the new one by its next pull
	}
	t, err := s.standing(ctx, id)
	if err == nil && !t.whole() {
		err = officeWaits(id)
	}
	return o, q, err
}

// gone says that there is nothing to be had. It is no trouble, so it is not logged.
func gone() *wire.Refusal {
	return &wire.Refusal{Code: wire.RefusedGone, Sentence: "there is no such slot to be granted", Remedy: "none: the totem offers others"}
}

func officeWaits(id booking.OfficeID) *wire.Refusal {
	return &wire.Refusal{
		Code:     wire.RefusedTrouble,
		Sentence: fmt.Sprintf("the ledger began anew, and office %s waits for totems that have not told yet what they hold", id),
		Remedy:   "none: the totem asks again. If it lasts, scheduler totems names those that are waited for",
	}
}

// plannedForWalkIns reports whether a slot was planned as part of the reserve. Whoever holds it now, it is not a slot of the
// pool that was granted on request. It is right as long as the office's share of walk-ins is the one that the day was
// planned with; else only the totems' shares become less even.
func (o office) plannedForWalkIns(slot booking.Slot) bool {
	return o.HolderOf(slot.Number) == booking.Reserve
}

// withoutRequested returns s with the slots that were granted on request as if they were still the pool's, by which
// allocation shares out the walk-ins' only.
func (o office) withoutRequested(s booking.Sheet) booking.Sheet {
	isRequested := func(slot booking.Slot) bool {
		_, held := slot.Holder.Totem()
		return held && !o.plannedForWalkIns(slot)
	}
	if !slices.ContainsFunc(s.Slots, isRequested) {
		return s
	}
	s = s.Clone()
	for i, slot := range s.Slots {
		if isRequested(slot) {
			s.Slots[i].Holder = booking.Pool
		}
	}
	return s
}
