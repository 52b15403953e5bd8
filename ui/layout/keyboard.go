package layout

import (
	"image"
	"strings"
	"unicode/utf8"

	"example.org/totem/kiosk"
	"example.org/totem/typeset"
	"example.org/totem/ui/look"
)

// keyboardRow is how many keys of a keyboard stand abreast where fingers allow that: ten digits, and as many letters as the
// rows of keyboards that people know.
const keyboardRow = 10

// lastOfRow is the letter after which a row ends, though it has nine keys, where people know it so.
const lastOfRow = "l"

// keyboard paints the keys of an address: signs in keys of one size, as many abreast as fingers allow and no more than a row
// of ten, in the order of their boxes. A word takes as many places as it needs; the last one ends the last row.
func (p *placer) keyboard(b kiosk.Box, slot image.Rectangle) (height int) {
	p.leftToRight(slot, func() { height = p.keys(b, slot) })
	return height
}

func (p *placer) keys(b kiosk.Box, slot image.Rectangle) int {
	gap := p.scale.MM(look.TargetGap)
	least := p.scale.MM(look.SecondTarget)
	columns := max(1, min(keyboardRow, (slot.Dx()+gap)/(least+gap)))
	g := grid{slot: slot, columns: columns, gap: gap, width: (slot.Dx() - (columns-1)*gap) / columns}
	g.slot.Min.X += (slot.Dx() - columns*(g.width+gap) + gap) / 2 // keys are whole pixels
	g.height = p.scale.AtLeast([]float64{96, 88, 80, 70, 61}[p.tight], look.SecondTarget)
	w := p.keyboardWords(b, image.Pt(g.width, g.height))
	at := 0
	for i, pad := range b.Children {
		wide := p.padPlaces(pad, g)
		if i > 0 && columns == keyboardRow && b.Children[i-1].Text == lastOfRow {
			at += columns - at%columns
		}
		if at%columns+wide > columns {
			at += columns - at%columns
		}
		if last := i == len(b.Children)-1; last && wide > 1 {
			at += columns - at%columns - wide
		}
		p.key(pad, g.at(at, wide), w)
		at += wide
	}
	rows := (at + columns - 1) / columns
	return max(0, rows*(g.height+gap)-gap)
}

// keyboardWords is how the signs of a keyboard are set: as large as its keys hold the widest of them. Larger letters find no
// more room in a key than that.
func (p *placer) keyboardWords(b kiosk.Box, key image.Point) words {
	w := label(padSize, p.theme.Ink)
	w.lines, w.fixed = 1, true
	widest := 1
	for _, pad := range b.Children {
		if utf8.RuneCountInString(pad.Text) == 1 {
			widest = max(widest, p.width(pad.Text, w))
		}
	}
	wide := w.size * float64(key.X-2*p.scale.Px(8)) / float64(widest)
	high := w.size * float64(key.Y) / float64(p.lineHeight(w))
	w.size = min(w.size*float64(p.percent)/100, wide, high-1)
	return w
}

// padPlaces is how many places of a grid a key takes.
func (p *placer) padPlaces(b kiosk.Box, g grid) int {
	if utf8.RuneCountInString(b.Text) == 1 {
		return 1
	}
	for wide := 1; wide < g.columns; wide++ {
		key := g.at(0, wide).Size()
		w, side, space := p.wordPadWords(b, key)
		if p.wordFits(b, key, w, side+space) && side > 0 && p.typeSize(w) >= p.scale.Size(look.TabSize) {
			return wide
		}
	}
	return g.columns
}

// key paints one key of a keyboard.
func (p *placer) key(b kiosk.Box, cell image.Rectangle, w words) {
	p.control(b, cell, func() {
		p.card(b, cell, look.KeyRadius)
		w.ink = p.theme.Ink
		switch {
		case utf8.RuneCountInString(b.Text) > 1:
			p.wordPad(b, cell)
			return
		case b.Off:
			w.ink = p.theme.Soft
		}
		p.centre(b, b.Text, cell, w)
	})
}

// The size of what is typed of an address, in design pixels: as it is drawn, and the place of the next sign.
const (
	addressSize = 54.0
	addressNext = 10.0 // how thick its line is
)

// addressLines is how many lines of what is typed have their room, whatever is typed; where it is tightest, one.
const addressLines = 2

// address paints what was typed of an address so far: a field with room for two lines, in which signs stand one after the
// other and a thick line marks the place of the next. Signs are set one by one, for a setter keeps the words that it has
// set, and nothing may keep an address. A long one is set smaller, down to the size of running text, and then takes more
// lines.
func (p *placer) address(b kiosk.Box, slot image.Rectangle) (height int) {
	p.leftToRight(slot, func() { height = p.addressField(b, slot) })
	return height
}

func (p *placer) addressField(b kiosk.Box, slot image.Rectangle) int {
	typed := strings.TrimRight(b.Text, string(typedPlace))
	padX, padY := p.scale.Px(24), p.scale.Px([]float64{22, 18, 14, 10, 6}[p.tight])
	room := slot.Dx() - 2*padX
	w := words{size: max(look.BodySize, addressSize-6*float64(p.tight)), weight: typeset.SemiBold, ink: p.theme.Ink, height: look.TightLine, lines: 1}
	kept := addressLines * p.lineHeight(w)
	if p.tight == tightest {
		kept = p.lineHeight(w)
	}
	lines := p.signLines(typed, room, w)
	for len(lines)*p.lineHeight(w) > kept && w.size > look.BodySize {
		w.size = max(look.BodySize, w.size-4)
		lines = p.signLines(typed, room, w)
	}
	field := slot
	field.Max.Y = field.Min.Y + max(kept, len(lines)*p.lineHeight(w)) + 2*padY
	p.block(field, block{fill: p.theme.Paper, stroke: p.theme.Line, width: p.theme.Border, radius: look.HourRadius})
	top := field.Min.Y + (field.Dy()-len(lines)*p.lineHeight(w))/2
	for i, line := range lines {
		p.signs(b, line, image.Rect(field.Min.X+padX, top, field.Max.X-padX, top+p.lineHeight(w)), w, i == len(lines)-1)
		top += p.lineHeight(w)
	}
	return field.Dy()
}

// signLines breaks an address into lines, before its @ where that is near enough, else after any sign. The last one has
// room for the next sign.
func (p *placer) signLines(typed string, room int, w words) []string {
	var lines []string
	line, wide, next := "", 0, p.signPlace("0", w)
	for _, sign := range typed {
		place := p.signPlace(string(sign), w)
		if wide+place > room && line != "" {
			at := strings.LastIndexByte(line, '@')
			if at <= 0 {
				at = len(line)
			}
			lines, line = append(lines, line[:at]), line[at:]
			wide = 0
			for _, kept := range line {
				wide += p.signPlace(string(kept), w)
			}
		}
		line += string(sign)
		wide += place
	}
	if wide+next > room {
		lines, line = append(lines, line), ""
	}
	return append(lines, line)
}

// signPlace is how wide the place of a sign is.
func (p *placer) signPlace(sign string, w words) int { return p.width(sign, w) + p.scale.Px(2) }

// signs paints one line of an address, and after the last one the place of the next sign.
func (p *placer) signs(b kiosk.Box, line string, row image.Rectangle, w words, last bool) {
	x := row.Min.X
	for _, sign := range line {
		wide := p.signPlace(string(sign), w)
		p.text(b, string(sign), image.Rect(x, row.Min.Y, x+wide+1, row.Max.Y), row.Min.Y, w)
		x += wide
	}
	if last {
		thick := max(5, p.scale.Px(addressNext))
		foot := row.Min.Y + p.baseIn(w) + p.scale.Px(4)
		p.block(image.Rect(x, foot-thick, x+p.width("0", w), foot), block{fill: p.theme.Brand})
	}
}
