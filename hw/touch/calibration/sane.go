package calibration

import (
	"errors"
	"fmt"
	"math"
)

// What a panel in front of a screen may be. Beyond that a finger was laid on something else than the aim, or the panel is
// not the one of this glass.
const (
	leastScale = 0.75 // a panel somewhat larger than the glass
	mostScale  = 4.5  // one that uses no more than a quarter of the numbers that it says it tells
	mostTilt   = 0.2  // of an axis, for each part along the other: ten degrees and a little
	mostBeside = 0.15 // of the glass, that no touch can reach
)

// Check says why no panel in front of a screen can have m, or nil. The error is a sentence for a technician.
func (m Matrix) Check() error {
	m = m.complete()
	for _, v := range m {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return errors.New("the calibration has a number that is none")
		}
	}
	mainX, mainY, sideX, sideY := math.Abs(m[0]), math.Abs(m[4]), math.Abs(m[1]), math.Abs(m[3])
	if sideX > mainX { // a panel that stands on its side
		mainX, mainY, sideX, sideY = sideX, sideY, mainX, mainY
	}
	switch {
	case math.Abs(m[0]*m[4]-m[1]*m[3]) < 1e-3:
		return errors.New("the calibration brings all touches on one line of the glass")
	case sideX > mostTilt*mainX || sideY > mostTilt*mainY:
		return errors.New("the calibration tilts the panel against the glass more than any mounting does")
	}
	for _, one := range []struct {
		way   string
		scale float64
	}{{"across", mainX}, {"down", mainY}} {
		if one.scale < leastScale || one.scale > mostScale {
			return fmt.Errorf("the calibration stretches the panel %.2f times %s the glass: %.2f to %.1f times may be", one.scale, one.way, leastScale, mostScale)
		}
	}
	return m.checkReach()
}

// checkReach makes sure that the panel can tell every place of the glass but for its rim.
func (m Matrix) checkReach() error {
	for _, corner := range []struct {
		name string
		x, y float64
	}{{"upper left", 0, 0}, {"upper right", 1, 0}, {"lower left", 0, 1}, {"lower right", 1, 1}} {
		x, y, ok := m.Invert(corner.x, corner.y)
		if !ok || max(math.Abs(x-0.5), math.Abs(y-0.5)) > 0.5+mostBeside {
			return fmt.Errorf("by the calibration no touch reaches the %s corner of the glass", corner.name)
		}
	}
	return nil
}
