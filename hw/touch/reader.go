package touch

import (
	"errors"
	"fmt"
	"slices"

	"example.org/totem/hw/evdev"
	"example.org/totem/hw/touch/contact"
)

// Reader makes contacts of the events of a panel that has a driver of the kernel. It is a [contact.Source].
type Reader struct {
	port evdev.Port
	dec  *evdev.Decoder
	form form
	last []contact.Contact // told

	begun   bool
	dropped bool // events were lost, and the next report is not reached
}

// form is the way in which a kind of panel tells contacts.
type form interface {
	// ask takes over what the panel says of the moment.
	ask(port evdev.Port) error
	// take takes an event other than those that this interface has methods for.
	take(e evdev.Event)
	// report ends a moment.
	report()
	// contacts adds what is on the glass.
	contacts(to []contact.Contact) []contact.Contact
}

// NewReader takes the port's device for this program alone. It tells protocols by what the device says of itself:
// contacts in slots (B), contacts without (A), one touch (BTN_TOUCH, or pressure), or the tablet of an emulator, which
// hovers while no button is pressed. From now on the port is the reader's, also when NewReader fails.
func NewReader(port evdev.Port) (*Reader, error) {
	form, err := formOf(port.Info())
	if err == nil {
		err = port.Grab()
	}
	if err != nil {
		return nil, errors.Join(err, port.Close())
	}
	return &Reader{port: port, dec: evdev.NewDecoder(port, port.Format()), form: form}, nil
}

var errNoPanel = errors.New("it is no touch panel")

func formOf(i evdev.Info) (form, error) {
	codes := [2]uint16{evdev.AbsX, evdev.AbsY}
	if multi(i) {
		codes = [2]uint16{evdev.AbsMTPositionX, evdev.AbsMTPositionY}
	} else if !single(i) {
		return nil, fmt.Errorf("%w: it tells no places", errNoPanel)
	}
	var place scale
	for n, code := range codes {
		axis := i.Axes[code]
		if axis.Max <= axis.Min {
			return nil, fmt.Errorf("%w: its axis %#x reaches from %d to %d, which is no range", errNoPanel, code, axis.Min, axis.Max)
		}
		place[n] = axis
	}
	switch {
	case multi(i) && i.Slots() > 0:
		return newSlots(i, place), nil
	case multi(i):
		return newPackets(i, place), nil
	}
	return newPoint(i, place)
}

// Read waits until something changes on the glass. The first frame is what is there at the start, where the panel can be
// asked. After a loss of events (SYN_DROPPED) the panel is asked again.
func (r *Reader) Read() (contact.Frame, error) {
	if !r.begun {
		r.begun = true
		if err := r.form.ask(r.port); err != nil {
			return contact.Frame{}, fmt.Errorf("ask the touch panel what is on it: %w", err)
		}
		r.last = r.form.contacts(nil)
		return contact.Frame{Contacts: r.last}, nil
	}
	for {
		e, err := r.dec.Next()
		if err != nil {
			return contact.Frame{}, err
		}
		if frame, ok, err := r.take(e); ok || err != nil {
			frame.At = e.At
			return frame, err
		}
	}
}

// take takes an event; ok says that it made a frame.
func (r *Reader) take(e evdev.Event) (frame contact.Frame, ok bool, err error) {
	switch {
	case e.Type == evdev.TypeSyn && e.Code == evdev.SynDropped:
		r.dropped = true
		return frame, false, nil
	case e.Type == evdev.TypeSyn && e.Code == evdev.SynReport && r.dropped:
		r.dropped = false
		if err := r.form.ask(r.port); err != nil {
			return frame, false, fmt.Errorf("ask the touch panel what is on it: %w", err)
		}
		r.last = r.form.contacts(r.last[:0])
		return contact.Frame{Contacts: r.last, Lost: true}, true, nil
	case r.dropped:
		return frame, false, nil
	case e.Type != evdev.TypeSyn || e.Code != evdev.SynReport:
		r.form.take(e)
		return frame, false, nil
	}
	r.form.report()
	now := r.form.contacts(nil)
	if slices.Equal(now, r.last) {
		return frame, false, nil
	}
	r.last = now
	return contact.Frame{Contacts: now}, true, nil
}

// Close closes the port and ends a Read that waits.
func (r *Reader) Close() error { return r.port.Close() }

// scale is the ranges of a panel's axes, x and y.
type scale [2]evdev.Axis

// at returns a place in parts of the panel, in libinput's way: the last unit of a range has its own width. What lies
// outside the range counts as at its edge.
func (s scale) at(x, y int32) (partX, partY float64) {
	part := func(v int32, a evdev.Axis) float64 {
		v = min(max(v, a.Min), a.Max)
		return (float64(v) - float64(a.Min)) / (float64(a.Max) - float64(a.Min) + 1)
	}
	return part(x, s[0]), part(y, s[1])
}
