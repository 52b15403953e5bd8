package keypad

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"example.org/totem/hw/evdev"
	"example.org/totem/internal/fault"
)

// device is one of the devices that a keypad is to the system.
type device struct {
	pad  *Keypad
	path string

	// guarded by pad.mu
	hand  *hand
	tried bool // it was looked for
	there bool
	err   error // why it is not
}

// run reads the device as long as it is there, and looks for it while it is not.
func (d *device) run(ctx context.Context) {
	for ctx.Err() == nil {
		err := d.read(ctx)
		if ctx.Err() != nil {
			return
		}
		d.lose(err)
		timer := time.NewTimer(d.pad.cfg.Retry)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
}

// read opens the device and reads it until it is gone or ctx is done.
func (d *device) read(ctx context.Context) error {
	port, err := d.pad.cfg.Open(d.path)
	if err != nil {
		return err
	}
	closed := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(closed)
		_ = port.Close() // it ends the Read; there is nobody to tell
	})
	defer func() {
		if !stop() {
			<-closed
		}
		_ = port.Close() // a device that went away refuses
	}()
	if err := port.Grab(); err != nil {
		return err
	}
	if err := d.begin(port); err != nil {
		return err
	}
	for events := evdev.NewDecoder(port, port.Format()); ; {
		e, err := events.Next()
		if err != nil {
			return err
		}
		if d.take(e) {
			if err := d.begin(port); err != nil {
				return err
			}
		}
	}
}

// begin asks how the device is. The system drops events of keys and switches that it has not given out yet when it is
// asked, so that what follows is what follows.
func (d *device) begin(port evdev.Port) error {
	keys, err := port.Keys()
	if err != nil {
		return err
	}
	switches, err := port.Switches()
	if err != nil {
		return err
	}
	d.pad.mu.Lock()
	defer d.pad.mu.Unlock()
	d.tried, d.there, d.err = true, true, nil
	d.hand.begin(keys, switches)
	d.pad.tell()
	return nil
}

// take hears one event and tells what it means. It reports that events were lost.
func (d *device) take(e evdev.Event) (lost bool) {
	d.pad.mu.Lock()
	defer d.pad.mu.Unlock()
	key, lost := d.hand.take(e)
	if lost {
		return true
	}
	d.pad.tell()
	if key != 0 && d.pad.cfg.Pressed != nil {
		d.pad.cfg.Pressed(key)
	}
	return false
}

func (d *device) lose(err error) {
	d.pad.mu.Lock()
	defer d.pad.mu.Unlock()
	d.tried, d.there, d.err = true, false, err
	d.pad.tell()
}

// why returns what a log line tells of the first device that is not there. The caller holds mu.
func (k *Keypad) why() []slog.Attr {
	for _, d := range k.devices {
		if !d.there {
			return fault.Attrs(openFault(d.path, d.err))
		}
	}
	return nil
}

// Try opens the device at path as a keypad does, for this program alone, and closes it again. openInput may be nil: evdev.Open.
// An error is a *fault.Fault.
func Try(path string, openInput func(path string) (evdev.Port, error)) error {
	if openInput == nil {
		openInput = open
	}
	port, err := openInput(path)
	if err == nil {
		err = errors.Join(port.Grab(), port.Close())
	}
	if err != nil {
		return openFault(path, err)
	}
	return nil
}

// byID is where input devices have names that survive a restart.
const byID = "/dev/input/by-id"

func openFault(path string, err error) *fault.Fault {
	remedy := "set keypad.path to the keypad's name in " + byID
	if names, _ := filepath.Glob(byID + "/*-event-kbd"); len(names) > 0 {
		remedy += "; there is " + strings.Join(names, ", ")
	} else {
		remedy += "; there is no keyboard now: connect the keypad"
	}
	switch {
	case errors.Is(err, fs.ErrPermission):
		remedy = "give the program the rights to the device: it belongs to the group input"
	case errors.Is(err, unix.EBUSY):
		remedy = "stop the other program that has taken the device"
	case errors.Is(err, evdev.ErrGone):
		return fault.New(fault.CodeKeypad, fault.Reason(err), "check the keypad's cable and power", "the keypad %s went away", path)
	}
	return fault.New(fault.CodeKeypad, fault.Reason(err), remedy, "the keypad %s cannot be read", path)
}
