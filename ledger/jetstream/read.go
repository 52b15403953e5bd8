package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.org/totem/ledger"
)

// stored is a message of a stream.
type stored struct {
	sequence uint64
	data     []byte
	name     string // writeHeader
	expected uint64 // the sequence that its writer expected
	foreign  error  // it was not written by a ledger: why
}

// last returns the last message of subject as the stream's leader has it, or jetstream.ErrMsgNotFound, or errNoStream.
func (l *Ledger) last(ctx context.Context, stream, subject string) (stored, error) {
	ctx, cancel := context.WithTimeout(ctx, l.patience)
	defer cancel()
	if l.single && l.conn.ConnectedClusterName() == "" {
		// There is one copy of the stream, so the direct way, which any replica may answer, is as good and much shorter.
		msg, err := l.direct(ctx, stream, subject)
		if !errors.Is(err, nats.ErrNoResponders) && !errors.Is(err, jetstream.ErrMsgNotFound) {
			return msg, err
		}
	}
	return l.ask(ctx, stream, map[string]any{"last_by_subj": subject})
}

// direct returns the last message of subject as some replica has it.
func (l *Ledger) direct(ctx context.Context, stream, subject string) (stored, error) {
	reply, err := l.conn.RequestWithContext(ctx, "$JS.API.DIRECT.GET."+stream+"."+subject, nil)
	if err != nil {
		return stored{}, err
	}
	switch status := reply.Header.Get("Status"); status {
	case "":
		return storedOf(reply.Header, reply.Header.Get(jetstream.SequenceHeader), reply.Data)
	case "404":
		return stored{}, jetstream.ErrMsgNotFound
	default:
		return stored{}, fmt.Errorf("status %s %s", status, reply.Header.Get("Description"))
	}
}

// lastSequence returns the sequence of the last message of all in a stream as its leader has it, 0 if there is none.
func (l *Ledger) lastSequence(ctx context.Context, stream string) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, l.patience)
	defer cancel()
	if l.single && l.conn.ConnectedClusterName() == "" {
		reply, err := l.conn.RequestWithContext(ctx, "$JS.API.DIRECT.GET."+stream, []byte(`{"last_by_subj":">"}`))
		if err == nil && reply.Header.Get("Status") == "" {
			return strconv.ParseUint(reply.Header.Get(jetstream.SequenceHeader), 10, 64)
		}
	}
	msg, err := l.ask(ctx, stream, map[string]any{"last_by_subj": ">"})
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return 0, nil
	}
	return msg.sequence, err
}

// next returns the first message of subject at or after a sequence, as the stream's leader has it, or
// jetstream.ErrMsgNotFound, or errNoStream.
func (l *Ledger) next(ctx context.Context, stream, subject string, from uint64) (stored, error) {
	return l.ask(ctx, stream, map[string]any{"seq": from, "next_by_subj": subject})
}

// ask asks the leader of a stream for a message.
func (l *Ledger) ask(ctx context.Context, stream string, question map[string]any) (stored, error) {
	var answer struct {
		Error   *jetstream.APIError `json:"error"`
		Message struct {
			Sequence json.Number `json:"seq"`
			Header   []byte      `json:"hdrs"`
			Data     []byte      `json:"data"`
		} `json:"message"`
	}
	if err := l.call(ctx, "STREAM.MSG.GET."+stream, question, &answer); err != nil {
		return stored{}, err
	}
	switch {
	case answer.Error == nil:
	case answer.Error.ErrorCode == jetstream.JSErrCodeMessageNotFound:
		return stored{}, jetstream.ErrMsgNotFound
	case answer.Error.ErrorCode == jetstream.JSErrCodeStreamNotFound:
		return stored{}, errNoStream
	default:
		return stored{}, answered(answer.Error)
	}
	var header nats.Header
	var foreign error
	if len(answer.Message.Header) > 0 {
		header, foreign = nats.DecodeHeadersMsg(answer.Message.Header)
	}
	s, err := storedOf(header, answer.Message.Sequence.String(), answer.Message.Data)
	if foreign != nil {
		s.foreign = foreign
	}
	return s, err
}

var errForeign = errors.New("it was not written by a ledger")

func storedOf(header nats.Header, sequence string, data []byte) (stored, error) {
	n, err := strconv.ParseUint(sequence, 10, 64)
	if err != nil {
		return stored{}, fmt.Errorf("a message without sequence: %w", err)
	}
	return storedAs(header, n, data), nil
}

func storedAs(header nats.Header, sequence uint64, data []byte) stored {
	s := stored{sequence: sequence, name: header.Get(writeHeader), data: data}
	var err error
	if s.expected, err = strconv.ParseUint(header.Get(jetstream.ExpectedLastSubjSeqHeader), 10, 64); err != nil {
		s.foreign = errForeign
	}
	return s
}

// unreadable is what is said of a message that cannot be read.
func unreadable(sequence uint64, err error) error {
	return fmt.Errorf("%w: message %d: %w", ledger.ErrUnreadable, sequence, err)
}

// known returns msg, or ledger.ErrUnreadable if no ledger wrote it.
func known(msg stored, err error) (stored, error) {
	if err == nil && msg.foreign != nil {
		return stored{}, unreadable(msg.sequence, msg.foreign)
	}
	return msg, err
}
