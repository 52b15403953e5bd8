package initrd

import (
	"fmt"
	"strings"

	"example.org/totem/bootstate"
)

// Line is what the boot loader says on the kernel's command line.
type Line struct {
	Root GUID           // root=PARTUUID=…: the partition of the slot
	Slot bootstate.Slot // totem.slot=…; none if it is not said
}

// ParseLine reads a command line. It fails if that does not say which partition is the root.
func ParseLine(line string) (Line, error) {
	var l Line
	root := ""
	for word := range strings.FieldsSeq(line) {
		name, value, _ := strings.Cut(word, "=")
		switch name {
		case "root":
			root = value
		case "totem.slot":
			l.Slot, _ = bootstate.ParseSlot(value)
		}
	}
	id, ok := strings.CutPrefix(root, "PARTUUID=")
	if !ok {
		return l, fmt.Errorf("the boot loader names no root partition: root=%s", root)
	}
	var err error
	l.Root, err = ParseGUID(id)
	return l, err
}
