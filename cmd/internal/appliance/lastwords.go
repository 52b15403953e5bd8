package appliance

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"time"

	"example.org/totem/internal/fault"
)

// longestCause bounds, in bytes, what of a cause is kept: the screen has no room for more.
const longestCause = 400

// ComplaintOf is what a program that ends by err has to say. unit is its unit's name.
func ComplaintOf(unit string, err error) Complaint {
	c := Complaint{Unit: unit}
	var f *fault.Fault
	if !errors.As(err, &f) {
		c.Cause = cut(err.Error())
		return c
	}
	c.Code, c.Sentence, c.Remedy = f.Code, f.Sentence, f.Remedy
	if f.Err != nil {
		c.Cause = cut(f.Err.Error())
	}
	return c
}

func cut(s string) string {
	if len(s) <= longestCause {
		return s
	}
	end := longestCause
	for end > 0 && s[end]&0xC0 == 0x80 { // within a rune
		end--
	}
	return s[:end] + "…"
}

// Leave writes the complaint where others can read it. Nothing of it need survive a power cut.
func (c Complaint) Leave(path string) error {
	b, err := json.Marshal(c)
	if err != nil {
		return err
	}
	// The umask of the unit keeps everything else that it writes for itself.
	return errors.Join(os.WriteFile(path, append(b, '\n'), 0o644), os.Chmod(path, 0o644))
}

// LastWords returns the newest complaint of those files that are there and can be read; a zero one if there is none.
func LastWords(paths ...string) Complaint {
	var newest Complaint
	var at time.Time
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil || !info.ModTime().After(at) {
			continue
		}
		b, err := os.ReadFile(path)
		var c Complaint
		if err == nil && json.Unmarshal(b, &c) == nil {
			newest, at = c, info.ModTime()
		}
	}
	return newest
}

// Forget removes a complaint of an earlier start. One that is not there is no error.
func Forget(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
