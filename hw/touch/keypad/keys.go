package keypad

import (
	"errors"
	"fmt"
	"maps"
	"strings"

	"example.org/totem/hw/evdev"
)

// Keys says what the keys and switches of a keypad mean. What is not in it means nothing. nil stands for [Usual].
type Keys map[evdev.Input]Key

// Usual returns what keys mean where nothing else is said:
//
//	previous   KEY_UP KEY_LEFT KEY_F13 KEY_F18
//	next       KEY_DOWN KEY_RIGHT KEY_F14 KEY_F19 KEY_F24
//	select     KEY_ENTER KEY_KPENTER KEY_SELECT KEY_OK KEY_F20
//	back       KEY_ESC KEY_BACK KEY_CANCEL KEY_F23
//	repeat     KEY_HELP KEY_INFO KEY_F17
//	louder     KEY_VOLUMEUP KEY_KPPLUS
//	softer     KEY_VOLUMEDOWN KEY_KPMINUS
//	faster     KEY_FASTFORWARD
//	slower     KEY_REWIND
//	0 … 9      KEY_0 … KEY_9, KEY_KP0 … KEY_KP9, KEY_NUMERIC_0 … KEY_NUMERIC_9
//	headset    SW_HEADPHONE_INSERT SW_LINEOUT_INSERT SW_JACK_PHYSICAL_INSERT
//	plug in    KEY_F15
//	plug out   KEY_F16
//
// Arrows and named keys are what they say. For the function keys from F13 there is no standard: a keypad sends what its
// maker chose, and many can be told to send something else. Of those above one is from a maker's paper: the key "<<" of
// Storm's AudioNav sends usage 72h, which is F23 (1400 Series Audio-Nav Technical Manual 1.5, page 28). A keypad that
// sends others is described by [ParseKeys].
func Usual() Keys {
	k := Keys{}
	for key, names := range map[Key]string{
		Previous:   "KEY_UP KEY_LEFT KEY_F13 KEY_F18",
		Next:       "KEY_DOWN KEY_RIGHT KEY_F14 KEY_F19 KEY_F24",
		Select:     "KEY_ENTER KEY_KPENTER KEY_SELECT KEY_OK KEY_F20",
		Back:       "KEY_ESC KEY_BACK KEY_CANCEL KEY_F23",
		Repeat:     "KEY_HELP KEY_INFO KEY_F17",
		Louder:     "KEY_VOLUMEUP KEY_KPPLUS",
		Softer:     "KEY_VOLUMEDOWN KEY_KPMINUS",
		Faster:     "KEY_FASTFORWARD",
		Slower:     "KEY_REWIND",
		Headset:    "SW_HEADPHONE_INSERT SW_LINEOUT_INSERT SW_JACK_PHYSICAL_INSERT",
		HeadsetIn:  "KEY_F15",
		HeadsetOut: "KEY_F16",
	} {
		k.name(key, names)
	}
	for digit := range Key(10) {
		k.name(Digit+digit, fmt.Sprintf("KEY_%[1]d KEY_KP%[1]d KEY_NUMERIC_%[1]d", digit))
	}
	return k
}

// name gives keys that are known to have names their meaning; a test looks that they have.
func (k Keys) name(key Key, names string) {
	for name := range strings.FieldsSeq(names) {
		if in, err := evdev.Parse(name); err == nil {
			k[in] = key
		}
	}
}

// mostText bounds the text form: every key of a large keypad has room.
const mostText = 4096

// ParseKeys reads the text form of the configuration: pairs with spaces between them, each a meaning, "=" and the name
// of a key or switch as in linux/input-event-codes.h:
//
//	previous=KEY_F1 next=KEY_F2 select=KEY_F3 headset=KEY_F9 5=KEY_KP5 none=KEY_F20
//
// The meanings are previous, next, select, back, repeat, louder, softer, faster, slower, 0 … 9 for the digits, headset
// (a switch, or a key that is down while the plug is in), headset-in and headset-out (keys that are struck when it goes
// in and out), and none. A key named here has this meaning and no other; all others have the one of [Usual], so that ""
// is Usual. One meaning may have several keys. An error says everything that is wrong.
func ParseKeys(text string) (Keys, error) {
	if len(text) > mostText {
		return nil, fmt.Errorf("the keys take %d characters: there is room for %d", len(text), mostText)
	}
	keys, named := Usual(), Keys{}
	var wrong []error
	for pair := range strings.FieldsSeq(text) {
		in, key, err := parsePair(pair)
		if first, twice := named[in]; err == nil && twice {
			err = fmt.Errorf("%s is named twice, as %s and as %s: a key means one thing", in, first, key)
		}
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		named[in] = key
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	maps.Copy(keys, named)
	maps.DeleteFunc(keys, func(_ evdev.Input, key Key) bool { return key == 0 })
	return keys, nil
}

func parsePair(pair string) (evdev.Input, Key, error) {
	word, name, ok := strings.Cut(pair, "=")
	if !ok || name == "" || word == "" {
		return evdev.Input{}, 0, fmt.Errorf("%q is no pair: write a meaning, =, and a key, such as next=KEY_F14", pair)
	}
	key, ok := words()[word]
	if !ok {
		if len(word) != 1 || word[0] < '0' || word[0] > '9' {
			return evdev.Input{}, 0, fmt.Errorf("%q is nothing that a key can mean: write previous, next, select, back, repeat, louder, "+
				"softer, faster, slower, 0 to 9, headset, headset-in, headset-out or none", word)
		}
		key = Digit + Key(word[0]-'0')
	}
	in, err := evdev.Parse(name)
	if err != nil {
		return evdev.Input{}, 0, err
	}
	return in, key, checkPair(in, key)
}

// checkPair reports a meaning that an input cannot have.
func checkPair(in evdev.Input, key Key) error {
	switch {
	case key > HeadsetOut:
		return fmt.Errorf("%s: there is no meaning %d", in, key)
	case in.Type == evdev.TypeSwitch && key != Headset && key != 0:
		return fmt.Errorf("%s is a switch, which can only tell of the plug: write headset=%s", in, in)
	case in.Type != evdev.TypeSwitch && in.Type != evdev.TypeKey:
		return fmt.Errorf("%s is no key and no switch", in)
	}
	return nil
}

// check reports everything that is wrong with k.
func (k Keys) check() error {
	var wrong []error
	for in, key := range k {
		wrong = append(wrong, checkPair(in, key))
	}
	return errors.Join(wrong...)
}
