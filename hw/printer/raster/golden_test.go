package raster_test

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"example.org/totem/hw/printer/raster"
	"example.org/totem/locale"
	"example.org/totem/ticket"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestSlipsLookAsTheyDid(t *testing.T) {
	set := setter(t)
	if n := len(locale.Languages()); n != 10 {
		t.Errorf("slips in %d languages, want 10", n)
	}
	for _, lang := range locale.Languages() {
		for _, f := range []raster.Format{roll80, roll58, coarse80} {
			for name, s := range map[string]ticket.Slip{"plain": plain(t, lang), "neutral": neutral(t, lang)} {
				golden(t, fmt.Sprintf("%s-%s-%d", lang, name, f.Dots), drawn(t, set, s, f))
			}
		}
	}
	golden(t, "it-copy-576", drawn(t, set, plain(t, locale.Italian).Copy(), roll80))
	golden(t, "ar-copy-384", drawn(t, set, plain(t, "ar").Copy(), roll58))
}

func golden(t *testing.T, name string, p raster.Picture) {
	t.Helper()
	path := filepath.Join("testdata", name+".png")
	got := p.Image()
	if *update {
		var b bytes.Buffer
		if err := png.Encode(&b, got); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	want, ok := decoded.(*image.Paletted)
	if !ok || want.Rect != got.Rect {
		t.Errorf("%s: %v large, was %v", name, got.Rect, decoded.Bounds())
		return
	}
	for i := range got.Pix {
		if got.Pix[i] != want.Pix[i] {
			t.Errorf("%s: the dot %d,%d changed", name, i%got.Stride, i/got.Stride)
			return
		}
	}
}
