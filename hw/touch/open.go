package touch

import (
	"errors"
	"io/fs"

	"golang.org/x/sys/unix"

	"example.org/totem/hw/evdev"
	"example.org/totem/hw/touch/contact"
	"example.org/totem/internal/fault"
)

// Open opens the panel at path and takes it for this program alone. A path should be a stable name, below
// /dev/input/by-id or /dev/input/by-path. With an empty path it takes the first device that is a touch panel on a screen;
// where there is none, the first that tells one touch; where there is none either, the tablet that emulators give for
// their window's pointer. An error is a *fault.Fault.
func Open(path string) (contact.Source, error) {
	port, err := find(path)
	if err != nil {
		return nil, openFault(path, err)
	}
	reader, err := NewReader(port)
	if err != nil {
		return nil, openFault(path, err)
	}
	return reader, nil
}

func find(path string) (evdev.Port, error) {
	for _, fits := range []func(evdev.Info) bool{isScreen, isSingle} {
		port, err := evdev.Find(path, fits)
		if !errors.Is(err, evdev.ErrNone) {
			return port, err
		}
	}
	return evdev.Find(path, isTablet)
}

// isScreen recognises panels that tell contacts.
func isScreen(i evdev.Info) bool { return i.Props.Has(evdev.PropDirect) && multi(i) }

// isSingle recognises panels that tell one touch. Not all of their drivers say that they lie on a screen; a touchpad is
// known by telling how many fingers there are.
func isSingle(i evdev.Info) bool {
	pad := i.Props.Has(evdev.PropPointer) || i.Keys.Has(evdev.BtnToolFinger)
	return single(i) && i.Keys.Has(evdev.BtnTouch) && (i.Props.Has(evdev.PropDirect) || !pad)
}

// isTablet recognises the pointers of emulators: a mouse that tells places.
func isTablet(i evdev.Info) bool {
	return single(i) && i.Keys.Has(evdev.BtnLeft) && !i.Keys.Has(evdev.BtnTouch)
}

func multi(i evdev.Info) bool  { return i.Has(evdev.AbsMTPositionX) && i.Has(evdev.AbsMTPositionY) }
func single(i evdev.Info) bool { return i.Has(evdev.AbsX) && i.Has(evdev.AbsY) }

func openFault(path string, err error) error {
	remedy := "check the panel's cable and power, and that panel.touch_path is its name in /dev/input/by-id or /dev/input/by-path"
	switch {
	case path == "" && errors.Is(err, fs.ErrPermission):
		return fault.New(fault.CodeTouchOpen, nil, "give the program the rights to the devices in /dev/input: they belong to the group input",
			"no touch panel was found in /dev/input, where not every device could be asked: permission denied")
	case errors.Is(err, evdev.ErrNone):
		return fault.New(fault.CodeTouchOpen, nil, "check the panel's cable and power, and that the kernel has a driver for it; for a bare controller set panel.touch to its name",
			"no touch panel was found in /dev/input")
	case errors.Is(err, errNoPanel), errors.Is(err, evdev.ErrKind):
		remedy = "set panel.touch_path to the touch panel's name in /dev/input/by-id or /dev/input/by-path"
	case errors.Is(err, fs.ErrPermission):
		remedy = "give the program the rights to the device: it belongs to the group input"
	case errors.Is(err, unix.EBUSY):
		remedy = "stop the other program that has taken the device for itself"
	}
	return fault.New(fault.CodeTouchOpen, fault.Reason(err), remedy, "the touch panel %s cannot be used", path)
}
