package device

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
)

// The two files in the data folder that remember the time: what a running totem knows, and what a person said. They
// hold nothing of anybody. Each has one writer.
const (
	clockFile = "clock.json"   // by a running totem, once in some minutes
	vouchFile = "vouched.json" // by the command vouch
)

// memory is what a file remembers of the time.
//
//	boot   the boot to whose counter at belongs; of another boot it vouches for nothing
//	by     who vouched, "" for nobody
//	time   what the time was, UTC
//	most   how far off that may have been, nanoseconds
//	at     what the counter since the boot showed then, nanoseconds
//	wall   what the system's clock showed then
//	seen   the latest moment that was known to be right
//	zone   the office's time zone
//	day    whose numbers are given while the clock is unknown
type memory struct {
	Boot string `json:"boot"`
	vouch
	Seen time.Time
	Zone string
	Day  booking.Day
}

type memoryForm struct {
	Boot string        `json:"boot"`
	By   Voucher       `json:"by,omitempty"`
	Time time.Time     `json:"time,omitzero"`
	Most time.Duration `json:"most,omitempty"`
	At   time.Duration `json:"at,omitempty"`
	Wall time.Time     `json:"wall,omitzero"`
	Seen time.Time     `json:"seen,omitzero"`
	Zone string        `json:"zone,omitempty"`
	Day  string        `json:"day,omitempty"`
}

func (m memory) encode() []byte {
	data, err := json.MarshalIndent(memoryForm{m.Boot, m.By, m.Time.UTC(), m.Most, m.At, m.Wall.UTC(), m.Seen.UTC(), m.Zone, m.Day.String()}, "", "  ")
	if err != nil {
		panic(err) // strings, numbers and times have a form
	}
	return append(data, '\n')
}

// decodeMemory reads a file's content. One that is not understood remembers nothing: it is worth no more than a guess.
func decodeMemory(data []byte) memory {
	var f memoryForm
	if json.Unmarshal(data, &f) != nil {
		return memory{}
	}
	if f.By.rank() == 0 || f.Most < 0 {
		f.By = ""
	}
	var day booking.Day
	if f.Day != "" {
		day, _ = booking.ParseDay(f.Day)
	}
	return memory{f.Boot, vouch{f.By, f.Time, f.Most, f.At, f.Wall}, f.Seen, f.Zone, day}
}

// remembered reads a file of folder. One that is not there or cannot be read remembers nothing.
func remembered(folder, name string) memory {
	data, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		return memory{}
	}
	return decodeMemory(data)
}

// remember writes a file of folder whole and durably, or leaves the old one.
func remember(folder, name string, m memory) (err error) {
	defer func() {
		if err != nil {
			err = fault.New(fault.CodeSystem, fault.Reason(err), "check that the data folder is there, can be written and has room",
				"what is known of the time cannot be written to %s", filepath.Join(folder, name))
		}
	}()
	f, err := os.CreateTemp(folder, "."+name+"-")
	if err != nil {
		return err
	}
	_, err = f.Write(m.encode())
	// A person may vouch with other rights than those of the totem, which must read it.
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(folder, name))
	}
	if err != nil {
		if gone := os.Remove(f.Name()); !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
		return err
	}
	return syncFolder(folder)
}

func syncFolder(folder string) error {
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
