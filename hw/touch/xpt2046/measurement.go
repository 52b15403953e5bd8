package xpt2046

import (
	"errors"
	"slices"
)

// The commands (XPT2046 data sheet, "Control byte"; the ADS7846's alike). Bit 7 starts, bits 6–4 are the channel, bit 3 is 0
// for 12 bits, bit 2 is 0 for a measurement against the plate's own voltage, bits 1–0 are 0 so that the chip sleeps afterwards
// and its PENIRQ is on.
const (
	askY  = 0x90
	askZ1 = 0xB0
	askZ2 = 0xC0
	askX  = 0xD0
)

// A conversion is three bytes:
//
//	sent      1ccc0000  00000000  00000000
//	received  --------  0vvvvvvv  vvvvv000   twelve bits, the highest first
//
// An exchange is one of pressure, the places, and pressure again: a finger that came or went meanwhile is found out. The
// first conversion after a change of plates is not used: the panel must settle.
const (
	samples    = 5 // of each place, of which the middle one counts
	conversion = 3
	exchange   = conversion * (2 + 1 + samples + 1 + samples + 2)
	fullScale  = 4095
)

func commands() (sent [exchange]byte) {
	at := 0
	ask := func(command byte, times int) {
		for range times {
			sent[at] = command
			at += conversion
		}
	}
	ask(askZ1, 1)
	ask(askZ2, 1)
	ask(askX, 1+samples)
	ask(askY, 1+samples)
	ask(askZ1, 1)
	ask(askZ2, 1)
	return sent
}

// measurement is what one exchange says.
type measurement struct {
	x, y   int    // the middle ones of their samples
	spread int    // how far the samples lie apart at most, but for one outlier at either end
	z1, z2 [2]int // pressure before and after
}

var (
	errNoChip = errors.New("nothing answers: the line is as high, or as low, as it is when no chip drives it")
	errZ      = errors.New("the two sheets of the panel measure as no panel does: check its four wires")
)

// parse reads the answers to an exchange. An error is that of answers that no chip with a panel gives.
func parse(answered [exchange]byte) (m measurement, err error) {
	var values [exchange / conversion]int
	all := 0
	for i := range values {
		high, low := answered[conversion*i+1], answered[conversion*i+2]
		if high&0x80 != 0 || low&0x07 != 0 {
			return m, errNoChip
		}
		values[i] = int(high)<<5 | int(low)>>3
		all |= values[i]
	}
	if all == 0 {
		return m, errNoChip
	}
	last := len(values) - 2
	m.z1, m.z2 = [2]int{values[0], values[last]}, [2]int{values[1], values[last+1]}
	var apartX, apartY int
	m.x, apartX = middle(values[3:][:samples])
	m.y, apartY = middle(values[4+samples:][:samples])
	m.spread = max(apartX, apartY)
	for i := range m.z1 {
		if m.z2[i] == 0 || m.z1[i] > m.z2[i]+fullScale/20 {
			return m, errZ
		}
	}
	return m, nil
}

// middle returns the middle one of samples, and how far the others but the outermost lie apart.
func middle(of []int) (value, apart int) {
	sorted := slices.Sorted(slices.Values(of))
	return sorted[len(sorted)/2], sorted[len(sorted)-2] - sorted[1]
}

// verdict is what a measurement says.
type verdict uint8

const (
	unsure  verdict = iota // a finger that is just coming, going or sliding fast: it is measured again
	away                   // nothing presses
	pressed                // a finger presses, and the place is good
)

// gate decides whether a finger presses.
type gate struct {
	plate, press float64 // ohms
	in           bool    // a finger is there
}

// release is how much higher than for a press the resistance must be for a lift: no trembling between the two.
const release = 1.5

// steady is how far samples of one place may lie apart, of the full scale: two parts of a hundred.
const steady = fullScale / 50

// judge follows one finger.
func (g *gate) judge(m measurement) verdict {
	limit := g.press
	if g.in {
		limit *= release
	}
	first, second := g.ohms(m, 0) <= limit, g.ohms(m, 1) <= limit
	switch {
	case !first && !second:
		g.in = false
		return away
	case first != second || m.spread > steady:
		return unsure
	}
	g.in = true
	return pressed
}

// ohms is the resistance between the sheets (XPT2046 data sheet, "Touch pressure measurement", equation 1): the plate times
// x times (z2/z1 - 1).
func (g *gate) ohms(m measurement, i int) float64 {
	if m.z1[i] < leastZ1 {
		return 1e9
	}
	return g.plate * float64(m.x) / (fullScale + 1) * max(0, float64(m.z2[i])/float64(m.z1[i])-1)
}

// leastZ1 is what a panel that nothing touches never reaches: some millivolts of noise.
const leastZ1 = 40
