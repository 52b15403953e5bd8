package typeset

import (
	"slices"

	"golang.org/x/text/unicode/bidi"
)

// sequence is an isolating run sequence (BD13): runs of one level that belong together although an isolate stands
// between them.
type sequence struct {
	d        *direction
	at       []int // places in the text, in order
	level    uint8
	sos, eos bidi.Class
}

// sequences splits the text by level (X10).
func (d *direction) sequences() []sequence {
	var kept []int
	for i, c := range d.first {
		if !removed(c) {
			kept = append(kept, i)
		}
	}
	var runs [][]int
	runAt := map[int]int{} // where a run begins → its index
	for start := 0; start < len(kept); {
		end := start + 1
		for end < len(kept) && d.levels[kept[end]] == d.levels[kept[start]] {
			end++
		}
		runAt[kept[start]] = len(runs)
		runs = append(runs, kept[start:end])
		start = end
	}
	var all []sequence
	for _, run := range runs {
		if d.first[run[0]] == bidi.PDI && d.partner[run[0]] >= 0 {
			continue // it goes on from the run in which the isolate begins
		}
		at := slices.Clone(run)
		for last := at[len(at)-1]; isolates(d.first[last]) && d.partner[last] >= 0; last = at[len(at)-1] {
			at = append(at, runs[runAt[d.partner[last]]]...)
		}
		all = append(all, d.sequence(at, kept))
	}
	return all
}

func (d *direction) sequence(at, kept []int) sequence {
	s := sequence{d: d, at: at, level: d.levels[at[0]]}
	before, after := d.base, d.base
	if i, _ := slices.BinarySearch(kept, at[0]); i > 0 {
		before = d.levels[kept[i-1]]
	}
	last := at[len(at)-1]
	if i, _ := slices.BinarySearch(kept, last); i+1 < len(kept) && !isolates(d.first[last]) {
		after = d.levels[kept[i+1]]
	}
	s.sos, s.eos = side(max(before, s.level)), side(max(after, s.level))
	return s
}

// side returns the class of letters that run as a level does.
func side(level uint8) bidi.Class {
	if level%2 == 1 {
		return bidi.R
	}
	return bidi.L
}

func (s sequence) class(i int) bidi.Class {
	switch {
	case i < 0:
		return s.sos
	case i >= len(s.at):
		return s.eos
	}
	return s.d.classes[s.at[i]]
}

func (s sequence) set(i int, c bidi.Class) { s.d.classes[s.at[i]] = c }

// weak settles digits, separators and marks (W1 to W7).
func (s sequence) weak() {
	for i := range s.at { // W1
		if s.class(i) == bidi.NSM {
			c := s.class(i - 1)
			if i > 0 && (isolates(c) || c == bidi.PDI) {
				c = bidi.ON
			}
			s.set(i, c)
		}
	}
	strong := s.sos
	for i := range s.at { // W2, W3
		switch c := s.class(i); c {
		case bidi.L, bidi.R, bidi.AL:
			strong = c
		case bidi.EN:
			if strong == bidi.AL {
				s.set(i, bidi.AN)
			}
		}
	}
	for i := range s.at {
		if s.class(i) == bidi.AL {
			s.set(i, bidi.R)
		}
	}
	s.separators()
	strong = s.sos
	for i := range s.at { // W7
		switch c := s.class(i); c {
		case bidi.L, bidi.R:
			strong = c
		case bidi.EN:
			if strong == bidi.L {
				s.set(i, bidi.L)
			}
		}
	}
}

// separators settles what stands in and beside numbers (W4 to W6).
func (s sequence) separators() {
	for i := 1; i+1 < len(s.at); i++ {
		before, c, after := s.class(i-1), s.class(i), s.class(i+1)
		switch {
		case before != after:
		case before == bidi.EN && (c == bidi.ES || c == bidi.CS), before == bidi.AN && c == bidi.CS:
			s.set(i, before)
		}
	}
	for i := 0; i < len(s.at); i++ {
		if s.class(i) != bidi.ET {
			continue
		}
		end := i
		for end < len(s.at) && s.class(end) == bidi.ET {
			end++
		}
		beside := i > 0 && s.class(i-1) == bidi.EN || end < len(s.at) && s.class(end) == bidi.EN
		for ; i < end && beside; i++ {
			s.set(i, bidi.EN)
		}
		i = end - 1
	}
	for i := range s.at {
		switch s.class(i) {
		case bidi.ES, bidi.ET, bidi.CS:
			s.set(i, bidi.ON)
		}
	}
}

// strongSide reads a class as the neutral rules do: numbers count as right to left.
func strongSide(c bidi.Class) (side bidi.Class, ok bool) {
	switch c {
	case bidi.L:
		return bidi.L, true
	case bidi.R, bidi.EN, bidi.AN:
		return bidi.R, true
	}
	return bidi.ON, false
}

// brackets gives both brackets of a pair one direction (N0).
func (s sequence) brackets() {
	own := side(s.level)
	for _, p := range s.bracketPairs() {
		inside, other := false, false
		for i := p.open + 1; i < p.shut; i++ {
			if c, ok := strongSide(s.class(i)); ok {
				inside, other = inside || c == own, other || c != own
			}
		}
		switch {
		case inside:
			s.setBracket(p, own)
		case other:
			before := s.sos
			for i := p.open - 1; i >= 0; i-- {
				if c, ok := strongSide(s.class(i)); ok {
					before = c
					break
				}
			}
			s.setBracket(p, before) // the other side when it holds before the pair, else the own one
		}
	}
}

// setBracket also takes along the marks that stood on a bracket.
func (s sequence) setBracket(p bracketPair, c bidi.Class) {
	for _, i := range [2]int{p.open, p.shut} {
		s.set(i, c)
		for j := i + 1; j < len(s.at) && s.d.first[s.at[j]] == bidi.NSM; j++ {
			s.set(j, c)
		}
	}
}

type bracketPair struct{ open, shut int }

// bracketPairs returns the pairs in the order of their opening brackets (BD16).
func (s sequence) bracketPairs() []bracketPair {
	const deepest = 63
	type opened struct {
		at     int
		closer rune
	}
	var pairs []bracketPair
	var stack []opened
	for i, at := range s.at {
		p, _ := bidi.LookupRune(s.d.runes[at])
		if !p.IsBracket() || s.class(i) != bidi.ON {
			continue
		}
		if p.IsOpeningBracket() {
			if len(stack) == deepest {
				return nil
			}
			stack = append(stack, opened{i, canonical(counterpart(s.d.runes[at]))})
			continue
		}
		for n := len(stack) - 1; n >= 0; n-- {
			if stack[n].closer == canonical(s.d.runes[at]) {
				pairs = append(pairs, bracketPair{stack[n].at, i})
				stack = stack[:n]
				break
			}
		}
	}
	slices.SortFunc(pairs, func(a, b bracketPair) int { return a.open - b.open })
	return pairs
}

// counterpart returns the other bracket of a pair. Reversing a string turns its brackets round.
func counterpart(r rune) rune {
	for _, other := range bidi.ReverseString(string(r)) {
		return other
	}
	return r
}

// canonical returns angle brackets in the one of two equivalent forms.
func canonical(r rune) rune {
	switch r {
	case 0x2329:
		return 0x3008
	case 0x232a:
		return 0x3009
	}
	return r
}

func isNeutral(c bidi.Class) bool {
	switch c {
	case bidi.S, bidi.WS, bidi.ON, bidi.FSI, bidi.LRI, bidi.RLI, bidi.PDI, bidi.B:
		return true
	}
	return false
}

// neutral gives white space and signs the direction of what stands around them (N1, N2).
func (s sequence) neutral() {
	for i := 0; i < len(s.at); i++ {
		if !isNeutral(s.class(i)) {
			continue
		}
		end := i
		for end < len(s.at) && isNeutral(s.class(end)) {
			end++
		}
		before, _ := strongSide(s.class(i - 1))
		after, _ := strongSide(s.class(end))
		if before != after {
			before = side(s.level)
		}
		for ; i < end; i++ {
			s.set(i, before)
		}
		i = end - 1
	}
}

// implicit turns directions into levels (I1, I2).
func (s sequence) implicit() {
	for i, at := range s.at {
		switch c := s.class(i); {
		case s.level%2 == 0 && c == bidi.R, s.level%2 == 1 && c != bidi.R:
			s.d.levels[at] = s.level + 1
		case s.level%2 == 0 && c != bidi.L:
			s.d.levels[at] = s.level + 2
		}
	}
}
