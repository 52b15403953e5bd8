package layout

import (
	"image"
	"image/color"

	"example.org/totem/kiosk"
	"example.org/totem/ui/look"
)

// button paints one button over the whole width of slot and returns its height.
func (p *placer) button(b kiosk.Box, slot image.Rectangle, height int) int {
	cell := slot
	cell.Max.Y = cell.Min.Y + height
	p.control(b, cell, func() {
		ground, w := p.buttonLook(b)
		p.block(cell, ground)
		inside := cell
		inside.Min.X, inside.Max.X = cell.Min.X+p.buttonPad(), cell.Max.X-p.buttonPad()
		if b.Role == kiosk.RoleMore {
			p.turner(b, inside, w)
			return
		}
		p.centre(b, b.Text, inside, w)
	})
	return height
}

// buttonPad is the least space between a button's words and its edge.
func (p *placer) buttonPad() int { return p.scale.Px(20) }

// buttonLines are the lines of a button's words at a width of the button, fits false where they are too many.
func (p *placer) buttonLines(b kiosk.Box, width int) (lines int, fits bool) {
	_, w := p.buttonLook(b)
	width -= 2 * p.buttonPad()
	if b.Role == kiosk.RoleMore {
		o := p.onward(w.size)
		width -= o.gap + o.arrow
	}
	set, fits := p.set.Balanced(b.Text, p.style(w), float64(width), w.lines)
	if page, ok := find(b, kiosk.RolePage); ok {
		fits = fits && p.width(page.Text, p.pageWords(w)) <= width
	}
	return len(set), fits
}

func (p *placer) buttonLook(b kiosk.Box) (block, words) {
	size := look.ButtonSize
	if b.Role == kiosk.RolePrimary {
		size = look.ActionSize
	}
	if p.tight == tightest && p.percent >= 150 { // large letters take no more room than they must
		size = min(look.TabSize, size)
		if b.Role == kiosk.RolePrimary {
			size = look.OfficeSize
		}
	}
	switch {
	case b.Off:
		return block{stroke: p.theme.Line, width: p.theme.Border, radius: look.RowRadius, dash: true}, label(size, p.theme.Soft)
	case b.Role == kiosk.RolePrimary:
		// The frame shows only while the button is pressed: it keeps the button's shape.
		return block{fill: p.theme.Brand, stroke: p.primaryFrame(b), width: p.theme.Frame, radius: look.RowRadius}, label(size, p.theme.OnBrand)
	}
	return block{fill: p.theme.Paper, stroke: p.theme.Brand, width: p.theme.Frame, radius: look.RowRadius}, label(size, p.theme.Brand)
}

func (p *placer) primaryFrame(b kiosk.Box) (none color.RGBA) {
	if p.isPressed(b) {
		return p.theme.OnBrand
	}
	return none
}

// buttonHeight is the height of a button of this width: as drawn, or more if its words take two lines.
func (p *placer) buttonHeight(b kiosk.Box, width int) int {
	design, mm := []float64{124, 116, 104, 92, 84}[p.tight], look.SecondTarget
	if b.Role == kiosk.RolePrimary {
		design, mm = []float64{176, 160, 144, 124, 104}[p.tight], look.MainTarget
	}
	_, w := p.buttonLook(b)
	lines, _ := p.buttonLines(b, width)
	pad := []float64{36, 30, 24, 18, 14}[p.tight]
	if p.tight == tightest && p.percent >= 150 { // the lines of large letters have room enough of their own
		pad = 2
	}
	return max(p.scale.AtLeast(design, mm), lines*p.lineHeight(w)+p.pageHeight(b, w)+p.scale.Px(pad))
}

// buttons paints answers side by side, all of one size; one below the other where their words are too long for that.
func (p *placer) buttons(b kiosk.Box, slot image.Rectangle) int {
	n := len(b.Children)
	if n == 0 {
		return 0
	}
	gap := max(p.scale.Px(look.ButtonGap), p.scale.MM(look.TargetGap))
	columns := n
	width := (slot.Dx() - (n-1)*gap) / n
	for _, c := range b.Children {
		if _, fits := p.buttonLines(c, width); !fits {
			columns, width = 1, slot.Dx()
			break
		}
	}
	height := 0
	for _, c := range b.Children {
		height = max(height, p.buttonHeight(c, width))
	}
	for i, c := range b.Children {
		x := slot.Min.X + i%columns*(width+gap)
		y := slot.Min.Y + i/columns*(height+gap)
		p.button(c, image.Rect(x, y, x+width, y), height)
	}
	rows := (n + columns - 1) / columns
	return rows*height + (rows-1)*gap
}

// setting paints how something is set as a card: what it is, and under it the buttons that change it, side by side.
func (p *placer) setting(b kiosk.Box, slot image.Rectangle) int {
	pad := p.scale.Px(look.RowPad * []float64{1, 0.85, 0.7, 0.6, 0.55}[p.tight])
	says, changes := kiosk.Box{}, kiosk.Box{Role: kiosk.RoleButtons}
	for _, c := range b.Children {
		if c.Role == kiosk.RoleStrong {
			says = c
			continue
		}
		changes.Children = append(changes.Children, c)
	}
	room := image.Rect(slot.Min.X+pad, slot.Min.Y+pad, slot.Max.X-pad, slot.Max.Y)
	inside := []kiosk.Box{says, changes}
	card := slot
	card.Max.Y = card.Min.Y + p.stackHeight(inside, room) + 2*pad
	p.block(card, block{fill: p.theme.Paper, stroke: p.theme.Line, width: p.theme.Border, radius: look.Radius})
	p.stack(inside, room)
	return card.Dy()
}
