package main

import (
	"strings"

	"example.org/totem/kiosk"
)

// walk visits b and everything in it, in reading order.
func walk(b kiosk.Box, visit func(kiosk.Box)) {
	visit(b)
	for _, child := range b.Children {
		walk(child, visit)
	}
}

// find returns the first box in reading order that fits.
func find(b kiosk.Box, fits func(kiosk.Box) bool) (found kiosk.Box, ok bool) {
	walk(b, func(each kiosk.Box) {
		if !ok && fits(each) {
			found, ok = each, true
		}
	})
	return found, ok
}

// text returns the words of the first box with a role.
func text(b kiosk.Box, role kiosk.Role) string {
	box, _ := find(b, func(each kiosk.Box) bool { return each.Role == role })
	return words(box)
}

// words returns what is written in a box and its children.
func words(b kiosk.Box) string {
	var all []string
	walk(b, func(each kiosk.Box) {
		if each.Text != "" && each.Role != kiosk.RoleIcon && each.Role != kiosk.RoleBadge {
			all = append(all, each.Text)
		}
	})
	return strings.Join(all, ", ")
}

// control fits the first control of a role that can be had now and is not yet.
func control(role kiosk.Role) func(kiosk.Box) bool {
	return func(b kiosk.Box) bool { return b.Role == role && b.Tap != nil && !b.Off && !b.Chosen }
}

// is fits the box with an ID.
func is(id string) func(kiosk.Box) bool {
	return func(b kiosk.Box) bool { return b.ID == id }
}

// says fits the control that means m.
func says(m kiosk.Msg) func(kiosk.Box) bool {
	return func(b kiosk.Box) bool { return b.Tap == m }
}

// named fits the screen of that name.
func named(name string) func(kiosk.Screen) bool {
	return func(s kiosk.Screen) bool { return s.Name == name }
}
