package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"example.org/totem/scheduler/authority"
	"example.org/totem/sync/natslink"
	"example.org/totem/sync/wire"
)

// people is the part that connects: a crowd as totems, or by the same credentials as bare NATS clients.
type people struct {
	links []*natslink.Totem
	bare  []*nats.Conn
	work  sync.WaitGroup // who listens to a link's events

	came struct {
		sync.Mutex
		pushes []moment
	}
}

func (p *people) duties() duties {
	return duties{"connect": duty(p.connect), "hello": duty(p.hello), "arrivals": duty(p.arrivals)}
}

func (p *people) close() error {
	failed := together(len(p.links), func(i int) error {
		if p.links[i] == nil {
			return nil
		}
		return p.links[i].Close()
	})
	p.work.Wait()
	for _, c := range p.bare {
		if c != nil {
			c.Close()
		}
	}
	return failed
}

// invitation says who is to connect, where, and as what.
type invitation struct {
	Dir  string // of the crowd
	URL  string
	Bare bool
}

const (
	connectWait = 2 * time.Minute // for everybody
	clientWait  = 10 * time.Second
	bareTries   = 3 // where totems try until they are connected
)

// connect connects everybody, some at a time. It answers when all are connected and subscribed.
func (p *people) connect(ctx context.Context, to invitation) (nothing, error) {
	ctx, cancel := context.WithTimeout(ctx, connectWait)
	defer cancel()
	who, err := readCrowd(to.Dir)
	if err != nil {
		return nothing{}, err
	}
	n := len(who.Totems)
	if to.Bare {
		p.bare = make([]*nats.Conn, n)
		return nothing{}, together(n, func(i int) (err error) {
			p.bare[i], err = dialBare(to.URL, &who, who.Totems[i])
			return err
		})
	}
	p.links = make([]*natslink.Totem, n)
	return nothing{}, together(n, func(i int) (err error) {
		p.links[i], err = p.dial(ctx, to.URL, &who, who.Totems[i])
		return err
	})
}

// dialBare connects a NATS client with a totem's credentials and as many subscriptions as a totem has: one for pushes,
// one for answers.
func dialBare(url string, who *crowd, c card) (*nats.Conn, error) {
	id, err := newPocket(who, c)
	if err != nil {
		return nil, err
	}
	inbox := wire.InboxPrefix(c.Office, c.Totem)
	var nc *nats.Conn
	for try := 0; try < bareTries && nc == nil; try++ {
		nc, err = nats.Connect(url, nats.UserJWT(id.JWT, id.Sign), nats.Secure(authority.Pinned(who.Pins)), nats.TLSHandshakeFirst(),
			nats.Timeout(clientWait), nats.CustomInboxPrefix(inbox))
	}
	if err != nil {
		return nil, err
	}
	for _, subject := range []string{wire.PushesSubject(c.Office), inbox + ".bare.*"} {
		if _, err := nc.Subscribe(subject, func(*nats.Msg) {}); err != nil {
			return nc, err
		}
	}
	return nc, nc.Flush()
}

// dial connects a totem.
func (p *people) dial(ctx context.Context, url string, who *crowd, c card) (*natslink.Totem, error) {
	id, err := newPocket(who, c)
	if err != nil {
		return nil, err
	}
	link, err := natslink.Dial(ctx, natslink.Config{URL: url, Office: c.Office, Totem: c.Totem, Identity: id, Spread: time.Second})
	if err != nil {
		return nil, err
	}
	up := make(chan struct{})
	p.work.Go(func() { p.listen(link, sync.OnceFunc(func() { close(up) })) })
	select {
	case <-up:
		return link, nil
	case <-ctx.Done():
		return link, fmt.Errorf("totem %s of %s: %w", c.Totem, c.Office, ctx.Err())
	}
}

// listen tells that the link is up and notes when pushes come, until the link is closed.
func (p *people) listen(link *natslink.Totem, up func()) {
	for ev := range link.Events() {
		if ev.Up {
			up()
		}
		if ev.Pushed == nil {
			continue
		}
		at, err := monotonic()
		if err != nil {
			return
		}
		p.came.Lock()
		p.came.pushes = append(p.came.pushes, moment{ev.Pushed.Sheet.Revision.Sequence, at})
		p.came.Unlock()
	}
}

// hello lets every totem introduce itself.
func (p *people) hello(ctx context.Context, _ nothing) (nothing, error) {
	ctx, cancel := context.WithTimeout(ctx, connectWait)
	defer cancel()
	return nothing{}, together(len(p.links), func(i int) error {
		welcome, err := p.links[i].Hello(ctx, greeting())
		if err == nil && welcome.Merge {
			err = errors.New("the totem is to merge")
		}
		return err
	})
}

const (
	arrivalsWait = 20 * time.Second
	arrivalsLook = 10 * time.Millisecond
)

// arrivals waits for so many pushes, answers when each came, and forgets them.
func (p *people) arrivals(ctx context.Context, n int) ([]moment, error) {
	ctx, cancel := context.WithTimeout(ctx, arrivalsWait)
	defer cancel()
	look := time.NewTicker(arrivalsLook)
	defer look.Stop()
	for {
		p.came.Lock()
		came := p.came.pushes
		if len(came) >= n {
			p.came.pushes = nil
		}
		p.came.Unlock()
		if len(came) >= n {
			return came, nil
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return nil, fmt.Errorf("%d of %d pushes came", len(came), n)
		}
	}
}
