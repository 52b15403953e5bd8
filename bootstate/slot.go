package bootstate

import "fmt"

// Slot is one of the two root slots. The zero value is none.
type Slot byte

// The slots, by their boot names.
const (
	None Slot = 0
	A    Slot = 'A'
	B    Slot = 'B'
)

// ParseSlot reads a slot's boot name, "A" or "B".
func ParseSlot(name string) (Slot, error) {
	switch name {
	case "A":
		return A, nil
	case "B":
		return B, nil
	}
	return None, fmt.Errorf("%q is no slot; want A or B", name)
}

// String returns the boot name, or "none".
func (s Slot) String() string {
	if s == None {
		return "none"
	}
	return string(rune(s))
}

// Other returns the slot that s is not; none has no other.
func (s Slot) Other() Slot {
	switch s {
	case A:
		return B
	case B:
		return A
	}
	return None
}

// Slots is a set of slots. The zero value is empty.
type Slots uint8

func (s Slot) bit() Slots {
	switch s {
	case A:
		return 1
	case B:
		return 2
	}
	return 0
}

// Has reports whether slot is in the set.
func (set Slots) Has(slot Slot) bool { return set&slot.bit() != 0 }

// With returns the set with slot in it.
func (set Slots) With(slot Slot) Slots { return set | slot.bit() }

// Without returns the set without slot.
func (set Slots) Without(slot Slot) Slots { return set &^ slot.bit() }

// Names returns the boot names in the set, in order; never nil.
func (set Slots) Names() []string {
	names := []string{}
	for _, slot := range []Slot{A, B} {
		if set.Has(slot) {
			names = append(names, slot.String())
		}
	}
	return names
}
