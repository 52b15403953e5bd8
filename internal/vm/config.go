package vm

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"time"
)

// Arch is what kind of processor a machine has, in Debian's words.
type Arch string

// The kinds of machine.
const (
	AMD64 Arch = "amd64"
	ARM64 Arch = "arm64"
)

// Config is what a machine is made of. Arch, Disk and Dir are needed; everything else may be left out.
type Config struct {
	Arch Arch
	Disk string // path of the raw image that is written to: a copy, see [Copy]
	Dir  string // an existing folder for sockets, variables of the firmware, QEMU's own messages; one machine at a time

	BIOS     bool // AMD64 only: the PC's old firmware instead of UEFI
	KVM      bool // the host's processor runs the guest's instructions: ask [Accelerated]; else they are emulated
	MemoryMB int  // 0 means 1024
	CPUs     int  // 0 means 2

	Width, Height int    // of the screen in pixels; 0 means 1080 by 1920
	Keyboard      bool   // a keyboard on USB is there from the start
	Stick         string // path of a raw image that is a storage stick on USB; "" means none
	Touch         bool   // a tablet that tells absolute places, on virtio

	// Forward is the address on the host, "127.0.0.1:4222", to which what the guest sends to [SchedulerAddress] goes; nothing
	// else of the host or beyond it can be reached. "" means that nothing answers there.
	Forward   string
	Relay     []string // the command that joins its standard input and output to the address appended to it; needed with Forward
	NoNet     bool     // there is no network card at all
	Unplugged bool     // the network cable is not in at the start

	Printer    func(write func([]byte)) func([]byte) // makes the printer on the second serial line of its way to answer; nil means none
	Log        string                                // path of a file to which every write and flush goes, by QEMU's blklogwrites; "" means none
	RTC        time.Time                             // what the clock with the battery shows at the start; zero means the host's time in UTC
	NoWatchdog bool                                  // there is no hardware watchdog

	Console func(line string) // gets each line of the first serial line as it ends, from one goroutine; nil means nobody
}

// SchedulerAddress is where the guest finds Config.Forward.
const SchedulerAddress = "10.0.2.100:4222"

// The serial lines of a machine, by the name that Linux gives them there.
func (a Arch) console() string { return map[Arch]string{AMD64: "ttyS0", ARM64: "ttyAMA0"}[a] }

// ConsoleTTY is the first serial line: the console, if the kernel is told so.
func (a Arch) ConsoleTTY() string { return a.console() }

// PrinterTTY is the second one, where the printer is.
func (a Arch) PrinterTTY() string { return map[Arch]string{AMD64: "ttyS1", ARM64: "ttyS0"}[a] }

// ProbeTTY is the third one, to which [Machine.Probe] speaks.
func (a Arch) ProbeTTY() string { return map[Arch]string{AMD64: "ttyS2", ARM64: "ttyS1"}[a] }

func (a Arch) program() string {
	return map[Arch]string{AMD64: "qemu-system-x86_64", ARM64: "qemu-system-aarch64"}[a]
}

// firmware returns the code and the empty variables of the UEFI firmware as Debian installs them.
func (a Arch) firmware() (code, variables string) {
	if a == AMD64 {
		return "/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"
	}
	return "/usr/share/AAVMF/AAVMF_CODE.fd", "/usr/share/AAVMF/AAVMF_VARS.fd"
}

// Missing says what a machine of that kind lacks here, nil if nothing.
func Missing(a Arch) error {
	if a.program() == "" {
		return fmt.Errorf("there is no machine of the kind %q: write amd64 or arm64", a)
	}
	if _, err := exec.LookPath(a.program()); err != nil {
		return fmt.Errorf("it needs %s; on Debian: apt install qemu-system-x86 qemu-system-arm ovmf qemu-efi-aarch64", a.program())
	}
	code, variables := a.firmware()
	for _, file := range []string{code, variables} {
		if _, err := os.Stat(file); err != nil {
			return fmt.Errorf("it needs the firmware: %w", err)
		}
	}
	return nil
}

// Accelerated reports whether a machine of that kind runs under KVM here, by letting one run its firmware in dir for two seconds:
// there are hosts with a KVM that cannot.
func Accelerated(ctx context.Context, a Arch, dir string) bool {
	if runtime.GOARCH != string(a) {
		return false
	}
	kvm, err := os.OpenFile("/dev/kvm", os.O_RDWR, 0)
	if err != nil || kvm.Close() != nil {
		return false
	}
	m, err := Start(ctx, Config{Arch: a, Dir: dir, KVM: true, Disk: os.DevNull, NoNet: true, MemoryMB: 256})
	if err != nil {
		return false
	}
	defer m.Kill()
	var status struct {
		Running bool `json:"running"`
	}
	return Pause(ctx, 2*time.Second) == nil && m.Do(ctx, "query-status", nil, &status) == nil && status.Running
}

func (c Config) filled() (Config, error) {
	set := func(field *int, zero int) {
		if *field == 0 {
			*field = zero
		}
	}
	set(&c.MemoryMB, 1024)
	set(&c.CPUs, 2)
	if c.Width == 0 && c.Height == 0 {
		c.Width, c.Height = 1080, 1920
	}
	var wrong error
	say := func(is bool, format string, args ...any) {
		if is {
			wrong = errors.Join(wrong, fmt.Errorf(format, args...))
		}
	}
	say(c.Arch.program() == "", "arch %q: want amd64 or arm64", c.Arch)
	say(c.Disk == "", "the disk has no path")
	say(c.Dir == "", "there is no folder for sockets")
	say(c.MemoryMB < 16 || c.CPUs < 1, "%d MB and %d processors are no machine", c.MemoryMB, c.CPUs)
	say(c.Width < 320 || c.Height < 320, "a screen of %d by %d pixels is too small", c.Width, c.Height)
	say(c.BIOS && c.Arch != AMD64, "only amd64 has the old firmware")
	say(c.Forward != "" && len(c.Relay) == 0, "nothing is named that relays to %s", c.Forward)
	return c, wrong
}

// args returns QEMU's command line, its program left out.
func (c Config) args() []string {
	a := []string{"-nodefaults", "-no-user-config", "-display", "none", "-name", "totem-test", "-m", strconv.Itoa(c.MemoryMB), "-smp", strconv.Itoa(c.CPUs),
		"-qmp", "unix:" + c.file("qmp") + ",server=on,wait=off", "-rtc", "clock=vm,base=" + c.base()}
	a = append(a, c.board()...)
	a = append(a, c.disks()...)
	a = append(a, "-device", fmt.Sprintf("virtio-gpu-pci,id=glass,xres=%d,yres=%d", c.Width, c.Height), "-device", "virtio-rng-pci")
	if c.Touch {
		a = append(a, "-device", "virtio-tablet-pci,id=touch")
	}
	if !c.NoWatchdog {
		a = append(a, "-device", "i6300esb,id=watchdog", "-action", "watchdog=reset")
	}
	a = append(a, c.network()...)
	a = append(a, c.lines()...)
	return append(a, c.usb()...)
}

func (c Config) file(name string) string { return c.Dir + "/" + name }

func (c Config) base() string {
	if c.RTC.IsZero() {
		return "utc"
	}
	return c.RTC.UTC().Format("2006-01-02T15:04:05")
}

// board is the processor, the chipset and the firmware.
func (c Config) board() []string {
	var a []string
	switch {
	case c.Arch == AMD64 && c.KVM:
		a = []string{"-machine", "q35", "-accel", "kvm", "-cpu", "host"}
	case c.Arch == AMD64:
		a = []string{"-machine", "q35", "-accel", "tcg,thread=multi", "-cpu", "max"}
	case c.KVM:
		a = []string{"-machine", "virt,gic-version=host", "-accel", "kvm", "-cpu", "host"}
	default:
		a = []string{"-machine", "virt", "-accel", "tcg,thread=multi", "-cpu", "cortex-a72"}
	}
	if c.BIOS {
		return a
	}
	code, _ := c.Arch.firmware()
	return append(a, "-drive", "if=pflash,format=raw,unit=0,readonly=on,file="+code, "-drive", "if=pflash,format=raw,unit=1,file="+c.file("variables-"+string(c.Arch)))
}

// disks are the disk, through the log of its writes where one is kept. Discards reach the file: a copy stays small.
func (c Config) disks() []string {
	a := []string{"-blockdev", "driver=file,node-name=file,discard=unmap,filename=" + c.Disk, "-blockdev", "driver=raw,node-name=raw,file=file,discard=unmap"}
	top := "raw"
	if c.Log != "" {
		a = append(a, "-blockdev", "driver=file,node-name=logfile,filename="+c.Log, "-blockdev", "driver=raw,node-name=lograw,file=logfile",
			"-blockdev", "driver=blklogwrites,node-name=logged,file=raw,log=lograw,log-sector-size="+strconv.Itoa(Sector))
		top = "logged"
	}
	return append(a, "-device", "virtio-blk-pci,drive="+top+",bootindex=0,write-cache=on")
}

func (c Config) network() []string {
	if c.NoNet {
		return nil
	}
	user := "user,id=net,restrict=on,ipv6=off"
	if c.Forward != "" {
		command := ""
		for _, word := range append(c.Relay[:len(c.Relay):len(c.Relay)], c.Forward) {
			command += word + " "
		}
		user += ",guestfwd=tcp:" + SchedulerAddress + "-cmd:" + command[:len(command)-1]
	}
	return []string{"-netdev", user, "-device", "virtio-net-pci,id=card,netdev=net,mac=52:54:00:12:34:56,romfile="}
}

// lines are the three serial lines: console, printer, probe.
func (c Config) lines() []string {
	var a []string
	for i, name := range []string{"console", "printer", "probe"} {
		a = append(a, "-chardev", "socket,id="+name+",path="+c.file(name)+",server=on,wait=off")
		if i == 0 || c.Arch == AMD64 {
			a = append(a, "-serial", "chardev:"+name)
		} else {
			a = append(a, "-device", "pci-serial,chardev="+name)
		}
	}
	return a
}

func (c Config) usb() []string {
	a := []string{"-device", "qemu-xhci,id=usb"}
	if c.Keyboard {
		a = append(a, "-device", "usb-kbd,id=keyboard,bus=usb.0")
	}
	if c.Stick != "" {
		a = append(a, "-drive", "if=none,id=stick,format=raw,file="+c.Stick, "-device", "usb-storage,drive=stick,bus=usb.0")
	}
	return a
}
