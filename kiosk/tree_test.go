package kiosk_test

import (
	"fmt"
	"strings"

	"example.org/totem/kiosk"
)

func says(b kiosk.Box, text string) bool {
	_, ok := b.Find(func(b kiosk.Box) bool { return strings.Contains(b.Text, text) })
	return ok
}

// controls returns the boxes that answer a tap.
func controls(b kiosk.Box) []kiosk.Box {
	var all []kiosk.Box
	for b := range b.All() {
		if b.Tap != nil {
			all = append(all, b)
		}
	}
	return all
}

// outline writes a screen for people: one box a line, children indented.
func outline(s kiosk.Screen) string {
	var out strings.Builder
	fmt.Fprintf(&out, "screen %s, %s", s.Name, s.Lang)
	if s.Look != (kiosk.Look{}) {
		fmt.Fprintf(&out, ", %+v", s.Look)
	}
	out.WriteString(attention(s))
	out.WriteString("\n")
	outlineBox(&out, s.Root, 0)
	return out.String()
}

// attention says where the keys are, and how the screen is spoken.
func attention(s kiosk.Screen) (out string) {
	if s.Focus != "" {
		out += ", focus #" + s.Focus
	}
	if s.Voice != (kiosk.Voice{}) {
		out += fmt.Sprintf(", voice %+v", s.Voice)
	}
	if s.Warned {
		out += ", warned"
	}
	return out
}

func outlineBox(out *strings.Builder, b kiosk.Box, depth int) {
	fmt.Fprintf(out, "%s%s", strings.Repeat("  ", depth), b.Role)
	if b.ID != "" {
		fmt.Fprintf(out, " #%s", b.ID)
	}
	if b.Text != "" {
		fmt.Fprintf(out, " %q", b.Text)
	}
	if b.Lang != "" {
		fmt.Fprintf(out, " (%s)", b.Lang)
	}
	if b.Off {
		out.WriteString(" off")
	}
	if b.Chosen {
		out.WriteString(" chosen")
	}
	if b.Private {
		out.WriteString(" private")
	}
	if b.Tap != nil {
		fmt.Fprintf(out, " -> %s%v", strings.TrimPrefix(fmt.Sprintf("%T", b.Tap), "kiosk."), b.Tap)
	}
	out.WriteString("\n")
	for _, c := range b.Children {
		outlineBox(out, c, depth+1)
	}
}
