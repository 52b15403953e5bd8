package touch

import (
	"math"

	"example.org/totem/hw/evdev"
	"example.org/totem/hw/touch/contact"
)

// packets reads protocol A: each report tells all contacts, one after the other, each ended by SynMTReport. Old panels do
// not say which is which; then the nearest one of the report before counts as the same.
type packets struct {
	place   scale
	tracked bool // the panel says which contact is which

	packet  packet // of which the end has not come
	fresh   []packet
	counted bool // this report told contacts, or that there is none
	now     []packet
	next    int32 // the ID for the next contact
}

type packet struct {
	slot
	placed bool
}

// mostContacts is how many contacts of a report are taken; more than any hand has.
const mostContacts = 32

// same is how far a contact may go between two reports, in parts of the panel.
const same = 0.15

func newPackets(i evdev.Info, place scale) *packets {
	return &packets{place: place, tracked: i.Has(evdev.AbsMTTrackingID)}
}

// ask forgets everything: the kernel keeps nothing of such a panel that could be asked, and the next report tells all.
func (p *packets) ask(evdev.Port) error {
	*p = packets{place: p.place, tracked: p.tracked, next: p.next}
	return nil
}

func (p *packets) take(e evdev.Event) {
	switch {
	case e.Type == evdev.TypeSyn && e.Code == evdev.SynMTReport:
		p.end()
	case e.Type == evdev.TypeKey && e.Code == evdev.BtnTouch && e.Value == 0:
		p.counted = true // some drivers say no more when the last finger is lifted
	case e.Type == evdev.TypeAbs:
		switch e.Code {
		case evdev.AbsMTTrackingID:
			p.packet.id = e.Value
		case evdev.AbsMTPositionX:
			p.packet.x, p.packet.placed = e.Value, true
		case evdev.AbsMTPositionY:
			p.packet.y, p.packet.placed = e.Value, true
		case evdev.AbsMTToolType:
			p.packet.tool = e.Value
		case evdev.AbsMTDistance:
			p.packet.distance = e.Value
		}
	}
}

// end takes a packet.
func (p *packets) end() {
	p.counted = true
	if p.packet.placed && len(p.fresh) < mostContacts {
		p.fresh = append(p.fresh, p.packet)
	}
	p.packet = packet{}
}

func (p *packets) report() {
	if p.counted {
		if !p.tracked {
			p.name()
		}
		p.now, p.fresh = p.fresh, p.now[:0]
	}
	p.counted, p.packet = false, packet{}
}

// name gives each fresh contact the ID of the nearest one that was there, or a new one.
func (p *packets) name() {
	type pair struct{ fresh, was int }
	named, taken := make([]bool, len(p.fresh)), make([]bool, len(p.now))
	for {
		best, nearest := pair{-1, -1}, same
		for f := range p.fresh {
			for w := range p.now {
				if d := p.apart(p.fresh[f], p.now[w]); !named[f] && !taken[w] && d < nearest {
					best, nearest = pair{f, w}, d
				}
			}
		}
		if best.fresh < 0 {
			break
		}
		p.fresh[best.fresh].id = p.now[best.was].id
		named[best.fresh], taken[best.was] = true, true
	}
	for f := range p.fresh {
		if !named[f] {
			p.fresh[f].id = p.next
			p.next = (p.next + 1) & math.MaxUint16
		}
	}
}

func (p *packets) apart(a, b packet) float64 {
	ax, ay := p.place.at(a.x, a.y)
	bx, by := p.place.at(b.x, b.y)
	return math.Hypot(ax-bx, ay-by)
}

func (p *packets) contacts(to []contact.Contact) []contact.Contact {
	all := slots{place: p.place}
	for _, packet := range p.now {
		all.all = append(all.all, packet.slot)
	}
	return all.contacts(to)
}
