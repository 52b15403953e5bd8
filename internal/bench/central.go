package main

import (
	"context"
	"crypto/rand"
	"errors"
	"path/filepath"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"example.org/totem/ledger/jetstream"
	"example.org/totem/scheduler"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/scheduler/vault"
	"example.org/totem/sync/natslink"
)

// centre is a scheduler put together as cmd/internal/central does it: a NATS server in this process that syncs every
// write, the ledger in its JetStream, the service, and the link to the totems.
type centre struct {
	server  *server.Server
	conn    *nats.Conn // the scheduler's own, within the process
	ledger  *jetstream.Ledger
	mirror  *jetstream.Mirror
	service *scheduler.Service
	link    *natslink.Central
	plans   []agenda.Plan
}

const serverPatience = 20 * time.Second

// openBooks opens the server and the ledger, without serving anybody.
func (l *lab) openBooks(ctx context.Context) (*centre, error) {
	if err := onDisk(l.dir); err != nil {
		return nil, err
	}
	c := &centre{}
	if err := c.open(ctx, filepath.Join(l.dir, "nats")); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

func (c *centre) open(ctx context.Context, dir string) (err error) {
	c.server, err = server.NewServer(&server.Options{ServerName: "bench", NoSigs: true, NoLog: true, Host: "127.0.0.1", Port: server.RANDOM_PORT,
		JetStream: true, StoreDir: dir, SyncAlways: true})
	if err != nil {
		return err
	}
	c.server.Start()
	if !c.server.ReadyForConnections(serverPatience) {
		return errors.New("the NATS server does not start")
	}
	if c.conn, err = nats.Connect("", nats.InProcessServer(c.server)); err != nil {
		return err
	}
	if c.ledger, err = jetstream.Open(ctx, jetstream.Config{Conn: c.conn, Init: true, Epoch: 1}); err != nil {
		return err
	}
	c.mirror = c.ledger.Mirror()
	return nil
}

// openCentre opens a scheduler of n offices, their sheets planned.
func (l *lab) openCentre(ctx context.Context, n int) (*centre, error) {
	c, err := l.openBooks(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.serve(ctx, filepath.Join(l.dir, "keys"), n); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

func (c *centre) serve(ctx context.Context, keys string, n int) error {
	for i := range n {
		plan, err := newPlan(i)
		if err != nil {
			return err
		}
		c.plans = append(c.plans, plan)
	}
	kept, err := vault.Open(keys, rand.Reader)
	if err != nil {
		return err
	}
	c.service, err = scheduler.New(scheduler.Config{Plans: c.plans, Book: c.ledger, Roster: c.ledger, Keys: kept, Now: now})
	if err != nil {
		return err
	}
	if c.link, err = natslink.Serve(ctx, natslink.ServeConfig{Conn: c.conn, Answerer: c.service}); err != nil {
		return err
	}
	return c.service.Tend(ctx)
}

// dial returns a totem's link to the centre over TCP.
func (c *centre) dial(ctx context.Context, plan agenda.Plan) (*natslink.Totem, error) {
	return natslink.Dial(ctx, natslink.Config{URL: c.server.ClientURL(), Office: plan.Office.ID, Totem: totemID})
}

func (c *centre) close() error {
	var err error
	if c.link != nil {
		err = c.link.Close()
	}
	if c.mirror != nil {
		err = errors.Join(err, c.mirror.Close())
	}
	if c.conn != nil {
		c.conn.Close()
	}
	if c.server != nil {
		c.server.Shutdown()
		c.server.WaitForShutdown()
	}
	return err
}
