// Package raster draws slips as dots, for scripts that a printer has no font for and for heads that have no font at all.
// Words are set with the screen's own shaper.
package raster

import (
	"image"
	"image/color"
)

// Format is the paper that a picture is drawn for.
type Format struct {
	Dots int // width of the printed line
	DPI  int // dots an inch, both ways
}

// Picture is black dots on white, row by row from the top. Within a row a byte holds eight dots, the leftmost in its
// highest bit; 1 is black. The bits beyond Width in a row's last byte are 0. The zero Picture is empty.
type Picture struct {
	Width, Height int    // dots
	Bits          []byte // Height rows of Stride bytes
}

// New returns a white picture.
func New(width, height int) Picture {
	p := Picture{Width: width, Height: height}
	p.Bits = make([]byte, height*p.Stride())
	return p
}

// Stride returns the bytes of a row.
func (p Picture) Stride() int { return (p.Width + 7) / 8 }

// Row returns row y, from 0. It shares the picture's bits.
func (p Picture) Row(y int) []byte { return p.Bits[y*p.Stride() : (y+1)*p.Stride()] }

// Black reports whether a dot is black; dots outside the picture are white.
func (p Picture) Black(x, y int) bool {
	return x >= 0 && x < p.Width && y >= 0 && y < p.Height && p.Bits[y*p.Stride()+x/8]&(0x80>>(x%8)) != 0
}

// Blacken makes a dot black; outside the picture it does nothing.
func (p Picture) Blacken(x, y int) {
	if x >= 0 && x < p.Width && y >= 0 && y < p.Height {
		p.Bits[y*p.Stride()+x/8] |= 0x80 >> (x % 8)
	}
}

// Image returns the picture for people: one pixel a dot.
func (p Picture) Image() *image.Paletted {
	img := image.NewPaletted(image.Rect(0, 0, p.Width, p.Height), color.Palette{color.White, color.Black})
	for y := range p.Height {
		for i, b := range p.Row(y) {
			for x := 8 * i; b != 0; x++ {
				if b&0x80 != 0 {
					img.Pix[y*img.Stride+x] = 1
				}
				b <<= 1
			}
		}
	}
	return img
}
