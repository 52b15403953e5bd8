package scanner

import (
	"bytes"

	"example.org/totem/booking"
)

// most is how many bytes a code may have, with all that the reader puts around it.
const most = 64

// sieve makes codes of the bytes of one reader. It has no clock: whoever feeds it says when there was a pause.
type sieve struct {
	prefix, suffix []byte

	held [most]byte
	n    int
	over bool // more came than there is room for
}

// take takes a byte. done says that it ended something: code, or "" for something else.
func (s *sieve) take(b byte) (code booking.Code, done bool) {
	switch {
	case s.over:
		return "", false
	case ends(b):
		return s.end()
	case s.n == most:
		s.over = true
		s.wipe()
		return "", false
	}
	s.held[s.n] = b
	s.n++
	return "", false
}

// ends tells whether b ends a code.
func ends(b byte) bool { return b == 0x02 || b == 0x03 || b == '\t' || b == '\n' || b == '\r' }

// pause says that nothing came for a while.
func (s *sieve) pause() (code booking.Code, done bool) {
	if s.over {
		s.over = false
		return "", true
	}
	return s.end()
}

// busy tells whether a pause would end something.
func (s *sieve) busy() bool { return s.n > 0 || s.over }

// forget writes over what is held.
func (s *sieve) forget() {
	s.over = false
	s.wipe()
}

func (s *sieve) wipe() {
	clear(s.held[:])
	s.n = 0
}

func (s *sieve) end() (code booking.Code, done bool) {
	if s.n == 0 {
		return "", false
	}
	defer s.wipe()
	return s.read(s.held[:s.n]), true
}

// read returns the code that b is, or "". What may stand around it is left out only from what is too long: a prefix may
// be a digit too. Capitals and small letters are the same there, for a keyboard has no small ones.
func (s *sieve) read(b []byte) booking.Code {
	if n := len(s.prefix); len(b) > digits && len(b) > n && bytes.EqualFold(b[:n], s.prefix) {
		b = b[n:]
	}
	if len(b) > digits && b[0] == ']' && letter(b[1]) && (letter(b[2]) || digit(b[2])) {
		b = b[3:]
	}
	if n := len(s.suffix); len(b) > digits && bytes.EqualFold(b[len(b)-n:], s.suffix) {
		b = b[:len(b)-n]
	}
	if len(b) != digits {
		return ""
	}
	for _, c := range b {
		if !digit(c) {
			return ""
		}
	}
	code, err := booking.ParseCode(string(b))
	if err != nil {
		return ""
	}
	return code
}

// digits is how many digits a ticket's code has.
const digits = 12

func digit(c byte) bool  { return c >= '0' && c <= '9' }
func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
