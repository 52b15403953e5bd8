package papersim_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"example.org/totem/internal/papersim"
)

var profiles = []string{
	"epson-tm-t20", "epson-tm-t88", "custom-vkp80iii", "citizen-pmu2300", "zebra-ttp8000", "ttl-58", "generic-80", "generic-58",
	"write-only-80",
}

func TestEveryProfileHasAMachine(t *testing.T) {
	for _, name := range profiles {
		m, ok := papersim.ModelOf(name)
		if !ok || m.Name == "" || m.Speed < 10 || m.Buffer < 256 {
			t.Errorf("%s: %+v", name, m)
		}
	}
	if _, ok := papersim.ModelOf("psychic-80"); ok {
		t.Error("a machine for no profile")
	}
}

func TestASlipIsAsWideAsItsModel(t *testing.T) {
	for name, dots := range map[string]int{"epson-tm-t20": 576, "epson-tm-t88": 512, "generic-80": 576} {
		p := papersim.New(papersim.Config{Model: model(t, name)})
		p.Feed([]byte(cutSlip))
		if s := p.Slips(); len(s) != 1 || s[0].Image.Rect.Dx() != dots {
			t.Errorf("%s: %d slips", name, len(s))
		}
	}
}

func TestWhatAModelLacksIsNotedAndDoesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		model  papersim.Model
		stream string
	}{
		"process id": {papersim.Model{NoProcessID: true}, "\x1d(H\x06\x0000abcd"},
		"fence":      {papersim.Model{NoFence: true}, "\x1dr\x01"},
		"automatic":  {papersim.Model{NoAutomatic: true}, "\x1da\xff"},
		"qr":         {papersim.Model{NoQR: true}, "\x1d(k\x03\x001Q0"},
		"page mode":  {papersim.Model{NoPageMode: true}, "\x1bL"},
		"raster":     {papersim.Model{NoRaster: true}, "\x1dv0\x00\x01\x00\x01\x00\xff"},
		"cutter":     {papersim.Model{NoCutter: true}, "\x1dVB\x00"},
		"presenter":  {papersim.Model{}, "\x1de\x02"},
		"code page":  {papersim.Model{}, "\x1bt\xfe"},
	} {
		t.Run(name, func(t *testing.T) {
			var heard []byte
			p := papersim.New(papersim.Config{Model: c.model, Reply: func(b []byte) { heard = append(heard, b...) }})
			p.Feed([]byte(c.stream))
			_, hangs := p.Hanging()
			if len(p.Notes()) != 1 || hangs || len(p.Slips()) > 0 || len(heard) > 0 {
				t.Errorf("notes %v, hanging %t, heard % x", p.Notes(), hangs, heard)
			}
		})
	}
}

func TestACloneEatsAccentsUntilItLeavesTheKanjiMode(t *testing.T) {
	clone := papersim.Model{Kanji: true}
	print := func(m papersim.Model, stream string) papersim.Slip {
		p := papersim.New(papersim.Config{Model: m})
		p.Feed([]byte(stream + "\x1dVB\x00"))
		return p.Slips()[0]
	}
	eaten := print(clone, "\x1bt\x13perch\x82 no\n")
	right := print(papersim.Model{}, "\x1bt\x13perch\x82 no\n")
	other := print(clone, "\x1bt\x13perch\x83 no\n")
	left := print(clone, "\x1c.\x1bt\x13perch\x82 no\n")
	if bytes.Equal(eaten.Image.Pix, right.Image.Pix) || !bytes.Equal(left.Image.Pix, right.Image.Pix) {
		t.Error("want the accent eaten, and not after FS .")
	}
	if bytes.Equal(eaten.Image.Pix, other.Image.Pix) {
		t.Error("two pairs of bytes are one character")
	}
	pieces := papersim.New(papersim.Config{Model: clone})
	for _, b := range []byte("\x1bt\x13perch\x82 no\n\x1dVB\x00") {
		pieces.Feed([]byte{b})
	}
	if !bytes.Equal(pieces.Slips()[0].Image.Pix, eaten.Image.Pix) {
		t.Error("byte by byte it eats otherwise")
	}
}

func TestACloneSpillsACommandThatItDoesNotKnow(t *testing.T) {
	p := papersim.New(papersim.Config{Model: papersim.Model{NoQR: true, Spills: true}})
	p.Feed([]byte("\x1d(k\x03\x001Q0\n"))
	if _, hangs := p.Hanging(); !hangs {
		t.Error("nothing was spilt")
	}
}

func TestMotionUnitsAreTheModels(t *testing.T) {
	height := func(m papersim.Model, stream string) int {
		p := papersim.New(papersim.Config{Model: m})
		p.Feed([]byte("\x1dVB\x00" + stream + "\x1dVB\x00"))
		return p.Slips()[1].Image.Rect.Dy() - p.Slips()[0].Image.Rect.Dy()
	}
	fine := papersim.Model{DPI: 180, PerInch: 360}
	for stream, want := range map[string]int{"\x1bJ\x64": 50, "\x1dP\xb4\xb4\x1bJ\x64": 100, "\x1dP\x00\x00\x1bJ\x64": 50, "\x1b3\x64\n": 50} {
		if got := height(fine, stream); got != want {
			t.Errorf("% x feeds %d dots, want %d", stream, got, want)
		}
	}
}

func TestCodePagesAreReadByTheirNumber(t *testing.T) {
	for page, want := range map[byte]string{0: "Ç", 2: "Ç", 16: "€", 17: "А", 18: "Ç", 19: "Ç", 45: "€", 46: "Ђ"} {
		got := papersim.Listing([]byte{0x1b, 't', page, 0x80, '\n'})
		if !strings.Contains(got, fmt.Sprintf("%q", want)) {
			t.Errorf("page %d: %s", page, got)
		}
	}
}

func TestAListingOfZebrasLanguageIsItsOwn(t *testing.T) {
	m := model(t, "zebra-ttp8000")
	stream := []byte("\x1b@\x1bs\x02\x0a\x1b\x1bJ\xa0\x1b\x1e\x1b\x0c\x32\x19\x64\x05\x1e")
	want := "0000 ESC @\n0002 ESC s 02 \"\\n\\x1b\"\n0007 ESC J a0\n0010 ESC RS\n0012 ESC FF 32\n0015 EM 64\n0017 ENQ\n0018 RS\n"
	if got := m.Listing(stream); got != want {
		t.Errorf("got:\n%s", got)
	}
}

func TestAPrinterSaysWhoItIs(t *testing.T) {
	m := model(t, "epson-tm-t88")
	if got := ask(t, papersim.Config{Model: m}, nil, "\x1dIB\x1dIC"); string(got) != "_EPSON\x00_TM-T88V\x00" {
		t.Errorf("%q", got)
	}
}
