package jetstream

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"

	"example.org/totem/ledger"
)

// writeHeader carries a name that no other write has. It tells a write whose answer was lost from another's.
const writeHeader = "Totem-Write"

// errNoStream says that no stream takes the subject.
var errNoStream = errors.New("no stream takes the subject")

// attempts bounds the publishes of one write.
const attempts = 8

// write publishes data if the last message of subject in stream has sequence last, 0 for none, and returns the new
// sequence. It returns ledger.ErrConflict or errNoStream when it is certain that nothing was written; any other error
// says nothing.
func (l *Ledger) write(ctx context.Context, stream, subject string, last uint64, data []byte) (uint64, error) {
	w := write{stream: stream, subject: subject, name: nuid.Next(), last: last, data: data}
	wait := time.Millisecond
	for attempt := 1; ; attempt++ {
		sequence, err := l.publish(ctx, w)
		switch {
		case err == nil:
			return sequence, nil
		case errors.Is(err, errNoStream) && !w.unsure:
			return 0, err
		case !refused(err):
			w.unsure = true
		}
		// Refused or unanswered, an earlier attempt of ours may have been stored: only the stream knows.
		sequence, settled, unread := l.successor(ctx, w)
		switch {
		case settled || unread != nil:
			return sequence, unread
		case attempt == attempts || !refused(err) && isAPI(err):
			return 0, fmt.Errorf("write to %s: %w", subject, err)
		}
		select { // nothing follows what was read, so nothing was stored and the next attempt is as good as the first
		case <-time.After(wait):
			wait *= 2
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// write is one write, however many attempts it takes.
type write struct {
	stream, subject string
	name            string // no other write has it
	last            uint64
	data            []byte
	unsure          bool // an attempt was left unanswered: it may be stored, now or later
}

// refused reports whether err is the server's word that the last message was not the expected one.
func refused(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && (api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence ||
		api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequenceConstant)
}

func isAPI(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api)
}

// publish is one attempt of w.
func (l *Ledger) publish(ctx context.Context, w write) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, l.patience)
	defer cancel()
	msg := &nats.Msg{Subject: w.subject, Data: w.data, Header: nats.Header{writeHeader: {w.name}}}
	ack, err := l.js.PublishMsg(ctx, msg, jetstream.WithExpectLastSequencePerSubject(w.last), jetstream.WithRetryAttempts(0))
	switch {
	case errors.Is(err, jetstream.ErrNoStreamResponse):
		return 0, errNoStream
	case err != nil:
		return 0, err
	}
	return ack.Sequence, nil
}

// successor looks at what was written upon the message that w expected. It returns the sequence of w itself,
// ledger.ErrConflict when another's write stands there, and settled false, without an error, when nothing does.
func (l *Ledger) successor(ctx context.Context, w write) (sequence uint64, settled bool, err error) {
	msg, err := known(l.next(ctx, w.stream, w.subject, w.last+1))
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound) && w.last == 0:
		return 0, false, nil
	case errors.Is(err, jetstream.ErrMsgNotFound):
		_, err = l.next(ctx, w.stream, w.subject, w.last)
		switch {
		case !errors.Is(err, jetstream.ErrMsgNotFound):
			return 0, false, err
		case w.unsure:
			// Whoever answered lacks what was read before: it is behind, and may lack what was written as well.
			return 0, true, fmt.Errorf("write to %s: the server is behind; whether it was written is not known", w.subject)
		}
		return 0, true, ledger.ErrConflict // what was read is not there any more, or never was
	case err != nil:
		return 0, false, fmt.Errorf("read what follows %d of %s: %w", w.last, w.subject, err)
	case msg.name == w.name:
		return msg.sequence, true, nil
	case msg.expected == w.last || !w.unsure:
		return 0, true, ledger.ErrConflict
	}
	// The message that was written upon ours, or in its place, is no longer kept.
	return 0, true, fmt.Errorf("write to %s: overtaken; whether it was written is not known", w.subject)
}
