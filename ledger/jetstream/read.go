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
}

// last returns the last message of subject, or jetstream.ErrMsgNotFound, or errNoStream. What it returns may be
// behind: whoever writes upon it finds out. That nothing is there is the word of the stream's leader: a replica may be
// behind, and a server that is starting answers nobody.
func (l *Ledger) last(ctx context.Context, stream, subject string) (stored, error) {
	ctx, cancel := context.WithTimeout(ctx, l.patience)
	defer cancel()
	reply, err := l.conn.RequestWithContext(ctx, "$JS.API.DIRECT.GET."+stream+"."+subject, nil)
	switch {
	case errors.Is(err, nats.ErrNoResponders):
		return l.ask(ctx, stream, map[string]any{"last_by_subj": subject})
	case err != nil:
		return stored{}, err
	}
	switch status := reply.Header.Get("Status"); status {
	case "":
		return storedOf(reply.Header, reply.Header.Get(jetstream.SequenceHeader), reply.Data)
	case "404":
		return l.ask(ctx, stream, map[string]any{"last_by_subj": subject})
	default:
		return stored{}, fmt.Errorf("status %s %s", status, reply.Header.Get("Description"))
	}
}

// next returns the first message of subject at or after a sequence, as the stream's leader has it, or
// jetstream.ErrMsgNotFound, or errNoStream.
func (l *Ledger) next(ctx context.Context, stream, subject string, from uint64) (stored, error) {
	ctx, cancel := context.WithTimeout(ctx, l.patience)
	defer cancel()
	return l.ask(ctx, stream, map[string]any{"seq": from, "next_by_subj": subject})
}

// ask asks the leader of a stream for a message.
func (l *Ledger) ask(ctx context.Context, stream string, request map[string]any) (stored, error) {
	data, err := json.Marshal(request)
	if err != nil {
		return stored{}, err
	}
	reply, err := l.conn.RequestWithContext(ctx, "$JS.API.STREAM.MSG.GET."+stream, data)
	if err != nil {
		return stored{}, err
	}
	var answer struct {
		Error   *jetstream.APIError `json:"error"`
		Message struct {
			Sequence json.Number `json:"seq"`
			Header   []byte      `json:"hdrs"`
			Data     []byte      `json:"data"`
		} `json:"message"`
	}
	if err := json.Unmarshal(reply.Data, &answer); err != nil {
		return stored{}, err
	}
	switch {
	case answer.Error == nil:
	case answer.Error.ErrorCode == jetstream.JSErrCodeMessageNotFound:
		return stored{}, jetstream.ErrMsgNotFound
	case answer.Error.ErrorCode == jetstream.JSErrCodeStreamNotFound:
		return stored{}, errNoStream
	default:
		return stored{}, answer.Error
	}
	var header nats.Header
	if len(answer.Message.Header) > 0 {
		if header, err = nats.DecodeHeadersMsg(answer.Message.Header); err != nil {
			return stored{}, fmt.Errorf("%w: message %s: %w", ledger.ErrUnreadable, answer.Message.Sequence, err)
		}
	}
	return storedOf(header, answer.Message.Sequence.String(), answer.Message.Data)
}

func storedOf(header nats.Header, sequence string, data []byte) (stored, error) {
	s := stored{name: header.Get(writeHeader), data: data}
	var err error
	if s.sequence, err = strconv.ParseUint(sequence, 10, 64); err != nil {
		return stored{}, fmt.Errorf("a message without sequence: %w", err)
	}
	if s.expected, err = strconv.ParseUint(header.Get(jetstream.ExpectedLastSubjSeqHeader), 10, 64); err != nil {
		return stored{}, unreadable(s.sequence, errors.New("it was not written by a ledger"))
	}
	return s, nil
}

// unreadable is what is said of a message that cannot be read.
func unreadable(sequence uint64, err error) error {
	return fmt.Errorf("%w: message %d: %w", ledger.ErrUnreadable, sequence, err)
}
