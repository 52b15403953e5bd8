package papersim_test

import (
	"bytes"
	"testing"
	"time"

	"example.org/totem/internal/papersim"
)

func TestFaultsShowInTheStatus(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*papersim.Printer)
		want  string // DLE EOT 1, 2, 3
	}{
		"head hot":         {func(p *papersim.Printer) { p.HeatHead(true) }, "\x1a\x52\x52"},
		"head cool again":  {func(p *papersim.Printer) { p.HeatHead(true); p.HeatHead(false) }, "\x12\x12\x12"},
		"weak supply":      {func(p *papersim.Printer) { p.SagVoltage(true) }, "\x1a\x52\x52"},
		"jam":              {(*papersim.Printer).JamPaper, "\x1a\x52\x16"},
		"jam cleared":      {func(p *papersim.Printer) { p.JamPaper(); p.ClearJam() }, "\x12\x12\x12"},
		"broken for good":  {(*papersim.Printer).Ruin, "\x1a\x52\x32"},
		"off":              {(*papersim.Printer).PowerOff, ""},
		"off and on":       {func(p *papersim.Printer) { p.Ruin(); p.PowerOff(); p.PowerOn() }, "\x12\x12\x12"},
		"stuck at the cut": {func(p *papersim.Printer) { p.BreakCutter(); p.Feed([]byte("\x1dV\x00")) }, "\x1a\x52\x1a"},
		"cutter recovered": {func(p *papersim.Printer) {
			p.BreakCutter()
			p.Feed([]byte("\x1dV\x00"))
			p.MendCutter()
			p.Feed([]byte("\x10\x05\x01"))
		}, "\x12\x12\x12"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := ask(t, papersim.Config{}, c.spoil, "\x10\x04\x01\x10\x04\x02\x10\x04\x03"); string(got) != c.want {
				t.Errorf("got % x, want % x", got, c.want)
			}
		})
	}
}

func TestAHotHeadRestsAndGoesOnWithTheSameDots(t *testing.T) {
	stream := []byte("some words\nmore words\n\x1dVB\x00")
	plain := papersim.New(papersim.Config{})
	plain.Feed(stream)
	inTime(t, func(t *testing.T) {
		p := papersim.New(papersim.Config{Model: papersim.Model{Speed: 20}})
		defer p.Close()
		p.Feed(stream)
		pass(100 * time.Millisecond)
		p.HeatHead(true)
		pass(time.Hour)
		if len(p.Slips()) > 0 || p.State().Online {
			t.Error("it goes on with a hot head")
		}
		p.HeatHead(false)
		pass(time.Minute)
		if s := p.Slips(); len(s) != 1 || !bytes.Equal(s[0].Image.Pix, plain.Slips()[0].Image.Pix) {
			t.Error("the slip came out otherwise")
		}
	})
}

func TestAPowerCutLosesTheBuffersAndNotThePaper(t *testing.T) {
	inTime(t, func(t *testing.T) {
		var heard []byte
		p := papersim.New(papersim.Config{Model: papersim.Model{Speed: 20}, Reply: func(b []byte) { heard = append(heard, b...) }})
		defer p.Close()
		p.Feed([]byte("\x1da\xff\x1b!\x30some words\nmore words\n\x1dVB\x00"))
		pass(200 * time.Millisecond)
		before, _ := p.Hanging()
		heard = nil
		p.PowerOff()
		p.Feed([]byte("\x10\x04\x01more\n"))
		pass(time.Minute)
		p.PowerOn()
		pass(time.Minute)
		after, ok := p.Hanging()
		if !ok || after.Image.Rect.Dy() < before.Image.Rect.Dy() || after.Image.Rect.Dy() > before.Image.Rect.Dy()+20 {
			t.Errorf("%v hung out before, %v after", before.Image.Rect, after.Image.Rect)
		}
		if len(p.Slips()) > 0 || len(heard) > 0 {
			t.Errorf("%d slips, heard % x", len(p.Slips()), heard)
		}
		p.Feed([]byte("\x10\x04\x01"))
		if string(heard) != "\x12" {
			t.Errorf("afterwards it answers % x", heard)
		}
	})
}

func TestPaperTheWrongWayRoundStaysWhite(t *testing.T) {
	p := papersim.New(papersim.Config{})
	p.LoadPaperWrongWay()
	p.Feed([]byte("words\n\x1dVB\x00"))
	p.LoadPaper()
	p.Feed([]byte("words\n\x1dVB\x00"))
	slips := p.Slips()
	if len(slips) != 2 || bytes.Contains(slips[0].Image.Pix, []byte{1}) || !bytes.Contains(slips[1].Image.Pix, []byte{1}) {
		t.Errorf("%d slips; want a white and a printed one", len(slips))
	}
	if slips[0].Image.Rect != slips[1].Image.Rect {
		t.Error("the white one is of another length")
	}
}

func TestWhatLiesBetweenHeadAndCutterGoesWithTheNextSlip(t *testing.T) {
	p := papersim.New(papersim.Config{})
	// A bar of 40 dots, cut where it is: the cutter stands 40 dots before the head.
	bar := "\x1dv0\x00\x01\x00\x28\x00" + string(bytes.Repeat([]byte{0xff}, 40))
	p.Feed([]byte(bar + "\x1dV\x00" + "\x1bJ\x28\x1dV\x00"))
	slips := p.Slips()
	if len(slips) != 2 || slips[0].Black(0, 0) || !slips[1].Black(0, 0) || !slips[1].Black(7, 39) {
		t.Fatalf("%d slips, the bar on the wrong one", len(slips))
	}
	for _, s := range slips {
		if s.Image.Rect.Dy() != 40 {
			t.Errorf("a slip is %d dots long", s.Image.Rect.Dy())
		}
	}
}

func TestACutThroughNothingLeavesNoSlip(t *testing.T) {
	p := papersim.New(papersim.Config{})
	p.Feed([]byte("words\n\x1dVB\x00\x1dV\x00\x1bi"))
	if n := len(p.Slips()); n != 1 {
		t.Errorf("%d slips", n)
	}
}

func TestAPrinterWithoutACutterTearsOff(t *testing.T) {
	p := papersim.New(papersim.Config{Model: papersim.Model{NoCutter: true}})
	p.Feed([]byte("words\n\x1dV\x00\x1bJ\x40"))
	if len(p.Slips()) != 0 {
		t.Error("it cut")
	}
	if s, ok := p.Tear(); !ok || !bytes.Contains(s.Image.Pix, []byte{1}) || len(p.Slips()) != 1 {
		t.Error("nothing was torn off")
	}
	if _, hangs := p.Hanging(); hangs {
		t.Error("some of it still hangs out")
	}
	if _, ok := p.Tear(); ok {
		t.Error("it was torn off twice")
	}
}

func TestANewRollTakesAwayWhatHungOut(t *testing.T) {
	p := papersim.New(papersim.Config{PaperDots: 100})
	p.Feed([]byte("words\n"))
	p.LoadRoll(5000)
	if _, hangs := p.Hanging(); hangs || len(p.Scraps()) != 1 || len(p.Slips()) != 0 {
		t.Errorf("hanging %t, %d scraps", hangs, len(p.Scraps()))
	}
	if mm := p.State().PaperLeft; mm != 625 {
		t.Errorf("%d mm are left of the new roll", mm)
	}
}
