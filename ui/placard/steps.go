package placard

import (
	"image"
	"image/color"
	"math"

	"example.org/totem/typeset"
	"example.org/totem/ui/layout"
	"example.org/totem/ui/look"
)

// steps is a card with a row for each step.
func (p *placer) steps(all []Step, width int) piece {
	pad := p.px(12)
	card := piece{high: 2 * pad}
	rows := make([]piece, len(all))
	for i, s := range all {
		rows[i] = p.step(s, width)
		card.high += rows[i].high
	}
	card.put = func(left, top int) {
		frame := image.Rect(left, top, left+width, top+card.high)
		border := layout.Shape{Fill: p.theme.Paper, Stroke: p.theme.Line, Width: max(2, p.px(p.theme.Border)), Radius: p.px(look.RowRadius)}
		p.block(frame, border)
		top += pad
		for i, row := range rows {
			row.put(left, top)
			if top += row.high; i+1 < len(rows) {
				inset := p.px(look.RowPad)
				p.block(image.Rect(left+inset, top-1, left+width-inset, top-1+max(1, p.px(1.5))), layout.Shape{Fill: faint(p.theme.Line, p.theme.Paper)})
			}
		}
	}
	return card
}

// faint is a colour half way to its ground, for lines that part and say nothing.
func faint(c, ground color.RGBA) color.RGBA {
	mix := func(a, b uint8) uint8 { return uint8((int(a) + 2*int(b)) / 3) }
	return color.RGBA{mix(c.R, ground.R), mix(c.G, ground.G), mix(c.B, ground.B), 0xFF}
}

// step is a row: the sign of its state, its name with the detail under it, and the word of its state.
func (p *placer) step(s Step, width int) piece {
	pad, inset := p.px(15), p.px(look.RowPad)
	sign := int(math.Round(float64(p.px(46)) * p.m.size))
	ink := p.theme.Ink
	if s.State == Waiting {
		ink = p.theme.Soft
	}
	name := words{size: look.ButtonSize, weight: typeset.SemiBold, ink: ink, height: look.TightLine, lines: 2}
	if s.State == Waiting {
		name.weight = typeset.Regular
	}
	word := words{size: look.SmallSize, weight: typeset.SemiBold, ink: p.stateInk(s.State), right: true, lines: 1}
	if s.State == Waiting || s.State == Done {
		word.weight = typeset.Regular
	}
	wordWidth := p.px(8) + p.stateWidth(word)
	x := inset + sign + p.px(24)
	room := width - x - inset
	head := p.text(s.Name, room-wordWidth-p.px(16), name)
	detail := ""
	if p.m.details || s.State == Doing || s.State == Failed || s.State == Noted {
		detail = s.Detail
	}
	body := stack(p.px(4), head, p.text(detail, room, words{size: look.SmallSize, ink: p.theme.Soft}))
	state := p.text(s.State.Word(), wordWidth, word)
	least := max(body.high, sign) + 2*pad
	return piece{least, func(left, top int) {
		first := top + (least-body.high)/2
		p.sign(s.State, image.Rect(left+inset, 0, left+inset+sign, sign).Add(image.Pt(0, first+(max(p.lineOf(name), 0)-sign)/2)))
		body.put(left+x, first)
		state.put(left+width-inset-wordWidth, first+(p.lineOf(name)-state.high)/2)
	}}
}

// stateWidth is the width of the longest state, in its boldest letters.
func (p *placer) stateWidth(w words) int {
	w.weight = typeset.SemiBold
	widest := 0.0
	for _, s := range []State{Waiting, Doing, Done, Noted, Failed} {
		widest = max(widest, p.set.Measure(s.Word(), p.style(w)).Width)
	}
	return int(math.Ceil(widest))
}

// lineOf is the height of a line of words.
func (p *placer) lineOf(w words) int { return int(math.Round(p.style(w).Size * w.height)) }

func (p *placer) stateInk(s State) color.RGBA {
	switch s {
	case Doing:
		return p.theme.Brand
	case Failed, Noted:
		return p.theme.CautionEdge
	}
	return p.theme.Soft
}

// sign paints a state into a square. Its shape tells as much as its colour.
func (p *placer) sign(s State, at image.Rectangle) {
	ring := layout.Shape{Radius: at.Dx() / 2, Width: max(2, p.px(3))}
	switch s {
	case Done:
		ring.Fill = p.theme.Brand
		p.block(at, ring)
		p.icon("done", at.Inset(at.Dx()/4), p.theme.OnBrand, 5)
	case Doing:
		ring.Fill, ring.Stroke, ring.Width = p.theme.Paper, p.theme.Brand, max(3, p.px(5))
		p.block(at, ring)
		dot := at.Inset(at.Dx() / 3)
		p.block(dot, layout.Shape{Fill: p.theme.Brand, Radius: dot.Dx() / 2})
	case Failed:
		ring.Fill = p.theme.CautionEdge
		p.block(at, ring)
		p.exclaim(at, p.theme.Caution)
	case Noted:
		ring.Fill, ring.Stroke = p.theme.Caution, p.theme.CautionEdge
		p.block(at, ring)
		p.exclaim(at, p.theme.CautionEdge)
	case Waiting:
		ring.Stroke = p.theme.Line
		p.block(at, ring)
	}
}

// exclaim paints an exclamation mark of two blocks: the same in all sizes.
func (p *placer) exclaim(at image.Rectangle, ink color.RGBA) {
	wide := max(3, at.Dx()/9)
	x := at.Min.X + (at.Dx()-wide)/2
	bar := image.Rect(x, at.Min.Y+at.Dy()*24/100, x+wide, at.Min.Y+at.Dy()*58/100)
	p.block(bar, layout.Shape{Fill: ink, Radius: wide / 2})
	p.block(image.Rect(x, at.Min.Y+at.Dy()*67/100, x+wide, at.Min.Y+at.Dy()*67/100+wide), layout.Shape{Fill: ink, Radius: wide / 2})
}

func (p *placer) icon(name string, rect image.Rectangle, ink color.RGBA, width float64) {
	p.plan.Shapes = append(p.plan.Shapes, layout.Shape{Kind: layout.Icon, Rect: rect, Fill: ink, Words: name, Width: max(2, p.px(width))})
}
