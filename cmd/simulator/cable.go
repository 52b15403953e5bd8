package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"sync"
)

// cable is the network between totem and scheduler. It can be pulled out and put back in; the totem notices as it would
// with a real one, by connections that end and by new ones that do not come about.
type cable struct {
	listener net.Listener
	far      string // the scheduler's address
	carrying sync.WaitGroup

	mu     sync.Mutex
	pulled bool
	closed bool
	conns  map[net.Conn]bool
}

// layCable leads from an address of its own, which URL tells, to the one of a NATS server.
func layCable(server string) (*cable, error) {
	u, err := url.Parse(server)
	if err != nil {
		return nil, fmt.Errorf("lay the simulated network: %w", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("lay the simulated network: %w", err)
	}
	c := &cable{listener: listener, far: u.Host, conns: map[net.Conn]bool{}}
	c.carrying.Go(c.accept)
	return c, nil
}

// URL is the scheduler's address at the totem's end.
func (c *cable) URL() string { return "tls://" + c.listener.Addr().String() }

// Pull pulls the cable out: what is connected is cut off, and nobody else gets through.
func (c *cable) Pull() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pulled = true
	c.cut()
}

// Plug puts it back in.
func (c *cable) Plug() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pulled = false
}

// Pulled reports whether it is out.
func (c *cable) Pulled() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.pulled
}

// Close ends it, and returns when nothing passes any more.
func (c *cable) Close() error {
	c.mu.Lock()
	c.closed = true
	c.cut()
	c.mu.Unlock()
	err := c.listener.Close()
	c.carrying.Wait()
	return err
}

// cut ends every connection. mu is held.
func (c *cable) cut() {
	for conn := range c.conns {
		_ = conn.Close() // whoever reads from it ends, which is all that is wanted
	}
}

func (c *cable) accept() {
	for {
		near, err := c.listener.Accept()
		if err != nil {
			return
		}
		c.carrying.Go(func() { c.carry(near) })
	}
}

// carry passes bytes on both ways until either end is closed.
func (c *cable) carry(near net.Conn) {
	defer near.Close()
	if !c.admit(near) {
		return
	}
	defer c.dismiss(near)
	far, err := net.Dial("tcp", c.far)
	if err != nil {
		return
	}
	defer far.Close()
	if !c.admit(far) {
		return
	}
	defer c.dismiss(far)
	var back sync.WaitGroup
	back.Go(func() { _ = errors.Join(pass(near, far), near.Close()) })
	_ = errors.Join(pass(far, near), far.Close())
	back.Wait()
}

func pass(to io.Writer, from io.Reader) error {
	_, err := io.Copy(to, from)
	return err
}

func (c *cable) admit(conn net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pulled || c.closed {
		return false
	}
	c.conns[conn] = true
	return true
}

func (c *cable) dismiss(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.conns, conn)
}
