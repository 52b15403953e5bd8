package look

import (
	"fmt"
	"math"
)

// The reference panel: the one the sizes of this package are drawn for.
const (
	refShort   = 1080
	refLong    = 1920
	refDensity = 4.03
)

// The sizes a finger needs, in millimetres.
const (
	MainTarget   = 20.0 // height of what most people want
	SecondTarget = 15.0 // height of everything else that can be touched
	TargetGap    = 5.0  // between two things that can be touched
)

// Panel is the glass: its pixels as the citizen sees them, after any rotation, and how dense they are.
type Panel struct {
	Width, Height int     // pixels
	PixelsPerMM   float64 // 0: as dense as the reference panel stretched to these pixels
	// Bottom is how high the lower edge of the glass hangs above the floor, in millimetres. Zero: nobody knows, and there
	// is no layout of low reach.
	Bottom float64
}

// The band in which a seated person reaches everything, in millimetres above the floor: ISO 21542, and the draft of EN 301
// 549 V4 with a reach of 400 mm.
const (
	ReachLow  = 800.0
	ReachHigh = 1100.0
)

// leastReach is how high a part of the glass must lie in that band, in millimetres, for a layout of low reach: less holds
// no screen.
const leastReach = 150.0

// Reach returns the rows of the panel, from one up to another, that a seated person reaches. ok is false where the glass
// lies in the band as a whole, so that the usual layout is one of low reach, where too little of it does, and where nobody
// knows how high it hangs.
func (p Panel) Reach() (from, to int, ok bool) {
	if p.Bottom <= 0 {
		return 0, p.Height, false
	}
	density := p.Scale().density
	row := func(height float64) int { // of a height above the floor
		return min(max(p.Height-int(math.Floor((height-p.Bottom)*density)), 0), p.Height)
	}
	from, to = row(ReachHigh), row(ReachLow)
	if from == 0 && to == p.Height || float64(to-from) < leastReach*density {
		return 0, p.Height, false
	}
	return from, to, true
}

// Reference returns the panel that the sizes of this package are drawn for, upright.
func Reference() Panel { return Panel{Width: refShort, Height: refLong, PixelsPerMM: refDensity} }

// Validate says what is wrong with p, or nil.
func (p Panel) Validate() error {
	if p.Width < 240 || p.Height < 240 || p.Width > 8192 || p.Height > 8192 {
		return fmt.Errorf("a panel of %d×%d pixels: each side must have 240 to 8192", p.Width, p.Height)
	}
	if p.PixelsPerMM != 0 && !(p.PixelsPerMM >= 1 && p.PixelsPerMM <= 40) {
		return fmt.Errorf("a panel of %v pixels a millimetre: there must be 1 to 40, or 0 where it is not known", p.PixelsPerMM)
	}
	return nil
}

// Landscape says whether the panel is wider than high: the screen then has two columns.
func (p Panel) Landscape() bool { return p.Width > p.Height }

// Scale returns how design sizes become pixels of p.
func (p Panel) Scale() Scale {
	short, long := float64(p.Width), float64(p.Height)
	if p.Landscape() {
		short, long = long, short
	}
	factor := math.Min(short/refShort, long/refLong)
	density := p.PixelsPerMM
	if density == 0 {
		density = refDensity * factor
	}
	return Scale{factor: factor, density: density}
}

// Scale turns design sizes and millimetres into pixels of one panel. The design fills the panel; millimetres set the
// least sizes of what is touched.
type Scale struct {
	factor  float64 // pixels per design pixel
	density float64 // pixels per millimetre
}

// Px returns a design length in whole pixels.
func (s Scale) Px(design float64) int { return int(math.Round(design * s.factor)) }

// Size returns a design size of type in pixels.
func (s Scale) Size(design float64) float64 { return design * s.factor }

// MM returns a length in whole pixels, rounded up: a least size is held.
func (s Scale) MM(mm float64) int { return int(math.Ceil(mm * s.density)) }

// AtLeast returns the greater of a design length and a length in millimetres, in whole pixels.
func (s Scale) AtLeast(design, mm float64) int { return max(s.Px(design), s.MM(mm)) }

// Millimetres returns how long pixels are on the panel.
func (s Scale) Millimetres(pixels int) float64 { return float64(pixels) / s.density }
