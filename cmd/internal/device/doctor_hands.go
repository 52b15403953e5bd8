package device

import (
	"io"
	"slices"
	"strings"

	"example.org/totem/hw/evdev"
	"example.org/totem/hw/scanner"
	"example.org/totem/hw/touch/contact"
	"example.org/totem/hw/touch/keypad"
	"example.org/totem/internal/fault"
	"example.org/totem/sync/wire"
)

// openers are how the doctor comes at what people meet. Zero is the system's own.
type openers struct {
	touch func(Panel) (contact.Source, error)
	input func(path string) (evdev.Port, error)
	codes func(path string, baud int) (io.ReadCloser, error)
	sound soundSystem
}

// examineHands looks at touch panel, keypad, code reader and voice, as far as the configuration names them. A totem that
// runs has them for itself: then they are told as it sees them.
func examineHands(cfg Config, running bool, by openers) []Part {
	cfg = cfg.Complete()
	if running {
		return handsAtWork(cfg)
	}
	if by.touch == nil {
		by.touch = OpenTouch
	}
	if by.codes == nil {
		by.codes = scanner.Dial
	}
	var parts []Part
	if cfg.Panel.Touch != touchWindow {
		parts = append(parts, opened("touch", cfg.Panel.named(), func() error { return closed(by.touch(cfg.Panel)) }))
	}
	for _, path := range keypadPaths(cfg) {
		parts = append(parts, opened("keypad", path, func() error { return keypad.Try(path, by.input) }))
	}
	if path := cfg.Scanner.Path; path != "" {
		parts = append(parts, opened("reader", path, func() error { return closed(by.codes(path, cfg.Scanner.Baud)) }))
	}
	if cfg.Sound.named() {
		parts = append(parts, examineSound(cfg.Sound, by.sound))
	}
	return parts
}

// named says which touch panel p is about.
func (p Panel) named() string {
	switch {
	case p.Touch != touchEvdev:
		return p.Touch + " on " + p.TouchBus
	case p.TouchPath == "":
		return "a touch panel in /dev/input"
	}
	return p.TouchPath
}

// named reports whether there is anything to be heard by.
func (s Sound) named() bool { return s.Headset != "" || s.Speaker != "" }

// keypadPaths returns the devices of the keypad, each once, in the order of the configuration.
func keypadPaths(cfg Config) (paths []string) {
	for _, path := range strings.FieldsFunc(cfg.Keypad.Path, func(r rune) bool { return r == ',' || r == ' ' }) {
		if !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	return paths
}

// closed closes what could be opened.
func closed(c io.Closer, err error) error {
	if err != nil {
		return err
	}
	return c.Close()
}

// opened is a part that is as good as it can be told without somebody's hand: it was opened and closed again.
func opened(name, what string, try func() error) Part {
	if err := try(); err != nil {
		return broken(name, err)
	}
	return Part{Name: name, State: Good, Cause: what + " is there"}
}

// handsAtWork is what a running totem has left about its hands and its voice.
func handsAtWork(cfg Config) []Part {
	h, left := readHealth(cfg.Data)
	var parts []Part
	for _, one := range []struct {
		name, state   string
		named         bool
		silent, stuck fault.Code
		means         string
	}{
		{"touch", h.Touch, cfg.Panel.Touch != touchWindow, fault.CodeTouchOpen, fault.CodeTouchState, "it cannot be opened, does not answer or went away"},
		{"keypad", h.Keypad, len(keypadPaths(cfg)) > 0, fault.CodeKeypad, fault.CodeKeypad, "it cannot be opened or went away"},
		{"reader", h.Scanner, cfg.Scanner.Path != "", fault.CodeScanner, fault.CodeScanner, "it cannot be opened or went away"},
		{"sound", h.Sound, cfg.Sound.named(), fault.CodeVoice, fault.CodeVoice, "the voice, or the player of headset or speaker, does not work"},
	} {
		p := Part{Name: one.name}
		switch {
		case one.named && !left:
			p.State, p.Cause, p.Remedy = Attention, "in use by the running totem, which has left nothing about it", "look at the totem's log, or stop the totem and try again"
		case one.named && (one.state == "" || one.state == wire.PartNone.String()):
			p.State, p.Cause, p.Remedy = Attention, "the running totem was told of none: totem.toml was changed since it was started", "start the totem again"
		case one.state == wire.PartWorks.String():
			p.State, p.Cause = Good, one.state+seen
		case one.state == wire.PartSilent.String():
			p.State, p.Cause, p.Code, p.Remedy = Faulty, one.state+": "+one.means+seen, one.silent, generally(one.silent)
		case one.state == wire.PartStuck.String():
			p.State, p.Cause, p.Code, p.Remedy = Faulty, one.state+": something presses on it"+seen, one.stuck, generally(one.stuck)
		default:
			continue
		}
		parts = append(parts, p)
	}
	return parts
}

const seen = " (as the running totem sees it)"

// generally is what to do about a fault of this code, where nothing more is known of it.
func generally(code fault.Code) string {
	for _, entry := range fault.List() {
		if entry.Code == code {
			first, rest := entry.Remedy[:1], entry.Remedy[1:]
			return strings.ToLower(first) + strings.TrimSuffix(rest, ".") + "; the totem's log tells the cause"
		}
	}
	return ""
}
