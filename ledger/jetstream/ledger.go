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
//	HEALTH             hea.v1.<office>.<totem>            how a totem is
//	COUNTS             cnt.v1.<office>.<yyyymmdd>         what remains of a day
//	META               meta.v1.epoch                      the ledger's epoch
//	                   meta.v1.closed.<yyyymmdd>          a day that was closed
//	                   meta.v1.day.<yyyymmdd>             what the stream of a day held at least
//	                   meta.v1.stream.<name>              what another stream held at least
//
// What is read is what the stream's leader says, so that it is not behind: the roster's answer to whether a store was
// fenced above all. A leader that has been cut off from the others may go on answering for some seconds, until it
// knows. Only what comes from a [Mirror] may be behind: a write that builds upon it is refused then.
package jetstream

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.org/totem/ledger"
)

// Config says where the ledger is kept.
type Config struct {
	Conn     *nats.Conn    // required; the caller closes it, after the last use of the ledger
	Replicas int           // of every stream that is made: 1, 3 or 5; 0 means 1
	Patience time.Duration // with which one request waits for the server; 0 means 5 seconds

	// Init makes a new ledger of epoch Epoch where there is none. Without it a server that holds none is ErrNoLedger,
	// so that an empty disk is never taken for a new ledger. A ledger that is there stays as it is.
	Init  bool
	Epoch uint64 // required with Init
}

// Ledger is a ledger, a roster, a ward and a book of tallies in JetStream. It is safe for concurrent use, by several schedulers
// too.
type Ledger struct {
	conn     *nats.Conn
	js       jetstream.JetStream
	replicas int
	patience time.Duration
	single   bool          // the server is no cluster
	epoch    atomic.Uint64 // the highest that was seen
	speaks   sync.Map      // booking.OfficeID to the version in which its sheets are written
	marks    marks
	mirror   atomic.Pointer[Mirror]
}

var (
	_ ledger.Book    = (*Ledger)(nil)
	_ ledger.Roster  = (*Ledger)(nil)
	_ ledger.Tallies = (*Ledger)(nil)
	_ ledger.Ward    = (*Ledger)(nil)
	_ ledger.Shelf   = (*Ledger)(nil)
)

// Errors of Open.
var (
	// ErrNoJetStream says that the server answers, but has no JetStream to keep a ledger in.
	ErrNoJetStream = errors.New("the NATS server has no JetStream")
	// ErrNoLedger says that the server holds no ledger, and nothing that was part of one.
	ErrNoLedger = errors.New("there is no ledger here")
	// ErrLost says that the server has lost part of its ledger: see LostError.
	ErrLost = errors.New("part of the ledger is lost")
)

// Open opens the ledger on a server, finishes what an earlier process may have left half done, and makes sure that
// what the ledger held is still there. It blocks until the server has answered or ctx ends.
//
// Among its errors are ErrNoJetStream, ErrNoLedger, a *LostError and ledger.ErrUnreadable.
func Open(ctx context.Context, cfg Config) (*Ledger, error) {
	switch {
	case cfg.Conn == nil:
		return nil, errors.New("open ledger: no connection")
	case cfg.Replicas < 0 || cfg.Patience < 0:
		return nil, errors.New("open ledger: negative replicas or patience")
	case cfg.Init && cfg.Epoch == 0:
		return nil, errors.New("open ledger: a new ledger needs an epoch")
	}
	l := &Ledger{conn: cfg.Conn, replicas: max(cfg.Replicas, 1), patience: cfg.Patience}
	l.marks.noted = make(map[string]uint64)
	if l.patience == 0 {
		l.patience = 5 * time.Second
	}
	if err := l.open(ctx, cfg); err != nil {
		return nil, fmt.Errorf("open ledger: %w", err)
	}
	return l, nil
}

func (l *Ledger) open(ctx context.Context, cfg Config) (err error) {
	if l.js, err = jetstream.New(cfg.Conn, jetstream.WithDefaultTimeout(l.patience)); err != nil {
		return err
	}
	epoch, err := l.readEpoch(ctx)
	for look := 1; errors.Is(err, errNoEpoch) && l.mayLookAgain(ctx, look); look++ {
		epoch, err = l.readEpoch(ctx)
	}
	if errors.Is(err, errNoEpoch) {
		epoch, err = l.begin(ctx, cfg)
	}
	if err != nil {
		return err
	}
	l.learn(epoch)
	if err := l.makeWhole(ctx); err != nil {
		return err
	}
	return l.finishClosing(ctx)
}

// begin makes a new ledger, if that is wanted and nothing is there that was part of one.
func (l *Ledger) begin(ctx context.Context, cfg Config) (uint64, error) {
	remains, err := l.remains(ctx)
	switch {
	case err != nil:
		return 0, err
	case len(remains) > 0:
		return 0, &LostError{Gone: []string{"the stream META, while there is " + remains[0]}}
	case !cfg.Init:
		return 0, ErrNoLedger
	}
	for _, name := range []string{metaStream, rosterStream, countsStream, healthStream} {
		if err := l.makeStream(ctx, l.lastValues(name)); err != nil {
			return 0, err
		}
	}
	// With the epoch the ledger is there: whatever was made before it by a process that ended is empty.
	if err := l.amend(ctx, epochSubject, func(old []byte, there bool) ([]byte, bool) { return formEpoch(cfg.Epoch), !there }); err != nil {
		return 0, fmt.Errorf("write the first epoch: %w", err)
	}
	return l.readEpoch(ctx)
}
