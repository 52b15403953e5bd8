package device

import (
	"context"
	"crypto"
	"errors"
	"log/slog"
	"sync"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
	"example.org/totem/store"
	"example.org/totem/sync/identity"
	"example.org/totem/sync/lan"
	"example.org/totem/sync/pooling"
	"example.org/totem/sync/wire"
)

// peers is this totem's part in the help that the totems of an office give one another while the scheduler cannot be asked: it
// listens to the others, and asks them. Its methods are safe for concurrent use.
type peers struct {
	cfg      Config
	store    *store.Store
	identity *identity.Folder
	vitals   *vitals
	log      *slog.Logger
	steady   func() time.Duration
	patience time.Duration // 0: pooling's own
	reload   func()        // has the conversation read from the disk again, and the outbox tell what is new there
	fail     func(error)

	changed chan struct{} // wakes who asks
	known   chan struct{} // wakes who looks which others are known
	linked  chan struct{} // wakes who looks by which address this totem is reached

	mu      sync.Mutex
	link    linkState
	day     booking.Day // whose slots are sold; zero: of none
	from    time.Time   // from which start on
	knocked time.Duration
	knocks  bool // somebody who is no peer was told of at knocked
}

// linkState is what the scheduler last did.
type linkState int

const (
	linkCut     linkState = iota // it does not answer
	linkUp                       // it answers
	linkRefused                  // it will not have this totem, whose slots may be others' by now
)

const (
	listenAgain = time.Minute      // after an address could not be had
	knockRest   = 10 * time.Minute // between two words on strangers
)

// shelf is the totem's store as who asks the others sees it.
type shelf struct{ *store.Store }

// Free implements [pooling.Store]: of the queues that have slots from then on, those without a free one count too.
func (s shelf) Free(ctx context.Context, day booking.Day, notBefore time.Time) (map[booking.QueueID]int, error) {
	starts, err := s.Offers(ctx, day, notBefore)
	free := make(map[booking.QueueID]int)
	for _, at := range starts {
		free[at.Key.Queue] += at.Places
	}
	return free, err
}

// stock is the same store as who is asked sees it.
type stock struct{ *store.Store }

// Give implements [pooling.Stock].
func (s stock) Give(ctx context.Context, g pooling.Giving) ([]booking.Transfer, error) {
	return s.Store.Give(ctx, store.Giving(g))
}

var (
	_ pooling.Store = shelf{}
	_ pooling.Stock = stock{}
	_ pooling.Asker = (*lan.Client)(nil)
)

func newPeers(d *Device) *peers {
	return &peers{cfg: d.cfg, store: d.store, identity: d.cfg.identity(), vitals: d.vitals, log: d.parts.Log, steady: d.parts.Steady,
		patience: d.parts.PeersPatience, fail: d.fail, changed: make(chan struct{}, 1), known: make(chan struct{}, 1), linked: make(chan struct{}, 1)}
}

// duties returns what is to run beside the conversation, nothing where the totem takes no part.
func (p *peers) duties() []func(context.Context) error {
	if p.cfg.Peers.Listen == "" {
		return nil
	}
	return []func(context.Context) error{p.listen, p.ask}
}

// hearLink tells what the scheduler does.
func (p *peers) hearLink(now linkState) {
	p.mu.Lock()
	p.link = now
	p.mu.Unlock()
	for _, c := range []chan struct{}{p.changed, p.known, p.linked} {
		wake(c)
	}
}

// sell tells which slots are sold now, and that there may be fewer than before.
func (p *peers) sell(day booking.Day, from time.Time) {
	p.mu.Lock()
	p.day, p.from = day, from
	p.mu.Unlock()
	wake(p.changed)
	wake(p.known)
}

// selling returns which slots are sold; those of no day by a totem that the scheduler will not have.
func (p *peers) selling() (booking.Day, time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.link == linkRefused {
		return booking.Day{}, time.Time{}
	}
	return p.day, p.from
}

func (p *peers) cut() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.link == linkCut
}

// ask asks the others until ctx ends.
func (p *peers) ask(ctx context.Context) error {
	client, err := lan.NewClient(lan.Config{Key: p.identity.SigningKey})
	if err != nil {
		return err
	}
	return pooling.Run(ctx, pooling.Config{Office: p.cfg.Office, Totem: p.cfg.Totem, Store: shelf{p.store}, Asker: client, Cut: p.cut,
		Selling: p.selling, Wake: p.changed, After: time.After, Steady: p.steady, Report: p.hear, Patience: p.patience})
}

// listen answers the others until ctx ends. An address that cannot be had is tried again.
func (p *peers) listen(ctx context.Context) error {
	donor, err := pooling.NewDonor(pooling.DonorConfig{Stock: stock{p.store}, Selling: p.selling, Sign: p.sign, Report: p.hear})
	if err != nil {
		return err
	}
	told := fault.Code("")
	for {
		server, err := lan.Listen(p.cfg.Peers.Listen, lan.ServerConfig{Config: lan.Config{Key: p.identity.SigningKey}, Peers: p.store.Peers,
			Answer: func(ctx context.Context, from wire.Peer, need wire.Need) (wire.Passed, error) {
				return donor.Answer(ctx, from.Totem, need)
			},
			Steady: p.steady, Every: pooling.Rest, Stranger: p.stranger})
		if err == nil {
			event.Log(p.log, event.PeersHear)
			told, err = "", p.serve(ctx, server)
		}
		if code := fault.Of(err).Code; err != nil && code != told {
			told = code
			event.Log(p.log, event.PeersDeaf, fault.Attrs(err)...)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(listenAgain):
		}
	}
}

// serve answers and says where, until ctx ends or nobody can be listened to any more. Only then is the address taken back: a totem
// that is stopped is reached there again when it starts.
func (p *peers) serve(ctx context.Context, server *lan.Server) error {
	serving, cancel := context.WithCancel(ctx)
	var saying sync.WaitGroup
	saying.Go(func() { p.announce(serving, server.Addr()) })
	err := server.Serve(serving)
	cancel()
	saying.Wait()
	if ctx.Err() == nil {
		p.vitals.company(nil)
	}
	return err
}

// stranger writes down that somebody knocked who is no peer, now and then.
func (p *peers) stranger() {
	p.mu.Lock()
	now := p.steady()
	tell := !p.knocks || now-p.knocked >= knockRest
	if tell {
		p.knocks, p.knocked = true, now
	}
	p.mu.Unlock()
	if tell {
		event.Log(p.log, event.PeersStranger)
	}
}

// sign is the proof of what this totem passes on.
func (p *peers) sign(covered []byte) (proof booking.Proof, err error) {
	key, err := p.identity.SigningKey()
	if err != nil {
		return proof, err
	}
	signature, err := key.Sign(nil, covered, crypto.Hash(0))
	if err == nil && len(signature) != len(proof) {
		err = errors.New("the signature is of another kind")
	}
	if err != nil {
		return proof, err
	}
	return booking.Proof(signature), nil
}

// hear takes in what passed between the totems.
func (p *peers) hear(r pooling.Report) {
	switch r := r.(type) {
	case pooling.Received:
		event.Log(p.log, event.SlotsReceived, slog.Int("slots", r.Slots))
		p.reload()
	case pooling.Given:
		event.Log(p.log, event.SlotsPassed, slog.Int("slots", r.Slots))
		p.reload()
	case pooling.False:
		event.Log(p.log, event.SlotsFalse, slog.String("totem", string(r.From)), slog.Int("slots", r.Slots))
	case pooling.Silent:
		event.Log(p.log, event.PeersSilent, append([]slog.Attr{slog.String("totem", string(r.Peer))}, cause(r.Err)...)...)
	case pooling.StoreFailed:
		p.fail(r.Err)
	}
}
