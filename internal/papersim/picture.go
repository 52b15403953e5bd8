package papersim

import (
	"rsc.io/qr"
)

// stored is what was sent to be printed by a later command.
type stored struct {
	qr      []byte
	graphic bitmap
}

func (p *Printer) doPicture(c command) bool {
	switch c.name {
	case "GS v 0": // m xL xH yL yH: m doubles the width (1), the height (2), both (3)
		m := rows(word(c.params[1:]), word(c.params[3:]), c.data)
		p.block(m.times(1+int(c.params[0]&1), 1+int(c.params[0]>>1&1)))
	case "ESC s": // n: one row of n bytes
		p.block(rows(int(c.params[0]), 1, c.data))
	case "DC2 *": // r n: r rows of n bytes
		p.block(rows(int(c.params[1]), int(c.params[0]), c.data))
	case "ESC *": // m nL nH: 8 or 24 dots high, m even doubles the width
		p.bitImage(c.params[0], c.data)
	case "GS ( L":
		p.graphics(c, c.data)
	case "GS 8 L":
		p.graphics(c, c.data)
	case "GS ( k":
		p.symbol(c)
	case "GS k":
		p.note("barcode not drawn", c.size)
		p.frame(2*len(c.data)*cellWA, p.style.barcodeH)
	case "GS *", "GS /":
		p.note("downloaded image not drawn", c.size)
	default:
		return false
	}
	return true
}

func (p *Printer) bitImage(mode byte, data []byte) {
	var m bitmap
	switch mode {
	case 0:
		m = columns(8, data).times(2, 3)
	case 1:
		m = columns(8, data).times(1, 3)
	case 32:
		m = columns(24, data).times(2, 1)
	default:
		m = columns(24, data)
	}
	p.put(m, m.w)
}

// graphics does the functions of GS ( L and GS 8 L: 112 stores a raster, 50 prints what is stored.
//
//	30 70 30 bx by c xL xH yL yH data
//	30 32
func (p *Printer) graphics(c command, d []byte) {
	switch {
	case len(d) >= 2 && (d[1] == 50 || d[1] == 2):
		p.block(p.stored.graphic)
		p.stored.graphic = bitmap{}
	case len(d) >= 10 && d[1] == 112:
		w, h := (word(d[6:])+7)/8, word(d[8:])
		if len(d)-10 < w*h {
			p.note("graphics cut short", c.size)
			return
		}
		p.stored.graphic = rows(w, h, d[10:10+w*h]).times(max(int(d[3]), 1), max(int(d[4]), 1))
	default:
		p.note("graphics function not drawn", c.size)
	}
}

// symbol does the functions of GS ( k for a QR (cn 49): 67 module, 69 error correction, 80 store, 81 print.
func (p *Printer) symbol(c command) {
	d := c.data
	if len(d) < 3 {
		p.note("symbol cut short", c.size)
		return
	}
	if d[0] != 49 {
		if d[1] == 81 {
			p.note("two-dimensional code not drawn", c.size)
			p.frame(200, 100)
		}
		return
	}
	switch d[1] {
	case 65:
		if d[2] != '2' {
			p.note("only QR model 2 is drawn", c.size)
		}
	case 67:
		p.style.qrModule = int(d[2])
	case 69:
		p.style.qrECC = d[2]
	case 80:
		p.stored.qr = append([]byte(nil), d[3:]...)
	case 81:
		p.printQR(c)
	}
}

func (p *Printer) printQR(c command) {
	level := map[byte]qr.Level{48: qr.L, 49: qr.M, 50: qr.Q, 51: qr.H}[p.style.qrECC]
	code, err := qr.Encode(string(p.stored.qr), level)
	if err != nil {
		p.note("qr: "+err.Error(), c.size)
		return
	}
	m := newBitmap(code.Size, code.Size)
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				m.set(x, y)
			}
		}
	}
	p.block(m.times(p.style.qrModule, p.style.qrModule))
}

// frame stands where something is not drawn.
func (p *Printer) frame(w, h int) {
	w, h = max(min(w, p.style.width), 4), max(h, 4)
	m := newBitmap(w, h)
	m.fill(0, 0, w, 2)
	m.fill(0, h-2, w, 2)
	m.fill(0, 0, 2, h)
	m.fill(w-2, 0, 2, h)
	p.block(m)
}
