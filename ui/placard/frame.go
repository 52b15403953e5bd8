package placard

import (
	"cmp"
	"image"
	"math"

	"example.org/totem/typeset"
	"example.org/totem/ui/layout"
	"example.org/totem/ui/look"
)

// band puts who speaks along the top and returns where it ends.
func (p *placer) band(page Page) (bottom int) {
	defer p.drawn()()
	design := look.BandHeight
	if p.panel.Landscape() {
		design = look.BandHeightWide
	}
	band := p.plan.Bounds
	band.Max.Y = p.px(design)
	p.block(band, layout.Shape{Fill: p.theme.Band})
	margin, side := p.px(look.Margin), p.px(look.Emblem)
	top := (band.Dy() - side) / 2
	ring := image.Rect(margin, top, margin+side, top+side)
	p.block(ring, layout.Shape{Stroke: p.theme.BandMark, Width: max(2, p.px(4)), Radius: side / 2})
	p.icon("ticket", ring.Inset(side/4), p.theme.BandMark, 4)
	left := ring.Max.X + p.px(32)
	width := band.Max.X - margin - left
	name := p.text(cmp.Or(page.Office, "Totem"), width, words{size: look.OfficeSize, weight: typeset.Bold, ink: p.theme.OnBand, lines: 2, height: look.TightLine})
	where := p.text(page.Place, width, words{size: look.TabSize, ink: p.theme.OnBand, lines: 1})
	both := stack(0, name, where)
	both.put(left, (band.Dy()-both.high)/2)
	return band.Max.Y
}

// drawn sets letters as large as they are drawn until the function that it returns is called: what stands around every page
// is the same on all.
func (p *placer) drawn() (again func()) {
	size := p.m.size
	p.m.size = 1
	return func() { p.m.size = size }
}

// foot puts the facts along the foot and returns where they begin.
func (p *placer) foot(page Page) (top int) {
	bottom := p.plan.Bounds.Max.Y
	if len(page.Foot) == 0 {
		return bottom
	}
	defer p.drawn()()
	margin, pad := p.px(look.Margin), p.px(24)
	facts := p.facts(page.Foot, p.plan.Bounds.Dx()-2*margin)
	bar := p.plan.Bounds
	bar.Min.Y = bottom - facts.high - 2*pad
	p.block(bar, layout.Shape{Fill: p.theme.Paper})
	p.block(image.Rect(bar.Min.X, bar.Min.Y, bar.Max.X, bar.Min.Y+max(2, p.px(2))), layout.Shape{Fill: p.theme.Line})
	facts.put(margin, bar.Min.Y+pad)
	return bar.Min.Y
}

// facts puts facts side by side, as many a row as go there. One that is wider than a row breaks.
func (p *placer) facts(all []Fact, width int) piece {
	name := words{size: look.KeySize, ink: p.theme.Soft}
	value := words{size: look.KeySize, weight: typeset.SemiBold, ink: p.theme.Ink}
	gap, between := p.px(12), p.px(44)
	var rows []piece
	var row []piece
	var at []int
	x := 0
	finish := func() {
		if len(row) == 0 {
			return
		}
		pieces, places, high := row, at, 0
		for _, one := range pieces {
			high = max(high, one.high)
		}
		rows = append(rows, piece{high, func(left, top int) {
			for i, one := range pieces {
				one.put(left+places[i], top)
			}
		}})
		row, at, x = nil, nil, 0
	}
	for _, f := range all {
		wide := func(text string, w words) int { return int(math.Ceil(p.set.Measure(text, p.style(w)).Width)) + 1 }
		before, after := wide(f.Name, name), wide(f.Value, value)
		if x > 0 && x+before+gap+after > width {
			finish()
		}
		after = min(after, width-before-gap)
		row = append(row, p.text(f.Name, before, name), p.text(f.Value, after, value))
		at = append(at, x, x+before+gap)
		x += before + gap + after + between
	}
	finish()
	return stack(p.px(6), rows...)
}

// heading is title and lead.
func (p *placer) heading(page Page, width int, middle bool) piece {
	title := words{size: look.TitleSize, weight: typeset.Bold, ink: p.theme.Ink, height: look.TightLine, lines: 4, middle: middle, even: true}
	lead := words{size: look.BodySize, ink: p.theme.Soft, middle: middle}
	if !middle && p.panel.Landscape() {
		title.size = look.ActionSize
	}
	return stack(p.px(14), p.text(page.Title, width, title), p.text(page.Lead, width, lead))
}

// mark is a drawing in a disc.
func (p *placer) mark(name string, width int) piece {
	side := p.px(240)
	return piece{side + p.px(24), func(left, top int) {
		x := left + (width-side)/2
		disc := image.Rect(x, top, x+side, top+side)
		p.block(disc, layout.Shape{Fill: p.theme.Tint, Stroke: p.theme.Brand, Width: max(2, p.px(6)), Radius: side / 2})
		p.icon(name, disc.Inset(side/4), p.theme.Brand, 12)
	}}
}
