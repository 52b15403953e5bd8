package keypad_test

import (
	"maps"
	"strings"
	"testing"

	"example.org/totem/hw/evdev"
	"example.org/totem/hw/touch/keypad"
)

func input(t testing.TB, name string) evdev.Input {
	t.Helper()
	in, err := evdev.Parse(name)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func TestTheUsualKeysAreThoseOfTheirDescription(t *testing.T) {
	want := map[string]keypad.Key{
		"KEY_UP": keypad.Previous, "KEY_LEFT": keypad.Previous, "KEY_F13": keypad.Previous, "KEY_F18": keypad.Previous,
		"KEY_DOWN": keypad.Next, "KEY_RIGHT": keypad.Next, "KEY_F14": keypad.Next, "KEY_F19": keypad.Next, "KEY_F24": keypad.Next,
		"KEY_ENTER": keypad.Select, "KEY_KPENTER": keypad.Select, "KEY_SELECT": keypad.Select, "KEY_OK": keypad.Select,
		"KEY_F20": keypad.Select,
		"KEY_ESC": keypad.Back, "KEY_BACK": keypad.Back, "KEY_CANCEL": keypad.Back, "KEY_F23": keypad.Back,
		"KEY_HELP": keypad.Repeat, "KEY_INFO": keypad.Repeat, "KEY_F17": keypad.Repeat,
		"KEY_VOLUMEUP": keypad.Louder, "KEY_KPPLUS": keypad.Louder, "KEY_VOLUMEDOWN": keypad.Softer, "KEY_KPMINUS": keypad.Softer,
		"KEY_FASTFORWARD": keypad.Faster, "KEY_REWIND": keypad.Slower,
		"SW_HEADPHONE_INSERT": keypad.Headset, "SW_LINEOUT_INSERT": keypad.Headset, "SW_JACK_PHYSICAL_INSERT": keypad.Headset,
		"KEY_F15": keypad.HeadsetIn, "KEY_F16": keypad.HeadsetOut,
	}
	for i, d := range "0123456789" {
		want["KEY_"+string(d)], want["KEY_KP"+string(d)] = keypad.Digit+keypad.Key(i), keypad.Digit+keypad.Key(i)
		want["KEY_NUMERIC_"+string(d)] = keypad.Digit + keypad.Key(i)
	}
	usual := keypad.Usual()
	for name, key := range want {
		if got := usual[input(t, name)]; got != key {
			t.Errorf("%s means %s, want %s", name, got, key)
		}
	}
	if len(usual) != len(want) {
		t.Errorf("%d keys mean something, want %d", len(usual), len(want))
	}
}

func TestATextChangesOnlyTheKeysThatItNames(t *testing.T) {
	got, err := keypad.ParseKeys(" previous=KEY_F1 next=KEY_F2\tselect=KEY_F13 headset=KEY_F9 5=KEY_A none=KEY_F20 headset=SW_MUTE_DEVICE\n")
	if err != nil {
		t.Fatal(err)
	}
	want := keypad.Usual()
	want[input(t, "KEY_F1")] = keypad.Previous
	want[input(t, "KEY_F2")] = keypad.Next
	want[input(t, "KEY_F13")] = keypad.Select
	want[input(t, "KEY_F9")] = keypad.Headset
	want[input(t, "SW_MUTE_DEVICE")] = keypad.Headset
	want[input(t, "KEY_A")] = keypad.Digit + 5
	delete(want, input(t, "KEY_F20"))
	if !maps.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if empty, err := keypad.ParseKeys(""); err != nil || !maps.Equal(empty, keypad.Usual()) {
		t.Errorf("no text: %v, %v", empty, err)
	}
}

func TestAWrongTextIsToldExactly(t *testing.T) {
	for text, want := range map[string]string{
		"next":                         `"next" is no pair: write a meaning, =, and a key, such as next=KEY_F14`,
		"next=":                        `"next=" is no pair: write a meaning, =, and a key, such as next=KEY_F14`,
		"=KEY_F1":                      `"=KEY_F1" is no pair: write a meaning, =, and a key, such as next=KEY_F14`,
		"forward=KEY_F1":               `"forward" is nothing that a key can mean: write previous, next, select, back, repeat, louder, softer, faster, slower, 0 to 9, headset, headset-in, headset-out or none`,
		"10=KEY_F1":                    `"10" is nothing that a key can mean`,
		"next=F14":                     `"F14" is no key, button or switch`,
		"next=KEY_F14 back=KEY_F14":    "KEY_F14 is named twice, as next and as back: a key means one thing",
		"next=SW_HEADPHONE_INSERT":     "SW_HEADPHONE_INSERT is a switch, which can only tell of the plug: write headset=SW_HEADPHONE_INSERT",
		"headset-in=SW_LINEOUT_INSERT": "SW_LINEOUT_INSERT is a switch, which can only tell of the plug",
		strings.Repeat("a", 5000):      "the keys take 5000 characters: there is room for 4096",
	} {
		keys, err := keypad.ParseKeys(text)
		if err == nil || !strings.HasPrefix(err.Error(), want) || keys != nil {
			t.Errorf("%q: %v, %v", text, keys, err)
		}
	}
	_, err := keypad.ParseKeys("x=KEY_F1 next=KEY_F2 y=KEY_F3")
	if err == nil || strings.Count(err.Error(), "is nothing that a key can mean") != 2 {
		t.Errorf("two mistakes: %v", err)
	}
}

func TestAKeypadThatMakesNoSenseIsRefused(t *testing.T) {
	for what, cfg := range map[string]keypad.Config{
		"a negative guard":        {Guard: -1},
		"a guard of a minute":     {Guard: 60e9},
		"a negative retry":        {Retry: -1},
		"a device without a name": {Paths: []string{"a", ""}},
		"a switch as a key":       {Keys: keypad.Keys{input(t, "SW_LID"): keypad.Next}},
		"an axis":                 {Keys: keypad.Keys{{Type: evdev.TypeAbs, Code: 1}: keypad.Next}},
		"a meaning that is none":  {Keys: keypad.Keys{input(t, "KEY_A"): 99}},
	} {
		if _, err := keypad.New(cfg); err == nil {
			t.Error(what, "was taken")
		}
	}
}

func FuzzAnyTextIsReadOrRefused(f *testing.F) {
	for _, text := range []string{"", "next=KEY_F14", "previous=KEY_F13 headset=SW_HEADPHONE_INSERT 5=KEY_KP5", "none=KEY_0x2f1", "next=KEY_A back=KEY_A", "=\x00"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		keys, err := keypad.ParseKeys(text)
		if (keys == nil) != (err != nil) {
			t.Fatal("neither read nor refused")
		}
		if err != nil {
			return
		}
		if _, err := keypad.New(keypad.Config{Keys: keys}); err != nil {
			t.Error("it was read and is refused:", err)
		}
		named := map[string]bool{}
		for pair := range strings.FieldsSeq(text) {
			word, name, _ := strings.Cut(pair, "=")
			in := input(t, name)
			if got := keys[in].String(); got != word || named[in.String()] {
				t.Errorf("%q means %s", pair, got)
			}
			named[in.String()] = true
		}
	})
}
