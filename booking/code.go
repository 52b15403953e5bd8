package booking

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
)

// Code is the bearer's secret on a ticket: 11 random digits and a check digit, all that its QR holds. The check digit
// is that of H. M. Damm's quasigroup (Totally anti-symmetric quasigroups, Marburg 2004): it finds every single wrong
// digit and every swap of neighbours.
type Code string

const codeDigits = 12

// damm is the order-10 totally anti-symmetric quasigroup of Damm's thesis; its diagonal is zero, so a digit string
// followed by its check digit always ends at zero.
var damm = [10][10]byte{
	{0, 3, 1, 7, 5, 9, 8, 6, 4, 2},
	{7, 0, 9, 2, 1, 5, 4, 8, 6, 3},
	{4, 2, 0, 6, 8, 7, 1, 3, 5, 9},
	{1, 7, 5, 0, 9, 8, 3, 4, 2, 6},
	{6, 1, 2, 3, 0, 4, 5, 9, 7, 8},
	{3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
	{5, 8, 6, 9, 7, 2, 0, 1, 3, 4},
	{8, 9, 4, 5, 3, 6, 2, 0, 1, 7},
	{9, 4, 3, 8, 6, 1, 7, 2, 0, 5},
	{2, 5, 8, 1, 4, 3, 6, 7, 9, 0},
}

// NewCode draws a code from random, which must be a cryptographic source. Every code is equally likely.
func NewCode(random io.Reader) (Code, error) {
	digits := make([]byte, 0, codeDigits)
	var one [1]byte
	for len(digits) < codeDigits-1 {
		if _, err := io.ReadFull(random, one[:]); err != nil {
			return "", fmt.Errorf("draw a ticket code: %w", err)
		}
		if one[0] < 250 { // 250 and above would favour the digits 0 to 5
			digits = append(digits, '0'+one[0]%10)
		}
	}
	return Code(append(digits, '0'+dammState(digits))), nil
}

// ParseCode reads a code as a person types it: spaces and hyphens between the digits do not count.
func ParseCode(s string) (Code, error) {
	digits := strings.NewReplacer(" ", "", "-", "").Replace(s)
	if len(digits) != codeDigits || strings.Trim(digits, "0123456789") != "" {
		return "", fmt.Errorf("ticket code: want %d digits", codeDigits)
	}
	if dammState([]byte(digits)) != 0 {
		return "", fmt.Errorf("ticket code: the check digit does not fit")
	}
	return Code(digits), nil
}

func dammState(digits []byte) byte {
	var state byte
	for _, d := range digits {
		state = damm[state][d-'0']
	}
	return state
}

// Grouped returns the code as it is printed and read aloud: "4829 1730 5560".
func (c Code) Grouped() string {
	if len(c) != codeDigits {
		return string(c)
	}
	return string(c[:4] + " " + c[4:8] + " " + c[8:])
}

// DayKey is the secret of one office and day. It turns codes into hashes, travels with the grants, is kept outside
// the ledger and is destroyed when the day closes; from then on no hash of that day can be tied to a code.
type DayKey [32]byte

// NewDayKey draws a key from random, which must be a cryptographic source.
func NewDayKey(random io.Reader) (DayKey, error) {
	var k DayKey
	if _, err := io.ReadFull(random, k[:]); err != nil {
		return DayKey{}, fmt.Errorf("draw an office-day key: %w", err)
	}
	return k, nil
}

// IsZero reports whether k is no key.
func (k DayKey) IsZero() bool { return k == DayKey{} }

// MarshalText writes unpadded base64url.
func (k DayKey) MarshalText() ([]byte, error) {
	return base64.RawURLEncoding.AppendEncode(nil, k[:]), nil
}

// UnmarshalText reads unpadded base64url of exactly 32 bytes.
func (k *DayKey) UnmarshalText(b []byte) error { return decodeExactly(k[:], b, "office-day key") }

// CodeHash is what stands for a code wherever the code itself must not be: the first 8 bytes of
// HMAC-SHA-256(office-day key, "totem.code.v1" ‖ 0 ‖ code). The zero CodeHash is none.
type CodeHash [8]byte

// Hash returns the code's hash under the key of its office and day.
func (c Code) Hash(k DayKey) CodeHash {
	mac := hmac.New(sha256.New, k[:])
	mac.Write([]byte("totem.code.v1\x00" + string(c)))
	return CodeHash(mac.Sum(nil)[:8])
}

// IsZero reports whether h is no hash.
func (h CodeHash) IsZero() bool { return h == CodeHash{} }

// String returns unpadded base64url, 11 characters.
func (h CodeHash) String() string { return base64.RawURLEncoding.EncodeToString(h[:]) }

// MarshalText writes unpadded base64url.
func (h CodeHash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads unpadded base64url of exactly 8 bytes.
func (h *CodeHash) UnmarshalText(b []byte) error { return decodeExactly(h[:], b, "code hash") }

var strictBase64 = base64.RawURLEncoding.Strict()

func decodeExactly(dst, text []byte, what string) error {
	var room [48]byte // on the stack: a sheet has many hashes
	raw, err := strictBase64.AppendDecode(room[:0], text)
	if err != nil || len(raw) != len(dst) {
		return fmt.Errorf("%s: want %d bytes in unpadded base64url", what, len(dst))
	}
	copy(dst, raw)
	return nil
}
