package authority

import (
	"crypto/tls"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nkeys"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

// Life is for how long the credentials of a totem are good. A totem that was longer in storage asks for fresh ones as
// a stranger, by the key it has.
const Life = 30 * 24 * time.Hour

// Authority makes and revokes credentials. It is safe for concurrent use, and never changes.
type Authority struct {
	dir  string
	now  func() time.Time
	keys keys
	tls  []tls.Certificate // now, and to come
	pins []string          // of tls
}

// Open reads the keys that Init left in dir. now is the clock of the machine on which the servers judge credentials; nil
// means time.Now. Without keys the error is fs.ErrNotExist; where they are damaged it is a *fault.Fault.
func Open(dir string, now func() time.Time) (*Authority, error) {
	if now == nil {
		now = time.Now
	}
	kept, err := read(dir)
	if err != nil {
		return nil, err
	}
	a := &Authority{dir: dir, now: now}
	if err := a.take(kept); err != nil {
		return nil, damaged(err, dir)
	}
	return a, nil
}

// take makes keys of what the file says.
func (a *Authority) take(kept file) (err error) {
	if a.keys, err = kept.parse(); err != nil {
		return err
	}
	for _, c := range kept.TLS {
		certificate, err := c.parse()
		if err != nil {
			return err
		}
		a.tls = append(a.tls, certificate)
		a.pins = append(a.pins, pinOf(certificate.Leaf))
	}
	if len(a.tls) == 0 {
		return fmt.Errorf("no TLS key")
	}
	return nil
}

// Credentials returns what a totem needs to reach the servers with its key, from now on for Life. Whether the key is
// the totem's is the caller's to know.
func (a *Authority) Credentials(office booking.OfficeID, totem booking.TotemID, key string) (wire.Credentials, error) {
	c, err := a.credentials(office, totem, key)
	if err != nil {
		return wire.Credentials{}, fmt.Errorf("make credentials of %s/%s: %w", office, totem, err)
	}
	return c, nil
}

func (a *Authority) credentials(office booking.OfficeID, totem booking.TotemID, key string) (c wire.Credentials, err error) {
	if err = booking.CheckID(string(office)); err == nil {
		err = booking.CheckTotemID(string(totem))
	}
	if err == nil && office == wire.StrangerOffice {
		err = fmt.Errorf("no office may be called %s", office)
	}
	if err == nil && !nkeys.IsValidPublicUserKey(key) {
		err = fmt.Errorf("%q is no public user key", key)
	}
	if err != nil {
		return c, err
	}
	user := jwt.NewUserClaims(key)
	user.Name = string(totem)
	user.IssuerAccount = a.keys.totems
	user.SetScoped(true) // its rights are those of the template, which only the account says
	user.Tags.Add(officeTag + ":" + string(office))
	// No "not before": the servers' clocks may be behind this one.
	user.Expires = a.now().Add(Life).Unix()
	c.JWT, err = user.Encode(a.keys.stamp)
	c.Pins, c.Signer = a.Pins(), a.Signer()
	return c, err
}

// Sign signs with the key that Signer names.
func (a *Authority) Sign(message []byte) ([]byte, error) {
	signature, err := a.keys.signer.Sign(message)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	return signature, nil
}

// Signer returns the public nkey by which totems check what Sign signed.
func (a *Authority) Signer() string { return public(a.keys.signer) }

// Pins returns the pins of the servers' TLS keys: the one in use, then the one to come.
func (a *Authority) Pins() []string { return slices.Clone(a.pins) }

// public returns the public key of a pair that was checked when it was read.
func public(pair nkeys.KeyPair) string {
	key, err := pair.PublicKey()
	if err != nil {
		panic(fmt.Sprintf("a key pair without a public key: %v", err)) // parse refused it
	}
	return key
}
