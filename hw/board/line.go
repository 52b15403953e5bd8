package board

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"periph.io/x/conn/v3/driver/driverreg"
	"periph.io/x/conn/v3/gpio"
	"periph.io/x/host/v3/gpioioctl"

	"example.org/totem/internal/fault"
)

// boardLines are the lines that the kernel gives.
type boardLines struct{}

func (boardLines) In(name string) (In, error) {
	line, err := find(name)
	if err == nil {
		err = line.In(gpio.PullUp, gpio.BothEdges)
	}
	if err != nil {
		return nil, noLine(name, err)
	}
	return line, nil
}

func (boardLines) Out(name string, level gpio.Level) (Out, error) {
	line, err := find(name)
	if err == nil {
		err = line.Out(level)
	}
	if err != nil {
		return nil, noLine(name, err)
	}
	return line, nil
}

// OpenIn opens a line to read it once, as [Lines] does.
func (c Config) OpenIn(name string) (In, error) { return c.complete().Lines.In(name) }

// OpenOut opens a line to drive it, as [Lines] does.
func (c Config) OpenOut(name string, level gpio.Level) (Out, error) {
	return c.complete().Lines.Out(name, level)
}

func noLine(name string, err error) error {
	return fault.New(fault.CodeBoardLine, err, "check [board] in totem.toml against gpiodetect and gpioinfo, that no other program has the line, and that the totem's user may use it (ls -l /dev/gpiochip*)",
		"the line %q of the board cannot be used", name)
}

// find returns the one line of a name. It never asks periph's registry, where a number means something else on each kernel.
func find(name string) (*gpioioctl.GPIOLine, error) {
	if _, err := driverreg.Init(); err != nil {
		return nil, err
	}
	label, offset, placed := strings.Cut(name, ":")
	number, _ := strconv.Atoi(offset)
	var found []*gpioioctl.GPIOLine
	for _, chip := range gpioioctl.Chips {
		if placed && chip.Label() == label && number < chip.LineCount() {
			found = append(found, chip.ByNumber(number))
		}
		for _, line := range chip.Lines() {
			if !placed && line.Name() == name {
				found = append(found, line)
			}
		}
	}
	switch len(found) {
	case 0:
		return nil, errors.New("the board has no such line")
	case 1:
		return found[0], nil
	}
	return nil, fmt.Errorf("the board has %d such lines: name it by the label of its chip and its offset", len(found))
}
