//go:build !race

package grants_test

import (
	"context"
	crypto "crypto/rand"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/ledger/jetstream"
	"example.org/totem/scheduler"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/sync/natslink"
)

// worker is an order to be a scheduler, with web clients of its own.
type worker struct {
	World world
	URLs  string
	Seed  uint64
	Memo  string // the file of what web clients were told
}

const webClients = 2 // of each worker

// work serves until the end.
func (w worker) work(end <-chan struct{}, say func(string), log *slog.Logger) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	confirmed, err := openMemo(w.Memo)
	if err != nil {
		return err
	}
	nc, err := dial(w.URLs)
	if err != nil {
		return err
	}
	defer nc.Close()
	books, err := openLedger(ctx, nc)
	if err != nil {
		return err
	}
	link := &uplink{ready: make(chan struct{})}
	service, err := scheduler.New(scheduler.Config{Plans: []agenda.Plan{w.World.plan()}, Book: books, Roster: books, Keys: keys{w.World.Seed}, Uplink: link, Tallies: books, Ward: books,
		Now: w.World.now, Round: 500 * time.Millisecond, Log: log})
	if err != nil {
		return err
	}
	for link.Central == nil {
		once, cancel := context.WithTimeout(ctx, 5*time.Second)
		link.Central, err = natslink.Serve(once, natslink.ServeConfig{Conn: nc, Answerer: service, Log: log, Replicas: 3, Retry: 100 * time.Millisecond, Patience: 2 * time.Second})
		cancel()
		if err != nil {
			link.Central = nil
			log.Warn("not serving yet", "error", err)
		}
	}
	close(link.ready)
	say("serving")
	var working sync.WaitGroup
	working.Go(func() { service.Run(ctx) })
	for i := range webClients {
		draw := rand.New(rand.NewPCG(w.Seed, uint64(i)))
		working.Go(func() { w.sell(ctx, service, draw, confirmed, say) })
	}
	<-end
	cancel()
	working.Wait()
	return link.Close()
}

// sell is a web client who books one slot after the other, each until it is known what came of it.
func (w worker) sell(ctx context.Context, service *scheduler.Service, draw *rand.Rand, confirmed memo, say func(string)) {
	for pause(ctx, time.Duration(draw.IntN(400))*time.Millisecond) {
		code, err := booking.NewCode(crypto.Reader)
		if err != nil {
			panic(err)
		}
		queue := w.World.plan().Queues[draw.IntN(queues)].ID
		for ctx.Err() == nil {
			once, cancel := context.WithTimeout(ctx, 2*time.Second)
			slot, err := service.Book(once, office, queue, today(), ledger.Want{From: w.World.now()}, code)
			cancel()
			if err == nil {
				if err := confirmed.add(told{place{queue, slot.Number}, code.Hash(w.World.key()), "web"}); err != nil {
					panic(err)
				}
				say("booked")
				break
			}
			if errors.Is(err, ledger.ErrFull) || errors.Is(err, ledger.ErrNoSheet) {
				break
			}
			pause(ctx, 50*time.Millisecond)
		}
	}
}

// uplink is the link, which answers by the service that purges it.
type uplink struct {
	*natslink.Central
	ready chan struct{} // closed when Central is set
}

func (u *uplink) Purge(ctx context.Context, office booking.OfficeID, totem booking.TotemID, before uint64) error {
	select {
	case <-u.ready:
		return u.Central.Purge(ctx, office, totem, before)
	case <-ctx.Done():
		return ctx.Err()
	}
}

func dial(urls string) (*nats.Conn, error) {
	return nats.Connect(urls, nats.Timeout(time.Second), nats.MaxReconnects(-1), nats.RetryOnFailedConnect(true),
		nats.ReconnectWait(50*time.Millisecond), nats.PingInterval(500*time.Millisecond), nats.MaxPingsOutstanding(2))
}

// openLedger opens the ledger, which it makes if it is not there, again and again until the cluster lets it.
func openLedger(ctx context.Context, nc *nats.Conn) (*jetstream.Ledger, error) {
	for {
		once, cancel := context.WithTimeout(ctx, 5*time.Second)
		l, err := jetstream.Open(once, jetstream.Config{Conn: nc, Replicas: 3, Patience: 2 * time.Second, Init: true, Epoch: 1})
		cancel()
		if err == nil || ctx.Err() != nil {
			return l, err
		}
	}
}
