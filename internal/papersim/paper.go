package papersim

import "slices"

// Width is how many dots a printed line of an 80 mm printer has.
const Width = 576

// margin is the distance from head to cutter, in dots, of the zero Model.
const margin = 40

// paper is the roll, and the strip of it that goes from the last cut to the head. The cutter stands before the head:
// what was printed last, margin rows of it, does not go with a slip unless it is fed out first.
type paper struct {
	width    int
	margin   int
	endless  bool
	left     int    // dots until the end
	wrongWay bool   // with its coated side down: nothing shows on it
	strip    []bool // rows of width
	start    int    // processed bytes at the last cut
}

// renew begins a strip of white paper.
func (p *paper) renew() { p.strip = make([]bool, p.margin*p.width) }

// print feeds one row out. It reports false if the paper has ended.
func (p *paper) print(row []bool) bool {
	if !p.endless {
		if p.left <= 0 {
			return false
		}
		p.left--
	}
	if p.wrongWay {
		row = make([]bool, len(row))
	}
	p.strip = append(p.strip, row...)
	return true
}

func (p *paper) marked() bool { return slices.Contains(p.strip, true) }

// piece returns rows of the strip, from its beginning, as a slip.
func (p *paper) piece(dots []bool, processed []byte) Slip {
	m := bitmap{p.width, len(dots) / p.width, dots}
	return Slip{Image: picture(m), Bytes: slices.Clone(processed[p.start:])}
}

// cut returns what lies before the cutter; ok is false when that is nothing. The rest begins the next strip.
func (p *paper) cut(processed []byte) (s Slip, ok bool) {
	at := len(p.strip) - p.margin*p.width
	if at <= 0 {
		return Slip{}, false
	}
	s = p.piece(p.strip[:at], processed)
	p.strip, p.start = slices.Clone(p.strip[at:]), len(processed)
	return s, true
}
