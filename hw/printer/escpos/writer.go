package escpos

import (
	"bytes"
	"errors"
)

// The commands that a slip is made of. Epson's names; n is one byte, a pair L H a number of two bytes, the low one first.
//
//	1B 74 n                     ESC t    code page
//	1B 61 n                     ESC a    alignment: 0 left, 1 centre, 2 right
//	1D 21 n                     GS !     size: times wide - 1 in the high half, times high - 1 in the low half
//	1B 45 n                     ESC E    bold: 0, 1
//	1B 2D n                     ESC -    underline, dots: 0, 1, 2
//	1B 33 n                     ESC 3    distance from line to line, dots
//	1B 4A n                     ESC J    feed, dots
//	0A                          LF       print the line
//	1D 28 6B …                  GS ( k   QR, see qr.go
//	1D 76 30 …                  GS v 0   raster, see draw.go
//	1B 4C, 1B 57 …, 0C          ESC L …  page mode, see pagemode.go
const (
	esc = 0x1b
	gs  = 0x1d
	lf  = 0x0a
)

// writer writes a slip as a printer takes it. It remembers what the printer is set to, and sends only what changes.
type writer struct {
	Encoder
	out     []byte
	dots    int // paper used so far
	page    page
	size    size
	bold    bool
	align   byte
	spacing int
}

// The values of ESC a.
const (
	left   byte = 0
	centre byte = 1
	right  byte = 2
)

func (e Encoder) writer() *writer {
	w := &writer{Encoder: e, size: size{1, 1}}
	w.add(e.p.init...)
	return w
}

func (w *writer) add(b ...byte) { w.out = append(w.out, b...) }

// numbers adds numbers of two bytes, the low one first.
func (w *writer) numbers(all ...int) {
	for _, n := range all {
		w.add(byte(n), byte(n>>8))
	}
}

func (w *writer) alignTo(side byte) {
	if w.align != side {
		w.align = side
		w.add(esc, 'a', side)
	}
}

func (w *writer) embolden(on bool) {
	if w.bold != on {
		w.bold = on
		w.add(esc, 'E', flag(on))
	}
}

func (w *writer) resize(s size) {
	if w.size != s {
		w.size = s
		w.add(gs, '!', byte(s.w-1)<<4|byte(s.h-1))
	}
}

func (w *writer) turnTo(p page) {
	if w.page != p {
		w.page = p
		w.add(esc, 't', p.number)
	}
}

func (w *writer) pitch(dots int) {
	if w.spacing != dots {
		w.spacing = dots
		w.add(esc, '3', byte(min(dots, 255)))
	}
}

func (w *writer) newline() {
	w.add(lf)
	w.dots += w.spacing
}

func (w *writer) feed(dots int) {
	for ; dots > 0; dots -= min(dots, 255) {
		w.add(esc, 'J', byte(min(dots, 255)))
		w.dots += min(dots, 255)
	}
}

func flag(on bool) byte {
	if on {
		return 1
	}
	return 0
}

// tearOff is how far a slip is fed to where it is torn off or cut, dots.
const tearOff = 160

// end cuts the slip off, or feeds it to where it is torn off.
func (w *writer) end() (data []byte, dots int, err error) {
	if w.p.Abilities.Cut {
		w.add(w.p.cut...)
		w.dots += tearOff
	} else {
		w.feed(tearOff)
	}
	if urgent(w.out) {
		return nil, 0, errors.New("encode a slip: its bytes hold a real-time command")
	}
	return w.out, w.dots, nil
}

// dc4 is the last of the bytes that make a real-time command behind DLE:
//
//	10 04 n    DLE EOT    status
//	10 05 n    DLE ENQ    recover
//	10 14 …    DLE DC4    clear the buffers, drive the drawer, switch off
const dc4 = 0x14

// urgent reports whether b holds what a printer may take for a real-time command. Many printers look for them in every
// byte that arrives, within a raster too.
func urgent(b []byte) bool {
	for _, second := range []byte{eot, enq, dc4} {
		if bytes.Contains(b, []byte{dle, second}) {
			return true
		}
	}
	return false
}
