package typeset

import (
	"slices"

	"golang.org/x/text/unicode/bidi"
)

// This file and bidi_rules.go hold the Unicode Bidirectional Algorithm, UAX #9: which way every letter runs. The names of
// rules (X5a, W4, N0 …) are that document's. Libraries tell the way of a letter, but not how deep it is embedded, and
// without that a number that follows Arabic words inside a Latin line comes out on the wrong side of them.

// maxDepth is how deep embeddings may be nested (BD2).
const maxDepth = 125

// direction is one text while its levels are worked out. A level is even for letters that run from left to right,
// odd for those that run from right to left; inner text has a higher one than what it stands in.
type direction struct {
	runes   []rune
	base    uint8
	classes []bidi.Class // as the rules change them
	first   []bidi.Class // as they were
	levels  []uint8
	partner []int // of an isolate's beginning its end and the other way round; -1 for none
}

// levels returns the level of every rune of one paragraph whose own level is base, or nil when all are 0.
func levels(runes []rune, base uint8) []uint8 {
	d := direction{runes: runes, base: base}
	if !d.classify() && base == 0 {
		return nil
	}
	d.pair()
	d.explicit()
	for _, seq := range d.sequences() {
		seq.weak()
		seq.brackets()
		seq.neutral()
		seq.implicit()
	}
	d.fillRemoved()
	return d.levels
}

// classOf returns a rune's class. Line breaks inside a line count as white space: paragraphs were split before.
func classOf(r rune) bidi.Class {
	p, _ := bidi.LookupRune(r)
	if c := p.Class(); c != bidi.B {
		return c
	}
	return bidi.WS
}

func classesOf(runes []rune) []bidi.Class {
	classes := make([]bidi.Class, len(runes))
	for i, r := range runes {
		classes[i] = classOf(r)
	}
	return classes
}

// classify reports whether anything in the text could run from right to left.
func (d *direction) classify() bool {
	d.first = classesOf(d.runes)
	d.classes = slices.Clone(d.first)
	d.levels = make([]uint8, len(d.runes))
	return slices.ContainsFunc(d.first, func(c bidi.Class) bool {
		return c == bidi.R || c == bidi.AL || c == bidi.AN || isolates(c) || c == bidi.PDI || removed(c) && c != bidi.BN
	})
}

func isolates(c bidi.Class) bool { return c == bidi.LRI || c == bidi.RLI || c == bidi.FSI }

// removed reports classes that X9 takes out of all further rules.
func removed(c bidi.Class) bool {
	switch c {
	case bidi.LRE, bidi.RLE, bidi.LRO, bidi.RLO, bidi.PDF, bidi.BN:
		return true
	}
	return false
}

// pair finds the end of every isolate (BD9).
func (d *direction) pair() {
	d.partner = make([]int, len(d.runes))
	var open []int
	for i, c := range d.first {
		d.partner[i] = -1
		if isolates(c) {
			open = append(open, i)
		}
		if n := len(open); c == bidi.PDI && n > 0 {
			d.partner[i], d.partner[open[n-1]] = open[n-1], i
			open = open[:n-1]
		}
	}
}

// firstStrong returns 1 when the first letter with a direction, isolates left out, runs from right to left; 0 when it
// runs from left to right; otherwise when there is none (P2, P3).
func firstStrong(classes []bidi.Class, otherwise uint8) uint8 {
	depth := 0
	for _, c := range classes {
		switch {
		case isolates(c):
			depth++
		case c == bidi.PDI && depth > 0:
			depth--
		case depth > 0:
		case c == bidi.L:
			return 0
		case c == bidi.R || c == bidi.AL:
			return 1
		}
	}
	return otherwise
}

// embedding is an entry of the directional status stack.
type embedding struct {
	level    uint8
	override bidi.Class // L, R, or ON for none
	isolate  bool
}

// nest is the state of X1 to X8.
type nest struct {
	stack                        []embedding
	isolateOver, over, openIsols int
}

func (n *nest) top() embedding { return n.stack[len(n.stack)-1] }

// next returns the lowest level above the present one that is odd for right to left, even otherwise.
func (n *nest) next(rightToLeft bool) uint8 {
	level := n.top().level
	if rightToLeft {
		return (level + 1) | 1
	}
	return (level + 2) &^ 1
}

// explicit gives the levels that embeddings and isolates ask for (X1 to X8).
func (d *direction) explicit() {
	n := nest{stack: []embedding{{d.base, bidi.ON, false}}}
	for i, c := range d.first {
		d.levels[i] = n.top().level
		switch c {
		case bidi.RLE, bidi.LRE, bidi.RLO, bidi.LRO:
			n.embed(c)
		case bidi.RLI, bidi.LRI, bidi.FSI:
			d.override(i, n.top())
			n.isolate(c == bidi.RLI || c == bidi.FSI && d.inner(i) == 1)
		case bidi.PDI:
			n.endIsolate()
			d.levels[i] = n.top().level
			d.override(i, n.top())
		case bidi.PDF:
			n.endEmbedding()
		case bidi.BN:
		default:
			d.override(i, n.top())
		}
	}
}

func (d *direction) override(i int, e embedding) {
	if e.override != bidi.ON {
		d.classes[i] = e.override
	}
}

// inner returns the direction of what an FSI at i isolates (X5c).
func (d *direction) inner(i int) uint8 {
	end := d.partner[i]
	if end < 0 {
		end = len(d.runes)
	}
	return firstStrong(d.first[i+1:end], 0)
}

func (n *nest) embed(c bidi.Class) {
	level := n.next(c == bidi.RLE || c == bidi.RLO)
	switch {
	case level <= maxDepth && n.isolateOver == 0 && n.over == 0:
		e := embedding{level, bidi.ON, false}
		switch c {
		case bidi.RLO:
			e.override = bidi.R
		case bidi.LRO:
			e.override = bidi.L
		}
		n.stack = append(n.stack, e)
	case n.isolateOver == 0:
		n.over++
	}
}

func (n *nest) isolate(rightToLeft bool) {
	level := n.next(rightToLeft)
	if level > maxDepth || n.isolateOver > 0 || n.over > 0 {
		n.isolateOver++
		return
	}
	n.openIsols++
	n.stack = append(n.stack, embedding{level, bidi.ON, true})
}

func (n *nest) endIsolate() {
	switch {
	case n.isolateOver > 0:
		n.isolateOver--
	case n.openIsols > 0:
		n.over = 0
		for !n.top().isolate {
			n.stack = n.stack[:len(n.stack)-1]
		}
		n.stack = n.stack[:len(n.stack)-1]
		n.openIsols--
	}
}

func (n *nest) endEmbedding() {
	switch {
	case n.isolateOver > 0:
	case n.over > 0:
		n.over--
	case !n.top().isolate && len(n.stack) > 1:
		n.stack = n.stack[:len(n.stack)-1]
	}
}

// fillRemoved gives what X9 took out the level of what stands before it, so that it splits no run.
func (d *direction) fillRemoved() {
	level := d.base
	for i, c := range d.first {
		if removed(c) {
			d.levels[i] = level
		}
		level = d.levels[i]
	}
}

// ending gives white space at the end of a line, and around separators inside it, the paragraph's own level (L1).
func ending(runes []rune, levels []uint8, base uint8) {
	trailing := true
	for i := len(runes) - 1; i >= 0; i-- {
		switch c := classOf(runes[i]); {
		case c == bidi.S:
			trailing = true
			levels[i] = base
		case c == bidi.WS || isolates(c) || c == bidi.PDI || removed(c):
			if trailing {
				levels[i] = base
			}
		default:
			trailing = false
		}
	}
}

// visual returns the order, from left to right, in which items of these levels stand (L2).
func visual(levels []uint8) []int {
	order := make([]int, len(levels))
	highest := uint8(0)
	for i, level := range levels {
		order[i] = i
		highest = max(highest, level)
	}
	for level := highest; level > 0; level-- {
		for i := 0; i < len(order); i++ {
			start := i
			for i < len(order) && levels[order[i]] >= level {
				i++
			}
			for a, b := start, i-1; a < b; a, b = a+1, b-1 {
				order[a], order[b] = order[b], order[a]
			}
		}
	}
	return order
}
