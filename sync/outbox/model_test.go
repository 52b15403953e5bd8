package outbox_test

import (
	"context"
	"maps"
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
	mu    sync.Mutex
	id    booking.FactID
	facts []booking.Fact // that are not acknowledged
	chain uint64
	// committed has the digests of facts as they were when they were committed.
	committed map[uint64]wire.Digest
	sheets    map[booking.SheetKey]booking.Sheet
	salt      byte // tells the codes that this device draws from those of a copy of it
	broken    error
	forked    error // what Take and Push answer
}

func newDisk(life byte) *disk {
	return &disk{
		id:        booking.FactID{Incarnation: booking.Incarnation{life}},
		committed: map[uint64]wire.Digest{},
		sheets:    map[booking.SheetKey]booking.Sheet{},
	}
}

// copyOf returns what a card cloned now would hold.
func (d *disk) copyOf() *disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	return &disk{id: d.id, facts: slices.Clone(d.facts), chain: d.chain, committed: maps.Clone(d.committed), sheets: map[booking.SheetKey]booking.Sheet{}}
}

// commit adds a fact and returns its number.
func (d *disk) commit() uint64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.id.N++
	d.facts = append(d.facts, booking.Fact{
		ID: d.id, Kind: booking.FactIssued, At: time.Unix(1_795_000_020, 0).UTC().Truncate(time.Minute), Day: today,
		Queue: queue, Slot: booking.NewNumber("A", int(d.id.N)), Code: booking.CodeHash{byte(d.id.N), byte(d.id.N >> 8), 1, d.salt},
	})
	d.committed[d.id.N] = digestOf(d.facts[len(d.facts)-1])
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

// Own compares by what was committed and by what is left of it.
func (d *disk) Own(_ context.Context, id booking.FactID, digest wire.Digest) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.broken != nil || len(d.facts) == 0 || d.facts[0].ID != id {
		return false, d.broken
	}
	return digest == digestOf(d.facts[0]) || digest == d.committed[id.N], nil
}

// digestOf returns the digest of a fact's message.
func digestOf(f booking.Fact) wire.Digest {
	message, err := wire.EncodeFact(f)
	if err != nil {
		panic(err)
	}
	return wire.DigestOf(message)
}

func (d *disk) Have(context.Context) (wire.Pull, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	p := wire.Pull{Incarnation: d.id.Incarnation}
	for k, s := range d.sheets {
		p.Have = append(p.Have, wire.Have{Queue: k.Queue, Day: k.Day, Revision: s.Revision})
	}
	return p, d.broken
}

func (d *disk) Take(_ context.Context, p wire.Pulled) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.forked != nil {
		return d.forked
	}
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
	case d.forked != nil:
		return false, d.forked
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
	owner    booking.Incarnation // the store that the totem's name is bound to
	fenced   []booking.Incarnation
	refusal  *wire.Refusal
	insists  bool // answers every pull with the same sheets, and says that there are more
	pulls    int
}

func newCentre() *centre {
	return &centre{sequence: 40, sheets: map[booking.SheetKey]booking.Sheet{}}
}

// hello binds the totem's name to the first store that comes.
func (c *centre) hello(store booking.Incarnation) error {
	if c.refusal != nil {
		return c.refusal
	}
	if c.owner.IsZero() && !slices.Contains(c.fenced, store) {
		c.owner = store
	}
	if c.owner != store {
		return &wire.Refusal{Code: wire.RefusedOtherStore, Sentence: "another store", Remedy: "fence it"}
	}
	return nil
}

// fence declares the totem's store lost.
func (c *centre) fence() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fenced, c.owner = append(c.fenced, c.owner), booking.Incarnation{}
}

// litter leaves a message on the facts subject that is no fact.
func (c *centre) litter() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sequence++
	c.facts, c.at = append(c.facts, booking.Fact{}), append(c.at, c.sequence)
}

func (c *centre) last() wire.Accepted {
	if len(c.facts) == 0 {
		return wire.Accepted{}
	}
	id := c.facts[len(c.facts)-1].ID
	if id.N == 0 {
		return wire.Accepted{Sequence: c.at[len(c.at)-1]}
	}
	return wire.Accepted{Sequence: c.at[len(c.at)-1], Incarnation: id.Incarnation, N: id.N, Digest: digestOf(c.facts[len(c.facts)-1])}
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

func (c *centre) pull(have wire.Pull) (wire.Pulled, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pulls++
	if have.Incarnation != c.owner {
		return wire.Pulled{}, &wire.Refusal{Code: wire.RefusedOtherStore, Sentence: "another store", Remedy: "fence it"}
	}
	held := map[booking.SheetKey]booking.Revision{}
	for _, h := range have.Have {
		held[booking.SheetKey{Office: "rm001", Queue: h.Queue, Day: h.Day}] = h.Revision
	}
	var p wire.Pulled
	for k, s := range c.sheets {
		switch {
		case !s.Revision.Newer(held[k]) && !c.insists:
		case len(p.Sheets) == 2:
			p.More = true
		default:
			p.Sheets = append(p.Sheets, s)
		}
	}
	p.More = p.More || c.insists
	return p, nil
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
