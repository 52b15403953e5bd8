package booking

import (
	"fmt"
	"strconv"
	"strings"
)

// Number is what a citizen is called by: the prefix letter of the queue and a counting number of at least three
// digits, "A042". It is unique within an office and day.
type Number string

// NewNumber returns the n-th number of a queue, n from 1.
func NewNumber(prefix string, n int) Number {
	digits := strconv.Itoa(n)
	return Number(prefix + strings.Repeat("0", max(0, numberDigits-len(digits))) + digits)
}

// numberDigits is how many digits a number has at least.
const numberDigits = 3

// Split returns a number's prefix and its count.
func (n Number) Split() (prefix string, count int, err error) {
	// A sheet is checked often, so this allocates nothing: more than three digits must not begin with 0.
	if len(n) <= numberDigits || n[0] < 'A' || n[0] > 'Z' || len(n) > numberDigits+1 && n[1] == '0' {
		return "", 0, fmt.Errorf("number %q: want a letter and at least three digits", string(n))
	}
	count, err = strconv.Atoi(string(n[1:]))
	if err != nil || count < 1 || n[1] == '+' {
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
