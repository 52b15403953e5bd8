package bootstate

// Succeed returns next as the state that follows s: with the generation under which it is written over the copy that does
// not hold s. Of a whole copy no torn write of it is taken for whole, for the two hold two generations. A copy that is not
// whole is written over with [Blank] first: parts of what was torn there must not come together with parts of this.
func (s State) Succeed(next State) State {
	next.Gen = min(s.Gen+1, LastGen)
	return next
}

// Blank returns a block without a variable. Written over one that is not whole, or torn while it is written, it is not whole
// either, and no beginning and no end of a state written over it is.
func Blank() [Size]byte { return padded(header) }
