package framebuffer_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"example.org/totem/hw/framebuffer"
	"example.org/totem/internal/fault"
)

// memory is a device in memory.
type memory struct {
	layout framebuffer.Layout
	bytes  []byte
	closed int
}

func (m *memory) Layout() (framebuffer.Layout, error) { return m.layout, nil }
func (m *memory) Map(int) ([]byte, error)             { return m.bytes, nil }
func (m *memory) Close() error                        { m.closed++; return nil }

func device(l framebuffer.Layout) *memory {
	return &memory{layout: l, bytes: make([]byte, max(l.Length, 0))}
}

func open(m *memory, turn framebuffer.Rotation) (*framebuffer.Screen, error) {
	return framebuffer.Open(framebuffer.Config{Terminal: "none", Rotation: turn, Open: func(string) (framebuffer.Device, error) { return m, nil }})
}

// formats are those that drivers have, with how many of a colour's bits they keep.
func formats() map[string]framebuffer.Layout {
	type f = framebuffer.Field
	return map[string]framebuffer.Layout{
		"XRGB8888":    {Bits: 32, Red: f{16, 8}, Green: f{8, 8}, Blue: f{0, 8}},
		"XBGR8888":    {Bits: 32, Red: f{0, 8}, Green: f{8, 8}, Blue: f{16, 8}},
		"XRGB2101010": {Bits: 32, Red: f{20, 10}, Green: f{10, 10}, Blue: f{0, 10}},
		"RGB888":      {Bits: 24, Red: f{16, 8}, Green: f{8, 8}, Blue: f{0, 8}},
		"BGR888":      {Bits: 24, Red: f{0, 8}, Green: f{8, 8}, Blue: f{16, 8}},
		"RGB565":      {Bits: 16, Red: f{11, 5}, Green: f{5, 6}, Blue: f{0, 5}},
		"BGR565":      {Bits: 16, Red: f{0, 5}, Green: f{5, 6}, Blue: f{11, 5}},
		"XRGB1555":    {Bits: 16, Red: f{10, 5}, Green: f{5, 5}, Blue: f{0, 5}},
	}
}

// seen reads a colour back from memory, as a panel would.
func (m *memory) seen(x, y int) color.RGBA {
	l := m.layout
	at, dot := (l.Y+y)*l.Stride+(l.X+x)*l.Bits/8, uint32(0)
	for i := range l.Bits / 8 {
		dot |= uint32(m.bytes[at+i]) << (8 * i)
	}
	part := func(f framebuffer.Field) uint8 {
		v := dot >> f.Offset & (1<<f.Bits - 1)
		if f.Bits > 8 {
			return uint8(v >> (f.Bits - 8))
		}
		return uint8(v << (8 - f.Bits))
	}
	return color.RGBA{part(l.Red), part(l.Green), part(l.Blue), 0xFF}
}

// upright returns where the dot of a picture lies on a device, by turning the picture clockwise.
func upright(p image.Point, size image.Point, turn framebuffer.Rotation) image.Point {
	for ; turn > 0; turn -= 90 {
		p, size = image.Pt(size.Y-1-p.Y, p.X), image.Pt(size.Y, size.X)
	}
	return p
}

func TestAPictureIsSeenInItsColoursInEveryFormatHoweverThePanelHangs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"XRGB8888", "XBGR8888", "XRGB2101010", "RGB888", "BGR888", "RGB565", "BGR565", "XRGB1555"}).Draw(t, "format")
		l := formats()[name]
		l.Width, l.Height = rapid.IntRange(1, 9).Draw(t, "width"), rapid.IntRange(1, 9).Draw(t, "height")
		l.X, l.Y = rapid.IntRange(0, 3).Draw(t, "x"), rapid.IntRange(0, 3).Draw(t, "y")
		l.Stride = (l.X+l.Width)*l.Bits/8 + rapid.IntRange(0, 9).Draw(t, "spare")
		l.Length = l.Stride * (l.Y + l.Height)
		turn := framebuffer.Rotation(90 * rapid.IntRange(0, 3).Draw(t, "quarters"))
		m := device(l)
		s, err := open(m, turn)
		if err != nil {
			t.Fatal(err)
		}
		size := s.Size()
		whole := image.NewRGBA(image.Rect(0, 0, size.X+5, size.Y+5))
		for i := range whole.Pix {
			whole.Pix[i] = rapid.Uint8().Draw(t, "colour")
		}
		img := whole.SubImage(image.Rect(2, 3, 2+size.X, 3+size.Y)).(*image.RGBA) // a picture need not begin at 0,0
		if err := s.Show(img); err != nil {
			t.Fatal(err)
		}
		kept := func(v uint8, f framebuffer.Field) uint8 { return v &^ (1<<(8-min(f.Bits, 8)) - 1) }
		for y := range size.Y {
			for x := range size.X {
				c := img.RGBAAt(2+x, 3+y)
				want := color.RGBA{kept(c.R, l.Red), kept(c.G, l.Green), kept(c.B, l.Blue), 0xFF}
				at := upright(image.Pt(x, y), size, turn)
				if got := m.seen(at.X, at.Y); got != want {
					t.Fatalf("%s turned %d: dot %d,%d is %v, want %v", name, turn, x, y, got, want)
				}
			}
		}
		var inside int
		for y := range l.Height {
			from := (l.Y+y)*l.Stride + l.X*l.Bits/8
			clear(m.bytes[from : from+l.Width*l.Bits/8])
			inside++
		}
		if !bytes.Equal(m.bytes, make([]byte, l.Length)) {
			t.Fatalf("bytes beside the %d rows were written", inside)
		}
	})
}

func TestAPanelOnItsSideHasItsPictureTurned(t *testing.T) {
	l := formats()["XRGB8888"]
	l.Width, l.Height, l.Stride, l.Length = 3, 2, 12, 24
	for turn, corner := range map[framebuffer.Rotation]image.Point{0: {0, 0}, 90: {2, 0}, 180: {2, 1}, 270: {0, 1}} {
		m := device(l)
		s, err := open(m, turn)
		if err != nil {
			t.Fatal(err)
		}
		img := image.NewRGBA(image.Rectangle{Max: s.Size()})
		img.SetRGBA(0, 0, color.RGBA{0xFF, 0x80, 0x40, 0xFF})
		if err := s.Show(img); err != nil {
			t.Fatal(err)
		}
		if got := m.seen(corner.X, corner.Y); got != (color.RGBA{0xFF, 0x80, 0x40, 0xFF}) {
			t.Errorf("turned %d: the upper left corner is not at %v", turn, corner)
		}
	}
}

func TestWhatCannotBeShownIsSaid(t *testing.T) {
	l := formats()["XRGB8888"]
	l.Width, l.Height, l.Stride, l.Length = 3, 2, 12, 24
	m := device(l)
	s, err := open(m, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Show(image.NewRGBA(image.Rect(0, 0, 2, 3))); err == nil {
		t.Error("a picture of another size was shown")
	}
	if err := s.Leave(); err != nil || m.closed != 1 {
		t.Errorf("%v, closed %d times", err, m.closed)
	}
	if err := s.Close(); err != nil || m.closed != 1 {
		t.Errorf("closed again: %v, %d times", err, m.closed)
	}
	if err := s.Show(image.NewRGBA(image.Rect(0, 0, 3, 2))); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("on a closed screen: %v", err)
	}
}

func TestADeviceThatIsNotThereOrNotUnderstoodIsAFaultWithARemedy(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "fb0")
	if err := os.WriteFile(file, make([]byte, 64), 0o600); err != nil {
		t.Fatal(err)
	}
	grey := formats()["XRGB8888"]
	grey.Width, grey.Height, grey.Stride, grey.Length = 3, 2, 12, 23
	for what, c := range map[string]framebuffer.Config{
		"nothing":           {Path: filepath.Join(dir, "none"), Terminal: "none"},
		"a plain file":      {Path: file, Terminal: "none"},
		"crooked":           {Path: file, Terminal: "none", Rotation: 45},
		"too little memory": {Terminal: "none", Open: func(string) (framebuffer.Device, error) { return device(grey), nil }},
		"less than it says": {Terminal: "none", Open: func(string) (framebuffer.Device, error) {
			m := device(grey)
			m.layout.Length = 24
			return m, nil
		}},
	} {
		_, err := framebuffer.Open(c)
		if f := fault.Of(err); f.Code != fault.CodeFramebuffer || f.Remedy == "" {
			t.Errorf("%s: %v", what, err)
		}
		if missing := errors.Is(err, fs.ErrNotExist); missing != (what == "nothing") {
			t.Errorf("%s: told as missing: %v", what, missing)
		}
	}
}

// FuzzLayout lets a driver claim anything: it is refused, or a picture fits into what it claims.
func FuzzLayout(f *testing.F) {
	f.Add(3, 2, 0, 0, 12, 32, 24, uint64(0x10_08_08_08_00_08))
	f.Add(3, 2, 1, 1, 8, 16, 24, uint64(0x0B_05_05_06_00_05))
	f.Add(1<<15, -1, 0, 0, 0, 24, 1<<20, uint64(0xFFFF_FFFF_FFFF))
	f.Fuzz(func(t *testing.T, width, height, x, y, stride, bits, length int, fields uint64) {
		field := func(i int) framebuffer.Field {
			return framebuffer.Field{Offset: uint32(fields >> (16*i + 8) & 0xFF), Bits: uint32(fields >> (16 * i) & 0xFF)}
		}
		l := framebuffer.Layout{Width: width, Height: height, X: x, Y: y, Stride: stride, Bits: bits, Length: length, Red: field(2), Green: field(1), Blue: field(0)}
		if length > 1<<20 {
			return
		}
		s, err := open(device(l), framebuffer.Rotation(90*(fields>>48%4)))
		if err != nil {
			return
		}
		if err := s.Show(image.NewRGBA(image.Rectangle{Max: s.Size()})); err != nil {
			t.Fatal(err)
		}
	})
}

func Example() {
	l := framebuffer.Layout{Width: 1920, Height: 1080, Stride: 7680, Bits: 32, Length: 7680 * 1080,
		Red: framebuffer.Field{Offset: 16, Bits: 8}, Green: framebuffer.Field{Offset: 8, Bits: 8}, Blue: framebuffer.Field{Bits: 8}}
	s, err := framebuffer.Open(framebuffer.Config{Terminal: "none", Rotation: 90, Open: func(string) (framebuffer.Device, error) { return device(l), nil }})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.Size(), s.Close())
	// Output: (1080,1920) <nil>
}
