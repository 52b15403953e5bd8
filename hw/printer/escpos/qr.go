package escpos

import (
	"example.org/totem/hw/printer/raster"
	"example.org/totem/ticket"
)

// moduleMM is the width of a QR's module that every reader at a desk takes in; the least allowed is 0.5 mm. Eight
// dots at 203 dpi: then a raster's bytes are all 00 or FF, and none can be taken for a real-time command.
const moduleMM = 1.0

// modules is the width of the QR of a code in modules: twelve digits take version 1.
const modules = 21

func (p Profile) module() int { return min(p.dotsFor(moduleMM), 16) }

// qr prints a QR of text, error correction M, model 2, in the middle.
func (w *writer) qr(text string) error {
	if w.p.Abilities.QR {
		w.alignTo(centre)
		w.nativeQR(text)
		w.dots += modules * w.p.module()
		w.feed(below(ticket.RoleQR))
		return nil
	}
	return w.drawQR(text)
}

// nativeQR has the printer draw a QR, where it stands.
//
//	1D 28 6B 04 00 31 41 32 00          model 2
//	1D 28 6B 03 00 31 43 n              module, dots
//	1D 28 6B 03 00 31 45 31             error correction M
//	1D 28 6B pL pH 31 50 30 data        store; pL pH = bytes of data + 3
//	1D 28 6B 03 00 31 51 30             print
func (w *writer) nativeQR(text string) {
	w.add(gs, '(', 'k', 4, 0, '1', 'A', '2', 0)
	w.add(gs, '(', 'k', 3, 0, '1', 'C', byte(w.p.module()))
	w.add(gs, '(', 'k', 3, 0, '1', 'E', '1')
	n := len(text) + 3
	w.add(gs, '(', 'k', byte(n), byte(n>>8), '1', 'P', '0')
	w.add([]byte(text)...)
	w.add(gs, '(', 'k', 3, 0, '1', 'Q', '0')
}

// drawQR draws the QR for printers that cannot. Each row of modules is one raster: short enough for the smallest buffer,
// and no module is cut in two by a stop between slices.
func (w *writer) drawQR(text string) error {
	module := w.p.module()
	p, err := raster.QR(text, module)
	if err != nil {
		return err
	}
	if len(w.p.dotRow) > 0 {
		w.picture(centred(p, w.p.Abilities.Dots))
		w.feed(below(ticket.RoleQR))
		return nil
	}
	w.alignTo(centre)
	for y := 0; y < p.Height; y += module {
		w.raster(p, y, y+module, 0, p.Stride())
	}
	w.feed(below(ticket.RoleQR))
	return nil
}
