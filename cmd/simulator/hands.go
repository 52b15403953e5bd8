package main

import (
	"errors"
	"io"
	"os"
	"strings"

	"example.org/totem/booking"
	"example.org/totem/hw/evdev"
	"example.org/totem/hw/scanner"
	"example.org/totem/internal/handsim"
)

// Names by which the totem opens what the simulator gives it.
const (
	keypadPath  = "simulated-keypad"
	scannerPath = "simulated-reader"
)

// hands are a keypad with a socket for a headset, and a code reader that acts as a keyboard.
type hands struct{ keypad, scanner *handsim.Device }

func newHands() (h hands, err error) {
	if h.keypad, err = handsim.New(evdev.Info{Name: keypadPath}); err != nil {
		return h, err
	}
	h.scanner, err = handsim.New(evdev.Info{Name: scannerPath})
	return h, err
}

// Close takes both away.
func (h hands) Close() error { return errors.Join(h.keypad.Close(), h.scanner.Close()) }

// open is how the totem opens the keypad.
func (h hands) open(path string) (evdev.Port, error) {
	if path != keypadPath {
		return nil, os.ErrNotExist
	}
	return h.keypad.Open()
}

// openCodes is how it opens the code reader.
func (h hands) openCodes(path string, _ int) (io.ReadCloser, error) {
	if path != scannerPath {
		return nil, os.ErrNotExist
	}
	port, err := h.scanner.Open()
	if err != nil {
		return nil, err
	}
	return scanner.Keyboard(port), nil
}

// press strikes a key of the keypad, by its name as the kernel has it.
func (h hands) press(key string) error { return h.keypad.Strike(key) }

// struck is a key of the desktop's keyboard: some of them stand for those of the keypad.
func (h hands) struck(key string, shift bool) {
	name, ok := map[string]string{
		"Tab": "KEY_DOWN", "ArrowDown": "KEY_DOWN", "ArrowRight": "KEY_DOWN", "ArrowUp": "KEY_UP", "ArrowLeft": "KEY_UP",
		"Enter": "KEY_ENTER", "Space": "KEY_ENTER", "Escape": "KEY_ESC", "Backspace": "KEY_ESC", "F1": "KEY_HELP", "H": "KEY_HELP",
		"NumpadAdd": "KEY_VOLUMEUP", "NumpadSubtract": "KEY_VOLUMEDOWN",
	}[key]
	if key == "Tab" && shift {
		name = "KEY_UP"
	}
	if digit, is := strings.CutPrefix(key, "Digit"); is {
		name, ok = "KEY_"+digit, true
	}
	if ok {
		_ = h.press(name) // the keypad is there as long as the window
	}
}

// plug puts a headset in, or pulls it out.
func (h hands) plug(in bool) error { return h.keypad.Switch("SW_HEADPHONE_INSERT", in) }

// show holds a code before the reader.
func (h hands) show(code booking.Code) error { return h.scanner.Scan(string(code)) }

// playerOf returns what plays: the desktop's sound; on the tour nothing, as fast as it comes.
func playerOf(o options) func(string) []string {
	if !o.tour {
		return nil
	}
	return func(string) []string { return []string{"sh", "-c", "exec cat >/dev/null"} }
}
