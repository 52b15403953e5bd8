package layout

import (
	"image"
	"slices"

	"example.org/totem/kiosk"
	"example.org/totem/typeset"
	"example.org/totem/ui/look"
)

// steps paints what is to be done by hand, one below the other, on a wide panel two abreast: 1 2 over 3 4. Where its number
// beside the picture of a step leaves the words too little room, it stands over the picture.
func (p *placer) steps(b kiosk.Box, slot image.Rectangle) int {
	way := stepsOf{columns: 1, gap: p.scale.Px(look.Gap * []float64{1, 0.9, 0.75, 0.6, 0.5}[p.tight])}
	if p.landscape() {
		way.columns = 2
	}
	beside, over := p.scratch(), p.scratch()
	high := beside.stepRows(b, slot, way)
	way.over = true
	lower := over.stepRows(b, slot, way)
	way.over = len(beside.plan.Misfits) > 0 || lower < high
	return p.stepRows(b, slot, way)
}

// stepsOf is a way to lay steps out.
type stepsOf struct {
	columns, gap int
	over         bool // the number stands over the picture
}

// stepRows paints steps in a way and returns the height they took: rows all of one height as long as there is room.
func (p *placer) stepRows(b kiosk.Box, slot image.Rectangle, way stepsOf) int {
	width := (slot.Dx() - (way.columns-1)*way.gap) / way.columns
	var rows []int // the height of each
	for i, step := range b.Children {
		picture, mark, text := p.stepRooms(image.Rect(0, 0, width, 0), way)
		name, _ := find(step, kiosk.RoleName)
		inside := max(picture.Max.Y, mark.Max.Y, p.scratch().text(name, name.Text, text, p.stepPad(), p.stepWords()))
		if i%way.columns == 0 {
			rows = append(rows, 0)
		}
		rows[len(rows)-1] = max(rows[len(rows)-1], inside+p.stepPad())
	}
	top := slot.Min.Y
	for i, step := range b.Children {
		if i > 0 && i%way.columns == 0 {
			top += way.gap
		}
		height := rows[i/way.columns]
		if p.tight < 3 {
			height = slices.Max(rows)
		}
		x := slot.Min.X + i%way.columns*(width+way.gap)
		p.step(step, image.Rect(x, top, x+width, top+height), way)
		if i%way.columns == way.columns-1 || i == len(b.Children)-1 {
			top += height
		}
	}
	return top - slot.Min.Y
}

func (p *placer) stepPad() int { return p.scale.Px([]float64{24, 20, 16, 12, 10}[p.tight]) }

func (p *placer) stepWords() words {
	w := words{size: look.CardSize, weight: typeset.SemiBold, ink: p.theme.Ink, lines: 4, height: look.LooseLine}
	switch {
	case p.tight == tightest:
		w.size, w.height = look.TabSize, look.TightLine
	case p.tight > 0 || p.landscape():
		w.size = look.ButtonSize
	}
	return w
}

// pictureHeight is how high the picture of a step is; it is a third wider.
func (p *placer) pictureHeight() int {
	return p.scale.Px([]float64{216, 192, 168, 144, 120}[p.tight])
}

// stepRooms parts a step's card, from its top: the picture, the place of number and tick, the words.
func (p *placer) stepRooms(card image.Rectangle, way stepsOf) (picture, mark, text image.Rectangle) {
	pad, high := p.stepPad(), p.pictureHeight()
	badge := badgeWords(p)
	side := max(p.scale.Px(76), int(p.style(badge).Size*1.3))
	left, top := card.Min.X+pad, card.Min.Y+pad
	picture = image.Rect(left, top, left+high*4/3, top+high)
	mark = image.Rect(0, 0, side, side).Add(image.Pt(picture.Max.X+p.scale.Px(28), top+(high-side)/2))
	text = image.Rect(mark.Max.X+p.scale.Px(28), top, card.Max.X-pad, card.Max.Y-pad)
	if way.over {
		column := max(side, picture.Dx())
		mark = image.Rect(0, 0, side, side).Add(image.Pt(left+(column-side)/2, top))
		picture = picture.Add(image.Pt((column-picture.Dx())/2, side+p.scale.Px(8)))
		text.Min.X = left + column + p.scale.Px(28)
	}
	return picture, mark, text
}

// step paints one step: how it looks, its number or once it is done a tick, and what to do.
func (p *placer) step(b kiosk.Box, card image.Rectangle, way stepsOf) {
	p.block(card, block{fill: p.theme.Paper, stroke: p.theme.Line, width: p.theme.Border, radius: look.RowRadius})
	picture, mark, text := p.stepRooms(card, way)
	low := image.Pt(0, (card.Max.Y-p.stepPad()-max(picture.Max.Y, mark.Max.Y))/2) // both in the middle of the card
	picture, mark = picture.Add(low), mark.Add(low)
	if drawing, ok := find(b, kiosk.RolePicture); ok {
		p.picture(drawing.Text, picture)
	}
	if number, ok := find(b, kiosk.RoleBadge); ok {
		p.badge(number, mark, false)
	}
	if tick, ok := find(b, kiosk.RoleIcon); ok {
		p.block(mark, block{fill: p.theme.Brand, radius: look.HourRadius})
		p.mark(tick.Text, mark.Inset(mark.Dx()/5), p.theme.OnBrand)
	}
	if name, ok := find(b, kiosk.RoleName); ok {
		p.centre(name, name.Text, text, p.stepWords())
	}
}

// aPicture paints a picture that stands alone in a body.
func (p *placer) aPicture(b kiosk.Box, slot image.Rectangle) int {
	height := p.scale.Px([]float64{480, 420, 360, 300, 240}[p.tight])
	if p.landscape() {
		height = p.scale.Px([]float64{360, 320, 280, 240, 200}[p.tight])
	}
	width := min(height*4/3, slot.Dx())
	x := slot.Min.X
	if p.centred {
		x += (slot.Dx() - width) / 2
	}
	p.picture(b.Text, image.Rect(x, slot.Min.Y, x+width, slot.Min.Y+height))
	return height
}

func (p *placer) picture(name string, rect image.Rectangle) {
	p.draw(Shape{
		Kind: Picture, Rect: rect, Words: name, Width: max(2, p.scale.Px(4), rect.Dy()/80),
		Fill: p.theme.Ink, Stroke: p.theme.Brand, Sheet: p.theme.Paper, EdgeInk: p.theme.Tint,
	})
}

func (p *placer) landscape() bool { return p.plan.Bounds.Dx() > p.plan.Bounds.Dy() }
