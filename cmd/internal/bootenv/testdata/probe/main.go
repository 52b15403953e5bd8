// Binary probe is the init of the slots that the boot tests start: it says on the serial line where it runs and on what
// command line, and does what the file totem/probe of the small partition says for its slot.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"

	"example.org/totem/bootstate"
	"example.org/totem/cmd/internal/bootenv"
	"example.org/totem/hw/esp"
)

const card = "/dev/vda1"

func main() {
	line := "/dev/ttyS0"
	if runtime.GOARCH == "arm64" {
		line = "/dev/ttyAMA0"
	}
	serial, err := os.OpenFile(line, os.O_WRONLY, 0)
	if err != nil {
		panic(err)
	}
	say := func(format string, args ...any) { fmt.Fprintf(serial, "\r\nPROBE "+format+"\r\n", args...) }
	cmdline, err := os.ReadFile("/proc/cmdline")
	say("line %s", strings.TrimSpace(string(cmdline)))
	mounts, _ := os.ReadFile("/proc/mounts")
	for mount := range strings.Lines(string(mounts)) {
		if strings.Contains(mount, " / ") {
			say("root %s", strings.TrimSpace(mount))
		}
	}
	name, _ := os.ReadFile("/slot")
	slot := strings.TrimSpace(string(name))
	what, err := act(slot)
	say("slot %s %s %v", slot, what, err)
	switch what {
	case "hang":
		select {}
	case "log":
		kernel := make([]byte, 1<<18)
		n, _ := unix.Klogctl(unix.SYSLOG_ACTION_READ_ALL, kernel)
		fmt.Fprintf(serial, "%s", strings.ReplaceAll(string(kernel[:max(n, 0)]), "\n", "\r\n"))
		say("end")
	}
	unix.Sync()
	_ = unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF)
	select {}
}

// act does what the card says for a slot, and returns the word for it.
func act(slot string) (what string, err error) {
	p, err := esp.Open(card)
	if err != nil {
		return "", err
	}
	defer p.Close()
	modes, err := p.ReadFile("totem/probe")
	if err != nil {
		return "", err
	}
	for word := range strings.FieldsSeq(string(modes)) {
		if name, mode, _ := strings.Cut(word, "="); name == slot {
			what = mode
		}
	}
	if what != "good" && what != "failed" {
		return what, nil
	}
	running, err := bootstate.ParseSlot(slot)
	if err != nil {
		return what, err
	}
	env, err := bootenv.Read(p)
	if err != nil {
		return what, err
	}
	next := env.State.SetGood(running, running)
	if what == "failed" {
		next, _ = env.State.SetFailed(running)
	}
	_, err = env.Change(p, next)
	return what, err
}
