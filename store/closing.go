package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
)

// CloseDays closes every day before the given one for ever: its facts that were not sent become counts, in order and
// under their own numbers; its tickets, what was told of tickets, withdrawals that wait, what was passed on, slots, sheets,
// keys and print jobs are erased, from the files too; a fact that says so is appended. What arrives later for such a day is not taken.
// The caller must be sure of the date: a day closed by a wrong clock stays closed.
//
// If the erasure of the bytes fails, the days are closed all the same, and the next call or the next [Open] finishes it. It needs as
// much free disk as the database has left, and holds up writes for as long as it takes to write that twice.
func (s *Store) CloseDays(ctx context.Context, before booking.Day) error {
	if err := s.closeDays(ctx, before); err != nil {
		return err
	}
	return s.finishErasing()
}

// closeDays is CloseDays without the erasure of the bytes.
func (s *Store) closeDays(ctx context.Context, before booking.Day) error {
	var days []booking.Day
	err := s.change(ctx, "close days", func(t tx) (err error) {
		if days, err = t.daysBefore(before); err != nil {
			return err
		}
		for _, day := range days {
			if err := t.closeDay(day); err != nil {
				return fmt.Errorf("day %s: %w", day, err)
			}
		}
		if len(days) == 0 {
			return nil
		}
		return t.exec("closed_before_set", before.String())
	})
	if err != nil {
		return err
	}
	for _, day := range days {
		event.Log(s.log, event.DayClosed, slog.String("day", day.String()))
	}
	return nil
}

// daysBefore returns the days that still have rows, in order.
func (t tx) daysBefore(before booking.Day) ([]booking.Day, error) {
	rows, err := t.rows("days_before", before.String())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var days []booking.Day
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		day, err := booking.ParseDay(text)
		if err != nil {
			return nil, damage(err.Error())
		}
		days = append(days, day)
	}
	return days, rows.Err()
}

func (t tx) closeDay(day booking.Day) error {
	if err := t.countFacts(day); err != nil {
		return err
	}
	for _, name := range []string{"day_jobs_erase", "day_tickets_erase", "day_told_erase", "day_withdrawals_erase",
		"day_hands_erase", "day_asides_erase", "day_slots_erase", "day_sheets_erase", "day_key_erase"} {
		if err := t.exec(name, day.String()); err != nil {
			return err
		}
	}
	return t.addNext(booking.Fact{Kind: booking.FactClosed, Day: day})
}

// countFacts turns the day's facts into counts. The oldest fact of all may have been sent as it was: it keeps the
// digest of that, which says nothing to anybody who has not the message.
func (t tx) countFacts(day booking.Day) error {
	facts, err := t.factsOf(day)
	if err != nil {
		return err
	}
	for _, f := range facts {
		row := rowOf(f.Counted())
		if err := t.exec("fact_replace", row.args()...); err != nil {
			return err
		}
	}
	return nil
}

func (t tx) factsOf(day booking.Day) ([]booking.Fact, error) {
	rows, err := t.rows("facts_of_day", day.String())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var facts []booking.Fact
	for rows.Next() {
		var row factRow
		if err := rows.Scan(row.targets()...); err != nil {
			return nil, err
		}
		f, err := row.fact(t.incarnation)
		if err != nil {
			return nil, err
		}
		facts = append(facts, f)
	}
	return facts, rows.Err()
}

// finishErasing rids the files of the bytes of deleted rows. secure_delete overwrites them in the pages where they
// stood, and VACUUM writes every page anew, so that nothing depends on how pages were rearranged before. The log keeps
// older copies of all pages until it is cut to nothing, which only a TRUNCATE checkpoint does.
func (s *Store) finishErasing() error {
	const doing = "erase closed days"
	w := s.write
	if err := w.take(context.Background()); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	defer w.give()
	t := tx{w, s.minute()}
	var erasing bool
	if err := t.row("erasing").Scan(&erasing); err != nil || !erasing {
		return faultOf(doing, err)
	}
	_, err := w.conn.ExecContext(context.Background(), "VACUUM")
	if err := errors.Join(err, w.truncateLog()); err != nil {
		return faultOf(doing, err)
	}
	if err := w.transact(t, func(t tx) error { return t.exec("erasing_set", 0) }); err != nil {
		return faultOf(doing, err)
	}
	return faultOf(doing, w.truncateLog())
}

// truncateLog moves the whole log into the database and cuts it to nothing. The caller has taken w.
func (w *writer) truncateLog() error {
	var busy bool
	var pages, moved int
	if err := w.conn.QueryRowContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
		return err
	}
	if busy {
		return errors.New("the log could not be cut: it is still being read")
	}
	size, err := w.logSize()
	if err == nil && size != 0 {
		err = fmt.Errorf("the log still has %d bytes", size)
	}
	w.commits, w.erased = 0, w.erased && err != nil
	return err
}
