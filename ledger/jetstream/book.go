package jetstream

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/sync/wire"
)

const (
	dayPrefix = "LEDGER-"
	dayForm   = "20060102"

	// revisions of a sheet are kept, so that a write whose answer was lost can be found again.
	revisions = 16
)

func dayStream(d booking.Day) string { return dayPrefix + compact(d) }

func compact(d booking.Day) string { return d.Start(time.UTC).Format(dayForm) }

// makeDay makes the stream of a day, unless the day is closed.
func (l *Ledger) makeDay(ctx context.Context, day booking.Day) error {
	if closed, err := l.isClosed(ctx, day); err != nil || closed {
		return errors.Join(err, closedError(closed))
	}
	err := l.makeStream(ctx, jetstream.StreamConfig{
		Name:              dayStream(day),
		Subjects:          []string{wire.LedgerDaySubject(day)},
		MaxMsgsPerSubject: revisions,
		Storage:           jetstream.FileStorage,
		Replicas:          l.replicas,
		AllowDirect:       true,
		RePublish:         &jetstream.RePublish{Source: wire.LedgerDaySubject(day), Destination: wire.LedgerPush(day)},
	})
	if err != nil {
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

// Sheet returns a sheet with its revision, or ledger.ErrNoSheet, ledger.ErrClosed or ledger.ErrUnreadable.
func (l *Ledger) Sheet(ctx context.Context, key booking.SheetKey) (booking.Sheet, error) {
	s, err := l.sheet(ctx, key)
	switch {
	case err == nil:
		return s, nil
	case errors.Is(err, ledger.ErrNoSheet), errors.Is(err, ledger.ErrClosed):
		return booking.Sheet{}, err
	}
	return booking.Sheet{}, fmt.Errorf("read sheet %s: %w", key, err)
}

func (l *Ledger) sheet(ctx context.Context, key booking.SheetKey) (booking.Sheet, error) {
	msg, err := l.last(ctx, dayStream(key.Day), wire.LedgerSubject(key))
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return booking.Sheet{}, ledger.ErrNoSheet
	case errors.Is(err, errNoStream):
		closed, err := l.isClosed(ctx, key.Day)
		if err == nil && !closed {
			return booking.Sheet{}, ledger.ErrNoSheet
		}
		return booking.Sheet{}, errors.Join(err, closedError(closed))
	case err != nil:
		return booking.Sheet{}, err
	}
	s, err := wire.DecodeSheet(msg.data)
	switch {
	case err != nil:
		return booking.Sheet{}, unreadable(msg.sequence, err)
	case s.SheetKey != key:
		return booking.Sheet{}, unreadable(msg.sequence, fmt.Errorf("sheet %s is in its place", s.SheetKey))
	}
	s.Revision.Sequence = msg.sequence
	return s, nil
}

// Sheets returns all sheets of an office and day that can be read, in order of queue.
func (l *Ledger) Sheets(ctx context.Context, office booking.OfficeID, day booking.Day) ([]booking.Sheet, error) {
	stream, err := l.js.Stream(ctx, dayStream(day))
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list sheets of %s on %s: %w", office, day, err)
	}
	filter := wire.LedgerSubject(booking.SheetKey{Office: office, Queue: "*", Day: day})
	info, err := stream.Info(ctx, jetstream.WithSubjectFilter(filter))
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list sheets of %s on %s: %w", office, day, err)
	}
	var sheets []booking.Sheet
	var wrong error
	for _, subject := range slices.Sorted(maps.Keys(info.State.Subjects)) {
		queue := booking.QueueID(subject[strings.LastIndexByte(subject, '.')+1:])
		s, err := l.Sheet(ctx, booking.SheetKey{Office: office, Queue: queue, Day: day})
		switch {
		case errors.Is(err, ledger.ErrNoSheet), errors.Is(err, ledger.ErrClosed): // the day was closed meanwhile
		case errors.Is(err, ledger.ErrUnreadable):
			wrong = errors.Join(wrong, err)
		case err != nil:
			return nil, err
		default:
			sheets = append(sheets, s)
		}
	}
	return sheets, wrong
}

// Put writes a sheet if the ledger still holds the revision that s names.
func (l *Ledger) Put(ctx context.Context, s booking.Sheet) (booking.Revision, error) {
	before := s.Revision
	if before.Epoch > l.epoch {
		return booking.Revision{}, ledger.ErrConflict
	}
	s.Revision = booking.Revision{Epoch: l.epoch}
	data, err := wire.EncodeSheet(s)
	if err != nil {
		return booking.Revision{}, fmt.Errorf("put sheet %s: %w", s.SheetKey, err)
	}
	sequence, err := l.write(ctx, dayStream(s.Day), wire.LedgerSubject(s.SheetKey), before.Sequence, data)
	if errors.Is(err, errNoStream) {
		sequence, err = l.putFirst(ctx, s.SheetKey, before.Sequence, data)
	}
	switch {
	case errors.Is(err, ledger.ErrConflict), errors.Is(err, ledger.ErrClosed):
		return booking.Revision{}, err
	case err != nil:
		return booking.Revision{}, fmt.Errorf("put sheet %s: %w", s.SheetKey, err)
	}
	return booking.Revision{Epoch: l.epoch, Sequence: sequence}, nil
}

// putFirst is Put on a day that has no stream, or whose stream did not answer.
func (l *Ledger) putFirst(ctx context.Context, key booking.SheetKey, last uint64, data []byte) (uint64, error) {
	if err := l.makeDay(ctx, key.Day); err != nil {
		return 0, err
	}
	return l.write(ctx, dayStream(key.Day), wire.LedgerSubject(key), last, data)
}

// Days returns the days that the ledger holds, in order.
func (l *Ledger) Days(ctx context.Context) ([]booking.Day, error) {
	var days []booking.Day
	names := l.js.StreamNames(ctx, jetstream.WithStreamListSubject("led.v1.>"))
	for name := range names.Name() {
		date, ok := strings.CutPrefix(name, dayPrefix)
		if t, err := time.Parse(dayForm, date); ok && err == nil {
			days = append(days, booking.DayOf(t, time.UTC))
		}
	}
	if err := names.Err(); err != nil && !errors.Is(err, jetstream.ErrEndOfData) {
		return nil, fmt.Errorf("list days: %w", err)
	}
	slices.SortFunc(days, booking.Day.Compare)
	return days, nil
}
