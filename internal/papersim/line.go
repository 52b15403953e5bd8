package papersim

// style is how characters are set until the next command that changes it.
type style struct {
	page             byte // code page by number
	w, h             int  // times the font's cell
	fontB, bold      bool
	smooth, reversed bool
	upsideDown       bool
	kanji            bool // two bytes above 80 are one character
	underline        int  // dots
	space            int  // dots between characters
	align            byte
	spacing          int // dots from line to line
	left, width      int // printed area, dots
	qrModule         int // dots
	qrECC            byte
	barcodeH         int // dots
	perInchX         int // motion units an inch, across the paper
	perInchY         int // and along it
}

const defaultSpacing = 30

func (p *Printer) reset() {
	p.style = style{w: 1, h: 1, spacing: defaultSpacing, width: p.model.Dots, qrModule: 3, qrECC: '0', barcodeH: 162, kanji: p.model.Kanji}
	p.style.perInchX, p.style.perInchY = p.model.units(0, 0)
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
	if p.page.on {
		p.page.set(m, advance, p.style.spacing)
		return
	}
	if p.line.x+advance > p.style.width && p.line.x > 0 {
		p.newline()
	}
	p.line.cells = append(p.line.cells, cell{p.line.x, m})
	p.line.x += advance
}

func (p *Printer) text(b []byte) {
	for _, c := range b {
		switch {
		case p.lead != 0:
			p.ideograph(p.lead, c)
			p.lead = 0
		case p.style.kanji && c > 0x80:
			p.lead = c
		default:
			p.character(c)
		}
	}
}

func (p *Printer) character(c byte) {
	s := p.style
	cellW, cellH := cellWA*s.w, cellHA*s.h
	if s.fontB {
		cellW, cellH = cellWB*s.w, cellHB*s.h
	}
	smooth := s.smooth && s.w > 1 && s.h > 1
	key := glyphKey{decode(p.model.Pages, s.page, c), s.fontB, s.bold, s.w, s.h, smooth}
	p.cell(p.glyph(key), cellW, cellH)
}

// ideograph prints the character that two bytes are in the Kanji mode: a box of its own for each, for nobody reads it.
func (p *Printer) ideograph(a, b byte) {
	m := newBitmap(24, 24)
	m.fill(2, 2, 20, 2)
	m.fill(2, 20, 20, 2)
	for k := range 8 {
		if a>>k&1 == 1 {
			m.fill(4+2*k, 6, 1, 6)
		}
		if b>>k&1 == 1 {
			m.fill(4+2*k, 13, 1, 6)
		}
	}
	p.cell(m.times(p.style.w, p.style.h), 24*p.style.w, 24*p.style.h)
}

// cell puts a character into the line.
func (p *Printer) cell(dots bitmap, w, h int) {
	s := p.style
	m := newBitmap(w, h)
	m.draw(dots, 0, 0)
	m.fill(0, h-s.underline, w, s.underline)
	if s.reversed {
		m = m.inverted()
	}
	p.put(m, w+s.space*s.w)
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
	out := newBitmap(p.model.Dots, feed)
	for _, c := range p.line.cells {
		out.draw(c.image, p.indent(p.line.x)+c.x, tallest-c.image.h)
	}
	if p.style.upsideDown {
		copy(out.dots, bitmap{out.w, tallest, out.dots[:out.w*tallest]}.turned().dots)
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
	if p.page.on {
		p.page.set(m, m.w, p.style.spacing)
		return
	}
	p.flush()
	out := newBitmap(p.model.Dots, m.h)
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

func (p *Printer) out(m bitmap) { p.give(task{rows: m}) }
