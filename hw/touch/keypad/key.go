package keypad

import "strconv"

// Key is what a key of a keypad means. The zero Key means nothing.
type Key uint8

// What keys mean.
const (
	Previous Key = iota + 1 // to the control before
	Next                    // to the control after
	Select                  // touches the control
	Back                    // one step back
	Repeat                  // has the screen spoken, or spoken again, or explained
	Louder
	Softer
	Faster
	Slower
	Digit // with Digit + 1 … Digit + 9 the digits from 0
)

// What tells of the headset's plug instead of a key. They are never told as pressed.
const (
	Headset    Key = Digit + 10 + iota // a switch, or a key that is down as long as the plug is in
	HeadsetIn                          // a key that is struck when the plug goes in
	HeadsetOut                         // a key that is struck when the plug goes out
)

// words returns what the text form calls each Key but the digits, which it calls "0" to "9".
func words() map[string]Key {
	return map[string]Key{
		"previous": Previous, "next": Next, "select": Select, "back": Back, "repeat": Repeat,
		"louder": Louder, "softer": Softer, "faster": Faster, "slower": Slower,
		"headset": Headset, "headset-in": HeadsetIn, "headset-out": HeadsetOut,
		"none": 0,
	}
}

// IsDigit tells which digit k is.
func (k Key) IsDigit() (digit int, ok bool) {
	if k < Digit || k >= Headset {
		return 0, false
	}
	return int(k - Digit), true
}

// String returns the word of the text form.
func (k Key) String() string {
	if digit, ok := k.IsDigit(); ok {
		return strconv.Itoa(digit)
	}
	for word, key := range words() {
		if key == k {
			return word
		}
	}
	return "key " + strconv.Itoa(int(k))
}
