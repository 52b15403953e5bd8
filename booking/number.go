package booking

import (
	"fmt"
	"strconv"
)

// Number is what a citizen is called by: the prefix letter of the queue and a counting number of at least three
// digits, "A042". It is unique within an office and day.
type Number string

// NewNumber returns the n-th number of a queue, n from 1.
func NewNumber(prefix string, n int) Number {
	var room [24]byte // on the stack, as a sheet has many numbers
	return Number(AppendNumber(room[:0], prefix, n))
}

// AppendNumber appends the n-th number of a queue, n from 1, to b.
func AppendNumber(b []byte, prefix string, n int) []byte {
	b = append(b, prefix...)
	for limit := 100; n < limit && limit > 1; limit /= 10 {
		b = append(b, '0')
	}
	return strconv.AppendInt(b, int64(n), 10)
}

// How many digits a number has at least, and at most: whatever they are, they fit an int64.
const (
	numberDigits = 3
	mostDigits   = 18
)

// Split returns a number's prefix and its count.
func (n Number) Split() (prefix string, count int, err error) {
	// A sheet is checked often, so this is by hand: more than three digits must not begin with 0.
	ok := len(n) > numberDigits && len(n) <= mostDigits+1 && n[0] >= 'A' && n[0] <= 'Z' && (len(n) == numberDigits+1 || n[1] != '0')
	for i := 1; ok && i < len(n); i++ {
		ok = n[i] >= '0' && n[i] <= '9'
		count = 10*count + int(n[i]-'0')
	}
	if !ok || count < 1 {
		return "", 0, fmt.Errorf("number %q: want a letter and at least three digits", string(n))
	}
	return string(n[:1]), count, nil
}

// CheckPrefix reports whether s can be a queue's prefix: one capital letter.
func CheckPrefix(s string) error {
	if len(s) != 1 || s[0] < 'A' || s[0] > 'Z' {
		return fmt.Errorf("prefix %q: want one letter from A to Z", s)
	}
	return nil
}
