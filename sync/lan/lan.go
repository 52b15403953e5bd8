// Package lan is how the totems of an office reach one another on its network: one question and one answer a connection,
// over TLS 1.3. Each side shows a certificate made of the very key of its device that the scheduler has enrolled, and speaks
// to nobody but those whose keys the scheduler has told it. No name and no date in a certificate is looked at, so no clock
// matters.
//
// The asker dials, sends one frame with a need and reads one frame with what it is passed ([wire.Need], [wire.Passed]);
// then the connection ends. Who breaks a rule is not answered: the connection is closed. A frame is
//
//	length   4 bytes, big endian: of the message, 1 to 65536
//	message  JSON, as in docs/protocol.md
package lan

import (
	"context"
	"crypto"
	"errors"
	"time"

	"example.org/totem/sync/wire"
)

// Config says as whom a totem speaks with the others.
type Config struct {
	// Key returns the device's own Ed25519 key. It is called for each connection, from any goroutine: the key may be
	// replaced meanwhile. Needed.
	Key func() (crypto.Signer, error)
	// Patience is how long a whole connection may take. 0: 8 s.
	Patience time.Duration
}

// ServerConfig says whom a totem answers, and what. Every field is required but Patience, Every and Stranger.
type ServerConfig struct {
	Config
	// Peers returns the other totems of the office. It is called for each connection, before anything else is read of it.
	Peers func(ctx context.Context) ([]wire.Peer, error)
	// Answer returns what a peer is passed. It is called from several goroutines at once. After an error the peer is not
	// answered.
	Answer func(ctx context.Context, from wire.Peer, need wire.Need) (wire.Passed, error)
	// Steady returns the time since some moment, by a clock that nobody sets.
	Steady func() time.Duration
	// Every is the least time between two questions of one peer; one that comes sooner is not answered. 0: none.
	Every time.Duration
	// Stranger is told of whoever connected and is none of the peers, from any goroutine. It must not block. Nil: nobody is.
	Stranger func()
}

const (
	usualPatience = 8 * time.Second
	dialWait      = 2 * time.Second // for the other totem to be reached at all
)

func (c Config) complete() (Config, error) {
	if c.Key == nil || c.Patience < 0 {
		return c, errors.New("no key, or a patience below zero")
	}
	if c.Patience == 0 {
		c.Patience = usualPatience
	}
	return c, nil
}

func (c ServerConfig) complete() (ServerConfig, error) {
	var err error
	c.Config, err = c.Config.complete()
	if c.Peers == nil || c.Answer == nil || c.Steady == nil || c.Every < 0 {
		err = errors.Join(err, errors.New("the config is not complete"))
	}
	if c.Stranger == nil {
		c.Stranger = func() {}
	}
	return c, err
}
