package board

import (
	"errors"
	"os"
	"path"
	"strconv"
	"strings"

	"example.org/totem/internal/fault"
)

// setBacklight makes the backlight so bright, in per cent of the brightest. 0 is dark; anything more is at least the least light.
func (c Config) setBacklight(percent int) error {
	s := system{c.Root}
	at := strings.TrimPrefix(c.Backlight.Path, "/")
	if c.Backlight.Path == Auto {
		all := s.glob("sys/class/backlight/*/max_brightness")
		if len(all) != 1 {
			return noBacklight(errors.New("there is not exactly one in /sys/class/backlight: there are " + strconv.Itoa(len(all))))
		}
		at = path.Dir(all[0])
	}
	most, ok := s.number(at + "/max_brightness")
	if !ok || most <= 0 {
		return noBacklight(errors.New("it does not say how bright it can be"))
	}
	level := most * percent / 100
	if percent > 0 {
		level = max(level, 1)
	}
	if err := c.Write("/"+at+"/brightness", strconv.Itoa(level)); err != nil {
		return noBacklight(fault.Reason(err))
	}
	return nil
}

func noBacklight(err error) error {
	return fault.New(fault.CodeBacklight, err, "check board.backlight in totem.toml against ls /sys/class/backlight, and that the totem's user may write to its file brightness; a panel without one stays lit",
		"the backlight cannot be set")
}

// writeFile writes into a file that is there.
func writeFile(name, content string) error {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(content)
	return errors.Join(err, f.Close())
}
