package initrd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"example.org/totem/hw/esp"
)

// Linux is the running kernel. It is of use to process 1 only.
type Linux struct{}

// Files returns the root folder.
func (Linux) Files() fs.FS { return os.DirFS("/") }

// Mount mounts source on target, which it makes if need be.
func (Linux) Mount(source, target, kind string, only bool) error {
	if err := os.MkdirAll(target, 0o755); err != nil {
		return err
	}
	flags := uintptr(0)
	if only {
		flags = unix.MS_RDONLY
	}
	return unix.Mount(source, target, kind, flags, "")
}

// Load loads a module. A driver that finds no device of its kind, and one that is there already, are no errors.
func (Linux) Load(module string) error {
	f, err := os.Open(module)
	if err != nil {
		return err
	}
	err = unix.FinitModule(int(f.Fd()), "", 0)
	for _, fine := range []error{unix.EEXIST, unix.ENODEV, unix.ENXIO, unix.ENOENT, unix.EBUSY} {
		if errors.Is(err, fine) {
			err = nil
		}
	}
	return errors.Join(err, f.Close())
}

// Watch starts the watchdog and lets go of it without the letter that would stop it (kernel: Documentation/watchdog).
func (Linux) Watch(timeout time.Duration) error {
	f, err := os.OpenFile("/dev/watchdog0", os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	err = unix.IoctlSetPointerInt(int(f.Fd()), unix.WDIOC_SETTIMEOUT, int(timeout/time.Second))
	_, fed := f.Write([]byte{0})
	return errors.Join(err, fed, f.Close())
}

// Card opens the small partition.
func (Linux) Card(device string) (Card, error) {
	p, err := esp.Open(device)
	if err != nil {
		return nil, err
	}
	return p, nil
}

// SwitchRoot makes the file system at root the root, frees the memory of this one, and becomes its init.
func (Linux) SwitchRoot(root, init string) error {
	if _, err := os.Lstat(root + init); err != nil { // a link's end would be looked for below the wrong root
		return err
	}
	for _, folder := range []string{"/dev", "/proc", "/sys"} {
		if err := unix.Mount(folder, root+folder, "", unix.MS_MOVE, ""); err != nil {
			return fmt.Errorf("move %s: %w", folder, err)
		}
	}
	for _, used := range []string{Folder, List, "/init"} { // memory that nobody would ever use again
		_ = os.RemoveAll(used)
	}
	if err := os.Chdir(root); err != nil {
		return err
	}
	if err := unix.Mount(".", "/", "", unix.MS_MOVE, ""); err != nil {
		return fmt.Errorf("move the root: %w", err)
	}
	if err := unix.Chroot("."); err != nil {
		return err
	}
	if err := os.Chdir("/"); err != nil {
		return err
	}
	return &os.PathError{Op: "run", Path: init, Err: unix.Exec(init, []string{init}, os.Environ())}
}

// Pause waits.
func (Linux) Pause(d time.Duration) { time.Sleep(d) }

// Restart starts the machine again.
func (Linux) Restart() error {
	unix.Sync()
	return unix.Reboot(unix.LINUX_REBOOT_CMD_RESTART)
}

// Say writes a line into the kernel's log, and so onto the screen if it is critical.
func (Linux) Say(level Level, text string) {
	f, err := os.OpenFile("/dev/kmsg", os.O_WRONLY, 0)
	if err != nil {
		return // there is nowhere else
	}
	_, _ = fmt.Fprintf(f, "<%d>totem-initrd: %s\n", level, text)
	_ = f.Close()
}
