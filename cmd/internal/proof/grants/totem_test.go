//go:build !race

package grants_test

import (
	"context"
	"crypto/ed25519"
	crypto "crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/paper"
	"example.org/totem/store"
	"example.org/totem/sync/natslink"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
	"example.org/totem/ticket"
)

// totem is an order to be one.
type totem struct {
	World   world
	Name    booking.TotemID
	Dir     string // of its disk
	URLs    string
	Seed    uint64
	Boot    string // of its machine
	Key     ed25519.PrivateKey
	Address string // at which the other totems reach it
}

func (o totem) path() string { return filepath.Join(o.Dir, string(o.Name)+".db") }
func (o totem) memo() string { return filepath.Join(o.Dir, string(o.Name)+".told") }

// life is one process of a totem.
type life struct {
	totem
	store   *store.Store
	link    *natslink.Totem
	draw    *rand.Rand
	rush    booking.QueueID // most who come want it
	printed memo
	say     func(string)
	wake    chan struct{} // the outbox
	changed chan struct{} // who asks the other totems
	caught  chan struct{} // who puts back what a power cut set aside

	up   atomic.Bool // the scheduler answers
	over atomic.Bool // nothing new is begun
	even atomic.Bool // and has been told everything, since it does
}

// live is a totem to which citizens come until the end, and then until the scheduler knows everything.
func (o totem) live(end <-chan struct{}, say func(string), log *slog.Logger) (err error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	l := &life{totem: o, say: say, draw: rand.New(rand.NewPCG(o.Seed, 7)),
		rush: o.World.plan().Queues[o.Seed%queues].ID, wake: make(chan struct{}, 1), changed: make(chan struct{}, 1), caught: make(chan struct{}, 1)}
	if l.printed, err = openMemo(o.memo()); err != nil {
		return err
	}
	if l.store, err = store.Open(ctx, store.Config{Path: o.path(), Office: office, Totem: o.Name, Now: o.World.now, Log: log, Boot: o.Boot}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.store.Close()) }()
	if err := l.leaveFound(ctx); err != nil {
		return err
	}
	l.link, err = natslink.Dial(ctx, natslink.Config{URL: o.URLs, Office: office, Totem: o.Name, Log: log, Spread: 100 * time.Millisecond,
		Options: []nats.Option{nats.PingInterval(400 * time.Millisecond), nats.MaxPingsOutstanding(2), nats.Timeout(time.Second)}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.link.Close()) }()
	var working sync.WaitGroup
	defer working.Wait()
	defer cancel()
	selling, stop := context.WithCancel(ctx)
	for _, duty := range []func(context.Context) error{l.converse, l.tidy, l.listen, l.ask} {
		working.Go(func() { l.check(duty(ctx)) })
	}
	pace := 100 + l.draw.IntN(400)
	working.Go(func() {
		for pause(selling, time.Duration(l.draw.IntN(pace))*time.Millisecond) {
			l.check(l.visit(context.WithoutCancel(selling)))
		}
	})
	<-end
	l.over.Store(true)
	stop()
	for pause(ctx, 50*time.Millisecond) {
		if _, _, waits, err := l.store.Next(ctx); err != nil {
			return err
		} else if !waits && l.even.Load() {
			return nil
		}
	}
	return nil
}

// check ends the process for what must not happen.
func (l *life) check(err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		panic(fmt.Sprintf("%s: %v", l.Name, err))
	}
}

// leaveFound answers for the slips of an earlier life: nobody waits for them any more.
func (l *life) leaveFound(ctx context.Context) error {
	found, err := l.store.Found(ctx)
	for _, f := range found {
		err = errors.Join(err, l.store.Leave(ctx, f.Job))
	}
	return err
}

// converse talks with the scheduler.
func (l *life) converse(ctx context.Context) error {
	health := func() wire.Health {
		return wire.Health{Profile: "generic-80", Clock: wire.ClockSynced, Touch: wire.PartWorks, Keypad: wire.PartNone, Scanner: wire.PartNone,
			Sound: wire.PartNone, Address: l.Address}
	}
	return outbox.Run(ctx, outbox.Config{Store: l.store, Link: counting{l.link, l.say}, Wake: l.wake, After: impatient,
		Jitter: func(most time.Duration) time.Duration { return rand.N(most) }, Report: l.hear, Health: health})
}

// impatient waits less long than it is told to, but for answers long enough.
func impatient(d time.Duration) <-chan time.Time {
	switch {
	case d > 20*time.Second:
		return time.After(d / 30)
	case d > 10*time.Second:
		return time.After(d / 5)
	}
	return time.After(d / 10)
}

// counting is a link that says what facts go out.
type counting struct {
	*natslink.Totem
	say func(string)
}

// Send implements [outbox.Link].
func (c counting) Send(ctx context.Context, f booking.Fact, chain uint64) (uint64, error) {
	sequence, err := c.Totem.Send(ctx, f, chain)
	if err == nil {
		c.say("fact-" + string(f.Kind))
	}
	return sequence, err
}

// hear takes in the news of the conversation.
func (l *life) hear(r outbox.Report) {
	switch r := r.(type) {
	case outbox.Connected:
		l.up.Store(true)
		knock(l.changed)
	case outbox.Disconnected:
		l.up.Store(false)
		l.even.Store(false)
		knock(l.changed)
	case outbox.CaughtUp:
		l.even.Store(true)
		knock(l.caught)
	case outbox.Forked:
		l.say("forked")
	case outbox.Refused:
		l.say("refused " + r.Refusal.Code)
	case outbox.StoreFailed:
		l.say("store failed " + string(fault.Of(r.Err).Code))
	}
}

// tidy does what a totem does by the clock, and puts back what a power cut set aside.
func (l *life) tidy(ctx context.Context) error {
	ticks := time.NewTicker(300 * time.Millisecond)
	defer ticks.Stop()
	acquainted := false // with the other totems
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-l.caught:
			if err := l.store.CaughtUp(ctx); err != nil {
				return err
			}
		case <-ticks.C:
			peers, err := l.store.Peers(ctx)
			if err != nil {
				return err
			}
			if !acquainted && len(peers) == len(l.World.Totems)-1 {
				acquainted = true
				l.say("acquainted")
			}
			if !l.up.Load() || l.over.Load() {
				continue
			}
			n, err := l.store.ReleaseDue(ctx, l.World.now(), l.World.now().Add(l.World.plan().Office.Release))
			if err != nil {
				return err
			}
			if n > 0 {
				l.say(fmt.Sprintf("released %d", n))
				knock(l.wake)
			}
		}
	}
}

// visit is a citizen who takes one of the times that are offered.
func (l *life) visit(ctx context.Context) error {
	starts, err := l.store.Offers(ctx, today(), l.World.now())
	if err != nil {
		return err
	}
	var own, open []store.Start
	if one := slices.DeleteFunc(slices.Clone(starts), func(s store.Start) bool { return s.Key.Queue != l.rush }); l.draw.IntN(4) > 0 {
		starts = one
	}
	for _, s := range starts {
		if s.Number != "" {
			own = append(own, s)
		} else if s.Open > 0 && l.up.Load() {
			open = append(open, s)
		}
	}
	switch {
	case len(own) > 0 && (len(open) == 0 || l.draw.IntN(5) > 0):
		return l.issue(ctx, own[l.draw.IntN(min(len(own), 12))])
	case len(open) > 0:
		return l.want(ctx, open[l.draw.IntN(len(open))])
	}
	l.say("away")
	return nil
}

// issue gives a ticket; what is on the paper is written down only when the ticket is durable.
func (l *life) issue(ctx context.Context, s store.Start) error {
	code, err := booking.NewCode(crypto.Reader)
	if err != nil {
		return err
	}
	slip := told{place{s.Key.Queue, s.Number}, code.Hash(l.World.key()), string(l.Name)}
	job, err := l.store.Issue(ctx, store.Order{Key: s.Key, Number: s.Number, Start: s.Start, Code: code, Slip: ticket.Slip{Lang: "it"}, Sending: true})
	if errors.Is(err, store.ErrGone) {
		return nil // it was passed on, or asked back, a moment ago
	}
	if err == nil {
		err = l.printed.add(slip)
	}
	if err == nil {
		err = l.store.JobEnded(ctx, job, paper.Result{Outcome: paper.Printed})
	}
	l.say("ticket")
	knock(l.wake)
	knock(l.changed)
	return err
}

// want asks the scheduler for a slot that this totem does not hold.
func (l *life) want(ctx context.Context, s store.Start) error {
	footing, err := l.store.Footing(ctx)
	if err != nil {
		return err
	}
	once, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	granted, err := l.link.Want(once, wire.Want{Incarnation: l.store.Incarnation(), Queue: s.Key.Queue, Day: s.Key.Day, Start: s.Start.UTC()})
	if err != nil {
		return nil // the citizen is told to ask again
	}
	ok, err := l.store.TakeGranted(ctx, granted, footing)
	if err != nil || !ok {
		return err
	}
	starts, err := l.store.Offers(ctx, today(), s.Start)
	for _, at := range starts {
		if at.Key == s.Key && at.Start.Equal(s.Start) && at.Number != "" {
			l.say("granted")
			return l.issue(ctx, at)
		}
	}
	return err
}
