package store

import (
	"context"
	"time"

	"example.org/totem/booking"
)

// asideMost is how many slots of a queue are set aside after a power cut. A disk that lies about its flushes loses what it was told
// last, and nobody takes more tickets of one queue in that time.
const asideMost = 2

// heed sets slots aside if the machine's power was cut while the store was open: of each queue the next ones that this totem could
// issue, for a ticket of them may be on paper and lost here. cut tells that the store was not closed in order.
func (t tx) heed(office booking.OfficeID, boot string, cut bool, now time.Time) error {
	if boot == "" {
		return nil
	}
	var noted string
	if err := t.row("boot").Scan(&noted); err != nil || noted == boot {
		return err
	}
	if cut {
		if err := t.setAside(office, now); err != nil {
			return err
		}
	}
	return t.exec("boot_set", boot)
}

// setAside sets the next slots of each queue aside, from now on or, where the clock shows an earlier time than was known to be
// right, from then on.
func (t tx) setAside(office booking.OfficeID, now time.Time) error {
	var seen int64
	if err := t.row("seen").Scan(&seen); err != nil {
		return err
	}
	from := minuteFrom(time.Unix(max(seen, now.Unix()), 0))
	sheets, err := t.sheetKeys(office, "aside_from", from)
	if err != nil {
		return err
	}
	for _, key := range sheets {
		if err := t.exec("aside_put", key.Day.String(), string(key.Queue), from, asideMost); err != nil {
			return err
		}
	}
	return nil
}

// sheetKeys asks a named query for queues and days.
func (t tx) sheetKeys(office booking.OfficeID, name string, args ...any) ([]booking.SheetKey, error) {
	rows, err := t.rows(name, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var keys []booking.SheetKey
	for rows.Next() {
		var queue booking.QueueID
		var day string
		if err := rows.Scan(&queue, &day); err != nil {
			return nil, err
		}
		key, err := keyOf(office, queue, day)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, rows.Err()
}

// CaughtUp puts the slots back that [Open] set aside after a power cut. It is to be called once the scheduler has answered this
// store: it was told all facts that were committed here and has told its sheets, so that nothing that came to it of a ticket is
// unknown here. What was asked back of these slots meanwhile is given back. Where nothing is aside, nothing is written.
func (s *Store) CaughtUp(ctx context.Context) error {
	return s.change(ctx, "put slots back", func(t tx) error {
		sheets, err := t.sheetKeys(s.office, "aside_sheets")
		if err != nil || len(sheets) == 0 {
			return err
		}
		if err := t.exec("aside_erase"); err != nil {
			return err
		}
		for _, key := range sheets {
			if err := t.releaseAsked(key); err != nil {
				return err
			}
		}
		return nil
	})
}
