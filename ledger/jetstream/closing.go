package jetstream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"example.org/totem/booking"
	"example.org/totem/ledger"
)

func closedSubject(d booking.Day) string { return "meta.v1.closed." + compact(d) }

func dayStream(d booking.Day) string { return dayPrefix + compact(d) }

func compact(d booking.Day) string { return d.Start(time.UTC).Format(dayForm) }

func parseDay(date string) (booking.Day, bool) {
	t, err := time.Parse(dayForm, date)
	return booking.DayOf(t, time.UTC), err == nil
}

// makeDay makes the stream of a day, unless the day is closed.
func (l *Ledger) makeDay(ctx context.Context, day booking.Day) error {
	if closed, err := l.isClosed(ctx, day); err != nil || closed {
		return errors.Join(err, closedError(closed))
	}
	if err := l.makeStream(ctx, l.daySheets(day)); err != nil {
		return err
	}
	// From now on it would be missed. Were this noted first, a process that ended between would leave a loss that is none.
	if err := l.noteStream(ctx, dayStream(day), mark{}); err != nil {
		return err
	}
	// Another scheduler may have closed the day since it was looked up; the stream must not stay then.
	closed, err := l.isClosed(ctx, day)
	if err != nil || !closed {
		return err
	}
	return errors.Join(ledger.ErrClosed, l.deleteDay(ctx, day))
}

func closedError(closed bool) error {
	if closed {
		return ledger.ErrClosed
	}
	return nil
}

func (l *Ledger) isClosed(ctx context.Context, day booking.Day) (bool, error) {
	msg, err := l.record(ctx, closedSubject(day))
	if err != nil {
		return false, fmt.Errorf("look up whether %s is closed: %w", day, err)
	}
	return msg.sequence > 0 && msg.foreign == nil, nil
}

// Days returns the days that the ledger holds, in order.
func (l *Ledger) Days(ctx context.Context) ([]booking.Day, error) {
	var days []booking.Day
	names := l.js.StreamNames(ctx, jetstream.WithStreamListSubject("led.v1.>"))
	for name := range names.Name() {
		date, ok := strings.CutPrefix(name, dayPrefix)
		if day, form := parseDay(date); ok && form {
			days = append(days, day)
		}
	}
	if err := names.Err(); err != nil && !errors.Is(err, jetstream.ErrEndOfData) {
		return nil, fmt.Errorf("list days: %w", answered(err))
	}
	slices.SortFunc(days, booking.Day.Compare)
	return days, nil
}

// Close deletes a day whole. What follows a crash in the middle is finished by the next Open or Close.
func (l *Ledger) Close(ctx context.Context, day booking.Day) error {
	err := l.amend(ctx, closedSubject(day), func(_ []byte, there bool) ([]byte, bool) { return nil, !there })
	if err != nil {
		return fmt.Errorf("close %s: %w", day, err)
	}
	return l.deleteDay(ctx, day)
}

// deleteDay deletes the stream of a closed day, and then the note that there is one.
func (l *Ledger) deleteDay(ctx context.Context, day booking.Day) error {
	deleting, cancel := context.WithTimeout(ctx, l.patience)
	defer cancel()
	if err := l.js.DeleteStream(deleting, dayStream(day)); err != nil && !errors.Is(err, jetstream.ErrStreamNotFound) {
		return fmt.Errorf("delete the stream of %s: %w", day, err)
	}
	l.mirror.Load().closed(day)
	var answer struct {
		Error *jetstream.APIError `json:"error"`
	}
	err := l.call(ctx, "STREAM.PURGE."+metaStream, map[string]any{"filter": markSubject(dayStream(day))}, &answer)
	if err == nil && answer.Error != nil {
		err = answer.Error
	}
	if err != nil {
		return fmt.Errorf("forget the stream of %s: %w", day, err)
	}
	return nil
}

// finishClosing deletes the streams of closed days that an earlier process did not come to delete.
func (l *Ledger) finishClosing(ctx context.Context) error {
	days, err := l.Days(ctx)
	if err != nil {
		return err
	}
	for _, day := range days {
		closed, err := l.isClosed(ctx, day)
		if err == nil && closed {
			err = l.deleteDay(ctx, day)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
