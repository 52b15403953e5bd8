package board

import (
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Facts are what the kernel tells of the board at one moment. What it does not tell is zero, and its Known false.
type Facts struct {
	Space      Space
	Partition  string // the kernel's name of what Data lies on, "mmcblk0p5"; "": not known
	DiskErrors int    // that ext4 has counted there since it was made, or since e2fsck last cleared them
	Card       Card
	Heat       Heat
	Supply     Supply
	Watchdog   Watchdog
	Crashed    bool // the kernel has left the record of a crash (pstore)
}

// Space is how much room a partition has, in bytes.
type Space struct {
	Known       bool
	Free, Total uint64 // Free: for whoever is not root
}

// Card is the card or chip that Data lies on.
type Card struct {
	Kind string // "MMC" for eMMC, "SD"; "" for another disk
	Name string // the maker's name of the model
	Made string // month of its making, "03/2025"
	// Worn is how much of its life it says it has used, in tenths from 1 to 10; 11: more than it was made for. 0: it does not say,
	// as no SD card does.
	Worn int
	// Reserve is what it says of its spare blocks: 1 normal, 2 eighty per cent are used, 3 ninety per cent; 0: it does not say.
	Reserve int
}

// Heat is how warm the board is.
type Heat struct {
	Known     bool
	Hottest   int  // °C, of all sensors
	Throttled bool // the kernel slows the processor for it
}

// Supply is what the kernel tells of the supply.
type Supply struct {
	Known bool // there is a sensor
	Low   bool // undervoltage, now or since it was last asked
}

// Watchdog is the first watchdog of the board.
type Watchdog struct {
	Known    bool
	Identity string // "Broadcom BCM2835 Watchdog timer"
	Timeout  int    // seconds
	Active   bool   // it counts
	Fired    bool   // it reset the board before this boot
	Other    string // what else it says of the reset: "overheated", "power"; "": nothing
}

// Read returns the facts. It never fails: it tells what it could read. It takes some milliseconds.
func (c Config) Read() Facts {
	c = c.complete()
	s := system{c.Root}
	f := Facts{Heat: s.heat(), Supply: s.supply(), Watchdog: s.watchdog(), Crashed: len(s.glob("sys/fs/pstore/dmesg-*")) > 0}
	if c.Data == "" {
		return f
	}
	f.Space, _ = c.Space(c.Data)
	f.Partition = s.partition(c.Data)
	if f.Partition != "" {
		f.DiskErrors, _ = s.number("sys/fs/ext4/" + f.Partition + "/errors_count")
		f.Card = s.card(f.Partition)
	}
	return f
}

// system reads what the kernel tells as files.
type system struct{ root fs.FS }

func systemRoot() fs.FS { return os.DirFS("/") }

func (s system) text(name string) string {
	data, err := fs.ReadFile(s.root, name)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(strings.TrimRight(string(data), "\x00"))
}

// number reads a whole number, also with 0x before it.
func (s system) number(name string) (n int, ok bool) {
	v, err := strconv.ParseInt(s.text(name), 0, 64)
	return int(v), err == nil
}

func (s system) glob(pattern string) []string {
	all, _ := fs.Glob(s.root, pattern)
	return all
}

// partition returns what is mounted where a folder lies, by the kernel's table of mounts (proc(5), mountinfo): the last mount of the
// longest path counts, and only a device has a name.
func (s system) partition(folder string) string {
	best, device := -1, ""
	for line := range strings.Lines(s.text("proc/self/mountinfo")) {
		head, tail, ok := strings.Cut(line, " - ")
		fields, source := strings.Fields(head), strings.Fields(tail)
		if !ok || len(fields) < 5 || len(source) < 2 {
			continue
		}
		at := fields[4]
		if at != "/" && folder != at && !strings.HasPrefix(folder, at+"/") || len(at) < best {
			continue
		}
		best, device = len(at), ""
		if name := s.deviceName(fields[2]); name != "" {
			device = name
		} else if strings.HasPrefix(source[1], "/dev/") {
			device = path.Base(source[1])
		}
	}
	return device
}

// deviceName returns the kernel's name of the block device of a number, "179:5".
func (s system) deviceName(number string) string {
	for line := range strings.Lines(s.text("sys/dev/block/" + number + "/uevent")) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "DEVNAME="); ok {
			return path.Base(name)
		}
	}
	return ""
}

// card reads what the card or chip of a partition says of itself.
func (s system) card(partition string) Card {
	disk := partition
	if all := s.glob("sys/block/*/" + partition); len(all) > 0 {
		disk = path.Base(path.Dir(all[0]))
	}
	at := "sys/block/" + disk + "/device/"
	c := Card{Kind: s.text(at + "type"), Name: s.text(at + "name"), Made: s.text(at + "date")}
	if c.Kind != "MMC" && c.Kind != "SD" { // another kind of disk has other files of these names
		return Card{Name: s.text(at + "model")}
	}
	for word := range strings.FieldsSeq(s.text(at + "life_time")) { // of each kind of its blocks: the worse one
		if n, err := strconv.ParseInt(word, 0, 16); err == nil && n <= 11 {
			c.Worn = max(c.Worn, int(n))
		}
	}
	if n, ok := s.number(at + "pre_eol_info"); ok && n >= 1 && n <= 3 {
		c.Reserve = n
	}
	return c
}

// heat reads all sensors of the board. What is out of all range is a sensor that is not connected.
func (s system) heat() (h Heat) {
	for _, name := range append(s.glob("sys/class/thermal/thermal_zone*/temp"), s.glob("sys/class/hwmon/hwmon*/temp*_input")...) {
		if n, ok := s.number(name); ok && n > -40_000 && n < 150_000 {
			if c := n / 1000; !h.Known || c > h.Hottest {
				h.Known, h.Hottest = true, c
			}
		}
	}
	for _, kind := range s.glob("sys/class/thermal/cooling_device*/type") {
		name := strings.ToLower(s.text(kind))
		slows := strings.Contains(name, "processor") || strings.Contains(name, "cpu")
		if state, ok := s.number(path.Dir(kind) + "/cur_state"); ok && slows && state > 0 {
			h.Throttled = true
		}
	}
	return h
}

// supply reads the alarms of sensors for a voltage that is too low. On Raspberry Pi it is that of the driver raspberrypi-hwmon.
func (s system) supply() (v Supply) {
	for _, name := range s.glob("sys/class/hwmon/hwmon*/in*_lcrit_alarm") {
		if n, ok := s.number(name); ok {
			v.Known = true
			v.Low = v.Low || n != 0
		}
	}
	return v
}

// The bits of a watchdog's bootstatus (linux/watchdog.h).
const (
	overheated = 0x0001 // WDIOF_OVERHEAT
	powerLow   = 0x0010 // WDIOF_POWERUNDER
	cardReset  = 0x0020 // WDIOF_CARDRESET
)

func (s system) watchdog() (w Watchdog) {
	all := s.glob("sys/class/watchdog/watchdog*/identity")
	if len(all) == 0 {
		return w
	}
	at := path.Dir(all[0]) + "/"
	w = Watchdog{Known: true, Identity: s.text(at + "identity"), Active: s.text(at+"state") == "active"}
	w.Timeout, _ = s.number(at + "timeout")
	why, _ := s.number(at + "bootstatus")
	w.Fired = why&cardReset != 0
	switch {
	case why&overheated != 0:
		w.Other = "it was too hot"
	case why&powerLow != 0:
		w.Other = "the supply was too low"
	}
	return w
}

// spaceOf asks the kernel.
func spaceOf(folder string) (Space, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil {
		return Space{}, &fs.PathError{Op: "statfs", Path: folder, Err: err}
	}
	unit := uint64(s.Bsize)
	return Space{Known: true, Free: s.Bavail * unit, Total: s.Blocks * unit}, nil
}
