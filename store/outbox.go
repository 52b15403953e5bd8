package store

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
)

var _ outbox.Store = (*Store)(nil)

// Standing returns who this store is and where it stands with the scheduler.
func (s *Store) Standing(ctx context.Context) (outbox.Standing, error) {
	var n, told, epoch int64
	if err := s.read.row(ctx, "standing").Scan(&n, &told, &epoch); err != nil {
		return outbox.Standing{}, faultOf("read where the store stands", err)
	}
	id := booking.FactID{Incarnation: s.incarnation, N: uint64(n)}
	return outbox.Standing{ID: id, Told: uint64(told), Epoch: uint64(epoch)}, nil
}

// Join notes the epoch of the ledger that this store is in step with. A lower one than noted before is left alone.
func (s *Store) Join(ctx context.Context, epoch uint64) error {
	return s.change(ctx, "note the ledger's epoch", func(t tx) error {
		var noted int64
		if err := t.row("epoch").Scan(&noted); err != nil || epoch <= uint64(noted) {
			return err
		}
		return t.exec("epoch_set", int64(epoch))
	})
}

// Next returns the oldest fact that is not acknowledged, and the link sequence of the fact accepted before it, 0 for
// none. ok is false when nothing waits.
func (s *Store) Next(ctx context.Context) (f booking.Fact, chain uint64, ok bool, err error) {
	var row factRow
	var sequence int64
	err = s.read.row(ctx, "fact_next").Scan(append(row.targets(), &sequence)...)
	if noRow(err) {
		return booking.Fact{}, 0, false, nil
	}
	if err == nil {
		f, err = row.fact(s.incarnation)
	}
	if err != nil {
		return booking.Fact{}, 0, false, faultOf("read the oldest fact", err)
	}
	return f, uint64(sequence), true, nil
}

// Accepted notes that the scheduler holds all facts up to id at the given link sequence, and erases them. It does
// nothing when they already are. An id of another incarnation, or a number that this store has not reached, is a
// fault: another device speaks with this totem's name, or this is an old copy of its disk.
func (s *Store) Accepted(ctx context.Context, id booking.FactID, sequence uint64) error {
	return s.change(ctx, "note accepted facts", func(t tx) error {
		var acknowledged int64
		if err := t.row("acknowledged").Scan(&acknowledged); err != nil {
			return err
		}
		last, err := t.lastFact()
		n := int64(id.N)
		switch {
		case err != nil:
			return err
		case id.Incarnation != s.incarnation || n > last:
			return forkFault(fmt.Errorf("fact %s/%d was accepted; the last one here is %s/%d", id.Incarnation, id.N, s.incarnation, last))
		case n <= acknowledged:
			return nil
		}
		if err := t.exec("fact_erase", n); err != nil {
			return err
		}
		return t.exec("link_set", n, int64(sequence))
	})
}

// Own reports whether a message with digest d may have been sent for the waiting fact id: it says the fact as it was
// committed, or as it is now that its day is closed. It is false for a fact that does not wait any more.
func (s *Store) Own(ctx context.Context, id booking.FactID, d wire.Digest) (bool, error) {
	const doing = "compare a fact with an accepted one"
	if id.Incarnation != s.incarnation || d.IsZero() {
		return false, nil
	}
	var row factRow
	var committed []byte
	err := s.read.row(ctx, "fact", int64(id.N)).Scan(append(row.targets(), &committed)...)
	if noRow(err) {
		return false, nil
	}
	var f booking.Fact
	if err == nil {
		f, err = row.fact(s.incarnation)
	}
	if err != nil {
		return false, faultOf(doing, err)
	}
	now, err := wire.FactDigests(f)
	if err != nil {
		return false, fmt.Errorf("%s: %w", doing, err)
	}
	return slices.Contains(now, d) || slices.ContainsFunc(slices.Collect(slices.Chunk(committed, len(d))), func(was []byte) bool {
		return bytes.Equal(was, d[:])
	}), nil
}

func forkFault(err error) error {
	return fault.New(fault.CodeLinkFork, err,
		"find the second device or the copied card and take it off the network; then fence this totem at the scheduler",
		"another device speaks with this totem's name")
}

// Have returns what to ask the scheduler: for this store, the revisions of the cached sheets, the digest of the cached
// office, the day before which every day is closed here, and the last fact that was committed when all of that was read.
func (s *Store) Have(ctx context.Context) (wire.Pull, error) {
	pull, err := s.have(ctx)
	return pull, faultOf("read what is cached", err)
}

func (s *Store) have(ctx context.Context) (wire.Pull, error) {
	digest, _, _, err := s.cachedOffice(ctx)
	if err != nil {
		return wire.Pull{}, err
	}
	closed, err := s.closedBefore(ctx)
	if err != nil {
		return wire.Pull{}, err
	}
	rows, err := s.read.rows(ctx, "revisions")
	if err != nil {
		return wire.Pull{}, err
	}
	defer rows.Close()
	pull := wire.Pull{Incarnation: s.incarnation, Have: []wire.Have{}, Office: digest, Closed: closed}
	for rows.Next() {
		var h wire.Have
		var day string
		var epoch, sequence int64
		if err := rows.Scan(&h.Queue, &day, &epoch, &sequence); err != nil {
			return wire.Pull{}, err
		}
		if h.Day, err = booking.ParseDay(day); err != nil {
			return wire.Pull{}, damage(err.Error())
		}
		h.Revision = booking.Revision{Epoch: uint64(epoch), Sequence: uint64(sequence)}
		pull.Have = append(pull.Have, h)
	}
	if err := rows.Err(); err != nil {
		return wire.Pull{}, err
	}
	at, err := s.Standing(ctx) // last: no sheet that is asked by may be newer than what was committed before it came
	pull.N = at.ID.N
	return pull, err
}

// closedBefore returns the day before which every day is closed, zero for none.
func (s *Store) closedBefore(ctx context.Context) (booking.Day, error) {
	var text string
	if err := s.read.row(ctx, "closed_before").Scan(&text); err != nil || text == "" {
		return booking.Day{}, err
	}
	day, err := booking.ParseDay(text)
	if err != nil {
		return booking.Day{}, damage(err.Error())
	}
	return day, nil
}
