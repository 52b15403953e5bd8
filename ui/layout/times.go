package layout

import (
	"image"
	"math"

	"example.org/totem/kiosk"
	"example.org/totem/typeset"
	"example.org/totem/ui/look"
)

// hero paints the card with the thing most people want: its time, what there is to say about it, the one filled
// button.
func (p *placer) hero(b kiosk.Box, slot image.Rectangle) int {
	natural := p.scratch().heroInside(b, slot, 0, 0) + 2*p.heroPad()
	height := max(natural, p.tall)
	card := slot
	card.Max.Y = card.Min.Y + height
	p.block(card, block{fill: p.theme.Paper, stroke: p.theme.Line, width: p.theme.Border, radius: look.Radius})
	p.heroInside(b, card, card.Min.Y+p.heroPad(), height-natural)
	return height
}

func (p *placer) heroPad() int {
	return p.scale.Px(look.Pad * []float64{1, 0.85, 0.7, 0.6, 0.5}[p.tight])
}

// heroInside sets what is in the hero, with so many spare pixels between its words and its button, and returns its
// height. In a wide card the button stands beside the words.
func (p *placer) heroInside(b kiosk.Box, card image.Rectangle, top, spare int) int {
	pad := p.scale.Px(look.Pad)
	room := image.Rect(card.Min.X+pad, top, card.Max.X-pad, top)
	time, notes, others := heroParts(b)
	if p.landscape() && card.Dx() > p.scale.Px(1000) {
		said, done := room, room
		said.Max.X = room.Min.X + room.Dx()*11/20
		done.Min.X = said.Max.X + p.scale.Px(48)
		height := max(p.scratch().heroWords(time, notes, said, 0), p.stackHeight(others, done))
		said.Min.Y = top + (height-p.scratch().heroWords(time, notes, said, 0))/2
		done.Min.Y = top + (height-p.stackHeight(others, done))/2
		p.heroWords(time, notes, said, said.Min.Y)
		p.stack(others, done)
		return height
	}
	top += p.heroWords(time, notes, room, top) + spare
	for _, c := range others {
		top += p.scale.Px(28)
		slot := room
		slot.Min.Y = top
		top += p.put(c, slot)
	}
	return top - room.Min.Y
}

// heroWords sets the time and what there is to say about it, and returns their height.
func (p *placer) heroWords(time kiosk.Box, notes []kiosk.Box, room image.Rectangle, top int) int {
	w := words{size: look.TimeSize, weight: typeset.Bold, ink: p.theme.Ink, lines: 1, height: 0.92}
	switch {
	case p.tight == tightest && p.percent >= 150:
		w.size = 100
	case p.tight >= 2:
		w.size = 120
	}
	height := p.lineHeight(w)
	cell := room
	cell.Min.Y, cell.Max.Y = top, top+height
	p.centre(time, time.Text, cell, w)
	beside := room
	beside.Min.X += p.width(time.Text, w) + p.scale.Px(40)
	base := (height + int(p.set.Measure(time.Text, p.style(w)).Capital)) / 2
	return p.heroNotes(notes, room, beside, top, height, base)
}

// baseIn is how far below the top of its line the baseline of a text stands.
func (p *placer) baseIn(w words) int {
	line := p.set.Measure("", p.style(w))
	return int(math.Round((float64(p.lineHeight(w))-line.Ascent-line.Descent)/2 + line.Ascent))
}

// heroNotes sets the notes beside the time, their last line on its baseline, if three lines are enough for them; else
// below, and there the room of three lines is kept: another time with longer notes must move nothing. It returns the
// height of time and notes.
func (p *placer) heroNotes(notes []kiosk.Box, under, beside image.Rectangle, top, height, timeBase int) int {
	const most = 3
	w := words{size: look.ButtonSize, ink: p.theme.Soft, align: right, lines: 2, height: look.LooseLine}
	if p.tight >= 2 {
		w.size = look.TabSize
	}
	if p.tight >= 3 {
		w.height = look.TightLine
	}
	// A wide panel's hero is narrow and high: there the notes always stand below.
	line, lines, fits := p.lineHeight(w), 0, !p.landscape()
	for _, n := range notes {
		broken, ok := p.broken(n.Text, beside.Dx(), w)
		lines += len(broken)
		fits = fits && ok
	}
	if fits && lines <= most && lines*line <= timeBase+line/3 {
		at := top + timeBase - p.baseIn(w) - (lines-1)*line
		for _, n := range notes {
			at += p.text(n, n.Text, beside, at, w)
		}
		return height
	}
	w.align, w.size = left, min(w.size, look.BodySize)
	height += p.scale.Px(12)
	start := height
	for _, n := range notes {
		height += p.text(n, n.Text, under, top+height, w)
	}
	if p.tight >= tightest {
		return height
	}
	return max(height, start+most*p.lineHeight(w))
}

func heroParts(b kiosk.Box) (time kiosk.Box, notes, others []kiosk.Box) {
	for _, c := range b.Children {
		switch c.Role {
		case kiosk.RoleTime:
			time = c
		case kiosk.RoleNote:
			notes = append(notes, c)
		default:
			others = append(others, c)
		}
	}
	return time, notes, others
}

// hours paints a grid of times, as many abreast as fingers and figures allow.
func (p *placer) hours(b kiosk.Box, slot image.Rectangle) int {
	gap := max(p.scale.Px(look.HourGap), p.scale.MM(look.TargetGap))
	w := p.hourWords()
	least := max(p.scale.Px([]float64{190, 190, 134, 134, 134}[p.tight]), p.scale.MM(look.MainTarget), p.width("00:00", w)+p.scale.Px(20))
	columns := max(1, min(4, (slot.Dx()+gap)/(least+gap)))
	width := (slot.Dx() - (columns-1)*gap) / columns
	height := p.scale.AtLeast([]float64{122, 108, 98, 90, 81}[p.tight], look.MainTarget)
	height = max(height, p.lineHeight(w)+p.scale.Px(12))
	for i, hour := range b.Children {
		x := slot.Min.X + i%columns*(width+gap)
		y := slot.Min.Y + i/columns*(height+gap)
		cell := image.Rect(x, y, x+width, y+height)
		p.control(hour, cell, func() { p.hour(hour, cell) })
	}
	rows := (len(b.Children) + columns - 1) / columns
	return max(0, rows*height+(rows-1)*gap)
}

// hourWords are the figures of an hour, a step smaller where it is tight.
func (p *placer) hourWords() words {
	w := label(look.HourSize, p.theme.Ink)
	w.lines = 1
	if p.tight >= 2 {
		w.size = look.ButtonSize
	}
	return w
}

// hour paints one time. One that cannot be had stays where it is, struck.
func (p *placer) hour(b kiosk.Box, cell image.Rectangle) {
	p.card(b, cell, look.HourRadius)
	w := p.hourWords()
	if b.Chosen {
		p.block(cell, block{fill: p.theme.Tint, stroke: p.theme.Brand, width: look.ChosenFrame, radius: look.HourRadius})
		w.ink = p.theme.Brand
	}
	if b.Off {
		w.weight, w.ink, w.struck = typeset.Regular, p.theme.Soft, true
	}
	p.centre(b, b.Text, cell, w)
}
