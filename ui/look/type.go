package look

import "math"

// How much of its size the height of a capital letter is, in Noto Sans and its sisters.
const capital = 0.714

// The least heights of capital letters, in millimetres: of every text (Revised Section 508, 402.4), and of every text in the
// largest size (EN 301 549, 5.1.4: 0.7 degrees at 600 mm).
const (
	leastCapital = 4.8
	largeCapital = 7.33
)

// Text up to wholeSize grows by all that is asked for; from there on less and less, and what is drawn as large as stillSize
// stays as it is. Both are design sizes.
const (
	wholeSize = 44.0
	stillSize = 150.0
)

// Type returns the size of type of a design size in pixels, at so many per cent of what is drawn, 100 or more.
func (s Scale) Type(design float64, percent int) float64 {
	held := math.Max(design, s.least(leastCapital))
	return s.factor * math.Max(grown(held, percent), s.floor(percent))
}

// Fixed returns the size of type in pixels for what stands around every screen: it grows no more than eyes need.
func (s Scale) Fixed(design float64, percent int) float64 {
	return s.factor * math.Max(design, s.floor(percent))
}

// floor is the least size at so many per cent, in design pixels.
func (s Scale) floor(percent int) float64 {
	if percent >= 200 {
		return s.least(largeCapital)
	}
	return s.least(leastCapital)
}

// least is the size whose capitals have a height in millimetres, in design pixels.
func (s Scale) least(mm float64) float64 { return mm * s.density / capital / s.factor }

func grown(design float64, percent int) float64 {
	by := float64(percent) / 100
	switch {
	case design <= wholeSize:
		return design * by
	case design >= stillSize:
		return design
	}
	from := wholeSize * by
	if from >= stillSize {
		return from
	}
	return from + (design-wholeSize)*(stillSize-from)/(stillSize-wholeSize)
}

// CapitalMM returns how high the capitals of a size of type in pixels are, in millimetres.
func (s Scale) CapitalMM(size float64) float64 { return size * capital / s.density }
