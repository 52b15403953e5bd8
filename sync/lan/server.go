package lan

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"example.org/totem/internal/fault"
	"example.org/totem/sync/wire"
)

const (
	mostConnections = 8 // at once
	mostOfOneHost   = 2 // of them, so that one that is broken leaves room for the others
	acceptRest      = 100 * time.Millisecond
)

// Server answers the other totems. It is made by [Listen].
type Server struct {
	cfg      ServerConfig
	listener net.Listener
	room     *room
	pace     *pace
}

// Listen takes an address to listen at, ":7411"; with the port 0 a free one is taken. A connection that is made waits until
// Serve is called. An address that cannot be had is a *fault.Fault of CodePeersListen.
func Listen(address string, c ServerConfig) (*Server, error) {
	c, err := c.complete()
	if err != nil {
		return nil, fmt.Errorf("listen for other totems: %w", err)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fault.New(fault.CodePeersListen, err, "end what else uses that port, or correct peers.listen in totem.toml; it is tried again",
			"the totem cannot listen for the others at %s", address)
	}
	return &Server{cfg: c, listener: listener, room: newRoom(), pace: newPace(c.Every, c.Steady)}, nil
}

// Addr returns where the server listens.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Close ends listening, for a server that is not to Serve.
func (s *Server) Close() error { return s.listener.Close() }

// Serve answers until ctx ends, then returns nil; it returns an error if nobody can be listened to any more. When it returns,
// nothing listens and every connection and goroutine has ended. It is called once.
func (s *Server) Serve(ctx context.Context) error {
	var work sync.WaitGroup
	defer work.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer s.listener.Close()
	defer context.AfterFunc(ctx, func() { s.listener.Close() })()
	for {
		conn, err := s.listener.Accept()
		switch {
		case ctx.Err() != nil:
			if err == nil {
				conn.Close()
			}
			return nil
		case errors.Is(err, net.ErrClosed):
			return fmt.Errorf("listen for other totems: %w", err)
		case err != nil: // no more files, or one that went away again
			if !rest(ctx, acceptRest) {
				return nil
			}
			continue
		}
		leave, ok := s.room.enter(hostOf(conn))
		if !ok {
			conn.Close()
			continue
		}
		work.Go(func() {
			defer leave()
			defer conn.Close()
			s.attend(ctx, conn)
		})
	}
}

// rest waits, and reports false when ctx ends first.
func rest(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// attend answers one question, or none.
func (s *Server) attend(ctx context.Context, raw net.Conn) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Patience)
	defer cancel()
	defer context.AfterFunc(ctx, func() { raw.SetDeadline(time.Unix(1, 0)) })()
	conn, peer, err := s.greet(ctx, raw)
	if err != nil {
		if errors.Is(err, errStranger) {
			s.cfg.Stranger()
		}
		return
	}
	defer conn.Close() // says that it is the end, so that nobody takes it for a broken line
	need, err := readFrame[wire.Need](conn)
	if err != nil || !s.pace.admit(peer.Key) {
		return
	}
	if passed, err := s.cfg.Answer(ctx, peer, need); err == nil {
		_ = writeFrame(conn, passed) // what is lost here the peer asks for again
	}
}

// greet makes sure that a connection is a peer's, and whose. Nothing is read of a stranger's but its key.
func (s *Server) greet(ctx context.Context, raw net.Conn) (conn *tls.Conn, peer wire.Peer, err error) {
	cfg, err := s.cfg.speaking(func(key string) error {
		peers, err := s.cfg.Peers(ctx)
		if err != nil {
			return err
		}
		for _, p := range peers {
			if p.Key == key {
				peer = p
				return nil
			}
		}
		return errStranger
	})
	if err != nil {
		return nil, peer, err
	}
	conn = tls.Server(raw, cfg)
	err = conn.HandshakeContext(ctx)
	if err == nil && peer.Key == "" {
		err = errStranger
	}
	return conn, peer, err
}

// hostOf returns the address of who made a connection, without its port.
func hostOf(c net.Conn) string {
	host, _, err := net.SplitHostPort(c.RemoteAddr().String())
	if err != nil {
		return c.RemoteAddr().String()
	}
	return host
}
