package evdev_test

import (
	"bufio"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"example.org/totem/hw/evdev"
)

func TestEveryNameHasTheCodeThatTheKernelGivesIt(t *testing.T) {
	f, err := os.Open("/usr/include/linux/input-event-codes.h")
	if err != nil {
		t.Skip("the kernel's headers are not installed:", err)
	}
	defer f.Close()
	define := regexp.MustCompile(`^#define\s+((?:KEY|BTN|SW)_\w+)\s+(\w+)`)
	codes := map[string]uint64{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if m := define.FindStringSubmatch(lines.Text()); m != nil {
			code, err := strconv.ParseUint(m[2], 0, 16)
			if err != nil {
				code = codes[m[2]] // another name for a key
			}
			codes[m[1]] = code
		}
	}
	known := 0
	for name, code := range codes {
		input, err := evdev.Parse(name)
		if err != nil {
			continue
		}
		known++
		kind := evdev.TypeKey
		if strings.HasPrefix(name, "SW_") {
			kind = evdev.TypeSwitch
		}
		if want := (evdev.Input{Type: kind, Code: uint16(code)}); input != want {
			t.Errorf("%s is %v, and %v to the kernel", name, input, want)
		}
	}
	if known < 400 {
		t.Errorf("only %d of the kernel's %d names are known", known, len(codes))
	}
}

func TestAKeyOrSwitchIsWrittenAsItIsRead(t *testing.T) {
	for kind, most := range map[uint16]uint16{evdev.TypeKey: 0x2ff, evdev.TypeSwitch: 15} {
		for code := range most {
			input := evdev.Input{Type: kind, Code: code}
			if kind == evdev.TypeKey && code == 0 {
				continue // no key
			}
			if back, err := evdev.Parse(input.String()); err != nil || back != input {
				t.Errorf("%v is read as %v, %v", input, back, err)
			}
		}
	}
}

func TestNamesThatConfigurationNeedsAreKnown(t *testing.T) {
	for name, want := range map[string]evdev.Input{
		"KEY_F13": {Type: evdev.TypeKey, Code: 183}, "KEY_1": {Type: evdev.TypeKey, Code: 2}, "BTN_0": {Type: evdev.TypeKey, Code: 0x100},
		"KEY_ENTER": {Type: evdev.TypeKey, Code: evdev.KeyEnter}, "KEY_KPENTER": {Type: evdev.TypeKey, Code: evdev.KeyKPEnter},
		"KEY_LEFTSHIFT": {Type: evdev.TypeKey, Code: evdev.KeyLeftShift}, "KEY_RIGHTSHIFT": {Type: evdev.TypeKey, Code: evdev.KeyRightShift},
		"BTN_LEFT": {Type: evdev.TypeKey, Code: evdev.BtnLeft}, "BTN_TOUCH": {Type: evdev.TypeKey, Code: evdev.BtnTouch},
		"BTN_TOOL_FINGER": {Type: evdev.TypeKey, Code: evdev.BtnToolFinger}, "BTN_TOOL_PEN": {Type: evdev.TypeKey, Code: evdev.BtnToolPen},
		"SW_HEADPHONE_INSERT": {Type: evdev.TypeSwitch, Code: evdev.SwHeadphoneInsert}, "KEY_0x2f1": {Type: evdev.TypeKey, Code: 0x2f1},
		"SW_LINEOUT_INSERT": {Type: evdev.TypeSwitch, Code: evdev.SwLineoutInsert}, "KEY_MACRO30": {Type: evdev.TypeKey, Code: 0x2ad},
	} {
		if got, err := evdev.Parse(name); err != nil || got != want {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	for _, name := range []string{"", "F13", "KEY_", "KEY_0x", "KEY_0x0", "KEY_0x300", "KEY_0xfffff", "SW_", "key_f13", "KEY_F13 ", "ABS_X"} {
		if got, err := evdev.Parse(name); err == nil {
			t.Errorf("%q is taken for %v", name, got)
		}
	}
}

func TestASetHasTheCodesThatWerePutIn(t *testing.T) {
	b := evdev.BitsOf(0, 7, 8, 330, 0x2ff)
	if got := b.Codes(); len(got) != 5 || got[3] != 330 || !b.Has(0x2ff) || b.Has(1) || b.Has(65535) || (evdev.Bits)(nil).Has(0) {
		t.Errorf("%v", got)
	}
}
