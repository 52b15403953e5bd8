package headsim

import (
	"errors"
	"time"

	"periph.io/x/conn/v3"
	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/physic"
	"periph.io/x/conn/v3/spi"
)

// Data returns the shift register.
func (m *Mechanism) Data() spi.Conn { return register{m} }

// Converter returns an MCP3008 that measures the thermistor at channel 0, under 15 kilo-ohms, and half the supply at channel 1,
// both against 3.3 V.
func (m *Mechanism) Converter() spi.Conn { return converter{m} }

// The converter's surroundings.
const (
	Pull      = 15000.0
	Reference = 3.3
	Divider   = 2.0
)

// Latch returns the latch line: what was shifted is taken over when its pulse begins.
func (m *Mechanism) Latch() gpio.PinOut {
	return output{m, "latch", func(active bool) {
		if active && !m.latching {
			if m.lit != 0 {
				m.note("a line was latched while dots were lit")
			}
			copy(m.latched, m.shifted)
		}
		m.latching = active
	}}
}

// Motor returns the line that lets current flow through the motor.
func (m *Mechanism) Motor() gpio.PinOut { return output{m, "motor", m.power} }

// Strobes returns the strobe lines.
func (m *Mechanism) Strobes() Group { return Group{m, "strobes"} }

// Phases returns the motor's phases, A, not A, B, not B. They are high where current flows, always.
func (m *Mechanism) Phases() Group { return Group{m, "phases"} }

// Sensors returns the sensors: bit 0 for paper, bit 1 for a head that is down.
func (m *Mechanism) Sensors() Group { return Group{m, "sensors"} }

// Group is lines that are set or read together.
type Group struct {
	m     *Mechanism
	about string
}

// Out sets the lines of mask.
func (g Group) Out(value, mask gpio.GPIOValue) error {
	if err := g.m.call(g.about, pinTakes); err != nil {
		return err
	}
	switch g.about {
	case "strobes":
		if g.m.cfg.Low {
			value = ^value
		}
		lit := g.m.lit&^uint64(mask) | uint64(value&mask)
		if lit != 0 && g.m.lit == 0 {
			g.m.litSince = g.m.now
		}
		g.m.lit = lit
	case "phases":
		g.m.drive(uint64(value & mask))
	default:
		return errors.New("inputs cannot be set")
	}
	return nil
}

// Read reads the lines of mask.
func (g Group) Read(mask gpio.GPIOValue) (gpio.GPIOValue, error) {
	if err := g.m.call(g.about, pinTakes); err != nil {
		return 0, err
	}
	var value gpio.GPIOValue
	if g.m.paper != g.m.cfg.Low {
		value |= 1
	}
	if g.m.down != g.m.cfg.Low {
		value |= 2
	}
	return value & mask, nil
}

type output struct {
	m     *Mechanism
	about string
	set   func(active bool)
}

func (o output) Out(l gpio.Level) error {
	if err := o.m.call(o.about, pinTakes); err != nil {
		return err
	}
	o.set(bool(l) != o.m.cfg.Low)
	return nil
}

func (o output) PWM(gpio.Duty, physic.Frequency) error { return errors.New("no PWM") }
func (o output) String() string                        { return o.about }
func (o output) Name() string                          { return o.about }
func (o output) Halt() error                           { return nil }
func (o output) Number() int                           { return -1 }
func (o output) Function() string                      { return "" }

type register struct{ m *Mechanism }

const (
	spiStarts = 20 * time.Microsecond
	spiByte   = 2 * time.Microsecond // at 4 MHz
)

// Tx shifts: what is sent last stands at the right.
func (r register) Tx(w, _ []byte) error {
	if len(w) > 4096 {
		return errors.New("a transfer of more than 4096 bytes")
	}
	if err := r.m.call("data", spiStarts+time.Duration(len(w))*spiByte); err != nil {
		return err
	}
	all := append(append([]byte(nil), r.m.shifted...), w...)
	copy(r.m.shifted, all[len(w):])
	return nil
}

func (register) TxPackets([]spi.Packet) error { return errors.New("no packets") }
func (register) Duplex() conn.Duplex          { return conn.Half }
func (register) String() string               { return "shift register" }
