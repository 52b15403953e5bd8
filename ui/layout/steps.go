package layout

import (
	"image"

	"example.org/totem/kiosk"
	"example.org/totem/typeset"
	"example.org/totem/ui/look"
)

// steps paints what is to be done by hand, one below the other, on a wide panel two abreast: 1 2 over 3 4.
func (p *placer) steps(b kiosk.Box, slot image.Rectangle) int {
	columns := 1
	if p.plan.Bounds.Dx() > p.plan.Bounds.Dy() {
		columns = 2
	}
	gap := p.scale.Px(look.Gap * []float64{1, 0.9, 0.75, 0.6, 0.5}[p.tight])
	width := (slot.Dx() - (columns-1)*gap) / columns
	height := 0
	for _, step := range b.Children {
		_, _, text := p.stepRooms(image.Rect(0, 0, width, 0))
		name, _ := find(step, kiosk.RoleName)
		words := p.scratch().text(name, name.Text, text, 0, p.stepWords())
		height = max(height, p.pictureHeight(), words)
	}
	height += 2 * p.stepPad()
	for i, step := range b.Children {
		x := slot.Min.X + i%columns*(width+gap)
		y := slot.Min.Y + i/columns*(height+gap)
		p.step(step, image.Rect(x, y, x+width, y+height))
	}
	rows := (len(b.Children) + columns - 1) / columns
	return max(0, rows*height+(rows-1)*gap)
}

func (p *placer) stepPad() int { return p.scale.Px([]float64{24, 20, 16, 12, 10}[p.tight]) }

func (p *placer) stepWords() words {
	w := words{size: look.CardSize, weight: typeset.SemiBold, ink: p.theme.Ink, lines: 4, height: look.LooseLine}
	if p.tight > 0 || p.plan.Bounds.Dx() > p.plan.Bounds.Dy() {
		w.size = look.ButtonSize
	}
	return w
}

// pictureHeight is how high the picture of a step is; it is a third wider.
func (p *placer) pictureHeight() int {
	return p.scale.Px([]float64{216, 192, 168, 144, 120}[p.tight])
}

// stepRooms parts a step's card: the picture, the column of number and tick, the words.
func (p *placer) stepRooms(card image.Rectangle) (picture, mark, text image.Rectangle) {
	pad, high := p.stepPad(), p.pictureHeight()
	room := image.Rect(card.Min.X+pad, card.Min.Y+pad, card.Max.X-pad, card.Max.Y-pad)
	picture, mark, text = room, room, room
	picture.Max.X = room.Min.X + high*4/3
	mark.Min.X = picture.Max.X + p.scale.Px(28)
	mark.Max.X = mark.Min.X + p.scale.Px(76)
	text.Min.X = mark.Max.X + p.scale.Px(28)
	return picture, mark, text
}

// step paints one step: how it looks, its number or once it is done a tick, and what to do.
func (p *placer) step(b kiosk.Box, card image.Rectangle) {
	p.block(card, block{fill: p.theme.Paper, stroke: p.theme.Line, width: p.theme.Border, radius: look.RowRadius})
	picture, mark, text := p.stepRooms(card)
	if drawing, ok := find(b, kiosk.RolePicture); ok {
		p.picture(drawing.Text, picture)
	}
	mark.Min.Y += (mark.Dy() - mark.Dx()) / 2
	mark.Max.Y = mark.Min.Y + mark.Dx()
	if number, ok := find(b, kiosk.RoleBadge); ok {
		p.badge(number, mark, false)
	}
	if tick, ok := find(b, kiosk.RoleIcon); ok {
		p.block(mark, block{fill: p.theme.Brand, radius: look.HourRadius})
		p.icon(tick.Text, mark.Inset(p.scale.Px(16)), p.theme.OnBrand, 6)
	}
	if name, ok := find(b, kiosk.RoleName); ok {
		p.centre(name, name.Text, text, p.stepWords())
	}
}

// aPicture paints a picture that stands alone in a body.
func (p *placer) aPicture(b kiosk.Box, slot image.Rectangle) int {
	height := p.scale.Px([]float64{480, 420, 360, 300, 240}[p.tight])
	if p.plan.Bounds.Dx() > p.plan.Bounds.Dy() {
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
	p.plan.Shapes = append(p.plan.Shapes, Shape{
		Kind: Picture, Rect: rect, Words: name, Width: max(2, p.scale.Px(4), rect.Dy()/80),
		Fill: p.theme.Ink, Stroke: p.theme.Brand, Sheet: p.theme.Paper, EdgeInk: p.theme.Tint,
	})
}
