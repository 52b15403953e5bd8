package outbox_test

import (
	"context"
	"maps"
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

// sheetOn is the key of the one sheet of a day.
func sheetOn(day booking.Day) booking.SheetKey {
	return booking.SheetKey{Office: "rm001", Queue: queue, Day: day}
}

// promised is a ticket that a totem gave.
type promised struct {
	day  booking.Day
	slot booking.Slot
}

// disk is a model of the totem's store: what it is told is durable at once.
type disk struct {
	mu    sync.Mutex
	at    outbox.Standing
	facts []booking.Fact // that are not acknowledged
	chain uint64
	// committed has the digests of facts as they were when they were committed.
	committed map[uint64]wire.Digest
	sheets    map[booking.SheetKey]booking.Sheet
	tickets   map[uint64]promised      // by the number of the fact, until the day closes
	released  map[booking.SheetKey]int // hands of the one slot of a sheet that it gave back, from then on
	today     booking.Day              // every day before it is closed
	salt      byte                     // tells the codes that this device draws from those of a copy of it
	broken    error
	forked    error // what Take and Push answer

	bytesOnly bool   // broken: knows a fact again by its present bytes alone
	lazy      bool   // broken: answers before what it was told is durable
	undo      func() // what a power cut does to a lazy disk
}

func newDisk(life byte) *disk {
	return &disk{
		at:        outbox.Standing{ID: booking.FactID{Incarnation: booking.Incarnation{life}}},
		committed: map[uint64]wire.Digest{},
		sheets:    map[booking.SheetKey]booking.Sheet{},
		tickets:   map[uint64]promised{},
		released:  map[booking.SheetKey]int{},
		today:     today,
	}
}

func (d *disk) life() booking.Incarnation { return d.at.ID.Incarnation }

// last returns the number of the last fact.
func (d *disk) last() uint64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.at.ID.N
}

// copyOf returns what a card cloned now would hold.
func (d *disk) copyOf() *disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := newDisk(0)
	c.at, c.facts, c.chain, c.today = d.at, slices.Clone(d.facts), d.chain, d.today
	c.committed, c.tickets, c.released = maps.Clone(d.committed), maps.Clone(d.tickets), maps.Clone(d.released)
	return c
}

// commit adds a fact and returns its number.
func (d *disk) commit() uint64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.undo = nil
	d.at.ID.N++
	n := d.at.ID.N
	f := booking.Fact{
		ID: d.at.ID, Kind: booking.FactIssued, At: time.Unix(1_795_000_020, 0).UTC().Truncate(time.Minute), Day: d.today,
		Queue: queue, Slot: booking.NewNumber("A", int(n)), Code: booking.CodeHash{byte(n), byte(n >> 8), 1, d.salt},
	}
	d.facts = append(d.facts, f)
	d.committed[n] = digestOf(f)
	d.tickets[n] = promised{d.today, booking.Slot{Number: f.Slot, Start: d.today.Start(time.UTC).Add(time.Duration(n) * time.Minute),
		Holder: "totem-1", State: booking.Issued, Ticket: booking.Ticket{Code: f.Code}}}
	return n
}

// closeDay turns what was not acknowledged into counts, under the same numbers, and goes on to the next day.
func (d *disk) closeDay() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.undo = nil
	d.today = d.today.AddDays(1)
	for i, f := range d.facts {
		if f.Day.Compare(d.today) < 0 {
			d.facts[i] = f.Counted()
		}
	}
	clear(d.tickets)
	maps.DeleteFunc(d.sheets, func(k booking.SheetKey, _ booking.Sheet) bool { return k.Day.Compare(d.today) < 0 })
}

// powerCut loses what is not durable: nothing, if the disk keeps its promises.
func (d *disk) powerCut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.undo != nil {
		d.undo()
		d.undo = nil
	}
}

func (d *disk) Standing(context.Context) (outbox.Standing, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.at, d.broken
}

func (d *disk) Join(_ context.Context, epoch uint64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at.Epoch = max(d.at.Epoch, epoch)
	return d.broken
}

// Mine has the cached sheets, and one of every day with a ticket.
func (d *disk) Mine(context.Context) ([]booking.Sheet, map[booking.Day]booking.DayKey, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	all, keys := maps.Clone(d.sheets), map[booking.Day]booking.DayKey{}
	for _, n := range slices.Sorted(maps.Keys(d.tickets)) {
		p := d.tickets[n]
		s := all[sheetOn(p.day)]
		s.SheetKey, s.Prefix = sheetOn(p.day), "A"
		s.Slots = append(slices.Clip(s.Slots), p.slot)
		all[s.SheetKey] = s
	}
	var sheets []booking.Sheet
	for _, s := range all {
		sheets = append(sheets, s)
		keys[s.Day] = booking.DayKey{1}
	}
	slices.SortFunc(sheets, func(a, b booking.Sheet) int { return a.Day.Compare(b.Day) })
	return sheets, keys, d.broken
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
	if d.broken != nil || len(d.facts) == 0 || d.facts[0].ID.N > id.N {
		return d.broken
	}
	if d.lazy && d.undo == nil {
		facts, chain, told := slices.Clone(d.facts), d.chain, d.at.Told
		d.undo = func() { d.facts, d.chain, d.at.Told = facts, chain, told }
	}
	for len(d.facts) > 0 && d.facts[0].ID.N <= id.N {
		d.facts, d.chain, d.at.Told = d.facts[1:], sequence, d.facts[0].ID.N
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
	return digest == digestOf(d.facts[0]) || digest == d.committed[id.N] && !d.bytesOnly, nil
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
	p := wire.Pull{Incarnation: d.life(), Closed: d.today, N: d.at.ID.N}
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
		if s.Revision.Newer(d.sheets[s.SheetKey].Revision) && s.Day.Compare(d.today) >= 0 {
			d.sheets[s.SheetKey] = s
			d.giveBack(s)
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
	case !s.Revision.Newer(cached) || s.Day.Compare(d.today) < 0:
		return true, d.broken
	case cached.Epoch != s.Revision.Epoch || cached.Sequence != previous:
		return false, d.broken
	}
	d.sheets[s.SheetKey] = s
	d.giveBack(s)
	return true, d.broken
}

// giveBack commits a release of each slot that the sheet asks for, that this store has not given back already.
func (d *disk) giveBack(s booking.Sheet) {
	for _, slot := range s.Slots {
		if slot.Ask == booking.AskNothing || d.released[s.SheetKey] > slot.Hands {
			continue
		}
		d.at.ID.N++
		f := booking.Fact{ID: d.at.ID, Kind: booking.FactReleased, At: time.Unix(1_795_000_020, 0).UTC().Truncate(time.Minute), Day: s.Day,
			Queue: queue, Slot: slot.Number, Hands: slot.Hands + 1}
		d.released[s.SheetKey] = f.Hands
		d.facts = append(d.facts, f)
		d.committed[f.ID.N] = digestOf(f)
	}
}

func (d *disk) waiting() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.facts)
}

// revisions returns those of the cached sheets.
func (d *disk) revisions() map[booking.SheetKey]booking.Revision {
	d.mu.Lock()
	defer d.mu.Unlock()
	return revisionsOf(d.sheets, d.today)
}

// revisionsOf returns the revisions of the sheets of a day and those after it.
func revisionsOf(sheets map[booking.SheetKey]booking.Sheet, from booking.Day) map[booking.SheetKey]booking.Revision {
	all := map[booking.SheetKey]booking.Revision{}
	for k, s := range sheets {
		if k.Day.Compare(from) >= 0 {
			all[k] = s.Revision
		}
	}
	return all
}
