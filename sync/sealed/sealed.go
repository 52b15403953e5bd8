// Package sealed closes what a citizen gave so that only the scheduler reads it: nobody on the way, no server between,
// and not the totem that closed it. It is HPKE (RFC 9180) in base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
// ChaCha20-Poly1305. Randomness is the system's.
package sealed

import (
	"crypto/ecdh"
	"crypto/hpke"
	"errors"
	"fmt"

	"example.org/totem/booking"
)

// The lengths in bytes of a key, public or private, and by how much what is sealed is longer than what was sealed.
const (
	KeySize  = 32
	Overhead = 32 + 16
)

// NewKey draws a private key, KeySize bytes, to be kept where nobody else reads.
func NewKey() ([]byte, error) {
	key, err := kem().GenerateKey()
	if err != nil {
		return nil, fmt.Errorf("draw a sealing key: %w", err)
	}
	return key.Bytes()
}

// PublicKey returns what others seal to, KeySize bytes, for the owner of a private key.
func PublicKey(private []byte) ([]byte, error) {
	key, err := readPrivate(private)
	if err != nil {
		return nil, err
	}
	return key.PublicKey().Bytes(), nil
}

// Seal closes plaintext for the owner of a public key. What it returns is Overhead bytes longer:
//
//	encapsulated key  32 bytes
//	ciphertext        as long as the plaintext
//	tag               16 bytes
//
// It opens only as sealed by that totem of that office. The same plaintext sealed twice looks different.
func Seal(public []byte, office booking.OfficeID, totem booking.TotemID, plaintext []byte) ([]byte, error) {
	key, err := kem().NewPublicKey(public)
	if err != nil {
		return nil, fmt.Errorf("seal: read the public key of %d bytes: %w", len(public), err)
	}
	sealed, err := hpke.Seal(key, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), info(office, totem), plaintext)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return sealed, nil
}

// Open returns what that totem of that office sealed to the public key of private. The error does not say what is wrong
// with what is sealed: another key, another office or totem, or a byte that changed on the way.
func Open(private []byte, office booking.OfficeID, totem booking.TotemID, sealed []byte) ([]byte, error) {
	key, err := readPrivate(private)
	if err != nil {
		return nil, err
	}
	plaintext, err := hpke.Open(key, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), info(office, totem), sealed)
	if err != nil {
		return nil, errors.New("open what is sealed: it was not sealed to this key by this totem, or was changed")
	}
	return plaintext, nil
}

func readPrivate(private []byte) (hpke.PrivateKey, error) {
	key, err := kem().NewPrivateKey(private)
	if err != nil {
		return nil, fmt.Errorf("read a private sealing key of %d bytes: it is none", len(private))
	}
	return key, nil
}

func kem() hpke.KEM { return hpke.DHKEM(ecdh.X25519()) }

// info is what a sealed message is bound to. No identifier has a "/".
//
//	"totem.contact.v1"  16 bytes
//	0                   1 byte
//	office "/" totem    the two identifiers
func info(office booking.OfficeID, totem booking.TotemID) []byte {
	return []byte("totem.contact.v1\x00" + string(office) + "/" + string(totem))
}
