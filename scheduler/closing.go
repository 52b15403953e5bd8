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
)

// over reports whether day has ended where the office is. An office that is not (or no longer) configured has a zone
// that nobody knows: its day is over when it has ended everywhere.
func (s *Service) over(id booking.OfficeID, day booking.Day, now time.Time) bool {
	if o, ok := s.offices[id]; ok {
		return !now.Before(day.End(o.Zone))
	}
	return !now.Before(day.End(time.UTC).Add(12 * time.Hour))
}

// closeDays closes what is over: first the keys, each at its own office's midnight, for without them every hash of the
// day is a meaningless number; then, when no office has that day any more, the facts that are still kept and the day's
// stream. Days that ended while the service was down are closed like the others.
func (s *Service) closeDays(ctx context.Context, now time.Time) error {
	unclosed, failed := s.destroyKeys(ctx, now)
	days, err := s.book.Days(ctx)
	if err != nil {
		return errors.Join(failed, fmt.Errorf("close days: %w", err))
	}
	for _, day := range days {
		isOver := func(id booking.OfficeID) bool { return s.over(id, day, now) }
		if !s.overEverywhere(isOver) || slices.Contains(unclosed, day) {
			continue
		}
		if err := s.closeDay(ctx, day); err != nil {
			failed = errors.Join(failed, fmt.Errorf("close %s: %w", day, err))
		}
	}
	return failed
}

func (s *Service) overEverywhere(isOver func(booking.OfficeID) bool) bool {
	return !slices.ContainsFunc(s.order, func(id booking.OfficeID) bool { return !isOver(id) })
}

// destroyKeys destroys the keys of days that are over, and returns the days of which a key could not be destroyed.
func (s *Service) destroyKeys(ctx context.Context, now time.Time) (unclosed []booking.Day, failed error) {
	kept, err := s.keys.Kept(ctx)
	if err != nil {
		return nil, fmt.Errorf("close days: %w", err)
	}
	for id, days := range kept {
		for _, day := range days {
			if !s.over(id, day, now) {
				continue
			}
			if err := s.keys.Destroy(ctx, id, day); err != nil {
				unclosed = append(unclosed, day)
				failed = errors.Join(failed, fmt.Errorf("close %s of %s: %w", day, id, err))
				continue
			}
			event.Log(s.log, event.KeyDestroyed, slog.String("office", string(id)), slog.String("day", day.String()))
		}
	}
	return unclosed, failed
}

func (s *Service) closeDay(ctx context.Context, day booking.Day) error {
	for _, id := range s.order {
		for _, t := range s.offices[id].Totems {
			m, err := s.roster.Member(ctx, id, t)
			if err == nil {
				err = s.purge(ctx, id, t, m.Sequence)
			}
			if err != nil {
				return err
			}
		}
	}
	if err := s.book.Close(ctx, day); err != nil {
		return err
	}
	s.forgetDay(day)
	event.Log(s.log, event.CentralDay, slog.String("day", day.String()))
	return nil
}

// purge erases what a totem has told before the given link sequence: it is in the ledger, or was counted.
func (s *Service) purge(ctx context.Context, id booking.OfficeID, t booking.TotemID, before uint64) error {
	if s.uplink == nil || before <= 1 {
		return nil
	}
	return s.uplink.Purge(ctx, id, t, before)
}
