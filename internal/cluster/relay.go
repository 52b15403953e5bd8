package cluster

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"

	"golang.org/x/sys/unix"
)

// gate lets bytes pass while it is open.
type gate struct {
	state struct {
		sync.Mutex
		shut   bool
		opened chan struct{} // closed when the gate is opened
	}
}

func newGate() *gate {
	g := new(gate)
	g.state.opened = make(chan struct{})
	return g
}

// set opens or shuts the gate.
func (g *gate) set(shut bool) {
	g.state.Lock()
	defer g.state.Unlock()
	switch {
	case shut && !g.state.shut:
		g.state.opened = make(chan struct{})
	case !shut && g.state.shut:
		close(g.state.opened)
	}
	g.state.shut = shut
}

// closed returns nil for an open gate, and what is closed when a shut one is opened.
func (g *gate) closed() <-chan struct{} {
	g.state.Lock()
	defer g.state.Unlock()
	if !g.state.shut {
		return nil
	}
	return g.state.opened
}

// pass waits until all gates are open at once, and reports false if done ends first.
func pass(gates []*gate, done <-chan struct{}) bool {
	for {
		i := slices.IndexFunc(gates, func(g *gate) bool { return g.closed() != nil })
		if i < 0 {
			return true
		}
		opened := gates[i].closed()
		if opened == nil {
			continue
		}
		select {
		case <-opened:
		case <-done:
			return false
		}
	}
}

// relay carries connections to a node: bytes towards it through some gates, bytes back through others.
type relay struct {
	listener net.Listener
	there    []*gate
	back     []*gate
	work     sync.WaitGroup
	done     chan struct{}

	state struct {
		sync.Mutex
		target string // "" while the node does not run
		links  map[*link]struct{}
		closed bool
	}
}

// link is one connection through a relay, from both of its ends.
type link struct {
	near, far net.Conn
	broken    chan struct{}
	once      sync.Once
}

// sever breaks the connection at both ends; a partner that waits for bytes learns of it at once.
func (l *link) sever() {
	l.once.Do(func() {
		close(l.broken)
		_ = errors.Join(l.near.Close(), l.far.Close()) // whoever reads there learns of it
	})
}

// newRelay listens on a free port of loopback.
func newRelay(there, back []*gate) (*relay, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("make a relay: %w", err)
	}
	r := &relay{listener: listener, there: there, back: back, done: make(chan struct{})}
	r.state.links = make(map[*link]struct{})
	r.work.Go(r.accept)
	return r, nil
}

// addr returns where the relay waits, for as long as it is not closed.
func (r *relay) addr() string { return r.listener.Addr().String() }

// aim says where the node is reached, "" for nowhere. Connections that are there stay.
func (r *relay) aim(target string) {
	r.state.Lock()
	defer r.state.Unlock()
	r.state.target = target
}

func (r *relay) accept() {
	for {
		near, err := r.listener.Accept()
		if err != nil {
			return // only closing the relay ends it
		}
		r.work.Go(func() { r.carry(near) })
	}
}

// carry carries one connection until either end, or the relay, is closed.
func (r *relay) carry(near net.Conn) {
	r.state.Lock()
	target := r.state.target
	r.state.Unlock()
	if target == "" {
		_ = near.Close()
		return
	}
	far, err := net.Dial("tcp", target)
	if err != nil {
		_ = near.Close()
		return
	}
	l := &link{near: near, far: far, broken: make(chan struct{})}
	defer l.sever()
	if !r.add(l) {
		return
	}
	defer r.remove(l)
	var both sync.WaitGroup
	both.Go(func() { pump(l, far, near, r.there) })
	both.Go(func() { pump(l, near, far, r.back) })
	both.Wait()
}

// pump carries one direction of a link. What was read when a gate shuts is held; so is the news that an end is gone.
func pump(l *link, to, from net.Conn, gates []*gate) {
	defer l.sever()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if !pass(gates, l.broken) {
			return
		}
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (r *relay) add(l *link) bool {
	r.state.Lock()
	defer r.state.Unlock()
	if r.state.closed {
		return false
	}
	r.state.links[l] = struct{}{}
	return true
}

func (r *relay) remove(l *link) {
	r.state.Lock()
	defer r.state.Unlock()
	delete(r.state.links, l)
}

// sever breaks every connection through the relay.
func (r *relay) sever() {
	r.state.Lock()
	links := make([]*link, 0, len(r.state.links))
	for l := range r.state.links {
		links = append(links, l)
	}
	r.state.Unlock()
	for _, l := range links {
		l.sever()
	}
}

// close ends the relay and waits until nothing of it runs.
func (r *relay) close() error {
	r.state.Lock()
	r.state.closed = true
	r.state.Unlock()
	err := r.listener.Close()
	r.sever()
	r.work.Wait()
	return err
}

// nobody is an address that is taken and at which nobody listens: whoever calls is refused at once.
type nobody struct {
	socket int
	port   int
}

func newNobody() (*nobody, error) {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("take an address: %w", err)
	}
	err = unix.Bind(socket, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}})
	bound, wrong := unix.Getsockname(socket)
	at, ok := bound.(*unix.SockaddrInet4)
	if err = errors.Join(err, wrong); err != nil || !ok {
		return nil, fmt.Errorf("take an address: %w", errors.Join(err, unix.Close(socket)))
	}
	return &nobody{socket: socket, port: at.Port}, nil
}

func (n *nobody) addr() string { return fmt.Sprintf("127.0.0.1:%d", n.port) }

func (n *nobody) close() error { return unix.Close(n.socket) }
