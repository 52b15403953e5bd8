package lan

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"example.org/totem/sync/wire"
)

var (
	// ErrOther says that who answers does not hold the key that was expected.
	ErrOther = errors.New("who answers is another than it should be")
	// ErrUnknown says that who answers does not know this totem.
	ErrUnknown = errors.New("it does not know this totem")
)

// Client asks the other totems. It is safe for concurrent use, and holds nothing that must be closed.
type Client struct{ cfg Config }

// NewClient returns a client, or an error if the config is not complete.
func NewClient(c Config) (*Client, error) {
	c, err := c.complete()
	if err != nil {
		return nil, fmt.Errorf("prepare to ask other totems: %w", err)
	}
	return &Client{c}, nil
}

// Ask asks a peer for slots, and blocks until it answers, refuses, the patience is over, or ctx ends. It believes nobody but
// who holds the peer's key: ErrOther. An error says nothing of what the peer has done. What is passed is as the peer sent it:
// its proofs have yet to be checked.
func (c *Client) Ask(ctx context.Context, peer wire.Peer, need wire.Need) (passed wire.Passed, err error) {
	err = c.with(ctx, peer, func(conn *tls.Conn) error {
		if err := writeFrame(conn, need); err != nil {
			return err
		}
		passed, err = readFrame[wire.Passed](conn)
		return err
	})
	if err != nil {
		return wire.Passed{}, fmt.Errorf("ask the totem %s at %s: %w", peer.Totem, peer.Address, err)
	}
	return passed, nil
}

// Try finds out whether a peer answers and would answer this totem, without asking for anything: ErrOther, ErrUnknown, or
// why nobody was reached.
func (c *Client) Try(ctx context.Context, peer wire.Peer) error {
	err := c.with(ctx, peer, func(conn *tls.Conn) error {
		// Only behind the handshake does the other side tell whether it knows this totem.
		if err := conn.CloseWrite(); err != nil {
			return err
		}
		if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			return fmt.Errorf("%w: %w", ErrUnknown, err)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("try the totem %s at %s: %w", peer.Totem, peer.Address, err)
	}
	return nil
}

// with has work done on a connection with a peer, which ends then.
func (c *Client) with(ctx context.Context, peer wire.Peer, work func(*tls.Conn) error) error {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Patience)
	defer cancel()
	cfg, err := c.cfg.speaking(func(key string) error {
		if key != peer.Key {
			return ErrOther
		}
		return nil
	})
	if err != nil {
		return err
	}
	raw, err := (&net.Dialer{Timeout: dialWait}).DialContext(ctx, "tcp", peer.Address)
	if err != nil {
		return err
	}
	defer raw.Close()
	defer context.AfterFunc(ctx, func() { raw.SetDeadline(time.Unix(1, 0)) })()
	conn := tls.Client(raw, cfg)
	if err := conn.HandshakeContext(ctx); err != nil {
		return err
	}
	return work(conn)
}
