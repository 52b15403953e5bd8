package headsim

import (
	"math"
	"math/bits"
	"time"
)

// pass lets time go by over dots and head.
func (m *Mechanism) pass(d time.Duration) {
	if d <= 0 {
		return
	}
	lit := d
	if m.lit == 0 {
		lit = 0
	} else {
		shone := m.now - m.litSince
		if m.cfg.OneShot > 0 {
			shone = min(shone, m.cfg.OneShot)
			lit = min(lit, m.cfg.OneShot-shone)
		}
		m.longest = max(m.longest, shone+lit)
	}
	if lit > 0 {
		m.shine(lit)
	}
	m.unlit += d - lit
	m.now += d
	model := m.cfg.Model
	m.celsius += (m.cfg.Ambient - m.celsius) * (1 - math.Exp(-float64(d)/float64(model.HeadCools)))
}

// need is the heat that darkens now.
func (m *Mechanism) need() float64 { return m.cfg.Model.Energy - m.cfg.Model.Slope*(m.celsius-25) }

// shine heats the dots that are lit and cools the others.
func (m *Mechanism) shine(d time.Duration) {
	m.cool()
	model := m.cfg.Model
	on := m.litDots()
	n := 0
	for _, b := range on {
		n += bits.OnesCount8(b)
	}
	if n > model.MaxDots {
		m.note("%d dots lit together", n)
	}
	if n > 0 && !m.down {
		m.note("dots lit with the head up")
	}
	if n > 0 && !m.paper {
		m.note("dots lit without paper")
	}
	volts := m.supply / (1 + float64(n)*model.Common/model.Ohms)
	power := math.Pow(max(model.Gain*volts-model.Offset, 0), 2) / model.Ohms // W
	us := float64(d) / float64(time.Microsecond)
	left := math.Exp(-float64(d) / float64(model.Cool))
	need := darkness * m.need()
	for i := range m.heat {
		if on[i/8]&(0x80>>(i%8)) == 0 {
			m.heat[i] *= left
			continue
		}
		m.heat[i] += power * us
		m.hottest = max(m.hottest, m.celsius+m.heat[i]*model.KelvinUJ)
		if m.heat[i] >= need {
			m.mark(i)
		}
	}
	m.celsius += volts * volts / model.Ohms * float64(n) * d.Seconds() / model.HeadJ
}

// darkness is the part of the maker's energy at which the paper is black to the eye.
const darkness = 0.94

// cool makes up for the time in which nothing was lit.
func (m *Mechanism) cool() {
	if m.unlit == 0 {
		return
	}
	left := math.Exp(-float64(m.unlit) / float64(m.cfg.Model.Cool))
	for i := range m.heat {
		m.heat[i] *= left
	}
	m.unlit = 0
}

func (m *Mechanism) mark(dot int) {
	if !m.paper || !m.down {
		return
	}
	row := m.rows[m.steps]
	if row == nil {
		row = make([]byte, len(m.latched))
		m.rows[m.steps] = row
	}
	row[dot/8] |= 0x80 >> (dot % 8)
}

// litDots are the latched dots whose group is lit.
func (m *Mechanism) litDots() []byte {
	on, dot := m.on, 0
	clear(on)
	for g, dots := range m.cfg.Model.Groups {
		for range dots {
			if m.lit&(1<<g) != 0 {
				on[dot/8] |= m.latched[dot/8] & (0x80 >> (dot % 8))
			}
			dot++
		}
	}
	return on
}
