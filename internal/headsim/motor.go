package headsim

import (
	"slices"
	"time"
)

// fields are the eight half-steps of a turn, as bits A, not A, B, not B.
var fields = [8]uint64{0b0001, 0b0101, 0b0100, 0b0110, 0b0010, 0b1010, 0b1000, 0b1001}

// drive sets the phases. A motor that is off keeps its place by its magnets.
func (m *Mechanism) drive(phases uint64) {
	if phases == 0 {
		m.release()
		m.field = -1
		return
	}
	field := slices.Index(fields[:], phases)
	switch {
	case field < 0:
		m.note("phases %04b: both ends of a winding", phases)
	case !m.motor:
		m.field = field
	case m.field < 0 || field == m.field:
		m.field = field
	case (field-m.field+8)%8 == 1:
		m.field = field
		m.step()
	default:
		m.note("the field jumped from %d to %d", m.field, field)
		m.field = field
	}
}

// step moves the paper if the motor can follow.
func (m *Mechanism) step() {
	model := m.cfg.Model
	speed := 1 / (m.now - m.lastStep).Seconds()
	if m.lit != 0 {
		m.note("a step while dots were lit")
	}
	possible := max(model.Start*model.Start, m.speed*m.speed+2*model.Gains)
	if speed > model.Top || speed*speed > possible*1.02 {
		m.missed++
		m.note("a step was missed")
		m.speed = 0
	} else {
		m.steps++
		m.speed = speed
	}
	m.lastStep = m.now
}

// release takes the current away.
func (m *Mechanism) release() {
	if m.motor && m.field >= 0 && m.speed > m.cfg.Model.Start && m.now-m.lastStep < m.cfg.Model.Settles {
		m.note("the motor was let go while it ran")
	}
}

func (m *Mechanism) power(on bool) {
	if on && !m.motor {
		m.lastStep, m.speed = m.now, 0
	}
	if !on {
		m.release()
	}
	m.motor = on
}

const pinTakes = 3 * time.Microsecond
