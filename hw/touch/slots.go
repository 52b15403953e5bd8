package touch

import (
	"slices"

	"example.org/totem/hw/evdev"
	"example.org/totem/hw/touch/contact"
)

// slots reads protocol B: each contact is in a slot, AbsMTSlot selects the slot that the following codes are about, and
// only what changed is told.
type slots struct {
	place               scale
	toolKnown, farKnown bool // whether the panel tells tools and distances
	all                 []slot
	current             int // which slot; one that there is not: what is told of it is left aside
}

type slot struct {
	id       int32 // -1: empty
	x, y     int32
	tool     int32
	distance int32
}

func newSlots(i evdev.Info, place scale) *slots {
	s := &slots{place: place, all: make([]slot, i.Slots())}
	s.toolKnown, s.farKnown = i.Has(evdev.AbsMTToolType), i.Has(evdev.AbsMTDistance)
	return s
}

func (s *slots) ask(port evdev.Port) error {
	for _, part := range []struct {
		code  uint16
		to    func(*slot) *int32
		known bool
	}{
		{evdev.AbsMTTrackingID, func(s *slot) *int32 { return &s.id }, true},
		{evdev.AbsMTPositionX, func(s *slot) *int32 { return &s.x }, true},
		{evdev.AbsMTPositionY, func(s *slot) *int32 { return &s.y }, true},
		{evdev.AbsMTToolType, func(s *slot) *int32 { return &s.tool }, s.toolKnown},
		{evdev.AbsMTDistance, func(s *slot) *int32 { return &s.distance }, s.farKnown},
	} {
		if !part.known {
			continue
		}
		values, err := port.Slots(part.code)
		if err != nil {
			return err
		}
		for i := range min(len(values), len(s.all)) {
			*part.to(&s.all[i]) = values[i]
		}
	}
	axis, err := port.Axis(evdev.AbsMTSlot)
	s.current = int(axis.Value)
	return err
}

func (s *slots) take(e evdev.Event) {
	if e.Type != evdev.TypeAbs {
		return
	}
	if e.Code == evdev.AbsMTSlot {
		s.current = int(e.Value)
		return
	}
	if s.current < 0 || s.current >= len(s.all) {
		return
	}
	now := &s.all[s.current]
	switch e.Code {
	case evdev.AbsMTTrackingID:
		now.id = e.Value
	case evdev.AbsMTPositionX:
		now.x = e.Value
	case evdev.AbsMTPositionY:
		now.y = e.Value
	case evdev.AbsMTToolType:
		now.tool = e.Value
	case evdev.AbsMTDistance:
		now.distance = e.Value
	}
}

func (s *slots) report() {}

func (s *slots) contacts(to []contact.Contact) []contact.Contact {
	for _, slot := range s.all {
		if slot.id < 0 || slices.ContainsFunc(to, func(c contact.Contact) bool { return c.ID == slot.id }) {
			continue
		}
		c := contact.Contact{ID: slot.id, Palm: slot.tool == evdev.ToolPalm, Hover: slot.distance > 0}
		c.X, c.Y = s.place.at(slot.x, slot.y)
		to = append(to, c)
	}
	return to
}
