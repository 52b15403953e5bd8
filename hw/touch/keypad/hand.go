package keypad

import (
	"time"

	"example.org/totem/hw/evdev"
)

// settle is how long the springs of a worn key may chatter after it was let go.
const settle = 50 * time.Millisecond

// hand makes meanings of the events of one device. It has no clock: it goes by the times of the events.
type hand struct {
	keys  Keys
	guard time.Duration

	down   map[uint16]bool          // keys that are held, of those that mean something
	lifted map[uint16]time.Duration // when each was let go last
	last   uint16                   // the key that counted last, 0: none
	lastAt time.Duration

	held  map[evdev.Input]bool // switches and keys that say the plug is in
	latch bool                 // a key was struck that said so
	blind bool                 // between SynDropped and SynReport
}

func newHand(keys Keys, guard time.Duration) *hand {
	return &hand{keys: keys, guard: guard, down: map[uint16]bool{}, lifted: map[uint16]time.Duration{}, held: map[evdev.Input]bool{}}
}

// in tells whether the plug of a headset is in.
func (h *hand) in() bool { return h.latch || len(h.held) > 0 }

// begin takes over which keys are held and which switches are on. What is held already says nothing: nobody knows since
// when, and for whom. A plug that only strikes keys counts as out, because nobody saw it.
func (h *hand) begin(keys, switches evdev.Bits) {
	clear(h.down)
	clear(h.lifted)
	clear(h.held)
	h.last, h.latch, h.blind = 0, false, false
	for in, key := range h.keys {
		on := in.Type == evdev.TypeKey && keys.Has(in.Code) || in.Type == evdev.TypeSwitch && switches.Has(in.Code)
		if !on {
			continue
		}
		if key == Headset {
			h.held[in] = true
		} else {
			h.down[in.Code] = true
		}
	}
}

// take hears one event. It returns the key that it presses, 0 for none; and lost, when events before it were lost and
// how the device is must be asked for begin.
func (h *hand) take(e evdev.Event) (pressed Key, lost bool) {
	if e.Type == evdev.TypeSyn {
		lost = h.blind && e.Code == evdev.SynReport
		h.blind = !lost && (h.blind || e.Code == evdev.SynDropped)
		return 0, lost
	}
	in := evdev.Input{Type: e.Type, Code: e.Code}
	key := h.keys[in]
	switch {
	case h.blind || key == 0:
		return 0, false
	case key == Headset && e.Value == 0:
		delete(h.held, in)
		return 0, false
	case key == Headset:
		h.held[in] = true
		return 0, false
	}
	switch e.Value {
	case 0:
		if h.down[e.Code] {
			delete(h.down, e.Code)
			h.lifted[e.Code] = e.At
		}
	case 1:
		return h.strike(e, key), false
	}
	return 0, false // 2: it is held
}

// strike hears a key go down.
func (h *hand) strike(e evdev.Event, key Key) Key {
	if h.down[e.Code] {
		return 0
	}
	h.down[e.Code] = true
	lifted, known := h.lifted[e.Code]
	chatter := known && within(lifted, e.At, min(settle, h.guard))
	echo := h.last == e.Code && within(h.lastAt, e.At, h.guard)
	switch {
	case key == HeadsetIn, key == HeadsetOut: // whatever comes last holds
		h.latch = key == HeadsetIn
		return 0
	case chatter || echo:
		return 0
	}
	h.last, h.lastAt = e.Code, e.At
	return key
}

// within tells whether now is less than d after then. A clock that went back says nothing.
func within(then, now, d time.Duration) bool { return now >= then && now-then < d }
