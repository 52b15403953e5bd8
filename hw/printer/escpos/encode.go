package escpos

import (
	"fmt"

	"example.org/totem/ticket"
)

// The commands that a slip is made of. Epson's names; n is one byte.
//
//	1B 74 n        ESC t    code page
//	1B 61 n        ESC a    alignment: 0 left, 1 centre
//	1D 21 n        GS !     size: times wide - 1 in the high half, times high - 1 in the low half
//	1B 45 n        ESC E    bold: 0, 1
//	1B 2D n        ESC -    underline, dots: 0, 1, 2
//	1B 33 n        ESC 3    distance from line to line, dots
//	1B 4A n        ESC J    feed, dots
//	0A             LF       print the line
//	1D 28 6B …     GS ( k   QR, see qr.go
//	1D 76 30 …     GS v 0   raster, see qr.go
const (
	esc = 0x1b
	gs  = 0x1d
	lf  = 0x0a
)

const maxTimes = 8 // the largest blow-up of GS !

// Heights of capitals, in millimetres, that people with low vision need.
const (
	capitalNumber = 12
	capitalBody   = 3
)

// look is how a role is set. Of the sizes the first is taken in which the text fits on one line, or the last.
type look struct {
	sizes []size
	bold  bool
	left  bool
	below int // white below the last line, dots
}

// size is a blow-up of the normal font.
type size struct{ w, h int }

// looks says how the roles with text are set; body is how many times the normal font must be blown up upwards for
// readable capitals.
func (p Profile) look(role ticket.Role) look {
	body := p.timesFor(capitalBody)
	plain, large := []size{{1, body}}, size{2, body}
	switch role {
	case ticket.RoleCopy:
		return look{sizes: []size{{3, body + 1}, large}, bold: true, below: 16}
	case ticket.RoleOffice:
		return look{sizes: []size{large, {1, body}}, bold: true, below: 2}
	case ticket.RolePlace:
		return look{sizes: plain, below: 22}
	case ticket.RoleNumber:
		least := p.timesFor(capitalNumber)
		var sizes []size
		for n := maxTimes; n > least; n-- {
			sizes = append(sizes, size{n, n})
		}
		return look{sizes: append(sizes, size{least, least}, size{1, least}), bold: true, below: 14}
	case ticket.RoleWhen:
		return look{sizes: []size{{3, body + 1}, large, {1, body}}, bold: true, below: 10}
	case ticket.RoleLabel:
		return look{sizes: []size{large, {1, body}}, below: 2}
	case ticket.RoleCode:
		return look{sizes: []size{large, {1, body}}, bold: true, below: 20}
	case ticket.RoleStrong:
		return look{sizes: plain, bold: true, below: 4}
	case ticket.RoleDate:
		return look{sizes: plain}
	}
	return look{sizes: plain, below: 16}
}

// Encode returns the bytes that print s on a printer of profile p, from the first command to the cut. A slip that
// fails its check is refused: no text of a slip becomes a command.
func Encode(p Profile, s ticket.Slip) ([]byte, error) {
	b, _, err := encode(p, s)
	return b, err
}

// encode also returns how much paper the slip takes, in dots.
func encode(p Profile, s ticket.Slip) (b []byte, dots int, err error) {
	if err := s.Check(); err != nil {
		return nil, 0, fmt.Errorf("encode a slip: %w", err)
	}
	e := encoder{p: p, size: size{1, 1}}
	e.add(p.init...)
	e.add(esc, 't', p.pageNumber)
	for _, line := range s.Lines {
		switch line.Role {
		case ticket.RoleRule:
			e.rule()
		case ticket.RoleQR:
			if err := e.qr(line.Text); err != nil {
				return nil, 0, fmt.Errorf("encode a slip: %w", err)
			}
		default:
			e.text(line)
		}
	}
	if p.Abilities.Cut {
		e.add(p.cut...)
	} else {
		e.feed(tearOff)
	}
	return e.out, e.dots + tearOff, nil
}

const tearOff = 160 // dots from the head to where a slip is torn off

// encoder remembers what the printer is set to, and sends only what changes.
type encoder struct {
	p       Profile
	out     []byte
	size    size
	bold    bool
	centred bool
	spacing int
	dots    int // paper used so far
}

func (e *encoder) add(b ...byte) { e.out = append(e.out, b...) }

func (e *encoder) text(line ticket.Line) {
	l := e.p.look(line.Role)
	words := e.p.spell(line.Text)
	s := l.sizes[len(l.sizes)-1]
	for _, try := range l.sizes {
		if len(words)*try.w <= e.p.Abilities.Columns {
			s = try
			break
		}
	}
	e.align(!l.left)
	e.embolden(l.bold)
	e.resize(s)
	e.pitch(cellHeight*s.h + lineGap)
	for _, row := range balance(words, e.p.Abilities.Columns/s.w) {
		e.add(e.p.bytes(row)...)
		e.add(lf)
		e.dots += e.spacing
	}
	e.feed(l.below)
}

const (
	cellHeight = 24 // dots of the normal font
	lineGap    = 4  // white between lines, dots
)

// rule draws a line across: underlined spaces, eight times as wide, are 25 bytes where a raster would be 150.
func (e *encoder) rule() {
	e.embolden(false)
	e.resize(size{maxTimes, 1})
	e.pitch(cellHeight + 24)
	e.add(esc, '-', 2)
	for range e.p.Abilities.Columns / maxTimes {
		e.add(' ')
	}
	e.add(lf, esc, '-', 0)
	e.dots += e.spacing
}

func (e *encoder) align(centred bool) {
	if e.centred != centred {
		e.centred = centred
		e.add(esc, 'a', flag(centred))
	}
}

func (e *encoder) embolden(on bool) {
	if e.bold != on {
		e.bold = on
		e.add(esc, 'E', flag(on))
	}
}

func (e *encoder) resize(s size) {
	if e.size != s {
		e.size = s
		e.add(gs, '!', byte(s.w-1)<<4|byte(s.h-1))
	}
}

func (e *encoder) pitch(dots int) {
	if e.spacing != dots {
		e.spacing = dots
		e.add(esc, '3', byte(min(dots, 255)))
	}
}

func (e *encoder) feed(dots int) {
	if dots > 0 {
		e.add(esc, 'J', byte(min(dots, 255)))
		e.dots += dots
	}
}

func flag(on bool) byte {
	if on {
		return 1
	}
	return 0
}
