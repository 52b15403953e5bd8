package rehearsal

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nkeys"

	"example.org/totem/booking"
	"example.org/totem/store"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/pooling"
	"example.org/totem/sync/wire"
)

// lan is the office's own network. What it carries is written and read as on a real one; it is lost, asked twice, late, or an
// answer of before.
type lan struct {
	world *world

	mu      sync.Mutex
	rng     *mathrand.Rand // of its own, so that what else a seed plays stays as it is
	plugs   map[booking.TotemID]*plug
	answers map[[2]booking.TotemID][]byte // that were lost or late, by who asked whom
}

func newLAN(w *world) *lan {
	return &lan{world: w, rng: mathrand.New(mathrand.NewPCG(w.cfg.Seed, 17)), plugs: make(map[booking.TotemID]*plug),
		answers: make(map[[2]booking.TotemID][]byte)}
}

func (l *lan) chance(p float64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.rng.Float64() < p
}

// delay is how long a message travels: moments, and sometimes seconds.
func (l *lan) delay() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := time.Duration(l.rng.IntN(50)) * time.Millisecond
	if l.rng.IntN(10) == 0 {
		d += time.Duration(l.rng.IntN(10)) * time.Second
	}
	return d
}

func (l *lan) plug(p *plug) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.plugs[p.totem.name.totem] = p
}

func (l *lan) find(id booking.TotemID) *plug {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.plugs[id]
}

// lag returns the answer that comes to who asked: now and then one that was on the way since an earlier question.
func (l *lan) lag(asked, peer booking.TotemID, data []byte) []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	way := [2]booking.TotemID{asked, peer}
	earlier := l.answers[way]
	l.answers[way] = data
	if earlier != nil && l.rng.IntN(6) == 0 {
		return earlier
	}
	return data
}

// plug is what a totem's program has of the network, for one life.
type plug struct {
	totem *totem
	donor *pooling.Donor
	wake  chan struct{}
	done  chan error

	gone sync.RWMutex // held by who asks; taken by the end of the program
	out  bool

	mu      sync.Mutex
	cut     bool
	refused bool
	caught  bool // both sides of the link know what the other one did without it
}

// plugIn starts what a totem does for the others and they for it, until ctx ends.
func (t *totem) plugIn(ctx context.Context) error {
	p := &plug{totem: t, wake: make(chan struct{}, 1), done: make(chan error, 1), cut: true}
	donor, err := pooling.NewDonor(pooling.DonorConfig{Stock: t.world.cfg.Broken.stock(stock{t.store, t.name.totem}), Selling: p.selling, Sign: t.sign, Report: p.hear})
	if err != nil {
		return err
	}
	p.donor, t.plug = donor, p
	began := time.Now()
	cfg := pooling.Config{Office: t.name.office, Totem: t.name.totem, Store: shelf{t.store}, Asker: p, Cut: p.isCut, Selling: p.selling,
		Wake: p.wake, After: seldom, Steady: func() time.Duration { return time.Since(began) }, Report: p.hear, Mark: 18}
	go func() { p.done <- pooling.Run(ctx, cfg) }()
	t.world.lan.plug(p)
	return nil
}

// seldom is time.After where a day takes seconds: who asks all the time leaves none for the others.
func seldom(d time.Duration) <-chan time.Time { return time.After(max(d, time.Minute)) }

// pull ends it; its context has ended.
func (p *plug) pull() error {
	p.gone.Lock()
	p.out = true
	p.gone.Unlock()
	return <-p.done
}

// hear takes in what passed between totems. What was not believed is no matter: it was an answer to an earlier question.
func (p *plug) hear(r pooling.Report) {
	switch r := r.(type) {
	case pooling.Given, pooling.Received:
		if got, ok := r.(pooling.Received); ok {
			p.totem.world.judge.passed(got.Slots)
		}
		p.totem.tell()
	case pooling.StoreFailed:
		p.totem.world.judge.wrong("the store of %s fails: %v", p.totem.name.totem, r.Err)
	}
}

// hearLink takes in what the outbox reports.
func (p *plug) hearLink(r outbox.Report) {
	p.mu.Lock()
	switch r.(type) {
	case outbox.Connected:
		p.cut, p.refused = false, false
	case outbox.CaughtUp:
		p.caught = true
	case outbox.Disconnected:
		p.cut, p.caught = true, false
	case outbox.Refused, outbox.Forked:
		p.refused, p.caught = true, false
	}
	p.mu.Unlock()
	wake(p.wake)
}

func (p *plug) isCut() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cut && !p.refused
}

func (p *plug) isCaughtUp() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.caught
}

// selling returns what is sold: nothing at night, and nothing by a totem that the scheduler will not have.
func (p *plug) selling() (booking.Day, time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if hour := now.In(p.totem.world.cfg.Zone).Hour(); p.refused || hour < 7 || hour >= 18 || p.totem.version < wire.Newest {
		return booking.Day{}, time.Time{}
	}
	return booking.DayOf(now, p.totem.world.cfg.Zone), now
}

var errNoPeer = errors.New("nobody answers who holds that key")

// Ask implements [pooling.Asker].
func (p *plug) Ask(ctx context.Context, peer wire.Peer, need wire.Need) (wire.Passed, error) {
	l := p.totem.world.lan
	question, err := wire.Encode(wire.Newest, need)
	if err != nil {
		return wire.Passed{}, err
	}
	if err := pass(ctx, l.delay()); err != nil || l.chance(0.15) {
		return wire.Passed{}, errors.Join(errLost, err)
	}
	other := l.find(peer.Totem)
	if other == nil || other.totem.public() != peer.Key {
		return wire.Passed{}, errNoPeer
	}
	data, err := other.answer(p, question)
	if err == nil && l.chance(0.15) {
		data, err = other.answer(p, question)
	}
	if err != nil {
		return wire.Passed{}, err
	}
	data = l.lag(p.totem.name.totem, peer.Totem, data)
	if err := pass(ctx, l.delay()); err != nil || l.chance(0.15) {
		return wire.Passed{}, errors.Join(errLost, err)
	}
	return wire.Decode[wire.Passed](data)
}

// answer is the donor's side of a question.
func (p *plug) answer(from *plug, question []byte) ([]byte, error) {
	p.gone.RLock()
	defer p.gone.RUnlock()
	if p.out {
		return nil, errNoPeer
	}
	ctx := context.Background()
	known, err := p.totem.store.Peers(ctx)
	if err != nil {
		return nil, err
	}
	admitted := func(o wire.Peer) bool { return o.Totem == from.totem.name.totem && o.Key == from.totem.public() }
	if !slices.ContainsFunc(known, admitted) {
		return nil, errNoPeer
	}
	need, err := wire.Decode[wire.Need](question)
	if err != nil {
		return nil, err
	}
	passed, err := p.donor.Answer(ctx, from.totem.name.totem, need)
	if err != nil {
		return nil, err
	}
	return wire.Encode(wire.Newest, passed)
}

func pass(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// shelf is a totem's store as who asks sees it: a queue without a free slot counts too.
type shelf struct{ *store.Store }

// Free implements [pooling.Store].
func (s shelf) Free(ctx context.Context, day booking.Day, notBefore time.Time) (map[booking.QueueID]int, error) {
	starts, err := s.Offers(ctx, day, notBefore)
	free := make(map[booking.QueueID]int)
	for _, at := range starts {
		free[at.Key.Queue] += at.Places
	}
	return free, err
}

// stock is a totem's store as who is asked sees it.
type stock struct {
	*store.Store
	me booking.TotemID
}

// Give implements [pooling.Stock].
func (s stock) Give(ctx context.Context, g pooling.Giving) ([]booking.Transfer, error) {
	return s.Store.Give(ctx, store.Giving(g))
}

// device is what a totem has beside its disk, and what comes new with a new disk.
type device struct {
	mu  sync.Mutex
	key ed25519.PrivateKey
}

func (d *device) renew() error {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.key = key
	return err
}

func (d *device) sign(covered []byte) (booking.Proof, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return booking.Proof(ed25519.Sign(d.key, covered)), nil
}

// public returns the key by which others know the device.
func (d *device) public() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	text, err := nkeys.Encode(nkeys.PrefixByteUser, d.key.Public().(ed25519.PublicKey))
	if err != nil {
		panic(fmt.Sprintf("encode a key that was just drawn: %v", err))
	}
	return string(text)
}
