package outbox_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"example.org/totem/booking"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
)

// message is one on the facts subject.
type message struct {
	sequence uint64
	id       booking.FactID // zero for what is no fact
	digest   wire.Digest
	fact     booking.Fact // zero for a mark
}

// memory is what the scheduler's side keeps: all that is lost when it is set back.
type memory struct {
	sequence uint64    // of the whole stream, which others write to as well
	stream   []message // of this totem's subject, what is not purged
	accepted []booking.FactID
	folded   uint64 // n of the last fact in the ledger
	read     uint64 // link sequence up to which the stream was folded
	counts   map[uint64]int
	tickets  map[booking.SheetKey]map[booking.Number]booking.CodeHash
	sheets   map[booking.SheetKey]booking.Sheet
	epoch    uint64
	merged   uint64              // the epoch that the owner is in step with
	owner    booking.Incarnation // the store that the totem's name is bound to
	fenced   []booking.Incarnation
	closed   booking.Day
	health   wire.Health // the newest that its store told
}

func (m memory) clone() memory {
	m.stream, m.accepted, m.fenced = slices.Clone(m.stream), slices.Clone(m.accepted), slices.Clone(m.fenced)
	m.counts, m.sheets = maps.Clone(m.counts), maps.Clone(m.sheets)
	tickets := map[booking.SheetKey]map[booking.Number]booking.CodeHash{}
	for k, t := range m.tickets {
		tickets[k] = maps.Clone(t)
	}
	m.tickets = tickets
	return m
}

// said is a message about the totem's health, and when it came.
type said struct {
	wire.Health
	at time.Time
}

// centre is a model of the scheduler's side of one totem: the stream of its facts, a ledger of its tickets, and sheets
// that change.
type centre struct {
	mu sync.Mutex
	memory
	refusal  *wire.Refusal
	insists  bool      // answers every pull with the same sheets, and says that there are more
	careless bool      // answers the next pull whether the store is in step or not
	old      bool      // speaks the version before: no epoch, no clock
	silent   error     // answers this to every pull
	deaf     bool      // accepts no fact
	first    wire.Pull // since the last hello
	pulls    int
	heard    []string  // the requests in order
	during   func(int) // called with the number of a merge page, before it is answered
	told     []said    // of the totem's health, in order, whether it was news or not
	mute     bool      // answers no health
	sick     error     // answers this to every health
	raised   int       // how often it found out that it had been set back
	merges   []wire.Merge

	durable    memory              // what a crash leaves of a hasty centre
	hasty      bool                // broken: answers before what it was told is durable
	byBytes    bool                // broken: tells facts apart by their bytes
	seen       map[wire.Digest]int // for that
	purgesLast bool                // broken: leaves no mark where a day's last message was
	forgetful  bool                // broken: asks nobody what it held when it was set back
}

func newCentre() *centre {
	return &centre{memory: memory{sequence: 40, epoch: 1, closed: today, counts: map[uint64]int{}, sheets: map[booking.SheetKey]booking.Sheet{},
		tickets: map[booking.SheetKey]map[booking.Number]booking.CodeHash{}}, seen: map[wire.Digest]int{}}
}

// bind lets in the first store that comes, and no other.
func (c *centre) bind(store booking.Incarnation) error {
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

func (c *centre) hello(h wire.Hello) (wire.Welcome, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.heard, c.first = append(c.heard, "hello"), wire.Pull{}
	if err := c.bind(h.Incarnation); err != nil {
		return wire.Welcome{}, err
	}
	w := wire.Welcome{Accepted: c.last(), Time: time.Now().UTC()}
	if c.old {
		return w, nil
	}
	if h.Epoch > c.epoch || h.Epoch == c.epoch && h.Told > c.known(h.Incarnation) {
		c.raise(h.Epoch)
	}
	if h.Epoch == 0 || h.Epoch == c.epoch || c.forgetful {
		c.merged = c.epoch
	}
	w.Epoch, w.Merge = c.epoch, c.merged != c.epoch
	return w, nil
}

// known returns the highest number of a store's facts that is in the ledger or on its way there.
func (c *centre) known(store booking.Incarnation) uint64 {
	n := c.folded
	for _, m := range c.stream {
		if m.id.Incarnation == store {
			n = max(n, m.id.N)
		}
	}
	return n
}

func (c *centre) raise(beyond uint64) {
	if !c.forgetful {
		c.raised++
	}
	c.epoch = max(c.epoch, beyond) + 1
}

var sayHello = &wire.Refusal{Code: wire.RefusedHello, Sentence: "not in step", Remedy: "say hello"}

// noteHealth keeps the newest message of the store that the name is bound to.
func (c *centre) noteHealth(h wire.Health) (wire.Noted, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.heard = append(c.heard, "health")
	c.told = append(c.told, said{h, time.Now()})
	switch {
	case c.sick != nil:
		return wire.Noted{}, c.sick
	case h.Incarnation != c.owner:
		return wire.Noted{}, &wire.Refusal{Code: wire.RefusedOtherStore, Sentence: "another store", Remedy: "fence it"}
	case c.health.Incarnation != h.Incarnation || h.N > c.health.N:
		c.health = h
	}
	return wire.Noted{N: c.health.N, Kept: c.health == h}, nil
}

func (c *centre) merge(m wire.Merge) (wire.Merged, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.heard = append(c.heard, "merge")
	if err := c.bind(m.Incarnation); err != nil {
		return wire.Merged{}, err
	}
	c.merges = append(c.merges, m)
	if c.during != nil {
		c.during(len(c.merges))
	}
	for _, s := range m.Sheets {
		for _, slot := range s.Slots {
			if slot.State.HasTicket() {
				c.book(s.SheetKey, slot.Number, slot.Ticket.Code)
			}
		}
		if c.sheets[s.SheetKey].Revision.Epoch != c.epoch {
			c.write(s.SheetKey)
		}
	}
	if !m.More {
		c.merged, c.folded = c.epoch, max(c.folded, m.Told)
	}
	return wire.Merged{Epoch: c.epoch}, nil
}

func (c *centre) book(key booking.SheetKey, n booking.Number, code booking.CodeHash) {
	if key.Day.Compare(c.closed) < 0 {
		return
	}
	if c.tickets[key] == nil {
		c.tickets[key] = map[booking.Number]booking.CodeHash{}
	}
	c.tickets[key][n] = code
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
	c.stream = append(c.stream, message{sequence: c.sequence})
}

// last returns the last message that is there, as the stream tells it.
func (c *centre) last() wire.Accepted {
	if len(c.stream) == 0 {
		return wire.Accepted{}
	}
	m := c.stream[len(c.stream)-1]
	return wire.Accepted{Sequence: m.sequence, Incarnation: m.id.Incarnation, N: m.id.N, Digest: m.digest}
}

func (c *centre) send(f booking.Fact, chain uint64) (uint64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.heard = append(c.heard, "send")
	if c.deaf || c.last().Sequence != chain {
		return 0, outbox.ErrChain
	}
	c.sequence += 1 + c.sequence%3
	c.stream = append(c.stream, message{c.sequence, f.ID, digestOf(f), f})
	c.accepted = append(c.accepted, f.ID)
	return c.sequence, nil
}

// fold writes what the stream has into the ledger, each fact once by its number, and makes everything durable.
func (c *centre) fold() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range c.stream {
		known := m.id.N <= c.folded
		if c.byBytes {
			known = c.seen[m.digest] > 0
		}
		switch {
		case m.sequence <= c.read || m.fact.ID.N == 0 || m.id.Incarnation != c.owner || known:
			continue
		case m.fact.Kind == booking.FactIssued:
			c.book(sheetOn(m.fact.Day), m.fact.Slot, m.fact.Code)
		case m.fact.Kind == booking.FactReleased:
			c.takeBack(m.fact)
		}
		c.seen[m.digest]++
		c.counts[m.id.N]++
		c.folded = max(c.folded, m.id.N)
	}
	c.read = c.sequence
	c.durable = c.memory.clone()
}

// crash restarts the scheduler: what was answered is still there, unless it is hasty.
func (c *centre) crash() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.hasty && c.durable.counts != nil {
		c.memory = c.durable.clone()
	}
}

// closeDay closes every day before the given one: what the last message said is erased, its place is kept by a mark.
func (c *centre) closeDay(before booking.Day) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if before.Compare(c.closed) <= 0 {
		return
	}
	c.closed = before
	maps.DeleteFunc(c.tickets, func(k booking.SheetKey, _ map[booking.Number]booking.CodeHash) bool { return k.Day.Compare(before) < 0 })
	maps.DeleteFunc(c.sheets, func(k booking.SheetKey, _ booking.Sheet) bool { return k.Day.Compare(before) < 0 })
	last := len(c.stream) - 1
	if last < 0 || c.stream[last].sequence > c.read {
		return
	}
	if c.purgesLast {
		c.stream = nil
		return
	}
	m := c.stream[last]
	if m.fact.ID.N != 0 && m.fact.Day.Compare(before) < 0 {
		c.sequence++
		m = message{sequence: c.sequence, id: m.id, digest: m.digest}
		c.read = c.sequence
	}
	c.stream = []message{m}
}

func (c *centre) pull(have wire.Pull) (wire.Pulled, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pulls++
	c.heard = append(c.heard, "pull")
	if c.first.Incarnation.IsZero() {
		c.first = have
	}
	if c.silent != nil {
		return wire.Pulled{}, c.silent
	}
	if have.Incarnation != c.owner {
		return wire.Pulled{}, &wire.Refusal{Code: wire.RefusedOtherStore, Sentence: "another store", Remedy: "fence it"}
	}
	held := map[booking.SheetKey]booking.Revision{}
	for _, h := range have.Have {
		key := booking.SheetKey{Office: "rm001", Queue: h.Queue, Day: h.Day}
		held[key] = h.Revision
		if is := c.sheets[key].Revision; h.Day.Compare(c.closed) >= 0 && h.Revision.Epoch >= c.epoch && h.Revision.Newer(is) && !c.forgetful {
			c.raise(h.Revision.Epoch)
		}
	}
	careless := c.careless
	c.careless = false
	if !c.old && !careless && c.merged != c.epoch && !c.forgetful {
		return wire.Pulled{}, sayHello
	}
	var p wire.Pulled
	for k, s := range c.sheets {
		switch {
		case k.Day.Compare(have.Closed) < 0:
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
	return c.write(sheetOn(c.closed.AddDays(rng.IntN(5))))
}

func (c *centre) write(key booking.SheetKey) outbox.Pushed {
	previous := c.sheets[key].Revision.Sequence
	c.sequence++
	s := booking.Sheet{SheetKey: key, Revision: booking.Revision{Epoch: c.epoch, Sequence: c.sequence}, Prefix: "A", Slots: c.sheets[key].Slots}
	c.sheets[key] = s
	return outbox.Pushed{Sheet: s, Previous: previous}
}

// revisions returns those of the sheets of a day and those after it.
func (c *centre) revisions(from booking.Day) map[booking.SheetKey]booking.Revision {
	c.mu.Lock()
	defer c.mu.Unlock()
	return revisionsOf(c.sheets, from)
}

// numbers returns the n of the facts of one store, in the order in which they were accepted.
func (c *centre) numbers(life booking.Incarnation) []uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []uint64
	for _, id := range c.accepted {
		if id.Incarnation == life {
			all = append(all, id.N)
		}
	}
	return all
}
