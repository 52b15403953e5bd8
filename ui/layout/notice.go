package layout

import (
	"image"

	"example.org/totem/kiosk"
	"example.org/totem/typeset"
	"example.org/totem/ui/look"
)

// notice paints the first layer of a notice as one card: what each fact is about, and the fact in bold beside it; below it
// where the words are too long for that, or the letters too large.
func (p *placer) notice(b kiosk.Box, slot image.Rectangle) int {
	beside, below := p.scratch(), p.scratch()
	high, other := beside.factRows(b, slot, true), below.factRows(b, slot, false)
	most := other
	if p.percent >= 150 { // large letters leave a column few words a line
		most = other * 9 / 10
	}
	columns := len(beside.plan.Misfits) == 0 && (high <= most || len(below.plan.Misfits) > 0)
	if !columns {
		high = other
	}
	card := slot
	card.Max.Y = card.Min.Y + high
	p.block(card, block{fill: p.theme.Paper, stroke: p.theme.Line, width: p.theme.Border, radius: look.RowRadius})
	return p.factRows(b, slot, columns)
}

// factWords are the two texts of a fact.
func (p *placer) factWords() (name, value words) {
	name = words{size: look.BodySize, ink: p.theme.Soft, lines: 3, height: look.LooseLine}
	value = words{size: look.BodySize, weight: typeset.Bold, ink: p.theme.Ink, lines: 4, height: look.LooseLine}
	if p.tight >= 2 {
		name.height, value.height = look.TightLine, look.TightLine
	}
	if p.tight >= 3 {
		name.size, value.size = look.TabSize, look.TabSize
	}
	return name, value
}

// factColumn is the least part of a card's width that the names of its facts have, and factMost the most.
const (
	factColumn = 0.3
	factMost   = 0.45
)

// factRows sets facts into a card and returns the card's height. Rows stand farther apart where one of them takes more
// than a line.
func (p *placer) factRows(b kiosk.Box, card image.Rectangle, columns bool) int {
	pad := p.scale.Px([]float64{42, 36, 30, 24, 20}[p.tight])
	room := image.Rect(card.Min.X+pad, card.Min.Y+pad, card.Max.X-pad, card.Min.Y+pad)
	name, value := p.factWords()
	at := room.Min.X
	if columns {
		at += p.factNames(b, room, name)
	}
	s := p.scratch()
	longer := false
	for _, f := range b.Children {
		longer = longer || s.fact(f, room, at) > max(p.lineHeight(name), p.lineHeight(value))
	}
	space := p.scale.Px([]float64{9, 7, 6, 4, 3}[p.tight])
	if longer {
		space = p.scale.Px([]float64{20, 16, 12, 9, 6}[p.tight])
	}
	for i, f := range b.Children {
		if i > 0 {
			room.Min.Y += space
		}
		room.Min.Y += p.fact(f, room, at)
	}
	return room.Min.Y + pad - card.Min.Y
}

// factNames is how far from the left of their room facts stand beside their names.
func (p *placer) factNames(b kiosk.Box, room image.Rectangle, w words) int {
	widest := 0
	for _, f := range b.Children {
		called, _ := find(f, kiosk.RoleName)
		widest = max(widest, p.width(called.Text, w))
	}
	least, most := int(float64(room.Dx())*factColumn), int(float64(room.Dx())*factMost)
	return min(max(widest+p.scale.Px(40), least), most)
}

// fact sets one of them, what it says at an x of its own, and returns the height of its words.
func (p *placer) fact(b kiosk.Box, room image.Rectangle, at int) int {
	name, value := p.factWords()
	called, _ := find(b, kiosk.RoleName)
	says, _ := find(b, kiosk.RoleStrong)
	if at == room.Min.X {
		high := p.text(called, called.Text, room, room.Min.Y, name)
		return high + p.text(says, says.Text, room, room.Min.Y+high, value)
	}
	left, right := room, room
	left.Max.X, right.Min.X = at-p.scale.Px(24), at
	return max(p.text(called, called.Text, left, room.Min.Y, name), p.text(says, says.Text, right, room.Min.Y, value))
}
