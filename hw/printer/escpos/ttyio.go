package escpos

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// wait blocks until the device is ready for the events, the time is over (0 events) or the line is closed.
func (t *tty) wait(events int16, atMost time.Duration) (int16, error) {
	return await(t.path, t.ctl, t.stop, events, atMost)
}

// await blocks until fd is ready for the events, the time is over (0 events) or stop is readable. A negative time has no
// end.
func await(path string, fd, stop int, events int16, atMost time.Duration) (int16, error) {
	ms := -1
	if atMost >= 0 {
		ms = int((atMost + time.Millisecond - 1) / time.Millisecond)
	}
	fds := []unix.PollFd{{Fd: int32(fd), Events: events}, {Fd: int32(stop), Events: unix.POLLIN}}
	_, err := unix.Poll(fds, ms)
	switch {
	case errors.Is(err, unix.EINTR):
		return 0, nil
	case err != nil:
		return 0, fmt.Errorf("wait for %s: %w", path, err)
	case fds[1].Revents != 0:
		return 0, os.ErrClosed
	}
	return fds[0].Revents, nil
}

// signal makes an event descriptor readable.
func signal(fd int) error {
	var one [8]byte
	one[0], one[7] = 1, 1 // not zero in either byte order
	_, err := unix.Write(fd, one[:])
	return err
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
		n, err := t.some(b[sent:])
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

// some hands over what the device takes now.
func (t *tty) some(b []byte) (int, error) {
	if t.flow != FlowDTR || t.urgent {
		return unix.Write(t.ctl, b[:min(most, len(b))])
	}
	// The system goes on sending what it has taken when the printer is busy: it gets little, and only when it is empty.
	wires, err := t.wires()
	if err != nil {
		return 0, err
	}
	if n, err := unix.IoctlGetInt(t.ctl, unix.TIOCOUTQ); err == nil && n == 0 && wires&unix.TIOCM_DSR != 0 {
		return unix.Write(t.ctl, b[:min(mostByWire, len(b))])
	}
	return 0, t.rest()
}

// mostByWire is how many bytes a printer takes for sure after it has become busy.
const mostByWire = 16

// rest waits a moment: no event tells of a wire.
func (t *tty) rest() error {
	fds := []unix.PollFd{{Fd: int32(t.stop), Events: unix.POLLIN}}
	if _, err := unix.Poll(fds, 2); err != nil && !errors.Is(err, unix.EINTR) {
		return fmt.Errorf("wait for %s: %w", t.path, err)
	}
	return unix.EAGAIN
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
	t.urgent = true
	defer func() {
		t.urgent = false
		err = errors.Join(err, t.setFlow(t.flow))
	}()
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
		wakeErr := signal(t.stop)
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
