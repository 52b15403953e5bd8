package framebuffer

import (
	"errors"
	"fmt"
	"image"
)

// Field is where one colour stands in a dot: struct fb_bitfield of linux/fb.h. The lowest bit is 0; a colour of fewer than
// eight bits holds the highest of them, one of more is followed by zeros. Zero bits: the device does not have that colour.
type Field struct{ Offset, Bits uint32 }

// Layout is how a picture lies in the device's memory. A dot is a little-endian number of so many bits, its colours where
// the fields say; rows follow each other at the distance of Stride.
//
//	| the usual ones | bits | red   | green | blue |
//	|----------------|------|-------|-------|------|
//	| XRGB8888       | 32   | 16, 8 | 8, 8  | 0, 8 |
//	| RGB888         | 24   | 16, 8 | 8, 8  | 0, 8 |
//	| RGB565         | 16   | 11, 5 | 5, 6  | 0, 5 |
type Layout struct {
	Width, Height    int   // dots that are seen, as the device has them: not turned
	X, Y             int   // where in the memory the seen part begins
	Stride           int   // bytes from one row to the next
	Bits             int   // of a dot, with what is not used
	Red, Green, Blue Field // where the colours stand
	Length           int   // bytes of memory
}

// maxSide bounds what a driver may claim.
const maxSide = 16384

// check says why no picture can be laid out so.
func (l Layout) check() error {
	switch {
	case l.Width < 1 || l.Height < 1 || l.Width > maxSide || l.Height > maxSide || l.X < 0 || l.Y < 0 || l.X > maxSide || l.Y > maxSide:
		return fmt.Errorf("a picture of %d×%d dots at %d,%d is not possible", l.Width, l.Height, l.X, l.Y)
	case l.Bits != 16 && l.Bits != 24 && l.Bits != 32:
		return fmt.Errorf("dots of %d bits are not known; 16, 24 and 32 are", l.Bits)
	case l.Stride < (l.X+l.Width)*l.Bits/8 || l.Stride > 16*maxSide:
		return fmt.Errorf("rows of %d dots of %d bits do not fit into %d bytes", l.X+l.Width, l.Bits, l.Stride)
	case l.Length < l.Stride*(l.Y+l.Height-1)+(l.X+l.Width)*l.Bits/8:
		return fmt.Errorf("%d rows of %d bytes do not fit into %d", l.Y+l.Height, l.Stride, l.Length)
	}
	for _, f := range []Field{l.Red, l.Green, l.Blue} {
		if f.Bits > 16 || f.Offset > 32 || int(f.Offset+f.Bits) > l.Bits {
			return fmt.Errorf("a colour of %d bits at bit %d is not understood", f.Bits, f.Offset)
		}
	}
	if l.Red.Bits+l.Green.Bits+l.Blue.Bits == 0 {
		return errors.New("it has no colours")
	}
	return nil
}

// put writes a value of 8 bits as the field has it.
func (f Field) put(v uint8) uint32 {
	if f.Bits > 8 {
		return uint32(v) << (f.Bits - 8) << f.Offset
	}
	return uint32(v) >> (8 - f.Bits) << f.Offset
}

// dot returns a dot as a number.
func (l Layout) dot(r, g, b uint8) uint32 { return l.Red.put(r) | l.Green.put(g) | l.Blue.put(b) }

// draw writes img, turned clockwise, into memory. memory is as long as check wants it, and img as large as turned wants it.
func (l Layout) draw(memory []byte, img *image.RGBA, turn Rotation) {
	size := l.Bits / 8
	plain := l.Bits == 32 && l.Red == Field{16, 8} && l.Green == Field{8, 8} && l.Blue == Field{0, 8}
	for y := range l.Height {
		to := memory[(l.Y+y)*l.Stride+l.X*size:][:l.Width*size]
		from, step := turn.row(img, l.Width, l.Height, y)
		for ; len(to) > 0; to, from = to[size:], from+step {
			rgb := img.Pix[from : from+3 : from+3]
			if plain {
				to[0], to[1], to[2], to[3] = rgb[2], rgb[1], rgb[0], 0
				continue
			}
			for i, v := 0, l.dot(rgb[0], rgb[1], rgb[2]); i < size; i, v = i+1, v>>8 {
				to[i] = byte(v)
			}
		}
	}
}

// Rotation is by how many degrees a picture is turned clockwise before it goes to the device, so that it stands upright on a
// panel that hangs turned: 0, 90, 180 or 270.
type Rotation int

// turned returns the size of pictures for a device of that size.
func (r Rotation) turned(width, height int) image.Point {
	if r == 90 || r == 270 {
		return image.Pt(height, width)
	}
	return image.Pt(width, height)
}

// row returns where in img.Pix the first dot of the device's row y is found, and how far it is from each to the next.
func (r Rotation) row(img *image.RGBA, width, height, y int) (from, step int) {
	at := func(x, y int) int { return img.PixOffset(img.Rect.Min.X+x, img.Rect.Min.Y+y) }
	switch r {
	case 90: // the picture's left side lies on top
		return at(y, width-1), -img.Stride
	case 180:
		return at(width-1, height-1-y), -4
	case 270: // the picture's right side lies on top
		return at(height-1-y, 0), img.Stride
	}
	return at(0, y), 4
}
