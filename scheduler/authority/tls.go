package authority

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"
	"time"
)

// ServerName is the name in the servers' certificates. Nobody judges them by it, but by their keys.
const ServerName = "totem-scheduler"

// certificate is a TLS key with its certificate as they are kept: DER, the key as PKCS #8.
type certificate struct {
	Certificate []byte `json:"certificate"`
	Key         []byte `json:"key"`
}

// newCertificate draws a P-256 key and signs a certificate with it. It never expires: a totem whose clock is wrong must
// reach the scheduler all the same, and judges it by the pin of its key.
func newCertificate(random io.Reader) (c certificate, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), random)
	if err != nil {
		return c, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: ServerName},
		DNSNames:     []string{ServerName},
		NotBefore:    time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:     time.Date(9999, time.December, 31, 23, 59, 59, 0, time.UTC), // RFC 5280: no expiry
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if c.Certificate, err = x509.CreateCertificate(random, template, template, key.Public(), key); err != nil {
		return c, err
	}
	c.Key, err = x509.MarshalPKCS8PrivateKey(key)
	return c, err
}

func (c certificate) parse() (tls.Certificate, error) {
	leaf, err := x509.ParseCertificate(c.Certificate)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("certificate: %w", err)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(c.Key)
	if err != nil {
		return tls.Certificate{}, errors.New("the TLS key cannot be read")
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok || !key.PublicKey.Equal(leaf.PublicKey) {
		return tls.Certificate{}, errors.New("the TLS key is not that of its certificate")
	}
	return tls.Certificate{Certificate: [][]byte{c.Certificate}, PrivateKey: key, Leaf: leaf}, nil
}

// pinOf returns the pin of a certificate's key: "sha256/" and, in base64, the hash of its SPKI.
func pinOf(c *x509.Certificate) string {
	hash := sha256.Sum256(c.RawSubjectPublicKeyInfo)
	return "sha256/" + base64.StdEncoding.EncodeToString(hash[:])
}

// CheckPin reports whether s has the form of a pin.
func CheckPin(s string) error {
	if len(s) > 7 && s[:7] == "sha256/" {
		if hash, err := base64.StdEncoding.DecodeString(s[7:]); err == nil && len(hash) == sha256.Size {
			return nil
		}
	}
	return fmt.Errorf("pin %q: want sha256/ and 44 characters of base64", s)
}

// ServerTLS returns what a server is to speak: TLS 1.3 with the key in use.
func (a *Authority) ServerTLS() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: a.tls[:1:1]}
}

// Pinned returns what a client is to speak: TLS 1.3, with a server that has one of the keys that are pinned, whatever
// its certificate says. No clock is needed.
func Pinned(pins []string) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13, ServerName: ServerName,
		InsecureSkipVerify: true, // VerifyConnection does it, by the pins
		VerifyConnection: func(s tls.ConnectionState) error {
			if len(s.PeerCertificates) == 0 || !slices.Contains(pins, pinOf(s.PeerCertificates[0])) {
				return ErrPin
			}
			return nil
		},
	}
}

// ErrPin says that a server has none of the keys that are pinned: it is another, or somebody sits between.
var ErrPin = errors.New("the server's TLS key is none of those that are pinned")
