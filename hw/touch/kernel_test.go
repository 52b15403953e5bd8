package touch_test

import (
	"io"
	"sync"
	"time"

	"example.org/totem/hw/evdev"
)

// kernel is an input device as the kernel has it: a state that can be asked, and events of its changes that wait to be
// read. It is a port.
type kernel struct {
	info evdev.Info

	mu       sync.Mutex
	more     *sync.Cond
	waiting  []byte
	axes     map[uint16]int32
	slots    map[uint16][]int32
	keys     map[uint16]bool
	gone     error // what Read says when nothing waits
	closed   bool
	grabbed  bool
	noGrab   error
	noAnswer error
}

func newKernel(info evdev.Info) *kernel {
	k := &kernel{info: info, axes: map[uint16]int32{}, slots: map[uint16][]int32{}, keys: map[uint16]bool{}}
	k.more = sync.NewCond(&k.mu)
	for code, axis := range info.Axes {
		k.axes[code] = axis.Value
		if code > evdev.AbsMTSlot {
			k.slots[code] = make([]int32, info.Slots())
		}
	}
	for i := range k.slots[evdev.AbsMTTrackingID] {
		k.slots[evdev.AbsMTTrackingID][i] = -1
	}
	return k
}

// tell changes the state and has the events read.
func (k *kernel) tell(events ...evdev.Event) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, e := range events {
		k.change(e)
		k.waiting = evdev.Native.Append(k.waiting, e)
	}
	k.more.Broadcast()
}

// lose changes the state; of the events only the news is read that they are lost, and, as in the kernel, the last one.
func (k *kernel) lose(events ...evdev.Event) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, e := range events {
		k.change(e)
	}
	k.waiting = evdev.Native.Append(k.waiting, evdev.Event{Type: evdev.TypeSyn, Code: evdev.SynDropped})
	for _, e := range events[max(0, len(events)-1):] {
		k.waiting = evdev.Native.Append(k.waiting, e)
	}
	k.more.Broadcast()
}

func (k *kernel) change(e evdev.Event) {
	switch {
	case e.Type == evdev.TypeKey:
		k.keys[e.Code] = e.Value != 0
	case e.Type == evdev.TypeAbs && e.Code > evdev.AbsMTSlot && k.slots[e.Code] != nil:
		if at := k.axes[evdev.AbsMTSlot]; at >= 0 && int(at) < len(k.slots[e.Code]) {
			k.slots[e.Code][at] = e.Value
		}
	case e.Type == evdev.TypeAbs:
		k.axes[e.Code] = e.Value
	}
}

// vanish is the cable pulled out.
func (k *kernel) vanish() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.gone, k.noAnswer = evdev.ErrGone, evdev.ErrGone
	k.more.Broadcast()
}

func (k *kernel) Read(b []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for len(k.waiting) == 0 && k.gone == nil && !k.closed {
		k.more.Wait()
	}
	switch {
	case k.closed:
		return 0, io.ErrClosedPipe
	case len(k.waiting) == 0:
		return 0, k.gone
	}
	n := copy(b, k.waiting)
	k.waiting = k.waiting[n:]
	return n, nil
}

func (k *kernel) Format() evdev.Format { return evdev.Native }
func (k *kernel) Info() evdev.Info     { return k.info }

func (k *kernel) Axis(code uint16) (evdev.Axis, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	a := k.info.Axes[code]
	a.Value = k.axes[code]
	return a, k.noAnswer
}

func (k *kernel) Slots(code uint16) ([]int32, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return append([]int32{}, k.slots[code]...), k.noAnswer
}

func (k *kernel) Keys() (evdev.Bits, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	var codes []uint16
	for code, down := range k.keys {
		if down {
			codes = append(codes, code)
		}
	}
	return evdev.BitsOf(codes...), k.noAnswer
}

func (k *kernel) Switches() (evdev.Bits, error) { return nil, nil }

func (k *kernel) Grab() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.grabbed = k.noGrab == nil
	return k.noGrab
}

func (k *kernel) Close() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.closed = true
	k.more.Broadcast()
	return nil
}

// The panels of the tests, of 1000 by 500 units.

func axes(codes ...uint16) map[uint16]evdev.Axis {
	all := map[uint16]evdev.Axis{}
	for _, code := range codes {
		all[code] = map[uint16]evdev.Axis{
			evdev.AbsX: {Max: 999}, evdev.AbsMTPositionX: {Max: 999}, evdev.AbsY: {Max: 499}, evdev.AbsMTPositionY: {Max: 499},
			evdev.AbsMTSlot: {Max: 4}, evdev.AbsMTTrackingID: {Max: 65535}, evdev.AbsMTToolType: {Max: 2}, evdev.AbsMTDistance: {Max: 10},
			evdev.AbsPressure: {Min: 5, Max: 255},
		}[code]
	}
	return all
}

func slotted() evdev.Info {
	return evdev.Info{Props: evdev.BitsOf(evdev.PropDirect), Keys: evdev.BitsOf(evdev.BtnTouch), Axes: axes(evdev.AbsX, evdev.AbsY,
		evdev.AbsMTSlot, evdev.AbsMTPositionX, evdev.AbsMTPositionY, evdev.AbsMTTrackingID, evdev.AbsMTToolType, evdev.AbsMTDistance)}
}

func single(keys ...uint16) evdev.Info {
	return evdev.Info{Keys: evdev.BitsOf(keys...), Axes: axes(evdev.AbsX, evdev.AbsY)}
}

func byPressure() evdev.Info {
	return evdev.Info{Axes: axes(evdev.AbsX, evdev.AbsY, evdev.AbsPressure)}
}

func abs(code uint16, value int32) evdev.Event {
	return evdev.Event{Type: evdev.TypeAbs, Code: code, Value: value}
}

func key(code uint16, value int32) evdev.Event {
	return evdev.Event{Type: evdev.TypeKey, Code: code, Value: value}
}

func report() evdev.Event { return evdev.Event{Type: evdev.TypeSyn, Code: evdev.SynReport} }

// put is a contact in a slot; lifted is one that is not there any more.
func put(slot, id, x, y int32) []evdev.Event {
	return []evdev.Event{abs(evdev.AbsMTSlot, slot), abs(evdev.AbsMTTrackingID, id), abs(evdev.AbsMTPositionX, x), abs(evdev.AbsMTPositionY, y)}
}

func lifted(slot int32) []evdev.Event {
	return []evdev.Event{abs(evdev.AbsMTSlot, slot), abs(evdev.AbsMTTrackingID, -1)}
}

// frame is what is told at one moment.
func frame(parts ...[]evdev.Event) []evdev.Event {
	var all []evdev.Event
	for _, part := range parts {
		all = append(all, part...)
	}
	return append(all, report())
}

// at gives events a time.
func at(d time.Duration, events []evdev.Event) []evdev.Event {
	for i := range events {
		events[i].At = d
	}
	return events
}
