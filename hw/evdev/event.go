package evdev

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
)

// Event is one thing that a device tells. Events up to one with SynReport belong to one moment.
type Event struct {
	At    time.Duration // when, by the device's clock: for an opened device the one that nobody sets (CLOCK_MONOTONIC)
	Type  uint16        // TypeSyn, TypeKey, TypeAbs, …
	Code  uint16        // which key or axis, by type
	Value int32         // an axis' position; for keys 0 released, 1 pressed, 2 held
}

// Format is the layout of an event in bytes: struct input_event of linux/input.h, in the machine's byte order. The
// time's fields are longs, so that the layout is the one of the process, not of the kernel:
//
//	      64 bit   32 bit
//	sec    0 …7     0 …3    seconds
//	usec   8…15     4 …7    microseconds
//	type  16…17     8 …9
//	code  18…19    10…11
//	value 20…23    12…15    signed
type Format uint8

// The formats. The zero value is the one of this process.
const (
	Native Format = iota
	Wide          // 24 bytes, of a 64-bit process
	Narrow        // 16 bytes, of a 32-bit process
)

// Size is how many bytes an event has.
func (f Format) Size() int { return 2*f.long() + 8 }

// long is how many bytes a field of the time has.
func (f Format) long() int {
	if f == Narrow || f == Native && strconv.IntSize == 32 {
		return 4
	}
	return 8
}

// Append adds the bytes of e to b. Parts of a microsecond are lost, and in the narrow format seconds above 2³².
func (f Format) Append(b []byte, e Event) []byte {
	sec, usec := uint64(e.At/time.Second), uint64(e.At%time.Second/time.Microsecond)
	if f.long() == 4 {
		b = binary.NativeEndian.AppendUint32(b, uint32(sec))
		b = binary.NativeEndian.AppendUint32(b, uint32(usec))
	} else {
		b = binary.NativeEndian.AppendUint64(b, sec)
		b = binary.NativeEndian.AppendUint64(b, usec)
	}
	b = binary.NativeEndian.AppendUint16(b, e.Type)
	b = binary.NativeEndian.AppendUint16(b, e.Code)
	return binary.NativeEndian.AppendUint32(b, uint32(e.Value))
}

// event reads the first Size bytes of b.
func (f Format) event(b []byte) Event {
	var sec, usec uint64
	if f.long() == 4 {
		sec, usec = uint64(binary.NativeEndian.Uint32(b)), uint64(binary.NativeEndian.Uint32(b[4:]))
	} else {
		sec, usec = binary.NativeEndian.Uint64(b), binary.NativeEndian.Uint64(b[8:])
	}
	b = b[2*f.long():]
	return Event{
		At:    time.Duration(sec)*time.Second + time.Duration(usec)*time.Microsecond,
		Type:  binary.NativeEndian.Uint16(b),
		Code:  binary.NativeEndian.Uint16(b[2:]),
		Value: int32(binary.NativeEndian.Uint32(b[4:])),
	}
}

// Decoder makes events of a stream of bytes. It is for one goroutine.
type Decoder struct {
	r      io.Reader
	format Format
	buf    []byte // room for some events
	at, to int    // buf[at:to] is read and not given out
	err    error  // of the reader, told once what came before it is given out
}

// atOnce is how many events are read at once: more than a panel tells at one moment.
const atOnce = 64

// NewDecoder returns a decoder of what r gives. Other bytes than whole events are never an error of their own: whatever
// comes is taken for events.
func NewDecoder(r io.Reader, f Format) *Decoder {
	return &Decoder{r: r, format: f, buf: make([]byte, atOnce*f.Size())}
}

// Next waits for an event. An event may come in pieces. A stream that ends gives [io.EOF], one that ends within an event
// [io.ErrUnexpectedEOF], and any other error is the reader's.
func (d *Decoder) Next() (Event, error) {
	size := d.format.Size()
	for idle := 0; d.to-d.at < size; {
		if d.err != nil {
			return Event{}, d.end()
		}
		if d.at > 0 {
			d.to = copy(d.buf, d.buf[d.at:d.to])
			d.at = 0
		}
		var n int
		n, d.err = d.r.Read(d.buf[d.to:])
		d.to += max(0, min(n, len(d.buf)-d.to))
		if idle++; n > 0 {
			idle = 0
		} else if d.err == nil && idle == mostIdle {
			d.err = io.ErrNoProgress
		}
	}
	e := d.format.event(d.buf[d.at:])
	d.at += size
	return e, nil
}

// mostIdle is how often a reader may give nothing without an error.
const mostIdle = 100

func (d *Decoder) end() error {
	switch {
	case !errors.Is(d.err, io.EOF):
		return fmt.Errorf("read events: %w", d.err)
	case d.to > d.at:
		return io.ErrUnexpectedEOF
	}
	return io.EOF
}
