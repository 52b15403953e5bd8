package thermalhead

import (
	"errors"
	"fmt"

	"periph.io/x/conn/v3/driver/driverreg"
	"periph.io/x/conn/v3/physic"
	"periph.io/x/conn/v3/spi"

	"example.org/totem/internal/fault"
)

// Board says which lines of which chips the mechanism hangs on. A chip is named by the kernel's label for it ("pinctrl-bcm2711"),
// a line by its offset on the chip: names and numbers that change with the kernel are not used.
type Board struct {
	Head   Port // spidev of the shift register
	ADC    Port // spidev of the converter
	Latch  Line
	Strobe []Line // one for each group, the left one first; all active alike
	Phases []Line // A, not A, B, not B; none may be Low
	Motor  Line
	Paper  Line
	Down   Line

	Thermistor, Supply      int     // channels of the converter
	Pull, Reference, Divide float64 // as in ADC
}

// Port is /dev/spidev<Bus>.<Select>.
type Port struct{ Bus, Select int }

// Line is a GPIO line.
type Line struct {
	Chip   string // the chip's label, as gpiodetect shows it in brackets
	Offset int    // on the chip, as gpioinfo shows it
	Low    bool   // active, or as it should be, when it is low
}

const adcClock = 1 * physic.MegaHertz

// Open opens the lines of a real board and switches everything off. It touches no line before all are known to be there. A
// line that cannot be had is a *fault.Fault.
func Open(b Board, cfg Config) (*Head, error) {
	cfg, err := cfg.filled()
	if err != nil {
		return nil, err
	}
	if err := b.check(cfg.Profile); err != nil {
		return nil, err
	}
	parts, err := b.open(cfg.Profile)
	if err != nil {
		return nil, fault.New(fault.CodePrinterOpen, err, "check the file that printer.path names against gpiodetect, gpioinfo and ls /dev/spidev*",
			"the lines of the print head cannot be opened")
	}
	return New(parts, cfg)
}

func (b Board) check(p Profile) error {
	if len(b.Strobe) != len(p.Groups) {
		return fmt.Errorf("thermal head: %d strobes for %d groups", len(b.Strobe), len(p.Groups))
	}
	if len(b.Phases) != 4 {
		return fmt.Errorf("thermal head: %d phases: want 4", len(b.Phases))
	}
	for _, l := range b.Phases {
		if l.Low {
			return errors.New("thermal head: a motor phase cannot be active low")
		}
	}
	for _, l := range b.Strobe {
		if l.Low != b.Strobe[0].Low {
			return errors.New("thermal head: strobes must be active alike")
		}
	}
	if b.Head == b.ADC {
		return errors.New("thermal head: head and converter on the same spidev")
	}
	if err := b.adc(p, nil).check(); err != nil {
		return err
	}
	seen := map[Line]bool{}
	for _, l := range b.lines() {
		place := Line{Chip: l.Chip, Offset: l.Offset}
		if l.Chip == "" || l.Offset < 0 || seen[place] {
			return fmt.Errorf("thermal head: line %d of chip %q: used twice, or not a line", l.Offset, l.Chip)
		}
		seen[place] = true
	}
	return nil
}

func (b Board) adc(p Profile, conn spi.Conn) *ADC {
	return &ADC{Conn: conn, Profile: p, Thermistor: b.Thermistor, Supply: b.Supply, Pull: b.Pull, Reference: b.Reference, Divider: b.Divide}
}

// lines are all lines, in the order in which open takes them.
func (b Board) lines() []Line {
	all := append([]Line{b.Latch, b.Motor, b.Paper, b.Down}, b.Strobe...)
	return append(all, b.Phases...)
}

// open finds all lines first. A kernel drives a line low when it is made an output, which for a strobe that is active low means
// lit: so the shift register is white before the first strobe is touched.
func (b Board) open(p Profile) (_ Parts, err error) {
	if _, err := driverreg.Init(); err != nil {
		return Parts{}, fmt.Errorf("look for GPIO chips: %w", err)
	}
	places, err := findLines(b.lines())
	if err != nil {
		return Parts{}, err // no line was touched
	}
	var used opened
	defer func() {
		if err != nil {
			err = errors.Join(err, used.Close())
		}
	}()
	head, err := used.connect(b.Head, physic.Frequency(p.clock)*physic.Hertz)
	if err != nil {
		return Parts{}, err
	}
	converter, err := used.connect(b.ADC, adcClock)
	if err != nil {
		return Parts{}, err
	}
	parts := Parts{
		Data: head, Latch: used.line(places[0]), LatchLow: b.Latch.Low, Motor: used.line(places[1]), MotorLow: b.Motor.Low,
		StrobesLow: b.Strobe[0].Low, PaperLow: b.Paper.Low, DownLow: b.Down.Low, Senses: b.adc(p, converter), Close: used.Close,
	}
	if err := shift(parts, make([]byte, p.stride())); err != nil {
		return Parts{}, err
	}
	if parts.Sensors, err = used.inputs(places[2:4]); err != nil {
		return Parts{}, err
	}
	strobes := 4 + len(b.Strobe)
	if parts.Strobes, err = used.outputs(places[4:strobes]); err != nil {
		return Parts{}, err
	}
	parts.Phases, err = used.outputs(places[strobes:])
	return parts, err
}
