package rehearsal

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"time"

	"example.org/totem/paper"
	"example.org/totem/store"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
)

// totem is one device: a store on disk, an outbox at work, a link.
type totem struct {
	world *world
	name  who
	path  string
	store *store.Store
	radio *radio

	device
	plug    *plug
	version int // its release's messages
	wake    chan struct{}
	health  health
	changed chan struct{} // of health
	cancel  context.CancelFunc
	done    chan error
}

func (w *world) newTotem(name who, version int) *totem {
	address := fmt.Sprintf("192.0.2.%d:7411", len(w.totems)+1)
	return &totem{world: w, name: name, version: version, health: health{address: address},
		path: filepath.Join(w.cfg.Folder, string(name.office+"-")+string(name.totem)+".db")}
}

// start opens the store as it lies there and lets the outbox work.
func (t *totem) start() error {
	s, err := store.Open(context.Background(), store.Config{Path: t.path, Office: t.name.office, Totem: t.name.totem})
	if err != nil {
		return fmt.Errorf("start %s: %w", t.name.totem, err)
	}
	t.store, t.radio, t.wake = s, newRadio(t.world, t.name, t.version), make(chan struct{}, 1)
	t.changed = make(chan struct{}, 1)
	ctx, cancel := context.WithCancel(context.Background())
	t.cancel, t.done = cancel, make(chan error, 1)
	if t.key == nil {
		if err := t.renew(); err != nil {
			return err
		}
	}
	if err := t.plugIn(ctx); err != nil {
		return err
	}
	plug := t.plug
	began := time.Now()
	cfg := outbox.Config{
		Store: s, Link: t.radio, Wake: t.wake, After: time.After, Program: "rehearsal",
		Jitter: func(most time.Duration) time.Duration { return mathrand.N(max(most, 1)) },
		Steady: func() time.Duration { return time.Since(began) }, Random: rand.Reader,
		Health: t.health.now, HealthChanged: t.changed,
		Report: func(r outbox.Report) {
			t.world.hear(t, r)
			plug.hearLink(r)
		},
	}
	go func() { t.done <- outbox.Run(ctx, cfg) }()
	t.world.attach(t.radio)
	t.radio.set(true)
	return nil
}

// stop ends it as a restart does.
func (t *totem) stop() error {
	t.world.detach(t.radio)
	t.cancel()
	err := errors.Join(<-t.done, t.plug.pull())
	t.radio.close()
	return errors.Join(err, t.store.Close())
}

func (t *totem) restart() error { return errors.Join(t.stop(), t.start()) }

// update restarts with a release that speaks the newest version.
func (t *totem) update() error {
	err := t.stop() // what reads the version is at an end then
	t.version = wire.Newest
	return errors.Join(err, t.start())
}

// tell wakes the outbox.
func (t *totem) tell() { wake(t.wake) }

func wake(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// health is how a totem is.
type health struct {
	mu      sync.Mutex
	printer paper.Status
	since   time.Time
	address string
}

func (h *health) now() wire.Health {
	h.mu.Lock()
	defer h.mu.Unlock()
	return wire.Health{Printer: h.printer, Since: h.since, Profile: "generic-80", Clock: wire.ClockSynced, Program: "rehearsal", Address: h.address}
}

// becomes changes the printer's status.
func (t *totem) becomes(s paper.Status) {
	t.health.mu.Lock()
	t.health.printer, t.health.since = s, time.Now()
	t.health.mu.Unlock()
	wake(t.changed)
}

// isKnown reports whether the scheduler knows how the totem is.
func (t *totem) isKnown(ctx context.Context) (bool, error) {
	h, err := t.world.central().memory.Health(ctx, t.name.office, t.name.totem)
	return h.Told.Incarnation == t.store.Incarnation() && h.Told.Printer == t.health.now().Printer, err
}

// visitLost is a visit of which the disk forgets everything, though the citizen has the ticket: what happens when a totem
// answers before it has committed, and the power fails.
func (t *totem) visitLost(ctx context.Context) error {
	if err := t.stop(); err != nil {
		return err
	}
	before, err := os.ReadFile(t.path)
	if err != nil {
		return err
	}
	if err := errors.Join(t.start(), t.visit(ctx), t.stop()); err != nil {
		return err
	}
	return errors.Join(os.WriteFile(t.path, before, 0o600), t.start())
}

// replace is a disk that is no more, and a new one.
func (t *totem) replace(ctx context.Context) error {
	waiting, err := t.waits(ctx)
	if err != nil {
		return err
	}
	if waiting {
		t.world.judge.lose(t.store.Incarnation())
	}
	if err := t.stop(); err != nil {
		return err
	}
	for _, end := range []string{"", "-wal", "-shm", ".lock"} {
		if err := os.Remove(t.path + end); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if err := t.renew(); err != nil {
		return err
	}
	return t.start()
}

// waits reports whether it has something that the scheduler does not know.
func (t *totem) waits(ctx context.Context) (bool, error) {
	_, _, waiting, err := t.store.Next(ctx)
	return waiting, err
}
