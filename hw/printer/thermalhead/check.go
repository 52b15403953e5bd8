package thermalhead

import (
	"errors"
	"fmt"
	"time"
)

// What no profile may ask for, whatever its head.
const (
	mostDots   = 1280                   // of a line: 160 mm at 8 dots a millimetre
	mostPulse  = 12 * time.Millisecond  // a strobe; the one-shot of the board is set just above
	leastPulse = 500 * time.Microsecond // a whole heat time; in shorter ones being late is too much of it
	mostHead   = 85                     // °C
	mostAmps   = 6.0                    // through all dots that are lit together
	mostSpread = 120.0                  // µJ for a K: beyond that the law is a slip of the pen
)

func (p Profile) check(maxPPS int) error {
	return errors.Join(p.checkHead(), p.checkMotor(maxPPS), p.ntc.check(), p.checkLimits(), p.checkHeat())
}

func (p Profile) checkHead() error {
	dots, sum := p.Abilities.Dots, 0
	for _, g := range p.Groups {
		if g <= 0 {
			return fmt.Errorf("groups %v: each needs dots", p.Groups)
		}
		sum += g
	}
	switch {
	case p.Model == "":
		return errors.New("model: none")
	case dots < 64 || dots > mostDots || dots%8 != 0:
		return fmt.Errorf("dots %d: want 64 to %d, whole bytes", dots, mostDots)
	case p.Abilities.DPI < 100 || p.Abilities.DPI > 600:
		return fmt.Errorf("dpi %d: want 100 to 600", p.Abilities.DPI)
	case sum != dots || len(p.Groups) > 64:
		return fmt.Errorf("groups %v: want at most 64, of %d dots together", p.Groups, dots)
	case p.maxDots < 8 || p.maxDots > dots || p.maxDots%8 != 0:
		return fmt.Errorf("max_dots %d: want 8 to %d, in steps of 8", p.maxDots, dots)
	case p.clock < 100_000 || p.clock > 16_000_000:
		return fmt.Errorf("clock_hz %d: want 100000 to 16000000", p.clock)
	case p.lead < 0 || p.lead > 20 || p.tear < 0 || p.tear > 100 || p.Roll < 0 || p.Roll > 1000_000:
		return fmt.Errorf("paper: want lead_mm 0 to 20, tear_mm 0 to 100, roll_m 0 to 1000")
	}
	return nil
}

func (p Profile) checkMotor(maxPPS int) error {
	m := p.motor
	if m.halfSteps < 1 || m.halfSteps > 16 {
		return fmt.Errorf("half_steps %d: want 1 to 16", m.halfSteps)
	}
	if maxPPS < 50 || maxPPS > 5000 || len(m.ramp) == 0 || len(m.ramp) > 1000 {
		return errors.New("motor: want max_pps 50 to 5000, and a ramp of 1 to 1000 times")
	}
	if m.settle < time.Millisecond || m.settle > time.Second {
		return fmt.Errorf("settle_us: want 1000 to 1000000")
	}
	for i, t := range m.ramp {
		if t > 100*time.Millisecond || t < time.Second/time.Duration(maxPPS) {
			return fmt.Errorf("ramp_us %d: want at most 100000, and no faster than max_pps %d", t.Microseconds(), maxPPS)
		}
		if i > 0 && t > m.ramp[i-1] {
			return fmt.Errorf("ramp_us %d: the motor gets slower while it speeds up", t.Microseconds())
		}
	}
	return nil
}

func (p Profile) checkLimits() error {
	l := p.limits
	switch {
	case !(l.coldest >= -40 && l.coldest < l.resume && l.resume < l.hottest && l.hottest <= mostHead):
		return fmt.Errorf("limits %g to %g °C, resume at %g: want them in order, at most %d", l.coldest, l.hottest, l.resume, mostHead)
	case !(l.lowest >= 2 && l.lowest < l.highest && l.highest <= 30):
		return fmt.Errorf("limits %g to %g V: want them in order, 2 to 30", l.lowest, l.highest)
	case len(p.ntc) > 0 && (p.ntc[0].celsius > l.coldest || p.ntc[len(p.ntc)-1].celsius < l.hottest):
		return errors.New("thermistor: its points must reach beyond the limits, or a broken one is taken for a cold head")
	}
	return nil
}

// checkHeat walks the corners of the limits: the law has no peak between them.
func (p Profile) checkHeat() error {
	h, l := p.heat, p.limits
	switch {
	case !(h.ohms >= 20 && h.ohms <= 5000):
		return fmt.Errorf("ohms %g: want 20 to 5000", h.ohms)
	case !(h.energy > 0 && h.energy < 5000 && h.slope >= 0 && h.slope < mostSpread):
		return fmt.Errorf("heat: want energy_uj up to 5000, slope_uj 0 to %g", mostSpread)
	case !(h.gain > 0 && h.gain <= 3 && h.offset >= 0 && h.common >= 0 && h.common < 2):
		return errors.New("heat: want gain up to 3, offset from 0, common_ohms 0 to 2")
	case h.cool < 200*time.Microsecond || h.cool > 100*time.Millisecond:
		return errors.New("cool_us: want 200 to 100000")
	case h.longest <= 0 || h.longest > mostPulse:
		return fmt.Errorf("longest_us: want up to %d", mostPulse.Microseconds())
	}
	if amps := l.highest / h.ohms * float64(p.maxDots); amps > mostAmps {
		return fmt.Errorf("max_dots %d draw %.1f A at %g V: want at most %g A", p.maxDots, amps, l.highest, mostAmps)
	}
	for _, celsius := range []float64{l.coldest, l.hottest} {
		if h.need(celsius) <= 0 {
			return fmt.Errorf("heat: the law wants no energy at %g °C", celsius)
		}
		for _, volts := range []float64{l.lowest, l.highest} {
			for _, dots := range []int{1, p.maxDots} {
				if t, ok := h.full(celsius, volts, dots); !ok || t < leastPulse || t > h.longest {
					return fmt.Errorf("heat: %d dots at %g °C and %g V would be lit for %v: want %v to longest_us",
						dots, celsius, volts, t, leastPulse)
				}
			}
		}
	}
	return nil
}
