package initrd

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"example.org/totem/bootstate"
	"example.org/totem/cmd/internal/bootenv"
)

const (
	// List is the file that names the modules in the order in which they are loaded, one a line.
	List = "/modules"
	// Folder is where they lie.
	Folder = "/lib/modules"
	// Root is where the slot is mounted before it becomes the root.
	Root = "/sysroot"
	// Label is the name in the partition table of the partition that holds the boot state.
	Label = "totem-esp"

	rootWait    = 30 * time.Second // a card that is slow to answer, not one that is not there
	rootPoll    = 100 * time.Millisecond
	watchdogFor = time.Minute // until the system's own init feeds it
	lastWords   = 10 * time.Second
)

// Level is how a message is told, as in syslog(3).
type Level int

// The levels in use. With the kernel's loglevel=3 only Critical is seen on the screen.
const (
	Critical Level = 2
	Warning  Level = 4
	Info     Level = 6
)

// Machine is the kernel, as far as the initrd needs it.
type Machine interface {
	Files() fs.FS                                       // the root folder; device files of disks are io.ReaderAt
	Mount(source, target, kind string, only bool) error // makes target where it is not; only: read-only
	Load(module string) error                           // a module's path
	Watch(timeout time.Duration) error                  // starts the hardware watchdog; fs.ErrNotExist without one
	Card(device string) (Card, error)
	SwitchRoot(root, init string) error // does not come back if it worked
	Pause(time.Duration)
	Restart() error // does not come back if it worked
	Say(level Level, text string)
}

// Card is the small partition, opened.
type Card interface {
	bootenv.Card
	Close() error
}

// Start does all that there is to do. It comes back only if not even a restart works.
func Start(m Machine) error {
	var line Line
	err := prepare(m)
	if err == nil {
		line, err = readLine(m)
	}
	if err == nil {
		err = handOver(m, line)
	}
	m.Say(Critical, err.Error())
	if fault := (rootError{}); errors.As(err, &fault) {
		elsewhere, err := condemn(m, line)
		if err != nil {
			m.Say(Critical, fmt.Sprintf("slot %s cannot be marked bad: %v", line.Slot, err))
		}
		if elsewhere {
			m.Say(Critical, fmt.Sprintf("slot %s is marked bad; the other slot is started", line.Slot))
			return m.Restart()
		}
	}
	m.Say(Critical, fmt.Sprintf("it is tried again in %d seconds", lastWords/time.Second))
	m.Pause(lastWords)
	return m.Restart()
}

// rootError is what is wrong with the slot, rather than with the initrd.
type rootError struct{ err error }

func (e rootError) Error() string { return e.err.Error() }
func (e rootError) Unwrap() error { return e.err }

func prepare(m Machine) error {
	for _, one := range []struct{ kind, target string }{{"proc", "/proc"}, {"sysfs", "/sys"}, {"devtmpfs", "/dev"}} {
		if err := m.Mount(one.kind, one.target, one.kind, false); err != nil {
			return fmt.Errorf("mount %s: %w", one.target, err)
		}
	}
	return nil
}

func readLine(m Machine) (Line, error) {
	b, err := fs.ReadFile(m.Files(), "proc/cmdline")
	if err != nil {
		return Line{}, err
	}
	return ParseLine(string(b))
}

func handOver(m Machine, line Line) error {
	load(m)
	device, err := wait(m, line.Root)
	if err != nil {
		return rootError{fmt.Errorf("slot %s: %w", line.Slot, err)}
	}
	if err := m.Mount(device, Root, "ext4", true); err != nil {
		return rootError{fmt.Errorf("slot %s: %s cannot be mounted: %w", line.Slot, device, err)}
	}
	if err := m.SwitchRoot(Root, "/sbin/init"); err != nil {
		return rootError{fmt.Errorf("slot %s: its init cannot be started: %w", line.Slot, err)}
	}
	return nil
}

// load loads the modules, and starts the watchdog as soon as there is one, so that a driver that hangs is ended too.
func load(m Machine) {
	list, err := fs.ReadFile(m.Files(), strings.TrimPrefix(List, "/"))
	if err != nil {
		m.Say(Warning, fmt.Sprintf("no drivers are loaded: %v", err))
	}
	watched := watch(m)
	for lines := bufio.NewScanner(bytes.NewReader(list)); lines.Scan(); {
		module := strings.TrimSpace(lines.Text())
		if module == "" {
			continue
		}
		if err := m.Load(path.Join(Folder, module)); err != nil {
			m.Say(Warning, fmt.Sprintf("driver %s: %v", module, err))
		}
		watched = watched || watch(m)
	}
	if !watched {
		m.Say(Warning, "there is no hardware watchdog")
	}
}

// watch reports whether nothing is left to do for the watchdog.
func watch(m Machine) bool {
	err := m.Watch(watchdogFor)
	if errors.Is(err, fs.ErrNotExist) {
		return false
	}
	if err != nil {
		m.Say(Warning, fmt.Sprintf("watchdog: %v", err))
	}
	return true
}

// wait returns the device of the partition, once there is one.
func wait(m Machine, id GUID) (string, error) {
	for waited := time.Duration(0); ; waited += rootPoll {
		for _, p := range Partitions(m.Files()) {
			if p.ID == id {
				return p.Device, nil
			}
		}
		if waited >= rootWait {
			return "", fmt.Errorf("there is no partition %s after %d seconds", id, rootWait/time.Second)
		}
		m.Pause(rootPoll)
	}
}

// condemn marks the slot bad on the card, and reports whether that leads to the other one. The card is the one that holds
// the slot, if the slot is there at all.
func condemn(m Machine, line Line) (elsewhere bool, err error) {
	if line.Slot == bootstate.None {
		return false, errors.New("the boot loader did not say which slot this is")
	}
	device := cardOf(Partitions(m.Files()), line.Root)
	if device == "" {
		return false, fmt.Errorf("there is no partition %s", Label)
	}
	card, err := m.Card(device)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, card.Close()) }()
	env, err := bootenv.Read(card)
	if err != nil {
		return false, err
	}
	next, err := env.State.SetBad(line.Slot, line.Slot)
	if err != nil {
		return false, err
	}
	if _, err := env.Change(card, next); err != nil {
		return false, err
	}
	return next.Next() != line.Slot, nil
}

func cardOf(all []Partition, root GUID) string {
	found := ""
	for _, p := range all {
		if p.Label != Label {
			continue
		}
		if found == "" {
			found = p.Device
		}
		for _, q := range all {
			if q.ID == root && q.Disk == p.Disk {
				return p.Device
			}
		}
	}
	return found
}
