package layout

import "image"

// mirror turns a plan round for languages that are written from right to left: everything stands at the other side. Lines of
// text are moved whole, for their letters stand in visual order already; so are codes and pictures of the machine, whose sides do not
// change with the language. Drawings that point somewhere point the other way.
func (p *Plan) mirror() {
	for i := range p.Shapes {
		s := &p.Shapes[i]
		s.Rect = p.mirrored(s.Rect)
		switch s.Kind {
		case Text:
			s.At.X = s.Rect.Min.X + s.Over
		case Icon:
			s.Words = turned(s.Words)
		case Block:
			s.EdgeRight = s.Edge > 0
		case QR, Picture:
		}
	}
	for i := range p.Controls {
		p.Controls[i].Rect = p.mirrored(p.Controls[i].Rect)
	}
	if !p.Focus.Empty() {
		p.Focus = p.mirrored(p.Focus)
	}
}

// leftToRight sets what runs from left to right in every language: figures, addresses, and their keys. In a language of the
// other direction it is turned round within its slot first, so that it comes out as it was set when all is turned round.
func (p *placer) leftToRight(slot image.Rectangle, set func()) {
	shapes, controls, ringed := len(p.plan.Shapes), len(p.plan.Controls), p.ringed
	set()
	if !p.lang.RightToLeft() {
		return
	}
	part := Plan{Bounds: slot, Shapes: p.plan.Shapes[shapes:], Controls: p.plan.Controls[controls:]}
	part.mirror()
	if p.ringed != ringed {
		p.ringed.rect = part.mirrored(p.ringed.rect)
	}
}

func (p *Plan) mirrored(r image.Rectangle) image.Rectangle {
	r.Min.X, r.Max.X = p.Bounds.Min.X+p.Bounds.Max.X-r.Max.X, p.Bounds.Min.X+p.Bounds.Max.X-r.Min.X
	return r
}

// turned is the name of the drawing that points the other way; itself for one that points nowhere.
func turned(name string) string {
	switch name {
	case "back":
		return "more"
	case "more":
		return "back"
	case "erase":
		return "erase-right"
	case "erase-right":
		return "erase"
	}
	return name
}
