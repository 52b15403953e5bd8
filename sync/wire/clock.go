package wire

import (
	"encoding/base64"
	"errors"
	"fmt"
	"time"
)

// String returns unpadded base64url, 22 characters.
func (n Nonce) String() string { return base64.RawURLEncoding.EncodeToString(n[:]) }

// MarshalText writes unpadded base64url.
func (n Nonce) MarshalText() ([]byte, error) { return []byte(n.String()), nil }

// UnmarshalText reads unpadded base64url of exactly 16 bytes.
func (n *Nonce) UnmarshalText(b []byte) error { return readBase64(n[:], b, "nonce") }

// signature is an Ed25519 signature as it travels: unpadded base64url, 86 characters.
type signature [64]byte

// MarshalText writes the form above.
func (s signature) MarshalText() ([]byte, error) {
	return base64.RawURLEncoding.AppendEncode(nil, s[:]), nil
}

// UnmarshalText reads the form above.
func (s *signature) UnmarshalText(b []byte) error { return readBase64(s[:], b, "signature") }

// readBase64 reads exactly len(into) bytes of unpadded base64url.
func readBase64(into, text []byte, what string) error {
	raw, err := base64.RawURLEncoding.Strict().AppendDecode(nil, text)
	// The decoder skips line ends: only the length shows them.
	if err != nil || len(raw) != len(into) || len(text) != base64.RawURLEncoding.EncodedLen(len(into)) {
		return fmt.Errorf("%s: want %d bytes in unpadded base64url", what, len(into))
	}
	copy(into, raw)
	return nil
}

// clockBody asks for the time; nonce is 22 characters of base64url.
type clockBody struct {
	Nonce Nonce `json:"nonce"`
}

func clockOf(c Clock) (clockBody, error) { return clockBody(c), nil }

func (b clockBody) message() (Clock, error) {
	if b.Nonce == (Nonce{}) {
		return Clock{}, errors.New(`member "nonce": none`)
	}
	return Clock(b), nil
}

// readingBody is a signed time.
//
//	member     form             meaning
//	nonce      22 of base64url  as in the question
//	time       UTC millisecond  "2026-11-21T09:20:05.042Z"
//	signature  86 of base64url  over [SignedReading] of the other two
type readingBody struct {
	Nonce     Nonce     `json:"nonce"`
	Time      milli     `json:"time"`
	Signature signature `json:"signature"`
}

func readingOf(r Reading) (readingBody, error) {
	b := readingBody{Nonce: r.Nonce, Time: milli(r.Time.UTC())}
	if len(r.Signature) != len(b.Signature) {
		return readingBody{}, fmt.Errorf(`member "signature": %d bytes, want %d`, len(r.Signature), len(b.Signature))
	}
	copy(b.Signature[:], r.Signature)
	return b, nil
}

func (b readingBody) message() (Reading, error) {
	switch {
	case b.Nonce == (Nonce{}):
		return Reading{}, errors.New(`member "nonce": none`)
	case b.Signature == (signature{}):
		return Reading{}, errors.New(`member "signature": none`)
	case time.Time(b.Time).Unix() < 0:
		return Reading{}, errors.New(`member "time": before 1970`)
	}
	return Reading{b.Nonce, time.Time(b.Time), b.Signature[:]}, nil
}
