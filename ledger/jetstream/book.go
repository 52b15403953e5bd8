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

// Sheet returns a sheet with its revision as the leader has it, or ledger.ErrNoSheet, ledger.ErrClosed or
// ledger.ErrUnreadable.
func (l *Ledger) Sheet(ctx context.Context, key booking.SheetKey) (booking.Sheet, error) {
	msg, err := l.sheetMessage(ctx, key)
	var s booking.Sheet
	if err == nil {
		s, err = sheetOf(msg, key)
	}
	switch {
	case err == nil:
		return s, nil
	case errors.Is(err, ledger.ErrNoSheet), errors.Is(err, ledger.ErrClosed):
		return booking.Sheet{}, err
	}
	return booking.Sheet{}, fmt.Errorf("read sheet %s: %w", key, err)
}

// Glance returns a sheet from the [Mirror], ok false if it is not at hand there.
func (l *Ledger) Glance(key booking.SheetKey) (s booking.Sheet, ok bool) {
	leaf, ok := l.mirror.Load().day(key.Day).leaf(key)
	if !ok {
		return booking.Sheet{}, false
	}
	s, err := leaf.sheet(key)
	return s, err == nil
}

// sheetMessage asks the server for a sheet.
func (l *Ledger) sheetMessage(ctx context.Context, key booking.SheetKey) (stored, error) {
	msg, err := l.last(ctx, dayStream(key.Day), wire.LedgerSubject(key))
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return stored{}, ledger.ErrNoSheet
	case errors.Is(err, errNoStream):
		closed, err := l.isClosed(ctx, key.Day)
		if err == nil && !closed {
			return stored{}, ledger.ErrNoSheet
		}
		return stored{}, errors.Join(err, closedError(closed))
	}
	return msg, err
}

// Sheets returns all sheets of an office and day that can be read, as the leader has them, in order of queue.
func (l *Ledger) Sheets(ctx context.Context, office booking.OfficeID, day booking.Day) ([]booking.Sheet, error) {
	leaves, err := l.leaves(ctx, office, day)
	if err != nil {
		return nil, fmt.Errorf("list sheets of %s on %s: %w", office, day, err)
	}
	var sheets []booking.Sheet
	var wrong error
	for _, leaf := range leaves {
		key := booking.SheetKey{Office: office, Queue: leaf.queue, Day: day}
		s, err := leaf.sheet(key)
		if err != nil {
			wrong = errors.Join(wrong, fmt.Errorf("read sheet %s: %w", key, err))
			continue
		}
		sheets = append(sheets, s)
	}
	return sheets, wrong
}

// Raw returns the sheets of an office and day, their messages not decoded: from the [Mirror] if the day is complete there,
// and then they may be behind.
func (l *Ledger) Raw(ctx context.Context, office booking.OfficeID, day booking.Day) ([]ledger.RawSheet, error) {
	var leaves []leaf
	err := ctx.Err()
	if d := l.mirror.Load().day(day); d != nil && err == nil {
		leaves = d.leaves(office)
	} else if err == nil {
		leaves, err = l.leaves(ctx, office, day)
		if len(leaves) > 0 {
			l.mirror.Load().follow(day)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("list sheets of %s on %s: %w", office, day, err)
	}
	raw := make([]ledger.RawSheet, 0, len(leaves))
	var wrong error
	for _, leaf := range leaves {
		key := booking.SheetKey{Office: office, Queue: leaf.queue, Day: day}
		if leaf.revision.Epoch == 0 { // it could not be read when it came
			_, err := leaf.sheet(key)
			wrong = errors.Join(wrong, fmt.Errorf("read sheet %s: %w", key, err))
			continue
		}
		raw = append(raw, ledger.RawSheet{SheetKey: key, Revision: leaf.revision, Message: leaf.message})
	}
	return raw, wrong
}

// leaves asks the server for the sheets of an office and day, in order of queue.
func (l *Ledger) leaves(ctx context.Context, office booking.OfficeID, day booking.Day) ([]leaf, error) {
	info, err := l.info(ctx, dayStream(day), wire.LedgerSubject(booking.SheetKey{Office: office, Queue: "*", Day: day}))
	switch {
	case errors.Is(err, errNoStream):
		return nil, nil
	case err != nil:
		return nil, err
	}
	var leaves []leaf
	for _, subject := range slices.Sorted(maps.Keys(info.State.Subjects)) {
		key := booking.SheetKey{Office: office, Queue: booking.QueueID(subject[strings.LastIndexByte(subject, '.')+1:]), Day: day}
		msg, err := l.sheetMessage(ctx, key)
		switch {
		case errors.Is(err, ledger.ErrNoSheet), errors.Is(err, ledger.ErrClosed): // the day was closed meanwhile
		case err != nil:
			return nil, err
		default:
			leaves = append(leaves, leafOf(key, msg))
		}
	}
	return leaves, nil
}

// Speak says in which message version an office's sheets are written from now on.
func (l *Ledger) Speak(office booking.OfficeID, version int) {
	l.speaks.Store(office, min(max(version, wire.Oldest), wire.Newest))
}

// spoken returns the version in which a sheet is written upon the revision before. As long as nobody has told what its office
// speaks that is the version in which it stands: an older one would lose what it says of its slots.
func (l *Ledger) spoken(ctx context.Context, key booking.SheetKey, before booking.Revision) (int, error) {
	if version, ok := l.speaks.Load(key.Office); ok {
		return version.(int), nil
	}
	if before.Sequence == 0 {
		return wire.Oldest, nil
	}
	msg, err := l.sheetMessage(ctx, key)
	switch {
	case errors.Is(err, ledger.ErrNoSheet):
		return 0, ledger.ErrConflict
	case err != nil:
		return 0, err
	}
	if version, err := wire.VersionOf(msg.data); err == nil && version >= wire.Oldest && version <= wire.Newest {
		return version, nil
	}
	return wire.Oldest, nil // nobody can have read it, so the write is refused
}

// Put writes a sheet if the ledger still holds the revision that s names.
func (l *Ledger) Put(ctx context.Context, s booking.Sheet) (booking.Revision, error) {
	r, data, err := l.put(ctx, s)
	switch {
	case err == nil:
		l.mirror.Load().wrote(s.SheetKey, r, data)
		l.noteWrite(ctx, dayStream(s.Day), r.Sequence)
		return r, nil
	case errors.Is(err, ledger.ErrConflict), errors.Is(err, ledger.ErrClosed):
		return booking.Revision{}, err
	}
	return booking.Revision{}, fmt.Errorf("put sheet %s: %w", s.SheetKey, err)
}

func (l *Ledger) put(ctx context.Context, s booking.Sheet) (booking.Revision, []byte, error) {
	before := s.Revision
	epoch, err := l.Epoch(ctx)
	if err == nil && before.Epoch > epoch {
		epoch, err = l.catchUp(ctx, s.SheetKey, before)
	}
	if err != nil {
		return booking.Revision{}, nil, err
	}
	version, err := l.spoken(ctx, s.SheetKey, before)
	if err != nil {
		return booking.Revision{}, nil, err
	}
	s.Revision = booking.Revision{Epoch: epoch}
	data, err := wire.EncodeSheet(version, s)
	if err != nil {
		return booking.Revision{}, nil, err
	}
	sequence, err := l.write(ctx, dayStream(s.Day), wire.LedgerSubject(s.SheetKey), before.Sequence, data)
	if errors.Is(err, errNoStream) { // or it did not answer
		sequence, err = l.putFirst(ctx, s.SheetKey, before.Sequence, data)
	}
	return booking.Revision{Epoch: epoch, Sequence: sequence}, data, err
}

// putFirst makes the stream of the day and writes to it. While somebody else makes it, it is there and answers nobody.
func (l *Ledger) putFirst(ctx context.Context, key booking.SheetKey, last uint64, data []byte) (sequence uint64, err error) {
	for wait := time.Millisecond; ; wait *= 2 {
		if err := l.makeDay(ctx, key.Day); err != nil {
			return 0, err
		}
		sequence, err = l.write(ctx, dayStream(key.Day), wire.LedgerSubject(key), last, data)
		if !errors.Is(err, errNoStream) || wait > l.patience {
			return sequence, err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// catchUp returns the epoch in which to write upon a sheet of a later epoch than is known here: the mirror may not know
// of it yet, or META was set back behind a ledger's back.
func (l *Ledger) catchUp(ctx context.Context, key booking.SheetKey, before booking.Revision) (uint64, error) {
	msg, err := l.sheetMessage(ctx, key)
	if errors.Is(err, ledger.ErrNoSheet) {
		return 0, ledger.ErrConflict
	}
	if err != nil {
		return 0, err
	}
	if now, err := sheetOf(msg, key); err != nil || now.Revision != before {
		return 0, ledger.ErrConflict
	}
	return l.Raise(ctx, before.Epoch-1)
}
