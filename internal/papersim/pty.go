package papersim

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// PTY is a printer at the end of a pseudo-terminal: the real driver opens Path as it would a serial device.
type PTY struct {
	*Printer
	Path string // of the terminal's slave side

	line   Line
	master int // O_NONBLOCK
	slave  int // held open, so that the driver may close and open again
	stop   chan struct{}
	wake   int // an event descriptor
	once   sync.Once
	halted sync.Once
	worker sync.WaitGroup

	open sync.RWMutex // guards the use of master against its closing
	gone bool

	gate sync.Mutex
	free chan struct{} // closed while the printer may be sent bytes; nil means so too
}

// OnPTY puts a printer on a new pseudo-terminal. cfg.Reply must be nil: the terminal is who listens. The caller closes
// it.
func OnPTY(cfg Config, line Line) (*PTY, error) {
	if cfg.Reply != nil {
		return nil, errors.New("a printer on a pseudo-terminal answers there")
	}
	if line.Strict && line.Baud <= 0 {
		return nil, errors.New("a line that is strict about its speed needs one")
	}
	t := &PTY{line: line, master: -1, slave: -1, wake: -1, stop: make(chan struct{})}
	if err := t.openBoth(); err != nil {
		t.release()
		return nil, fmt.Errorf("open a pseudo-terminal: %w", err)
	}
	cfg.Reply = t.reply
	t.Printer = newPrinter(cfg, t.hold)
	t.worker.Go(t.work)
	return t, nil
}

func (t *PTY) openBoth() (err error) {
	if t.master, err = unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0); err != nil {
		return fmt.Errorf("/dev/ptmx: %w", err)
	}
	if err := unix.IoctlSetPointerInt(t.master, unix.TIOCSPTLCK, 0); err != nil {
		return fmt.Errorf("unlock: %w", err)
	}
	n, err := unix.IoctlGetUint32(t.master, unix.TIOCGPTN)
	if err != nil {
		return fmt.Errorf("number: %w", err)
	}
	t.Path = fmt.Sprintf("/dev/pts/%d", n)
	if t.slave, err = unix.Open(t.Path, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0); err != nil {
		return fmt.Errorf("%s: %w", t.Path, err)
	}
	if t.wake, err = unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC); err != nil {
		return fmt.Errorf("event descriptor: %w", err)
	}
	return raw(t.slave)
}

// raw lets every byte pass as it is.
func raw(fd int) error {
	mode, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return fmt.Errorf("read settings: %w", err)
	}
	mode.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
	mode.Oflag &^= unix.OPOST
	mode.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
	mode.Cflag = mode.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8
	if err := unix.IoctlSetTermios(fd, unix.TCSETS, mode); err != nil {
		return fmt.Errorf("make raw: %w", err)
	}
	return nil
}

// chunk is how many bytes are taken at once from a paced line.
const chunk = 16

func (t *PTY) work() {
	buf := make([]byte, 4096)
	if t.line.Baud > 0 {
		buf = buf[:chunk]
	}
	var due time.Time // when the bytes taken so far have passed the line
	for taken := 0; ; {
		want := buf
		if t.line.HangUpAfter > 0 {
			want = buf[:min(len(buf), t.line.HangUpAfter-taken)]
		}
		idle := !t.waiting()
		n, err := t.read(want)
		if err != nil {
			return
		}
		if t.line.Baud > 0 {
			if idle && due.Before(time.Now()) { // a timer that was late must not slow the line down
				due = time.Now()
			}
			due = due.Add(time.Duration(n) * 10 * time.Second / time.Duration(t.line.Baud))
			if !t.pause(time.Until(due)) {
				return
			}
		}
		t.Feed(t.garbled(buf[:n], true))
		if taken += n; t.line.HangUpAfter > 0 && taken >= t.line.HangUpAfter {
			t.hangUp()
			return
		}
	}
}

func (t *PTY) pause(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-t.stop:
		return false
	}
}

var errStopped = errors.New("stopped")

// waiting reports whether bytes have come that were not read yet.
func (t *PTY) waiting() bool {
	fds := []unix.PollFd{{Fd: int32(t.master), Events: unix.POLLIN}}
	n, err := unix.Poll(fds, 0)
	return err == nil && n > 0
}

// read waits for bytes. Only the worker hangs up or is waited for, so master stays open here.
func (t *PTY) read(b []byte) (int, error) {
	for {
		fds := []unix.PollFd{{Fd: int32(t.master), Events: unix.POLLIN}, {Fd: int32(t.wake), Events: unix.POLLIN}}
		if _, err := unix.Poll(fds, -1); err != nil && !errors.Is(err, unix.EINTR) {
			return 0, err
		}
		if fds[1].Revents != 0 {
			return 0, errStopped
		}
		if fds[0].Revents == 0 {
			continue
		}
		if !t.allowed() {
			return 0, errStopped
		}
		n, err := unix.Read(t.master, b)
		switch {
		case n > 0:
			return n, nil
		case errors.Is(err, unix.EAGAIN), errors.Is(err, unix.EINTR):
		case err != nil:
			return 0, err
		}
	}
}

// reply sends what the printer answers. What nobody takes is lost, as on a wire.
func (t *PTY) reply(b []byte) {
	t.open.RLock()
	defer t.open.RUnlock()
	if !t.gone {
		_, _ = unix.Write(t.master, t.garbled(b, false))
	}
}

// hold is the printer's wire that stops the line or lets it go on.
func (t *PTY) hold(busy bool) {
	if t.line.Flow != FlowDTR {
		return
	}
	t.gate.Lock()
	defer t.gate.Unlock()
	switch {
	case busy && t.free == nil:
		t.free = make(chan struct{})
	case !busy && t.free != nil:
		close(t.free)
		t.free = nil
	}
}

// allowed waits until the printer may be sent bytes. It reports false when the line is closed first.
func (t *PTY) allowed() bool {
	t.gate.Lock()
	free := t.free
	t.gate.Unlock()
	if free == nil {
		return true
	}
	select {
	case <-free:
		return true
	case <-t.stop:
		return false
	}
}

// garbled is what one side hears of b when the terminal is set to another speed than the printer.
func (t *PTY) garbled(b []byte, toPrinter bool) []byte {
	if !t.line.Strict {
		return b
	}
	mode, err := unix.IoctlGetTermios(t.slave, unix.TCGETS2)
	speed := 0
	if err == nil {
		speed = int(mode.Ospeed)
	}
	switch {
	case speed == 0 || speed == t.line.Baud:
		return b
	case toPrinter:
		return resample(b, speed, t.line.Baud)
	}
	return resample(b, t.line.Baud, speed)
}

// PullCable pulls the cable: the terminal hangs up, for good. The printer goes on with what it has.
func (t *PTY) PullCable() {
	_ = t.halt() // the worker is waited for all the same
	t.hangUp()
}

// halt ends the worker and waits for it.
func (t *PTY) halt() (err error) {
	t.halted.Do(func() {
		close(t.stop)
		_, err = unix.Write(t.wake, []byte{1, 0, 0, 0, 0, 0, 0, 1}) // not zero in either byte order
		t.worker.Wait()
	})
	return err
}

func (t *PTY) hangUp() {
	t.open.Lock()
	defer t.open.Unlock()
	if !t.gone {
		t.gone = true
		_ = unix.Close(t.master)
	}
}

// Close takes the printer off its terminal, which hangs up. It waits for its worker.
func (t *PTY) Close() error {
	var err error
	t.once.Do(func() {
		err = t.halt()
		_ = t.Printer.Close() // never fails
		t.hangUp()
		t.master = -1
		t.release()
	})
	return err
}

func (t *PTY) release() {
	for _, fd := range []int{t.master, t.slave, t.wake} {
		if fd >= 0 {
			_ = unix.Close(fd)
		}
	}
}
