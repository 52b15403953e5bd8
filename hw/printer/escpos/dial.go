package escpos

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"example.org/totem/internal/fault"
)

// Dial opens the line at path by what it is: a serial device, or a printer on USB (/dev/usb/lp0) and any other character
// device, for which speed and flow control mean nothing. A line that cannot be opened is a *fault.Fault. The caller
// closes it.
func Dial(path string, baud int, flow Flow) (Line, error) {
	serial, err := isSerial(path)
	if err != nil {
		return nil, openFault(path, err)
	}
	if serial {
		return openTTY(path, baud, flow)
	}
	return openDevice(path)
}

// isSerial reports whether the device at path has the settings of a serial line. It never waits for a carrier.
func isSerial(path string) (bool, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return false, err
	case info.Mode()&fs.ModeCharDevice == 0:
		return false, &fs.PathError{Op: "open", Path: path, Err: unix.ENOTTY}
	case isUSB(path):
		return false, nil
	}
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return false, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	_, err = unix.IoctlGetTermios(fd, unix.TCGETS)
	return err == nil, errors.Join(unix.Close(fd))
}

// usbBaud stands for the speed of a line that has none.
const usbBaud = 1_000_000

// isUSB reports whether path is named as the system names printers on USB.
func isUSB(path string) bool {
	return strings.HasPrefix(path, "/dev/usb/lp") || strings.HasPrefix(path, "/dev/usblp")
}

// byID is where serial devices have names that survive a restart.
const byID = "/dev/serial/by-id"

func openFault(path string, err error) error {
	remedy := "set printer.path to the printer's name in " + byID
	if names, _ := filepath.Glob(byID + "/*"); len(names) > 0 {
		remedy += "; there is " + strings.Join(names, ", ")
	} else {
		remedy += "; there is none now: connect the printer and switch it on"
	}
	switch {
	case errors.Is(err, fs.ErrPermission):
		remedy = "give the program the rights to the device: it belongs to the group dialout, or lp on USB"
	case errors.Is(err, unix.EBUSY):
		remedy = "stop the other program that uses the device"
	case errors.Is(err, errNoWires):
		remedy = "set printer.flow to another kind of flow control, here and on the printer"
	case errors.Is(err, unix.ENOTTY):
		return fault.New(fault.CodePrinterOpen, err, remedy, "the printer's path %s is no line to a printer", path)
	}
	return fault.New(fault.CodePrinterOpen, fault.Reason(err), remedy, "the printer's line %s cannot be opened", path)
}

// errNoWires is the error of a line that should be stopped by a wire and has none.
var errNoWires = fmt.Errorf("the line has no wires for its flow control")
