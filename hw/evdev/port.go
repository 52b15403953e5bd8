package evdev

import (
	"errors"
	"io"
	"maps"
)

// ErrGone is the error of a device that was there and is not any more.
var ErrGone = errors.New("the input device is gone")

// ErrKind is the error of something that was opened as an input device and is none.
var ErrKind = errors.New("it is no input device")

// Port is an input device that is open. Read is for one goroutine; Close may be called at any time, from any goroutine,
// more than once; the rest may be called beside Read.
type Port interface {
	// Read waits for events and gives whole ones, for a [Decoder]. After Close it returns an error, also when it waited;
	// when the device vanished, one that is [ErrGone].
	io.Reader
	// Format is the layout of what Read gives.
	Format() Format
	// Info returns what the device said of itself when it was opened.
	Info() Info
	// Axis returns an absolute axis as it is now.
	Axis(code uint16) (Axis, error)
	// Slots returns the value of an AbsMT… code in every slot now, by slot; nothing for a device without slots.
	Slots(code uint16) ([]int32, error)
	// Keys returns which keys are held down now.
	Keys() (Bits, error)
	// Switches returns which switches are on now: SwHeadphoneInsert while something is plugged in.
	Switches() (Bits, error)
	// Grab takes the device's events away from everybody else, so that no other program of the system acts on them too;
	// closing the port gives it back. An error that is unix.EBUSY: another program has done so.
	Grab() error
	// Close ends a Read that waits.
	Close() error
}

// Described is a Port made of a stream, a pipe for one, that gives a device's events. What the device is at the moment
// cannot be asked of a stream: axes stay as described, no slot holds a contact, no key is down and no switch is on.
type Described struct {
	stream io.ReadCloser
	info   Info
	format Format
}

// Describe returns the port of a stream that is now the port's: Close closes it, and must end a Read of it, as it does
// for [io.Pipe], os.Pipe and connections.
func Describe(stream io.ReadCloser, info Info, f Format) *Described {
	info.Axes = maps.Clone(info.Axes)
	return &Described{stream: stream, info: info, format: f}
}

// Read reads the stream.
func (d *Described) Read(b []byte) (int, error) { return d.stream.Read(b) }

// Format returns what it was described with.
func (d *Described) Format() Format { return d.format }

// Info returns what it was described with.
func (d *Described) Info() Info { return d.info }

// Axis returns the axis as described.
func (d *Described) Axis(code uint16) (Axis, error) {
	axis, ok := d.info.Axes[code]
	if !ok {
		return Axis{}, errNoAxis
	}
	return axis, nil
}

var errNoAxis = errors.New("the input device has no such axis")

// Slots returns slots as the kernel begins with them: no contact, and 0 for everything else.
func (d *Described) Slots(code uint16) ([]int32, error) {
	values := make([]int32, d.info.Slots())
	if code == AbsMTTrackingID {
		for i := range values {
			values[i] = -1
		}
	}
	return values, nil
}

// Keys returns nothing.
func (d *Described) Keys() (Bits, error) { return nil, nil }

// Switches returns nothing.
func (d *Described) Switches() (Bits, error) { return nil, nil }

// Grab does nothing: a stream has one reader.
func (d *Described) Grab() error { return nil }

// Close closes the stream.
func (d *Described) Close() error { return d.stream.Close() }
