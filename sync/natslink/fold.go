package natslink

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
	"example.org/totem/sync/wire"
)

// fold feeds facts to the answerer until the iterator is stopped.
func (s *Central) fold() {
	for {
		m, err := s.facts.Next()
		switch {
		case errors.Is(err, jetstream.ErrMsgIteratorClosed), err != nil && s.cfg.Conn.IsClosed():
			if !s.ending.Load() {
				event.Log(s.cfg.Log, event.CentralFault, fault.Attrs(natsFault(fmt.Errorf("no more facts are folded: %w", err)))...)
			}
			return
		case err != nil && s.ending.Load():
			return
		case err != nil:
			// A missed heartbeat or a connection that comes back: the iterator goes on by itself.
			event.Log(s.cfg.Log, event.CentralFault, fault.Attrs(err)...)
			select {
			case <-time.After(s.cfg.Retry):
			case <-s.ctx.Done():
			}
			continue
		}
		s.foldOne(m)
	}
}

// foldOne folds or parks one message. It is acknowledged only afterwards; what could not be folded comes again before
// any other.
func (s *Central) foldOne(m jetstream.Msg) {
	if s.ctx.Err() != nil {
		s.settle(m.Nak())
		return
	}
	meta, err := m.Metadata()
	if err != nil {
		s.settle(errors.Join(err, m.Nak()))
		return
	}
	ctx, cancel := context.WithTimeout(s.ctx, s.cfg.Patience)
	defer cancel()
	err = s.takeFact(ctx, m.Subject(), meta.Sequence.Stream, m.Data())
	switch {
	case err == nil:
		s.settle(m.Ack())
	case s.ctx.Err() != nil:
		s.settle(m.Nak())
	default:
		event.Log(s.cfg.Log, event.CentralFault, append(fault.Attrs(err), slog.String("subject", m.Subject()),
			slog.Uint64("sequence", meta.Sequence.Stream))...)
		s.settle(m.NakWithDelay(s.cfg.Retry * time.Duration(min(meta.NumDelivered, 10))))
	}
}

func (s *Central) takeFact(ctx context.Context, subject string, sequence uint64, data []byte) error {
	office, totem, err := wire.ParseFactsSubject(subject)
	if err != nil {
		// Only credentials that are too wide let this in. There is no totem to park it for.
		event.Log(s.cfg.Log, event.FactParked, slog.String("subject", subject), slog.Uint64("sequence", sequence))
		return nil
	}
	if wire.IsMark(data) {
		return nil // it stands for a fact that was folded
	}
	f, err := wire.DecodeFact(data)
	if err == nil {
		return s.cfg.Answerer.Fold(ctx, office, totem, sequence, f)
	}
	id, _ := wire.PeekFact(data) // zero if there is none
	return s.cfg.Answerer.Park(ctx, office, totem, sequence, id, reason(err))
}

// settle notes that an acknowledgement could not be sent. The message comes again then, and folding it again changes
// nothing.
func (s *Central) settle(err error) {
	if err != nil && s.ctx.Err() == nil {
		event.Log(s.cfg.Log, event.CentralFault, fault.Attrs(err)...)
	}
}
