package device

import (
	"fmt"
	"slices"
	"strings"

	"example.org/totem/hw/touch/calibration"
	"example.org/totem/hw/touch/keypad"
)

// Keypad is the keypad under the glass, with the socket for a headset that many of them have.
type Keypad struct {
	Path  string `toml:"path"`     // "/dev/input/by-id/…"; "": there is none
	Keys  string `toml:"keys"`     // what its keys mean, as keypad.ParseKeys reads it; "": the usual ones
	Guard int    `toml:"guard_ms"` // how long a second press of the same key counts as its echo; 0 is the keypad's own
}

// Scanner is the reader of QR codes.
type Scanner struct {
	Path   string `toml:"path"`   // "/dev/serial/by-id/…", or "/dev/input/by-id/…" for one that acts as a keyboard; "": there is none
	Baud   int    `toml:"baud"`   // of a serial one; 0 is 9600
	Prefix string `toml:"prefix"` // what the reader sends before each code, "]Q1"; "": nothing
}

// Sound is what the totem is heard by.
type Sound struct {
	Headset   string `toml:"headset"`         // ALSA device of the headset's socket, "plughw:1,0"; "": there is none
	Speaker   string `toml:"speaker"`         // ALSA device of the speaker; "": there is none
	Sensed    bool   `toml:"headset_sensed"`  // the keypad tells whether a headset is plugged in; false: it is taken to be
	HeadsetDB int    `toml:"headset_full_db"` // how loud the headset is at full scale, dB SPL; 0 is 105
	SpeakerDB int    `toml:"speaker_full_db"` // how loud the speaker is at full scale, a metre away; 0 is 85
	Click     bool   `toml:"click"`           // a soft click answers a touch
}

// The kinds of touch panel.
const (
	touchWindow  = "window"  // the window's own pointer
	touchEvdev   = "evdev"   // a panel, or an emulator's tablet, with a driver of the kernel
	touchGT911   = "gt911"   // a bare controller on I2C
	touchFT5x06  = "ft5x06"  // a bare controller on I2C
	touchXPT2046 = "xpt2046" // a bare controller of a resistive panel on SPI
)

func touchKinds() []string {
	return []string{touchWindow, touchEvdev, touchGT911, touchFT5x06, touchXPT2046}
}

func isOne(value string, of []string) string {
	return fmt.Sprintf("there is no kind of touch %q among %s", value, strings.Join(of, ", "))
}

func (p Panel) checkTouch(m *mistakes) {
	kinds := touchKinds()
	known := slices.Contains(kinds, p.Touch)
	m.AddIf(!known, "panel.touch", isOne(p.Touch, kinds), "write one of these or leave the field out")
	direct := known && p.Touch != touchWindow && p.Touch != touchEvdev
	m.AddIf(direct && p.TouchBus == "", "panel.touch_bus", missing, `write the bus that the controller is on, "/dev/i2c-1" or "SPI0.1"`)
	m.AddIf(known && p.Touch != touchEvdev && p.TouchPath != "", "panel.touch_path", "it would be left unread: panel.touch is "+p.Touch,
		`set panel.touch to "evdev", or remove this field`)
	for _, one := range []struct{ field, value string }{{"panel.touch_bus", p.TouchBus}, {"panel.touch_irq", p.TouchIRQ}} {
		m.AddIf(known && !direct && one.value != "", one.field, "it would be left unread: panel.touch is "+p.Touch,
			"set panel.touch to the name of a bare controller, or remove this field")
	}
	if _, err := calibration.Parse(p.Matrix); err != nil {
		m.AddIf(true, "panel.touch_matrix", err.Error(), "remove the field, and run totem doctor touch, which computes it and writes it")
	}
	m.AddIf(p.TouchGuard < 0 || p.TouchGuard > 5000, "panel.touch_guard_ms", fmt.Sprintf("%d milliseconds are out of range", p.TouchGuard),
		"write 1 to 5000, or leave the field out for 500")
}

func (k Keypad) check(m *mistakes) {
	if _, err := keypad.ParseKeys(k.Keys); err != nil {
		m.AddIf(true, "keypad.keys", strings.ReplaceAll(err.Error(), "\n", ", "), "write meanings and codes as docs/hardware/keypad.md has them, or leave the field out")
	}
	m.AddIf(k.Guard < 0 || k.Guard > 5000, "keypad.guard_ms", fmt.Sprintf("%d milliseconds are out of range", k.Guard),
		"write 1 to 5000, or leave the field out")
}

func (s Scanner) complete() Scanner {
	if s.Baud == 0 {
		s.Baud = 9600
	}
	return s
}

func (s Scanner) check(m *mistakes) {
	m.AddIf(!slices.Contains(speeds[:], s.Baud), "scanner.baud", fmt.Sprintf("a serial line has no speed %d", s.Baud),
		"write 9600, or what the reader is set to, or leave the field out")
	m.AddIf(len(s.Prefix) > 8 || strings.ContainsAny(s.Prefix, "\x02\x03\t\n\r"), "scanner.prefix", "it is longer than 8 characters, or has one that ends a code",
		`write what the reader sends before a code, such as "]Q1"`)
}

func (s Sound) complete() Sound {
	if s.HeadsetDB == 0 {
		s.HeadsetDB = 105
	}
	if s.SpeakerDB == 0 {
		s.SpeakerDB = 85
	}
	return s
}

func (s Sound) check(m *mistakes) {
	for _, one := range []struct {
		field string
		db    int
	}{{"sound.headset_full_db", s.HeadsetDB}, {"sound.speaker_full_db", s.SpeakerDB}} {
		m.AddIf(one.db < 70 || one.db > 130, one.field, fmt.Sprintf("%d dB are out of range", one.db), "measure it and write it, from 70 to 130")
	}
	m.AddIf(s.Speaker != "" && s.Headset == "", "sound.speaker", "there is no headset, into which alone what is private may be spoken",
		"name the device of the headset's socket in sound.headset, or remove this field")
	m.AddIf(s.Speaker != "" && s.Speaker == s.Headset, "sound.speaker", "it is the headset's device: what is private would be heard by everybody",
		"name another device, or remove this field")
	m.AddIf(s.Sensed && s.Headset == "", "sound.headset_sensed", "there is no headset", "name its device in sound.headset or remove this field")
}
