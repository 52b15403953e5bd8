package thermalhead

import (
	"errors"
	"fmt"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/physic"
	"periph.io/x/conn/v3/spi"
	"periph.io/x/host/v3/gpioioctl"
	"periph.io/x/host/v3/sysfs"
)

// place is a line that is there.
type place struct {
	chip *gpioioctl.GPIOChip
	line *gpioioctl.GPIOLine
}

func findLines(lines []Line) ([]place, error) {
	var found []place
	var errs []error
	for _, l := range lines {
		p, err := findLine(l)
		found, errs = append(found, p), append(errs, err)
	}
	return found, errors.Join(errs...)
}

// findLine returns a line of the one chip with that label. It never asks the registry of names.
func findLine(l Line) (place, error) {
	var chip *gpioioctl.GPIOChip
	for _, c := range gpioioctl.Chips {
		if c.Label() != l.Chip {
			continue
		}
		if chip != nil {
			return place{}, fmt.Errorf("chip %q: two of that label, %s and %s", l.Chip, chip.Name(), c.Name())
		}
		chip = c
	}
	switch {
	case chip == nil:
		return place{}, fmt.Errorf("chip %q: none of that label", l.Chip)
	case l.Offset >= chip.LineCount():
		return place{}, fmt.Errorf("line %d of chip %q: it has %d", l.Offset, l.Chip, chip.LineCount())
	}
	return place{chip, chip.ByNumber(l.Offset)}, nil
}

// opened holds lines and ports until they are given back.
type opened struct {
	lines []*gpioioctl.GPIOLine
	sets  []*gpioioctl.LineSet
	ports []spi.PortCloser
}

func (o *opened) connect(p Port, clock physic.Frequency) (spi.Conn, error) {
	port, err := sysfs.NewSPI(p.Bus, p.Select)
	if err != nil {
		return nil, err
	}
	o.ports = append(o.ports, port)
	return port.Connect(clock, spi.Mode0, 8)
}

func (o *opened) line(p place) *gpioioctl.GPIOLine {
	o.lines = append(o.lines, p.line)
	return p.line
}

// outputs returns lines that are set in one call of the kernel, where their names allow it, else one after the other. Those
// of a set are driven low from here on.
func (o *opened) outputs(places []place) (Outputs, error) {
	if names, ok := namesOf(places); ok {
		return o.set(places[0].chip, &gpioioctl.LineSetConfig{Lines: names, DefaultDirection: gpioioctl.LineOutput})
	}
	var pins []gpio.PinOut
	for _, p := range places {
		pins = append(pins, o.line(p))
	}
	return Together(pins...), nil
}

// inputs returns lines that are read in one call of the kernel, where their names allow it.
func (o *opened) inputs(places []place) (Inputs, error) {
	if names, ok := namesOf(places); ok {
		return o.set(places[0].chip, &gpioioctl.LineSetConfig{Lines: names, DefaultDirection: gpioioctl.LineInput})
	}
	var lines sensed
	for _, p := range places {
		lines = append(lines, o.line(p))
	}
	return lines, nil
}

func (o *opened) set(chip *gpioioctl.GPIOChip, cfg *gpioioctl.LineSetConfig) (*gpioioctl.LineSet, error) {
	set, err := chip.LineSetFromConfig(cfg)
	if err != nil {
		return nil, fmt.Errorf("lines %v of chip %q: %w", cfg.Lines, chip.Label(), err)
	}
	o.sets = append(o.sets, set)
	return set, nil
}

// namesOf returns the lines' names if a set can be made of them: sets are made by name, of one chip, and a name may be
// missing or be borne by another line.
func namesOf(places []place) (names []string, ok bool) {
	for _, p := range places {
		name, bearers := p.line.Name(), 0
		for _, other := range p.chip.Lines() {
			if other.Name() == name {
				bearers++
			}
		}
		if p.chip != places[0].chip || name == "" || bearers != 1 {
			return nil, false
		}
		names = append(names, name)
	}
	return names, true
}

// Close gives everything back.
func (o *opened) Close() error {
	var errs []error
	for _, s := range o.sets {
		errs = append(errs, s.Close())
	}
	for _, l := range o.lines {
		l.Close()
	}
	for _, p := range o.ports {
		errs = append(errs, p.Close())
	}
	*o = opened{}
	return errors.Join(errs...)
}

// sensed are input lines that are read one by one. A line's Read hides its errors, so each is configured again first, which
// does not.
type sensed []*gpioioctl.GPIOLine

// Read reads the lines of mask.
func (s sensed) Read(mask gpio.GPIOValue) (value gpio.GPIOValue, err error) {
	for i, line := range s {
		bit := gpio.GPIOValue(1) << i
		if mask&bit == 0 {
			continue
		}
		if err := line.In(gpio.PullNoChange, gpio.NoEdge); err != nil {
			return 0, fmt.Errorf("read line %d: %w", line.Number(), err)
		}
		if line.Read() {
			value |= bit
		}
	}
	return value, nil
}
