package main

import (
	"strings"

	"example.org/totem/kiosk"
)

// text returns the words of the first box with a role.
func text(b kiosk.Box, role kiosk.Role) string {
	box, _ := b.Find(func(each kiosk.Box) bool { return each.Role == role })
	return words(box)
}

// words returns what is written in a box and its children.
func words(b kiosk.Box) string {
	var all []string
	for each := range b.All() {
		if each.Text != "" && each.Role != kiosk.RoleIcon && each.Role != kiosk.RoleBadge && each.Role != kiosk.RolePicture {
			all = append(all, each.Text)
		}
	}
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
