package layout

import (
	"image"
	"slices"

	"example.org/totem/kiosk"
	"example.org/totem/ui/look"
)

// ringed is what the ring goes around: a control with its words, and how round its corners are.
type ringed struct {
	rect   image.Rectangle // empty: there is no such control
	radius int
}

// surround notes a control as the one that the ring goes around, if it is. Its shapes tell what it looks like; words may reach
// over its sides. Near the edge of the room that holds it the ring stands closer, so that it lies inside as a whole.
func (p *placer) surround(b kiosk.Box, rect image.Rectangle, painted []Shape) {
	if p.dry || p.focus == "" || b.ID != p.focus || b.Tap == nil || b.Off {
		return
	}
	around := ringed{rect: rect.Intersect(p.within.Inset(p.ringReach())), radius: p.scale.Px(look.KeyRadius)}
	for _, s := range painted {
		switch s.Kind {
		case Block:
			if s.Rect == rect {
				around.radius = s.Radius
			}
		case Text:
			around.rect = around.rect.Union(s.letters())
		case Icon, Picture, QR:
			around.rect = around.rect.Union(s.Rect)
		}
	}
	p.ringed = around
}

// letters is where the letters of a text are: most fonts leave room over and under them.
func (s Shape) letters() image.Rectangle {
	size := s.Style.Size
	return image.Rect(s.Rect.Min.X+s.Over, s.At.Y-int(size*0.8), s.Rect.Max.X-s.Over, s.At.Y+int(size*0.25))
}

// in sets something into a room that rings of its controls do not leave.
func (p *placer) in(room image.Rectangle, set func()) {
	was := p.within
	p.within = room
	set()
	p.within = was
}

// ringReach is how far the ring reaches beyond its control, in pixels.
func (p *placer) ringReach() int {
	return p.scale.MM(look.FocusSpace) + p.scale.MM(look.FocusRing) + p.scale.MM(look.FocusEdge)
}

// ring paints the ring around the control that the keys are at, over everything else: a ring of two colours, of which one
// stands out from whatever is beside it.
func (p *placer) ring() {
	if p.ringed.rect.Empty() {
		return
	}
	reach, edge := p.ringReach(), p.scale.MM(look.FocusEdge)
	outer := p.ringed.rect.Inset(-reach)
	p.draw(Shape{Kind: Block, Rect: outer, Stroke: p.theme.FocusEdge, Width: reach, Radius: p.ringed.radius + reach})
	p.draw(Shape{
		Kind: Block, Rect: outer.Inset(edge), Stroke: p.theme.Focus,
		Width: p.scale.MM(look.FocusRing), Radius: p.ringed.radius + reach - edge,
	})
	p.plan.Focus = outer
}

// ordered puts controls in the order of a tree: rooms are not laid out in the order in which they are read.
func (p *Plan) ordered(root kiosk.Box) {
	order := map[string]int{}
	for b := range root.All() {
		if _, known := order[b.ID]; !known {
			order[b.ID] = len(order)
		}
	}
	slices.SortStableFunc(p.Controls, func(a, b Control) int { return order[a.ID] - order[b.ID] })
}
