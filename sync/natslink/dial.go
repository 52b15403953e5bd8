package natslink

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
)

const (
	dialWait    = 5 * time.Second // for one server to be reached
	connectWait = 5 * time.Second // for it to say who it is and let the totem in, behind a whole fleet that comes back
)

// returning says when a totem comes back after a break. The client itself would try every server of the list at once,
// and wait only then: when a server stops, its whole fleet would be on the others in the same second.
type returning struct {
	wait, spread time.Duration
	jitter       func(time.Duration) time.Duration
	begun        atomic.Bool
	again        func() // called before each attempt but the first
}

// next returns which server is tried next, and after which wait: the very first attempt is made at once, for totems are
// not switched on all in the same second. It is called with the connection locked.
func (r *returning) next(servers []nats.Server, _ nats.ServerInfo) (*nats.Server, time.Duration) {
	server := &servers[rand.IntN(len(servers))]
	if !r.begun.Swap(true) {
		return server, 0
	}
	r.again()
	return server, r.wait + r.jitter(r.spread)
}

// errNotYet lets the client return before anybody was dialled: a server that does not answer must not hold up the start
// of a totem.
var errNotYet = errors.New("not dialled yet")

// dialer reaches servers on behalf of a totem.
type dialer struct {
	ctx      context.Context // of the connection
	identity Identity        // nil: none is needed
	proxy    Proxy           // that leads to them; zero: there is none
	ready    func() bool     // false: not yet
	failed   error           // why the last dial failed; for whoever waits for the outcome
}

var _ nats.CustomDialer = (*dialer)(nil)

// Dial implements [nats.CustomDialer].
func (d *dialer) Dial(network, address string) (conn net.Conn, err error) {
	defer func() { d.failed = err }()
	if d.ready != nil && !d.ready() {
		return nil, errNotYet
	}
	if d.identity != nil {
		if _, err := d.identity.JWT(); err != nil {
			return nil, err
		}
	}
	if d.proxy.Address != "" {
		return d.proxy.dial(d.ctx, address)
	}
	return (&net.Dialer{Timeout: dialWait}).DialContext(d.ctx, network, address)
}

// random returns a random duration below most.
func random(most time.Duration) time.Duration { return rand.N(max(most, 1)) }
