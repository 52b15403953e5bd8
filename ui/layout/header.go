package layout

import (
	"image"
	"image/color"

	"example.org/totem/kiosk"
	"example.org/totem/typeset"
	"example.org/totem/ui/look"
)

// header paints the band along the top and returns its height: who speaks here, where, and what time it is.
func (p *placer) header(b kiosk.Box, bounds image.Rectangle, height float64) int {
	band := bounds
	band.Max.Y = band.Min.Y + p.scale.Px(height)
	p.block(band, block{fill: p.theme.Band})
	if p.theme.BandRule.A != 0 {
		rule := band
		rule.Min.Y = rule.Max.Y - p.scale.Px(4)
		p.block(rule, block{fill: p.theme.BandRule})
	}
	margin := p.scale.Px(look.Margin)
	room := image.Rect(band.Min.X+margin, band.Min.Y, band.Max.X-margin, band.Max.Y)
	if emblem, ok := find(b, kiosk.RoleEmblem); ok && emblem.Text != "" {
		room.Min.X += p.emblem(emblem, room) + p.scale.Px(32)
	}
	if clock, ok := find(b, kiosk.RoleClock); ok && clock.Text != "" {
		w := words{size: look.TitleSize, weight: typeset.Bold, ink: p.theme.BandMark, align: right, lines: 1, height: 1}
		p.centre(clock, clock.Text, room, w)
		room.Max.X -= p.width(clock.Text, w) + p.scale.Px(40)
	}
	p.officeWords(b, room)
	return band.Dy()
}

// emblem paints the office's letters in a ring at the left of room and returns the ring's diameter.
func (p *placer) emblem(b kiosk.Box, room image.Rectangle) int {
	side := min(p.scale.Px(look.Emblem), room.Dy()-p.scale.Px(52))
	top := room.Min.Y + (room.Dy()-side)/2
	ring := image.Rect(room.Min.X, top, room.Min.X+side, top+side)
	s := Shape{Kind: Block, Rect: ring, Stroke: p.theme.BandMark, Width: max(2, p.scale.Px(4)), Radius: side / 2}
	p.plan.Shapes = append(p.plan.Shapes, s)
	w := label(look.CardSize, p.theme.BandMark)
	w.lines = 1
	p.centre(b, b.Text, ring.Inset(p.scale.Px(12)), w)
	return side
}

func (p *placer) officeWords(b kiosk.Box, room image.Rectangle) {
	office, _ := find(b, kiosk.RoleOffice)
	place, _ := find(b, kiosk.RolePlace)
	name := words{size: look.OfficeSize, weight: typeset.Bold, ink: p.theme.OnBand, lines: 2, height: look.TightLine}
	where := words{size: look.TabSize, ink: p.theme.OnBand, lines: 1, height: look.LooseLine}
	set := func(p *placer, top int) int {
		h := p.text(office, office.Text, room, top, name)
		return h + p.text(place, place.Text, room, top+h, where)
	}
	height := set(p.scratch(), 0)
	if height > room.Dy() {
		p.misfit(office, office.Text, "the office's name and place are higher than the band")
	}
	set(p, room.Min.Y+(room.Dy()-height)/2)
}

// languageStrip paints the rows of languages under the header and returns their height.
func (p *placer) languageStrip(b kiosk.Box, under image.Rectangle) int {
	rows := (len(b.Children) + look.LanguageColumns - 1) / look.LanguageColumns
	row := p.scale.AtLeast(look.LanguageHeight, look.SecondTarget+look.TargetGap+1)
	strip := under
	strip.Max.Y = strip.Min.Y + rows*row
	p.block(strip, block{fill: p.theme.Paper})
	p.rule(image.Rect(strip.Min.X, strip.Max.Y-p.scale.Px(2), strip.Max.X, strip.Max.Y))
	margin := p.scale.Px(look.Margin)
	room := image.Rect(strip.Min.X+margin, strip.Min.Y, strip.Max.X-margin, strip.Max.Y)
	p.languages(b, room, look.LanguageColumns, row)
	return strip.Dy()
}

func (p *placer) rule(rect image.Rectangle) { p.block(rect, block{fill: p.theme.Line}) }

// languages paints languages in columns, with the gap that fingers need between them.
func (p *placer) languages(b kiosk.Box, room image.Rectangle, columns, row int) {
	gap := p.scale.MM(look.TargetGap)
	column := (room.Dx() - (columns-1)*gap) / columns
	for i, child := range b.Children {
		x := room.Min.X + i%columns*(column+gap)
		y := room.Min.Y + i/columns*row
		cell := image.Rect(x, y+gap/2, x+column, y+row-(gap+1)/2)
		p.control(child, cell, func() { p.language(child, cell) })
	}
}

func (p *placer) language(b kiosk.Box, cell image.Rectangle) {
	w := words{size: look.TabSize, ink: p.theme.Ink, align: middle, lines: 1, height: look.TightLine}
	if b.Chosen {
		w.weight, w.ink = typeset.Bold, p.theme.Brand
	}
	switch {
	case p.isPressed(b):
		p.block(cell, block{fill: p.theme.Paper, radius: look.KeyRadius})
	case b.Chosen:
		p.underline(cell, p.theme.Brand)
	}
	p.centre(b, b.Text, cell, w)
}

// underline marks what is chosen by a bar along the foot of its cell: a shape, not only a colour.
func (p *placer) underline(cell image.Rectangle, ink color.RGBA) {
	bar := cell
	bar.Min.Y = bar.Max.Y - p.scale.Px(look.BarHeight)
	p.block(bar, block{fill: ink, radius: look.BarHeight / 2})
}

// languageCards paints languages as the decision of a screen: large cards, two abreast.
func (p *placer) languageCards(b kiosk.Box, slot image.Rectangle) int {
	gap := max(p.scale.Px(look.Gap), p.scale.MM(look.TargetGap))
	width := (slot.Dx() - gap) / 2
	height := p.scale.AtLeast([]float64{141, 124, 108, 96, 84}[p.tight], look.MainTarget)
	for i, child := range b.Children {
		x := slot.Min.X + i%2*(width+gap)
		y := slot.Min.Y + i/2*(height+gap)
		cell := image.Rect(x, y, x+width, y+height)
		p.control(child, cell, func() {
			ground := block{fill: p.theme.Paper, stroke: p.theme.Line, width: p.theme.Border, radius: look.RowRadius}
			w := label(look.CardSize, p.theme.Ink)
			w.lines = 1
			if child.Chosen {
				ground.fill, ground.stroke, ground.width, w.ink = p.theme.Tint, p.theme.Brand, look.ChosenFrame, p.theme.Brand
			}
			p.block(cell, ground)
			p.centre(child, child.Text, cell.Inset(p.scale.Px(16)), w)
		})
	}
	rows := (len(b.Children) + 1) / 2
	return max(0, rows*height+(rows-1)*gap)
}
