package wire

import (
	"crypto/sha256"
	"encoding/base64"
)

// Digest tells messages apart: the first 8 bytes of the SHA-256 of a message's bytes. The zero Digest is none.
type Digest [8]byte

// DigestOf returns the digest of a message as it travels.
func DigestOf(message []byte) (d Digest) {
	sum := sha256.Sum256(message)
	copy(d[:], sum[:])
	return d
}

// IsZero reports whether d is none.
func (d Digest) IsZero() bool { return d == Digest{} }

// String returns unpadded base64url, 11 characters.
func (d Digest) String() string { return base64.RawURLEncoding.EncodeToString(d[:]) }

// MarshalText writes unpadded base64url.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads unpadded base64url of exactly 8 bytes.
func (d *Digest) UnmarshalText(b []byte) error { return readBase64(d[:], b, "digest") }
