package canvas

import (
	"fmt"
	"image"
	"image/color"

	"rsc.io/qr"
)

// quiet is the empty border that readers need around a QR code, in modules.
const quiet = 4

// QR paints a QR code that holds text (error correction M) into the square rect, dark on light, with its quiet zone
// and modules of whole pixels, in the middle of rect. It fails, and paints only the light ground, when the text does
// not go into any QR code or the code not into rect.
func QR(dst *image.RGBA, text string, rect image.Rectangle, dark, light color.RGBA) error {
	Fill(dst, rect, light)
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return fmt.Errorf("encode a QR code: %w", err)
	}
	module := min(rect.Dx(), rect.Dy()) / (code.Size + 2*quiet)
	if module < 1 {
		return fmt.Errorf("a QR code of %d modules does not go into %v", code.Size, rect)
	}
	left := rect.Min.X + (rect.Dx()-code.Size*module)/2
	top := rect.Min.Y + (rect.Dy()-code.Size*module)/2
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				Fill(dst, image.Rect(left+x*module, top+y*module, left+(x+1)*module, top+(y+1)*module), dark)
			}
		}
	}
	return nil
}
