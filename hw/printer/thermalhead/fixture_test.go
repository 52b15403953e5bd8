package thermalhead_test

import (
	"bytes"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"example.org/totem/hw/printer/raster"
	"example.org/totem/hw/printer/thermalhead"
	"example.org/totem/internal/headsim"
	"example.org/totem/paper"
	"example.org/totem/ticket"
)

// bench is a head on a mechanism.
type bench struct {
	*headsim.Mechanism
	head *thermalhead.Head
	pic  raster.Picture // what it prints
}

// around is 25 °C and 5 V, on the mechanism of that profile.
func around(t testing.TB, profile string) headsim.Config {
	t.Helper()
	model, ok := headsim.ModelOf(profile)
	if !ok {
		t.Fatalf("no mechanism for %s", profile)
	}
	return headsim.Config{Model: model, Ambient: 25, Supply: 5}
}

func config(t testing.TB, profile string) thermalhead.Config {
	t.Helper()
	p, err := thermalhead.LoadProfile(profile)
	if err != nil {
		t.Fatal(err)
	}
	return thermalhead.Config{Profile: p}
}

func parts(m *headsim.Mechanism, p thermalhead.Profile, low bool) thermalhead.Parts {
	return thermalhead.Parts{
		Data: m.Data(), Latch: m.Latch(), LatchLow: low, Strobes: m.Strobes(), StrobesLow: low, Phases: m.Phases(),
		Motor: m.Motor(), MotorLow: low, Sensors: m.Sensors(), PaperLow: low, DownLow: low,
		Senses: &thermalhead.ADC{Conn: m.Converter(), Profile: p, Thermistor: 0, Supply: 1,
			Pull: headsim.Pull, Reference: headsim.Reference, Divider: headsim.Divider},
	}
}

// mount connects a head to a mechanism; it prints pic, whatever the slip.
func mount(t testing.TB, sim headsim.Config, cfg thermalhead.Config, pic raster.Picture) *bench {
	t.Helper()
	b := &bench{Mechanism: headsim.New(sim), pic: pic}
	cfg.Clock = b.Mechanism
	cfg.Draw = func(ticket.Slip, raster.Format) (raster.Picture, error) { return b.pic, nil }
	var err error
	if b.head, err = thermalhead.New(parts(b.Mechanism, cfg.Profile, sim.Low), cfg); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bench) print(t testing.TB) (paper.Result, error) {
	t.Helper()
	return b.head.Print(t.Context(), ticket.Slip{})
}

// trimmed is a picture without its white rows at top and bottom.
func trimmed(p raster.Picture) raster.Picture {
	white := make([]byte, p.Stride())
	top, bottom := 0, p.Height
	for top < bottom && bytes.Equal(p.Row(top), white) {
		top++
	}
	for bottom > top && bytes.Equal(p.Row(bottom-1), white) {
		bottom--
	}
	return raster.Picture{Width: p.Width, Height: bottom - top, Bits: p.Bits[top*p.Stride() : bottom*p.Stride()]}
}

// differs says where the paper is not the picture, "" if it is.
func differs(got, want raster.Picture) string {
	want = trimmed(want)
	if got.Height != want.Height {
		return fmt.Sprintf("%d rows on the paper, %d in the picture", got.Height, want.Height)
	}
	for y := range want.Height {
		for x := range want.Width {
			if got.Black(x, y) != want.Black(x, y) {
				return fmt.Sprintf("dot %d of row %d: on the paper %v, in the picture %v", x, y, got.Black(x, y), want.Black(x, y))
			}
		}
	}
	return ""
}

// sane fails the test for everything that must hold after any slip, whatever became of it.
func (b *bench) sane(t testing.TB, res paper.Result) {
	t.Helper()
	if !b.Off() {
		t.Errorf("something is still on after %+v", res)
	}
	if b.Hottest() > b.Model().Burns {
		t.Errorf("a dot had %.1f °C, it burns at %.0f", b.Hottest(), b.Model().Burns)
	}
	if len(b.Notes()) > 0 {
		t.Errorf("the mechanism was ill-treated: %q", b.Notes())
	}
}

// honest fails the test if the outcome claims more than is on the paper.
func (b *bench) honest(t testing.TB, res paper.Result) {
	t.Helper()
	onPaper := b.Picture()
	switch res.Outcome {
	case paper.Printed:
		if why := differs(onPaper, b.pic); why != "" {
			t.Errorf("printed, but %s", why)
		}
	case paper.NotPrinted:
		if onPaper.Height > 0 {
			t.Errorf("not printed, but %d rows are on the paper", onPaper.Height)
		}
	case paper.Unknown:
	}
	if res.Level != paper.ByDrain && res.Outcome == paper.Printed || res.Level != paper.NotConfirmed && res.Outcome != paper.Printed {
		t.Errorf("%v by %v", res.Outcome, res.Level)
	}
}

// pattern is a picture with all that strains a head: a black bar, a checkerboard, upright strokes, single dots, white rows.
func pattern(dots, height int) raster.Picture {
	pic := raster.New(dots, height)
	for y := range height {
		for x := range dots {
			var black bool
			switch y * 6 / height {
			case 0:
				black = true
			case 1:
				black = (x+y)%2 == 0
			case 2:
				black = x%11 < 3
			case 3:
				black = x%dots == y
			case 4:
				black = false
			case 5:
				black = x > dots/2 && (x/8+y/4)%3 == 0 || x == 0 || x == dots-1
			}
			if black {
				pic.Blacken(x, y)
			}
		}
	}
	return pic
}

// pictures draws pictures of so many dots a line: rows of noise of any density, which may stay for some rows.
func pictures(dots int) *rapid.Generator[raster.Picture] {
	return rapid.Custom(func(t *rapid.T) raster.Picture {
		pic := raster.New(dots, rapid.IntRange(1, 40).Draw(t, "height"))
		for y := 0; y < pic.Height; {
			density := rapid.SampledFrom([]uint32{0, 1, 10, 50, 90, 100}).Draw(t, "density")
			seed := rapid.Uint32().Draw(t, "noise")
			for range rapid.IntRange(1, 10).Draw(t, "rows") {
				noise := seed
				for x := range dots {
					noise = noise*1664525 + 1013904223
					if noise>>16%100 < density {
						pic.Blacken(x, y)
					}
				}
				y++
			}
		}
		pic.Blacken(rapid.IntRange(0, dots-1).Draw(t, "dot"), rapid.IntRange(0, pic.Height-1).Draw(t, "row"))
		return pic
	})
}

// mountless draws nothing, for heads that are never opened.
func mountless(ticket.Slip, raster.Format) (raster.Picture, error) { return raster.Picture{}, nil }
