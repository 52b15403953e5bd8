package framebuffer

import (
	"errors"
	"fmt"
	"image"
	"io/fs"
	"sync"

	"example.org/totem/internal/fault"
)

// Config says which panel is used, and how it hangs.
type Config struct {
	Path     string   // of the device; "" is /dev/fb0
	Terminal string   // whose letters must not be seen; "" is /dev/tty1, "none" is none
	Rotation Rotation // of pictures; 0: the panel hangs as its maker meant it
	// Open opens the device at Path. nil: the one of Linux.
	Open func(path string) (Device, error)
}

// Device is a framebuffer.
type Device interface {
	// Layout tells how pictures lie in the memory.
	Layout() (Layout, error)
	// Map returns so many bytes of the memory, which are seen as soon as they are written, until Close.
	Map(length int) ([]byte, error)
	// Close lets the device go; what was written is still seen.
	Close() error
}

// Screen is an open framebuffer. Its methods may be called from several goroutines.
type Screen struct {
	mu       sync.Mutex
	path     string
	turn     Rotation
	device   Device
	layout   Layout
	memory   []byte
	terminal *terminal
}

// Open opens the framebuffer and silences its terminal. A terminal that is not there, or that may not be silenced, is no
// error: the picture is shown all the same. The error is a *fault.Fault of CodeFramebuffer; it wraps fs.ErrNotExist where
// there is no framebuffer yet.
func Open(c Config) (*Screen, error) {
	if c.Path == "" {
		c.Path = "/dev/fb0"
	}
	if c.Terminal == "" {
		c.Terminal = "/dev/tty1"
	}
	if c.Open == nil {
		c.Open = openDevice
	}
	if c.Rotation%90 != 0 || c.Rotation < 0 || c.Rotation > 270 {
		return nil, fault.New(fault.CodeFramebuffer, nil, "give 0, 90, 180 or 270", "a picture cannot be turned by %d degrees", c.Rotation)
	}
	device, err := c.Open(c.Path)
	if err != nil {
		return nil, unopened(c.Path, err)
	}
	s := &Screen{path: c.Path, turn: c.Rotation, device: device}
	if err := s.begin(); err != nil {
		return nil, errors.Join(unusable(c.Path, err), device.Close())
	}
	s.terminal = silence(c.Terminal)
	return s, nil
}

func (s *Screen) begin() (err error) {
	if s.layout, err = s.device.Layout(); err != nil {
		return err
	}
	if err := s.layout.check(); err != nil {
		return err
	}
	if s.memory, err = s.device.Map(s.layout.Length); err != nil {
		return err
	}
	if len(s.memory) < s.layout.Length {
		return fmt.Errorf("%d bytes of memory are there, %d are needed", len(s.memory), s.layout.Length)
	}
	return nil
}

func unopened(path string, err error) error {
	remedy := "check that the panel is plugged in and has power while the totem starts, and that the kernel has a driver for its graphics"
	if errors.Is(err, fs.ErrPermission) {
		remedy = "let the user who runs this be in the group video"
	}
	return fault.New(fault.CodeFramebuffer, fault.Reason(err), remedy, "the panel's framebuffer %s cannot be opened", path)
}

func unusable(path string, err error) error {
	return fault.New(fault.CodeFramebuffer, fault.Reason(err), "report it with the board and the panel; take another graphics mode on the kernel's command line meanwhile",
		"the panel's framebuffer %s cannot be used", path)
}

// Size returns the width and height of pictures as somebody before the panel sees them.
func (s *Screen) Size() image.Point { return s.turn.turned(s.layout.Width, s.layout.Height) }

// Show shows img, which must be of the screen's Size, and returns when it is on the panel. The picture is the caller's again
// then.
func (s *Screen) Show(img *image.RGBA) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.memory == nil {
		return fmt.Errorf("show a picture on %s: %w", s.path, fs.ErrClosed)
	}
	if size := img.Rect.Size(); size != s.Size() {
		return fmt.Errorf("show a picture on %s: it is of %v dots, the panel of %v", s.path, size, s.Size())
	}
	s.layout.draw(s.memory, img, s.turn)
	return nil
}

// Close brings the terminal's letters and keys back and lets the device go. It may be called again, also after Leave.
func (s *Screen) Close() error { return s.end(true) }

// Leave lets the device go; the picture stays on the panel until somebody else paints.
func (s *Screen) Leave() error { return s.end(false) }

func (s *Screen) end(letters bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.memory == nil {
		return nil
	}
	s.memory = nil
	return errors.Join(s.terminal.end(letters), s.device.Close())
}
