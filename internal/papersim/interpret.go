package papersim

import (
	"fmt"
	"strings"
)

// work carries out what waits in the buffer, as far as the printer can and the mechanism keeps up.
func (p *Printer) work() {
	p.move()
	for !p.offline() && !p.waits() {
		c, ok := p.model.dialect().next(p.rx)
		if !ok {
			return
		}
		if p.model.lacks(c) && p.model.Spills && !strings.HasPrefix(c.name, "GS V") {
			c.size = min(c.size, 2) // what follows is read as text
		}
		p.rx = p.rx[c.size:]
		p.done += c.size
		p.do(c)
	}
}

// do carries one command out.
func (p *Printer) do(c command) {
	if c.name != "text" {
		p.lead = 0
	}
	switch {
	case p.model.lacks(c):
		p.note(c.name+" is not known to this model", c.size)
	case c.name == "text":
		p.text(c.data)
	case c.name == "unknown":
		p.note(fmt.Sprintf("unknown % x", c.params), c.size)
	case p.doPresent(c), p.doPage(c), p.doStyle(c), p.doFeed(c), p.doPicture(c), p.doAsk(c):
	case strings.HasPrefix(c.name, "DLE"), silent(c.name):
	default:
		p.note(c.name+" has no effect here", c.size)
	}
}

// silent tells the commands that leave no mark by their nature, or none on this printer.
func silent(name string) bool {
	switch name {
	case "NUL", "CR", "ESC p", "ESC r", "ESC c", "ESC R", "ESC =", "ESC ?", "ESC %", "GS H", "GS w", "GS f", "GS E", "ESC D",
		"GS ( E", "GS ( K", "GS ( D", "FS !", "ESC 7", "DC2 #":
		return true
	}
	return false
}

// knownToKPL tells the commands of Zebra's language that are modelled. Its text is set by other commands than these.
func knownToKPL(name string) bool {
	switch name {
	case "text", "LF", "CR", "NUL", "unknown", "ESC @", "ESC J", "ESC s", "ESC RS", "RS", "ESC FF", "EM", "ENQ":
		return true
	}
	return false
}

// lacks reports whether the model leaves a command out.
func (m Model) lacks(c command) bool {
	if m.KPL {
		return !knownToKPL(c.name)
	}
	switch c.name {
	case "GS ( H":
		return m.NoProcessID
	case "GS r":
		return m.NoFence
	case "GS a":
		return m.NoAutomatic
	case "GS ( k":
		return m.NoQR
	case "GS v 0", "GS ( L", "GS 8 L":
		return m.NoRaster
	case "GS V", "ESC i", "ESC m", "ESC RS":
		return m.NoCutter
	case "ESC L", "ESC S", "ESC T", "ESC W", "GS $", "GS \\", "ESC FF":
		return m.NoPageMode
	case "GS e":
		return m.Presenter != presenterCustom
	case "GS R":
		return m.Presenter != presenterCitizen
	}
	return false
}

func odd(b byte) bool { return b&1 != 0 }

func (p *Printer) doStyle(c command) bool {
	s := &p.style
	n := byte(0)
	if len(c.params) > 0 {
		n = c.params[0]
	}
	switch c.name {
	case "ESC @":
		p.line, p.page = line{}, page{}
		p.reset()
	case "ESC !":
		s.fontB, s.bold, s.underline = odd(n), odd(n>>3), int(n>>7)
		s.h, s.w = 1+int(n>>4&1), 1+int(n>>5&1)
	case "GS !":
		s.w, s.h = 1+int(n>>4&7), 1+int(n&7)
	case "ESC E", "ESC G":
		s.bold = odd(n)
	case "ESC M":
		s.fontB = odd(n)
	case "ESC -":
		s.underline = int(n & 3)
	case "ESC t":
		p.setPage(c)
	case "FS .", "FS &":
		s.kanji = p.model.Kanji && c.name == "FS &"
	case "ESC {":
		s.upsideDown = odd(n)
	case "GS B":
		s.reversed = odd(n)
	case "GS b":
		s.smooth = odd(n)
	case "GS h":
		s.barcodeH = int(n)
	default:
		return p.doSpacing(c)
	}
	return true
}

// setPage does ESC t. A page that the model does not have is not taken.
func (p *Printer) setPage(c command) {
	if table(p.model.Pages[c.params[0]]) == nil {
		p.note(fmt.Sprintf("code page %d is not known", c.params[0]), c.size)
		return
	}
	p.style.page = c.params[0]
}

func (p *Printer) doSpacing(c command) bool {
	s := &p.style
	switch c.name {
	case "ESC SP":
		s.space = p.across(int(c.params[0]))
	case "ESC a":
		s.align = c.params[0]
	case "ESC 2":
		s.spacing = defaultSpacing
	case "ESC 3":
		s.spacing = p.down(int(c.params[0]))
	case "GS P":
		s.perInchX, s.perInchY = p.model.units(int(c.params[0]), int(c.params[1]))
	case "GS L":
		s.left = min(p.across(word(c.params)), p.model.Dots)
	case "GS W":
		s.width = min(p.across(word(c.params)), p.model.Dots)
	default:
		return false
	}
	s.width = min(s.width, p.model.Dots-s.left)
	return true
}

// across and down turn motion units into dots.
func (p *Printer) across(n int) int { return n * p.model.DPI / p.style.perInchX }
func (p *Printer) down(n int) int   { return n * p.model.DPI / p.style.perInchY }

// units returns the motion units an inch that GS P x y sets: 0 is what the model is delivered with.
func (m Model) units(x, y int) (int, int) {
	if x == 0 {
		x = m.DPI
	}
	if y == 0 {
		y = m.PerInch
	}
	return x, y
}

func word(b []byte) int { return int(b[0]) + int(b[1])<<8 }

func (p *Printer) doFeed(c command) bool {
	switch c.name {
	case "LF":
		p.newline()
	case "FF":
		p.flush()
	case "HT":
		p.tab()
	case "ESC $":
		p.line.x = min(p.across(word(c.params)), p.style.width)
	case "ESC \\":
		p.line.x = min(max(p.line.x+p.across(int(int16(word(c.params)))), 0), p.style.width)
	case "ESC d":
		p.feed(int(c.params[0]) * p.style.spacing)
	case "ESC J":
		p.feed(p.down(int(c.params[0])))
	case "ESC e", "ESC K":
		p.flush() // the paper is not pulled back
	case "GS V":
		if len(c.params) == 2 { // feed to the cutter and n dots, and cut
			p.cutHere(p.model.Cutter + p.down(int(c.params[1])))
			break
		}
		p.cutHere(0)
	case "ESC i", "ESC m", "ESC RS":
		p.cutHere(0)
	default:
		return false
	}
	return true
}

// cutHere prints the line, feeds, and cuts. A cut that the paper ends before is lost.
func (p *Printer) cutHere(feed int) {
	p.flush()
	p.give(task{rows: newBitmap(p.model.Dots, feed), takes: cutTakes, then: p.cut, barrier: true})
}

func (p *Printer) cut() {
	if p.is.cutterBroken {
		p.is.cutterFault = true
		return
	}
	if s, ok := p.paper.cut(p.taken[:p.done]); ok {
		p.catch(s)
	}
}

func (p *Printer) doAsk(c command) bool {
	switch c.name {
	case "GS a":
		p.asb, p.told = c.params[0], nil
	case "GS r":
		p.queuedStatus(c.params[0])
	case "ESC v":
		p.queuedStatus(1)
	case "ESC u":
		p.queuedStatus(2)
	case "GS I":
		p.identity(c.params[0])
	case "GS ( H": // 30 30 d1 d2 d3 d4: answered when everything before it is on paper
		if d := c.data; len(d) == 6 && d[0] == '0' {
			p.give(task{then: func() { p.answer(0x37, 0x22, d[2], d[3], d[4], d[5], 0) }})
		}
	default:
		return false
	}
	return true
}
