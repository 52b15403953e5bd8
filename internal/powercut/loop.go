package powercut

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

const loopControl = "/dev/loop-control"

// loop is a loop device. The kernel takes it down when nobody has it open or mounted any more.
type loop struct {
	path string // "" for none
	fd   int
}

// attach makes a loop device of an open file. The device keeps the file open.
func attach(file int) (loop, error) {
	control, err := unix.Open(loopControl, unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return loop{}, fmt.Errorf("open %s: %w", loopControl, err)
	}
	defer unix.Close(control)
	for {
		l, err := attachFree(control, file)
		if !errors.Is(err, unix.EBUSY) { // another process was faster
			return l, err
		}
	}
}

func attachFree(control, file int) (loop, error) {
	n, err := unix.IoctlRetInt(control, unix.LOOP_CTL_GET_FREE)
	if err != nil {
		return loop{}, fmt.Errorf("find a free loop device: %w", err)
	}
	path := fmt.Sprintf("/dev/loop%d", n)
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return loop{}, fmt.Errorf("open %s: %w", path, err)
	}
	config := unix.LoopConfig{Fd: uint32(file), Info: unix.LoopInfo64{Flags: unix.LO_FLAGS_AUTOCLEAR}}
	if err := unix.IoctlLoopConfigure(fd, &config); err != nil {
		return loop{}, errors.Join(fmt.Errorf("attach %s: %w", path, err), unix.Close(fd))
	}
	return loop{path, fd}, nil
}

func (l loop) close() error {
	if l.path == "" {
		return nil
	}
	return unix.Close(l.fd)
}
