package escpos

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"example.org/totem/paper"
)

// device is a printer behind a character device that is no serial line: /dev/usb/lp0. The printer stops the line by not
// taking bytes, and nobody counts what is on its way.
type device struct {
	path string
	fd   int // O_NONBLOCK
	stop int // an event descriptor; readable when the line is closed

	once sync.Once
	use  sync.RWMutex // read-locked while a descriptor is in use; Close waits for it
	shut bool         // guarded by use
}

func openDevice(path string) (Line, error) {
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, openFault(path, &fs.PathError{Op: "open", Path: path, Err: err})
	}
	d, err := newDevice(path, fd)
	if err != nil {
		return nil, openFault(path, err)
	}
	return d, nil
}

// newDevice takes fd, which does not block.
func newDevice(path string, fd int) (Line, error) {
	stop, err := unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("event descriptor: %w", err), unix.Close(fd))
	}
	return &device{path: path, fd: fd, stop: stop}, nil
}

// lpGetStatus is LPGETSTATUS of the kernel's lp.h: a printer on USB tells three conditions without being asked for them
// in its own language.
//
//	bit 3 no error, 4 selected, 5 paper out
const lpGetStatus = 0x060b

// conditions is what the system knows of the printer. ok is false where it knows nothing.
func (d *device) conditions() (s paper.Status, ok bool) {
	d.use.RLock()
	defer d.use.RUnlock()
	if d.shut {
		return 0, false
	}
	bits, err := unix.IoctlGetInt(d.fd, lpGetStatus)
	if err != nil {
		return 0, false
	}
	return lpStatus(bits), true
}

func lpStatus(bits int) paper.Status {
	var s paper.Status
	if bits&(1<<5) != 0 {
		s |= paper.PaperEnd
	}
	if bits&(1<<4) == 0 || bits&(1<<3) == 0 || s != 0 {
		s |= paper.Offline
	}
	return s
}

// wait blocks until the device is ready for the events, the time is over (0 events) or the line is closed.
func (d *device) wait(events int16, atMost time.Duration) (int16, error) {
	return await(d.path, d.fd, d.stop, events, atMost)
}

func (d *device) Read(b []byte) (int, error) {
	d.use.RLock()
	defer d.use.RUnlock()
	for !d.shut {
		ready, err := d.wait(unix.POLLIN, -1)
		if err != nil {
			return 0, err
		}
		if ready&unix.POLLIN != 0 {
			n, err := unix.Read(d.fd, b)
			switch {
			case n > 0:
				return n, nil
			case errors.Is(err, unix.EAGAIN), errors.Is(err, unix.EINTR):
				continue
			default: // its end, or an error: it was unplugged
				return 0, fmt.Errorf("read %s: %w", d.path, errors.Join(ErrLost, err))
			}
		}
		if ready&hungUp != 0 {
			return 0, fmt.Errorf("read %s: %w", d.path, ErrLost)
		}
	}
	return 0, os.ErrClosed
}

func (d *device) Write(ctx context.Context, b []byte) (sent int, err error) {
	d.use.RLock()
	defer d.use.RUnlock()
	for sent < len(b) {
		if d.shut {
			return sent, os.ErrClosed
		}
		if err := ctx.Err(); err != nil {
			return sent, fmt.Errorf("write %s: %w", d.path, err)
		}
		ready, err := d.wait(unix.POLLOUT, readTimeout)
		switch {
		case err != nil:
			return sent, err
		case ready&hungUp != 0:
			return sent, fmt.Errorf("write %s: %w", d.path, ErrLost)
		case ready&unix.POLLOUT == 0:
			continue
		}
		n, err := unix.Write(d.fd, b[sent:min(sent+most, len(b))])
		switch {
		case n > 0:
			sent += n
		case errors.Is(err, unix.EAGAIN), errors.Is(err, unix.EINTR):
		case err != nil:
			return sent, fmt.Errorf("write %s: %w: %w", d.path, ErrLost, err)
		}
	}
	return sent, nil
}

func (d *device) Unsent() (int, error) { return 0, nil }

func (d *device) Urge(ctx context.Context, b []byte) error {
	_, err := d.Write(ctx, b)
	return err
}

func (d *device) Close() (err error) {
	d.once.Do(func() {
		wakeErr := signal(d.stop)
		d.use.Lock()
		defer d.use.Unlock()
		d.shut = true
		err = errors.Join(wakeErr, unix.Close(d.fd), unix.Close(d.stop))
	})
	return err
}
