package natslink

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/sync/wire"
)

// StrangerConfig says whom a device asks that has no credentials, or none that are accepted any more.
type StrangerConfig struct {
	URL    string   // as in Config
	Proxy  Proxy    // that leads to the servers; zero: there is none
	Pins   []string // the servers' TLS keys that are trusted, at least one
	Office booking.OfficeID
	Totem  booking.TotemID
	// Options come after the ones chosen here.
	Options []nats.Option
}

// Enrol asks for the first credentials of a key. Errors are a *wire.Refusal or a *fault.Fault: of CodeLinkServer if the
// server is not the pinned one, of CodeProxySilent or CodeProxyRefused if the proxy does not lead to it, of CodeLinkSilent if
// nobody answers. In the latter case the scheduler may have enrolled
// the key all the same: Renew tells.
func Enrol(ctx context.Context, c StrangerConfig, e wire.Enrol) (wire.Credentials, error) {
	return asStranger(ctx, c, wire.VerbEnrol, e)
}

// Renew asks for fresh credentials for a key that is enrolled. Its errors are those of Enrol.
func Renew(ctx context.Context, c StrangerConfig, r wire.Renew) (wire.Credentials, error) {
	return asStranger(ctx, c, wire.VerbRenew, r)
}

func asStranger[Q wire.Message](ctx context.Context, c StrangerConfig, verb wire.Verb, question Q) (wire.Credentials, error) {
	if err := errors.Join(booking.CheckID(string(c.Office)), booking.CheckTotemID(string(c.Totem))); err != nil || c.URL == "" || len(c.Pins) == 0 {
		return wire.Credentials{}, fault.New(fault.CodeConfig, err, "name the scheduler's address and its pin, the office and the totem", "the scheduler cannot be asked")
	}
	data, err := wire.Encode(wire.Newest, question)
	if err != nil {
		return wire.Credentials{}, fault.New(fault.CodeConfig, err, "correct the token", "the scheduler cannot be asked")
	}
	d := &dialer{ctx: ctx, proxy: c.Proxy}
	conn, err := nats.Connect(c.URL, append([]nats.Option{
		nats.Name(fmt.Sprintf("stranger for %s.%s", c.Office, c.Totem)),
		nats.NoReconnect(), nats.SkipHostLookup(), nats.SetCustomDialer(d), nats.Timeout(connectWait),
		nats.Secure(pinned(func() []string { return c.Pins })), nats.TLSHandshakeFirst(),
		nats.CustomInboxPrefix(wire.StrangerInbox),
	}, c.Options...)...)
	if err != nil {
		return wire.Credentials{}, unreached(c.URL, err, d.failed)
	}
	defer conn.Close()
	reply, err := conn.RequestWithContext(ctx, wire.RequestSubject(c.Office, c.Totem, verb), data)
	if err != nil {
		return wire.Credentials{}, fault.New(fault.CodeLinkSilent, err, "check that the scheduler runs", "a server is there, but no scheduler answers")
	}
	return understood[wire.Credentials](verb, reply.Data)
}

// Try makes one connection as c.Identity and closes it again. The error, a *fault.Fault, says why there is none: of
// CodeLinkServer if the server is not a pinned one, of CodeLinkKey if it does not let this totem in, of CodeProxySilent or
// CodeProxyRefused if the proxy does not lead to it, of CodeLinkSilent if nobody answers, or the identity's own.
func Try(ctx context.Context, c Config) error {
	if err := c.check(); err != nil {
		return fault.New(fault.CodeConfig, err, "correct the configuration", "the link to the scheduler cannot be set up")
	}
	d := &dialer{ctx: ctx, identity: c.Identity, proxy: c.Proxy}
	options := []nats.Option{nats.Name(fmt.Sprintf("try %s.%s", c.Office, c.Totem)), nats.NoReconnect(), nats.SkipHostLookup(),
		nats.SetCustomDialer(d), nats.Timeout(connectWait)}
	conn, err := nats.Connect(c.URL, append(append(options, c.identified()...), c.Options...)...)
	switch {
	case err == nil:
		conn.Close()
		return nil
	case d.failed == nil && isRefused(err):
		return fault.New(fault.CodeLinkKey, nil, "if it ran within the last weeks its key was revoked: have a token made by scheduler enrol, and run totem provision --new-key with it; else let it run, and it renews them",
			"the servers do not let this totem in: its credentials have expired, or its key was revoked")
	}
	return unreached(c.URL, err, d.failed)
}

// unreached says why there is no connection; dialled is what was wrong with the network, nil for nothing.
func unreached(url string, err, dialled error) error {
	var f *fault.Fault
	switch {
	case errors.As(err, &f) || errors.As(dialled, &f): // an identity's, a pin's, a proxy's
		return f
	case dialled != nil:
		return fault.New(fault.CodeLinkSilent, dialled, "check the network and the scheduler's address", "nobody answers at %s", url)
	case isRefused(err):
		return fault.New(fault.CodeLinkSilent, err, "check that it is the scheduler's server, and that strangers may enrol there", "the server at %s lets no stranger in", url)
	}
	return fault.New(fault.CodeLinkSilent, err, "check that it is the scheduler's address", "what answers at %s is no scheduler's server", url)
}
