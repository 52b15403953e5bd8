package rehearsal

import (
	"context"
	"sync"
	"time"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/scheduler"
	"example.org/totem/sync/wire"
)

// either is two schedulers on one ledger: each question comes to one of them.
type either struct {
	world *world
	desks [2]answerer
}

func (e either) one() answerer { return e.desks[e.world.pick(2)] }

func (e either) Hello(ctx context.Context, office booking.OfficeID, totem booking.TotemID, h wire.Hello, last wire.Accepted) (wire.Welcome, error) {
	return e.one().Hello(ctx, office, totem, h, last)
}

func (e either) Pull(ctx context.Context, office booking.OfficeID, totem booking.TotemID, p wire.Pull) (wire.Pulled, error) {
	return e.one().Pull(ctx, office, totem, p)
}

func (e either) Merge(ctx context.Context, office booking.OfficeID, totem booking.TotemID, m wire.Merge) (wire.Merged, error) {
	return e.one().Merge(ctx, office, totem, m)
}

func (e either) Health(ctx context.Context, office booking.OfficeID, totem booking.TotemID, h wire.Health) (wire.Noted, error) {
	return e.one().Health(ctx, office, totem, h)
}

func (e either) Want(ctx context.Context, office booking.OfficeID, totem booking.TotemID, w wire.Want) (wire.Granted, error) {
	return e.one().Want(ctx, office, totem, w)
}

func (e either) Fold(ctx context.Context, office booking.OfficeID, totem booking.TotemID, sequence uint64, f booking.Fact) error {
	return e.one().Fold(ctx, office, totem, sequence, f)
}

func (e either) Park(ctx context.Context, office booking.OfficeID, totem booking.TotemID, sequence uint64, id booking.FactID, reason error) error {
	return e.one().Park(ctx, office, totem, sequence, id, reason)
}

// lag is for how long a scheduler may not know that another has begun a new epoch.
const lag = 3 * time.Second

// lagging is a ledger whose epoch is heard of late.
type lagging struct {
	ledger.Book
	mu    sync.Mutex
	known uint64
	asked time.Time
}

func (l *lagging) Epoch(ctx context.Context) (uint64, error) {
	epoch, err := l.Book.Epoch(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil && time.Since(l.asked) > lag {
		l.known, l.asked = epoch, time.Now()
	}
	return l.known, err
}

func (l *lagging) Raise(ctx context.Context, beyond uint64) (uint64, error) {
	epoch, err := l.Book.Raise(ctx, beyond)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.known = max(l.known, epoch)
	return epoch, err
}

// service returns one of the schedulers that are at work.
func (w *world) service() *scheduler.Service {
	c := w.central()
	if len(c.services) == 1 {
		return c.services[0] // and what a seed plays without a twin stays as it is
	}
	return c.services[w.pick(len(c.services))]
}
