package papersim

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
)

// bitmap is a rectangle of dots, true for black.
type bitmap struct {
	w, h int
	dots []bool
}

func newBitmap(w, h int) bitmap { return bitmap{w, h, make([]bool, w*h)} }

func (m bitmap) at(x, y int) bool { return m.dots[y*m.w+x] }

func (m bitmap) set(x, y int) {
	if x >= 0 && x < m.w && y >= 0 && y < m.h {
		m.dots[y*m.w+x] = true
	}
}

// draw puts src onto m with its corner at x, y, neither negative; what lies outside is lost.
func (m bitmap) draw(src bitmap, x, y int) {
	w := min(src.w, m.w-x)
	for sy := range min(src.h, m.h-y) {
		to := m.dots[(y+sy)*m.w+x:]
		for sx, on := range src.dots[sy*src.w : sy*src.w+max(w, 0)] {
			if on {
				to[sx] = true
			}
		}
	}
}

func (m bitmap) fill(x, y, w, h int) {
	for dy := range h {
		for dx := range w {
			m.set(x+dx, y+dy)
		}
	}
}

// times returns m with every dot blown up.
func (m bitmap) times(w, h int) bitmap {
	out := newBitmap(m.w*w, m.h*h)
	for y := range m.h {
		for x := range m.w {
			if m.at(x, y) {
				out.fill(x*w, y*h, w, h)
			}
		}
	}
	return out
}

func (m bitmap) inverted() bitmap {
	out := newBitmap(m.w, m.h)
	for i, on := range m.dots {
		out.dots[i] = !on
	}
	return out
}

// turned returns m upside down.
func (m bitmap) turned() bitmap {
	out := newBitmap(m.w, m.h)
	for i, on := range m.dots {
		out.dots[len(m.dots)-1-i] = on
	}
	return out
}

// rows reads rows of packed bits, the leftmost dot in the highest bit.
func rows(bytesWide, h int, data []byte) bitmap {
	m := newBitmap(bytesWide*8, h)
	for i, b := range data {
		for k := range 8 {
			if b&(0x80>>k) != 0 {
				m.set(i%bytesWide*8+k, i/bytesWide)
			}
		}
	}
	return m
}

// columns reads columns of packed bits, the topmost dot in the highest bit.
func columns(h int, data []byte) bitmap {
	per := h / 8
	m := newBitmap(len(data)/per, h)
	for i, b := range data {
		for k := range 8 {
			if b&(0x80>>k) != 0 {
				m.set(i/per, i%per*8+k)
			}
		}
	}
	return m
}

// Slip is a piece of paper.
type Slip struct {
	Image *image.Paletted // black on white, one pixel a dot, 8 to the millimetre
	Bytes []byte          // what the printer processed for it, up to and with the cut
}

// PNG returns the slip's picture as a PNG file.
func (s Slip) PNG() []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, s.Image); err != nil {
		panic(err) // a picture in memory always encodes
	}
	return b.Bytes()
}

// Black reports whether a dot of the slip is black.
func (s Slip) Black(x, y int) bool { return s.Image.ColorIndexAt(x, y) == 1 }

func picture(m bitmap) *image.Paletted {
	img := image.NewPaletted(image.Rect(0, 0, m.w, m.h), color.Palette{color.White, color.Black})
	for i, on := range m.dots {
		if on {
			img.Pix[i] = 1
		}
	}
	return img
}
