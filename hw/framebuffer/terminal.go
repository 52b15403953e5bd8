package framebuffer

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Requests of linux/kd.h, and their values.
const (
	setMode      = 0x4B3A // KDSETMODE, given by value
	textMode     = 0x00   // KD_TEXT
	graphicsMode = 0x01   // KD_GRAPHICS
)

// terminal is a virtual terminal in graphics mode; nil is one that could not be put there.
type terminal struct{ file *os.File }

// silence puts a terminal into graphics mode. It returns nil where that cannot be done: a system without virtual terminals
// writes no letters over a picture.
func silence(path string) *terminal {
	if path == "none" {
		return nil
	}
	file, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return nil
	}
	t := &terminal{file}
	if err := t.set(graphicsMode); err != nil {
		_ = file.Close()
		return nil
	}
	return t
}

func (t *terminal) set(mode int) (err error) {
	conn, err := t.file.SyscallConn()
	if err != nil {
		return err
	}
	errControl := conn.Control(func(fd uintptr) { err = unix.IoctlSetInt(int(fd), setMode, mode) })
	return errors.Join(errControl, err)
}

// end lets the terminal go, with its letters or in graphics mode.
func (t *terminal) end(letters bool) error {
	if t == nil {
		return nil
	}
	var err error
	if letters {
		if err = t.set(textMode); err != nil {
			err = fmt.Errorf("bring the letters of %s back: %w", t.file.Name(), err)
		}
	}
	return errors.Join(err, t.file.Close())
}
