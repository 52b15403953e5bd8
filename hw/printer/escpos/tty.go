package escpos

import (
	"fmt"
	"io/fs"
	"sync"
	"time"

	"github.com/tarm/serial"
	"golang.org/x/sys/unix"
)

// tty is a serial device, opened twice. The port of tarm/serial sets it up and reads it. The control descriptor does
// what that library cannot: flow control, exclusive use, counting what is unsent, writing without ever blocking (a
// Write of the library under XOFF blocks for ever, and Close does not free it), and telling a hang-up from a pause.
type tty struct {
	path string
	flow Flow
	port *serial.Port
	ctl  int // O_NONBLOCK
	stop int // an event descriptor; readable when the line is closed

	urgent bool // flow control is off for the moment; of the one goroutine that writes

	once sync.Once
	use  sync.RWMutex // read-locked while a descriptor is in use; Close waits for it
	shut bool         // guarded by use
}

// readTimeout is the shortest that the port knows. It bounds a read that found nothing after all.
const readTimeout = 100 * time.Millisecond

func openTTY(path string, baud int, flow Flow) (_ Line, err error) {
	defer func() {
		if err != nil {
			err = openFault(path, err)
		}
	}()
	t := &tty{path: path, flow: flow, ctl: -1, stop: -1}
	defer func() {
		if err != nil {
			t.release()
		}
	}()
	if t.port, err = serial.OpenPort(&serial.Config{Name: path, Baud: baud, ReadTimeout: readTimeout}); err != nil {
		return nil, err
	}
	if t.ctl, err = unix.Open(path, unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0); err != nil {
		return nil, &fs.PathError{Op: "open for control", Path: path, Err: err}
	}
	if t.stop, err = unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC); err != nil {
		return nil, fmt.Errorf("event descriptor: %w", err)
	}
	if err = unix.IoctlSetInt(t.ctl, unix.TIOCEXCL, 0); err != nil {
		return nil, fmt.Errorf("take %s for ourselves: %w", path, err)
	}
	if err = t.setFlow(flow); err != nil {
		return nil, err
	}
	if _, err := t.wires(); flow == FlowDTR && err != nil {
		return nil, err
	}
	// Bytes of whoever had the line before are nobody's.
	if err = unix.IoctlSetInt(t.ctl, unix.TCFLSH, unix.TCIOFLUSH); err != nil {
		return nil, fmt.Errorf("empty %s: %w", path, err)
	}
	return t, nil
}

// setFlow sets flow control. The port has cleared all of it.
func (t *tty) setFlow(flow Flow) error {
	mode, err := unix.IoctlGetTermios(t.ctl, unix.TCGETS)
	if err != nil {
		return fmt.Errorf("read the settings of %s: %w", t.path, err)
	}
	mode.Iflag &^= unix.IXON | unix.IXOFF | unix.IXANY
	mode.Cflag &^= unix.CRTSCTS
	switch flow {
	case FlowNone, FlowDTR: // which the system knows nothing of
	case FlowXON:
		mode.Iflag |= unix.IXON
		mode.Cc[unix.VSTART], mode.Cc[unix.VSTOP] = xon, xoff
	case FlowRTS:
		mode.Cflag |= unix.CRTSCTS
	}
	if err := unix.IoctlSetTermios(t.ctl, unix.TCSETS, mode); err != nil {
		return fmt.Errorf("set flow control of %s: %w", t.path, err)
	}
	return nil
}

// wires returns the modem wires of the line (TIOCM_DSR, …), as they are now.
func (t *tty) wires() (int, error) {
	wires, err := unix.IoctlGetInt(t.ctl, unix.TIOCMGET)
	if err != nil {
		return 0, fmt.Errorf("%w: %s: %w", errNoWires, t.path, err)
	}
	return wires, nil
}
