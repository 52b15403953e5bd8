package papersim

// page is the page mode: everything is set on an area of a page, in one of four directions, and printed together.
//
// A position is given in the frame of the direction: u runs with the text, v across it. v is the base line of what is
// set there: the row below the lowest of a character cell, a picture or a QR. A new area or direction begins with the
// base line of a first line of plain text, so that this line lies just inside.
//
//	ESC T   text runs       begins at
//	0       left to right   upper left
//	1       upwards         lower left
//	2       right to left   lower right, upside down
//	3       downwards       upper right
type page struct {
	on        bool
	area      area
	direction byte
	u, v      int
	tall      int    // rows that the page has by now
	dots      bitmap // as tall as the tallest page
}

// area is a rectangle on the page, in dots.
type area struct{ x, y, w, h int }

// tallest is how long a page can be, in dots, and how long it is unless ESC W says otherwise.
const tallest = 1662

// doPage does the commands of page mode.
func (p *Printer) doPage(c command) bool {
	g := &p.page
	if c.name == "ESC L" {
		p.beginPage(c)
		return true
	}
	if !g.on {
		switch c.name {
		case "ESC S", "ESC T", "ESC W", "GS $", "GS \\", "ESC FF", "CAN":
			return true // without effect in the standard mode
		}
		return false
	}
	switch c.name {
	case "ESC S":
		p.page = page{}
	case "FF":
		p.printPage()
		p.page = page{}
	case "ESC FF":
		p.printPage()
	case "CAN":
		g.wipe()
	case "ESC T":
		g.direction = c.params[0] & 3
		g.home()
	case "ESC W":
		p.setArea(c)
	case "ESC $":
		g.goTo(p.along(word(c.params)), g.v)
	case "ESC \\":
		g.goTo(g.u+p.along(int(int16(word(c.params)))), g.v)
	case "GS $":
		g.goTo(g.u, p.athwart(word(c.params)))
	case "GS \\":
		g.goTo(g.u, g.v+p.athwart(int(int16(word(c.params)))))
	case "LF":
		g.feed(p.style.spacing)
	case "CR", "HT":
	case "ESC d":
		g.feed(int(c.params[0]) * p.style.spacing)
	case "ESC J":
		g.feed(p.athwart(int(c.params[0])))
	case "GS V", "ESC i", "ESC m", "RS":
		p.note(c.name+" does nothing in page mode", c.size)
	default:
		return false
	}
	return true
}

func (p *Printer) beginPage(c command) {
	switch {
	case p.page.on:
	case len(p.line.cells) > 0:
		p.note("page mode in the middle of a line is not entered", c.size)
	default:
		p.page = page{on: true, area: area{0, 0, p.model.Dots, tallest}, dots: newBitmap(p.model.Dots, tallest)}
		p.page.home()
	}
}

// setArea does ESC W: x, y, width and height of the area, two bytes each, in motion units. One that lies outside the page, or
// is empty, is not taken.
func (p *Printer) setArea(c command) {
	b := c.params
	a := area{p.across(word(b)), p.down(word(b[2:])), p.across(word(b[4:])), p.down(word(b[6:]))}
	if a.x >= p.model.Dots || a.y >= tallest || a.w == 0 || a.h == 0 {
		p.note("page area outside the page", c.size)
		return
	}
	a.w, a.h = min(a.w, p.model.Dots-a.x), min(a.h, tallest-a.y)
	p.page.area = a
	p.page.tall = max(p.page.tall, a.y+a.h)
	p.page.home()
}

// along and athwart turn motion units into dots, with the text and across it.
func (p *Printer) along(n int) int {
	if odd(p.page.direction) {
		return p.down(n)
	}
	return p.across(n)
}

func (p *Printer) athwart(n int) int {
	if odd(p.page.direction) {
		return p.across(n)
	}
	return p.down(n)
}

// home goes to the beginning of the area.
func (g *page) home() { g.u, g.v = 0, cellHA }

// frame returns the size of the area as the direction sees it.
func (g *page) frame() (w, h int) {
	if odd(g.direction) {
		return g.area.h, g.area.w
	}
	return g.area.w, g.area.h
}

// goTo goes to a position, unless it lies outside the area.
func (g *page) goTo(u, v int) {
	if w, h := g.frame(); u >= 0 && u <= w && v >= 0 && v <= h {
		g.u, g.v = u, v
	}
}

func (g *page) feed(dots int) { g.u, g.v = 0, g.v+dots }

// set sets a picture with its lower left corner at the position, and goes on behind it.
func (g *page) set(m bitmap, advance, spacing int) {
	if w, _ := g.frame(); g.u > 0 && g.u+advance > w {
		g.feed(spacing)
	}
	for y := range m.h {
		for x := range m.w {
			if m.at(x, y) {
				g.dot(g.u+x, g.v-m.h+y)
			}
		}
	}
	g.u += advance
}

// dot blackens a dot of the area.
func (g *page) dot(u, v int) {
	if w, h := g.frame(); u < 0 || v < 0 || u >= w || v >= h {
		return
	}
	a := g.area
	switch g.direction {
	case 0:
		g.dots.set(a.x+u, a.y+v)
	case 1:
		g.dots.set(a.x+v, a.y+a.h-1-u)
	case 2:
		g.dots.set(a.x+a.w-1-u, a.y+a.h-1-v)
	case 3:
		g.dots.set(a.x+a.w-1-v, a.y+u)
	}
}

// wipe clears the area.
func (g *page) wipe() {
	for y := range g.area.h {
		row := (g.area.y+y)*g.dots.w + g.area.x
		clear(g.dots.dots[row : row+g.area.w])
	}
	g.home()
}

// printPage prints the page down to the lowest of its areas.
func (p *Printer) printPage() {
	g := &p.page
	h := g.tall
	if h == 0 {
		h = tallest
	}
	rows := bitmap{g.dots.w, h, append([]bool(nil), g.dots.dots[:h*g.dots.w]...)}
	p.out(rows)
}
