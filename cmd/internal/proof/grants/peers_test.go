//go:build !race

package grants_test

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"fmt"
	"time"

	"example.org/totem/booking"
	"example.org/totem/store"
	"example.org/totem/sync/lan"
	"example.org/totem/sync/pooling"
	"example.org/totem/sync/wire"
)

// hurry is how much faster the totems' patience with one another is.
const hurry = 10

// stock is a totem's disk as the rules of passing on see it.
type stock struct{ *store.Store }

// Give implements [pooling.Stock].
func (s stock) Give(ctx context.Context, g pooling.Giving) ([]booking.Transfer, error) {
	return s.Store.Give(ctx, store.Giving(g))
}

// Free implements [pooling.Store]: queues without a free slot count too.
func (s stock) Free(ctx context.Context, day booking.Day, notBefore time.Time) (map[booking.QueueID]int, error) {
	starts, err := s.Offers(ctx, day, notBefore)
	free := make(map[booking.QueueID]int)
	for _, at := range starts {
		free[at.Key.Queue] += at.Places
	}
	return free, err
}

func (l *life) steady() time.Duration { return time.Since(l.World.Began) * hurry }

func (l *life) selling() (booking.Day, time.Time) { return today(), l.World.now() }

func (l *life) signer() (crypto.Signer, error) { return l.Key, nil }

// ask asks the other totems while the scheduler does not answer.
func (l *life) ask(ctx context.Context) error {
	client, err := lan.NewClient(lan.Config{Key: l.signer, Patience: time.Second})
	if err != nil {
		return err
	}
	return pooling.Run(ctx, pooling.Config{Office: office, Totem: l.Name, Store: stock{l.store}, Asker: client, Cut: func() bool { return !l.up.Load() },
		Selling: l.selling, Wake: l.changed, After: func(d time.Duration) <-chan time.Time { return time.After(d / hurry) },
		Steady: l.steady, Report: l.hearPeers, Mark: 12, Patience: 2 * time.Second})
}

// listen answers the other totems.
func (l *life) listen(ctx context.Context) error {
	donor, err := pooling.NewDonor(pooling.DonorConfig{Stock: stock{l.store}, Selling: l.selling, Report: l.hearPeers,
		Sign: func(covered []byte) (booking.Proof, error) { return booking.Proof(ed25519.Sign(l.Key, covered)), nil }})
	if err != nil {
		return err
	}
	server, err := lan.Listen("127.0.0.1:0", lan.ServerConfig{Config: lan.Config{Key: l.signer, Patience: 2 * time.Second}, Peers: l.store.Peers,
		Answer: func(ctx context.Context, from wire.Peer, need wire.Need) (wire.Passed, error) {
			return donor.Answer(ctx, from.Totem, need)
		},
		Steady: l.steady, Every: pooling.Rest})
	if err != nil {
		return err
	}
	l.say("listens " + server.Addr().String())
	return server.Serve(ctx)
}

// hearPeers takes in what passed between the totems.
func (l *life) hearPeers(r pooling.Report) {
	switch r := r.(type) {
	case pooling.Received:
		l.say(fmt.Sprintf("received %d", r.Slots))
	case pooling.Given:
		l.say(fmt.Sprintf("given %d", r.Slots))
	case pooling.False:
		l.say("false")
	case pooling.Silent:
		l.say("silent")
	case pooling.StoreFailed:
		l.check(r.Err)
	}
	knock(l.wake)
}
