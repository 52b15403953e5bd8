package longrun

import (
	"context"
	"errors"
	"time"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/scheduler"
	"example.org/totem/sync/wire"
)

// central is the scheduler's machine: what lies on its disk, and one life of the program.
type central struct {
	memory  *ledger.Memory
	keys    *keyring
	stream  *stream
	service *scheduler.Service
	answers answerer
	began   time.Duration
	down    bool          // the program does not run
	rested  time.Duration // until then nobody folds
	ahead   time.Duration // its clock
}

// answerer is the scheduler as the link sees it.
type answerer interface {
	Hello(ctx context.Context, office booking.OfficeID, totem booking.TotemID, h wire.Hello, last wire.Accepted) (wire.Welcome, error)
	Pull(ctx context.Context, office booking.OfficeID, totem booking.TotemID, p wire.Pull) (wire.Pulled, error)
	Merge(ctx context.Context, office booking.OfficeID, totem booking.TotemID, m wire.Merge) (wire.Merged, error)
	Want(ctx context.Context, office booking.OfficeID, totem booking.TotemID, w wire.Want) (wire.Granted, error)
	Health(ctx context.Context, office booking.OfficeID, totem booking.TotemID, h wire.Health) (wire.Noted, error)
}

// snapshot is the scheduler's machine as it was.
type snapshot struct {
	memory   *ledger.Memory
	keys     *keyring
	stream   *stream
	promises int // that had been made then
}

// begin starts the scheduler's program on what its machine holds.
func (w *world) begin(memory *ledger.Memory, keys *keyring, s *stream) error {
	c := &central{memory: memory, keys: keys, stream: s, began: w.now}
	service, err := scheduler.New(scheduler.Config{
		Plans: w.plans, Book: watched{memory, w}, Roster: memory, Tallies: memory, Ward: memory, Keys: keys, Uplink: uplink{s},
		Now:     func() time.Time { return w.time().Add(c.ahead) },
		Running: func() time.Duration { return w.now - c.began },
		After: func(time.Duration) <-chan time.Time {
			passed := make(chan time.Time, 1)
			passed <- time.Time{}
			return passed
		},
	})
	if err != nil {
		return err
	}
	c.service = service
	c.answers = w.cfg.Broken.answers(service, memory)
	w.centre = c
	w.arrived()
	return nil
}

// tend is a round of the scheduler, and has the next one come.
func (w *world) tend() {
	round := w.cfg.Round
	if round == 0 {
		round = 5 * time.Minute
	}
	if hour := w.time().In(w.zone).Hour(); hour < 7 || hour > 13 {
		round *= 10
	}
	w.after(round, w.tend)
	if c := w.centre; !c.down {
		if err := c.service.Tend(w.ctx); err != nil {
			w.judge.wrong(slotKey{}, "a round of the scheduler: %v", err)
		}
		w.cfg.Broken.tend(w)
	}
}

// arrived has the facts that are unread folded, soon.
func (w *world) arrived() {
	if w.folding {
		return
	}
	w.folding = true
	w.after(max(w.between(10*time.Millisecond, 200*time.Millisecond), w.centre.rested-w.now), w.fold)
}

// fold feeds the unread facts to the scheduler, in order. Now and then the acknowledgement of one is lost, and it comes again.
func (w *world) fold() {
	w.folding = false
	c := w.centre
	for len(c.stream.unread) > 0 {
		if c.down || w.now < c.rested {
			w.folding = true
			w.after(max(time.Second, c.rested-w.now), w.fold)
			return
		}
		if err := w.foldOne(c.stream.unread[0]); err != nil {
			w.judge.wrong(slotKey{}, "a fact of %v is not folded: %v", c.stream.unread[0].from, err)
			return
		}
		if w.chance(0.01) {
			w.report.Doubled++
			w.arrived()
			return
		}
		c.stream.unread = c.stream.unread[1:]
	}
}

func (w *world) foldOne(m message) error {
	c := w.centre
	if _, err := wire.DecodeMark(m.data); err == nil {
		return nil
	}
	f, err := wire.DecodeFact(m.data)
	if err != nil {
		return err
	}
	w.judge.note(slotKey{booking.SheetKey{Office: m.from.office, Queue: f.Queue, Day: f.Day}, f.Slot}, "the scheduler folds %s of %s, hands %d", f.Kind, m.from.totem, f.Hands)
	return c.service.Fold(w.ctx, m.from.office, m.from.totem, m.sequence, f)
}

// watched is the ledger as the scheduler writes it: each write is looked at, and told to the totems of the office.
type watched struct {
	*ledger.Memory
	world *world
}

func (b watched) Put(ctx context.Context, s booking.Sheet) (booking.Revision, error) {
	was, lacking := b.Memory.Sheet(ctx, s.SheetKey)
	revision, err := b.Memory.Put(ctx, s)
	if err != nil {
		return revision, err
	}
	if lacking == nil {
		b.world.judge.watch(was, s)
	} else if !errors.Is(lacking, ledger.ErrNoSheet) {
		return revision, lacking
	}
	s.Revision = revision
	b.world.push(s, was.Revision.Sequence)
	return revision, nil
}
