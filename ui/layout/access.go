package layout

import (
	"image"

	"example.org/totem/kiosk"
	"example.org/totem/ui/look"
)

// accessBar paints the access keys along the lower edge and returns the bar's height: the same on all screens of one size of
// text.
func (p *placer) accessBar(b kiosk.Box, over image.Rectangle) int {
	n := len(b.Children)
	if n == 0 {
		return 0
	}
	gap, pad := p.scale.MM(look.TargetGap), max(p.scale.Px(12), p.ringReach())
	columns := p.keyColumns(b, over.Dx()-2*gap)
	rows := (n + columns - 1) / columns
	column := (over.Dx() - 2*gap - (columns-1)*gap) / columns
	high := p.keyHeight(b, column+p.keyOver())
	if rows == 1 {
		high = max(high, p.scale.Px(look.AccessHeight)-2*pad)
	}
	bar := over
	bar.Min.Y = bar.Max.Y - rows*high - (rows-1)*gap - 2*pad
	p.block(bar, block{fill: p.theme.Paper})
	p.rule(image.Rect(bar.Min.X, bar.Min.Y, bar.Max.X, bar.Min.Y+p.scale.Px(2)))
	for i, key := range b.Children {
		x := bar.Min.X + gap + i%columns*(column+gap)
		y := bar.Min.Y + pad + i/columns*(high+gap)
		cell := image.Rect(x, y, x+column, y+high)
		p.in(bar, func() { p.control(key, cell, func() { p.keyUnder(key, cell, p.keyOver()/2) }) })
	}
	return bar.Dy()
}

// keyColumns is how many access keys stand side by side: all of them, or half where that leaves a label too little room.
func (p *placer) keyColumns(b kiosk.Box, width int) int {
	n, gap := len(b.Children), p.scale.MM(look.TargetGap)
	if p.labelsFit(b, (width-(n-1)*gap)/n) {
		return n
	}
	return (n + 1) / 2
}

func (p *placer) labelsFit(b kiosk.Box, column int) bool {
	return column >= p.scale.MM(look.MainTarget) && p.labelsIn(b, column+p.keyOver())
}

// labelsIn reports whether all labels fit so many pixels, on two lines each.
func (p *placer) labelsIn(b kiosk.Box, width int) bool {
	for _, key := range b.Children {
		_, text := p.keyWords(key)
		if _, fits := p.set.Balanced(text.Text, p.style(p.keyLabel()), float64(width), 2); !fits {
			return false
		}
	}
	return true
}

// keyPad is the least space over and under what stands in an access key, in design pixels.
const keyPad = 6.0

// keyOver is how much of the gaps beside it a label may use: between it and its neighbour's a ring has its place.
func (p *placer) keyOver() int { return max(0, (p.scale.MM(look.TargetGap)-p.ringReach())/2*2) }

func (p *placer) keyLabel() words {
	return words{size: look.KeySize, ink: p.theme.Ink, align: middle, lines: 2, height: look.TightLine, fixed: true}
}

// keySide is the side of an access key's drawing.
func (p *placer) keySide() int { return max(p.scale.Px(52), int(p.typeSize(p.keyLabel())*1.25)) }

// keyHeight is how high an access key is with its label, of so many pixels at most, under its drawing.
func (p *placer) keyHeight(b kiosk.Box, width int) int {
	high := 0
	for _, key := range b.Children {
		_, text := p.keyWords(key)
		high = max(high, p.scratch().text(text, text.Text, image.Rect(0, 0, width, 0), 0, p.keyLabel()))
	}
	return max(p.scale.MM(look.MainTarget), p.keySide()+p.scale.Px(6+look.BarHeight+2*keyPad)+high)
}

// keyUnder paints an access key with its label under its drawing, which may reach over the cell's sides.
func (p *placer) keyUnder(b kiosk.Box, cell image.Rectangle, over int) {
	p.keyGround(b, cell)
	icon, text := p.keyWords(b)
	side, space := p.keySide(), p.scale.Px(6)
	room := image.Rect(cell.Min.X-over, cell.Min.Y, cell.Max.X+over, cell.Max.Y)
	height := p.scratch().text(text, text.Text, room, 0, p.keyLabel())
	// The bar under a key that is on has its place under every key: none moves when it is touched.
	top := cell.Min.Y + (cell.Dy()-p.scale.Px(look.BarHeight)-side-space-height)/2
	x := cell.Min.X + (cell.Dx()-side)/2
	p.icon(icon, image.Rect(x, top, x+side, top+side), p.theme.Ink, 4)
	p.text(text, text.Text, room, top+side+space, p.keyLabel())
}

func (p *placer) keyGround(b kiosk.Box, cell image.Rectangle) {
	switch {
	case p.isPressed(b):
		p.block(cell, block{fill: p.theme.Paper, radius: look.KeyRadius})
	case b.Chosen:
		p.underline(cell, p.theme.Brand)
	}
}

func (p *placer) keyWords(b kiosk.Box) (icon string, text kiosk.Box) {
	drawing, _ := find(b, kiosk.RoleIcon)
	text, ok := find(b, kiosk.RoleLabel)
	if !ok {
		text = kiosk.Box{Role: kiosk.RoleLabel, Text: b.Text}
	}
	text.ID = b.ID
	return drawing.Text, text
}

// sidebarPad is the least space left and right in a sidebar, in design pixels.
const sidebarPad = 36.0

// sidebarWidth is how wide the sidebar of a wide panel is: as drawn, or more where a label of its access keys needs that, but
// no more than two fifths of the panel.
func (p *placer) sidebarWidth(b *kiosk.Box) int {
	width, most := p.scale.Px(look.SidebarWidth), p.plan.Bounds.Dx()*2/5
	if b == nil {
		return width
	}
	for ; width < most && !p.labelsIn(*b, p.keyColumn(width-2*p.scale.Px(sidebarPad))); width++ {
	}
	return width
}

// keyColumn is how wide an access key is in a sidebar whose keys have so much room.
func (p *placer) keyColumn(room int) int {
	return (room - (sidebarColumns-1)*p.scale.MM(look.TargetGap)) / sidebarColumns
}

// sidebarColumns is how many access keys stand side by side in a sidebar.
const sidebarColumns = 2

// sidebar paints the right column of a wide panel: what is to be known at its head, access keys at its foot. With nothing at
// its head it is no higher than the keys. The hint stands over the keys if there is room. It returns the body's boxes that are
// not in it, and the hint if that is not.
func (p *placer) sidebar(side image.Rectangle, r rooms) (body []kiosk.Box, hint *kiosk.Box) {
	room := side.Inset(p.scale.Px(sidebarPad))
	room.Min.Y -= p.scale.Px(12)
	head := room
	head.Min.Y += p.scale.Px(24)
	keys := side.Max.Y
	if r.access != nil {
		keys = p.scratch().keysUp(*r.access, room, side)
	}
	band, beside := p.hintOverKeys(r.hint, side, keys)
	keys = band.Min.Y
	head.Max.Y = keys - p.scale.Px(36)
	if p.low && hasKeys(r.body) { // what stands there is touched
		head.Min.Y = max(head.Min.Y, p.reach.Min.Y)
	}
	was := p.tight
	if hasKeys(r.body) { // what is done with what was typed takes no more room than it must
		p.tight = tightest
	}
	upper, body := p.known(r.body, head)
	paper := side
	if len(upper) == 0 {
		paper.Min.Y = keys
	}
	if paper.Empty() {
		p.tight = was
		return body, r.hint
	}
	p.block(paper, block{fill: p.theme.Paper})
	p.rule(image.Rect(side.Min.X, paper.Min.Y, side.Min.X+p.scale.Px(2), side.Max.Y))
	p.stack(upper, head)
	p.tight = was
	if beside {
		p.hint(*r.hint, band)
		r.hint = nil
	}
	if r.access != nil {
		p.keysUp(*r.access, room, side)
	}
	if paper.Min.Y > side.Min.Y {
		p.rule(image.Rect(side.Min.X, paper.Min.Y, side.Max.X, paper.Min.Y+p.scale.Px(2)))
	}
	return body, r.hint
}

// known parts a body into what is to be known beside it (the promise, of when a list is, what follows on a ticket), or what
// is done with what keys have typed, and the rest. What finds no room beside it stays in it.
func (p *placer) known(boxes []kiosk.Box, head image.Rectangle) (upper, body []kiosk.Box) {
	list, ticket, keys := has(boxes, kiosk.RoleServices), has(boxes, kiosk.RoleNumber), hasKeys(boxes)
	for _, b := range boxes {
		beside := b.Role == kiosk.RolePromise || list && b.Role == kiosk.RoleNote || ticket && b.Role == kiosk.RoleCard || keys && b.Role == kiosk.RoleButtons
		if s := p.scratch(); beside && s.stack(append(upper, b), head) <= head.Dy() && len(s.plan.Misfits) == 0 {
			upper = append(upper, b)
			continue
		}
		body = append(body, b)
	}
	return upper, body
}

// hasKeys reports whether something is typed in a body.
func hasKeys(boxes []kiosk.Box) bool {
	return has(boxes, kiosk.RoleKeyboard) || has(boxes, kiosk.RoleKeypad)
}

// keysUp paints the access keys of a sidebar from the foot of room upwards, two abreast, and returns where they begin.
func (p *placer) keysUp(b kiosk.Box, room, side image.Rectangle) int {
	gap, column := p.scale.MM(look.TargetGap), p.keyColumn(room.Dx())
	rows := (len(b.Children) + sidebarColumns - 1) / sidebarColumns
	height := p.keyHeight(b, column)
	top := room.Max.Y - rows*height - (rows-1)*gap
	for i, key := range b.Children {
		x := room.Min.X + i%sidebarColumns*(column+gap)
		y := top + i/sidebarColumns*(height+gap)
		cell := image.Rect(x, y, x+column, y+height)
		p.in(side, func() { p.control(key, cell, func() { p.keyUnder(key, cell, 0) }) })
	}
	line := top - p.scale.Px(24)
	p.rule(image.Rect(room.Min.X, line, room.Max.X, line+p.scale.Px(2)))
	return line
}
