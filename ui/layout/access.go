package layout

import (
	"image"

	"example.org/totem/kiosk"
	"example.org/totem/ui/look"
)

// accessBar paints the access keys along the lower edge and returns the bar's height.
func (p *placer) accessBar(b kiosk.Box, over image.Rectangle) int {
	bar := over
	bar.Min.Y = bar.Max.Y - p.scale.Px(look.AccessHeight)
	p.block(bar, block{fill: p.theme.Paper})
	p.rule(image.Rect(bar.Min.X, bar.Min.Y, bar.Max.X, bar.Min.Y+p.scale.Px(2)))
	n := len(b.Children)
	if n == 0 {
		return bar.Dy()
	}
	gap := p.scale.MM(look.TargetGap)
	room := image.Rect(bar.Min.X+gap, bar.Min.Y+p.scale.Px(12), bar.Max.X-gap, bar.Max.Y-p.scale.Px(12))
	column := (room.Dx() - (n-1)*gap) / n
	for i, key := range b.Children {
		x := room.Min.X + i*(column+gap)
		cell := image.Rect(x, room.Min.Y, x+column, room.Max.Y)
		p.control(key, cell, func() { p.keyUnder(key, cell) })
	}
	return bar.Dy()
}

// keyUnder paints an access key with its label under its drawing.
func (p *placer) keyUnder(b kiosk.Box, cell image.Rectangle) {
	p.keyGround(b, cell)
	icon, text := p.keyWords(b)
	side := p.scale.Px(52)
	space := p.scale.Px(6)
	w := words{size: look.KeySize, ink: p.theme.Ink, align: middle, lines: 2, height: look.TightLine}
	height := p.scratch().text(text, text.Text, cell, 0, w)
	top := cell.Min.Y + (cell.Dy()-side-space-height)/2
	x := cell.Min.X + (cell.Dx()-side)/2
	p.icon(icon, image.Rect(x, top, x+side, top+side), p.theme.Ink, 4)
	p.text(text, text.Text, cell, top+side+space, w)
}

// keyBeside paints an access key with its label beside its drawing.
func (p *placer) keyBeside(b kiosk.Box, cell image.Rectangle) {
	p.keyGround(b, cell)
	icon, text := p.keyWords(b)
	side := p.scale.Px(52)
	x := cell.Min.X + p.scale.Px(24)
	y := cell.Min.Y + (cell.Dy()-side)/2
	p.icon(icon, image.Rect(x, y, x+side, y+side), p.theme.Ink, 4)
	room := image.Rect(x+side+p.scale.Px(24), cell.Min.Y, cell.Max.X-p.scale.Px(16), cell.Max.Y)
	p.centre(text, text.Text, room, words{size: look.SmallSize, ink: p.theme.Ink, lines: 2, height: look.TightLine})
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

// sidebar paints the right column of a wide panel: languages and what is to be known at its head, access keys at its
// foot. With nothing at its head it is no higher than the keys. It returns the body's boxes that are not in it.
func (p *placer) sidebar(side image.Rectangle, r rooms) (body []kiosk.Box) {
	room := side.Inset(p.scale.Px(36))
	room.Min.Y -= p.scale.Px(12)
	row := p.scale.AtLeast(look.LanguageHeight, look.SecondTarget+look.TargetGap+1)
	head := room
	if r.languages != nil {
		head.Min.Y += (len(r.languages.Children) + 1) / 2 * row
	}
	head.Min.Y += p.scale.Px(24)
	if r.access != nil {
		head.Max.Y = p.scratch().keyColumn(*r.access, room) - p.scale.Px(36)
	}
	upper, body := p.known(r.body, head)
	paper := side
	if r.languages == nil && len(upper) == 0 {
		paper.Min.Y = head.Max.Y + p.scale.Px(36)
	}
	if paper.Empty() {
		return body
	}
	p.block(paper, block{fill: p.theme.Paper})
	p.rule(image.Rect(side.Min.X, paper.Min.Y, side.Min.X+p.scale.Px(2), side.Max.Y))
	if r.languages != nil {
		p.languages(*r.languages, room, 2, row)
	}
	p.stack(upper, head)
	if r.access != nil {
		p.keyColumn(*r.access, room)
	}
	if paper.Min.Y > side.Min.Y {
		p.rule(image.Rect(side.Min.X, paper.Min.Y, side.Max.X, paper.Min.Y+p.scale.Px(2)))
	}
	return body
}

// known parts a body into what is to be known beside it (the promise, of when a list is, what follows on a ticket) and
// the rest. What finds no room beside it stays in it.
func (p *placer) known(boxes []kiosk.Box, head image.Rectangle) (upper, body []kiosk.Box) {
	list, ticket := has(boxes, kiosk.RoleServices), has(boxes, kiosk.RoleNumber)
	for _, b := range boxes {
		beside := b.Role == kiosk.RolePromise || list && b.Role == kiosk.RoleNote || ticket && b.Role == kiosk.RoleCard
		if beside && p.stackHeight(append(upper, b), head) <= head.Dy() {
			upper = append(upper, b)
			continue
		}
		body = append(body, b)
	}
	return upper, body
}

// keyColumn paints the access keys from the foot of room upwards, two abreast when there are many, and returns where
// they begin.
func (p *placer) keyColumn(b kiosk.Box, room image.Rectangle) int {
	columns, paint, height := 1, p.keyBeside, p.scale.AtLeast(84, look.MainTarget)
	if len(b.Children) > 4 {
		columns, paint, height = 2, p.keyUnder, p.scale.AtLeast(132, look.MainTarget)
	}
	gap := p.scale.MM(look.TargetGap)
	rows := (len(b.Children) + columns - 1) / columns
	column := (room.Dx() - (columns-1)*gap) / columns
	top := room.Max.Y - rows*height - (rows-1)*gap
	for i, key := range b.Children {
		x := room.Min.X + i%columns*(column+gap)
		y := top + i/columns*(height+gap)
		cell := image.Rect(x, y, x+column, y+height)
		p.control(key, cell, func() { paint(key, cell) })
	}
	line := top - p.scale.Px(24)
	p.rule(image.Rect(room.Min.X, line, room.Max.X, line+p.scale.Px(2)))
	return line
}
