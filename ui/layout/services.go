package layout

import (
	"image"
	"strings"

	"example.org/totem/kiosk"
	"example.org/totem/typeset"
	"example.org/totem/ui/look"
)

// rowsOf is a way to lay services out.
type rowsOf struct {
	columns int
	folded  bool    // the time stands under the name and not at the right
	name    float64 // the size of all names, in design pixels
}

// found is what one run of Place has found out about services: each is asked for many times.
type found struct {
	ways  map[wayOf]rowsOf
	cards map[cardOf]cardFound
}

type (
	wayOf struct {
		id                  string // of the first
		count, tight, width int
	}
	cardOf struct {
		id           string
		way          rowsOf
		tight, width int
	}
	cardFound struct {
		height int
		whole  bool // no word is broken or left out
	}
)

func newFound() *found { return &found{ways: map[wayOf]rowsOf{}, cards: map[cardOf]cardFound{}} }

// services paints the list of services, in the way that takes the least height and breaks no word.
func (p *placer) services(b kiosk.Box, slot image.Rectangle) int {
	gap := max(p.scale.Px(look.Gap), p.scale.MM(look.TargetGap))
	if p.tight > 0 {
		gap = p.scale.MM(look.TargetGap)
	}
	if len(b.Children) == 0 {
		return 0
	}
	key := wayOf{count: len(b.Children), tight: p.tight, width: slot.Dx(), id: b.Children[0].ID}
	way, known := p.found.ways[key]
	if !known {
		way = p.serviceWay(b, slot, gap)
		p.found.ways[key] = way
	}
	return p.serviceRows(b, slot, way, gap)
}

// serviceWay chooses the way.
func (p *placer) serviceWay(b kiosk.Box, slot image.Rectangle, gap int) rowsOf {
	ways := p.serviceWays()
	best, least := ways[0], 0
	for _, way := range ways {
		size, whole := p.nameSize(b, way, (slot.Dx()-(way.columns-1)*gap)/way.columns)
		if !whole {
			continue
		}
		way.name = size
		if high := p.scratch().serviceRows(b, slot, way, gap); least == 0 || high < least {
			best, least = way, high
		}
	}
	if least == 0 {
		best.name = look.TabSize
	}
	return best
}

// serviceWays are the ways that are tried: one below the other while that fits, two abreast where it does not.
func (p *placer) serviceWays() []rowsOf {
	one := []rowsOf{{columns: 1}, {columns: 1, folded: true}}
	two := []rowsOf{{columns: 2}, {columns: 2, folded: true}}
	if p.tight == tightest {
		return append(one, two...)
	}
	return one
}

// nameSize is the size of all names in a way: as drawn, or the step smaller that breaks no word. ok is false where every
// step breaks one.
func (p *placer) nameSize(b kiosk.Box, way rowsOf, width int) (size float64, ok bool) {
	sizes := []float64{look.CardSize, look.ButtonSize, look.TabSize}
	if p.tight == tightest {
		sizes = sizes[1:]
	}
	for _, way.name = range sizes {
		whole := true
		for _, c := range b.Children {
			_, fits := p.serviceHeight(c, way, width)
			whole = whole && fits
		}
		if whole {
			return way.name, true
		}
	}
	return 0, false
}

// serviceRows paints services in a way and returns the height they took.
func (p *placer) serviceRows(b kiosk.Box, slot image.Rectangle, way rowsOf, gap int) int {
	width := (slot.Dx() - (way.columns-1)*gap) / way.columns
	least := p.scale.AtLeast([]float64{141, 124, 104, 92, 81}[p.tight], look.MainTarget)
	top := slot.Min.Y
	for i := 0; i < len(b.Children); i += way.columns {
		row := b.Children[i:min(i+way.columns, len(b.Children))]
		height := least
		for _, s := range row {
			h, whole := p.serviceHeight(s, way, width)
			height = max(height, h)
			if p.dry && !whole {
				p.misfit(s, "", "the words do not fit their width")
			}
		}
		height += p.roomy
		if i > 0 {
			top += gap
		}
		for j, s := range row {
			if p.dry {
				break
			}
			x := slot.Min.X + j*(width+gap)
			card := image.Rect(x, top, x+width, top+height)
			p.control(s, card, func() { p.service(s, way, card) })
		}
		top += height
	}
	return top - slot.Min.Y
}

// serviceWords are the four texts of a service's card.
func (p *placer) serviceWords(way rowsOf, off bool) (name, detail, time, places words) {
	name = words{size: way.name, weight: typeset.Bold, ink: p.theme.Ink, lines: 2, height: look.TightLine}
	detail = words{size: look.SmallSize, ink: p.theme.Soft, lines: 2, height: look.LooseLine}
	time = words{size: look.ActionSize, weight: typeset.Bold, ink: p.theme.Brand, align: right, lines: 1, height: look.TightLine}
	places = words{size: look.SmallSize, ink: p.theme.Soft, align: right, lines: 2, height: look.LooseLine}
	if way.folded {
		name.lines, detail.lines = 3, 3
		time.size, time.align, places.align = look.OfficeSize, left, left
		if way.columns > 1 {
			time.size = way.name
		}
	}
	if p.tight >= 3 {
		time.size, detail.height, places.height = min(time.size, look.HourSize), look.TightLine, look.TightLine
		if p.tight >= tightest {
			detail.size, places.size = look.KeySize, look.KeySize
		}
		if off && !way.folded {
			time.size, time.height = look.SmallSize, 0.95 // no time, a dash
		}
	}
	if off {
		name.ink, time.ink = p.theme.Soft, p.theme.Soft
	}
	return name, detail, time, places
}

// service paints a service's card: its letter, what it is, and at the right or below when it can be had.
func (p *placer) service(b kiosk.Box, way rowsOf, card image.Rectangle) {
	p.card(b, card, look.RowRadius)
	badge, texts, side := p.serviceRooms(b, way, card)
	if letter, ok := find(b, kiosk.RoleBadge); ok {
		p.badge(letter, badge, b.Off)
	}
	name, detail, time, places := p.serviceWords(way, b.Off)
	if way.folded {
		height := p.scratch().foldedWords(b, way, texts)
		texts.Min.Y += (card.Dy()-height)/2 - p.rise(name)
		p.foldedWords(b, way, texts)
		return
	}
	p.pair(b, texts, kiosk.RoleName, name, kiosk.RoleDetail, detail)
	p.pair(b, side, kiosk.RoleTime, time, kiosk.RolePlaces, places)
}

// rise is how far words must be lifted to look as if they stood in the middle: a line has more room over its capitals
// than under its baseline.
func (p *placer) rise(w words) int { return int(p.style(w).Size * 0.06) }

// foldedWords sets name, detail, time and places from the top of room and returns their height. Time and places share
// a line where they can.
func (p *placer) foldedWords(b kiosk.Box, way rowsOf, room image.Rectangle) int {
	name, detail, time, places := p.serviceWords(way, b.Off)
	top := room.Min.Y
	top += p.child(b, kiosk.RoleName, room, top, name)
	top += p.child(b, kiosk.RoleDetail, room, top, detail)
	when, _ := find(b, kiosk.RoleTime)
	many, _ := find(b, kiosk.RolePlaces)
	wide := p.width(when.Text, time) + p.scale.Px(20)
	line := p.lineHeight(time)
	p.child(b, kiosk.RoleTime, room, top, time)
	if wide+p.width(many.Text, places) <= room.Dx() {
		beside := room
		beside.Min.X += wide
		p.child(b, kiosk.RolePlaces, beside, top+p.baseIn(time)-p.baseIn(places), places)
		return top + line - room.Min.Y
	}
	top += line
	top += p.child(b, kiosk.RolePlaces, room, top, places)
	return top - room.Min.Y
}

// child sets the text of the child of a role and returns its height, 0 where there is none.
func (p *placer) child(b kiosk.Box, role kiosk.Role, room image.Rectangle, top int, w words) int {
	c, ok := find(b, role)
	if !ok {
		return 0
	}
	c.ID = b.ID
	return p.text(c, c.Text, room, top, w)
}

// pair sets two texts below each other in the middle of a room's height and returns their height.
func (p *placer) pair(b kiosk.Box, room image.Rectangle, role kiosk.Role, w words, under kiosk.Role, small words) int {
	set := func(p *placer, top int) int {
		high := p.child(b, role, room, top, w)
		return high + p.child(b, under, room, top+high, small)
	}
	if p.dry {
		return set(p, 0)
	}
	height := set(p.scratch(), 0)
	set(p, room.Min.Y+(room.Dy()-height)/2-p.rise(w))
	return height
}

// serviceHeight is how high a service's card must be; whole is false where its words do not fit.
func (p *placer) serviceHeight(b kiosk.Box, way rowsOf, width int) (height int, whole bool) {
	key := cardOf{id: b.ID, way: way, tight: p.tight, width: width}
	known, ok := p.found.cards[key]
	if !ok {
		known.height, known.whole = p.measureService(b, way, width)
		p.found.cards[key] = known
	}
	return known.height, known.whole
}

func (p *placer) measureService(b kiosk.Box, way rowsOf, width int) (height int, whole bool) {
	s := p.scratch()
	_, texts, side := s.serviceRooms(b, way, image.Rect(0, 0, width, 0))
	name, detail, time, places := s.serviceWords(way, b.Off)
	if way.folded {
		height = s.foldedWords(b, way, texts)
	} else {
		height = max(
			s.pair(b, texts, kiosk.RoleName, name, kiosk.RoleDetail, detail),
			s.pair(b, side, kiosk.RoleTime, time, kiosk.RolePlaces, places),
		)
	}
	pad := []float64{20, 14, 8, 4, 4}[p.tight]
	if way.columns > 1 || way.folded {
		pad = max(pad, 10)
	}
	return height + 2*p.scale.Px(pad), len(s.plan.Misfits) == 0
}

// serviceRooms parts a card: the square for the letter, the room for what it is, the room for when.
func (p *placer) serviceRooms(b kiosk.Box, way rowsOf, card image.Rectangle) (badge, texts, side image.Rectangle) {
	pad := p.scale.Px(look.RowPad)
	if way.columns > 1 {
		pad = p.scale.Px(20)
	}
	room := image.Rect(card.Min.X+pad, card.Min.Y, card.Max.X-pad, card.Max.Y)
	texts, side = room, room
	if !way.folded {
		side.Min.X = room.Max.X - p.sideWidth(b, way, room.Dx())
		texts.Max.X = side.Min.X - p.scale.Px(24)
	}
	if letter, ok := find(b, kiosk.RoleBadge); ok {
		square := p.badgeSide(letter)
		y := card.Min.Y + (card.Dy()-square)/2
		badge = image.Rect(room.Min.X, y, room.Min.X+square, y+square)
		texts.Min.X = badge.Max.X + min(pad*8/9, p.scale.Px(32))
	}
	return badge, texts, side
}

// badgeSide is the side of a letter badge: as drawn, or more where its letter is larger.
func (p *placer) badgeSide(b kiosk.Box) int {
	square := p.scale.Px(look.Badge - []float64{0, 4, 12, 20, 20}[p.tight])
	return max(square, int(p.style(badgeWords(p)).Size*1.35), p.width(b.Text, badgeWords(p))+p.scale.Px(16))
}

// sideWidth is how wide the room for when a service can be had is.
func (p *placer) sideWidth(b kiosk.Box, way rowsOf, room int) int {
	name, _, time, places := p.serviceWords(way, b.Off)
	wide := 0
	if c, ok := find(b, kiosk.RoleTime); ok {
		wide = p.width(c.Text, time)
	}
	if c, ok := find(b, kiosk.RolePlaces); ok {
		wide = max(wide, p.placesWidth(b, c, name, places, room))
	}
	return wide
}

// placesWidth is how wide the words under a time may get: as wide as they are, unless they would break the service's
// name; then they take two lines, of one fact each if they can.
func (p *placer) placesWidth(b, places kiosk.Box, name, w words, room int) int {
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

func badgeWords(p *placer) words {
	w := label(look.ActionSize, p.theme.Brand)
	w.lines = 1
	return w
}

func (p *placer) badge(b kiosk.Box, square image.Rectangle, off bool) {
	w := badgeWords(p)
	ground := block{fill: p.theme.Tint, stroke: p.theme.TintLine, width: p.theme.Border, radius: look.HourRadius}
	if off {
		w.ink = p.theme.Soft
		ground.fill, ground.stroke = p.theme.Ground, p.theme.Line
	}
	p.block(square, ground)
	p.centre(b, b.Text, square, w)
}
