package papersim

import "slices"

// Width is how many dots a printed line has.
const Width = 576

// margin is the blank strip, in dots, that every slip begins with: it lay between head and cutter at the cut before.
const margin = 40

// paper is the roll, what is on it since the last cut, and what was cut off.
type paper struct {
	endless bool
	left    int    // dots until the end
	dots    []bool // rows of Width since the last cut
	start   int    // processed bytes at the last cut
	slips   []Slip
}

// print feeds m out, which is as wide as the paper. It reports false if the paper ended within it.
func (p *paper) print(m bitmap) bool {
	h := m.h
	if !p.endless {
		h = min(h, p.left)
		p.left -= h
	}
	p.dots = append(p.dots, m.dots[:Width*h]...)
	return h == m.h
}

func (p *paper) marked() bool { return slices.Contains(p.dots, true) }

func (p *paper) slip(processed []byte) Slip {
	dots := append(make([]bool, margin*Width), p.dots...)
	m := bitmap{Width, len(dots) / Width, dots}
	return Slip{Image: picture(m), Bytes: slices.Clone(processed[p.start:])}
}

func (p *paper) cut(processed []byte) {
	p.slips = append(p.slips, p.slip(processed))
	p.dots, p.start = nil, len(processed)
}
