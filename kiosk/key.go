package kiosk

// Key is a key of the keypad under the glass.
type Key uint8

// The five keys, and those that some keypads have besides. A key that is held is one press. The first key of a citizen
// shows where the focus is and, but for KeyBack and KeyRepeat, does nothing else; so does any where somebody is asked
// whether they are still here.
const (
	KeyPrevious Key = iota + 1 // to the control before, from the first to the last
	KeyNext                    // to the control after, from the last to the first
	KeySelect                  // touches the control that the focus is at
	KeyBack                    // one step back
	KeyRepeat                  // has the screens spoken; then says the screen again, and the second time in a row opens the help
	KeyLouder
	KeySofter
	KeyFaster
	KeySlower
	KeyDigit // a digit key follows: KeyDigit + 0 … KeyDigit + 9; heard where digits are typed
)
