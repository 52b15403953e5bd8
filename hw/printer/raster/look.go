package raster

import (
	"math"

	"example.org/totem/ticket"
	"example.org/totem/typeset"
)

const mmPerInch = 25.4

// dots returns how many dots are at least mm millimetres.
func (f Format) dots(mm float64) int { return int(math.Ceil(mm*float64(f.DPI)/mmPerInch - 1e-9)) }

// usable reports whether f is a paper at all. The limits are far beyond any printer's.
func (f Format) usable() bool { return f.Dots >= 8 && f.Dots <= 8192 && f.DPI >= 50 && f.DPI <= 2400 }

// look is how a role is set. Lengths are millimetres; a size is the height of a capital letter.
type look struct {
	sizes  []float64 // the first in which the text stands on one line is taken, or the last
	weight typeset.Weight
	above  float64 // white between the line above and this one, beside that of the letters themselves
	below  float64 // the same to the line below; the larger of two counts
	begin  bool    // stands where the language begins to read; otherwise in the middle
	tight  bool    // its letters reach neither far up nor below the line: no room is kept for that
	own    bool    // its own letters, not the slip's language, say which way it runs
}

// Sizes that people with low vision need: 12 for the number, 3 for everything else.
func lookOf(role ticket.Role) look {
	switch role {
	case ticket.RoleCopy:
		return look{sizes: []float64{5, 4, 3.5}, weight: typeset.Bold}
	case ticket.RoleOffice:
		return look{sizes: []float64{3.6, 3.3}, weight: typeset.Bold, own: true}
	case ticket.RolePlace:
		return look{sizes: []float64{3}, own: true}
	case ticket.RoleNumber:
		return look{sizes: []float64{17, 16, 15, 14, 13, 12}, weight: typeset.Bold, above: 4, tight: true, own: true}
	case ticket.RoleWhen:
		return look{sizes: []float64{4.8, 4.4, 4, 3.6}, weight: typeset.Bold, above: 3}
	case ticket.RoleLabel:
		return look{sizes: []float64{3.4, 3}, above: 0.5, own: true}
	case ticket.RoleCode:
		return look{sizes: []float64{4, 3.6, 3.3, 3}, weight: typeset.Bold, above: 1, below: 1, own: true}
	case ticket.RoleStrong:
		return look{sizes: []float64{3}, weight: typeset.Bold, begin: true}
	case ticket.RoleDate:
		return look{sizes: []float64{3}, above: 2}
	}
	return look{sizes: []float64{3}, begin: true}
}

// The rest of a slip's measures, in millimetres.
const (
	marginMM = 2    // white at both sides of the rules and of what begins at a side
	edgeMM   = 0.5  // white at both sides of what stands in the middle and needs the room
	topMM    = 1    // white above all
	ruleMM   = 0.35 // how thick a rule is
	beforeMM = 2    // white above a rule
	afterMM  = 2    // white below it
	gutterMM = 1    // beside the white that a QR needs, between it and the words
	besideMM = 70   // from this width of paper on, the QR stands beside the words
	moduleMM = 1    // a QR's module, where it has the room
	leastMM  = 0.5  // and where it has not
)

// quiet is the white that a QR needs on every side, in modules.
const quiet = 4
