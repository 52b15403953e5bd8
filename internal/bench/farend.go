package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"example.org/totem/internal/papersim"
)

// farEnd is a simulated printer at the far end of a pseudo-terminal that notes when each byte arrived.
type farEnd struct {
	path    string // of the near end
	printer *papersim.Printer
	baud    int // 0: takes bytes as fast as they come
	master  *os.File
	slave   int // held open, so that the terminal does not hang up before the driver comes
	reading sync.WaitGroup

	mu       sync.Mutex
	received []byte
	arrivals []arrival
}

// arrival is a piece of the stream that passed the line without a pause.
type arrival struct {
	begin, end time.Time
	offset, n  int
}

func openFarEnd(baud int) (*farEnd, error) {
	f := &farEnd{baud: baud, slave: -1}
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, cannot{fmt.Sprintf("no pseudo-terminal: %v", err)}
	}
	f.master = os.NewFile(uintptr(fd), "/dev/ptmx")
	n, err := unix.IoctlGetUint32(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	f.path = fmt.Sprintf("/dev/pts/%d", n)
	if err == nil {
		f.slave, err = unix.Open(f.path, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	}
	if err != nil {
		return nil, errors.Join(cannot{fmt.Sprintf("no pseudo-terminal: %v", err)}, f.close())
	}
	f.printer = papersim.New(papersim.Config{Reply: func(b []byte) { _, _ = f.master.Write(b) }}) // what nobody takes is lost
	f.reading.Go(f.read)
	return f, nil
}

// piece is how many bytes the receiver of a serial line hands over at once.
const piece = 16

func (f *farEnd) read() {
	buf := make([]byte, 4096)
	if f.baud > 0 {
		buf = buf[:piece]
	}
	var free time.Time // when the line had passed all before and went on at once; zero: it paused
	for {
		n, err := f.master.Read(buf)
		if err != nil {
			return
		}
		at := arrival{begin: time.Now(), n: n}
		at.end = at.begin
		if f.baud > 0 {
			if !free.IsZero() {
				at.begin = free
			}
			at.end = at.begin.Add(lineTime(n, f.baud))
			<-time.After(time.Until(at.end))
			free = time.Time{}
			if f.waiting() > 0 {
				free = at.end // the next bytes were there in time: the line did not pause
			}
		}
		f.note(at, buf[:n])
		f.printer.Feed(buf[:n])
	}
}

// lineTime is how long a serial line takes for n bytes: eight bits each, a start bit and a stop bit.
func lineTime(n, baud int) time.Duration {
	return time.Duration(n) * 10 * time.Second / time.Duration(baud)
}

// waiting returns how many bytes the near end has sent and nobody read.
func (f *farEnd) waiting() (n int) {
	raw, err := f.master.SyscallConn()
	if err != nil {
		return 0
	}
	_ = raw.Control(func(fd uintptr) { n, _ = unix.IoctlGetInt(int(fd), unix.TIOCINQ) })
	return n
}

func (f *farEnd) note(at arrival, b []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	at.offset = len(f.received)
	f.received = append(f.received, b...)
	f.arrivals = append(f.arrivals, at)
}

// forget drops what arrived so far.
func (f *farEnd) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.received, f.arrivals = nil, nil
}

// find returns when the first and the last byte of a slip passed the line, ok false if it did not arrive whole. The
// driver may put its request for automatic status behind the slip's first commands.
func (f *farEnd) find(slip []byte) (first, last time.Time, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	begin, end := f.place(slip)
	if begin < 0 {
		return first, last, false
	}
	for _, a := range f.arrivals {
		each := a.end.Sub(a.begin) / time.Duration(a.n)
		if a.offset <= begin && begin < a.offset+a.n {
			first = a.begin.Add(time.Duration(begin-a.offset) * each)
		}
		if a.offset < end && end <= a.offset+a.n {
			last = a.begin.Add(time.Duration(end-a.offset) * each)
		}
	}
	return first, last, true
}

// automatic is GS a n, the request for automatic status.
var automatic = [...]byte{0x1d, 'a', 0xff}

// place returns where a slip lies in what was received, begin -1 if it is not there. mu is held.
func (f *farEnd) place(slip []byte) (begin, end int) {
	const most = 32 // bytes before the first word of a slip
	if begin = bytes.Index(f.received, slip); begin >= 0 {
		return begin, begin + len(slip)
	}
	for k := 1; k < min(most, len(slip)); k++ {
		with := slices.Concat(slip[:k], automatic[:], slip[k:])
		if begin = bytes.Index(f.received, with); begin >= 0 {
			return begin, begin + len(with)
		}
	}
	return -1, -1
}

func (f *farEnd) close() error {
	err := f.master.Close()
	f.reading.Wait()
	if f.slave >= 0 {
		err = errors.Join(err, unix.Close(f.slave))
	}
	return err
}
