package central

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/scheduler"
	"example.org/totem/scheduler/authority"
	"example.org/totem/sync/wire"
)

// What a data directory holds, beside the keys of office-days.
const (
	identityDir = "identity"
	ledgerDir   = "nats"
)

// IdentityDir returns where in a data directory the scheduler's identity is.
func IdentityDir(data string) string { return filepath.Join(data, identityDir) }

// OpenIdentity opens the identity that a data directory holds. The error is a *fault.Fault.
func OpenIdentity(data string) (*authority.Authority, error) {
	a, err := authority.Open(IdentityDir(data), time.Now)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, emptyFault(err, data)
	case err != nil:
		if _, damaged := errors.AsType[*fault.Fault](err); damaged {
			return nil, err
		}
		return nil, storeFault(err, data)
	}
	return a, nil
}

func emptyFault(err error, data string) error {
	return fault.New(fault.CodeCentralEmpty, err,
		fmt.Sprintf("for a new scheduler run: scheduler init --data %s; to have an earlier one again: scheduler restore; else name its data directory with --data", data),
		"no scheduler was ever in %s", data)
}

// Init makes a new scheduler of a directory: its identity, unless it is there, and an empty ledger, in the directory or
// on the server s.NATS. Where a ledger is there already the error, a *fault.Fault, says so, and nothing is changed.
func Init(ctx context.Context, s Store) error {
	s.Alone, s.Listen = true, ""
	taken, err := holdsLedger(ctx, s)
	if err == nil && taken {
		err = fault.New(fault.CodeUsage, nil, "name another place; or start the scheduler that is there: scheduler serve",
			"there is a scheduler's ledger already, in %s", cmp.Or(WithoutPassword(s.NATS), s.DataDir))
	}
	if err != nil {
		return err
	}
	s.Init = true
	books, err := OpenBooks(ctx, s)
	if err != nil {
		return err
	}
	if s.DataDir != "" {
		err = noteElsewhere(s.DataDir, s.NATS)
	}
	return errors.Join(err, books.Close())
}

// holdsLedger reports whether there is a ledger where s says. One whose making was cut short is none.
func holdsLedger(ctx context.Context, s Store) (bool, error) {
	if s.NATS == "" {
		if _, err := os.Lstat(filepath.Join(s.DataDir, ledgerDir)); err != nil {
			return false, nil // what else may be wrong with the directory is seen when it is made
		}
		if foreign, err := holdsForeign(s.DataDir); err != nil || foreign {
			return foreign, err
		}
		s.Alone = false // a scheduler that runs is asked
	}
	books, err := OpenBooks(ctx, s)
	switch {
	case err == nil:
		return true, books.Close()
	case fault.Of(err).Code == fault.CodeCentralEmpty:
		return false, nil
	}
	return false, err
}

// holdsForeign reports whether a data directory holds what is not its identity's: it has another one, or none.
func holdsForeign(data string) (bool, error) {
	a, err := OpenIdentity(data)
	if fault.Of(err).Code == fault.CodeCentralEmpty {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	own, err := a.Accounts(nil)
	if err != nil {
		return false, storeFault(err, data)
	}
	there, err := os.ReadDir(filepath.Join(data, ledgerDir, "jetstream"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, storeFault(err, data)
	}
	return slices.ContainsFunc(there, func(e fs.DirEntry) bool { return own[e.Name()] == "" }), nil
}

// identify opens the identity, or makes it where that is wanted. Without one it returns nil where none is needed.
func identify(s Store) (*authority.Authority, error) {
	data := s.DataDir
	if data == "" {
		data = s.Identity
	}
	if data == "" {
		return nil, nil
	}
	if s.Init {
		if err := authority.Init(IdentityDir(data), s.Random); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, storeFault(err, data)
		}
	}
	a, err := OpenIdentity(data)
	if fault.Of(err).Code == fault.CodeCentralEmpty && s.DataDir == "" {
		return nil, nil
	}
	return a, err
}

// address is where a NATS server is, and how one makes sure that it is the right one.
type address struct {
	url      string         // unless embedded is set
	embedded *server.Server // in this process
	pins     []string       // of its TLS key; none: what the system's certificate authorities vouch for
}

// dial connects. With TLS it is spoken from the first byte, or, where a server does not know how, after its first line.
func (a address) dial(name string, options ...nats.Option) (*nats.Conn, error) {
	options = append([]nats.Option{nats.Name(name), nats.MaxReconnects(-1), nats.Timeout(5 * time.Second)}, options...)
	if a.embedded != nil {
		return connect("", append(options, nats.InProcessServer(a.embedded)))
	}
	if !strings.Contains(a.url, "tls://") {
		return connect(a.url, options)
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if len(a.pins) > 0 {
		config = authority.Pinned(a.pins)
	}
	options = append(options, nats.Secure(config))
	nc, first := connect(a.url, append(options, nats.TLSHandshakeFirst()))
	if _, plain := errors.AsType[tls.RecordHeaderError](first); !plain {
		return nc, first
	}
	return connect(a.url, options)
}

func connect(url string, options []nats.Option) (*nats.Conn, error) {
	nc, err := nats.Connect(url, options...)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	return nc, nil
}

// keeper is the authority as the service uses it: it knows the way to the servers.
type keeper struct {
	*authority.Authority
	at   address
	pins []string // of the servers where they are not the authority's own
}

var _ scheduler.Authority = keeper{}

// Credentials implements [scheduler.Authority].
func (k keeper) Credentials(office booking.OfficeID, totem booking.TotemID, key string) (wire.Credentials, error) {
	c, err := k.Authority.Credentials(office, totem, key)
	if err == nil && len(k.pins) > 0 {
		c.Pins = k.pins
	}
	return c, err
}

// Revoke implements [scheduler.Authority]. It connects for this alone: it is needed seldom.
func (k keeper) Revoke(ctx context.Context, keys []string) error {
	user, err := k.Administrator()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	nc, err := k.at.dial("totem-scheduler-keys", user)
	if err != nil {
		return err
	}
	defer nc.Close()
	return k.Authority.Revoke(ctx, nc, keys)
}
