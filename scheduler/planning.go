package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/ledger"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/scheduler/allocation"
)

// plan puts the sheets into the ledger that ought to be there and are not. A sheet that is there stays as it is.
func (s *Service) plan(ctx context.Context, o office, now time.Time) error {
	var failed error
	for _, key := range agenda.Days(o.Plan, booking.DayOf(now, o.Zone)) {
		if s.isPlanned(key) {
			continue
		}
		sheet, ok := agenda.PlanDay(o.Plan, key.Queue, key.Day)
		if !ok {
			continue
		}
		_, err := s.book.Put(ctx, sheet)
		switch {
		case err == nil:
			event.Log(s.log, event.SheetPlanned, sheetAttr(key), slog.Int("slots", len(sheet.Slots)))
		case errors.Is(err, ledger.ErrConflict), errors.Is(err, ledger.ErrClosed):
		case ctx.Err() != nil:
			return gather(failed, ctx.Err())
		default:
			failed = gather(failed, fmt.Errorf("plan sheet %s: %w", key, err))
			continue
		}
		s.notePlanned(key)
	}
	return failed
}

func (s *Service) isPlanned(key booking.SheetKey) bool {
	s.planned.Lock()
	defer s.planned.Unlock()
	return s.planned.keys[key]
}

func (s *Service) notePlanned(key booking.SheetKey) {
	s.planned.Lock()
	defer s.planned.Unlock()
	s.planned.keys[key] = true
}

func (s *Service) forgetDay(day booking.Day) {
	s.planned.Lock()
	defer s.planned.Unlock()
	maps.DeleteFunc(s.planned.keys, func(k booking.SheetKey, _ bool) bool { return k.Day == day })
	s.changing.forget(day)
}

// grant shares out the walk-in slots of the days that the totems must be able to live through alone.
func (s *Service) grant(ctx context.Context, o office, now time.Time) error {
	t, err := s.standing(ctx, o.Office.ID)
	switch {
	case err != nil:
		return fmt.Errorf("grant slots of %s: %w", o.Office.ID, err)
	case !t.whole():
		return t.unread
	}
	if len(t.known) == 0 {
		return nil
	}
	var failed error
	for _, day := range allocation.Cover(o.Office.Hours, booking.DayOf(now, o.Zone)) {
		for _, q := range o.Queues {
			key := booking.SheetKey{Office: o.Office.ID, Queue: q.ID, Day: day}
			if err := s.grantSheet(ctx, o, key, t.known); err != nil {
				failed = gather(failed, fmt.Errorf("grant slots of %s: %w", key, err))
			}
		}
	}
	return failed
}

func (s *Service) grantSheet(ctx context.Context, o office, key booking.SheetKey, known []booking.TotemID) error {
	granted := 0
	_, err := ledger.Change(ctx, s.book, key, func(before booking.Sheet) (booking.Sheet, error) {
		after := o.share(before, known)
		granted = 0
		for i := range after.Slots {
			if after.Slots[i].Holder != before.Slots[i].Holder {
				granted++
			}
		}
		return after, nil
	})
	if err == nil && granted > 0 {
		event.Log(s.log, event.SheetGranted, sheetAttr(key), slog.Int("slots", granted))
	}
	if errors.Is(err, ledger.ErrNoSheet) || errors.Is(err, ledger.ErrClosed) {
		return nil // a day without counters, or one that was closed meanwhile
	}
	return err
}

// share shares the sheet among all totems of the office, but hands out only the parts of the known ones. The others'
// parts stay in the reserve until their stores introduce themselves: a fenced totem that is still alive somewhere must
// not find new slots granted to its name, and one that comes later must not find everything gone. What a totem was granted
// on request counts for nobody's part.
func (o office) share(before booking.Sheet, known []booking.TotemID) booking.Sheet {
	after := allocation.Share(o.withoutRequested(before), o.Totems)
	for i, slot := range after.Slots {
		t, isTotem := slot.Holder.Totem()
		if slot.Holder != before.Slots[i].Holder && !(isTotem && slices.Contains(known, t)) {
			after.Slots[i].Holder = before.Slots[i].Holder
		}
	}
	return after
}

func sheetAttr(key booking.SheetKey) slog.Attr { return slog.String("sheet", key.String()) }

func totemAttr(office booking.OfficeID, totem booking.TotemID) slog.Attr {
	return slog.String("totem", string(office)+"/"+string(totem))
}
