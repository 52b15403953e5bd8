package store

import (
	"context"
	"time"

	"example.org/totem/booking"
)

// ReleaseDue gives back every slot that this totem could issue and that starts after now and before the given time, and commits
// the facts that tell it, in one durable transaction. It returns how many. It is for a totem that has a link: others can be
// given these slots then, and by it too. What is set aside ([Store.CaughtUp]) stays.
func (s *Store) ReleaseDue(ctx context.Context, now, before time.Time) (released int, err error) {
	err = s.change(ctx, "give slots back", func(t tx) error {
		slots, err := t.due(s.office, now, before)
		if err != nil {
			return err
		}
		released, err = t.release(slots)
		return err
	})
	if err != nil {
		return 0, err
	}
	return released, nil
}

// due returns the slots that this totem could issue and that start after now and before the given time.
func (t tx) due(office booking.OfficeID, now, before time.Time) ([]counted, error) {
	// A local day is not the one of UTC, but never further off than the next.
	first, latest := booking.DayOf(now, time.UTC).AddDays(-1), booking.DayOf(before, time.UTC).AddDays(1)
	rows, err := t.rows("due_back", first.String(), latest.String(), minuteOf(now), minuteFrom(before))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var slots []counted
	for rows.Next() {
		var queue booking.QueueID
		var day string
		var c counted
		if err := rows.Scan(&queue, &day, &c.number, &c.hands); err != nil {
			return nil, err
		}
		if c.key, err = keyOf(office, queue, day); err != nil {
			return nil, err
		}
		slots = append(slots, c)
	}
	return slots, rows.Err()
}

// Free returns how many slots of a day this totem can issue that start at notBefore or later, by queue; a queue without one is
// not there.
func (s *Store) Free(ctx context.Context, day booking.Day, notBefore time.Time) (map[booking.QueueID]int, error) {
	free, err := s.free(ctx, day, notBefore)
	return free, faultOf("count what is free", err)
}

func (s *Store) free(ctx context.Context, day booking.Day, notBefore time.Time) (map[booking.QueueID]int, error) {
	rows, err := s.read.rows(ctx, "free", day.String(), minuteFrom(notBefore))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	free := make(map[booking.QueueID]int)
	for rows.Next() {
		var queue booking.QueueID
		var n int
		if err := rows.Scan(&queue, &n); err != nil {
			return nil, err
		}
		free[queue] = n
	}
	return free, rows.Err()
}
