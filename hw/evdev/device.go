package evdev

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// Device is a Port to /dev/input/event….
type Device struct {
	file *os.File
	path string
	info Info
}

// Open opens the device at path, which may be a stable name below /dev/input/by-id or /dev/input/by-path, sets its clock
// to CLOCK_MONOTONIC and asks what it is. The caller closes it.
func Open(path string) (*Device, error) {
	// A descriptor that does not block is one whose Read the runtime can end.
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	d := &Device{file: os.NewFile(uintptr(fd), path), path: path}
	if err := d.begin(); err != nil {
		return nil, errors.Join(&os.PathError{Op: "open", Path: path, Err: err}, d.file.Close())
	}
	return d, nil
}

func (d *Device) begin() error {
	clock := binary.NativeEndian.AppendUint32(nil, unix.CLOCK_MONOTONIC)
	_, err := control(d.file, request(toKernel, setClock, 4), clock)
	if errors.Is(err, unix.ENOTTY) || errors.Is(err, unix.EINVAL) {
		return ErrKind
	}
	if err != nil {
		return err
	}
	d.info, err = d.describe()
	return err
}

func (d *Device) describe() (Info, error) {
	var info Info
	name, id := make([]byte, 256), make([]byte, 8)
	n, err := ask(d.file, getName, name)
	if err != nil && !errors.Is(err, unix.ENOENT) { // a device may be without a name
		return Info{}, err
	}
	name, _, _ = bytes.Cut(name[:n], []byte{0})
	info.Name = string(name)
	if _, err := ask(d.file, getID, id); err != nil {
		return Info{}, err
	}
	word := func(i int) uint16 { return binary.NativeEndian.Uint16(id[2*i:]) }
	info.ID = ID{word(0), word(1), word(2), word(3)}
	var axes Bits
	for _, part := range []struct {
		to     *Bits
		number uintptr
	}{
		{&info.Props, getProps}, {&info.Keys, getBits + uintptr(TypeKey)}, {&info.Switches, getBits + uintptr(TypeSwitch)},
		{&axes, getBits + uintptr(TypeAbs)},
	} {
		if *part.to, err = d.bits(part.number); err != nil {
			return Info{}, err
		}
	}
	info.Axes = map[uint16]Axis{}
	for _, code := range axes.Codes() {
		if info.Axes[code], err = d.Axis(code); err != nil {
			return Info{}, err
		}
	}
	return info, nil
}

// bits asks for a set of codes. A type of which the device has nothing gives none.
func (d *Device) bits(number uintptr) (Bits, error) {
	b := make(Bits, (mostKey+1)/8)
	n, err := ask(d.file, number, b)
	if errors.Is(err, unix.EINVAL) {
		return nil, nil
	}
	return bytes.TrimRight(b[:n], "\x00"), err
}

// Path returns the name it was opened by.
func (d *Device) Path() string { return d.path }

// Read waits for events.
func (d *Device) Read(b []byte) (int, error) {
	n, err := d.file.Read(b)
	switch {
	case errors.Is(err, unix.ENODEV), errors.Is(err, io.EOF):
		return n, fmt.Errorf("%s: %w", d.path, ErrGone)
	case n < 0:
		n = 0
	}
	return n, err
}

// Format is the one of this process.
func (d *Device) Format() Format { return Native }

// Info returns what the device said of itself when it was opened.
func (d *Device) Info() Info { return d.info }

// Axis asks the device for an axis.
func (d *Device) Axis(code uint16) (Axis, error) {
	b := make([]byte, 24)
	if code >= 0x40 {
		return Axis{}, errNoAxis
	}
	if _, err := ask(d.file, getAbs+uintptr(code), b); err != nil {
		return Axis{}, d.gone(err)
	}
	long := func(i int) int32 { return int32(binary.NativeEndian.Uint32(b[4*i:])) }
	return Axis{long(0), long(1), long(2), long(3), long(4), long(5)}, nil
}

// Slots asks the device for the values of all slots.
func (d *Device) Slots(code uint16) ([]int32, error) {
	values := make([]int32, d.info.Slots())
	if len(values) == 0 {
		return nil, nil
	}
	b := binary.NativeEndian.AppendUint32(nil, uint32(code))
	b = append(b, make([]byte, 4*len(values))...)
	if _, err := ask(d.file, getSlots, b); err != nil {
		return nil, d.gone(err)
	}
	for i := range values {
		values[i] = int32(binary.NativeEndian.Uint32(b[4+4*i:]))
	}
	return values, nil
}

// Keys asks the device which keys are down.
func (d *Device) Keys() (Bits, error) {
	b, err := d.bits(getKeys)
	return b, d.gone(err)
}

// Switches asks the device which switches are on.
func (d *Device) Switches() (Bits, error) {
	b, err := d.bits(getSwitches)
	return b, d.gone(err)
}

// Grab takes the device for this process.
func (d *Device) Grab() error {
	if err := grab(d.file); err != nil {
		return d.gone(fmt.Errorf("take %s for this program alone: %w", d.path, err))
	}
	return nil
}

// gone marks the error of a device that is not there any more.
func (d *Device) gone(err error) error {
	if errors.Is(err, unix.ENODEV) {
		return fmt.Errorf("%s: %w", d.path, ErrGone)
	}
	return err
}

// Close closes the device and gives it back to others.
func (d *Device) Close() error {
	if err := d.file.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}
