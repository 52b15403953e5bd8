package natslink

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

// How the server is made to forget. JetStream keeps a stream in files of at most 8 MiB, written one after the other. A
// message that is purged or deleted stays in its file: the file is written anew only when half of it is waste and it is
// not the last one, and erasing a single message securely writes the whole file. What is certain is that a file goes
// when the stream is purged, of all subjects, up to a message in a later file. So the chains' ends are moved into a
// later file, as marks, and everything before that file goes at once.
//
// That costs one file of filling, and for every totem two reads and a mark of some 250 bytes, whatever the day brought:
// for 30,000 totems some 16 MiB of writing.
const (
	fillSubject = "fill.v1.facts"
	fillSize    = 15 << 10 // below maxFact with its headers
	fillCount   = 8<<20/fillSize + 2

	fewLasts = 256 // read at once
)

// Seal puts a mark in the place of a totem's last message if that is a fact with a link sequence of at most folded: it
// holds the fact's place in the chain, and not what the fact said. What the totem has sent since stays, and so does its
// last fact until that is folded. The fact itself, and all that were before it, are gone from the server's files after
// the next Scrub. Seal may be called again.
func (s *Central) Seal(ctx context.Context, office booking.OfficeID, totem booking.TotemID, folded uint64) error {
	subject := wire.FactsSubject(office, totem)
	last, err := s.stream.GetLastMsgForSubject(ctx, subject)
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return nil
	case err != nil:
		return fmt.Errorf("seal %s.%s: read its last message: %w", office, totem, err)
	case wire.IsMark(last.Data) || last.Sequence > folded:
		return nil
	}
	if _, err := s.newFile(ctx); err != nil {
		return fmt.Errorf("seal %s.%s: %w", office, totem, err)
	}
	if err := s.mark(ctx, subject, last.Sequence, last.Data); err != nil {
		return fmt.Errorf("seal %s.%s: %w", office, totem, err)
	}
	return nil
}

// Scrub makes the server's files forget everything that was accepted before the first Seal since the last Scrub, or
// before now if there was none. Of each totem it keeps the end of its chain. It is an error if facts of that time are
// not folded yet: they, and what came after them, stay for the next Scrub. Scrub may be called again.
func (s *Central) Scrub(ctx context.Context) error {
	first, err := s.newFile(ctx)
	if err != nil {
		return fmt.Errorf("scrub the facts: %w", err)
	}
	limit, err := s.foldedUpTo(ctx, first)
	if err != nil {
		return fmt.Errorf("scrub the facts: %w", err)
	}
	if err := s.markBefore(ctx, limit); err != nil {
		return fmt.Errorf("scrub the facts: %w", err)
	}
	if limit > 1 {
		if err := s.stream.Purge(ctx, jetstream.WithPurgeSequence(limit)); err != nil {
			return fmt.Errorf("scrub the facts: purge the stream up to %d: %w", limit, err)
		}
	}
	if limit < first {
		return fmt.Errorf("scrub the facts: those from sequence %d on are not folded yet", limit)
	}
	s.file.Lock()
	defer s.file.Unlock()
	if s.file.first == first {
		s.file.first = 0
	}
	return nil
}

// newFile makes sure that the stream is written to a file that was begun since the last Scrub, and returns a sequence
// before which everything is in earlier files.
func (s *Central) newFile(ctx context.Context) (first uint64, err error) {
	s.file.Lock()
	defer s.file.Unlock()
	if s.file.first > 0 {
		return s.file.first, nil
	}
	filling := make([]byte, fillSize)
	var last *jetstream.PubAck
	for range fillCount {
		if last, err = s.js.Publish(ctx, fillSubject, filling); err != nil {
			return 0, fmt.Errorf("begin a new file: %w", err)
		}
	}
	s.file.first = last.Sequence
	return s.file.first, nil
}

// mark puts a mark in the place of the last message on a facts subject. If another message has taken that place, or it
// names no fact, there is nothing to keep.
func (s *Central) mark(ctx context.Context, subject string, sequence uint64, message []byte) error {
	id, digest, err := wire.PeekLast(message)
	if err != nil {
		return nil
	}
	data, err := wire.EncodeMark(wire.Mark{ID: id, Digest: digest})
	if err != nil {
		return nil // an n or an incarnation of zero
	}
	_, err = s.js.Publish(ctx, subject, data, jetstream.WithExpectLastSequencePerSubject(sequence))
	var refused *jetstream.APIError
	if errors.As(err, &refused) && (refused.ErrorCode == wrongLastSequence || refused.ErrorCode == wrongLastSequenceConstant) {
		return s.overtaken(ctx, subject, sequence, err)
	}
	if err != nil {
		return fmt.Errorf("mark the last fact: %w", err)
	}
	return nil
}

// overtaken returns nil if a message behind sequence is on the subject; a refused mark alone does not prove it.
func (s *Central) overtaken(ctx context.Context, subject string, sequence uint64, refused error) error {
	last, err := s.stream.GetLastMsgForSubject(ctx, subject)
	if err != nil {
		return fmt.Errorf("mark the last fact: %w", err)
	}
	if last.Sequence <= sequence {
		return fmt.Errorf("mark the last fact: %w", refused)
	}
	return nil
}

// foldedUpTo returns the first sequence that is not settled, or first if that is lower. For what is under way it waits
// for ServeConfig.Patience.
func (s *Central) foldedUpTo(ctx context.Context, first uint64) (uint64, error) {
	late := time.After(s.cfg.Patience)
	for {
		info, err := s.folding.Info(ctx)
		if err != nil {
			return 0, fmt.Errorf("ask what is folded: %w", err)
		}
		settled := info.AckFloor.Stream + 1
		if info.NumPending == 0 && info.NumAckPending == 0 {
			settled = math.MaxUint64
		}
		if settled >= first {
			return first, nil
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-late:
			return settled, nil
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// markBefore moves the ends of all chains that are before limit behind it.
func (s *Central) markBefore(ctx context.Context, limit uint64) error {
	lasts, err := s.stream.CreateConsumer(ctx, jetstream.ConsumerConfig{
		DeliverPolicy: jetstream.DeliverLastPerSubjectPolicy, FilterSubject: wire.AllFacts, AckPolicy: jetstream.AckNonePolicy,
		MemoryStorage: true, Replicas: 1, InactiveThreshold: time.Minute,
	})
	if err != nil {
		return fmt.Errorf("list the last facts: %w", err)
	}
	defer func() { _ = s.stream.DeleteConsumer(context.WithoutCancel(ctx), lasts.CachedInfo().Name) }() // it ends by itself too
	for left := lasts.CachedInfo().NumPending; left > 0; {
		batch, err := lasts.Fetch(int(min(fewLasts, left)), jetstream.FetchMaxWait(setUpWait))
		if err != nil {
			return fmt.Errorf("list the last facts: %w", err)
		}
		before := left
		for m := range batch.Messages() {
			meta, err := m.Metadata()
			if err != nil {
				return fmt.Errorf("list the last facts: %w", err)
			}
			left = meta.NumPending
			if meta.Sequence.Stream >= limit {
				continue
			}
			if err := s.mark(ctx, m.Subject(), meta.Sequence.Stream, m.Data()); err != nil {
				return err
			}
		}
		if err := batch.Error(); err != nil {
			return fmt.Errorf("list the last facts: %w", err)
		}
		if left == before {
			return errors.New("list the last facts: the list breaks off")
		}
	}
	return nil
}
