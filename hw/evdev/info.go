package evdev

// Info is what a device says of itself.
type Info struct {
	Name     string // of the device, from its driver
	ID       ID
	Props    Bits            // what it is: PropDirect, …
	Keys     Bits            // codes of the keys and buttons it has
	Switches Bits            // codes of the switches it has
	Axes     map[uint16]Axis // its absolute axes, by code
}

// ID tells devices apart by their maker; each part may be 0.
type ID struct{ Bus, Vendor, Product, Version uint16 }

// Axis is an absolute axis: struct input_absinfo of linux/input.h.
type Axis struct {
	Value      int32 // where it is, or was when it was asked
	Min, Max   int32 // both may be reached
	Fuzz, Flat int32 // what the kernel leaves out as noise; what counts as the middle
	Resolution int32 // units for a millimetre, 0: not known
}

// Has tells whether the device has an absolute axis.
func (i Info) Has(axis uint16) bool { _, ok := i.Axes[axis]; return ok }

// Direct tells whether the device is a touch panel on a screen, by what its driver says.
func (i Info) Direct() bool { return i.Props.Has(PropDirect) }

// MultiTouch tells whether the device tells several contacts with their places.
func (i Info) MultiTouch() bool { return i.Has(AbsMTPositionX) && i.Has(AbsMTPositionY) }

// Slots is how many contacts a device of protocol B tells at once, or 0 for any other.
func (i Info) Slots() int {
	slot, ok := i.Axes[AbsMTSlot]
	if !ok || slot.Max < 0 {
		return 0
	}
	return int(min(slot.Max, mostSlots-1)) + 1
}

// mostSlots bounds what a device may claim; the kernel's own bound is about a thousand.
const mostSlots = 1024

// Bits is a set of codes as the kernel writes it: code n is bit n%8 of byte n/8. The zero value is empty.
type Bits []byte

// BitsOf returns the set of codes.
func BitsOf(codes ...uint16) Bits {
	var b Bits
	for _, code := range codes {
		for len(b) <= int(code)/8 {
			b = append(b, 0)
		}
		b[code/8] |= 1 << (code % 8)
	}
	return b
}

// Has tells whether code is in the set.
func (b Bits) Has(code uint16) bool { return int(code)/8 < len(b) && b[code/8]>>(code%8)&1 == 1 }

// Codes returns the set's codes in rising order.
func (b Bits) Codes() []uint16 {
	var codes []uint16
	for i := range len(b) * 8 {
		if b.Has(uint16(i)) {
			codes = append(codes, uint16(i))
		}
	}
	return codes
}
