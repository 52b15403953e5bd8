package placard

import (
	"image"

	"example.org/totem/typeset"
	"example.org/totem/ui/layout"
	"example.org/totem/ui/look"
)

// service puts what citizens are told in the middle, the first language the largest, and what a technician needs below, small.
func (p *placer) service(page Page, room image.Rectangle) {
	if len(page.Trouble) > 0 {
		small := *p
		small.m.size *= 0.8
		card := small.trouble(page.Trouble, room.Dx())
		small.plan.Misfits, p.plan.Misfits = nil, small.plan.Misfits
		p.over = p.over || small.over
		small.plan.Shapes = nil
		card.put(room.Min.X, room.Max.Y-card.high)
		p.plan.Shapes = append(p.plan.Shapes, small.plan.Shapes...)
		room.Max.Y -= card.high + p.px(look.ButtonGap)
	}
	first := p.saying(page.Sayings[0], room.Dx(), true)
	others := page.Sayings[1:]
	if !p.panel.Landscape() {
		pieces := []piece{first}
		for _, s := range others {
			pieces = append(pieces, p.rule(room.Dx()), p.saying(s, room.Dx(), false))
		}
		p.column(pieces, room, 0.42)
		return
	}
	p.column([]piece{first, p.rule(room.Dx()), p.abreast(others, room.Dx())}, room, 0.42)
}

// abreast puts sayings into two columns.
func (p *placer) abreast(all []Saying, width int) piece {
	gap := p.px(look.Pad)
	column := (width - gap) / 2
	var rows []piece
	for i := 0; i < len(all); i += 2 {
		one := p.saying(all[i], column, false)
		other := piece{put: func(int, int) {}}
		if i+1 < len(all) {
			other = p.saying(all[i+1], column, false)
		}
		rows = append(rows, piece{max(one.high, other.high), func(left, top int) {
			one.put(left, top)
			other.put(left+column+gap, top)
		}})
	}
	return stack(p.px(look.ButtonGap), rows...)
}

func (p *placer) saying(s Saying, width int, large bool) piece {
	title := words{size: look.BodySize, weight: typeset.SemiBold, ink: p.theme.Ink, height: look.TightLine, middle: true, lang: s.Lang, lines: 3}
	lead := words{size: look.SmallSize, ink: p.theme.Soft, middle: true, lang: s.Lang, lines: 3}
	if large {
		title.size, title.weight, lead.size = look.TitleSize, typeset.Bold, look.ButtonSize
	}
	return stack(p.px(8), p.text(s.Title, width, title), p.text(s.Lead, width, lead))
}

// rule is a short line in the middle.
func (p *placer) rule(width int) piece {
	high := max(2, p.px(2))
	return piece{high, func(left, top int) {
		long := p.px(120)
		x := left + (width-long)/2
		p.block(image.Rect(x, top, x+long, top+high), layout.Shape{Fill: faint(p.theme.Line, p.theme.Ground)})
	}}
}
