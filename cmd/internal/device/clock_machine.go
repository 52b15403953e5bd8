package device

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Machine is what a totem asks its machine about the time. Nil fields ask the system; but beside a clock that is given
// (Parts.Now) they say that this clock is right.
type Machine struct {
	// Boot names this boot: another one has another name. "" is the same boot as none.
	Boot func() string
	// Synchronised says whether a time service keeps the clock, and how far off it may be.
	Synchronised func() (most time.Duration, ok bool)
	// Battery says whether the clock was set at boot from one that runs on a battery.
	Battery func() bool
}

// complete fills in what is nil: for the system's clock, or for one that is given.
func (m Machine) complete(given bool) Machine {
	system := Machine{Boot: bootID, Synchronised: synchronised, Battery: onBattery}
	if given {
		system = Machine{
			Boot:         func() string { return "" },
			Synchronised: func() (time.Duration, bool) { return 0, true },
			Battery:      func() bool { return false },
		}
	}
	if m.Boot == nil {
		m.Boot = system.Boot
	}
	if m.Synchronised == nil {
		m.Synchronised = system.Synchronised
	}
	if m.Battery == nil {
		m.Battery = system.Battery
	}
	return m
}

// bootID reads the name that the kernel gives each boot.
func bootID() string {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(id))
}

// wallClock returns what the system's clock shows, without the monotonic reading that would hide its being set.
func wallClock() time.Time { return time.Now().Round(0) }

// sinceBoot counts from the boot on, suspension included, whatever is done to the clock.
func sinceBoot() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &t); err != nil {
		return 0
	}
	return time.Duration(t.Nano())
}

// synchronised asks the kernel whether a time service keeps its clock.
func synchronised() (most time.Duration, ok bool) {
	var t unix.Timex
	if _, err := unix.Adjtimex(&t); err != nil || t.Status&unix.STA_UNSYNC != 0 {
		return 0, false
	}
	return time.Duration(t.Maxerror) * time.Microsecond, true
}

// onBattery asks whether the kernel set its clock at boot from a real-time clock.
func onBattery() bool {
	clocks, _ := filepath.Glob("/sys/class/rtc/*/hctosys")
	for _, path := range clocks {
		if set, err := os.ReadFile(path); err == nil && strings.TrimSpace(string(set)) == "1" {
			return true
		}
	}
	return false
}

// setClock sets the system's clock.
func setClock(t time.Time) error {
	spec, err := unix.TimeToTimespec(t)
	if err != nil {
		return err
	}
	return unix.ClockSettime(unix.CLOCK_REALTIME, &spec)
}
