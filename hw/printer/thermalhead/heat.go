package thermalhead

import (
	"math"
	"time"

	"periph.io/x/conn/v3/gpio"
)

// law says how long a dot must be lit to darken the paper.
//
//	t = ohms × (energy − slope × (T − 25)) / (gain × V − offset)²     in µs, µJ, °C and V at the head
//
// It holds for a dot that is as cold as the head. A dot that was lit a moment ago keeps part of its heat, which falls by
// the factor e every cool.
type law struct {
	ohms    float64       // of one dot
	energy  float64       // µJ that darken at 25 °C
	slope   float64       // µJ less for each K above
	gain    float64       // of the supply, in the law
	offset  float64       // V off it
	common  float64       // ohms of the wires that all dots share
	cool    time.Duration // in which a dot's heat falls by the factor e
	longest time.Duration // that a strobe may ever be
}

// need is the energy that darkens with a head of that temperature, in µJ.
func (l law) need(celsius float64) float64 { return l.energy - l.slope*(celsius-25) }

// full returns how long so many dots, as cold as the head, must be lit together. Not ok: the law does not reach so far.
func (l law) full(celsius, volts float64, dots int) (t time.Duration, ok bool) {
	v := l.gain*volts/(1+float64(dots)*l.common/l.ohms) - l.offset
	us := l.ohms * l.need(celsius) / (v * v)
	if !(v > 0.5 && us > 0 && us < 1e6) {
		return 0, false
	}
	return time.Duration(us * float64(time.Microsecond)), true
}

// cooled is t in times of cooling.
func (l law) cooled(t time.Duration) float64 { return float64(t) / float64(l.cool) }

// warmth is what is left of the heat of each dot: 1 darkens at the temperature it was last told.
type warmth struct {
	law  law
	dots []float64
	at   time.Duration
	need float64
}

func newWarmth(l law, dots int) warmth {
	return warmth{law: l, dots: make([]float64, dots), need: l.need(25)}
}

// head tells the head's temperature: the same heat is more of what is needed when the head is warmer.
func (w *warmth) head(celsius float64) {
	need := w.law.need(celsius)
	w.times(w.need / need)
	w.need = need
}

// until lets all dots cool until now.
func (w *warmth) until(now time.Duration) {
	if now > w.at {
		w.times(math.Exp(-w.law.cooled(now - w.at)))
		w.at = now
	}
}

func (w *warmth) times(factor float64) {
	for i := range w.dots {
		w.dots[i] *= factor
	}
}

// lit notes that the dots of row were lit for t of their full time, which ended at now; the others cooled meanwhile.
func (w *warmth) lit(row []byte, t, full, now time.Duration) {
	left, more := math.Exp(-w.law.cooled(t)), float64(t)/float64(full)
	for i := range w.dots {
		if row[i/8]&(0x80>>(i%8)) != 0 {
			w.dots[i] += more // the law reckons with what is lost meanwhile
		} else {
			w.dots[i] *= left
		}
	}
	w.at = now
}

// levels is how finely the heat that dots have left is told apart: a dot gets at most a level more than it needs.
const levels = 5

// pulse is one strobe: dots that are lit together.
type pulse struct {
	row    []byte // what the shift register must hold
	dots   int
	groups gpio.GPIOValue // strobe groups that hold any of them
	from   float64        // the warmth of the coldest
	to     float64        // what it must come to
}

// next puts the pulse for those dots of part that are colder than level, of levels, into p, and returns the level that it
// brings them to. A pulse without dots is none. The last level takes all dots, so that each is lit at least once.
func (w *warmth) next(part []byte, level int, groups []gpio.GPIOValue, p *pulse) (reached int) {
	bound, above := float64(level+1)/levels, 2.0
	if level == levels-1 {
		bound = math.Inf(1)
	}
	*p = pulse{row: p.row, from: 0.9}
	clear(p.row)
	for i := range w.dots {
		if part[i/8]&(0x80>>(i%8)) == 0 {
			continue
		}
		if w.dots[i] >= bound {
			above = min(above, w.dots[i])
			continue
		}
		p.row[i/8] |= 0x80 >> (i % 8)
		p.dots++
		p.groups |= groups[i]
		p.from = min(p.from, w.dots[i])
	}
	// nobody joins before the warmth of the coldest that is left: one pulse does for all levels up to it
	reached = min(max(level+1, int(above*levels)), levels)
	p.to = float64(reached) / levels
	return reached
}
