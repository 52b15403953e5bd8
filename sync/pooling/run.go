package pooling

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

// Config is what Run needs. Every field is required but Mark, Most and Patience.
type Config struct {
	Office booking.OfficeID
	Totem  booking.TotemID // who asks
	Store  Store
	Asker  Asker
	// Cut reports whether the scheduler does not answer now. It must not block.
	Cut func() bool
	// Selling returns which day's slots are sold here, and the first start that is; the zero day for none. It must not block.
	Selling func() (day booking.Day, from time.Time)
	// Wake brings a value after Cut or Selling changed, or slots were sold. A value may stand for many changes, so a buffer of
	// one is enough.
	Wake <-chan struct{}
	// After is time.After, or a model of it.
	After func(time.Duration) <-chan time.Time
	// Steady returns the time since some moment, by a clock that nobody sets.
	Steady func() time.Duration
	// Report is told the news, in order, from the goroutine of Run. It must not block for long.
	Report func(Report)
	// Mark is how few free slots of a queue are too few: with fewer, others are asked. 0: 4.
	Mark int
	// Most is how many slots are wanted at once, at most [wire.MaxTransfers]. 0: 32.
	Most int
	// Patience is how long the scheduler must not have answered before others are asked. 0: 10 s.
	Patience time.Duration
}

const (
	usualMark     = 4
	usualMost     = 32
	usualPatience = 10 * time.Second
	look          = time.Minute // while others may be asked: slots pass by unsold, and nobody tells
)

func (c Config) complete() (Config, error) {
	whole := c.Office != "" && c.Totem != "" && c.Store != nil && c.Asker != nil && c.Cut != nil && c.Selling != nil && c.Wake != nil &&
		c.After != nil && c.Steady != nil && c.Report != nil
	if !whole || c.Mark < 0 || c.Most < 0 || c.Most > wire.MaxTransfers || c.Patience < 0 {
		return c, errors.New("the config is not complete, or out of range")
	}
	if c.Mark == 0 {
		c.Mark = usualMark
	}
	if c.Most == 0 {
		c.Most = usualMost
	}
	if c.Patience == 0 {
		c.Patience = usualPatience
	}
	return c, nil
}

// Run asks the other totems of the office for slots of the day that is sold, while the scheduler does not answer and a queue
// is short, until ctx ends; then it returns nil. One is asked at a time, and none more often than every [Rest]; who does not
// answer, or has nothing to share, is left in peace for longer every time. It returns an error if the config is not complete.
// It blocks, and starts no goroutine.
func Run(ctx context.Context, c Config) error {
	c, err := c.complete()
	if err != nil {
		return fmt.Errorf("run pooling: %w", err)
	}
	r := &run{Config: c}
	for ctx.Err() == nil {
		var over <-chan time.Time
		if wait := r.step(ctx); wait > 0 {
			over = r.After(wait)
		}
		select {
		case <-ctx.Done():
		case _, ok := <-r.Wake:
			if !ok {
				r.Wake = nil
			}
		case <-over:
		}
	}
	return nil
}

// run is one Run.
type run struct {
	Config
	cut   bool          // the link was down when last looked
	since time.Duration // then
	turns turns
}

// step asks at most one question, and returns when to look again; 0 for when something changes.
func (r *run) step(ctx context.Context) (wait time.Duration) {
	now := r.Steady()
	if !r.Cut() {
		r.cut, r.turns = false, turns{}
		return 0
	}
	if !r.cut {
		r.cut, r.since = true, now
	}
	if early := r.since + r.Patience - now; early > 0 {
		return early
	}
	day, from := r.Selling()
	if day.IsZero() {
		return look
	}
	from = wholeMinute(from)
	q, wait, ok, err := r.next(ctx, now, day, from)
	if err == nil && ok {
		wait, err = r.ask(ctx, q, day, from)
	}
	if err != nil {
		if ctx.Err() == nil {
			r.Report(StoreFailed{err})
		}
		return look
	}
	if wait == 0 {
		return look
	}
	return min(wait, look)
}

func (r *run) next(ctx context.Context, now time.Duration, day booking.Day, from time.Time) (q question, wait time.Duration, ok bool, err error) {
	free, err := r.Store.Free(ctx, day, from)
	if err != nil || len(shortest(free, r.Mark)) == 0 {
		return q, 0, false, err
	}
	peers, err := r.Store.Peers(ctx)
	if err != nil {
		return q, 0, false, err
	}
	peers = slices.DeleteFunc(peers, func(p wire.Peer) bool { return p.Totem == r.Totem || p.Key == "" || p.Address == "" })
	q, wait, ok = r.turns.next(now, peers, free, r.Mark)
	return q, wait, ok, nil
}

// ask asks one question and takes the answer. The error is the store's.
func (r *run) ask(ctx context.Context, q question, day booking.Day, from time.Time) (wait time.Duration, err error) {
	const soon = time.Millisecond // somebody else may be asked at once
	got, err := r.Store.Got(ctx, q.peer.Totem, q.queue, day)
	if err != nil {
		return 0, err
	}
	need := wire.Need{Incarnation: r.Store.Incarnation(), Queue: q.queue, Day: day, From: from, Free: q.mine, Most: r.Most, Got: got}
	passed, err := r.Asker.Ask(ctx, q.peer, need)
	if err != nil {
		if ctx.Err() == nil && r.turns.silence(r.Steady(), q) {
			r.Report(Silent{q.peer.Totem, err})
		}
		return soon, nil
	}
	good := believed(booking.SheetKey{Office: r.Office, Queue: q.queue, Day: day}, r.Totem, q.peer, need, passed)
	if wrong := len(passed.Transfers) - len(good); wrong > 0 {
		r.Report(False{q.peer.Totem, wrong})
	}
	taken := 0
	if len(good) > 0 {
		if taken, err = r.Store.Receive(ctx, good); err != nil {
			r.turns.pause(r.Steady(), q)
			return 0, err
		}
	}
	r.turns.answered(r.Steady(), q, taken, r.Most, q.mine+taken)
	if taken > 0 {
		r.Report(Received{q.peer.Totem, taken})
	}
	return soon, nil
}

// wholeMinute returns the first whole minute that is not before t: slots start on whole minutes.
func wholeMinute(t time.Time) time.Time {
	t = t.UTC()
	if m := t.Truncate(time.Minute); !m.Equal(t) {
		return m.Add(time.Minute)
	}
	return t
}
