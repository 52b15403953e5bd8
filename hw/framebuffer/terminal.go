package framebuffer

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Requests of linux/kd.h, and what they set, which is given as a number and not by an address.
const (
	setMode      = 0x4B3A // KDSETMODE
	textMode     = 0x00   // KD_TEXT
	graphicsMode = 0x01   // KD_GRAPHICS
	setKeyboard  = 0x4B45 // KDSKBMODE
	keyboardOff  = 0x04   // K_OFF
	keyboardOn   = 0x03   // K_UNICODE
)

// Deafen takes the keyboard away from a virtual terminal, until somebody gives it one again: no key that is pressed there is read,
// interrupts who has it for a controlling terminal (Ctrl-C), or switches to another terminal. The X server leaves it so when it ends.
// The terminal must be the caller's controlling one, or the caller have CAP_SYS_TTY_CONFIG.
func Deafen(file *os.File) error {
	if err := control(file, setKeyboard, keyboardOff); err != nil {
		return fmt.Errorf("take the keyboard from %s: %w", file.Name(), err)
	}
	return nil
}

// terminal is a virtual terminal in graphics mode and without a keyboard; nil is one that could not be put there.
type terminal struct{ file *os.File }

// silence puts a terminal into graphics mode and takes its keyboard away. It returns nil where that cannot be done: a system
// without virtual terminals writes no letters over a picture.
func silence(path string) *terminal {
	if path == "none" {
		return nil
	}
	file, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return nil
	}
	if err := control(file, setMode, graphicsMode); err != nil {
		_ = file.Close()
		return nil
	}
	_ = Deafen(file) // the picture stands all the same
	return &terminal{file}
}

func control(file *os.File, request uint, value int) (err error) {
	conn, err := file.SyscallConn()
	if err != nil {
		return err
	}
	errControl := conn.Control(func(fd uintptr) { err = unix.IoctlSetInt(int(fd), request, value) })
	return errors.Join(errControl, err)
}

// end lets the terminal go, with its letters and keys or in graphics mode.
func (t *terminal) end(letters bool) error {
	if t == nil {
		return nil
	}
	var err error
	if letters {
		if err = errors.Join(control(t.file, setMode, textMode), control(t.file, setKeyboard, keyboardOn)); err != nil {
			err = fmt.Errorf("bring the letters and keys of %s back: %w", t.file.Name(), err)
		}
	}
	return errors.Join(err, t.file.Close())
}
