package outbox_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"example.org/totem/booking"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
)

var (
	today = booking.DayOf(time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), time.UTC)
	queue = booking.QueueID("anagrafe")
)

// disk is a model of the totem's store: what it is told is durable at once.
type disk struct {
	mu     sync.Mutex
	id     booking.FactID
	facts  []booking.Fact // that are not acknowledged
	chain  uint64
	sheets map[booking.SheetKey]booking.Sheet
	broken error
}

func newDisk(life byte) *disk {
	return &disk{
		id:     booking.FactID{Incarnation: booking.Incarnation{life}},
		sheets: map[booking.SheetKey]booking.Sheet{},
	}
}

// copyOf returns what a card cloned now would hold.
func (d *disk) copyOf() *disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	return &disk{id: d.id, facts: slices.Clone(d.facts), chain: d.chain, sheets: map[booking.SheetKey]booking.Sheet{}}
}

// commit adds a fact and returns its number.
func (d *disk) commit() uint64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.id.N++
	d.facts = append(d.facts, booking.Fact{
		ID: d.id, Kind: booking.FactIssued, At: time.Unix(1_795_000_020, 0).UTC().Truncate(time.Minute), Day: today,
		Queue: queue, Slot: booking.NewNumber("A", int(d.id.N)), Code: booking.CodeHash{byte(d.id.N), byte(d.id.N >> 8), 1},
	})
	return d.id.N
}

// closeDay turns what was not acknowledged into counts, under the same numbers.
func (d *disk) closeDay() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range d.facts {
		d.facts[i] = d.facts[i].Counted()
	}
}

func (d *disk) Identity(context.Context) (booking.FactID, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.id, d.broken
}

func (d *disk) Next(context.Context) (booking.Fact, uint64, bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.facts) == 0 || d.broken != nil {
		return booking.Fact{}, 0, false, d.broken
	}
	return d.facts[0], d.chain, true, nil
}

func (d *disk) Accepted(_ context.Context, id booking.FactID, sequence uint64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.broken != nil {
		return d.broken
	}
	for len(d.facts) > 0 && d.facts[0].ID.N <= id.N {
		d.facts, d.chain = d.facts[1:], sequence
	}
	return nil
}

func (d *disk) Have(context.Context) (wire.Pull, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var p wire.Pull
	for k, s := range d.sheets {
		p.Have = append(p.Have, wire.Have{Queue: k.Queue, Day: k.Day, Revision: s.Revision})
	}
	return p, d.broken
}

func (d *disk) Take(_ context.Context, p wire.Pulled) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range p.Sheets {
		if s.Revision.Newer(d.sheets[s.SheetKey].Revision) {
			d.sheets[s.SheetKey] = s
		}
	}
	return d.broken
}

func (d *disk) Push(_ context.Context, s booking.Sheet, previous uint64) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	cached := d.sheets[s.SheetKey].Revision
	switch {
	case !s.Revision.Newer(cached):
		return true, d.broken
	case cached.Epoch != s.Revision.Epoch || cached.Sequence != previous:
		return false, d.broken
	}
	d.sheets[s.SheetKey] = s
	return true, d.broken
}

func (d *disk) waiting() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.facts)
}

func (d *disk) sequences() map[booking.SheetKey]uint64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := map[booking.SheetKey]uint64{}
	for k, s := range d.sheets {
		all[k] = s.Revision.Sequence
	}
	return all
}

// centre is a model of the scheduler's side of one totem: the stream of its facts, and sheets that change.
type centre struct {
	mu       sync.Mutex
	sequence uint64 // of the whole stream, which others write to as well
	facts    []booking.Fact
	at       []uint64 // the link sequence of each fact
	sheets   map[booking.SheetKey]booking.Sheet
	refusal  *wire.Refusal
}

func newCentre() *centre {
	return &centre{sequence: 40, sheets: map[booking.SheetKey]booking.Sheet{}}
}

func (c *centre) last() wire.Accepted {
	if len(c.facts) == 0 {
		return wire.Accepted{}
	}
	id := c.facts[len(c.facts)-1].ID
	return wire.Accepted{Sequence: c.at[len(c.at)-1], Incarnation: id.Incarnation, N: id.N}
}

func (c *centre) send(f booking.Fact, chain uint64) (uint64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last().Sequence != chain {
		return 0, outbox.ErrChain
	}
	c.sequence += 1 + uint64(len(c.facts)%3)
	c.facts, c.at = append(c.facts, f), append(c.at, c.sequence)
	return c.sequence, nil
}

func (c *centre) pull(have wire.Pull) wire.Pulled {
	c.mu.Lock()
	defer c.mu.Unlock()
	held := map[booking.SheetKey]booking.Revision{}
	for _, h := range have.Have {
		held[booking.SheetKey{Office: "rm001", Queue: h.Queue, Day: h.Day}] = h.Revision
	}
	var p wire.Pulled
	for k, s := range c.sheets {
		switch {
		case !s.Revision.Newer(held[k]):
		case len(p.Sheets) == 2:
			p.More = true
		default:
			p.Sheets = append(p.Sheets, s)
		}
	}
	return p
}

// change makes a new revision of a random sheet and returns it as it would be pushed.
func (c *centre) change(rng *rand.Rand) outbox.Pushed {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := booking.SheetKey{Office: "rm001", Queue: queue, Day: today.AddDays(rng.IntN(5))}
	s := c.sheets[key]
	previous := s.Revision.Sequence
	c.sequence++
	s = booking.Sheet{SheetKey: key, Revision: booking.Revision{Epoch: 1, Sequence: c.sequence}, Prefix: "A"}
	c.sheets[key] = s
	return outbox.Pushed{Sheet: s, Previous: previous}
}

func (c *centre) sequences() map[booking.SheetKey]uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := map[booking.SheetKey]uint64{}
	for k, s := range c.sheets {
		all[k] = s.Revision.Sequence
	}
	return all
}

// numbers returns the n of the facts of one store, in the order in which they were accepted.
func (c *centre) numbers(life booking.Incarnation) []uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []uint64
	for _, f := range c.facts {
		if f.ID.Incarnation == life {
			all = append(all, f.ID.N)
		}
	}
	return all
}

// wireless is a link to a centre that loses, doubles and delays what it carries.
type wireless struct {
	centre *centre
	events chan outbox.Event

	mu   sync.Mutex
	rng  *rand.Rand
	loss float64 // of a request or an answer, each
	wg   sync.WaitGroup
}

func newWireless(c *centre, seed uint64) *wireless {
	return &wireless{centre: c, events: make(chan outbox.Event, 1000), rng: rand.New(rand.NewPCG(seed, 1))}
}

func (l *wireless) Events() <-chan outbox.Event { return l.events }

// chance returns whether something of probability p happens, and how long a message takes.
func (l *wireless) chance(p float64) (bool, time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.rng.Float64() < p, time.Duration(l.rng.IntN(3000)) * time.Millisecond
}

func (l *wireless) losing() float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.loss
}

func (l *wireless) setLoss(p float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.loss = p
}

var errNoResponder = errors.New("nobody answers")

// carry takes a request to the centre, and perhaps, much later, once more. What it says must be read before ctx ends.
func carry[T any](ctx context.Context, l *wireless, handle func() (T, error)) (T, error) {
	var none T
	loss := l.losing()
	if lost, delay := l.chance(loss / 2); lost {
		<-time.After(delay)
		return none, errNoResponder
	}
	type answer struct {
		value T
		err   error
	}
	answered := make(chan answer, 1)
	lost, there := l.chance(loss)
	_, back := l.chance(0)
	again, later := l.chance(loss)
	if slow, _ := l.chance(loss / 2); slow {
		there += 25 * time.Second // longer than anybody waits
	}
	l.wg.Go(func() {
		<-time.After(there)
		if lost {
			return
		}
		value, err := handle()
		if again {
			<-time.After(20 * later)
			handle()
		}
		if dropped, _ := l.chance(loss); !dropped {
			answered <- answer{value, err}
		}
	})
	select {
	case <-ctx.Done():
		return none, ctx.Err()
	case a := <-answered:
		select {
		case <-ctx.Done():
			return none, ctx.Err()
		case <-time.After(back):
			return a.value, a.err
		}
	}
}

func (l *wireless) Hello(ctx context.Context, h wire.Hello) (wire.Welcome, error) {
	return carry(ctx, l, func() (wire.Welcome, error) {
		l.centre.mu.Lock()
		defer l.centre.mu.Unlock()
		if l.centre.refusal != nil {
			return wire.Welcome{}, l.centre.refusal
		}
		return wire.Welcome{Accepted: l.centre.last(), Time: time.Now().UTC()}, nil
	})
}

func (l *wireless) Send(ctx context.Context, f booking.Fact, chain uint64) (uint64, error) {
	return carry(ctx, l, func() (uint64, error) { return l.centre.send(f, chain) })
}

func (l *wireless) Last(ctx context.Context) (wire.Accepted, error) {
	return carry(ctx, l, func() (wire.Accepted, error) {
		l.centre.mu.Lock()
		defer l.centre.mu.Unlock()
		return l.centre.last(), nil
	})
}

func (l *wireless) Pull(ctx context.Context, p wire.Pull) (wire.Pulled, error) {
	return carry(ctx, l, func() (wire.Pulled, error) { return l.centre.pull(p), nil })
}
