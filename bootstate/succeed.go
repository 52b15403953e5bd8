package bootstate

import (
	"bytes"
	"maps"
)

// Succeed returns next as the state that follows s, with the generation under which it may be written over a copy that
// holds the bytes over (nil: it cannot be read): over the copy that does not hold s. That is the first one after s's for
// which no torn write is taken for whole. Usually it is the next; where an earlier write was torn, parts of that one must
// not come together with parts of this one.
func (s State) Succeed(next State, over []byte) State {
	for next.Gen = min(s.Gen+1, LastGen); next.Gen < LastGen && !next.safe(over); next.Gen++ {
	}
	return next
}

// safe reports whether every beginning and every end of s's sector, written over the bytes that were there, leaves what was
// there, or s, or what is whole for nobody.
func (s State) safe(over []byte) bool {
	if len(over) < Sector {
		return true
	}
	block, end := s.Encode(), len(s.text())
	will, was := variables(block[:Sector]), variables(over[:Sector])
	for cut := range end {
		for _, torn := range [][]byte{
			append(bytes.Clone(block[:cut]), over[cut:Sector]...),
			append(bytes.Clone(over[:cut]), block[cut:Sector]...),
		} {
			is := variables(torn)
			if is["GEN"] == is["OK"] && is["GEN"] != "" && !maps.Equal(is, will) && !maps.Equal(is, was) {
				return false
			}
		}
	}
	return true
}
