package ft5x06

import (
	"errors"
	"fmt"

	"periph.io/x/conn/v3/i2c"

	"example.org/totem/hw/touch/bare"
	"example.org/totem/hw/touch/contact"
	"example.org/totem/internal/fault"
)

// Config says where a chip is, and what its panel is.
type Config struct {
	Bus       string // "/dev/i2c-1", "I2C1"; needed by Open
	Interrupt string // as bare.OpenLine has it; "": the chip is asked again and again
	// Width and Height are how many places the panel has across and down, as its maker built it in: most often the pixels of
	// the display, before any rotation. Needed, 100 to 4096; where nobody knows, the greater number for both and a
	// calibration.
	Width, Height int
}

// address is the chip's only one (data sheet, "Serial interface").
const address = 0x38

func (c Config) check() error {
	if c.Width < 100 || c.Height < 100 || c.Width > 4096 || c.Height > 4096 {
		return fault.New(fault.CodeTouchOpen, nil, "give the panel's own pixels, 100 to 4096 each", "an FT5x06 tells no places of %d by %d", c.Width, c.Height)
	}
	return nil
}

// Open opens the chip on a bus of the board. An error is a *fault.Fault.
func Open(cfg Config) (*bare.Source, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	bus, err := bare.OpenI2C(cfg.Bus)
	if err != nil {
		return nil, err
	}
	line, err := bare.OpenLine(cfg.Interrupt)
	if err != nil {
		return nil, errors.Join(err, bus.Close())
	}
	closing := bus.Close
	if line != nil {
		closing = func() error { line.Close(); return bus.Close() }
	}
	source, err := New(bus, cfg, bare.Wiring{Interrupt: line, Close: closing})
	if err != nil {
		return nil, errors.Join(err, closing())
	}
	return source, nil
}

// New finds the chip on a bus and returns what it tells. cfg's names are not looked at. A chip that does not answer or that is
// another one is a *fault.Fault; then nothing is closed.
func New(bus i2c.Bus, cfg Config, wiring bare.Wiring) (*bare.Source, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	c := &chip{dev: i2c.Dev{Bus: bus, Addr: address}, width: cfg.Width, height: cfg.Height}
	var id [1]byte
	if err := c.read(regChip, id[:]); err != nil {
		return nil, fault.New(fault.CodeTouchOpen, err,
			"check the panel's cable and power, panel.touch_bus in totem.toml, and that the chip's reset line is released", "no FT5x06 answers on the bus")
	}
	if !known(id[0]) {
		return nil, fault.New(fault.CodeTouchOpen, nil, "check panel.touch in totem.toml: the panel has another controller",
			"the chip at address 0x%02X of the bus has the identity 0x%02X, and is no FT5x06", address, id[0])
	}
	return bare.New("FT5x06", c, wiring)
}

// chip is one that answered.
type chip struct {
	dev           i2c.Dev
	width, height int

	buffer   [reportSize]byte
	contacts []contact.Contact
}

// Registers (FT5x06 data sheet and its application note; the kernel's edt-ft5x06.c).
const (
	regReport = 0x02
	regChip   = 0xA3
)

// known reports whether a chip of that identity has these registers.
func known(id byte) bool {
	switch id {
	case 0x55, // FT5206, FT5306, FT5406
		0x0A,       // FT5216, FT5316
		0x14,       // FT5336, FT5436
		0x54,       // FT5346, FT5426, FT5446
		0x06,       // FT6206, FT6306
		0x36, 0x64: // FT6236, FT6336, and those with a U
		return true
	}
	return false
}

// Ask implements bare.Chip. The whole report is read in one go: the chip may write the next one between two.
func (c *chip) Ask() ([]contact.Contact, bool, error) {
	if err := c.read(regReport, c.buffer[:]); err != nil {
		return nil, false, err
	}
	var err error
	c.contacts, err = parseReport(c.contacts[:0], c.buffer, c.width, c.height)
	return c.contacts, err == nil, err
}

func (c *chip) read(register byte, into []byte) error {
	if err := c.dev.Tx([]byte{register}, into); err != nil {
		return fmt.Errorf("read register 0x%02X at address 0x%02X: %w", register, address, err)
	}
	return nil
}

var _ bare.Chip = (*chip)(nil)
