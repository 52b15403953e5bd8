package bare

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
	"periph.io/x/conn/v3/driver/driverreg"
	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/i2c"
	"periph.io/x/conn/v3/i2c/i2creg"
	"periph.io/x/conn/v3/spi"
	"periph.io/x/conn/v3/spi/spireg"
	"periph.io/x/host/v3/gpioioctl"
	_ "periph.io/x/host/v3/sysfs" // the buses that the kernel gives

	"example.org/totem/internal/fault"
)

// OpenI2C opens a bus by the name of its device, "/dev/i2c-1", or as "I2C1". An error is a *fault.Fault.
func OpenI2C(name string) (i2c.BusCloser, error) {
	if err := ready(name); err != nil {
		return nil, unopened(name, err, "i2c")
	}
	bus, err := i2creg.Open(name)
	if err != nil {
		return nil, unopened(name, err, "i2c")
	}
	return bus, nil
}

// OpenSPI opens a port by the name of its device, "/dev/spidev0.1", or as "SPI0.1". An error is a *fault.Fault.
func OpenSPI(name string) (spi.PortCloser, error) {
	if err := ready(name); err != nil {
		return nil, unopened(name, err, "spidev")
	}
	port, err := spireg.Open(name)
	if err != nil {
		return nil, unopened(name, err, "spidev")
	}
	return port, nil
}

// ready looks once for what the board has. Nothing found is no error of periph's.
func ready(name string) error {
	if name == "" {
		return errors.New("no bus is named") // periph would take any
	}
	_, err := driverreg.Init()
	return err
}

// reachable asks the system whether a bus of this name can be used, where the name tells its device: periph's own errors
// are for whoever writes a program.
func reachable(name, module string) error {
	device := name
	switch number, placed := strings.CutPrefix(strings.ToUpper(name), map[string]string{"i2c": "I2C", "spidev": "SPI"}[module]); {
	case strings.HasPrefix(name, "/dev/"):
	case !placed:
		return nil
	case module == "i2c":
		device = "/dev/i2c-" + number
	default:
		device = "/dev/spidev" + number
	}
	if err := unix.Access(device, unix.R_OK|unix.W_OK); err != nil {
		return err
	}
	return nil
}

func unopened(name string, err error, module string) error {
	if told := reachable(name, module); told != nil {
		err = told
	} else if strings.Contains(err.Error(), "reg: ") { // of periph's list of buses
		err = errors.New("the board has no such bus")
	}
	if errors.Is(err, fs.ErrPermission) {
		return fault.New(fault.CodeTouchOpen, err, fmt.Sprintf("give the program the rights to the bus: ls -l /dev/%s* tells its group", module),
			"the bus %q of the touch controller cannot be opened", name)
	}
	return fault.New(fault.CodeTouchOpen, err,
		fmt.Sprintf("check panel.touch_bus in totem.toml against ls /dev/%s*, that the bus is switched on in the board's settings, and that the totem's user may use it", module),
		"the bus %q of the touch controller cannot be opened", name)
}

// Line is a line of the board that was opened.
type Line interface {
	gpio.PinIn
	Close()
}

// OpenLine opens the line of an interrupt: "GPIO4", its name as gpioinfo shows it, or "pinctrl-bcm2711:4", the label of its
// chip as gpiodetect shows it in brackets and its offset there. The second form stays true whatever the kernel. "" is no
// line: nil. An error is a *fault.Fault.
func OpenLine(name string) (Line, error) {
	if name == "" {
		return nil, nil
	}
	if err := ready(name); err != nil {
		return nil, unwatched(name, err)
	}
	line, err := find(name, gpioioctl.Chips)
	if err != nil {
		return nil, unwatched(name, err)
	}
	return line, nil
}

func unwatched(name string, err error) error {
	return fault.New(fault.CodeTouchOpen, err, "check panel.touch_irq in totem.toml against gpiodetect and gpioinfo, or remove it: the chip is then asked again and again",
		"the interrupt line %q of the touch controller cannot be opened", name)
}

// find returns the one line of a name. It never asks periph's registry, where a number means something else on each kernel.
func find(name string, chips []*gpioioctl.GPIOChip) (*gpioioctl.GPIOLine, error) {
	label, offset, placed := strings.Cut(name, ":")
	number, err := strconv.Atoi(offset)
	if placed && (err != nil || number < 0) {
		return nil, fmt.Errorf("%q is no offset of a line", offset)
	}
	var found []*gpioioctl.GPIOLine
	for _, chip := range chips {
		switch {
		case placed && chip.Label() == label && number < chip.LineCount():
			found = append(found, chip.ByNumber(number))
		case !placed:
			for _, line := range chip.Lines() {
				if line.Name() == name {
					found = append(found, line)
				}
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
