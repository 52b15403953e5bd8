package central

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"example.org/totem/internal/fault"
	"example.org/totem/ledger/jetstream"
)

// Store says where the scheduler's books are.
type Store struct {
	DataDir  string // of the embedded server, and of the keys; "" only with NATS, and then nothing is locked
	Listen   string // of the embedded server; "" to let nobody in
	NATS     string // URL of an external server; "" for the embedded one
	Replicas int    // of every stream; 0 means 1
	Log      *slog.Logger
}

// Books are the ledger and roster, opened.
type Books struct {
	Ledger *jetstream.Ledger

	lock   *os.File
	words  *serverWords // of server
	server *server.Server
	conn   *nats.Conn
	close  func() error
}

// patience is how long a server may take to start or to answer.
const patience = 20 * time.Second

// OpenBooks opens the books without serving anybody. The error is a *fault.Fault; whatever was opened is closed again.
func OpenBooks(ctx context.Context, s Store) (*Books, error) {
	if s.DataDir == "" && s.NATS == "" {
		return nil, fault.New(fault.CodeUsage, nil, "name a data directory, or the URL of a NATS server", "nothing says where the scheduler's books are")
	}
	b := new(Books)
	b.close = sync.OnceValue(b.closeAll)
	if err := b.open(ctx, s); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

func (b *Books) open(ctx context.Context, s Store) (err error) {
	if s.DataDir != "" {
		if b.lock, err = lock(s.DataDir); err != nil {
			return err
		}
	}
	password := rand.Text()
	if s.NATS == "" {
		b.words = newServerWords(s.Log)
		if b.server, err = startServer(s, b.words, password); err != nil {
			return err
		}
	}
	ctx, shutOut := context.WithCancelCause(ctx)
	defer shutOut(nil)
	if b.conn, err = connect(s.NATS, b.server, password, shutOut); err != nil {
		return fault.New(fault.CodeCentralNATS, err, "check the URL, and that the server runs", "the NATS server %s does not answer", s.NATS)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	b.Ledger, err = jetstream.Open(ctx, jetstream.Config{Conn: b.conn, Replicas: s.Replicas})
	switch {
	case err != nil && b.full(err):
		return fullFault(err, s.DataDir)
	case err != nil && errors.Is(context.Cause(ctx), nats.ErrPermissionViolation):
		return fault.New(fault.CodeCentralNATS, context.Cause(ctx),
			"if it is the one inside a running scheduler, stop that scheduler and name its data directory; else use a URL with a user who may use JetStream",
			"the NATS server %s does not open its ledger", s.NATS)
	case errors.Is(err, jetstream.ErrNoJetStream):
		return fault.New(fault.CodeCentralNATS, err, "start the server with JetStream (nats-server -js), or leave --nats out",
			"the NATS server %s has no JetStream, in which the ledger is kept", s.NATS)
	case err != nil:
		return fault.New(fault.CodeCentralNATS, err, "look at the NATS server's log", "the ledger cannot be opened")
	}
	return nil
}

// full reports whether err, or what the embedded server said, is that its disk takes no more.
func (b *Books) full(err error) bool {
	return b.words != nil && (b.words.storage() != nil || storageWords.MatchString(err.Error()))
}

// Failed is closed when the embedded server cannot store anything any more. It does not mend itself: its disk must be
// mended and the server started anew. With another server it never is.
func (b *Books) Failed() <-chan struct{} {
	if b.words == nil {
		return nil
	}
	return b.words.broken
}

// URL returns where the server is reached.
func (b *Books) URL() string {
	if b.server != nil {
		return b.server.ClientURL()
	}
	return b.conn.ConnectedUrlRedacted()
}

// Close closes what was opened, in reverse order, and waits until it has ended. It may be called twice.
func (b *Books) Close() error { return b.close() }

func (b *Books) closeAll() error {
	if b.conn != nil {
		if b.conn.IsConnected() {
			// What was acknowledged last must be heard, or it is told again after the next start, and late.
			_ = b.conn.FlushTimeout(time.Second)
		}
		b.conn.Close()
	}
	if b.server != nil {
		b.server.Shutdown()
		b.server.WaitForShutdown()
	}
	if b.lock != nil {
		return b.lock.Close()
	}
	return nil
}

// lock makes the data directory if it is missing, and claims it for this process until the file is closed or the
// process is no more.
func lock(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, storeFault(err, dir)
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, storeFault(err, dir)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		err = errors.Join(err, f.Close())
		return nil, fault.New(fault.CodeCentralStore, err, "stop the other scheduler",
			"another scheduler uses the data directory %s", dir)
	}
	return f, nil
}

func storeFault(err error, dir string) error {
	if errors.Is(err, syscall.ENOSPC) {
		return fullFault(err, dir)
	}
	return fault.New(fault.CodeCentralStore, err, "check that the directory is there, belongs to this user and has space left",
		"the data directory %s cannot be used", dir)
}

func fullFault(err error, dir string) error {
	return fault.New(fault.CodeCentralStore, err, fmt.Sprintf("make room in %s and start the scheduler again", dir),
		"nothing can be stored in the data directory any more")
}

// connect connects to the embedded server, or to that at url if there is none. shutOut is told when the server forbids
// something.
func connect(url string, embedded *server.Server, password string, shutOut context.CancelCauseFunc) (*nats.Conn, error) {
	options := []nats.Option{
		nats.Name("totem-scheduler"), nats.MaxReconnects(-1), nats.Timeout(5 * time.Second),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			if errors.Is(err, nats.ErrPermissionViolation) {
				shutOut(err)
			}
		}),
	}
	if embedded != nil {
		options = append(options, nats.InProcessServer(embedded), nats.UserInfo(schedulerUser, password))
	}
	nc, err := nats.Connect(url, options...)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	return nc, nil
}
