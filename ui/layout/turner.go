package layout

import (
	"image"

	"example.org/totem/kiosk"
	"example.org/totem/typeset"
	"example.org/totem/ui/look"
)

// together joins what stands in one place: the key that turns pages takes up which page it is, and a button after it stands
// beside it.
func together(boxes []kiosk.Box) []kiosk.Box {
	var joined []kiosk.Box
	for _, b := range boxes {
		last := len(joined) - 1
		switch {
		case last >= 0 && b.Role == kiosk.RolePage && joined[last].Role == kiosk.RoleMore:
			joined[last].Children = []kiosk.Box{b}
		case last >= 0 && b.Role == kiosk.RoleMore && joined[last].Role == kiosk.RolePage:
			b.Children = []kiosk.Box{joined[last]}
			joined[last] = b
		case last >= 0 && b.Role == kiosk.RoleButton && joined[last].Role == kiosk.RoleMore:
			joined[last] = kiosk.Box{Role: kiosk.RoleButtons, Children: []kiosk.Box{joined[last], b}}
		default:
			joined = append(joined, b)
		}
	}
	return joined
}

// turner paints the words of the key that turns pages, and under them which page it is.
func (p *placer) turner(b kiosk.Box, cell image.Rectangle, w words) {
	o := p.onward(w.size)
	o.words = w
	page, ok := find(b, kiosk.RolePage)
	if !ok {
		p.leadOn(b, cell, o)
		return
	}
	small := p.pageWords(w)
	lines, _ := p.buttonLines(b, cell.Dx()+2*p.buttonPad())
	high := lines*p.lineHeight(w) + p.lineHeight(small)
	upper := cell
	upper.Min.Y += (cell.Dy() - high) / 2
	upper.Max.Y = upper.Min.Y + lines*p.lineHeight(w)
	p.leadOn(b, upper, o)
	p.text(page, page.Text, cell, upper.Max.Y, small)
}

func (p *placer) pageWords(of words) words {
	return words{size: look.KeySize, weight: typeset.Regular, ink: of.ink, align: middle, lines: 1, height: look.TightLine}
}

// pageHeight is how high the words are that say which page it is.
func (p *placer) pageHeight(b kiosk.Box, w words) int {
	if _, ok := find(b, kiosk.RolePage); !ok {
		return 0
	}
	return p.lineHeight(p.pageWords(w))
}
