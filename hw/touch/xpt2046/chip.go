package xpt2046

import (
	"errors"
	"fmt"

	"periph.io/x/conn/v3/physic"
	"periph.io/x/conn/v3/spi"

	"example.org/totem/hw/touch/bare"
	"example.org/totem/hw/touch/contact"
	"example.org/totem/internal/fault"
)

// Config says where a chip is, and what its panel is.
type Config struct {
	Port      string // "/dev/spidev0.1", "SPI0.1"; needed by Open
	Interrupt string // PENIRQ, as bare.OpenLine has it; "": the chip is asked again and again
	// Plate is the resistance of the panel across, in ohms, as a meter shows it between the two wires of one sheet. 0: 400,
	// which most panels have nearly.
	Plate int
	// Press is how high the resistance between the two sheets may be under a finger, in ohms: less asks for a firmer press.
	// 0: 2000.
	Press int
}

// The chip bears 2.5 MHz at 5 V, and 2 at the 3.3 of a board (data sheet, "Timing characteristics").
const clock = 2 * physic.MegaHertz

func (c Config) filled() (Config, error) {
	if c.Plate == 0 {
		c.Plate = 400
	}
	if c.Press == 0 {
		c.Press = 2000
	}
	if c.Plate < 50 || c.Plate > 5000 || c.Press < 100 || c.Press > 20000 {
		return c, fault.New(fault.CodeTouchOpen, nil, "give a plate of 50 to 5000 ohms and a press of 100 to 20000, or leave them out",
			"a resistive panel has no plate of %d ohms, or is not pressed at %d", c.Plate, c.Press)
	}
	return c, nil
}

// Open opens the chip on a port of the board. An error is a *fault.Fault.
func Open(cfg Config) (*bare.Source, error) {
	if _, err := cfg.filled(); err != nil {
		return nil, err
	}
	port, err := bare.OpenSPI(cfg.Port)
	if err != nil {
		return nil, err
	}
	line, err := bare.OpenLine(cfg.Interrupt)
	if err != nil {
		return nil, errors.Join(err, port.Close())
	}
	closing := port.Close
	if line != nil {
		closing = func() error { line.Close(); return port.Close() }
	}
	source, err := New(port, cfg, bare.Wiring{Interrupt: line, Close: closing})
	if err != nil {
		return nil, errors.Join(err, closing())
	}
	return source, nil
}

// New finds the chip at a port and returns what it tells. cfg's names are not looked at. A chip that does not answer is a
// *fault.Fault; then nothing is closed.
func New(port spi.Port, cfg Config, wiring bare.Wiring) (*bare.Source, error) {
	cfg, err := cfg.filled()
	if err != nil {
		return nil, err
	}
	conn, err := port.Connect(clock, spi.Mode0, 8)
	if err != nil {
		return nil, fault.New(fault.CodeTouchOpen, err, "check panel.touch_bus in totem.toml", "the port of the XPT2046 cannot be used")
	}
	c := &chip{conn: conn, gate: gate{plate: float64(cfg.Plate), press: float64(cfg.Press)}, sent: commands()}
	if _, err := c.measure(); err != nil {
		return nil, fault.New(fault.CodeTouchOpen, err, "check the panel's cable and power, and panel.touch_bus in totem.toml", "no XPT2046 answers")
	}
	return bare.New("XPT2046", c, wiring)
}

// chip is one that answered.
type chip struct {
	conn     spi.Conn
	gate     gate
	sent     [exchange]byte
	answered [exchange]byte
	contact  [1]contact.Contact
}

// Ask implements bare.Chip.
func (c *chip) Ask() ([]contact.Contact, bool, error) {
	m, err := c.measure()
	if err != nil {
		return nil, false, err
	}
	switch c.gate.judge(m) {
	case pressed:
		c.contact[0] = contact.Contact{X: float64(m.x) / fullScale, Y: float64(m.y) / fullScale}
		return c.contact[:], true, nil
	case away:
		return nil, true, nil
	}
	return nil, false, nil
}

// measure makes all conversions in one exchange, during which the chip stays selected.
func (c *chip) measure() (measurement, error) {
	if err := c.conn.Tx(c.sent[:], c.answered[:]); err != nil {
		return measurement{}, fmt.Errorf("measure the panel: %w", err)
	}
	return parse(c.answered)
}

var _ bare.Chip = (*chip)(nil)
