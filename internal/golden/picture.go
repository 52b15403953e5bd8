// Package golden keeps pictures that a person has looked at, small enough to be kept by hundreds: whole ones as digests
// of their dots, some of them as pictures of half the size. It is for tests and for the contact sheet.
package golden

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
)

// Digest returns 16 hexadecimal digits that stand for a picture's size and every one of its dots.
func Digest(p *image.RGBA) string {
	h := sha256.New()
	var size [8]byte
	binary.BigEndian.PutUint32(size[:4], uint32(p.Rect.Dx()))
	binary.BigEndian.PutUint32(size[4:], uint32(p.Rect.Dy()))
	h.Write(size[:])
	for y := p.Rect.Min.Y; y < p.Rect.Max.Y; y++ {
		from := p.PixOffset(p.Rect.Min.X, y)
		h.Write(p.Pix[from : from+4*p.Rect.Dx()])
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// Half returns p at half its size, each dot the mean of four; an odd last row or column is left out.
func Half(p *image.RGBA) *image.RGBA {
	half := image.NewRGBA(image.Rect(0, 0, p.Rect.Dx()/2, p.Rect.Dy()/2))
	for y := range half.Rect.Dy() {
		for x := range half.Rect.Dx() {
			upper := p.PixOffset(p.Rect.Min.X+2*x, p.Rect.Min.Y+2*y)
			lower := upper + p.Stride
			to := half.PixOffset(x, y)
			for c := range 4 {
				sum := int(p.Pix[upper+c]) + int(p.Pix[upper+4+c]) + int(p.Pix[lower+c]) + int(p.Pix[lower+4+c])
				half.Pix[to+c] = uint8((sum + 2) / 4)
			}
		}
	}
	return half
}

// Paletted returns p in the 256 colours that it has most of; each other colour becomes the nearest of them. The same
// picture gives the same palette.
func Paletted(p *image.RGBA) *image.Paletted {
	counts := map[color.RGBA]int{}
	for y := p.Rect.Min.Y; y < p.Rect.Max.Y; y++ {
		for x := p.Rect.Min.X; x < p.Rect.Max.X; x++ {
			counts[p.RGBAAt(x, y)]++
		}
	}
	colours := make([]color.RGBA, 0, len(counts))
	for c := range counts {
		colours = append(colours, c)
	}
	slices.SortFunc(colours, func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), bytes.Compare([]byte{a.R, a.G, a.B, a.A}, []byte{b.R, b.G, b.B, b.A}))
	})
	var palette color.Palette
	for _, c := range colours[:min(len(colours), 256)] {
		palette = append(palette, c)
	}
	places := make(map[color.RGBA]uint8, len(colours))
	for _, c := range colours {
		places[c] = uint8(palette.Index(c))
	}
	small := image.NewPaletted(p.Rect, palette)
	for y := p.Rect.Min.Y; y < p.Rect.Max.Y; y++ {
		for x := p.Rect.Min.X; x < p.Rect.Max.X; x++ {
			small.SetColorIndex(x, y, places[p.RGBAAt(x, y)])
		}
	}
	return small
}

// WritePNG writes a picture as small as PNG makes it, and the folders that it lies in.
func WritePNG(path string, p image.Image) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, p); err != nil {
		return fmt.Errorf("encode %s: %w", path, err)
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}

// ReadPNG reads a picture.
func ReadPNG(path string) (image.Image, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	p, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("decode %s: %w", path, err)
	}
	return p, nil
}

// Compare returns how many dots of two pictures differ, and a picture that shows where: got, pale, and each dot that
// differs in red, with a frame around them all. Pictures of different sizes differ in every dot.
func Compare(got, want image.Image) (dots int, difference *image.RGBA) {
	bounds := got.Bounds()
	difference = image.NewRGBA(bounds)
	if bounds != want.Bounds() {
		return bounds.Dx() * bounds.Dy(), difference
	}
	var around image.Rectangle
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			a, b := rgba(got.At(x, y)), rgba(want.At(x, y))
			if a != b {
				dots++
				around = around.Union(image.Rect(x, y, x+1, y+1))
				difference.SetRGBA(x, y, color.RGBA{R: 0xD0, A: 0xFF})
				continue
			}
			difference.SetRGBA(x, y, color.RGBA{R: pale(a.R), G: pale(a.G), B: pale(a.B), A: 0xFF})
		}
	}
	frame(difference, around.Inset(-6))
	return dots, difference
}

func rgba(c color.Color) color.RGBA { return color.RGBAModel.Convert(c).(color.RGBA) }

func pale(v uint8) uint8 { return 0xB0 + v/4 }

func frame(p *image.RGBA, r image.Rectangle) {
	r = r.Intersect(p.Rect)
	if r.Empty() {
		return
	}
	red := color.RGBA{R: 0xD0, A: 0xFF}
	for x := r.Min.X; x < r.Max.X; x++ {
		p.SetRGBA(x, r.Min.Y, red)
		p.SetRGBA(x, r.Max.Y-1, red)
	}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		p.SetRGBA(r.Min.X, y, red)
		p.SetRGBA(r.Max.X-1, y, red)
	}
}
