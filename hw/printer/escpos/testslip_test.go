package escpos_test

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/totem/hw/printer/escpos"
	"example.org/totem/typeset"
)

func testSlip(t *testing.T, name string, set *typeset.Setter) []byte {
	t.Helper()
	b, dots, err := escpos.NewEncoder(profile(t, name), set).TestSlip()
	if err != nil {
		t.Fatal(err)
	}
	if dots < 500 {
		t.Errorf("%s: a test slip of %d dots", name, dots)
	}
	return b
}

func TestATestSlipShowsEdgesPagesAndBothQRs(t *testing.T) {
	zbarimg := reader(t)
	for _, name := range escpos.Profiles() {
		p, model := profile(t, name), modelFor(t, name)
		stream := testSlip(t, name, setter(t))
		isHarmless(t, name, "a test slip", stream)
		golden(t, filepath.Join(name, "test-slip.txt"), []byte(listing(model, stream)))
		if slow && name != "generic-80" {
			continue // the dots follow from the bytes
		}
		slip := out(t, name, stream)
		goldenPicture(t, filepath.Join(name, "test-slip.png"), slip)
		picture := filepath.Join("testdata", name, "test-slip.png")
		found, err := exec.Command(zbarimg, append(slices.Clone(quick), picture)...).Output()
		if err != nil {
			t.Fatal(err)
		}
		want := 1
		if p.Abilities.QR {
			want = 2
		}
		if got := strings.Count(string(found), escpos.TestWords); got != want {
			t.Errorf("%s: %d QRs are read, want %d", name, got, want)
		}
		first, last := 0, 0
		for y := range slip.Image.Rect.Dy() {
			if slip.Black(0, y) {
				first++
			}
			if slip.Black(p.Abilities.Dots-1, y) {
				last++
			}
		}
		if first < 40 || last < 40 {
			t.Errorf("%s: the first dot is marked over %d rows, the last over %d", name, first, last)
		}
	}
}

func TestATestSlipNeedsNoSetter(t *testing.T) {
	for _, name := range escpos.Profiles() {
		out(t, name, testSlip(t, name, nil))
	}
}
