package layout

import (
	"image"
	"strings"

	"example.org/totem/kiosk"
	"example.org/totem/ui/look"
)

// The hint, in design pixels.
const (
	hintPad   = 10.0 // over and under its words
	hintSide  = 36.0 // beside them
	underBody = 36.0 // from a body to what is under it
	overHint  = 18.0 // from a body to the hint: its band is calm
)

// hinted sets the hint along the foot of a room, over the access keys of an upright panel and beside those of a wide one,
// and returns where the body in that room ends. Where controls must lie in reach and the panel goes on below them, the
// hint, which nobody touches, stands there.
func (p *placer) hinted(b *kiosk.Box, room image.Rectangle) (foot int) {
	foot = room.Max.Y - p.scale.Px(underBody)
	if b == nil {
		return foot
	}
	height := p.hintHeight(*b, room)
	if below := p.reach.Max.Y; p.low && p.plan.Bounds.Max.Y-below >= height {
		p.hint(*b, image.Rect(room.Min.X, below, room.Max.X, below+height))
		p.rule(image.Rect(room.Min.X, below+height-p.scale.Px(2), room.Max.X, below+height))
		return foot
	}
	band := room
	band.Min.Y = band.Max.Y - height
	p.hint(*b, band)
	return band.Min.Y - p.scale.Px(overHint)
}

// sidebarLines is how many lines a hint may need in the narrow sidebar of a wide panel.
const sidebarLines = 5

// hintOverKeys is the band of the hint over the access keys of a sidebar, which begin there. ok is false where the panel has
// too little room for hints under its header and languages, so that they all stand at the foot of the body.
func (p *placer) hintOverKeys(b *kiosk.Box, side image.Rectangle, keys int) (band image.Rectangle, ok bool) {
	band = image.Rect(side.Min.X, keys, side.Max.X, keys)
	if b == nil {
		return band, false
	}
	height := p.hintHeight(*b, side)
	most := max(height, sidebarLines*p.lineHeight(p.hintWords())+2*p.scale.Px(hintPad))
	top := side.Min.Y
	if p.percent < 150 { // some screens have languages there, and those that have none are set alike
		top = max(top, p.plan.Bounds.Dy()*3/10)
	}
	if keys-most < top {
		return band, false
	}
	band.Min.Y -= height
	return band, true
}

func (p *placer) hintWords() words {
	return words{size: look.SmallSize, ink: p.theme.Ink, align: middle, lines: 5, height: look.TightLine, fixed: true}
}

// hintText is what a hint says, all on one line if that fits.
func hintText(b kiosk.Box) string {
	var all []string
	for each := range b.All() {
		if each.Text != "" {
			all = append(all, each.Text)
		}
	}
	return strings.Join(all, factDot)
}

func (p *placer) hintSpan(band image.Rectangle) image.Rectangle {
	side := p.scale.Px(hintSide)
	return image.Rect(band.Min.X+side, band.Min.Y, band.Max.X-side, band.Max.Y)
}

func (p *placer) hintHeight(b kiosk.Box, room image.Rectangle) int {
	return p.scratch().text(b, hintText(b), p.hintSpan(room), 0, p.hintWords()) + 2*p.scale.Px(hintPad)
}

func (p *placer) hint(b kiosk.Box, band image.Rectangle) {
	p.block(band, block{fill: p.theme.Tint})
	p.rule(image.Rect(band.Min.X, band.Min.Y, band.Max.X, band.Min.Y+p.scale.Px(2)))
	p.centre(b, hintText(b), p.hintSpan(band), p.hintWords())
}
