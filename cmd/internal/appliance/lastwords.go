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

// Monitored returns what systemd tells a unit that is started by OnFailure= of the one that failed: systemd.exec(5),
// "$MONITOR_SERVICE_RESULT, $MONITOR_EXIT_CODE, …" and "$SERVICE_RESULT". It is zero where systemd tells nothing, as of two
// units that failed at once.
func Monitored(getenv func(string) string) Complaint {
	c := Complaint{Unit: getenv("MONITOR_UNIT")}
	result, status := getenv("MONITOR_SERVICE_RESULT"), getenv("MONITOR_EXIT_STATUS")
	if c.Unit == "" || result == "" || result == "success" {
		return c
	}
	c.Code, c.Cause = fault.CodeEnded, "systemd says: "+result
	switch result {
	case "watchdog":
		c.Sentence = "the program hung and was ended"
	case "oom-kill":
		c.Sentence = "the program was ended because memory ran out"
	case "timeout":
		c.Sentence = "the program was not ready in time and was ended"
	case "signal", "core-dump":
		c.Sentence = "the program was ended by signal " + status
	case "exit-code":
		c.Sentence = "the program ended with status " + status
	case "resources", "protocol":
		c.Sentence = "the program could not be started"
	default:
		c.Sentence = "the program was ended"
	}
	return c
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
