package gt911

import (
	"errors"
	"fmt"
	"slices"

	"periph.io/x/conn/v3/i2c"

	"example.org/totem/hw/touch/bare"
	"example.org/totem/hw/touch/contact"
	"example.org/totem/internal/fault"
)

// Config says where a chip is.
type Config struct {
	Bus       string // "/dev/i2c-1", "I2C1"; needed by Open
	Interrupt string // as bare.OpenLine has it; "": the chip is asked again and again
	Address   uint16 // 0x5D or 0x14, which the level of its interrupt at its reset decides; 0: whichever answers
}

// The two addresses that the chip may have (data sheet, "I2C communication").
const (
	lowAddress  = 0x5D
	highAddress = 0x14
)

func (c Config) addresses() ([]uint16, error) {
	switch c.Address {
	case 0:
		return []uint16{lowAddress, highAddress}, nil
	case lowAddress, highAddress:
		return []uint16{c.Address}, nil
	}
	return nil, fault.New(fault.CodeTouchOpen, nil, "give 0x5D or 0x14, or none", "a GT911 has no address 0x%02X", c.Address)
}

// Open opens the chip on a bus of the board. An error is a *fault.Fault.
func Open(cfg Config) (*bare.Source, error) {
	if _, err := cfg.addresses(); err != nil {
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

// New finds the chip on a bus and returns what it tells. cfg's names are not looked at. A chip that does not answer, that is
// another one or that was never configured is a *fault.Fault; then nothing is closed.
func New(bus i2c.Bus, cfg Config, wiring bare.Wiring) (*bare.Source, error) {
	addresses, err := cfg.addresses()
	if err != nil {
		return nil, err
	}
	c, err := find(bus, addresses)
	if err != nil {
		return nil, err
	}
	if c.width, c.height, err = c.resolution(); err != nil {
		return nil, err
	}
	return bare.New("GT911", c, wiring)
}

// chip is one that answered.
type chip struct {
	dev           i2c.Dev
	width, height int // what it tells places in

	buffer   [8 * most]byte
	contacts []contact.Contact
}

// Registers (GT911 programming guide; the kernel's goodix.c). Their numbers have two bytes, the higher first; numbers in them
// have two bytes, the lower first.
const (
	regResolution = 0x8048 // greatest x, greatest y: 2 bytes each
	regID         = 0x8140 // "911\0"
	regStatus     = 0x814E
	regPoints     = 0x814F
)

// family are the chips whose registers are these.
func family() []string { return []string{"911", "9110", "9111", "927", "928", "9271"} }

func find(bus i2c.Bus, addresses []uint16) (*chip, error) {
	var errs []error
	for _, address := range addresses {
		c := &chip{dev: i2c.Dev{Bus: bus, Addr: address}}
		var id [4]byte
		if err := c.read(regID, id[:]); err != nil {
			errs = append(errs, err)
			continue
		}
		if name := parseID(id); !slices.Contains(family(), name) {
			return nil, fault.New(fault.CodeTouchOpen, nil, "check panel.touch in totem.toml: the panel has another controller",
				"the chip at address 0x%02X of the bus calls itself %q, and is no GT911", address, name)
		}
		return c, nil
	}
	return nil, fault.New(fault.CodeTouchOpen, errors.Join(errs...),
		"check the panel's cable and power, panel.touch_bus in totem.toml, and that the chip's reset line is released", "no GT911 answers on the bus")
}

// resolution asks for the greatest place that the chip was configured to tell.
func (c *chip) resolution() (width, height int, err error) {
	var b [4]byte
	if err := c.read(regResolution, b[:]); err != nil {
		return 0, 0, fault.New(fault.CodeTouchOpen, err, "check the panel's cable and power", "the GT911 does not say what its places are measured in")
	}
	width, height = int(b[0])|int(b[1])<<8, int(b[2])|int(b[3])<<8
	if width < leastSide || height < leastSide || width > mostSide || height > mostSide {
		return 0, 0, fault.New(fault.CodeTouchOpen, nil, "have the panel's maker configure its controller, or reset it: it keeps its configuration by itself",
			"the GT911 has no configuration: it says that the panel has %d by %d places", width, height)
	}
	return width, height, nil
}

// What a panel's resolution may be.
const (
	leastSide = 100
	mostSide  = 4096
)

// errCount is that of a status with more fingers than the chip can tell.
var errCount = errors.New("the chip tells of more than ten fingers")

// Ask implements bare.Chip. The report is acknowledged as soon as it was read, also one that makes no sense: the chip would
// tell nothing more.
func (c *chip) Ask() ([]contact.Contact, bool, error) {
	var status [1]byte
	if err := c.read(regStatus, status[:]); err != nil {
		return nil, false, err
	}
	s := parseStatus(status[0])
	if !s.ready {
		return nil, false, nil
	}
	points := c.buffer[:0]
	if s.count <= most {
		points = c.buffer[:pointSize*s.count]
	}
	if len(points) > 0 {
		if err := c.read(regPoints, points); err != nil {
			return nil, false, err // not acknowledged: it is read again
		}
	}
	if err := c.acknowledge(); err != nil {
		return nil, false, err
	}
	if s.count > most {
		return nil, false, errCount
	}
	var err error
	c.contacts, err = parsePoints(c.contacts[:0], points, c.width, c.height, s.large)
	return c.contacts, err == nil, err
}

func (c *chip) acknowledge() error {
	if err := c.dev.Tx([]byte{regStatus >> 8, regStatus & 0xFF, 0}, nil); err != nil {
		return fmt.Errorf("acknowledge a report: %w", err)
	}
	return nil
}

func (c *chip) read(register uint16, into []byte) error {
	if err := c.dev.Tx([]byte{byte(register >> 8), byte(register)}, into); err != nil {
		return fmt.Errorf("read register 0x%04X at address 0x%02X: %w", register, c.dev.Addr, err)
	}
	return nil
}

var _ bare.Chip = (*chip)(nil)
