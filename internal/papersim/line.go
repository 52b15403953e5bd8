package papersim

// style is how characters are set until the next command that changes it.
type style struct {
	page             byte // code page by number
	w, h             int  // times the font's cell
	fontB, bold      bool
	smooth, reversed bool
	upsideDown       bool
	underline        int // dots
	space            int // dots between characters
	align            byte
	spacing          int // dots from line to line
	left, width      int // printed area, dots
	qrModule         int // dots
	qrECC            byte
	barcodeH         int // dots
}

const defaultSpacing = 30

func (p *Printer) reset() {
	p.style = style{w: 1, h: 1, spacing: defaultSpacing, width: Width, qrModule: 3, qrECC: '0', barcodeH: 162}
	p.stored = stored{}
}

// line is what was received for the line that is not printed yet.
type line struct {
	x     int
	cells []cell
}

type cell struct {
	x     int
	image bitmap
}

func (p *Printer) put(m bitmap, advance int) {
	if p.line.x+advance > p.style.width && p.line.x > 0 {
		p.newline()
	}
	p.line.cells = append(p.line.cells, cell{p.line.x, m})
	p.line.x += advance
}

func (p *Printer) text(b []byte) {
	s := p.style
	for _, c := range b {
		cellW, cellH := cellWA*s.w, cellHA*s.h
		if s.fontB {
			cellW, cellH = cellWB*s.w, cellHB*s.h
		}
		m := newBitmap(cellW, cellH)
		smooth := s.smooth && s.w > 1 && s.h > 1
		m.draw(p.glyph(glyphKey{decode(s.page, c), s.fontB, s.bold, s.w, s.h, smooth}), 0, 0)
		m.fill(0, cellH-s.underline, cellW, s.underline)
		if s.reversed {
			m = m.inverted()
		}
		p.put(m, cellW+s.space*s.w)
	}
}

// tab moves to the next of the stops, one every eight characters.
func (p *Printer) tab() {
	step := 8 * cellWA
	p.line.x = min((p.line.x/step+1)*step, p.style.width)
}

// newline prints the line, the cells on one ground line, and feeds to the next.
func (p *Printer) newline() {
	tallest := 0
	for _, c := range p.line.cells {
		tallest = max(tallest, c.image.h)
	}
	p.printLine(tallest, max(tallest, p.style.spacing))
}

func (p *Printer) printLine(tallest, feed int) {
	out := newBitmap(Width, feed)
	for _, c := range p.line.cells {
		out.draw(c.image, p.indent(p.line.x)+c.x, tallest-c.image.h)
	}
	if p.style.upsideDown {
		copy(out.dots, bitmap{Width, tallest, out.dots[:Width*tallest]}.turned().dots)
	}
	p.line = line{}
	p.out(out)
}

// indent is where something w dots wide begins.
func (p *Printer) indent(w int) int {
	switch p.style.align {
	case 1, '1':
		return p.style.left + max(p.style.width-w, 0)/2
	case 2, '2':
		return p.style.left + max(p.style.width-w, 0)
	}
	return p.style.left
}

// flush prints what is waiting in the line, without feeding further than its height.
func (p *Printer) flush() {
	if len(p.line.cells) > 0 {
		p.newline()
	}
}

// block prints a picture in a line of its own.
func (p *Printer) block(m bitmap) {
	p.flush()
	out := newBitmap(Width, m.h)
	out.draw(m, p.indent(m.w), 0)
	p.out(out)
}

func (p *Printer) feed(dots int) {
	tallest := 0
	for _, c := range p.line.cells {
		tallest = max(tallest, c.image.h)
	}
	p.printLine(tallest, max(tallest, dots))
}

func (p *Printer) out(m bitmap) {
	if !p.paper.print(m) {
		p.paperEnd = true
	}
}
