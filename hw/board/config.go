package board

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"periph.io/x/conn/v3/gpio"
)

// Config says what the board has and what is watched.
type Config struct {
	Door      Input  // the contact of the door; zero: there is none
	PaperNear Input  // a sensor that sees the roll's end drawing near; zero: there is none
	PaperOut  Input  // a sensor that sees no paper; zero: there is none
	Lamp      Output // zero: there is none

	Backlight Backlight // zero: it is left alone
	Data      string    // the folder whose partition, disk and card are watched, an absolute path; "": none is
	Hot       int       // °C from which on the board is hot; 0: 80

	// Changed hears that State is another one than before, on a goroutine of the board. It must not block. nil: nobody does.
	Changed func()
	Log     *slog.Logger // nil: silent

	Lines Lines                                   // nil: the board's own
	Root  fs.FS                                   // the system's files, as from "/"; nil: the system's own
	Space func(folder string) (Space, error)      // of the partition that a folder lies on; nil: the kernel is asked
	Write func(path string, content string) error // into a file below /sys; nil: the system's own
}

// Input is a line that is read.
type Input struct {
	Line string // "GPIO17", its name as gpioinfo shows it, or "pinctrl-bcm2711:17", its chip's label and its offset there; "": none
	Low  bool   // the level at which it tells: low. The line is pulled up, so that a broken wire is high
}

// Output is a line that is driven.
type Output struct {
	Line string // as Input.Line
	Low  bool   // it is on when the line is low
}

// Backlight is that of the panel.
type Backlight struct {
	Path  string // "/sys/class/backlight/10-0045"; "auto": the only one there is; "": it is left alone
	Day   int    // per cent of the brightest while the totem is to be seen, 1 to 100; 0: 100
	Night int    // and otherwise, 0 to 100; 0: dark
}

// Lines opens lines of the board by name. An error is a *fault.Fault.
type Lines interface {
	// In returns a line that is pulled up and whose edges can be waited for, with a positive timeout.
	In(name string) (In, error)
	// Out returns a line that is driven to a level from the first moment on.
	Out(name string, level gpio.Level) (Out, error)
}

// In is a line that is read.
type In interface {
	Read() gpio.Level
	WaitForEdge(timeout time.Duration) bool
	Close()
}

// Out is a line that is driven.
type Out interface {
	Out(gpio.Level) error
	Close()
}

// Check reports what cannot be, without looking at any hardware.
func (c Config) Check() error {
	var errs []error
	seen := map[string]string{}
	for _, l := range []struct{ what, line string }{{"door", c.Door.Line}, {"paper near its end", c.PaperNear.Line}, {"paper out", c.PaperOut.Line}, {"lamp", c.Lamp.Line}} {
		if l.line == "" {
			continue
		}
		if other, twice := seen[l.line]; twice {
			errs = append(errs, fmt.Errorf("the line %q is that of %s and of %s", l.line, other, l.what))
		}
		seen[l.line] = l.what
		errs = append(errs, CheckLine(l.line))
	}
	if b := c.Backlight; b.Day < 0 || b.Day > 100 || b.Night < 0 || b.Night > 100 {
		errs = append(errs, errors.New("a backlight has 0 to 100 per cent"))
	}
	if p := c.Backlight.Path; p != "" && p != Auto && !strings.HasPrefix(p, "/sys/") {
		errs = append(errs, fmt.Errorf("%q is no backlight below /sys", p))
	}
	if c.Data != "" && !strings.HasPrefix(c.Data, "/") {
		errs = append(errs, fmt.Errorf("%q is no absolute path", c.Data))
	}
	if c.Hot < 0 || c.Hot > 120 {
		errs = append(errs, fmt.Errorf("%d °C are out of range", c.Hot))
	}
	return errors.Join(errs...)
}

// Auto is the path of the only backlight there is.
const Auto = "auto"

// CheckLine reports whether a name can be that of a line.
func CheckLine(name string) error {
	label, offset, placed := strings.Cut(name, ":")
	if n, err := strconv.Atoi(offset); placed && (err != nil || n < 0 || label == "") {
		return fmt.Errorf("%q is no line: write the label of its chip, a colon and its offset, or its name", name)
	}
	if name == "" || strings.ContainsAny(name, " \t\r\n\"") {
		return fmt.Errorf("%q is no line", name)
	}
	return nil
}

const hotC = 80

func (c Config) complete() Config {
	if c.Hot == 0 {
		c.Hot = hotC
	}
	if c.Backlight.Day == 0 {
		c.Backlight.Day = 100
	}
	if c.Lines == nil {
		c.Lines = boardLines{}
	}
	if c.Root == nil {
		c.Root = systemRoot()
	}
	if c.Space == nil {
		c.Space = spaceOf
	}
	if c.Write == nil {
		c.Write = writeFile
	}
	return c
}
