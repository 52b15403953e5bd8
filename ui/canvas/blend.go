package canvas

import (
	"image"
	"image/color"
	"math"
)

// blend lays colour c over the dot at pix, covering the part cover of it, from 0 to 1.
func blend(pix []byte, c color.RGBA, cover float64) {
	a := int(math.Round(cover * float64(c.A)))
	if a <= 0 {
		return
	}
	if a >= 255 {
		pix[0], pix[1], pix[2], pix[3] = c.R, c.G, c.B, 0xFF
		return
	}
	mix := func(under byte, over uint8) byte { return byte((int(over)*a + int(under)*(255-a) + 127) / 255) }
	pix[0], pix[1], pix[2], pix[3] = mix(pix[0], c.R), mix(pix[1], c.G), mix(pix[2], c.B), 0xFF
}

// Fill paints rect in the opaque colour c.
func Fill(dst *image.RGBA, rect image.Rectangle, c color.RGBA) {
	rect = rect.Intersect(dst.Rect)
	if rect.Empty() || c.A == 0 {
		return
	}
	first := dst.Pix[dst.PixOffset(rect.Min.X, rect.Min.Y):][:4*rect.Dx()]
	for i := 0; i < len(first); i += 4 {
		first[i], first[i+1], first[i+2], first[i+3] = c.R, c.G, c.B, 0xFF
	}
	for y := rect.Min.Y + 1; y < rect.Max.Y; y++ {
		copy(dst.Pix[dst.PixOffset(rect.Min.X, y):], first)
	}
}

// cover turns a distance from an edge, positive outside, into how much of a dot lies inside.
func cover(distance float64) float64 { return max(0, min(1, 0.5-distance)) }
