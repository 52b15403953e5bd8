package provisioning

import (
	"fmt"
	"strings"
)

// turn is what the X server calls a rotation (xorg.conf(5), Option "Rotate"), and what it does to the places of touches.
func turn(rotation int) (word, matrix string) {
	switch rotation {
	case 90:
		return "right", "0 1 0 -1 0 1"
	case 180:
		return "inverted", "-1 0 1 0 -1 1"
	case 270:
		return "left", "0 -1 1 1 0 0"
	}
	return "normal", "1 0 0 0 1 0"
}

// matrix returns a rotation in libinput's form, as panel.touch_matrix has it: the panel's place becomes the picture's.
func matrix(rotation int) string {
	_, m := turn(rotation)
	return m
}

// outputs are the names that the X server's modesetting driver gives to the outputs of one card.
func outputs() []string {
	return []string{"HDMI-1", "HDMI-2", "HDMI-3", "DP-1", "DP-2", "DP-3", "DP-4", "eDP-1", "LVDS-1", "DSI-1", "DSI-2", "DPI-1", "DVI-D-1", "DVI-I-1", "VGA-1", "Virtual-1"}
}

// display returns the X server's configuration for this panel. All outputs are given the same monitor section: which of them is
// the panel's shows itself by what is plugged in. The rest of the configuration lies in the image.
func (f File) display() []byte {
	word, matrix := turn(f.Panel.Rotation)
	var b strings.Builder
	b.WriteString(header + "Section \"Device\"\n\tIdentifier \"totem-card\"\n\tDriver \"modesetting\"\n")
	for _, name := range outputs() {
		fmt.Fprintf(&b, "\tOption \"Monitor-%s\" \"totem-panel\"\n", name)
	}
	fmt.Fprintf(&b, "EndSection\n\nSection \"Monitor\"\n\tIdentifier \"totem-panel\"\n\tOption \"Rotate\" %q\n\tOption \"DPMS\" \"false\"\n", word)
	if width, height := f.Panel.Width, f.Panel.Height; width > 0 && height > 0 {
		if f.Panel.Rotation%180 != 0 { // a mode is the panel's, not the picture's
			width, height = height, width
		}
		fmt.Fprintf(&b, "\tOption \"PreferredMode\" \"%dx%d\"\n", width, height)
	}
	b.WriteString("EndSection\n\nSection \"Screen\"\n\tIdentifier \"totem-screen\"\n\tDevice \"totem-card\"\n\tMonitor \"totem-panel\"\nEndSection\n")
	if f.Panel.Rotation == 0 {
		return []byte(b.String())
	}
	// What tells places on the panel, as emulators' tablets and some resistive panels do that call themselves mice. A mouse that
	// tells movements would go astray by it; a totem has none.
	for _, kind := range []string{"Touchscreen", "Tablet", "Pointer"} {
		fmt.Fprintf(&b, "\nSection \"InputClass\"\n\tIdentifier \"totem-%s\"\n\tMatchIs%s \"on\"\n\tOption \"TransformationMatrix\" \"%s 0 0 1\"\nEndSection\n",
			strings.ToLower(kind), kind, matrix)
	}
	return []byte(b.String())
}
