package layout

import (
	"image"

	"example.org/totem/kiosk"
	"example.org/totem/typeset"
	"example.org/totem/ui/look"
)

// put sets one box of a stack at the top of slot and returns the height it took. It never looks at the height of slot.
func (p *placer) put(b kiosk.Box, slot image.Rectangle) int {
	switch b.Role {
	case kiosk.RoleBack:
		return p.back(b, slot)
	case kiosk.RoleServices:
		return p.services(b, slot)
	case kiosk.RoleHero:
		return p.hero(b, slot)
	case kiosk.RoleLanguages:
		return p.languageCards(b, slot)
	case kiosk.RoleHours:
		return p.hours(b, slot)
	case kiosk.RoleMore, kiosk.RoleButton, kiosk.RolePrimary:
		return p.button(b, slot, p.buttonHeight(b, slot.Dx()))
	case kiosk.RoleButtons:
		return p.buttons(b, slot)
	case kiosk.RoleSetting:
		return p.setting(b, slot)
	case kiosk.RoleNumber:
		return p.number(b, slot)
	case kiosk.RoleCard:
		return p.reading(b, slot)
	case kiosk.RoleCaution:
		return p.caution(b, slot)
	case kiosk.RolePromise:
		return p.promise(b, slot)
	case kiosk.RoleProof:
		return p.proof(b, slot)
	case kiosk.RoleSteps:
		return p.steps(b, slot)
	case kiosk.RolePicture:
		return p.aPicture(b, slot)
	case kiosk.RoleTyped:
		return p.typed(b, slot)
	case kiosk.RoleKeypad:
		return p.keypad(b, slot)
	case kiosk.RoleKeyboard:
		return p.keyboard(b, slot)
	case kiosk.RoleText:
		return p.address(b, slot)
	case kiosk.RoleFacts:
		return p.notice(b, slot)
	case kiosk.RoleChoice:
		return p.choice(b, slot)
	case kiosk.RoleDays:
		return p.days(b, slot)
	case kiosk.RoleRecord:
		return p.record(b, slot)
	case kiosk.RoleLink:
		return p.link(b, slot)
	}
	if len(b.Children) > 0 {
		return p.stack(b.Children, slot)
	}
	w := p.wordsOf(b.Role)
	if b.Role == kiosk.RoleTitle && p.tight == tightest {
		if _, fits := p.broken(b.Text, slot.Dx(), w); !fits { // one long word
			w.size = min(w.size, look.OfficeSize)
		}
	}
	return p.text(b, b.Text, slot, slot.Min.Y, w)
}

// wordsOf says how the words of a box are set that is nothing but words.
func (p *placer) wordsOf(r kiosk.Role) words {
	w := words{size: look.BodySize, ink: p.theme.Ink, lines: 5, height: look.LooseLine}
	if p.centred {
		w.align = middle
	}
	switch r {
	case kiosk.RoleTitle:
		w.size, w.weight, w.lines, w.height = look.TitleSize, typeset.Bold, 2, look.TightLine
		w.even = true
		if p.narrow {
			w.lines = 4
		}
		switch {
		case p.tight >= tightest && (p.narrow || p.low || p.typing) && p.percent >= 150:
			w.size = look.OfficeSize
		case p.tight >= tightest:
			w.size = look.ActionSize
		}
	case kiosk.RoleLead, kiosk.RoleNote:
		w.ink = p.theme.Soft
	case kiosk.RoleWhen:
		w.size, w.weight, w.lines, w.height = look.WhenSize, typeset.Bold, 3, look.TightLine
		switch {
		case p.tight >= tightest && p.percent >= 150: // larger still than it is drawn
			w.size = look.ButtonSize
		case p.tight >= tightest:
			w.size = look.ActionSize
		}
	case kiosk.RoleStrong:
		w.size, w.weight, w.lines = look.CardSize, typeset.Bold, 4
	case kiosk.RoleProgress:
		w.size, w.weight = look.CardSize, typeset.SemiBold
	case kiosk.RoleTime:
		w.size, w.weight, w.lines, w.height = look.TimeSize, typeset.Bold, 1, look.TightLine
	case kiosk.RoleCount:
		w.ink, w.align, w.lines = p.theme.Soft, middle, 2
		if p.narrow {
			w.lines = 4
		}
	}
	return w
}

// back paints the way back: a word with an arrow, on a target that starts a little left of it so that the arrow
// stands on the margin.
func (p *placer) back(b kiosk.Box, slot image.Rectangle) int {
	w := words{size: look.ButtonSize, weight: typeset.Bold, ink: p.theme.Brand, lines: 1, height: look.TightLine}
	height := max(p.scale.AtLeast(64, look.SecondTarget), p.lineHeight(w)+p.scale.Px(8))
	side := p.lineHeight(w) * 5 / 8
	inset, arrow := p.scale.Px(16), side*2/3+p.scale.Px(12)
	width := p.width(b.Text, w) + arrow + 2*inset
	cell := image.Rect(slot.Min.X-inset, slot.Min.Y, slot.Min.X-inset+max(width, 2*height), slot.Min.Y+height)
	p.control(b, cell, func() {
		w.ink = p.theme.Brand
		if p.isPressed(b) {
			p.block(cell, block{fill: p.theme.Paper, radius: look.KeyRadius})
		}
		x, y := slot.Min.X-side/4, cell.Min.Y+(height-side)/2 // the arrow begins a quarter into its square
		p.mark("back", image.Rect(x, y, x+side, y+side), p.theme.Brand)
		words := cell
		words.Min.X = slot.Min.X + arrow
		words.Max.X = max(words.Max.X, slot.Max.X)
		p.centre(b, b.Text, words, w)
	})
	return height
}

// number paints a ticket's number, as large as the body's tightness and its width allow.
func (p *placer) number(b kiosk.Box, slot image.Rectangle) int {
	w := words{
		size: look.NumberSize * []float64{1, 0.8, 0.72, 0.64, 0.56}[p.tight], weight: typeset.Bold, ink: p.theme.Brand,
		align: middle, lines: 1, height: 0.94,
	}
	if wide := p.width(b.Text, w); wide > slot.Dx() {
		w.size *= float64(slot.Dx()) / float64(wide) * 0.98
	}
	cell := slot
	cell.Max.Y = cell.Min.Y + p.lineHeight(w)
	p.centre(b, b.Text, cell, w)
	return cell.Dy()
}
