package scanner

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"example.org/totem/hw/evdev"
	"example.org/totem/internal/fault"
)

// Dial opens the reader at path by what it is: a keyboard (a device below /dev/input, by whatever name), or a serial
// line of that speed. Its Read waits for bytes; Close may be called at any time, from any goroutine, more than once, and
// ends a Read. A reader that cannot be opened is a *fault.Fault. The caller closes it.
func Dial(path string, baud int) (io.ReadCloser, error) {
	device, err := filepath.EvalSymlinks(path)
	switch {
	case err != nil:
		return nil, openFault(path, err)
	case strings.HasPrefix(device, "/dev/input/"):
		return dialKeyboard(path)
	}
	line, err := openLine(path, baud)
	if err != nil {
		return nil, openFault(path, err)
	}
	return line, nil
}

func dialKeyboard(path string) (io.ReadCloser, error) {
	port, err := evdev.Open(path)
	if err != nil {
		return nil, openFault(path, err)
	}
	if err := port.Grab(); err != nil {
		return nil, openFault(path, errors.Join(err, port.Close()))
	}
	return Keyboard(port), nil
}

// Keyboard returns a reader that acts as a keyboard as [Dial] would: the port is the reader's from now on, and must be
// grabbed already.
func Keyboard(port evdev.Port) io.ReadCloser { return newWedge(port) }

// otherKind is the error of something that no reader can be.
type otherKind struct{}

func (otherKind) Error() string { return "it is neither a serial line nor a keyboard" }
func (otherKind) Unwrap() error { return unix.ENOTTY }

// Where devices have names that survive a restart.
const (
	serialByID = "/dev/serial/by-id"
	inputByID  = "/dev/input/by-id"
)

func openFault(path string, err error) *fault.Fault {
	var known *fault.Fault
	if errors.As(err, &known) {
		return known // by Dial
	}
	remedy := "set scanner.path to the reader's name in " + serialByID + " or " + inputByID
	lines, _ := filepath.Glob(serialByID + "/*") // the patterns are constants
	keyboards, _ := filepath.Glob(inputByID + "/*-event-kbd")
	if names := append(lines, keyboards...); len(names) > 0 {
		remedy += "; there is " + strings.Join(names, ", ")
	} else {
		remedy += "; there is none now: connect the reader"
	}
	switch {
	case errors.Is(err, fs.ErrPermission):
		remedy = "give the program the rights to the device: it belongs to the group dialout, or input for a keyboard"
	case errors.Is(err, unix.EBUSY):
		remedy = "stop the other program that uses the device"
	case errors.Is(err, errLost), errors.Is(err, evdev.ErrGone), errors.Is(err, io.EOF):
		return fault.New(fault.CodeScanner, fault.Reason(err), "check the reader's cable and power", "the code reader %s went away", path)
	case errors.Is(err, unix.ENOTTY):
		err = otherKind{}
	}
	return fault.New(fault.CodeScanner, fault.Reason(err), remedy, "the code reader %s cannot be read", path)
}
