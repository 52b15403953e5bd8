package canvas_test

import (
	"bytes"
	"image"
	"image/color"
	"testing"

	"pgregory.net/rapid"

	"example.org/totem/ui/canvas"
)

var (
	white = color.RGBA{0xFF, 0xFF, 0xFF, 0xFF}
	black = color.RGBA{0, 0, 0, 0xFF}
	red   = color.RGBA{0xFF, 0, 0, 0xFF}
)

func page(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	canvas.Fill(img, img.Rect, white)
	return img
}

func TestABoxStaysInsideItsRectangleAndIsTheSameFromEverySide(t *testing.T) {
	img := page(100, 60)
	canvas.Draw(img, canvas.Box{Rect: image.Rect(10, 10, 90, 50), Radius: 12, Fill: red, Stroke: black, Width: 3})
	for y := range 60 {
		for x := range 100 {
			c := img.RGBAAt(x, y)
			if !image.Pt(x, y).In(image.Rect(10, 10, 90, 50)) && c != white {
				t.Fatalf("dot (%d,%d) outside is %v", x, y, c)
			}
			if c != img.RGBAAt(99-x, y) || c != img.RGBAAt(x, 59-y) {
				t.Fatalf("dot (%d,%d) has no mirror image", x, y)
			}
		}
	}
	for _, want := range []struct {
		at image.Point
		c  color.RGBA
	}{{image.Pt(10, 10), white}, {image.Pt(50, 10), black}, {image.Pt(50, 12), black}, {image.Pt(50, 13), red}, {image.Pt(10, 30), black}, {image.Pt(13, 30), red}, {image.Pt(50, 30), red}} {
		if got := img.RGBAAt(want.at.X, want.at.Y); got != want.c {
			t.Errorf("dot %v is %v, want %v", want.at, got, want.c)
		}
	}
}

func TestADashedBorderHasGapsAllAround(t *testing.T) {
	img := page(200, 100)
	canvas.Draw(img, canvas.Box{Rect: img.Rect, Radius: 20, Stroke: black, Width: 2, Dash: true})
	for name, side := range map[string]func(i int) color.RGBA{
		"top":  func(i int) color.RGBA { return img.RGBAAt(30+i, 0) },
		"foot": func(i int) color.RGBA { return img.RGBAAt(30+i, 99) },
		"left": func(i int) color.RGBA { return img.RGBAAt(0, 25+i) },
	} {
		dark, light := 0, 0
		for i := range 50 {
			switch side(i) {
			case black:
				dark++
			case white:
				light++
			}
		}
		if dark < 10 || light < 10 {
			t.Errorf("%s: %d dark and %d light dots of 50", name, dark, light)
		}
	}
}

func TestTheEdgeOfTroubleIsOnTheLeft(t *testing.T) {
	img := page(100, 60)
	canvas.Draw(img, canvas.Box{Rect: img.Rect, Radius: 8, Fill: red, Edge: 10, EdgeInk: black})
	if img.RGBAAt(9, 30) != black || img.RGBAAt(10, 30) != red || img.RGBAAt(95, 30) != red {
		t.Errorf("edge %v %v %v", img.RGBAAt(9, 30), img.RGBAAt(10, 30), img.RGBAAt(95, 30))
	}
}

func TestPaintingInPiecesIsPaintingAtOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		side := rapid.IntRange(0, 70)
		r := image.Rect(side.Draw(rt, "x0"), side.Draw(rt, "y0"), side.Draw(rt, "x1"), side.Draw(rt, "y1"))
		box := canvas.Box{
			Rect: r, Radius: rapid.IntRange(-2, 50).Draw(rt, "radius"), Fill: red, Stroke: black,
			Width: rapid.IntRange(0, 9).Draw(rt, "width"), Dash: rapid.Bool().Draw(rt, "dash"),
			Edge: rapid.IntRange(0, 20).Draw(rt, "edge"), EdgeInk: black,
		}
		whole, pieces := page(64, 64), page(64, 64)
		canvas.Draw(whole, box)
		canvas.Icon(whole, "globe", r, 3, black)
		inks := canvas.Inks{Line: black, Sheet: white, Shade: red, Accent: black}
		picture := rapid.SampledFrom(canvas.Pictures()).Draw(rt, "picture")
		canvas.Picture(whole, picture, r, 2, inks)
		for _, part := range []image.Rectangle{image.Rect(0, 0, 20, 33), image.Rect(20, 0, 64, 33), image.Rect(0, 33, 64, 64)} {
			piece := pieces.SubImage(part).(*image.RGBA)
			canvas.Draw(piece, box)
			canvas.Icon(piece, "globe", r, 3, black)
			canvas.Picture(piece, picture, r, 2, inks)
		}
		if !bytes.Equal(whole.Pix, pieces.Pix) {
			rt.Fatal("the pieces differ from the whole")
		}
	})
}

func TestEveryIconStaysInItsSquareAndIsSeen(t *testing.T) {
	for _, name := range canvas.Icons() {
		img := page(80, 80)
		square := image.Rect(14, 14, 66, 66)
		canvas.Icon(img, name, square, 4, black)
		inked := 0
		for y := range 80 {
			for x := range 80 {
				if img.RGBAAt(x, y) == white {
					continue
				}
				inked++
				if !image.Pt(x, y).In(square) {
					t.Fatalf("%s paints (%d,%d)", name, x, y)
				}
			}
		}
		if inked < 100 || !canvas.Drawn(name) {
			t.Errorf("%s: %d dots, drawn %v", name, inked, canvas.Drawn(name))
		}
	}
	if canvas.Drawn("unicorn") {
		t.Error("there is no unicorn")
	}
}

func TestWhatPointsOnIsTheMirrorImageOfWhatPointsBack(t *testing.T) {
	for back, on := range map[string]string{"back": "more", "erase": "erase-right"} {
		one, other := page(48, 48), page(48, 48)
		canvas.Icon(one, back, one.Rect, 4, black)
		canvas.Icon(other, on, other.Rect, 4, black)
		for y := range 48 {
			for x := range 48 {
				if one.RGBAAt(x, y) != other.RGBAAt(47-x, y) {
					t.Fatalf("%s and %s differ at (%d,%d)", back, on, x, y)
				}
			}
		}
	}
}

func TestEveryPictureStaysInItsFrameAndHasItsFourInks(t *testing.T) {
	blue, grey := color.RGBA{0, 0, 0xFF, 0xFF}, color.RGBA{0x80, 0x80, 0x80, 0xFF}
	for _, name := range canvas.Pictures() {
		img := page(400, 300)
		canvas.Fill(img, img.Rect, red)
		frame := image.Rect(40, 30, 360, 270)
		canvas.Picture(img, name, frame, 4, canvas.Inks{Line: black, Sheet: white, Shade: grey, Accent: blue})
		seen := map[color.RGBA]int{}
		for y := range 300 {
			for x := range 400 {
				c := img.RGBAAt(x, y)
				seen[c]++
				if c != red && !image.Pt(x, y).In(frame.Inset(2)) {
					t.Fatalf("%s paints (%d,%d), cut off or outside", name, x, y)
				}
			}
		}
		for what, ink := range map[string]color.RGBA{"lines": black, "machine": grey, "hand": blue, "paper": white} {
			none := what == "hand" && name == "strip" || what == "paper" && name == "cover-open"
			if seen[ink] < 30 && !none {
				t.Errorf("%s: %d dots of its %s", name, seen[ink], what)
			}
		}
	}
	before, after := page(40, 30), page(40, 30)
	canvas.Picture(after, "unicorn", after.Rect, 2, canvas.Inks{Line: black})
	if !bytes.Equal(before.Pix, after.Pix) {
		t.Error("there is no unicorn")
	}
}

func TestAQRCodeHasItsQuietZoneAndWholeModules(t *testing.T) {
	img := page(300, 300)
	rect := image.Rect(20, 20, 280, 280)
	if err := canvas.QR(img, "482917305560", rect, black, white); err != nil {
		t.Fatal(err)
	}
	first := image.Point{}
	for first = (image.Point{20, 20}); img.RGBAAt(first.X, first.Y) != black; first = first.Add(image.Pt(1, 1)) {
	}
	run := 0
	for img.RGBAAt(first.X+run, first.Y) == black {
		run++
	}
	module := run / 7 // the width of a finder pattern
	if run%7 != 0 || first.X-20 < 4*module {
		t.Errorf("finder of %d dots, quiet zone of %d", run, first.X-20)
	}
	if err := canvas.QR(img, "482917305560", image.Rect(0, 0, 20, 20), black, white); err == nil {
		t.Error("a code too small to read was painted")
	}
}
