package jetstream

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go/jetstream"

	"example.org/totem/booking"
	"example.org/totem/ledger"
)

const epochSubject = "meta.v1.epoch"

func closedSubject(d booking.Day) string { return "meta.v1.closed." + compact(d) }

// readEpoch returns the ledger's epoch; a new ledger starts at 1.
func (l *Ledger) readEpoch(ctx context.Context) (uint64, error) {
	if _, err := l.write(ctx, metaStream, epochSubject, 0, []byte("1")); err != nil && !errors.Is(err, ledger.ErrConflict) {
		return 0, fmt.Errorf("write the first epoch: %w", err)
	}
	msg, err := l.last(ctx, metaStream, epochSubject)
	if err != nil {
		return 0, fmt.Errorf("read the epoch: %w", err)
	}
	epoch, err := strconv.ParseUint(string(msg.data), 10, 64)
	if err != nil || epoch == 0 {
		return 0, fmt.Errorf("read the epoch: %q is none", msg.data)
	}
	return epoch, nil
}

func (l *Ledger) isClosed(ctx context.Context, day booking.Day) (bool, error) {
	_, err := l.next(ctx, metaStream, closedSubject(day), 1)
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return false, nil
	}
	return false, fmt.Errorf("look up whether %s is closed: %w", day, err)
}

// Close deletes a day whole. What follows a crash in the middle is finished by the next Open or Close.
func (l *Ledger) Close(ctx context.Context, day booking.Day) error {
	_, err := l.write(ctx, metaStream, closedSubject(day), 0, nil)
	if err != nil && !errors.Is(err, ledger.ErrConflict) {
		return fmt.Errorf("close %s: %w", day, err)
	}
	return l.deleteDay(ctx, day)
}

func (l *Ledger) deleteDay(ctx context.Context, day booking.Day) error {
	if err := l.js.DeleteStream(ctx, dayStream(day)); err != nil && !errors.Is(err, jetstream.ErrStreamNotFound) {
		return fmt.Errorf("delete the stream of %s: %w", day, err)
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
