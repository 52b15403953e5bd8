package thermalhead

import (
	"bytes"
	"cmp"
	"fmt"

	"github.com/pelletier/go-toml/v2"
)

// wiringFile is the form of a board on disk.
type wiringFile struct {
	Chip    string     `toml:"chip"` // the label that a line has which names none
	Head    string     `toml:"spi"`  // "0.0": bus and select
	ADC     string     `toml:"adc"`
	Latch   lineFile   `toml:"latch"`
	Strobes []lineFile `toml:"strobes"`
	Phases  []lineFile `toml:"phases"`
	Motor   lineFile   `toml:"motor"`
	Paper   lineFile   `toml:"paper"`
	Down    lineFile   `toml:"down"`

	Thermistor int     `toml:"thermistor"`
	Supply     int     `toml:"supply"`
	Pull       float64 `toml:"pull_ohms"`
	Reference  float64 `toml:"reference_v"`
	Divide     float64 `toml:"divider"`
}

type lineFile struct {
	Chip   string `toml:"chip"`
	Offset *int   `toml:"offset"`
	Low    bool   `toml:"low"`
}

// ParseBoard reads which lines a mechanism hangs on, in TOML as docs/hardware/thermal-head.md shows it. An unknown or a
// missing field is an error. What the lines may be is checked when they are opened.
func ParseBoard(file []byte) (Board, error) {
	var f wiringFile
	dec := toml.NewDecoder(bytes.NewReader(file))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return Board{}, fmt.Errorf("read the wiring of the print head: %w", err)
	}
	b := Board{Thermistor: f.Thermistor, Supply: f.Supply, Pull: f.Pull, Reference: f.Reference, Divide: f.Divide}
	var err error
	if b.Head, err = port("spi", f.Head); err != nil {
		return Board{}, err
	}
	if b.ADC, err = port("adc", f.ADC); err != nil {
		return Board{}, err
	}
	for _, one := range []struct {
		name string
		line lineFile
		to   *Line
	}{{"latch", f.Latch, &b.Latch}, {"motor", f.Motor, &b.Motor}, {"paper", f.Paper, &b.Paper}, {"down", f.Down, &b.Down}} {
		if *one.to, err = f.line(one.name, one.line); err != nil {
			return Board{}, err
		}
	}
	for i, l := range f.Strobes {
		line, err := f.line(fmt.Sprintf("strobe %d", i+1), l)
		if err != nil {
			return Board{}, err
		}
		b.Strobe = append(b.Strobe, line)
	}
	for i, l := range f.Phases {
		line, err := f.line(fmt.Sprintf("phase %d", i+1), l)
		if err != nil {
			return Board{}, err
		}
		b.Phases = append(b.Phases, line)
	}
	return b, nil
}

func (f wiringFile) line(name string, l lineFile) (Line, error) {
	if l.Offset == nil {
		return Line{}, fmt.Errorf("read the wiring of the print head: %s has no offset", name)
	}
	return Line{Chip: cmp.Or(l.Chip, f.Chip), Offset: *l.Offset, Low: l.Low}, nil
}

// port reads "0.1".
func port(name, word string) (p Port, err error) {
	var rest string
	if n, _ := fmt.Sscanf(word+" ", "%d.%d%s", &p.Bus, &p.Select, &rest); n != 2 || p.Bus < 0 || p.Select < 0 {
		return Port{}, fmt.Errorf("read the wiring of the print head: %s is %q: want bus and select, as %q", name, word, "0.0")
	}
	return p, nil
}
