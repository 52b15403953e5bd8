package device

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"example.org/totem/booking"
	"example.org/totem/form"
	"example.org/totem/internal/fault"
	"example.org/totem/sync/identity"
)

// Config is totem.toml: what one device is told. Everything else it learns from the scheduler.
type Config struct {
	Office    booking.OfficeID `toml:"office"`    // the office that this totem belongs to
	Totem     booking.TotemID  `toml:"totem"`     // its name in the office file
	Scheduler string           `toml:"scheduler"` // NATS URL, "tls://10.1.2.3:4222"
	Data      string           `toml:"data"`      // folder for the database; must exist
	Identity  string           `toml:"identity"`  // folder for key and credentials; "" is "identity" in Data
	Proxy     Proxy            `toml:"proxy"`
	Printer   Printer          `toml:"printer"`
	Panel     Panel            `toml:"panel"`
	Keypad    Keypad           `toml:"keypad"`
	Scanner   Scanner          `toml:"scanner"`
	Sound     Sound            `toml:"sound"`
	Peers     Peers            `toml:"peers"`
	Board     Board            `toml:"board"`
}

// Printer is how the printer is connected.
type Printer struct {
	Path    string `toml:"path"`      // "/dev/serial/by-id/…", "/dev/usb/lp0"
	Profile string `toml:"profile"`   // a printer profile by name; "" is "generic-80"
	Baud    int    `toml:"baud"`      // 0 is the profile's, or 19200; without meaning for a printer on USB
	Flow    string `toml:"flow"`      // "none", "xonxoff", "rtscts" or "dtrdsr"; "" is "none"
	RollM   int    `toml:"roll_m"`    // metres of paper on a new roll; 0 is the profile's
	Collect int    `toml:"collect_s"` // seconds that a slip waits in a presenter's mouth; 0 is 60
}

// Panel is the screen. Sizes are of the glass as it hangs.
type Panel struct {
	Width      int    `toml:"width"`          // pixels; 0 is 1080
	Height     int    `toml:"height"`         // pixels; 0 is 1920
	WidthMM    int    `toml:"width_mm"`       // 0 is 268 for a portrait panel, 476 for a landscape one: 21.5 inches
	BottomMM   int    `toml:"bottom_mm"`      // the lower edge of the glass above the floor; 0 is 760 for a portrait panel, 860 for a landscape one
	Touch      string `toml:"touch"`          // "window", "evdev", or the name of a bare controller; "" is "window"
	TouchPath  string `toml:"touch_path"`     // of an evdev panel, "/dev/input/by-path/…"; "": the only one there is
	TouchBus   string `toml:"touch_bus"`      // of a bare controller, "/dev/i2c-1", "SPI0.1"
	TouchIRQ   string `toml:"touch_irq"`      // the pin of its interrupt, by name; "": it is asked again and again
	Matrix     string `toml:"touch_matrix"`   // calibration as libinput writes it, by totem doctor touch; "": none
	TouchGuard int    `toml:"touch_guard_ms"` // how long a second touch counts as the echo of the first; 0 is 500
	Fullscreen bool   `toml:"fullscreen"`
}

// identity returns who this totem is, by the files in its folder.
func (c Config) identity() *identity.Folder {
	return identity.Open(cmp.Or(c.Identity, filepath.Join(c.Data, "identity")), c.Office, c.Totem)
}

// ReadConfig reads and checks a configuration file. The fault names the file, every mistake in it with its line, and a
// remedy for each.
func ReadConfig(path string) (Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		remedy := "give the right path with --config; docs/totem-toml.md has an example"
		if errors.Is(err, fs.ErrPermission) {
			remedy = "run the command as the totem's user or as root, or let the totem's user read the file"
		}
		return Config{}, fault.New(fault.CodeConfig, fault.Reason(err), remedy,
			"the configuration %s cannot be read", path)
	}
	return ParseConfig(path, data)
}

// Complete returns c with its defaults filled in.
func (c Config) Complete() Config {
	c.Printer, c.Scanner, c.Sound, c.Board = c.Printer.complete(), c.Scanner.complete(), c.Sound.complete(), c.Board.complete()
	if c.Panel.Width == 0 && c.Panel.Height == 0 {
		c.Panel.Width, c.Panel.Height = 1080, 1920
	}
	if c.Panel.WidthMM == 0 {
		c.Panel.WidthMM = 268
		if c.Panel.Width > c.Panel.Height {
			c.Panel.WidthMM = 476
		}
	}
	if c.Panel.BottomMM == 0 {
		c.Panel.BottomMM = 760
		if c.Panel.Width > c.Panel.Height {
			c.Panel.BottomMM = 860
		}
	}
	if c.Panel.Touch == "" {
		c.Panel.Touch = touchWindow
	}
	return c
}

// Check reports everything that is wrong with c, at once.
func (c Config) Check() error { return c.mistakes().Err() }

func (c Config) mistakes() mistakes {
	var m mistakes
	m.AddIf(booking.CheckID(string(c.Office)) != nil, "office", isNo("office", string(c.Office)), `write the id of the office file, 2 to 32 of a-z, 0-9 and "-"`)
	m.AddIf(booking.CheckTotemID(string(c.Totem)) != nil, "totem", isNo("totem", string(c.Totem)),
		`write its name in the office file, 2 to 32 of a-z, 0-9 and "-", not "pool" or "reserve"`)
	m.AddIf(!addresses(c.Scheduler), "scheduler", isNo("address of a NATS server", c.Scheduler), `write it as "tls://10.20.0.5:4222"`)
	m.AddIf(c.Data == "", "data", missing, "write the path of an existing folder on the data partition")
	c.Proxy.check(&m)
	c.Printer.check(&m)
	c.Panel.check(&m)
	c.Keypad.check(&m)
	c.Scanner.check(&m)
	c.Sound.check(&m)
	c.Peers.check(&m)
	c.Board.check(&m)
	return m
}

const missing = form.Missing

func isNo(what, value string) string {
	if value == "" {
		return missing
	}
	return fmt.Sprintf("%q is no %s", value, what)
}

// addresses reports whether s is one address of a NATS server or several with commas between them.
func addresses(s string) bool {
	for one := range strings.SplitSeq(s, ",") {
		u, err := url.Parse(strings.TrimSpace(one))
		if err != nil || u.Hostname() == "" || u.Scheme != "nats" && u.Scheme != "tls" {
			return false
		}
	}
	return true
}

func (p Panel) check(m *mistakes) {
	for _, side := range []struct {
		field  string
		pixels int
	}{{"panel.width", p.Width}, {"panel.height", p.Height}} {
		m.AddIf(side.pixels < 480 || side.pixels > 7680, side.field, fmt.Sprintf("%d pixels are out of range", side.pixels),
			"write width and height both, each from 480 to 7680, or leave both out")
	}
	m.AddIf(p.WidthMM < 80 || p.WidthMM > 2000, "panel.width_mm", fmt.Sprintf("%d millimetres are out of range", p.WidthMM),
		"measure the width of the glass as it hangs and write it, from 80 to 2000")
	m.AddIf(p.BottomMM < 100 || p.BottomMM > 2000, "panel.bottom_mm", fmt.Sprintf("%d millimetres are out of range", p.BottomMM),
		"measure from the floor to the lower edge of the glass and write it, from 100 to 2000")
	p.checkTouch(m)
}
