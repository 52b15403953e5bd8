package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/ledger"
	"example.org/totem/scheduler/agenda"
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

func sheetAttr(key booking.SheetKey) slog.Attr { return slog.String("sheet", key.String()) }

func totemAttr(office booking.OfficeID, totem booking.TotemID) slog.Attr {
	return slog.String("totem", string(office)+"/"+string(totem))
}
