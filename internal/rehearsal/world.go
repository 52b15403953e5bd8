package rehearsal

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	mathrand "math/rand/v2"
	"slices"
	"sync"
	"time"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/scheduler"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
)

// world is everything that is there.
type world struct {
	cfg    Config
	plan   agenda.Plan
	judge  *judge
	totems []*totem
	log    *slog.Logger

	mu     sync.Mutex
	rng    *mathrand.Rand
	calm   bool // nothing is lost any more
	centre *central
	radios map[*radio]bool
	lan    *lan
	speaks int // the messages that the ledger tells its sheets in
}

// central is one life of the scheduler's machine.
type central struct {
	memory   *ledger.Memory
	keys     *keyring
	stream   *stream
	services []*scheduler.Service // one, or two
	answers  answerer
	cancel   context.CancelFunc
	work     sync.WaitGroup
}

func (w *world) chance(p float64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.rng.Float64() < p && !w.calm
}

func (w *world) pick(n int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.rng.IntN(n)
}

// delay is how long a message travels: mostly moments, sometimes long.
func (w *world) delay() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	d := time.Duration(w.rng.IntN(400)) * time.Millisecond
	if w.rng.IntN(30) == 0 && !w.calm {
		d += time.Duration(w.rng.IntN(20)) * time.Second
	}
	return d
}

func (w *world) central() *central {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.centre
}

// book is the ledger as people's commands reach it.
func (w *world) book() ledger.Book { return pushing{w.central().memory, w} }

// alive returns the stores whose disks are there.
func (w *world) alive() (stores []booking.Incarnation) {
	for _, t := range w.totems {
		stores = append(stores, t.store.Incarnation())
	}
	return stores
}

func (w *world) attach(r *radio) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.radios[r] = true
}

func (w *world) detach(r *radio) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.radios, r)
}

// hear takes in what an outbox reports. A fork among honest devices is a broken promise.
func (w *world) hear(t *totem, r outbox.Report) {
	if f, ok := r.(outbox.Forked); ok {
		w.judge.wrong("%s says fork: expected %d, last %+v, %v", t.name.totem, f.Expected, f.Last, f.Err)
	}
	if _, ok := r.(outbox.CaughtUp); ok {
		if err := t.store.CaughtUp(context.Background()); err != nil {
			w.judge.wrong("the store of %s fails: %v", t.name.totem, err)
		}
	}
}

// begin starts the scheduler's program on what its machine holds.
func (w *world) begin(memory *ledger.Memory, keys *keyring, s *stream) error {
	c := &central{memory: memory, keys: keys, stream: s}
	book, number := ledger.Book(pushing{memory, w}), 1
	if w.cfg.Twins {
		number = 2
	}
	for i := range number {
		if i > 0 {
			book = &lagging{Book: book}
		}
		service, err := scheduler.New(scheduler.Config{
			Plans: []agenda.Plan{w.plan}, Book: book, Roster: w.cfg.Broken.roster(memory), Tallies: memory, Ward: memory, Keys: keys,
			Uplink: w.cfg.Broken.uplink(purger{s}), Round: 3*time.Minute + time.Duration(i)*time.Second, Log: w.log,
		})
		if err != nil {
			return err
		}
		c.services = append(c.services, service)
	}
	c.answers = w.cfg.Broken.answers(c.services[0], memory)
	if w.cfg.Twins {
		c.answers = either{w, [2]answerer{c.answers, c.services[1]}}
	}
	ctx, cancel := context.WithCancel(context.Background())
	c.cancel = cancel
	w.mu.Lock()
	w.centre = c
	w.mu.Unlock()
	for _, service := range c.services {
		c.work.Go(func() { service.Run(ctx) })
	}
	c.work.Go(func() { s.fold(ctx, c.answers, func() bool { return w.chance(w.cfg.Loss / 4) }) })
	return nil
}

// end stops the scheduler's program; its machine keeps what it holds.
func (c *central) end() {
	c.cancel()
	c.work.Wait()
}

// purger is the scheduler's hand on the stream.
type purger struct{ stream *stream }

func (p purger) Purge(_ context.Context, office booking.OfficeID, totem booking.TotemID, before uint64) error {
	p.stream.purge(who{office, totem}, min(before, p.stream.last(who{office, totem}).Sequence))
	return nil
}

func (p purger) Seal(_ context.Context, office booking.OfficeID, totem booking.TotemID, folded uint64) error {
	return p.stream.seal(who{office, totem}, folded)
}

func (p purger) Folded(_ context.Context, office booking.OfficeID, totem booking.TotemID) (bool, error) {
	return p.stream.folded(who{office, totem}), nil
}

func (p purger) Scrub(context.Context) error { return nil }

// pushing is a ledger that tells every totem of the office what was written.
type pushing struct {
	*ledger.Memory
	world *world
}

// Speak implements [ledger.Book].
func (p pushing) Speak(_ booking.OfficeID, version int) {
	p.world.mu.Lock()
	defer p.world.mu.Unlock()
	p.world.speaks = version
}

func (p pushing) Put(ctx context.Context, s booking.Sheet) (booking.Revision, error) {
	before := s.Revision
	was, lacking := p.Memory.Sheet(ctx, s.SheetKey)
	revision, err := p.Memory.Put(ctx, s)
	if err != nil {
		return revision, err
	}
	if lacking == nil && was.Revision == before {
		p.world.judge.watch(was, s)
	}
	s = s.Clone()
	s.Revision = revision
	p.world.mu.Lock()
	radios, version := slices.Collect(maps.Keys(p.world.radios)), max(p.world.speaks, wire.Oldest)
	p.world.mu.Unlock()
	for _, r := range radios {
		if r.from.office == s.Office {
			r.push(outbox.Pushed{Sheet: s, Previous: before.Sequence}, version)
		}
	}
	return revision, nil
}

// keyring keeps day keys.
type keyring struct {
	mu   sync.Mutex
	keys map[officeDay]booking.DayKey
}

type officeDay struct {
	office booking.OfficeID
	day    booking.Day
}

func newKeyring() *keyring { return &keyring{keys: make(map[officeDay]booking.DayKey)} }

func (k *keyring) copy() *keyring {
	k.mu.Lock()
	defer k.mu.Unlock()
	return &keyring{keys: maps.Clone(k.keys)}
}

func (k *keyring) Key(_ context.Context, office booking.OfficeID, day booking.Day) (booking.DayKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	key, ok := k.keys[officeDay{office, day}]
	if !ok {
		return key, fmt.Errorf("key of %s on %s: %w", office, day, fs.ErrNotExist)
	}
	return key, nil
}

func (k *keyring) Draw(ctx context.Context, office booking.OfficeID, day booking.Day) (booking.DayKey, error) {
	if key, err := k.Key(ctx, office, day); err == nil {
		return key, nil
	}
	key, err := booking.NewDayKey(rand.Reader)
	return key, errors.Join(err, k.Keep(ctx, office, day, key))
}

func (k *keyring) Keep(_ context.Context, office booking.OfficeID, day booking.Day, key booking.DayKey) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys[officeDay{office, day}] = key
	return nil
}

func (k *keyring) Destroy(_ context.Context, office booking.OfficeID, day booking.Day) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.keys, officeDay{office, day})
	return nil
}

func (k *keyring) Kept(context.Context) (map[booking.OfficeID][]booking.Day, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	kept := make(map[booking.OfficeID][]booking.Day)
	for od := range k.keys {
		kept[od.office] = append(kept[od.office], od.day)
	}
	return kept, nil
}
