package scanner

import "example.org/totem/booking"

// Most is how many bytes a code may have.
const Most = most

// Sift returns what a sieve makes of the pieces, between which there are pauses, and whether it has written over what it
// held.
func Sift(prefix, suffix string, pieces ...[]byte) (codes []booking.Code, wiped bool) {
	s := sieve{prefix: []byte(prefix), suffix: []byte(suffix)}
	add := func(code booking.Code, done bool) {
		if done {
			codes = append(codes, code)
		}
	}
	for _, piece := range pieces {
		for _, b := range piece {
			add(s.take(b))
		}
		add(s.pause())
	}
	return codes, s.held == [most]byte{} && !s.busy()
}
