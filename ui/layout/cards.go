package layout

import (
	"image"

	"example.org/totem/kiosk"
	"example.org/totem/typeset"
	"example.org/totem/ui/look"
)

// reading paints a card with something to read.
func (p *placer) reading(b kiosk.Box, slot image.Rectangle) int {
	pad := p.pad()
	room := image.Rect(slot.Min.X+pad, slot.Min.Y+pad, slot.Max.X-pad, slot.Min.Y+pad)
	height := p.scratch().cardWords(b, room, 16) + 2*pad
	card := slot
	card.Max.Y = card.Min.Y + height
	p.block(card, block{fill: p.theme.Paper, stroke: p.theme.Line, width: p.theme.Border, radius: look.Radius})
	p.cardWords(b, room, 16)
	return height
}

func (p *placer) pad() int {
	return p.scale.Px(look.Pad * []float64{1, 0.85, 0.75, 0.65, 0.55}[p.tight])
}

// caution paints trouble: a warm ground with a thick edge, so that it is seen without colour too.
func (p *placer) caution(b kiosk.Box, slot image.Rectangle) int {
	pad := p.scale.Px(look.Pad * []float64{0.85, 0.75, 0.65, 0.55, 0.5}[p.tight])
	side := p.scale.Px(look.EdgeWidth) + p.scale.Px(36)
	room := image.Rect(slot.Min.X+side, slot.Min.Y+pad, slot.Max.X-p.scale.Px(36), slot.Min.Y+pad)
	theme := p.theme
	p.theme.Ink, p.theme.Soft = theme.CautionInk, theme.CautionInk
	height := p.scratch().cardWords(b, room, 8) + 2*pad
	card := slot
	card.Max.Y = card.Min.Y + height
	p.block(card, block{
		fill: theme.Caution, stroke: theme.CautionLine, width: theme.Border, radius: look.HourRadius,
		edge: look.EdgeWidth, edgeInk: theme.CautionEdge,
	})
	p.cardWords(b, room, 8)
	p.theme = theme
	return height
}

// cardWords sets the words of a card below each other, from the left, for running text is read so; one sentence alone
// stands in the middle where all stands there.
func (p *placer) cardWords(b kiosk.Box, room image.Rectangle, gap float64) int {
	centred := p.centred
	p.centred = centred && b.Role == kiosk.RoleCard && b.Text == "" && len(b.Children) == 1
	defer func() { p.centred = centred }()
	top := room.Min.Y
	if b.Text != "" {
		top += p.text(b, b.Text, room, top, p.cardStyle(kiosk.RoleNote))
	}
	for i, c := range b.Children {
		if i > 0 || b.Text != "" {
			top += p.scale.Px(gap)
			if c.Role == kiosk.RoleStrong {
				top += p.scale.Px(gap)
			}
		}
		if len(c.Children) > 0 || c.Role == kiosk.RoleLink || touched(c.Role) {
			slot := room
			slot.Min.Y = top
			top += p.put(c, slot)
			continue
		}
		w := p.cardStyle(c.Role)
		if c.Role == kiosk.RoleStrong {
			w.size = p.strongSize(c.Text, room.Dx(), w)
		}
		top += p.text(c, c.Text, room, top, w)
	}
	return top - room.Min.Y
}

// strongSize sets a bold sentence a step smaller where that keeps it on one line.
func (p *placer) strongSize(text string, width int, w words) float64 {
	smaller := w
	smaller.size = w.size - (look.CardSize - look.ButtonSize)
	if p.width(text, w) > width && p.width(text, smaller) <= width {
		return smaller.size
	}
	return w.size
}

func (p *placer) cardStyle(r kiosk.Role) words {
	w := p.wordsOf(r)
	w.lines = 6
	if p.tight >= 3 {
		w.size -= 4
	}
	switch r {
	case kiosk.RoleStrong:
		w.height = 1.22
	case kiosk.RoleNote:
		w.ink = p.theme.Ink
	}
	return w
}

// promise paints what is not asked and not kept, with the way to more about it beside it or, where that is lower, below.
func (p *placer) promise(b kiosk.Box, slot image.Rectangle) int {
	one, two := p.scratch(), p.scratch()
	beside := one.promiseCard(b, slot, true) <= two.promiseCard(b, slot, false)
	if broken := len(one.plan.Misfits) > 0; broken != (len(two.plan.Misfits) > 0) {
		beside = !broken
	}
	return p.promiseCard(b, slot, beside)
}

func (p *placer) promiseCard(b kiosk.Box, slot image.Rectangle, beside bool) int {
	pad, space := p.scale.Px(30), p.scale.Px([]float64{24, 24, 20, 16, 14}[p.tight])
	side := max(p.scale.Px(56), p.lineHeight(words{size: look.SmallSize, height: look.LooseLine})*5/4)
	room := image.Rect(slot.Min.X+pad+side+p.scale.Px(24), slot.Min.Y, slot.Max.X-pad, slot.Min.Y)
	bare := p.percent >= 150 && room.Dx() < 6*side // large words in a narrow column need all of it
	if bare {
		room.Min.X = slot.Min.X + pad
	}
	link, leads := find(b, kiosk.RoleLink)
	o, target, apart := p.onward(look.SmallSize), 0, 0
	cell := room
	if leads {
		target = p.scale.MM(look.SecondTarget)
		if beside {
			cell.Min.X = cell.Max.X - p.linkWidth(link, o, room.Dx()/2)
			room.Max.X = cell.Min.X - p.scale.Px(32)
		}
	}
	words := p.scratch().promiseWords(b, room, 0)
	height := words + 2*space
	if !bare {
		height = max(height, side+2*space)
	}
	switch {
	case leads && beside:
		height = max(height, target+2*p.scale.Px(8))
	case leads:
		target = max(target, p.scratch().linkHeight(link, cell.Dx(), o))
		if p.keyed {
			apart = p.ringReach()
		}
		height += target + apart
	}
	card := slot
	card.Max.Y = card.Min.Y + height
	p.block(card, block{fill: p.theme.Tint, stroke: p.theme.TintLine, width: p.theme.Border, radius: look.RowRadius})
	upper := card
	if leads && !beside {
		upper.Max.Y -= target + apart
	}
	if y := upper.Min.Y + (upper.Dy()-side)/2; !bare {
		p.icon("shield", image.Rect(card.Min.X+pad, y, card.Min.X+pad+side, y+side), p.theme.Brand, 4)
	}
	p.promiseWords(b, room, upper.Min.Y+(upper.Dy()-words)/2)
	if leads {
		p.promiseLink(link, card, cell, target, beside, o)
	}
	return height
}

// promiseLink paints the link of a promise: over the card's height beside its words, or along its foot.
func (p *placer) promiseLink(b kiosk.Box, card, cell image.Rectangle, target int, beside bool, o onward) {
	inset, edge := p.scale.Px(16), p.scale.Px(8)
	cell.Min.X -= inset
	cell.Max.X = card.Max.X - edge
	cell.Min.Y, cell.Max.Y = card.Min.Y+edge, card.Max.Y-edge
	if !beside {
		cell.Min.Y = cell.Max.Y - target
		cell.Max.X = min(cell.Max.X, cell.Min.X+p.width(b.Text, o.words)+o.gap+o.arrow+2*inset)
	}
	p.in(card.Inset(p.scale.Px(p.theme.Border)), func() { p.linkIn(b, cell, inset, o) })
}

func (p *placer) promiseWords(b kiosk.Box, room image.Rectangle, top int) int {
	start := top
	w := words{size: look.SmallSize, ink: p.theme.Ink, lines: 9, height: look.LooseLine}
	top += p.text(b, b.Text, room, top, w)
	for _, c := range b.Children {
		if c.Role == kiosk.RoleLink {
			continue
		}
		w.weight = typeset.Regular
		if c.Role == kiosk.RoleStrong {
			w.weight = typeset.Bold
		}
		top += p.text(c, c.Text, room, top, w)
	}
	return top - start
}

// proof paints what stands for the paper that did not come: the QR code and the code to write down, side by side.
func (p *placer) proof(b kiosk.Box, slot image.Rectangle) int {
	gap := p.scale.Px(look.Gap)
	one, two := slot, slot
	one.Max.X = slot.Min.X + (slot.Dx()-gap)/2
	two.Min.X = one.Max.X + gap
	qr, hasQR := find(b, kiosk.RoleQR)
	code, hasCode := find(b, kiosk.RoleCode)
	switch {
	case !hasQR:
		two = slot
	case !hasCode:
		one = slot
	}
	height := 0
	if hasQR {
		height = p.scale.Px([]float64{400, 360, 330, 300, 280}[p.tight])
	}
	inside := two.Inset(p.pad())
	if hasCode {
		height = max(height, p.scratch().codeWords(code, inside, 0)+2*p.pad())
	}
	one.Max.Y, two.Max.Y = slot.Min.Y+height, slot.Min.Y+height
	frame := block{fill: p.theme.Paper, stroke: p.theme.Line, width: p.theme.Border, radius: look.Radius}
	if hasQR {
		p.block(one, frame)
		p.qr(qr, one)
	}
	if hasCode {
		p.block(two, frame)
		words := p.scratch().codeWords(code, inside, 0)
		p.codeWords(code, inside, two.Min.Y+(height-words)/2)
	}
	return height
}

// qr paints a code in the middle of its card, black on white in every theme, for that is what readers read.
func (p *placer) qr(b kiosk.Box, card image.Rectangle) {
	side := min(card.Dx(), card.Dy()) - 2*p.scale.Px(24)
	at := image.Pt(card.Min.X+(card.Dx()-side)/2, card.Min.Y+(card.Dy()-side)/2)
	light := look.Light()
	p.draw(Shape{
		Kind: QR, Rect: image.Rectangle{Min: at, Max: at.Add(image.Pt(side, side))}, Words: b.Text,
		Fill: look.HighContrast().Ground, Stroke: light.Paper,
	})
}

func (p *placer) codeWords(b kiosk.Box, room image.Rectangle, top int) int {
	start := top
	digits := words{size: look.CodeSize, weight: typeset.Bold, ink: p.theme.Ink, lines: 1, height: 1.16, space: 2}
	note := words{size: look.TabSize, ink: p.theme.Soft, lines: 4, height: look.LooseLine}
	for i, c := range b.Children {
		w := note
		if c.Role == kiosk.RoleDigits {
			w = digits
		}
		if i > 0 && c.Role != b.Children[i-1].Role {
			top += p.scale.Px(14)
		}
		top += p.text(c, c.Text, room, top, w)
	}
	return top - start
}
