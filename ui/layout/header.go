package layout

import (
	"image"
	"image/color"
	"slices"

	"example.org/totem/kiosk"
	"example.org/totem/typeset"
	"example.org/totem/ui/look"
)

// header paints the band along the top and returns its height: who speaks here, where, and what time it is.
func (p *placer) header(b kiosk.Box, bounds image.Rectangle, design float64) int {
	band := bounds
	band.Max.Y = band.Min.Y + p.bandHeight(b, bounds, p.scale.Px(design))
	p.block(band, block{fill: p.theme.Band})
	if p.theme.BandRule.A != 0 {
		rule := band
		rule.Min.Y = rule.Max.Y - p.scale.Px(4)
		p.block(rule, block{fill: p.theme.BandRule})
	}
	room := p.bandRoom(b, band, true)
	height := p.scratch().officeWords(b, room, 0)
	p.officeWords(b, room, room.Min.Y+(room.Dy()-height)/2)
	return band.Dy()
}

// bandHeight is as drawn, or more where the office's words need it: the same on all screens of one size of text.
func (p *placer) bandHeight(b kiosk.Box, bounds image.Rectangle, drawn int) int {
	band := bounds
	band.Max.Y = band.Min.Y + drawn
	if emblem, ok := find(b, kiosk.RoleEmblem); ok && emblem.Text != "" {
		drawn = max(drawn, p.emblemLeast(emblem)+2*p.scale.Px(16))
	}
	return max(drawn, p.scratch().officeWords(b, p.bandRoom(b, band, false), 0)+2*p.scale.Px(20))
}

// bandRoom returns the room that emblem and clock leave for the office's words, and paints them if that is wanted.
func (p *placer) bandRoom(b kiosk.Box, band image.Rectangle, painted bool) image.Rectangle {
	margin := p.scale.Px(look.Margin)
	room := image.Rect(band.Min.X+margin, band.Min.Y, band.Max.X-margin, band.Max.Y)
	if emblem, ok := find(b, kiosk.RoleEmblem); ok && emblem.Text != "" {
		side := max(min(p.scale.Px(look.Emblem), room.Dy()-p.scale.Px(40)), p.emblemLeast(emblem))
		if painted {
			p.emblem(emblem, room, side)
		}
		room.Min.X += side + p.scale.Px(32)
	}
	if clock, ok := find(b, kiosk.RoleClock); ok && clock.Text != "" {
		w := words{size: look.TitleSize, weight: typeset.Bold, ink: p.theme.BandMark, align: right, lines: 1, height: 1, fixed: true}
		if painted {
			p.centre(clock, clock.Text, room, w)
		}
		room.Max.X -= max(p.width("00:00", w), p.width(clock.Text, w)) + p.scale.Px(40) // whatever time it is
	}
	return room
}

// emblem paints the office's letters in a ring of a diameter at the left of room.
func (p *placer) emblem(b kiosk.Box, room image.Rectangle, side int) {
	top := room.Min.Y + (room.Dy()-side)/2
	ring := image.Rect(room.Min.X, top, room.Min.X+side, top+side)
	s := Shape{Kind: Block, Rect: ring, Stroke: p.theme.BandMark, Width: max(2, p.scale.Px(4)), Radius: side / 2}
	p.draw(s)
	p.centre(b, b.Text, ring.Inset(p.scale.Px(8)), p.emblemWords())
}

func (p *placer) emblemWords() words {
	w := label(look.CardSize, p.theme.BandMark)
	w.lines, w.fixed = 1, true
	return w
}

// emblemLeast is the least diameter of the ring around an emblem's letters.
func (p *placer) emblemLeast(b kiosk.Box) int {
	return max(p.width(b.Text, p.emblemWords())*5/4, p.lineHeight(p.emblemWords())) + 2*p.scale.Px(8)
}

// officeWords sets name and place of the office from top on and returns their height.
func (p *placer) officeWords(b kiosk.Box, room image.Rectangle, top int) int {
	office, _ := find(b, kiosk.RoleOffice)
	place, _ := find(b, kiosk.RolePlace)
	name := words{size: look.OfficeSize, weight: typeset.Bold, ink: p.theme.OnBand, lines: 3, height: look.TightLine, fixed: true}
	where := words{size: look.TabSize, ink: p.theme.OnBand, lines: 5, height: look.LooseLine, fixed: true}
	if p.width(place.Text, where) > room.Dx() {
		where.height = look.TightLine
	}
	high := p.text(office, office.Text, room, top, name)
	return high + p.text(place, place.Text, room, top+high, where)
}

// languageStrip paints the rows of languages under the header and returns their height.
func (p *placer) languageStrip(b kiosk.Box, under image.Rectangle) int {
	margin := p.scale.Px(look.Margin - 16) // a name stands in the middle of its cell
	columns := p.languageColumns(b, under.Dx()-2*margin)
	rows, row := (len(b.Children)+columns-1)/columns, p.languageRow()
	strip := under
	strip.Max.Y = strip.Min.Y + rows*row
	p.block(strip, block{fill: p.theme.Paper})
	p.rule(image.Rect(strip.Min.X, strip.Max.Y-p.scale.Px(2), strip.Max.X, strip.Max.Y))
	room := image.Rect(strip.Min.X+margin, strip.Min.Y, strip.Max.X-margin, strip.Max.Y)
	p.in(image.Rect(strip.Min.X, strip.Min.Y, strip.Max.X, strip.Max.Y-p.scale.Px(2)), func() { p.languages(b, room, columns, row) })
	return strip.Dy()
}

// languageRow is the height of a row of languages, the gap to the next counted in.
func (p *placer) languageRow() int {
	return max(p.scale.AtLeast(look.LanguageHeight, look.SecondTarget+look.TargetGap+1), p.lineHeight(p.languageWords())+p.scale.MM(look.TargetGap)+p.scale.Px(24))
}

func (p *placer) languageWords() words {
	return words{size: look.TabSize, ink: p.theme.Ink, align: middle, lines: 1, height: look.TightLine}
}

// languageColumns is how many languages stand side by side: as many as leave each name room, and in rows of one length.
func (p *placer) languageColumns(b kiosk.Box, width int) int {
	w, widest := p.languageWords(), 0
	w.weight = typeset.SemiBold
	for _, c := range b.Children {
		widest = max(widest, p.width(c.Text, w))
	}
	gap := p.scale.MM(look.TargetGap)
	n := max(1, len(b.Children))
	most := min(n, max(1, (width+gap)/(widest+gap)))
	rows := (n + most - 1) / most
	return (n + rows - 1) / rows
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
	w := p.languageWords()
	if b.Chosen {
		w.weight, w.ink = typeset.SemiBold, p.theme.Brand
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

// languageSize is the size of the languages' names on cards: as drawn, or the first step smaller that holds all of them.
func (p *placer) languageSize(b kiosk.Box, width int) float64 {
	for _, size := range []float64{look.CardSize, look.ButtonSize} {
		wide := func(c kiosk.Box) bool { return p.width(c.Text, label(size, p.theme.Ink)) > width }
		if !slices.ContainsFunc(b.Children, wide) {
			return size
		}
	}
	return look.TabSize
}

// languageCards paints languages as the decision of a screen: large cards, two abreast.
func (p *placer) languageCards(b kiosk.Box, slot image.Rectangle) int {
	gap := max(p.scale.Px(look.Gap), p.scale.MM(look.TargetGap))
	width := (slot.Dx() - gap) / 2
	size := p.languageSize(b, width-2*p.scale.Px(16))
	height := p.scale.AtLeast([]float64{141, 124, 108, 96, 84}[p.tight], look.MainTarget)
	height = max(height, p.lineHeight(label(size, p.theme.Ink))+p.scale.Px(8))
	for i, child := range b.Children {
		x := slot.Min.X + i%2*(width+gap)
		y := slot.Min.Y + i/2*(height+gap)
		cell := image.Rect(x, y, x+width, y+height)
		p.control(child, cell, func() {
			ground := block{fill: p.theme.Paper, stroke: p.theme.Line, width: p.theme.Border, radius: look.RowRadius}
			w := label(size, p.theme.Ink)
			w.lines = 1
			if child.Chosen {
				ground.fill, ground.stroke, ground.width, w.ink = p.theme.Tint, p.theme.Brand, look.ChosenFrame, p.theme.Brand
			}
			p.block(cell, ground)
			p.centre(child, child.Text, image.Rect(cell.Min.X+p.scale.Px(16), cell.Min.Y, cell.Max.X-p.scale.Px(16), cell.Max.Y), w)
		})
	}
	rows := (len(b.Children) + 1) / 2
	return max(0, rows*height+(rows-1)*gap)
}
