package golden_test

import (
	"image"
	"image/color"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"example.org/totem/internal/golden"
)

func drawn(t *rapid.T) *image.RGBA {
	p := image.NewRGBA(image.Rect(0, 0, rapid.IntRange(2, 9).Draw(t, "wide"), rapid.IntRange(2, 9).Draw(t, "high")))
	for i := range p.Pix {
		p.Pix[i] = 0xFF
		if i%4 < 3 {
			p.Pix[i] = rapid.Uint8().Draw(t, "colour")
		}
	}
	return p
}

func TestOneOtherDotIsAnotherDigestAndIsShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawn(t)
		other := image.NewRGBA(p.Rect)
		copy(other.Pix, p.Pix)
		if golden.Digest(p) != golden.Digest(other) {
			t.Fatal("equal pictures have two digests")
		}
		at := image.Pt(rapid.IntRange(0, p.Rect.Dx()-1).Draw(t, "x"), rapid.IntRange(0, p.Rect.Dy()-1).Draw(t, "y"))
		c := other.RGBAAt(at.X, at.Y)
		c.G ^= 1
		other.SetRGBA(at.X, at.Y, c)
		dots, difference := golden.Compare(other, p)
		if golden.Digest(p) == golden.Digest(other) || dots != 1 || difference.RGBAAt(at.X, at.Y) != (color.RGBA{R: 0xD0, A: 0xFF}) {
			t.Fatalf("%d dots differ", dots)
		}
	})
}

func TestAPartOfAPictureHasTheDigestOfItsDots(t *testing.T) {
	p := image.NewRGBA(image.Rect(0, 0, 8, 8))
	for i := range p.Pix {
		p.Pix[i] = uint8(i)
	}
	part := p.SubImage(image.Rect(2, 3, 5, 7)).(*image.RGBA)
	whole := image.NewRGBA(image.Rect(0, 0, 3, 4))
	for y := range 4 {
		for x := range 3 {
			whole.SetRGBA(x, y, p.RGBAAt(x+2, y+3))
		}
	}
	if golden.Digest(part) != golden.Digest(whole) {
		t.Error("dots around a part count")
	}
}

func TestHalfIsTheMeanOfFourDots(t *testing.T) {
	p := image.NewRGBA(image.Rect(0, 0, 3, 2))
	for i, v := range []uint8{10, 20, 99, 30, 40, 99} {
		p.SetRGBA(i%3, i/3, color.RGBA{R: v, A: 0xFF})
	}
	half := golden.Half(p)
	if half.Rect != image.Rect(0, 0, 1, 1) || half.RGBAAt(0, 0) != (color.RGBA{R: 25, A: 0xFF}) {
		t.Errorf("%v in %v", half.RGBAAt(0, 0), half.Rect)
	}
}

func TestAPictureOfFewColoursIsKeptExactly(t *testing.T) {
	p := image.NewRGBA(image.Rect(0, 0, 16, 16))
	for i := range 256 {
		p.SetRGBA(i%16, i/16, color.RGBA{R: uint8(i), G: 7, A: 0xFF})
	}
	path := filepath.Join(t.TempDir(), "some", "where.png")
	if err := golden.WritePNG(path, golden.Paletted(p)); err != nil {
		t.Fatal(err)
	}
	back, err := golden.ReadPNG(path)
	if err != nil {
		t.Fatal(err)
	}
	if dots, _ := golden.Compare(back, p); dots != 0 {
		t.Errorf("%d dots differ", dots)
	}
	if dots, _ := golden.Compare(back, image.NewRGBA(image.Rect(0, 0, 4, 4))); dots != 256 {
		t.Errorf("of another size %d dots differ", dots)
	}
}
