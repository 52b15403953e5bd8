package layout

import (
	"image"
	"strings"

	"example.org/totem/kiosk"
	"example.org/totem/typeset"
	"example.org/totem/ui/look"
)

// services paints the list of services: one below the other while that fits, then two abreast where that breaks no
// word and is lower than one below the other in small rows.
func (p *placer) services(b kiosk.Box, slot image.Rectangle) int {
	gap := max(p.scale.Px(look.Gap), p.scale.MM(look.TargetGap))
	if p.tight > 0 {
		gap = p.scale.MM(look.TargetGap)
	}
	p.name, p.abreast = look.CardSize, false
	if p.tight < tightest {
		return p.serviceRows(b, slot, 1, gap)
	}
	p.name = look.ButtonSize
	if size, ok := p.nameAbreast(b, (slot.Dx()-gap)/2); ok {
		two := p.scratch()
		two.name, two.abreast = size, true
		if two.serviceRows(b, slot, 2, gap) < p.scratch().serviceRows(b, slot, 1, gap) {
			p.name, p.abreast = size, true
			return p.serviceRows(b, slot, 2, gap)
		}
	}
	return p.serviceRows(b, slot, 1, gap)
}

// serviceRows paints services in so many columns and returns the height they took.
func (p *placer) serviceRows(b kiosk.Box, slot image.Rectangle, columns, gap int) int {
	width := (slot.Dx() - (columns-1)*gap) / columns
	least := p.scale.AtLeast([]float64{141, 124, 104, 92, 81}[p.tight], look.MainTarget)
	top := slot.Min.Y
	for i := 0; i < len(b.Children); i += columns {
		row := b.Children[i:min(i+columns, len(b.Children))]
		height := least
		for _, s := range row {
			h, _ := p.serviceHeight(s, width)
			height = max(height, h)
		}
		height += p.roomy
		if i > 0 {
			top += gap
		}
		for j, s := range row {
			x := slot.Min.X + j*(width+gap)
			card := image.Rect(x, top, x+width, top+height)
			p.control(s, card, func() { p.service(s, card) })
		}
		top += height
	}
	return top - slot.Min.Y
}

// nameAbreast is the size of all names two abreast: as drawn, or the step smaller that breaks no word. ok is false
// where every step breaks one.
func (p *placer) nameAbreast(b kiosk.Box, width int) (size float64, ok bool) {
	s := p.scratch()
	s.abreast = true
	for _, s.name = range []float64{look.CardSize, look.ButtonSize, look.TabSize} {
		whole := true
		for _, c := range b.Children {
			_, fits := s.serviceHeight(c, width)
			whole = whole && fits
		}
		if whole {
			return s.name, true
		}
	}
	return 0, false
}

// serviceWords are the four texts of a service's card.
func (p *placer) serviceWords(off bool) (name, detail, time, places words) {
	name = words{size: p.name, weight: typeset.Bold, ink: p.theme.Ink, lines: 2, height: look.TightLine}
	detail = words{size: look.SmallSize, ink: p.theme.Soft, lines: 2, height: look.LooseLine}
	time = words{size: look.ActionSize, weight: typeset.Bold, ink: p.theme.Brand, align: right, lines: 1, height: look.TightLine}
	places = words{size: look.SmallSize, ink: p.theme.Soft, align: right, lines: 2, height: look.LooseLine}
	if p.tight >= 3 && !p.abreast {
		time.size, detail.height, places.height = look.HourSize, look.TightLine, look.TightLine
		if p.tight >= tightest {
			detail.size, places.size = look.KeySize, look.KeySize
		}
		if off {
			time.size, time.height = look.SmallSize, 0.95 // no time, a dash
		}
	}
	if off {
		name.ink, time.ink = p.theme.Soft, p.theme.Soft
	}
	return name, detail, time, places
}

// service paints a service's card: its letter, what it is, and on the right when it can be had.
func (p *placer) service(b kiosk.Box, card image.Rectangle) {
	p.card(b, card, look.RowRadius)
	badge, texts, side := p.serviceRooms(b, card)
	if letter, ok := find(b, kiosk.RoleBadge); ok {
		p.badge(letter, badge, b.Off)
	}
	name, detail, time, places := p.serviceWords(b.Off)
	p.pair(b, texts, kiosk.RoleName, name, kiosk.RoleDetail, detail)
	p.pair(b, side, kiosk.RoleTime, time, kiosk.RolePlaces, places)
}

// pair sets two texts below each other in the middle of a room's height and returns their height.
func (p *placer) pair(b kiosk.Box, room image.Rectangle, role kiosk.Role, w words, under kiosk.Role, small words) int {
	set := func(p *placer, top int) int {
		start := top
		for _, part := range []struct {
			role kiosk.Role
			w    words
		}{{role, w}, {under, small}} {
			if c, ok := find(b, part.role); ok {
				c.ID = b.ID
				top += p.text(c, c.Text, room, top, part.w)
			}
		}
		return top - start
	}
	height := set(p.scratch(), 0)
	// A line has more room over its capitals than under its baseline: without the shift the pair would look low.
	set(p, room.Min.Y+(room.Dy()-height)/2-p.scale.Px(w.size*0.06))
	return height
}

// serviceHeight is how high a service's card must be; whole is false where its words do not fit.
func (p *placer) serviceHeight(b kiosk.Box, width int) (height int, whole bool) {
	s := p.scratch()
	card := image.Rect(0, 0, width, 0)
	_, texts, side := s.serviceRooms(b, card)
	name, detail, time, places := s.serviceWords(b.Off)
	height = max(
		s.pair(b, texts, kiosk.RoleName, name, kiosk.RoleDetail, detail),
		s.pair(b, side, kiosk.RoleTime, time, kiosk.RolePlaces, places),
	)
	pad := []float64{20, 14, 8, 4, 4}[p.tight]
	if p.abreast {
		pad = 14
	}
	return height + 2*p.scale.Px(pad), len(s.plan.Misfits) == 0
}

// serviceRooms parts a card: the square for the letter, the room for what it is, the room for when.
func (p *placer) serviceRooms(b kiosk.Box, card image.Rectangle) (badge, texts, side image.Rectangle) {
	pad := p.scale.Px(look.RowPad)
	if p.abreast {
		pad = p.scale.Px(20)
	}
	room := image.Rect(card.Min.X+pad, card.Min.Y, card.Max.X-pad, card.Max.Y)
	_, _, time, places := p.serviceWords(b.Off)
	wide := 0
	if c, ok := find(b, kiosk.RoleTime); ok {
		wide = p.width(c.Text, time)
	}
	if c, ok := find(b, kiosk.RolePlaces); ok {
		wide = max(wide, p.placesWidth(b, c, places, room.Dx()))
	}
	side = room
	side.Min.X = room.Max.X - wide
	texts = room
	texts.Max.X = side.Min.X - p.scale.Px(24)
	if _, ok := find(b, kiosk.RoleBadge); ok {
		square := p.scale.Px(look.Badge - []float64{0, 4, 12, 20, 20}[p.tight])
		y := card.Min.Y + (card.Dy()-square)/2
		badge = image.Rect(room.Min.X, y, room.Min.X+square, y+square)
		texts.Min.X = badge.Max.X + pad*8/9
	}
	return badge, texts, side
}

// placesWidth is how wide the words under a time may get: as wide as they are, unless they would break the service's
// name; then they take two lines, of one fact each if they can.
func (p *placer) placesWidth(b, places kiosk.Box, w words, room int) int {
	name, _, _, _ := p.serviceWords(b.Off)
	whole := p.width(places.Text, w)
	taken := p.scale.Px(look.Badge + look.RowPad + 40)
	if c, ok := find(b, kiosk.RoleName); ok {
		taken += p.width(c.Text, name)
	}
	if whole+taken <= room {
		return whole
	}
	widest := 0
	for fact := range strings.SplitSeq(places.Text, factDot) {
		widest = max(widest, p.width(fact, w))
	}
	return min(widest, room*2/5)
}

func (p *placer) badge(b kiosk.Box, square image.Rectangle, off bool) {
	w := label(look.ActionSize, p.theme.Brand)
	w.lines = 1
	ground := block{fill: p.theme.Tint, stroke: p.theme.TintLine, width: p.theme.Border, radius: look.HourRadius}
	if off {
		w.ink = p.theme.Soft
		ground.fill, ground.stroke = p.theme.Ground, p.theme.Line
	}
	p.block(square, ground)
	p.centre(b, b.Text, square, w)
}
