// Package proxysim is an HTTP proxy for tests: it knows CONNECT alone (RFC 9110, 9.3.6), and leads every name to one address, as
// a proxy does that has a name server of its own.
package proxysim

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
)

// Manner is how a proxy treats whoever comes.
type Manner struct {
	To      string // where it leads, "127.0.0.1:4222"
	Allowed string // the value of Proxy-Authorization that it wants; "": none
	Answer  string // sent in the place of leading anywhere; "": it leads
	Mute    bool   // it takes connections and never says anything
}

// Proxy is a proxy that listens on this machine.
type Proxy struct {
	listener net.Listener
	asked    chan string
	serving  sync.WaitGroup

	mu     sync.Mutex
	manner Manner
	open   []net.Conn
}

// Start returns a proxy that listens until Close.
func Start(m Manner) (*Proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Proxy{listener: l, asked: make(chan string, 1000), manner: m}
	p.serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			p.serving.Go(func() { p.serve(conn) })
		}
	})
	return p, nil
}

// Address returns where it listens, "127.0.0.1:41234".
func (p *Proxy) Address() string { return p.listener.Addr().String() }

// Asked brings what it was asked, "CONNECT scheduler.example:4222". What nobody takes is dropped after a thousand.
func (p *Proxy) Asked() <-chan string { return p.asked }

// Become changes how it treats whoever comes from now on.
func (p *Proxy) Become(m Manner) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.manner = m
}

// Cut ends all connections. New ones are taken.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, conn := range p.open {
		conn.Close()
	}
	p.open = nil
}

// Close ends all connections, and takes no new ones. It may be called again.
func (p *Proxy) Close() {
	p.listener.Close()
	p.Cut()
	p.serving.Wait()
}

func (p *Proxy) keep(conn net.Conn) Manner {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open = append(p.open, conn)
	return p.manner
}

func (p *Proxy) serve(conn net.Conn) {
	defer conn.Close()
	m := p.keep(conn)
	read := bufio.NewReader(conn)
	r, err := http.ReadRequest(read)
	if err != nil {
		return
	}
	select {
	case p.asked <- r.Method + " " + r.Host:
	default:
	}
	switch {
	case m.Mute:
		_, _ = io.Copy(io.Discard, read) // until the other side has had enough
	case m.Allowed != "" && r.Header.Get("Proxy-Authorization") != m.Allowed:
		fmt.Fprint(conn, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"proxy\"\r\nContent-Length: 0\r\n\r\n")
	case m.Answer != "":
		fmt.Fprint(conn, m.Answer)
	default:
		p.lead(conn, read, m.To)
	}
}

// lead passes on what either side says until one of them ends.
func (p *Proxy) lead(conn net.Conn, read io.Reader, to string) {
	far, err := net.Dial("tcp", to)
	if err != nil {
		fmt.Fprint(conn, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
		return
	}
	p.keep(far)
	fmt.Fprint(conn, "HTTP/1.1 200 Connection established\r\nVia: 1.1 proxy\r\n\r\n")
	var back sync.WaitGroup
	back.Go(func() {
		_, _ = io.Copy(conn, far)
		conn.Close()
	})
	_, _ = io.Copy(far, read)
	far.Close()
	back.Wait()
}
