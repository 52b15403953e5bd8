package central

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/ledger/jetstream"
	"example.org/totem/scheduler"
	"example.org/totem/scheduler/authority"
	"example.org/totem/sync/natslink"
)

// Store says where the scheduler's books are.
type Store struct {
	DataDir  string // of the embedded server, of the keys and of the identity; "" only with NATS, and then nothing is locked
	Identity string // with NATS and no DataDir: the data directory whose identity is shown to the server, if it holds one; "" for none
	Listen   string // of the embedded server; "" to let nobody in
	NATS     string // URL of an external server; "" for the embedded one
	Creds    string // file of NATS credentials to be shown to an external server; "" for those of the identity
	// Pins are of an external server's TLS key; none means those of the identity or, with Creds, that the system's
	// certificate authorities vouch for the server. Only a URL with tls:// is looked at.
	Pins     []string
	Replicas int // of every stream; 0 means 1

	Init   bool      // make what is missing: identity and ledger
	Epoch  uint64    // of a ledger that is made; 0 means the seconds since 1970
	Random io.Reader // of an identity that is made, a cryptographic source; nil means crypto/rand
	Alone  bool      // refuse a directory that a running scheduler has; else its server is used, wherever NATS says
	Log    *slog.Logger

	restoring bool // the ledger is being restored
}

// Books are the ledger and roster, opened.
type Books struct {
	Ledger *jetstream.Ledger

	authority *authority.Authority // nil where there is none
	at        address
	pins      []string // of Store

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
	if err := errors.Join(checkPins(s.Pins), checkReplicas(s), checkListen(s)); err != nil {
		return nil, err
	}
	if s.Random == nil {
		s.Random = rand.Reader
	}
	if s.Epoch == 0 {
		s.Epoch = uint64(time.Now().Unix())
	}
	b := &Books{pins: s.Pins}
	b.close = sync.OnceValue(b.closeAll)
	if err := b.open(ctx, s); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

func checkPins(pins []string) error {
	for _, pin := range pins {
		if err := authority.CheckPin(pin); err != nil {
			return fault.New(fault.CodeUsage, err, "copy the whole pin, with sha256/ before it", "a pin is not understood")
		}
	}
	return nil
}

func checkReplicas(s Store) error {
	switch {
	case s.Replicas > 1 && s.NATS == "":
		return fault.New(fault.CodeUsage, nil, "leave --replicas out, or name a cluster with --nats", "the embedded NATS server keeps one copy of everything, not %d", s.Replicas)
	case !slices.Contains([]int{0, 1, 3, 5}, s.Replicas):
		return fault.New(fault.CodeUsage, nil, "ask for 1, 3 or 5: of an even number no more servers may fail", "a cluster does not keep %d copies", s.Replicas)
	}
	return nil
}

func (b *Books) open(ctx context.Context, s Store) (err error) {
	var running string
	if s.DataDir != "" {
		if b.lock, running, err = claim(s); err != nil {
			return err
		}
	}
	if err := checkRestored(s); err != nil {
		return err
	}
	if b.authority, err = identify(s); err != nil {
		return err
	}
	switch {
	case running != "":
		// Its own server trusts its own identity, whatever else was said.
		b.at = address{url: running, pins: b.authority.Pins()}
		s.NATS, s.Creds = running, ""
	case s.NATS == "":
		if err := checkHere(s.DataDir); err != nil {
			return err
		}
		if _, err := os.Stat(filepath.Join(s.DataDir, ledgerDir)); errors.Is(err, fs.ErrNotExist) && !s.Init {
			return emptyFault(err, s.DataDir)
		}
		b.words = newServerWords(s.Log, time.Now)
		if b.server, err = startServer(s, b.words, b.authority); err != nil {
			return err
		}
		b.at = address{embedded: b.server}
	default:
		b.at = address{url: s.NATS, pins: s.Pins}
		if len(s.Pins) == 0 && s.Creds == "" && b.authority != nil {
			b.at.pins = b.authority.Pins()
		}
	}
	return b.openLedger(ctx, s)
}

// user returns as whom one connects.
func (b *Books) user(s Store) (nats.Option, error) {
	switch {
	case s.Creds != "":
		if _, err := os.Stat(s.Creds); err != nil {
			return nil, fault.New(fault.CodeUsage, err, "name the file that the administrator of the NATS server gave", "the credentials file %s cannot be read", s.Creds)
		}
		return nats.UserCredentials(s.Creds), nil
	case b.authority != nil:
		return b.authority.Scheduler()
	}
	return func(*nats.Options) error { return nil }, nil
}

func (b *Books) openLedger(ctx context.Context, s Store) error {
	user, err := b.user(s)
	if err != nil {
		return err
	}
	ctx, shutOut := context.WithCancelCause(ctx)
	defer shutOut(nil)
	b.conn, err = b.at.dial("totem-scheduler", user, nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
		if errors.Is(err, nats.ErrPermissionViolation) {
			shutOut(err)
		}
	}))
	if err != nil {
		return unreached(err, s)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	b.Ledger, err = jetstream.Open(ctx, jetstream.Config{Conn: b.conn, Replicas: s.Replicas, Init: s.Init, Epoch: s.Epoch})
	if err != nil {
		return b.unopened(ctx, err, s)
	}
	return nil
}

// unopened says why a server that answers does not open its ledger.
func (b *Books) unopened(ctx context.Context, err error, s Store) error {
	shut := context.Cause(ctx)
	switch {
	case b.full(err):
		return fullFault(err, s.DataDir)
	case errors.Is(shut, nats.ErrPermissionViolation):
		return fault.New(fault.CodeCentralNATS, shut,
			"name the scheduler's data directory with --data, or credentials with --creds of a user who may use JetStream",
			"the NATS server %s takes this for a stranger, and does not open its ledger", WithoutPassword(s.NATS))
	case errors.Is(err, jetstream.ErrNoJetStream):
		return fault.New(fault.CodeCentralNATS, err, "start the server with JetStream (nats-server -js), or leave --nats out",
			"the NATS server %s has no JetStream, in which the ledger is kept", WithoutPassword(s.NATS))
	case errors.Is(err, jetstream.ErrNoLedger) && s.NATS != "":
		return fault.New(fault.CodeCentralEmpty, err, "check the URL; for a new ledger run: scheduler init --nats URL; to have an earlier one again: scheduler restore",
			"the NATS server %s holds no ledger", WithoutPassword(s.NATS))
	case errors.Is(err, jetstream.ErrNoLedger):
		return emptyFault(err, s.DataDir)
	case errors.Is(err, jetstream.ErrLost):
		return fault.New(fault.CodeCentralStore, err, "put the lost files back, or restore the ledger from a backup: scheduler restore",
			"part of the ledger is lost")
	}
	remedy := "look at the cause; if it does not pass, report it with the scheduler's log"
	if s.NATS != "" {
		remedy = "see what is wrong with the servers: scheduler fitness --nats URL; a majority of them must run"
	}
	return fault.New(fault.CodeCentralNATS, err, remedy, "the ledger cannot be opened")
}

func unreached(err error, s Store) error {
	switch {
	case errors.Is(err, authority.ErrPin):
		return fault.New(fault.CodeCentralNATS, err, "check the URL; if the server's key is another on purpose, name its pin with --pin",
			"the NATS server %s is not the one that is expected", WithoutPassword(s.NATS))
	case unvouched(err):
		return fault.New(fault.CodeCentralNATS, err,
			"name the data directory of the scheduler that the server was set up for (--data), or the pin of the server's TLS key (--pin)",
			"nothing says that the NATS server %s is the right one", WithoutPassword(s.NATS))
	case errors.Is(err, nats.ErrAuthorization):
		return fault.New(fault.CodeCentralNATS, err, "name the data directory of the scheduler that the server was set up for (--data), or credentials for it (--creds)",
			"the NATS server %s does not let this scheduler in", WithoutPassword(s.NATS))
	}
	return fault.New(fault.CodeCentralNATS, err, "check the URL, with tls:// for a server that speaks TLS, and that the server runs",
		"the NATS server %s does not answer", WithoutPassword(s.NATS))
}

// WithoutPassword returns URLs of servers, with commas between them, as they may be shown.
func WithoutPassword(urls string) string {
	all := strings.Split(urls, ",")
	for i := range all {
		if u, err := url.Parse(strings.TrimSpace(all[i])); err == nil {
			all[i] = u.Redacted()
		}
	}
	return strings.Join(all, ",")
}

// unvouched reports whether no certificate authority that the system trusts vouches for the server.
func unvouched(err error) bool {
	_, ok := errors.AsType[*tls.CertificateVerificationError](err)
	return ok
}

// Authority returns who makes and revokes credentials, nil where the books were opened without an identity.
func (b *Books) Authority() scheduler.Authority {
	if b.authority == nil {
		return nil
	}
	return keeper{Authority: b.authority, at: b.at, pins: b.pins}
}

// Pins returns the pins of the servers' TLS keys, as credentials name them.
func (b *Books) Pins() []string {
	switch {
	case len(b.pins) > 0:
		return b.pins
	case b.authority != nil:
		return b.authority.Pins()
	}
	return nil
}

// full reports whether err, or what the embedded server said, is that its disk takes no more.
func (b *Books) full(err error) bool {
	return b.words != nil && (b.words.storage() != nil || storageWords.MatchString(err.Error()))
}

// Folded reports whether every fact that was accepted of a totem is in the ledger.
func (b *Books) Folded(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (bool, error) {
	return natslink.Folded(ctx, b.conn, office, totem)
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

// Outside returns where other processes reach the server, "" where they cannot.
func (b *Books) Outside() string {
	switch {
	case b.server == nil:
		return b.at.url
	case b.server.Addr() == nil:
		return ""
	}
	return b.server.ClientURL()
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
