package touch

import (
	"fmt"

	"example.org/totem/hw/evdev"
	"example.org/totem/hw/touch/contact"
)

// point reads panels that tell one touch, and the tablets of emulators.
type point struct {
	place  scale
	button uint16   // the key that says whether it is touched; 0: by pressure
	near   []uint16 // keys that say that a pen or a finger is near
	always bool     // it is near all the time: the pointer of an emulator
	weight evdev.Axis

	x, y, pressure int32
	down           bool
	tools          map[uint16]bool // of near: which are there
}

func newPoint(i evdev.Info, place scale) (*point, error) {
	p := &point{place: place, weight: i.Axes[evdev.AbsPressure], tools: map[uint16]bool{}}
	for _, tool := range []uint16{evdev.BtnToolPen, evdev.BtnToolRubber, evdev.BtnToolFinger} {
		if i.Keys.Has(tool) {
			p.near = append(p.near, tool)
		}
	}
	switch {
	case i.Keys.Has(evdev.BtnTouch):
		p.button = evdev.BtnTouch
	case i.Keys.Has(evdev.BtnLeft):
		p.button, p.always = evdev.BtnLeft, true
	case !i.Has(evdev.AbsPressure):
		return nil, fmt.Errorf("%w: it tells places, and not whether it is touched", errNoPanel)
	}
	return p, nil
}

func (p *point) ask(port evdev.Port) error {
	for _, part := range []struct {
		code uint16
		to   *int32
	}{{evdev.AbsX, &p.x}, {evdev.AbsY, &p.y}, {evdev.AbsPressure, &p.pressure}} {
		if part.code == evdev.AbsPressure && p.button != 0 {
			continue
		}
		axis, err := port.Axis(part.code)
		if err != nil {
			return err
		}
		*part.to = axis.Value
	}
	keys, err := port.Keys()
	if err != nil {
		return err
	}
	p.down = p.button != 0 && keys.Has(p.button)
	for _, tool := range p.near {
		p.tools[tool] = keys.Has(tool)
	}
	return nil
}

func (p *point) take(e evdev.Event) {
	switch e.Type {
	case evdev.TypeKey:
		if _, ok := p.tools[e.Code]; ok {
			p.tools[e.Code] = e.Value != 0
		}
		if e.Code == p.button {
			p.down = e.Value != 0
		}
	case evdev.TypeAbs:
		switch e.Code {
		case evdev.AbsX:
			p.x = e.Value
		case evdev.AbsY:
			p.y = e.Value
		case evdev.AbsPressure:
			p.pressure = e.Value
		}
	}
}

func (p *point) report() {}

func (p *point) contacts(to []contact.Contact) []contact.Contact {
	touches, near := p.down, p.always
	if p.button == 0 {
		touches = p.pressure > p.weight.Min
	}
	for _, there := range p.tools {
		near = near || there
	}
	if !touches && !near {
		return to
	}
	c := contact.Contact{Hover: !touches}
	c.X, c.Y = p.place.at(p.x, p.y)
	return append(to, c)
}
