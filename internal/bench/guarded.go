package main

import (
	"context"
	"crypto/rand"
	"errors"
	"path/filepath"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"example.org/totem/ledger"
	"example.org/totem/ledger/jetstream"
	"example.org/totem/scheduler"
	"example.org/totem/scheduler/authority"
	"example.org/totem/scheduler/vault"
	"example.org/totem/sync/natslink"
	"example.org/totem/sync/wire"
)

// handshake is how many seconds a client may take for TLS, and for saying who it is.
const handshake = 10

// openGuarded opens the scheduler of a crowd as cmd/internal/central does it: TLS from the first byte, and nobody is let
// in but by what the identity in dir has signed. No sheet is planned.
func openGuarded(ctx context.Context, dir string) (*centre, error) {
	c := &centre{}
	if err := c.openGuarded(ctx, dir); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

func (c *centre) openGuarded(ctx context.Context, dir string) error {
	who, err := readCrowd(dir)
	if err != nil {
		return err
	}
	a, err := authority.Open(filepath.Join(dir, identityFolder), time.Now)
	if err != nil {
		return err
	}
	if err := c.startGuarded(filepath.Join(dir, "nats"), a); err != nil {
		return err
	}
	user, err := a.Scheduler()
	if err != nil {
		return err
	}
	if c.conn, err = nats.Connect("", nats.InProcessServer(c.server), user); err != nil {
		return err
	}
	if c.ledger, err = jetstream.Open(ctx, jetstream.Config{Conn: c.conn, Init: true, Epoch: epoch}); err != nil {
		return err
	}
	c.mirror = c.ledger.Mirror()
	if err := c.enlist(ctx, who); err != nil {
		return err
	}
	if c.plans, err = who.plans(); err != nil {
		return err
	}
	kept, err := vault.Open(filepath.Join(dir, "keys"), rand.Reader)
	if err != nil {
		return err
	}
	c.service, err = scheduler.New(scheduler.Config{Plans: c.plans, Book: c.ledger, Roster: c.ledger, Keys: kept, Authority: keeper{a}, Now: now})
	if err != nil {
		return err
	}
	c.link, err = natslink.Serve(ctx, natslink.ServeConfig{Conn: c.conn, Answerer: c.service})
	return err
}

func (c *centre) startGuarded(dir string, a *authority.Authority) error {
	opts := &server.Options{ServerName: authority.ServerName, NoSigs: true, NoLog: true, Host: "127.0.0.1", Port: server.RANDOM_PORT,
		JetStream: true, StoreDir: dir, SyncAlways: true,
		TLSConfig: a.ServerTLS(), TLSHandshakeFirst: true, TLSTimeout: handshake, AuthTimeout: handshake}
	operator, _, err := a.Operator()
	if err != nil {
		return err
	}
	if opts.DefaultSentinel, err = a.Sentinel(); err != nil {
		return err
	}
	opts.TrustedOperators, opts.SystemAccount = []*jwt.OperatorClaims{operator}, a.System()
	accounts, err := a.Accounts(nil)
	if err != nil {
		return err
	}
	resolver, err := server.NewDirAccResolver(filepath.Join(dir, "accounts"), 0, time.Minute, server.NoDelete)
	if err != nil {
		return err
	}
	for key, token := range accounts {
		if err := resolver.Store(key, token); err != nil {
			return err
		}
	}
	opts.AccountResolver = resolver
	if c.server, err = server.NewServer(opts); err != nil {
		return err
	}
	c.server.Start()
	if !c.server.ReadyForConnections(serverPatience) {
		return errors.New("the NATS server does not start")
	}
	return nil
}

// enlist writes the crowd on the roster, unless it is there, as totems that have been connected before: so that their
// hellos change nothing.
func (c *centre) enlist(ctx context.Context, who crowd) error {
	there, err := c.ledger.Members(ctx, "")
	if err != nil || len(there) == len(who.Totems) {
		return err
	}
	return together(len(who.Totems), func(i int) error {
		t := who.Totems[i]
		_, err := c.ledger.PutMember(ctx, ledger.Member{Office: t.Office, Totem: t.Totem, Key: t.Key,
			Incarnation: incarnation(), Merged: epoch, Speaks: wire.Newest})
		return err
	})
}

// keeper is the authority as the service uses it. No key is revoked in a measurement.
type keeper struct{ *authority.Authority }

var _ scheduler.Authority = keeper{}

// Revoke implements [scheduler.Authority].
func (keeper) Revoke(context.Context, []string) error { return nil }
