// Package jetstream is the ledger kept by NATS JetStream: the one that a scheduler uses.
//
// Words. A day is one stream: closing it deletes that stream whole, and nothing of the day is left. A sheet is one
// literal subject of its day's stream; the last message there is the sheet, and its stream sequence is the sequence
// of the sheet's revision. A write is a publish that the server refuses unless the last message of that very subject
// is the one that was read. The server itself republishes every accepted sheet to those who listen: see
// docs/protocol.md.
//
//	stream             subjects                           one message is
//	LEDGER-<yyyymmdd>  led.v1.<yyyymmdd>.<office>.<queue> a sheet
//	ROSTER             ros.v1.<office>.<totem>            a totem
//	META               meta.v1.epoch                      the ledger's epoch
//	                   meta.v1.closed.<yyyymmdd>          a day that was closed
package jetstream

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.org/totem/ledger"
)

// Config says where the ledger is kept.
type Config struct {
	Conn     *nats.Conn    // required; the caller closes it, after the last use of the ledger
	Replicas int           // of every stream: 1, 3 or 5; 0 means 1
	Patience time.Duration // with which one request waits for the server; 0 means 5 seconds
}

// Ledger is a ledger and roster in JetStream. It is safe for concurrent use, by several schedulers too.
type Ledger struct {
	conn     *nats.Conn
	js       jetstream.JetStream
	replicas int
	patience time.Duration
	epoch    uint64
}

var (
	_ ledger.Book   = (*Ledger)(nil)
	_ ledger.Roster = (*Ledger)(nil)
)

// ErrNoJetStream says that the server answers, but has no JetStream to keep a ledger in.
var ErrNoJetStream = errors.New("the NATS server has no JetStream")

const (
	metaStream   = "META"
	rosterStream = "ROSTER"
)

// Open makes what is missing on the server, finishes what an earlier process may have left half done, and returns the
// ledger. It blocks until the server has answered or ctx ends.
func Open(ctx context.Context, cfg Config) (*Ledger, error) {
	switch {
	case cfg.Conn == nil:
		return nil, errors.New("open ledger: no connection")
	case cfg.Replicas < 0 || cfg.Patience < 0:
		return nil, errors.New("open ledger: negative replicas or patience")
	}
	l := &Ledger{conn: cfg.Conn, replicas: max(cfg.Replicas, 1), patience: cfg.Patience}
	if l.patience == 0 {
		l.patience = 5 * time.Second
	}
	var err error
	if l.js, err = jetstream.New(cfg.Conn, jetstream.WithDefaultTimeout(l.patience)); err != nil {
		return nil, fmt.Errorf("open ledger: %w", err)
	}
	for _, name := range []string{metaStream, rosterStream} {
		if err := l.makeStream(ctx, l.lastValues(name)); err != nil {
			return nil, fmt.Errorf("open ledger: %w", err)
		}
	}
	if l.epoch, err = l.readEpoch(ctx); err != nil {
		return nil, fmt.Errorf("open ledger: %w", err)
	}
	if err := l.finishClosing(ctx); err != nil {
		return nil, fmt.Errorf("open ledger: %w", err)
	}
	return l, nil
}

// lastValues describes a stream that keeps the last message of every subject.
func (l *Ledger) lastValues(name string) jetstream.StreamConfig {
	subject := map[string]string{metaStream: "meta.v1.>", rosterStream: "ros.v1.*.*"}[name]
	return jetstream.StreamConfig{
		Name: name, Subjects: []string{subject}, MaxMsgsPerSubject: 1,
		Storage: jetstream.FileStorage, Replicas: l.replicas, AllowDirect: true,
	}
}

// makeStream makes a stream unless it is there. One that is there stays as it is: an administrator may have tuned it.
func (l *Ledger) makeStream(ctx context.Context, cfg jetstream.StreamConfig) error {
	_, err := l.js.CreateStream(ctx, cfg)
	switch {
	case err == nil, errors.Is(err, jetstream.ErrStreamNameAlreadyInUse):
		return nil
	case errors.Is(err, nats.ErrNoResponders), errors.Is(err, jetstream.ErrJetStreamNotEnabled),
		errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount):
		err = errors.Join(ErrNoJetStream, err)
	}
	return fmt.Errorf("make stream %s: %w", cfg.Name, err)
}
