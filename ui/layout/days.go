package layout

import (
	"image"

	"example.org/totem/kiosk"
	"example.org/totem/typeset"
	"example.org/totem/ui/look"
)

// days paints days that can be booked, one below the other: the day, and at the right how many places it has; below the day
// in all of them where that does not fit in one.
func (p *placer) days(b kiosk.Box, slot image.Rectangle) int {
	gap := max(p.scale.Px(look.Gap*[]float64{1, 0.9, 0.8, 0.8, 0.8}[p.tight]), p.scale.MM(look.TargetGap))
	pad := p.scale.Px(look.RowPad)
	folded := false
	for _, d := range b.Children {
		name, places := p.dayWords(d)
		many, _ := find(d, kiosk.RolePlaces)
		called, _ := find(d, kiosk.RoleName)
		folded = folded || p.width(called.Text, name)+p.width(many.Text, places)+p.scale.Px(32) > slot.Dx()-2*pad
	}
	height := p.scale.AtLeast([]float64{124, 112, 100, 90, 81}[p.tight], look.MainTarget)
	for _, d := range b.Children {
		s := p.scratch()
		high := s.dayIn(d, image.Rect(slot.Min.X+pad, 0, slot.Max.X-pad, 0), folded)
		height = max(height, high+2*p.scale.Px([]float64{18, 14, 10, 8, 6}[p.tight]))
	}
	top := slot.Min.Y
	for _, d := range b.Children {
		card := image.Rect(slot.Min.X, top, slot.Max.X, top+height)
		p.control(d, card, func() {
			p.card(d, card, look.RowRadius)
			p.dayIn(d, image.Rect(card.Min.X+pad, card.Min.Y, card.Max.X-pad, card.Max.Y), folded)
		})
		top += height + gap
	}
	return max(0, top-gap-slot.Min.Y)
}

// dayWords are the two texts of a day.
func (p *placer) dayWords(b kiosk.Box) (name, places words) {
	name = words{size: look.CardSize, weight: typeset.Bold, ink: p.theme.Ink, lines: 2, height: look.TightLine}
	places = words{size: look.SmallSize, ink: p.theme.Soft, lines: 2, height: look.LooseLine}
	if p.tight >= 3 {
		name.size, places.height = look.ButtonSize, look.TightLine
	}
	if b.Off {
		name.ink = p.theme.Soft
	}
	return name, places
}

// dayIn sets the words of a day into the middle of its room's height, and returns their height.
func (p *placer) dayIn(b kiosk.Box, room image.Rectangle, folded bool) int {
	name, places := p.dayWords(b)
	if folded {
		return p.pair(b, room, kiosk.RoleName, name, kiosk.RolePlaces, places)
	}
	called, _ := find(b, kiosk.RoleName)
	called.ID = b.ID
	many, _ := find(b, kiosk.RolePlaces)
	many.ID = b.ID
	if p.dry {
		return max(p.text(called, called.Text, room, 0, name), p.text(many, many.Text, room, 0, places))
	}
	p.centre(called, called.Text, room, name)
	places.align = right
	p.centre(many, many.Text, room, places)
	return room.Dy()
}
