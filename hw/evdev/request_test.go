package evdev

import "testing"

// The numbers that the C compiler gives for these macros of linux/input.h.
func TestRequestsAreThoseOfTheKernel(t *testing.T) {
	for name, c := range map[string]struct{ got, want uintptr }{
		"EVIOCGID":          {request(fromKernel, getID, 8), 0x80084502},
		"EVIOCGNAME(256)":   {request(fromKernel, getName, 256), 0x81004506},
		"EVIOCGPROP(96)":    {request(fromKernel, getProps, 96), 0x80604509},
		"EVIOCGMTSLOTS(44)": {request(fromKernel, getSlots, 44), 0x802c450a},
		"EVIOCGKEY(96)":     {request(fromKernel, getKeys, 96), 0x80604518},
		"EVIOCGSW(96)":      {request(fromKernel, getSwitches, 96), 0x8060451b},
		"EVIOCGBIT(3, 96)":  {request(fromKernel, getBits+uintptr(TypeAbs), 96), 0x80604523},
		"EVIOCGABS(0x36)":   {request(fromKernel, getAbs+uintptr(AbsMTPositionY), 24), 0x80184576},
		"EVIOCGRAB":         {request(toKernel, setGrab, 4), 0x40044590},
		"EVIOCSCLOCKID":     {request(toKernel, setClock, 4), 0x400445a0},
	} {
		if c.got != c.want {
			t.Errorf("%s is %#x, and %#x to the kernel", name, c.got, c.want)
		}
	}
}
