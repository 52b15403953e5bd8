package lan

import (
	"crypto"
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/nats-io/nkeys"
)

// certificate makes a certificate of a device's own key, by itself: it says nothing but the key. The dates are there
// because there must be some.
func certificate(key crypto.Signer) (tls.Certificate, error) {
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(0, 0)}
	der, err := x509.CreateCertificate(nil, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make a certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// speaking returns the configuration of one connection on which this device shows its key and the other side's is looked
// at by accept, which is given it as a public user nkey. Nothing of the connection outlives it.
func (c Config) speaking(accept func(key string) error) (*tls.Config, error) {
	key, err := c.Key()
	if err != nil {
		return nil, err
	}
	own, err := certificate(key)
	if err != nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion:             tls.VersionTLS13,
		Certificates:           []tls.Certificate{own},
		ClientAuth:             tls.RequestClientCert,
		InsecureSkipVerify:     true, // VerifyConnection does it, on both sides: with no certificate at all too
		SessionTicketsDisabled: true,
		VerifyConnection: func(s tls.ConnectionState) error {
			theirs, err := keyOf(s)
			if err != nil {
				return err
			}
			return accept(theirs)
		},
	}, nil
}

// errStranger says that somebody is none of the peers.
var errStranger = errors.New("it is no totem of this office that is known")

// keyOf returns whose connection it is. That the other side holds the private half, TLS has made sure of.
func keyOf(s tls.ConnectionState) (string, error) {
	if len(s.PeerCertificates) == 0 {
		return "", errStranger
	}
	public, ok := s.PeerCertificates[0].PublicKey.(ed25519.PublicKey)
	if !ok {
		return "", errStranger // of another kind
	}
	key, err := nkeys.Encode(nkeys.PrefixByteUser, public)
	return string(key), err
}
