// Package central assembles the scheduler's side: a NATS server in this process or one elsewhere, the ledger, the key
// vault, the service, and its link to the totems.
package central

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
	"example.org/totem/ledger/jetstream"
	"example.org/totem/scheduler"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/scheduler/contacts"
	"example.org/totem/scheduler/vault"
	"example.org/totem/sync/natslink"
)

// Config is what a scheduler is made of.
type Config struct {
	OfficeFiles []string      // paths of office files
	Plans       []agenda.Plan // offices beside those of OfficeFiles; together at least one, each once

	// DataDir holds what lasts: the identity, the keys, contacts and records of consents and, without NATS, the ledger. One process at a time may use it.
	DataDir string
	// Init makes identity and ledger where there are none, for tests and simulations. Else [Init] must have made them.
	Init bool
	// Listen is where the embedded NATS server waits for totems; "" means 127.0.0.1:4222, port 0 any that is free.
	Listen string
	// NATS is the URL of a server with JetStream to be used instead of the embedded one; "" for none. Listen is then
	// not looked at.
	NATS     string
	Creds    string   // with NATS: file of credentials for it; "" for those of the identity
	Pins     []string // with NATS: of its TLS key; see [Store]
	Replicas int      // of every stream on an external cluster; 0 means 1

	// NotifierFile is the path of a notifier file, which says how messages go out; "" for none. Notifiers send beside it, or
	// rather than it where both serve a channel. Without either nobody is offered a reminder.
	NotifierFile string
	Notifiers    []contacts.Notifier

	Settle   time.Duration      // for how long a day must have been over before it is closed; 0 means 10 minutes
	Patience scheduler.Patience // with its totems before one is said to be in trouble; its zero is good

	Now    func() time.Time                     // nil means time.Now
	After  func(time.Duration) <-chan time.Time // nil means time.After
	Random io.Reader                            // a cryptographic source; nil means crypto/rand
	Log    *slog.Logger                         // nil is silent
}

// Central is a scheduler at work.
type Central struct {
	books     *Books
	mirror    *jetstream.Mirror // nil until there is a service to read from it
	vault     *vault.Vault
	contacts  *contacts.Store // nil without an identity, which signs the records of consents
	uplink    *uplink
	service   *scheduler.Service
	log       *slog.Logger
	now       func() time.Time
	random    io.Reader
	cancel    context.CancelFunc // of the service's rounds, and of the messages that go out
	work      sync.WaitGroup     // the rounds, the messages, and the watch over the storage
	announced string             // the data directory that says where the server is; "" as long as none does
	failed    chan error
	close     func() error
}

// Open starts a scheduler: when it returns, the first sheets are planned and totems are answered. ctx bounds the
// start only. Whatever was opened is closed again when it fails. The error is a *fault.Fault.
func Open(ctx context.Context, cfg Config) (*Central, error) {
	plans, err := readPlans(cfg)
	if err != nil {
		return nil, err
	}
	if cfg.NotifierFile != "" {
		notifiers, err := ReadNotifiers(cfg.NotifierFile)
		if err != nil {
			return nil, err
		}
		cfg.Notifiers = append(slices.Clip(cfg.Notifiers), notifiers...)
	}
	if cfg.DataDir == "" {
		return nil, fault.New(fault.CodeUsage, nil, "name a data directory", "the office-day keys have no place to be kept")
	}
	if cfg.Random == nil {
		cfg.Random = rand.Reader
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	books, err := OpenBooks(ctx, cfg.store())
	if err != nil {
		return nil, err
	}
	c := &Central{books: books, log: cfg.Log, now: cfg.Now, random: cfg.Random, uplink: newUplink(), cancel: func() {}, failed: make(chan error, 1)}
	c.close = sync.OnceValue(c.closeAll)
	if err := c.start(ctx, cfg, plans); err != nil {
		if books.full(err) {
			err = fullFault(err, cfg.DataDir)
		}
		return nil, errors.Join(err, c.Close())
	}
	event.Log(c.log, event.CentralStarted, slog.Int("offices", len(plans)), slog.String("nats", c.URL()))
	return c, nil
}

func (cfg Config) store() Store {
	return Store{
		DataDir: cfg.DataDir, Listen: cfg.listen(), NATS: cfg.NATS, Creds: cfg.Creds, Pins: cfg.Pins, Replicas: cfg.Replicas,
		Init: cfg.Init, Epoch: uint64(cfg.Now().Unix()), Random: cfg.Random, Alone: true, Log: cfg.Log,
	}
}

func (cfg Config) listen() string {
	if cfg.Listen == "" {
		return "127.0.0.1:4222"
	}
	return cfg.Listen
}

func readPlans(cfg Config) ([]agenda.Plan, error) {
	plans := append([]agenda.Plan(nil), cfg.Plans...)
	var wrong error
	for _, path := range cfg.OfficeFiles {
		plan, err := agenda.ReadFile(path)
		wrong = errors.Join(wrong, err)
		plans = append(plans, plan)
	}
	if wrong != nil {
		return nil, wrong
	}
	if len(plans) == 0 {
		return nil, fault.New(fault.CodeUsage, nil, "name at least one office file", "there is no office to serve")
	}
	seen := make(map[booking.OfficeID]bool)
	for _, p := range plans {
		if seen[p.Office.ID] {
			return nil, fault.New(fault.CodeOffice, nil, "give each office its own id, and each file once", "two files describe the office %s", p.Office.ID)
		}
		seen[p.Office.ID] = true
	}
	return plans, nil
}

func (c *Central) start(ctx context.Context, cfg Config, plans []agenda.Plan) (err error) {
	if err := c.books.Fit(ctx, cfg.Replicas, cfg.Log); err != nil {
		return err
	}
	if c.vault, err = vault.Open(filepath.Join(cfg.DataDir, "keys"), cfg.Random); err != nil {
		return storeFault(err, cfg.DataDir)
	}
	if err := c.openContacts(cfg); err != nil {
		return err
	}
	c.mirror = c.books.Ledger.Mirror()
	c.service, err = scheduler.New(scheduler.Config{
		Plans: plans, Book: c.books.Ledger, Roster: c.books.Ledger, Keys: c.vault, Uplink: c.uplink, Tallies: c.books.Ledger,
		Ward: c.books.Ledger, Patience: cfg.Patience,
		Authority: c.books.Authority(), Contacts: c.keepsContacts(),
		Now: cfg.Now, After: cfg.After, Settle: cfg.Settle, Log: cfg.Log,
	})
	if err != nil {
		return err
	}
	if err := c.uplink.serve(ctx, natslink.ServeConfig{Conn: c.books.conn, Answerer: c.service, Log: cfg.Log, Replicas: cfg.Replicas}); err != nil {
		return err
	}
	_ = c.service.Tend(ctx) // it has told what it could not do
	if err := announce(cfg.DataDir, c.books.Outside()); err != nil {
		return err
	}
	c.announced = cfg.DataDir
	if err := noteElsewhere(cfg.DataDir, cfg.NATS); err != nil {
		return err
	}
	working, cancel := context.WithCancel(context.WithoutCancel(ctx))
	c.cancel = cancel
	c.work.Go(func() { c.service.Run(working) })
	if c.contacts != nil {
		c.work.Go(func() { c.contacts.Run(working, c.service) })
	}
	c.work.Go(func() { c.watch(working, cfg.DataDir) })
	return nil
}

// watch tells when nothing can be stored any more.
func (c *Central) watch(ctx context.Context, dir string) {
	select {
	case <-c.books.Failed():
		err := fullFault(c.books.words.storage(), dir)
		event.Log(c.log, event.CentralFault, fault.Attrs(err)...)
		c.failed <- err
	case <-ctx.Done():
	}
}

// Failed brings a *fault.Fault, once, when the embedded server cannot store anything any more. It does not mend itself
// when there is room again: the caller closes the scheduler, and whoever supervises it starts it anew.
func (c *Central) Failed() <-chan error { return c.failed }

// URL returns where totems reach the scheduler.
func (c *Central) URL() string { return c.books.URL() }

// Service returns the service.
func (c *Central) Service() *scheduler.Service { return c.service }

// Ledger returns the ledger.
func (c *Central) Ledger() *jetstream.Ledger { return c.books.Ledger }

// Token returns a one-time token with which a device may become a totem until life has passed.
func (c *Central) Token(ctx context.Context, office booking.OfficeID, totem booking.TotemID, life time.Duration) (string, error) {
	return scheduler.NewToken(ctx, c.books.Ledger, office, totem, c.random, c.now(), life)
}

// Revoke takes a totem's key away, and cuts it off; see [scheduler.RevokeKey].
func (c *Central) Revoke(ctx context.Context, office booking.OfficeID, totem booking.TotemID) error {
	return scheduler.RevokeKey(ctx, c.books.Ledger, c.books.Authority(), office, totem)
}

// Pins returns the pins of the servers' TLS keys, by which a device knows them before it is enrolled.
func (c *Central) Pins() []string { return c.books.Pins() }

// Sheets returns the sheets of an office and day, in order of queue.
func (c *Central) Sheets(ctx context.Context, office booking.OfficeID, day booking.Day) ([]booking.Sheet, error) {
	return c.service.Sheets(ctx, office, day)
}

// DayKey returns the key of an office and day, drawn if it is not there and no ticket was given that day.
func (c *Central) DayKey(ctx context.Context, office booking.OfficeID, day booking.Day) (booking.DayKey, error) {
	return c.service.DayKey(ctx, office, day)
}

// Close stops the scheduler and waits until everything has ended. It may be called twice.
func (c *Central) Close() error { return c.close() }

func (c *Central) closeAll() error {
	c.cancel()
	c.work.Wait()
	var err error
	if c.announced != "" {
		err = renounce(c.announced)
	}
	err = errors.Join(err, c.uplink.close())
	if c.mirror != nil {
		err = errors.Join(err, c.mirror.Close())
	}
	err = errors.Join(err, c.books.Close())
	if c.announced != "" { // else it never began
		event.Log(c.log, event.CentralStopped)
	}
	return err
}
