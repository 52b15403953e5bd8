package scanner

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/tarm/serial"
	"golang.org/x/sys/unix"
)

// errLost is the error of a line that was there and is not any more.
var errLost = errors.New("the line is gone")

// line is a serial line, opened twice: the port of tarm/serial sets it up and reads it; the control descriptor keeps
// other programs away, waits without ever being stuck (a Read of the library outlives Close), and tells a hang-up from a
// pause, which the library calls the same.
type line struct {
	path string
	port *serial.Port
	ctl  int // O_NONBLOCK
	stop int // an event descriptor; readable when the line is closed

	once sync.Once
	use  sync.RWMutex // read-locked while a descriptor is in use; Close waits for it
	shut bool         // guarded by use
}

// shortest is the shortest timeout that the port knows. It bounds a read that found nothing after all.
const shortest = 100 * time.Millisecond

func openLine(path string, baud int) (_ *line, err error) {
	if err := isTerminal(path); err != nil {
		return nil, err
	}
	l := &line{path: path, ctl: -1, stop: -1}
	defer func() {
		if err != nil {
			err = errors.Join(err, l.release())
		}
	}()
	if l.port, err = serial.OpenPort(&serial.Config{Name: path, Baud: baud, ReadTimeout: shortest}); err != nil {
		return nil, err
	}
	if l.ctl, err = unix.Open(path, unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0); err != nil {
		return nil, &fs.PathError{Op: "open for control", Path: path, Err: err}
	}
	if l.stop, err = unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC); err != nil {
		return nil, fmt.Errorf("event descriptor: %w", err)
	}
	if err = unix.IoctlSetInt(l.ctl, unix.TIOCEXCL, 0); err != nil {
		return nil, fmt.Errorf("take %s for ourselves: %w", path, err)
	}
	// Bytes that came before anybody listened are nobody's.
	if err = unix.IoctlSetInt(l.ctl, unix.TCFLSH, unix.TCIOFLUSH); err != nil {
		return nil, fmt.Errorf("empty %s: %w", path, err)
	}
	return l, nil
}

// isTerminal reports as an error what has not the settings of a serial line. It never waits for a carrier.
func isTerminal(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return err
	case info.Mode()&fs.ModeCharDevice == 0:
		return &fs.PathError{Op: "open", Path: path, Err: unix.ENOTTY}
	}
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return &fs.PathError{Op: "open", Path: path, Err: err}
	}
	_, err = unix.IoctlGetTermios(fd, unix.TCGETS)
	return errors.Join(err, unix.Close(fd))
}

// Read waits for bytes.
func (l *line) Read(b []byte) (int, error) {
	l.use.RLock()
	defer l.use.RUnlock()
	for !l.shut {
		ready, err := l.wait()
		if err != nil {
			return 0, err
		}
		if ready&unix.POLLIN != 0 {
			if n, _ := l.port.Read(b); n > 0 {
				return n, nil
			}
		}
		if ready&(unix.POLLHUP|unix.POLLERR|unix.POLLNVAL) != 0 {
			return 0, fmt.Errorf("read %s: %w", l.path, errLost)
		}
	}
	return 0, os.ErrClosed
}

// wait blocks until there is something to read, the other end has hung up or the line is closed.
func (l *line) wait() (ready int16, err error) {
	fds := []unix.PollFd{{Fd: int32(l.ctl), Events: unix.POLLIN}, {Fd: int32(l.stop), Events: unix.POLLIN}}
	_, err = unix.Poll(fds, -1)
	switch {
	case errors.Is(err, unix.EINTR):
		return 0, nil
	case err != nil:
		return 0, fmt.Errorf("wait for %s: %w", l.path, err)
	case fds[1].Revents != 0:
		return 0, os.ErrClosed
	}
	return fds[0].Revents, nil
}

// Close ends a Read that waits, and gives the line back.
func (l *line) Close() (err error) {
	l.once.Do(func() {
		var one [8]byte
		one[0], one[7] = 1, 1 // not zero in either byte order
		_, wakeErr := unix.Write(l.stop, one[:])
		l.use.Lock()
		defer l.use.Unlock()
		l.shut = true
		err = errors.Join(wakeErr, l.release())
	})
	return err
}

func (l *line) release() error {
	var errs []error
	if l.ctl >= 0 {
		_ = unix.IoctlSetInt(l.ctl, unix.TIOCNXCL, 0) // a line that is gone refuses
	}
	if l.port != nil {
		errs = append(errs, l.port.Close())
	}
	for _, fd := range []int{l.ctl, l.stop} {
		if fd >= 0 {
			errs = append(errs, unix.Close(fd))
		}
	}
	return errors.Join(errs...)
}
