// Package handsim is hands without a body: a keypad, a code reader, a touch panel as pipes on which events come as the kernel
// writes them. The totem's own readers read them, so that everything behind the device file is tried as it is.
package handsim

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"example.org/totem/hw/evdev"
)

// Device is an input device. Its methods may be called from any goroutine.
type Device struct {
	info evdev.Info

	mu        sync.Mutex
	near, far *os.File // of the pipe; nil: it is unplugged
	taken     bool     // far is the totem's, which closes it
	contacts  int32    // that were ever on the glass
}

// New returns a device that is plugged in, and says this of itself.
func New(info evdev.Info) (*Device, error) {
	d := &Device{info: info}
	return d, d.Plug()
}

// Panel is what a touch panel with slots says of itself, of so many places across and down.
func Panel(width, height int32) evdev.Info {
	return evdev.Info{Name: "simulated panel", Props: evdev.BitsOf(evdev.PropDirect), Keys: evdev.BitsOf(evdev.BtnTouch), Axes: map[uint16]evdev.Axis{
		evdev.AbsMTSlot: {Max: 9}, evdev.AbsMTTrackingID: {Max: 65535}, evdev.AbsMTPositionX: {Max: width - 1}, evdev.AbsMTPositionY: {Max: height - 1},
	}}
}

// Open gives the device to the totem. There is one who reads it; while it is unplugged there is none to read.
func (d *Device) Open() (evdev.Port, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.far == nil || d.taken {
		return nil, fs.ErrNotExist
	}
	d.taken = true
	return evdev.Describe(d.far, d.info, evdev.Native), nil
}

// Taken reports whether somebody has opened the device since it was plugged in.
func (d *Device) Taken() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.taken
}

// Plug plugs the device in, where it is not.
func (d *Device) Plug() (err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.near != nil {
		return nil
	}
	d.taken = false
	if d.far, d.near, err = os.Pipe(); err != nil {
		return fmt.Errorf("make a simulated input device: %w", err)
	}
	return nil
}

// Unplug pulls it out: whoever reads it is told that it is gone.
func (d *Device) Unplug() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.near == nil {
		return nil
	}
	err := d.near.Close()
	if !d.taken {
		err = errors.Join(err, d.far.Close())
	}
	d.near, d.far = nil, nil
	return err
}

// Close is Unplug.
func (d *Device) Close() error { return d.Unplug() }

// Strike strikes a key, by its name as linux/input-event-codes.h has it.
func (d *Device) Strike(names ...string) error {
	for _, name := range names {
		in, err := evdev.Parse(name)
		if err != nil {
			return err
		}
		if err := errors.Join(d.Moment(in.Type, in.Code, 1), d.Moment(in.Type, in.Code, 0)); err != nil {
			return err
		}
	}
	return nil
}

// Switch turns a switch on or off, or holds a key down and lets it go.
func (d *Device) Switch(name string, on bool) error {
	in, err := evdev.Parse(name)
	if err != nil {
		return err
	}
	value := int32(0)
	if on {
		value = 1
	}
	return d.Moment(in.Type, in.Code, value)
}

// Scan types digits as a code reader does that acts as a keyboard.
func (d *Device) Scan(digits string) error {
	for _, digit := range digits {
		if err := d.Strike("KEY_" + string(digit)); err != nil {
			return err
		}
	}
	return d.Strike("KEY_ENTER")
}

// Tap puts a finger on a place of the panel and lifts it.
func (d *Device) Tap(x, y int) error {
	d.mu.Lock()
	d.contacts++
	id := d.contacts
	d.mu.Unlock()
	down := d.Events(
		evdev.Event{Type: evdev.TypeAbs, Code: evdev.AbsMTSlot}, evdev.Event{Type: evdev.TypeAbs, Code: evdev.AbsMTTrackingID, Value: id},
		evdev.Event{Type: evdev.TypeAbs, Code: evdev.AbsMTPositionX, Value: int32(x)}, evdev.Event{Type: evdev.TypeAbs, Code: evdev.AbsMTPositionY, Value: int32(y)},
		evdev.Event{Type: evdev.TypeKey, Code: evdev.BtnTouch, Value: 1}, evdev.Event{Type: evdev.TypeSyn, Code: evdev.SynReport})
	return errors.Join(down, d.Events(evdev.Event{Type: evdev.TypeAbs, Code: evdev.AbsMTTrackingID, Value: -1},
		evdev.Event{Type: evdev.TypeKey, Code: evdev.BtnTouch}, evdev.Event{Type: evdev.TypeSyn, Code: evdev.SynReport}))
}

// Moment tells one event and the end of its moment.
func (d *Device) Moment(kind, code uint16, value int32) error {
	return d.Events(evdev.Event{Type: kind, Code: code, Value: value}, evdev.Event{Type: evdev.TypeSyn, Code: evdev.SynReport})
}

// Events writes events as the kernel does, of now where they have no time.
func (d *Device) Events(events ...evdev.Event) error {
	var bytes []byte
	for _, e := range events {
		if e.At == 0 {
			e.At = time.Duration(time.Now().UnixNano())
		}
		bytes = evdev.Native.Append(bytes, e)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.near == nil {
		return errors.New("the simulated input device is unplugged")
	}
	_, err := d.near.Write(bytes)
	return err
}
