package natslink

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
	"example.org/totem/sync/wire"
)

// answer makes the answer to a request.
type answer func(ctx context.Context, office booking.OfficeID, totem booking.TotemID, question []byte) ([]byte, error)

func (s *Central) answers() map[wire.Verb]answer {
	a := s.cfg.Answerer
	return map[wire.Verb]answer{
		wire.VerbHello: answered(func(ctx context.Context, office booking.OfficeID, totem booking.TotemID, h wire.Hello) (wire.Welcome, error) {
			last, err := s.last(ctx, office, totem)
			if err != nil {
				return wire.Welcome{}, err
			}
			return a.Hello(ctx, office, totem, h, last)
		}),
		wire.VerbLast: answered(func(ctx context.Context, office booking.OfficeID, totem booking.TotemID, _ wire.Last) (wire.Accepted, error) {
			return s.last(ctx, office, totem)
		}),
		wire.VerbPull:     answeredIn(a.PullRaw, wire.EncodePulled),
		wire.VerbMerge:    answered(a.Merge),
		wire.VerbClock:    answered(a.Clock),
		wire.VerbHealth:   answered(a.Health),
		wire.VerbEnrol:    answered(a.Enrol),
		wire.VerbRenew:    answered(a.Renew),
		wire.VerbVacancy:  answered(a.Vacancy),
		wire.VerbWant:     answered(a.Want),
		wire.VerbContact:  answered(a.Contact),
		wire.VerbReminder: answered(a.Reminder),
		wire.VerbWithdraw: answered(a.Withdraw),
	}
}

// answered puts the wire around a method that answers.
func answered[Q, A wire.Message](method func(context.Context, booking.OfficeID, booking.TotemID, Q) (A, error)) answer {
	return answeredIn(method, wire.Encode[A])
}

// answeredIn is answered for a method whose answer has an encoding of its own.
func answeredIn[Q wire.Message, A any](method func(context.Context, booking.OfficeID, booking.TotemID, Q) (A, error),
	encode func(version int, a A) ([]byte, error)) answer {
	return func(ctx context.Context, office booking.OfficeID, totem booking.TotemID, question []byte) ([]byte, error) {
		q, err := wire.Decode[Q](question)
		if err != nil {
			return nil, misunderstood(err)
		}
		a, err := method(ctx, office, totem, q)
		if err != nil {
			return nil, err
		}
		return encode(spoken(question), a)
	}
}

// spoken returns the version in which a question is answered: its own, or the one of ours that is nearest.
func spoken(question []byte) int {
	version, err := wire.VersionOf(question)
	if err != nil {
		return wire.Oldest
	}
	return min(max(version, wire.Oldest), wire.Newest)
}

func misunderstood(err error) *wire.Refusal {
	var version wire.VersionError
	if errors.As(err, &version) {
		return &wire.Refusal{Code: wire.RefusedVersion, Sentence: version.Error(), Remedy: "update the older of totem and scheduler"}
	}
	return &wire.Refusal{Code: wire.RefusedMessage, Sentence: err.Error(), Remedy: "report it: the two releases do not fit"}
}

// asking answers requests, as many at a time as slots has room.
func (s *Central) asking(slots chan struct{}, answer answer) nats.MsgHandler {
	return func(m *nats.Msg) {
		select {
		case slots <- struct{}{}:
		case <-s.ctx.Done():
			return
		}
		if !s.gate.enter() {
			<-slots
			return
		}
		go func() {
			defer s.gate.leave()
			defer func() { <-slots }()
			s.reply(m, answer)
		}()
	}
}

func (s *Central) reply(m *nats.Msg, answer answer) {
	ctx, cancel := context.WithTimeout(s.ctx, answerWait)
	defer cancel()
	office, totem, _, err := wire.ParseRequestSubject(m.Subject)
	var data []byte
	if err != nil {
		err = &wire.Refusal{Code: wire.RefusedMessage, Sentence: err.Error(), Remedy: "correct the identifiers"}
	} else {
		data, err = answer(ctx, office, totem, m.Data)
	}
	if err != nil {
		data, err = wire.Encode(spoken(m.Data), s.refusal(m.Subject, err))
	}
	if err == nil {
		err = m.Respond(data)
	}
	if err != nil && s.ctx.Err() == nil {
		event.Log(s.cfg.Log, event.CentralFault, append(fault.Attrs(err), slog.String("subject", m.Subject))...)
	}
}

// refusal returns what the asker is told of err.
func (s *Central) refusal(subject string, err error) wire.Refusal {
	var r *wire.Refusal
	if errors.As(err, &r) {
		if r.Code == wire.RefusedMessage || r.Code == wire.RefusedVersion {
			event.Log(s.cfg.Log, event.MessageUnknown, slog.String("subject", subject), slog.String("refusal", r.Code))
		}
		return *r
	}
	event.Log(s.cfg.Log, event.CentralFault, append(fault.Attrs(err), slog.String("subject", subject))...)
	return wire.Refusal{Code: wire.RefusedTrouble, Sentence: "the scheduler cannot answer now", Remedy: "none: the totem asks again"}
}

// last returns the last message that the stream holds under a totem's name, whichever store sent it.
func (s *Central) last(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (wire.Accepted, error) {
	m, err := s.stream.GetLastMsgForSubject(ctx, wire.FactsSubject(office, totem))
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return wire.Accepted{}, nil
	case err != nil:
		return wire.Accepted{}, fmt.Errorf("read the last fact of %s.%s: %w", office, totem, err)
	}
	// What is no fact has a place in the chain all the same.
	id, digest, err := wire.PeekLast(m.Data)
	if err != nil {
		return wire.Accepted{Sequence: m.Sequence}, nil
	}
	return wire.Accepted{Sequence: m.Sequence, Incarnation: id.Incarnation, N: id.N, Digest: digest}, nil
}
