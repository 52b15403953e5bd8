package natslink

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"slices"
	"strings"

	"github.com/nats-io/nats.go"

	"example.org/totem/internal/fault"
	"example.org/totem/sync/wire"
)

// Identity is who a totem is: a key that never leaves the device, and what the scheduler gave for it. Its methods are
// called from several goroutines at once, and each tells what is true at that moment: credentials may be renewed by
// another process.
type Identity interface {
	// JWT returns the newest credentials. Nobody is dialled while it returns an error, which is a *fault.Fault.
	JWT() (string, error)
	// Sign returns the key's signature of what the server draws at random.
	Sign(nonce []byte) ([]byte, error)
	// Key returns the public half of the key, "" without one.
	Key() string
	// Pins returns the servers' TLS keys that are trusted, as in [wire.Credentials].
	Pins() []string
	// Signer returns the public key that signs the time, "" without one.
	Signer() string
	// Keep makes c durable. It refuses what is not for this key, office and totem.
	Keep(c wire.Credentials) error
}

// identified returns the options of a connection as c.Identity.
func (c Config) identified() []nats.Option {
	if c.Identity == nil {
		return nil
	}
	options := []nats.Option{func(o *nats.Options) error { // nats.UserJWT refuses who has none yet
		o.UserJWT, o.SignatureCB = c.Identity.JWT, c.Identity.Sign
		return nil
	}}
	if c.Server == nil { // what stays in this process has no use for TLS
		options = append(options, nats.Secure(pinned(c.Identity.Pins)), nats.TLSHandshakeFirst())
	}
	return options
}

// pinned trusts a server if, and only if, it proves that it holds the private half of a pinned key. Names, dates and
// authorities of certificates are not looked at: the pin says more than they would, and a totem whose clock is wrong
// must still find its scheduler, for that is where it gets the time from.
func pinned(pins func() []string) *tls.Config {
	return &tls.Config{
		MinVersion:         tls.VersionTLS13,
		InsecureSkipVerify: true, // VerifyConnection does it
		VerifyConnection: func(s tls.ConnectionState) error {
			if len(s.PeerCertificates) == 0 {
				return errors.New("the server shows no certificate")
			}
			sum := sha256.Sum256(s.PeerCertificates[0].RawSubjectPublicKeyInfo)
			got := "sha256/" + base64.StdEncoding.EncodeToString(sum[:])
			trusted := pins()
			if slices.Contains(trusted, got) {
				return nil
			}
			return fault.New(fault.CodeLinkServer, nil,
				"check the address; compare the pin with the one that scheduler enrol prints; if they differ, somebody stands in between",
				"the server's key is %s, not %s", got, strings.Join(trusted, " or "))
		},
	}
}

// isRefused reports whether err says that a server did not accept credentials. The client hands on what it read before
// a connection was made in another form than afterwards.
func isRefused(err error) bool {
	if err == nil {
		return false
	}
	for _, refused := range []error{nats.ErrAuthorization, nats.ErrAuthExpired, nats.ErrAuthRevoked, nats.ErrAccountAuthExpired} {
		if errors.Is(err, refused) || strings.EqualFold(err.Error(), refused.Error()) {
			return true
		}
	}
	return false
}
