package scanner

import (
	"io"

	"example.org/totem/hw/evdev"
)

// wedge makes bytes of what a reader types that acts as a keyboard. Keys count where they lie on an American keyboard,
// when they go down; what is repeated of a held key does not. Shift and locks are left out, so that digits are digits and
// letters are capitals however the reader is set. A key that is struck while another modifier is held is something else.
type wedge struct {
	port   evdev.Port
	events *evdev.Decoder
	held   map[uint16]bool // modifiers that are down
	blind  bool            // between SynDropped and SynReport
}

func newWedge(port evdev.Port) *wedge {
	one := oneEvent{port, port.Format().Size()}
	return &wedge{port: port, events: evdev.NewDecoder(one, port.Format()), held: map[uint16]bool{}}
}

// oneEvent reads no more than an event at a time: what lies in the decoder's room is written over by the next.
type oneEvent struct {
	io.Reader
	size int
}

func (o oneEvent) Read(b []byte) (int, error) { return o.Reader.Read(b[:min(len(b), o.size)]) }

// Read waits for a key and gives its byte.
func (w *wedge) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	for {
		e, err := w.events.Next()
		if err != nil {
			return 0, err
		}
		if sign, ok := w.sign(e); ok {
			b[0] = sign
			return 1, nil
		}
	}
}

// Close closes the keyboard.
func (w *wedge) Close() error { return w.port.Close() }

// other is what stands for a key that is no sign: a byte that no code has.
const other = 0

// sign returns the byte that an event is.
func (w *wedge) sign(e evdev.Event) (byte, bool) {
	switch {
	case e.Type == evdev.TypeSyn && e.Code == evdev.SynDropped:
		w.blind = true
		clear(w.held)
		return other, true // keys are missing: what is there of the code is none
	case e.Type == evdev.TypeSyn && e.Code == evdev.SynReport:
		w.blind = false
	}
	if w.blind || e.Type != evdev.TypeKey {
		return 0, false
	}
	if modifier(e.Code) {
		if w.held[e.Code] = e.Value != 0; e.Value == 0 {
			delete(w.held, e.Code)
		}
		return 0, false
	}
	if e.Value != 1 || silent(e.Code) {
		return 0, false
	}
	if len(w.held) > 0 {
		return other, true
	}
	return keySign(e.Code), true
}

// modifier tells whether a key changes what others mean, Shift aside: Ctrl, Alt and the key with a logo, left and right.
func modifier(code uint16) bool {
	switch code {
	case 29, 97, 56, 100, 125, 126:
		return true
	}
	return false
}

// silent tells whether a key is no part of a code: Shift, Caps Lock, Num Lock.
func silent(code uint16) bool {
	return code == evdev.KeyLeftShift || code == evdev.KeyRightShift || code == 58 || code == 69
}

// keySign returns what a key types, by its code (linux/input-event-codes.h):
//
//	  2 … 13   1234567890-=     the row of digits
//	 15        TAB
//	 16 … 27   QWERTYUIOP[]
//	 28        CR               KEY_ENTER
//	 30 … 41   ASDFGHJKL;'`
//	 43 … 53   \ZXCVBNM,./
//	 55        *                KEY_KPASTERISK
//	 57        space
//	 71 … 83   789-456+1230.    the keypad
//	 96        CR               KEY_KPENTER
//	 98        /                KEY_KPSLASH
//	others     other
func keySign(code uint16) byte {
	for _, row := range [...]struct {
		first uint16
		signs string
	}{
		{2, "1234567890-="}, {15, "\tQWERTYUIOP[]\r"}, {30, "ASDFGHJKL;'`"}, {43, "\\ZXCVBNM,./"}, {55, "*"}, {57, " "},
		{71, "789-456+1230."}, {evdev.KeyKPEnter, "\r"}, {98, "/"},
	} {
		if i := int(code) - int(row.first); i >= 0 && i < len(row.signs) {
			return row.signs[i]
		}
	}
	return other
}
