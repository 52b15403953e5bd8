package escpos

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/tarm/serial"
	"golang.org/x/sys/unix"

	"example.org/totem/internal/fault"
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
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
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
	// Bytes of whoever had the line before are nobody's.
	if err = unix.IoctlSetInt(t.ctl, unix.TCFLSH, unix.TCIOFLUSH); err != nil {
		return nil, fmt.Errorf("empty %s: %w", path, err)
	}
	return t, nil
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
		remedy = "give the program the rights to the device: it belongs to the group dialout"
	case errors.Is(err, unix.EBUSY):
		remedy = "stop the other program that uses the device"
	case errors.Is(err, unix.ENOTTY):
		return fault.New(fault.CodePrinterOpen, err, remedy, "the printer's path %s is no serial line", path)
	}
	return fault.New(fault.CodePrinterOpen, fault.Reason(err), remedy, "the printer's line %s cannot be opened", path)
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
	case FlowNone:
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

// wait blocks until the device is ready for the events, the time is over (0 events) or the line is closed.
func (t *tty) wait(events int16, atMost time.Duration) (int16, error) {
	ms := -1
	if atMost >= 0 {
		ms = int((atMost + time.Millisecond - 1) / time.Millisecond)
	}
	fds := []unix.PollFd{{Fd: int32(t.ctl), Events: events}, {Fd: int32(t.stop), Events: unix.POLLIN}}
	_, err := unix.Poll(fds, ms)
	switch {
	case errors.Is(err, unix.EINTR):
		return 0, nil
	case err != nil:
		return 0, fmt.Errorf("wait for %s: %w", t.path, err)
	case fds[1].Revents != 0:
		return 0, os.ErrClosed
	}
	return fds[0].Revents, nil
}

const hungUp = unix.POLLHUP | unix.POLLERR | unix.POLLNVAL

func (t *tty) Read(b []byte) (int, error) {
	t.use.RLock()
	defer t.use.RUnlock()
	for !t.shut {
		ready, err := t.wait(unix.POLLIN, -1)
		if err != nil {
			return 0, err
		}
		if ready&unix.POLLIN != 0 {
			// The port calls a pause and a hang-up the same, io.EOF; poll tells them apart.
			if n, _ := t.port.Read(b); n > 0 {
				return n, nil
			}
		}
		if ready&hungUp != 0 {
			return 0, fmt.Errorf("read %s: %w", t.path, ErrLost)
		}
	}
	return 0, os.ErrClosed
}

// most is how many bytes are handed over at once: what a device may still take after it was told to stop.
const most = 256

func (t *tty) Write(ctx context.Context, b []byte) (sent int, err error) {
	t.use.RLock()
	defer t.use.RUnlock()
	return t.write(ctx, b)
}

func (t *tty) write(ctx context.Context, b []byte) (sent int, err error) {
	for sent < len(b) {
		if t.shut {
			return sent, os.ErrClosed
		}
		if err := ctx.Err(); err != nil {
			return sent, fmt.Errorf("write %s: %w", t.path, err)
		}
		// Short turns, for a context may end without a deadline.
		ready, err := t.wait(unix.POLLOUT, readTimeout)
		switch {
		case err != nil:
			return sent, err
		case ready&hungUp != 0:
			return sent, fmt.Errorf("write %s: %w", t.path, ErrLost)
		case ready&unix.POLLOUT == 0:
			continue
		}
		n, err := unix.Write(t.ctl, b[sent:min(sent+most, len(b))])
		switch {
		case n > 0:
			sent += n
		case errors.Is(err, unix.EAGAIN), errors.Is(err, unix.EINTR):
		case err != nil:
			return sent, fmt.Errorf("write %s: %w: %w", t.path, ErrLost, err)
		}
	}
	return sent, nil
}

func (t *tty) Unsent() (int, error) {
	t.use.RLock()
	defer t.use.RUnlock()
	if t.shut {
		return 0, os.ErrClosed
	}
	n, err := unix.IoctlGetInt(t.ctl, unix.TIOCOUTQ)
	if err != nil {
		return 0, fmt.Errorf("count what %s has not sent: %w", t.path, err)
	}
	return n, nil
}

func (t *tty) Urge(ctx context.Context, b []byte) (err error) {
	t.use.RLock()
	defer t.use.RUnlock()
	if t.shut {
		return os.ErrClosed
	}
	if err := t.setFlow(FlowNone); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.setFlow(t.flow)) }()
	if err := unix.IoctlSetInt(t.ctl, unix.TCFLSH, unix.TCOFLUSH); err != nil {
		return fmt.Errorf("empty %s: %w", t.path, err)
	}
	if _, err := t.write(ctx, b); err != nil {
		return err
	}
	// With flow control off a drain lasts as long as the bytes on the wire.
	if err := unix.IoctlSetInt(t.ctl, unix.TCSBRK, 1); err != nil {
		return fmt.Errorf("drain %s: %w", t.path, err)
	}
	return nil
}

func (t *tty) Close() (err error) {
	t.once.Do(func() {
		var one [8]byte
		one[0], one[7] = 1, 1 // not zero in either byte order
		_, wakeErr := unix.Write(t.stop, one[:])
		t.use.Lock()
		defer t.use.Unlock()
		t.shut = true
		err = errors.Join(wakeErr, t.release())
	})
	return err
}

// release closes what is open. Unsent bytes are dropped: a close would wait half a minute for a stopped printer.
func (t *tty) release() error {
	var errs []error
	if t.ctl >= 0 {
		_ = unix.IoctlSetInt(t.ctl, unix.TCFLSH, unix.TCOFLUSH) // a line that is gone refuses
		_ = unix.IoctlSetInt(t.ctl, unix.TIOCNXCL, 0)
	}
	if t.port != nil {
		errs = append(errs, t.port.Close())
	}
	for _, fd := range []int{t.ctl, t.stop} {
		if fd >= 0 {
			errs = append(errs, unix.Close(fd))
		}
	}
	return errors.Join(errs...)
}
