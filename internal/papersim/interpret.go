package papersim

import (
	"fmt"
	"strings"
)

// do carries one command out.
func (p *Printer) do(c command) {
	switch {
	case c.name == "text":
		p.text(c.data)
	case c.name == "unknown":
		p.note(fmt.Sprintf("unknown % x", c.params), c.size)
	case p.doStyle(c), p.doFeed(c), p.doPicture(c), p.doAsk(c):
	case strings.HasPrefix(c.name, "DLE"), silent[c.name]:
	default:
		p.note(c.name+" has no effect here", c.size)
	}
}

// silent are commands that leave no mark by their nature, or none on this printer.
var silent = map[string]bool{
	"FS .": true, "CR": true, "ESC p": true, "ESC r": true, "ESC c": true, "ESC R": true, "ESC S": true, "ESC =": true,
	"ESC ?": true, "ESC %": true, "GS H": true, "GS w": true, "GS f": true, "GS E": true, "GS P": true, "ESC D": true,
	"GS ( E": true, "GS ( K": true, "GS ( D": true, "FS !": true, "CAN": true,
}

func odd(b byte) bool { return b&1 != 0 }

func (p *Printer) doStyle(c command) bool {
	s := &p.style
	switch c.name {
	case "ESC @":
		p.line = line{}
		p.reset()
	case "ESC !":
		n := c.params[0]
		s.fontB, s.bold, s.underline = odd(n), odd(n>>3), int(n>>7)
		s.h, s.w = 1+int(n>>4&1), 1+int(n>>5&1)
	case "GS !":
		s.w, s.h = 1+int(c.params[0]>>4&7), 1+int(c.params[0]&7)
	case "ESC E", "ESC G":
		s.bold = odd(c.params[0])
	case "ESC M":
		s.fontB = odd(c.params[0])
	case "ESC -":
		s.underline = int(c.params[0] & 3)
	case "ESC SP":
		s.space = int(c.params[0])
	case "ESC t":
		s.page = c.params[0]
	case "ESC a":
		s.align = c.params[0]
	case "ESC 2":
		s.spacing = defaultSpacing
	case "ESC 3":
		s.spacing = int(c.params[0])
	case "ESC {":
		s.upsideDown = odd(c.params[0])
	case "GS B":
		s.reversed = odd(c.params[0])
	case "GS b":
		s.smooth = odd(c.params[0])
	case "GS L":
		s.left = min(word(c.params), Width)
	case "GS W":
		s.width = min(word(c.params), Width)
	case "GS h":
		s.barcodeH = int(c.params[0])
	default:
		return false
	}
	s.width = min(s.width, Width-s.left)
	return true
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
		p.line.x = min(word(c.params), p.style.width)
	case "ESC \\":
		p.line.x = min(max(p.line.x+int(int16(word(c.params))), 0), p.style.width)
	case "ESC d":
		p.feed(int(c.params[0]) * p.style.spacing)
	case "ESC J":
		p.feed(int(c.params[0]))
	case "ESC e", "ESC K":
		p.flush() // the paper is not pulled back
	case "GS V", "ESC i", "ESC m":
		p.flush()
		if c.name == "GS V" && len(c.params) == 2 {
			p.feed(int(c.params[1]))
		}
		p.cut()
	default:
		return false
	}
	return true
}

// cut cuts, unless the paper ended on the way or the cutter is stuck.
func (p *Printer) cut() {
	switch {
	case p.paperEnd:
	case p.cutterBroken:
		p.cutterFault = true
	default:
		p.paper.cut(p.received[:p.done])
	}
}

func (p *Printer) doAsk(c command) bool {
	switch c.name {
	case "GS a":
		p.asb, p.told = c.params[0], nil
	case "GS r":
		p.queuedStatus(c.params[0])
	case "GS I":
		p.identity(c.params[0])
	case "GS ( H": // 30 30 d1 d2 d3 d4: everything before it is on paper
		if d := c.data; !p.cfg.NoProcessID && len(d) == 6 && d[0] == '0' {
			p.answer(0x37, 0x22, d[2], d[3], d[4], d[5], 0)
		}
	default:
		return false
	}
	return true
}
