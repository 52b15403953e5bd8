package raster

import (
	"fmt"

	"rsc.io/qr"
)

// QR draws text as a QR, error correction M, each module `module` dots wide and high (below 1 counts as 1), without the
// white around it that readers need: four modules on each side. It fails for a text that no QR can hold.
func QR(text string, module int) (Picture, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return Picture{}, fmt.Errorf("draw a qr: %w", err)
	}
	module = max(module, 1)
	p := New(code.Size*module, code.Size*module)
	for y := range p.Height {
		for x := range p.Width {
			if code.Black(x/module, y/module) {
				p.Blacken(x, y)
			}
		}
	}
	return p, nil
}
