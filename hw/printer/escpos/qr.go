package escpos

import (
	"bytes"
	"fmt"

	"rsc.io/qr"
)

// moduleMM is the width of a QR's module that every reader at a desk takes in; the least allowed is 0.5 mm. Eight
// dots at 203 dpi: then a raster's bytes are all 00 or FF, and none can be taken for a real-time command.
const moduleMM = 1.0

// qr prints a QR of text, error correction M, model 2.
//
//	1D 28 6B 04 00 31 41 32 00          model 2
//	1D 28 6B 03 00 31 43 n              module, dots
//	1D 28 6B 03 00 31 45 31             error correction M
//	1D 28 6B pL pH 31 50 30 data        store; pL pH = bytes of data + 3
//	1D 28 6B 03 00 31 51 30             print
func (e *encoder) qr(text string) error {
	const below, largest = 16, 33 // white below; modules of the largest QR that a code can need
	e.align(true)
	module := e.p.dotsFor(moduleMM)
	e.dots += largest * module
	if !e.p.Abilities.QR {
		if err := e.qrRaster(text, module); err != nil {
			return err
		}
		e.feed(below)
		return nil
	}
	e.add(gs, '(', 'k', 4, 0, '1', 'A', '2', 0)
	e.add(gs, '(', 'k', 3, 0, '1', 'C', byte(min(module, 16)))
	e.add(gs, '(', 'k', 3, 0, '1', 'E', '1')
	n := len(text) + 3
	e.add(gs, '(', 'k', byte(n), byte(n>>8), '1', 'P', '0')
	e.add([]byte(text)...)
	e.add(gs, '(', 'k', 3, 0, '1', 'Q', '0')
	e.feed(below)
	return nil
}

// qrRaster draws the QR itself, for printers that cannot. Each row of modules is one raster of module dots: short
// enough for the smallest buffer.
//
//	1D 76 30 00 xL xH yL yH data        x in bytes, y in dots; 8 dots a byte, the leftmost in the highest bit
func (e *encoder) qrRaster(text string, module int) error {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return fmt.Errorf("draw a qr: %w", err)
	}
	wide := (code.Size*module + 7) / 8
	for y := range code.Size {
		row := make([]byte, wide)
		for x := range code.Size * module {
			if code.Black(x/module, y) {
				row[x/8] |= 0x80 >> (x % 8)
			}
		}
		e.add(gs, 'v', '0', 0, byte(wide), byte(wide>>8), byte(module), 0)
		e.add(bytes.Repeat(row, module)...)
	}
	return nil
}
