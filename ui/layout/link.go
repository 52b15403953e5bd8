package layout

import (
	"image"
	"image/color"

	"example.org/totem/kiosk"
	"example.org/totem/typeset"
	"example.org/totem/ui/look"
)

// onward is words that lead on, with an arrow after the last of them.
type onward struct {
	words
	side, arrow, gap int // the square of the arrow, how much of its width is seen, and the space before it
}

func (p *placer) onward(size float64) onward {
	w := words{size: size, weight: typeset.Bold, ink: p.theme.Brand, lines: 3, height: look.TightLine, even: true}
	high := p.lineHeight(w)
	side := high * 5 / 8
	return onward{words: w, side: side, arrow: side * 16 / 48, gap: high / 3}
}

// linkWidth is how wide a link wants to be: no wider than most, its words on two lines where that is narrower.
func (p *placer) linkWidth(b kiosk.Box, o onward, most int) int {
	w := o.words
	lines, _ := p.set.Balanced(b.Text, p.style(w), float64(p.width(b.Text, w))*0.62, w.lines)
	wide := 0
	for _, line := range lines {
		wide = max(wide, int(line.Width)+1)
	}
	return min(wide+o.gap+o.arrow, most)
}

// link paints words that lead on as a row of their own, at the left of slot or where all stands in the middle, there.
func (p *placer) link(b kiosk.Box, slot image.Rectangle) int {
	o := p.onward(look.ButtonSize)
	wide := min(p.width(b.Text, o.words)+o.gap+o.arrow, slot.Dx())
	height := p.linkHeight(b, wide, o)
	inset := p.scale.Px(16)
	x := slot.Min.X
	if p.centred {
		x += (slot.Dx() - wide) / 2
	}
	cell := image.Rect(x-inset, slot.Min.Y, x+max(wide, 2*height-2*inset)+inset, slot.Min.Y+height)
	p.linkIn(b, cell, inset, o)
	return height
}

// linkHeight is how high a link of this width is.
func (p *placer) linkHeight(b kiosk.Box, width int, o onward) int {
	lines, _ := p.set.Balanced(b.Text, p.style(o.words), float64(width-o.gap-o.arrow), o.lines)
	return max(p.scale.AtLeast(64, look.SecondTarget), len(lines)*p.lineHeight(o.words)+p.scale.Px(16))
}

// linkIn paints a link into its cell, so far from its left side.
func (p *placer) linkIn(b kiosk.Box, cell image.Rectangle, inset int, o onward) {
	p.control(b, cell, func() {
		o.ink = p.theme.Brand
		if p.isPressed(b) {
			p.block(cell, block{fill: p.theme.Paper, radius: look.KeyRadius})
		}
		room := cell
		room.Min.X += inset
		room.Max.X -= inset
		p.leadOn(b, room, o)
	})
}

// leadOn sets words in the middle of room's height, and the arrow after their last line.
func (p *placer) leadOn(b kiosk.Box, room image.Rectangle, o onward) {
	words := room
	words.Max.X -= o.gap + o.arrow
	lines, fits := p.set.Balanced(b.Text, p.style(o.words), float64(words.Dx()), o.lines)
	if !fits {
		p.misfit(b, b.Text, "the words do not fit their width")
	}
	if len(lines) == 0 {
		return
	}
	height := p.lineHeight(o.words)
	capital := lines[0].Capital
	base := float64(room.Min.Y+room.Max.Y)/2 - (float64((len(lines)-1)*height)+capital)/2 + capital
	for i, line := range lines {
		p.line(line, words, int(base+0.5)+i*height, o.words)
	}
	last := lines[len(lines)-1]
	x := words.Min.X + int(last.Width) + o.gap
	if o.align == middle {
		x = words.Min.X + (words.Dx()+int(last.Width))/2 + o.gap
	}
	x -= o.side * 17 / 48 // the arrow begins there in its square
	y := int(base+0.5) + (len(lines)-1)*height - int(capital/2) - o.side/2
	p.mark("more", image.Rect(x, y, x+o.side, y+o.side), o.ink)
}

// mark paints a drawing that stands among words, in strokes about as thick as theirs.
func (p *placer) mark(name string, square image.Rectangle, ink color.RGBA) {
	p.draw(Shape{Kind: Icon, Rect: square, Fill: ink, Words: name, Width: max(2, (square.Dx()+5)/10)})
}
