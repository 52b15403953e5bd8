package escpos

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"example.org/totem/hw/printer/raster"
)

// TestAPictureArrivesDotForDotAndHoldsNoCommand draws random pictures, of dots that stand alone more often than they
// would in letters, and reads them back.
func TestAPictureArrivesDotForDotAndHoldsNoCommand(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p, err := LoadProfile(rapid.SampledFrom(Profiles()).Draw(r, "profile"))
		if err != nil {
			r.Fatal(err)
		}
		row := rapid.SliceOfN(rapid.SampledFrom([]byte{0, 0, 0x10, 0x10, 0x04, 0x05, 0x14, 0xff, 0x1b}), p.Abilities.Dots/8, p.Abilities.Dots/8)
		rows := rapid.SliceOfN(row, 1, 40).Draw(r, "rows")
		pic := raster.New(p.Abilities.Dots, len(rows))
		for y, b := range rows {
			copy(pic.Row(y), b)
		}
		w := NewEncoder(p, nil).writer()
		w.picture(pic)
		if urgent(w.out) {
			r.Fatalf("a real-time command in % x", w.out)
		}
		if w.dots != pic.Height {
			r.Fatalf("%d dots of paper for %d rows", w.dots, pic.Height)
		}
		got := readBack(r, p, w.out[len(p.init):], pic.Height)
		for y := range pic.Height {
			for i, want := range pic.Row(y) {
				if b := got.Row(y)[i]; b != want && (want != dle || b != dle|dle<<1) {
					r.Fatalf("row %d, byte %d is %02x, want %02x", y, i, b, want)
				}
			}
		}
	})
}

func TestTheNumberOfBytesInARowBeginsNoCommand(t *testing.T) {
	p, err := LoadProfile("zebra-ttp8000")
	if err != nil {
		t.Fatal(err)
	}
	pic := raster.New(p.Abilities.Dots, 1)
	pic.Row(0)[0], pic.Row(0)[dle-1] = eot, 1 // a row of 10 bytes, the first of them 04
	w := NewEncoder(p, nil).writer()
	w.picture(pic)
	if urgent(w.out) {
		t.Errorf("% x", w.out)
	}
}

// readBack reads pictures and feeds, and fails for a command that is longer than half of the printer's buffer.
func readBack(r *rapid.T, p Profile, b []byte, height int) raster.Picture {
	got := raster.New(p.Abilities.Dots, height)
	side, y := left, 0
	most := p.buffer
	if most == 0 {
		most = carefulBuffer
	}
	take := func(n int) []byte {
		if n > len(b) {
			r.Fatal("a command is cut short")
		}
		head := b[:n]
		b = b[n:]
		return head
	}
	for len(b) > 0 {
		switch {
		case bytes.HasPrefix(b, []byte{esc, 'a'}):
			side = take(3)[2]
		case bytes.HasPrefix(b, []byte{esc, 'J'}):
			y += int(take(3)[2])
		case len(p.dotRow) > 0 && bytes.HasPrefix(b, p.dotRow):
			n := int(take(len(p.dotRow) + 1)[len(p.dotRow)])
			copy(got.Row(y), take(n))
			y++
		case bytes.HasPrefix(b, []byte{gs, 'v', '0', 0}):
			head := take(8)
			wide, high := int(head[4])+int(head[5])<<8, int(head[6])+int(head[7])<<8
			if high > maxRows || wide > got.Stride() || high > 1 && 8+wide*high > most/2 {
				r.Fatalf("a raster of %d × %d bytes", wide, high)
			}
			at := map[byte]int{left: 0, centre: (got.Stride() - wide) / 2, right: got.Stride() - wide}[side]
			for range high {
				copy(got.Row(y)[at:], take(wide))
				y++
			}
		default:
			r.Fatalf("unexpected % x", b[:min(len(b), 8)])
		}
	}
	return got
}
