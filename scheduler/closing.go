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
)

// over reports whether day has ended where the office is, by the clock. An office that is not (or no longer) configured
// has a zone that nobody knows: its day is over when it has ended everywhere.
func (s *Service) over(id booking.OfficeID, day booking.Day, now time.Time) bool {
	if o, ok := s.offices[id]; ok {
		return !now.Before(day.End(o.Zone))
	}
	return !now.Before(day.End(time.UTC).Add(12 * time.Hour))
}

// officeDay is a day as one office lives it.
type officeDay struct {
	office booking.OfficeID
	day    booking.Day
}

// noteEnded notes which days are over, and since when they have been in every round. What the clock takes back is
// forgotten.
func (s *Service) noteEnded(kept map[booking.OfficeID][]booking.Day, days []booking.Day, now time.Time) {
	ran := s.running()
	ended := make(map[officeDay]time.Duration)
	s.ended.Lock()
	defer s.ended.Unlock()
	note := func(id booking.OfficeID, day booking.Day) {
		if od := (officeDay{id, day}); s.over(id, day, now) {
			ended[od] = ran
			if since, ok := s.ended.since[od]; ok {
				ended[od] = since
			}
		}
	}
	for id, own := range kept {
		for _, day := range own {
			note(id, day)
		}
	}
	for _, day := range days {
		for _, id := range s.order {
			note(id, day)
		}
	}
	if s.contacts != nil {
		for _, id := range s.order {
			note(id, booking.DayOf(now, s.offices[id].Zone).AddDays(-1))
		}
	}
	s.ended.since = ended
}

// settled reports whether a day has been over for so long that it may be closed: a clock that was wrong when the
// machine started has had the time to be set right.
func (s *Service) settled(id booking.OfficeID, day booking.Day) bool {
	s.ended.Lock()
	defer s.ended.Unlock()
	since, ok := s.ended.since[officeDay{id, day}]
	return ok && s.running()-since >= s.settle
}

// closeDays closes what is settled: first the keys, each after its own office's midnight, for without them every hash
// of the day is a meaningless number; then, when no office has that day any more, what the facts said, and the day's
// stream, of which only numbers remain. Days that ended while the service was down are closed like the others.
func (s *Service) closeDays(ctx context.Context, now time.Time) error {
	kept, err := s.keys.Kept(ctx)
	if err != nil {
		return fmt.Errorf("close days: %w", err)
	}
	days, failed := s.book.Days(ctx)
	if failed != nil {
		failed = fmt.Errorf("close days: %w", failed)
	}
	s.noteEnded(kept, days, now)
	failed = gather(failed, s.eraseContacts(ctx), s.eraseVoided(ctx))
	unclosed, err := s.destroyKeys(ctx, kept)
	failed = gather(failed, err)
	days = slices.DeleteFunc(days, func(day booking.Day) bool {
		unsettled := func(id booking.OfficeID) bool { return !s.settled(id, day) }
		return slices.ContainsFunc(s.order, unsettled) || slices.Contains(unclosed, day)
	})
	if len(days) == 0 {
		return failed
	}
	return gather(failed, s.endDays(ctx, days))
}

// destroyKeys destroys the keys of days that are settled, and returns the days of which a key could not be destroyed.
func (s *Service) destroyKeys(ctx context.Context, kept map[booking.OfficeID][]booking.Day) (unclosed []booking.Day, failed error) {
	for id, days := range kept {
		for _, day := range days {
			if !s.settled(id, day) {
				continue
			}
			if err := s.keys.Destroy(ctx, id, day); err != nil {
				unclosed = append(unclosed, day)
				failed = gather(failed, fmt.Errorf("close %s of %s: %w", day, id, err))
				continue
			}
			event.Log(s.log, event.KeyDestroyed, slog.String("office", string(id)), slog.String("day", day.String()))
		}
	}
	return unclosed, failed
}

// endDays ends days that are settled everywhere. What the uplink kept of them goes before their streams do: as long as a
// stream is there, this is tried again.
func (s *Service) endDays(ctx context.Context, days []booking.Day) (failed error) {
	members, err := s.roster.Members(ctx, "")
	if errors.Is(err, ledger.ErrUnreadable) {
		s.report(ctx, err) // how far its totem has told is not known, but the days must end
		err = nil
	}
	if err != nil {
		return fmt.Errorf("close days: %w", err)
	}
	offices := slices.Clone(s.order)
	for _, m := range members {
		offices = append(offices, m.Office)
	}
	slices.Sort(offices)
	offices = slices.Compact(offices)
	days = slices.DeleteFunc(days, func(day booking.Day) bool {
		err := s.tallyDay(ctx, offices, day)
		failed = gather(failed, err)
		return err != nil
	})
	if err := s.forgetFacts(ctx, members); err != nil {
		return gather(failed, fmt.Errorf("close days: %w", err))
	}
	for _, day := range days {
		if err := s.book.Close(ctx, day); err != nil {
			failed = gather(failed, fmt.Errorf("close %s: %w", day, err))
			continue
		}
		s.forgetDay(day)
		event.Log(s.log, event.CentralDay, slog.String("day", day.String()))
	}
	return failed
}

// forgetFacts erases what the totems have told and is in the ledger, or was counted.
func (s *Service) forgetFacts(ctx context.Context, members []ledger.Member) error {
	if s.uplink == nil {
		return nil
	}
	for _, m := range members {
		if m.Sequence == 0 {
			continue
		}
		if err := s.uplink.Seal(ctx, m.Office, m.Totem, m.Sequence); err != nil {
			return err
		}
	}
	return s.uplink.Scrub(ctx)
}

// purge erases what a totem has told before the given link sequence: it is in the ledger, or was counted.
func (s *Service) purge(ctx context.Context, id booking.OfficeID, t booking.TotemID, before uint64) error {
	if s.uplink == nil || before <= 1 {
		return nil
	}
	return s.uplink.Purge(ctx, id, t, before)
}
