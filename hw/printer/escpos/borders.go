package escpos

import (
	"bytes"
	"strings"
)

// A question may stand between two commands and never within one, where it would be swallowed. command is one of the
// commands of a slip, as [borders] finds them again in its bytes.
type command struct {
	size   int // bytes
	dots   int // of paper that it feeds
	raster int // bytes of a row, of a raster that may be printed in parts; 0: none
	cuts   bool
}

// tail returns how many parameters follow the first two bytes of a command. ok is false for a command that is not known, or
// whose form is another: see [borders.sized].
func tail(first, second byte) (n int, ok bool) {
	known := func(parameters int, commands string) {
		if strings.IndexByte(commands, second) >= 0 {
			n, ok = parameters, true
		}
	}
	switch first {
	case esc:
		known(0, "@2LSim\x0c")
		known(1, " !-3JdEGMRVat{T%")
		known(2, "$\\c")
		known(3, "7")
		known(8, "W")
	case fsB:
		known(0, ".&")
		known(1, "!C")
		known(2, "S")
	case gs:
		known(1, "!BEHIabfhrw")
		known(2, "$\\LWP")
	case dc2:
		known(1, "#")
	case dle:
		known(1, string([]byte{eot, enq}))
	}
	return n, ok
}

const (
	ff  = 0x0c
	fsB = 0x1c
	dc2 = 0x12
	enq = 0x05
)

// borders reads the bytes of a slip command by command, and counts the paper that they take.
type borders struct {
	p       Profile
	spacing int  // dots of a line feed
	page    bool // in page mode, where nothing is fed until the page is printed
	height  int  // of the page, dots
	module  int  // of a QR, dots
	stored  int  // height of a picture that was stored, dots
}

// commands returns the commands of a slip. What it does not know, and all that follows, it calls one command: that is safe,
// for nothing is put in between.
func (p Profile) commands(slip []byte) []command {
	b := borders{p: p, spacing: 30, module: 3}
	var all []command
	for len(slip) > 0 {
		c := b.next(slip)
		all = append(all, c)
		slip = slip[c.size:]
	}
	return all
}

func (b *borders) next(s []byte) command {
	for _, known := range [][]byte{b.p.init, b.p.cut, b.p.present} {
		if len(known) > 0 && bytes.HasPrefix(s, known) {
			return b.known(known)
		}
	}
	if n := len(b.p.dotRow); n > 0 && bytes.HasPrefix(s, b.p.dotRow) && len(s) > n {
		return command{size: min(n+1+int(s[n]), len(s)), dots: 1}
	}
	size := b.sized(s)
	if size <= 0 || size > len(s) {
		return command{size: len(s)}
	}
	c := command{size: size}
	b.feed(s[:size], &c)
	return c
}

// known is the profile's own sequence: one command. The cut comes with its feed.
func (b *borders) known(s []byte) command {
	c := command{size: len(s)}
	if bytes.Equal(s, b.p.cut) {
		c.cuts, c.dots = true, tearOff
	}
	if bytes.HasPrefix(s, []byte{esc, '@'}) {
		b.spacing, b.page = 30, false
	}
	return c
}

// sized returns how long the command at the beginning of s is, 0 for one that is not known.
func (b *borders) sized(s []byte) int {
	at := func(i int) int {
		if i < len(s) {
			return int(s[i])
		}
		return 0
	}
	word := func(i int) int { return at(i) + at(i+1)<<8 }
	if s[0] >= ' ' && s[0] != 0x7f {
		n := bytes.IndexFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
		if n < 0 {
			n = len(s)
		}
		return n
	}
	switch s[0] {
	case lf, ff, '\r', '\t', 0x18:
		return 1
	}
	if len(s) < 2 {
		return 0
	}
	if n, ok := tail(s[0], s[1]); ok {
		return 2 + n
	}
	switch [2]byte(s[:2]) {
	case [2]byte{gs, 'V'}:
		if at(2) == 65 || at(2) == 66 {
			return 4
		}
		return 3
	case [2]byte{gs, 'v'}:
		return 8 + word(4)*word(6)
	case [2]byte{gs, '('}:
		return 5 + word(3)
	case [2]byte{gs, '8'}:
		return 7 + word(3) + word(5)<<16
	}
	return 0
}

// feed counts the paper that a whole command takes.
func (b *borders) feed(s []byte, c *command) {
	dots := 0
	switch {
	case s[0] == lf:
		dots = b.spacing
	case s[0] == ff:
		dots = b.height
		if b.page {
			b.page, c.dots = false, dots
		}
		return
	case len(s) < 2:
	case s[0] == esc:
		dots = b.feedESC(s)
	case s[0] == gs:
		dots = b.feedGS(s, c)
	}
	if !b.page {
		c.dots = dots
	}
}

func (b *borders) feedESC(s []byte) int {
	switch s[1] {
	case '@':
		b.spacing, b.page = 30, false
	case '2':
		b.spacing = 30
	case '3':
		b.spacing = int(s[2])
	case 'J':
		return int(s[2])
	case 'd':
		return int(s[2]) * b.spacing
	case 'L':
		b.page = true
	case 'S':
		b.page = false
	case 'W':
		b.height = max(b.height, int(s[4])+int(s[5])<<8+int(s[8])+int(s[9])<<8)
	}
	return 0
}

func (b *borders) feedGS(s []byte, c *command) int {
	const smallest = 21 // modules of the QR that holds a code
	switch {
	case s[1] == 'v' && len(s) >= 8:
		wide, high := int(s[4])+int(s[5])<<8, int(s[6])+int(s[7])<<8
		if !b.page {
			c.raster = wide
		}
		return high
	case s[1] == 'V' && len(s) == 4:
		return int(s[3])
	case s[1] == '(' && s[2] == 'k' && len(s) >= 8 && s[6] == 'C':
		b.module = int(s[7])
	case s[1] == '(' && s[2] == 'k' && len(s) >= 8 && s[6] == 'Q':
		return smallest * b.module
	case s[1] == '(' && s[2] == 'L' && len(s) >= 15 && s[6] == 'p':
		b.stored = int(s[13]) + int(s[14])<<8
	case s[1] == '8' && len(s) >= 17 && s[8] == 'p':
		b.stored = int(s[15]) + int(s[16])<<8
	case s[1] == '(' && s[2] == 'L' && len(s) == 7 && (s[6] == 50 || s[6] == 2):
		return b.stored
	}
	return 0
}

// step is a stretch of a slip that is sent in one go. A question may stand behind it.
type step struct {
	bytes []byte
	dots  int  // of paper that it feeds
	cuts  int  // cuts in it
	ask   bool // it ends with the queued question
}

// steps cuts a slip into steps of at most so many bytes where its commands allow it. A raster that is longer is printed in parts,
// which are as good on paper.
func (p Profile) steps(slip []byte, most int) []step {
	var all []step
	var now step
	add := func(b []byte, dots int, cuts bool) {
		if len(now.bytes) > 0 && len(now.bytes)+len(b) > most {
			all, now = append(all, now), step{}
		}
		now.bytes = append(now.bytes, b...)
		now.dots += dots
		now.cuts += int(flag(cuts))
	}
	for _, c := range p.commands(slip) {
		b := slip[:c.size]
		slip = slip[c.size:]
		if c.raster == 0 || c.size <= most {
			add(b, c.dots, c.cuts)
			continue
		}
		for _, part := range inParts(b, c.raster, max((most-rasterHead)/c.raster, 1)) {
			add(part, int(part[6])+int(part[7])<<8, false)
		}
	}
	if len(now.bytes) > 0 {
		all = append(all, now)
	}
	return all
}

const rasterHead = 8

// inParts cuts a raster into rasters of at most so many rows.
//
//	1D 76 30 m xL xH yL yH data
func inParts(raster []byte, wide, rows int) [][]byte {
	head, data := raster[:rasterHead], raster[rasterHead:]
	rows = min(rows, 255)
	var parts [][]byte
	for len(data) >= wide {
		n := min(rows, len(data)/wide)
		part := append(bytes.Clone(head[:6]), byte(n), 0)
		parts = append(parts, append(part, data[:n*wide]...))
		data = data[n*wide:]
	}
	return parts
}
