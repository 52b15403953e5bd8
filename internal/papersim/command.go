package papersim

import (
	"bytes"
	"fmt"
)

// command is one command of a stream.
type command struct {
	name   string // "ESC @", "GS ( k", "text", "unknown"
	params []byte // what follows the name, as sent
	data   []byte // the payload of a command that carries one, otherwise nil
	size   int    // bytes in all
}

const (
	eot, enq, bel     = 0x04, 0x05, 0x07
	ht, lf, ff, cr    = 0x09, 0x0a, 0x0c, 0x0d
	dle, dc2, dc4     = 0x10, 0x12, 0x14
	can, em, rs       = 0x18, 0x19, 0x1e
	esc, fs, gs       = 0x1b, 0x1c, 0x1d
	firstText, noText = 0x20, 0x7f
)

// form is a command with a fixed number of parameter bytes.
type form struct {
	first, second byte
	name          string
	params        int
}

// short lists the commands with a fixed number of parameter bytes, by their first two bytes.
var short = [...]form{
	{esc, '@', "ESC @", 0},   // initialize
	{esc, ' ', "ESC SP", 1},  // space between characters
	{esc, '!', "ESC !", 1},   // print mode: font, bold, double height, double width, underline
	{esc, '$', "ESC $", 2},   // absolute position
	{esc, '\\', "ESC \\", 2}, // relative position
	{esc, '-', "ESC -", 1},   // underline, dots
	{esc, '2', "ESC 2", 0},   // default line spacing
	{esc, '3', "ESC 3", 1},   // line spacing, dots
	{esc, 'J', "ESC J", 1},   // print and feed dots
	{esc, 'K', "ESC K", 1},   // print and feed back dots
	{esc, 'd', "ESC d", 1},   // print and feed lines
	{esc, 'e', "ESC e", 1},   // print and feed back lines
	{esc, 'E', "ESC E", 1},   // bold
	{esc, 'G', "ESC G", 1},   // double strike
	{esc, 'M', "ESC M", 1},   // font
	{esc, 'R', "ESC R", 1},   // national characters
	{esc, 'V', "ESC V", 1},   // turn by 90°
	{esc, 'a', "ESC a", 1},   // alignment
	{esc, 'c', "ESC c", 2},   // sensors and buttons
	{esc, 'p', "ESC p", 3},   // drawer
	{esc, 'r', "ESC r", 1},   // colour
	{esc, 't', "ESC t", 1},   // code page
	{esc, '{', "ESC {", 1},   // upside down
	{esc, '=', "ESC =", 1},   // select device
	{esc, '%', "ESC %", 1},   // user characters
	{esc, '?', "ESC ?", 1},   // forget a user character
	{esc, 'i', "ESC i", 0},   // full cut, old form
	{esc, 'm', "ESC m", 0},   // partial cut, old form
	{esc, 'L', "ESC L", 0},   // page mode
	{esc, 'S', "ESC S", 0},   // standard mode
	{esc, 'T', "ESC T", 1},   // direction of a page
	{esc, 'W', "ESC W", 8},   // area of a page
	{esc, ff, "ESC FF", 0},   // print a page and keep it
	{esc, 'u', "ESC u", 1},   // queued: the drawer
	{esc, 'v', "ESC v", 0},   // queued: the paper sensors
	{esc, '7', "ESC 7", 3},   // heat: dots at once, time, pause
	{dc2, '#', "DC2 #", 1},   // density
	{fs, 'p', "FS p", 2},     // print a kept image
	{fs, '.', "FS .", 0},     // leave Kanji mode
	{fs, '&', "FS &", 0},     // enter Kanji mode
	{fs, '!', "FS !", 1},     // Kanji print mode
	{fs, 'C', "FS C", 1},     // Kanji code system
	{fs, 'S', "FS S", 2},     // Kanji space
	{gs, '!', "GS !", 1},     // character size
	{gs, 'B', "GS B", 1},     // white on black
	{gs, 'E', "GS E", 1},     // head control
	{gs, 'H', "GS H", 1},     // where a barcode's digits stand
	{gs, 'I', "GS I", 1},     // who are you
	{gs, 'L', "GS L", 2},     // left margin, dots
	{gs, 'W', "GS W", 2},     // width of the printed area, dots
	{gs, 'P', "GS P", 2},     // motion units
	{gs, 'a', "GS a", 1},     // automatic status
	{gs, 'b', "GS b", 1},     // smooth large characters
	{gs, 'f', "GS f", 1},     // font of a barcode's digits
	{gs, 'h', "GS h", 1},     // height of a barcode, dots
	{gs, 'r', "GS r", 1},     // queued status
	{gs, 'w', "GS w", 1},     // module of a barcode, dots
	{gs, ':', "GS :", 0},     // macro
	{gs, '/', "GS /", 1},     // print a downloaded image
	{gs, '$', "GS $", 2},     // absolute position down a page
	{gs, '\\', "GS \\", 2},   // relative position down a page
	{gs, 'T', "GS T", 1},     // go to the beginning of the line
	{gs, '^', "GS ^", 3},     // run macro
	{dle, eot, "DLE EOT", 1}, // status at once
	{dle, enq, "DLE ENQ", 1}, // recover at once
}

// dialect is what a make of printer reads otherwise.
type dialect struct {
	kpl bool // Zebra's kiosk language: RS, EM n, ENQ, ESC RS and ESC s are commands, and ESC FF has a parameter
}

// next reads the command at the start of b, in Epson's dialect.
func next(b []byte) (c command, ok bool) { return dialect{}.next(b) }

// next reads the command at the start of b. ok is false when b ends before the command does. What is no command is
// one named "unknown" of one byte or two.
func (d dialect) next(b []byte) (c command, ok bool) {
	switch {
	case len(b) == 0:
		return command{}, false
	case b[0] >= firstText && b[0] != noText:
		return text(b), true
	case d.kpl && b[0] == em:
		return take(b, "EM", 1, 1, 0)
	case b[0] == esc || b[0] == fs || b[0] == gs || b[0] == dle || b[0] == dc2:
		if len(b) < 2 {
			return command{}, false
		}
		if d.kpl && b[0] == esc && (b[1] == ff || b[1] == rs || b[1] == 's') {
			return kpl(b)
		}
		return prefixed(b)
	}
	if name := single(b[0], d); name != "" {
		return command{name: name, size: 1}, true
	}
	return command{name: "unknown", params: b[:1], size: 1}, true
}

// single names a command of one byte; "" is none.
func single(c byte, d dialect) string {
	switch {
	case d.kpl && c == rs:
		return "RS"
	case d.kpl && c == enq:
		return "ENQ"
	}
	return map[byte]string{0: "NUL", ht: "HT", lf: "LF", ff: "FF", cr: "CR", can: "CAN"}[c]
}

// kpl reads the commands behind ESC that only Zebra's printers have.
//
//	1B 0C n         show n mm of the slip
//	1B 1E           cut
//	1B 73 n data    one row of dots, n bytes
func kpl(b []byte) (command, bool) {
	switch b[1] {
	case ff:
		return take(b, "ESC FF", 2, 1, 0)
	case rs:
		return take(b, "ESC RS", 2, 0, 0)
	}
	n := 0
	if len(b) > 2 {
		n = int(b[2])
	}
	return take(b, "ESC s", 2, 1, n)
}

func text(b []byte) command {
	n := bytes.IndexFunc(b, func(r rune) bool { return r < firstText || r == noText })
	if n < 0 {
		n = len(b)
	}
	return command{name: "text", data: b[:n], size: n}
}

func prefixed(b []byte) (command, bool) {
	for _, f := range short {
		if f.first == b[0] && f.second == b[1] {
			return take(b, f.name, 2, f.params, 0)
		}
	}
	at := func(i int) int {
		if i < len(b) {
			return int(b[i])
		}
		return 0
	}
	word := func(i int) int { return at(i) + at(i+1)<<8 }
	switch [2]byte(b[:2]) {
	case [2]byte{gs, 'V'}: // cut: m, and n for the forms that feed first
		if m := at(2); m == 65 || m == 66 || m == 97 || m == 98 || m == 103 || m == 104 {
			return take(b, "GS V", 2, 2, 0)
		}
		return take(b, "GS V", 2, 1, 0)
	case [2]byte{gs, 'v'}: // raster: '0' m xL xH yL yH, x in bytes
		return take(b, "GS v 0", 3, 5, word(4)*word(6))
	case [2]byte{gs, '('}, [2]byte{fs, '('}: // fn pL pH data
		return take(b, fmt.Sprintf("%s ( %c", map[byte]string{gs: "GS", fs: "FS"}[b[0]], printable(at(2))), 3, 2, word(3))
	case [2]byte{gs, '8'}: // 'L' p1..p4 data
		return take(b, "GS 8 L", 3, 4, word(3)+word(5)<<16)
	case [2]byte{gs, '*'}: // x y data: downloaded image
		return take(b, "GS *", 2, 2, at(2)*at(3)*8)
	case [2]byte{esc, '*'}: // m nL nH data: n columns of 8 or 24 dots
		columns := word(3)
		if at(2) >= 32 {
			columns *= 3
		}
		return take(b, "ESC *", 2, 3, columns)
	case [2]byte{dc2, '*'}: // r n data: r rows of n bytes
		return take(b, "DC2 *", 2, 2, at(2)*at(3))
	case [2]byte{gs, 'e'}: // presenter: n, and m for showing
		return take(b, "GS e", 2, 1+one(at(2) == 3), 0)
	case [2]byte{gs, 'R'}: // presenter: n, and seconds for swallowing later
		return take(b, "GS R", 2, 1+one(at(2) == 0x31 || at(2) == 1), 0)
	}
	return variable(b, at)
}

// variable reads the commands whose end is found on the way.
func variable(b []byte, at func(int) int) (command, bool) {
	switch [2]byte(b[:2]) {
	case [2]byte{gs, 'k'}: // barcode: m data NUL, or m n data
		if at(2) >= 65 {
			return take(b, "GS k", 2, 2, at(3))
		}
		return untilNUL(b, "GS k", 3)
	case [2]byte{esc, 'D'}: // tab stops, NUL
		return untilNUL(b, "ESC D", 2)
	case [2]byte{esc, '&'}: // y c1 c2, and for each character x and x × y bytes
		size := 0
		for c := at(3); c <= at(4); c++ {
			size += 1 + at(5+size)*at(2)
		}
		return take(b, "ESC &", 2, 3, size)
	case [2]byte{dle, dc4}: // fn and its parameters
		return take(b, "DLE DC4", 2, map[int]int{1: 3, 2: 3, 3: 6, 7: 2, 8: 8}[at(2)], 0)
	}
	return command{name: "unknown", params: b[:2], size: 2}, true
}

func one(on bool) int {
	if on {
		return 1
	}
	return 0
}

func printable(c int) rune {
	if c < firstText || c >= noText {
		return '?'
	}
	return rune(c)
}

// take cuts a command off b: head bytes of name, then params, then data.
func take(b []byte, name string, head, params, data int) (command, bool) {
	size := head + params + data
	if len(b) < head+params || len(b) < size {
		return command{}, false
	}
	c := command{name: name, params: b[head : head+params], size: size}
	if data > 0 {
		c.data = b[head+params : size]
	}
	return c, true
}

func untilNUL(b []byte, name string, head int) (command, bool) {
	if len(b) < head {
		return command{}, false
	}
	n := bytes.IndexByte(b[head:], 0)
	if n < 0 {
		return command{}, false
	}
	return command{name: name, params: b[2:head], data: b[head : head+n], size: head + n + 1}, true
}
