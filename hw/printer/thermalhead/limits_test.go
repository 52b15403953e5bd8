package thermalhead_test

import (
	"testing"
	"time"

	"example.org/totem/internal/fault"
	"example.org/totem/paper"
)

func TestAHotHeadWaitsAndGoesOnWhereItWas(t *testing.T) {
	converter := 0
	b := trouble{"seiko-ltp1245", func(b *bench, _ int, about string) error {
		if about == "converter" {
			if converter++; converter == 14 {
				b.SetCelsius(79)
			}
		}
		return nil
	}}.slip(t)
	begun := b.Now()
	res, err := b.print(t)
	if err != nil || res.Outcome != paper.Printed {
		t.Fatalf("%+v, %v", res, err)
	}
	b.honest(t, res)
	b.sane(t, res)
	if took := b.Now() - begun; took < 5*time.Second {
		t.Errorf("it took %v: the head was not waited for", took)
	}
}

func TestAHeadThatStaysHotEndsTheSlip(t *testing.T) {
	n := 0
	b := trouble{"seiko-ltp1245", func(b *bench, _ int, about string) error {
		if about == "converter" {
			if n++; n >= 14 {
				b.SetCelsius(79)
			}
		}
		return nil
	}}.slip(t)
	begun := b.Now()
	res, err := b.print(t)
	if res.Outcome != paper.Unknown && res.Outcome != paper.NotPrinted || !res.Status.Has(paper.HeadHot) || fault.Of(err).Code != fault.CodePrinterState {
		t.Fatalf("%+v, %v", res, err)
	}
	b.honest(t, res)
	b.sane(t, res)
	if took := b.Now() - begun; took < 30*time.Second || took > 32*time.Second {
		t.Errorf("it was waited for %v", took)
	}
}

func TestASupplyOrThermistorThatFailsStopsTheHead(t *testing.T) {
	tests := []struct {
		name    string
		happens func(b *bench)
		want    paper.Status
	}{
		{"sags", func(b *bench) { b.SetSupply(4.0) }, paper.VoltageFault},
		{"rises", func(b *bench) { b.SetSupply(6.1) }, paper.VoltageFault},
		{"gone", func(b *bench) { b.SetSupply(0) }, paper.VoltageFault},
		{"frost", func(b *bench) { b.SetCelsius(-15) }, paper.Offline},
		{"thermistor broken", func(b *bench) { b.BreakThermistor() }, paper.Unrecoverable},
		{"thermistor shorted", func(b *bench) { b.SetCelsius(400) }, paper.Unrecoverable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			atEvery(t, "converter", func(b *bench) error { tt.happens(b); return nil }, func(b *bench, res paper.Result, err error) {
				told := res.Status.Has(tt.want) || res.Outcome == paper.Printed // at the very last reading, one of three
				if !b.Off() || !told || b.Hottest() > 400+b.Model().Burns {
					t.Errorf("off %v, %v, hottest %.0f", b.Off(), res.Status, b.Hottest())
				}
				if res.Outcome != paper.Printed && fault.Of(err).Code != fault.CodePrinterState {
					t.Error(err)
				}
			})
		})
	}
}

func TestAScrapAtTheHeadIsFedOutBeforeTheNextSlip(t *testing.T) {
	n := 0
	b := trouble{"seiko-ltp1245", func(b *bench, _ int, about string) error {
		if about == "sensors" {
			n++
			b.SetPaper(n != 22)
		}
		return nil
	}}.slip(t)
	res, err := b.print(t)
	if res.Outcome != paper.Unknown || err == nil {
		t.Fatalf("%+v, %v", res, err)
	}
	before := b.Picture().Height
	if res, err := b.print(t); err != nil || res.Outcome != paper.Printed || res.Length < 26 {
		t.Fatalf("%+v, %v", res, err)
	}
	if got, want := b.Picture().Height, before+12*8+b.pic.Height-1; got < want {
		t.Errorf("%d rows, want at least %d: the scrap is part of the second slip", got, want)
	}
}

func TestAHeadThatIsNotReadySaysWhyAndPrintsNothing(t *testing.T) {
	tests := []struct {
		name    string
		happens func(b *bench)
		want    paper.Status
	}{
		{"fine", func(*bench) {}, 0},
		{"no paper", func(b *bench) { b.SetPaper(false) }, paper.PaperEnd},
		{"head up", func(b *bench) { b.SetDown(false) }, paper.CoverOpen},
		{"both", func(b *bench) { b.SetDown(false); b.SetPaper(false) }, paper.CoverOpen | paper.PaperEnd},
		{"hot", func(b *bench) { b.SetCelsius(79) }, paper.HeadHot},
		{"sag", func(b *bench) { b.SetSupply(4) }, paper.VoltageFault},
		{"broken", func(b *bench) { b.BreakThermistor() }, paper.Unrecoverable},
	}
	for _, tt := range tests {
		b := trouble{profile: "seiko-ltp1245"}.slip(t)
		tt.happens(b)
		if got := b.head.Status(t.Context()); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
		res, err := b.print(t)
		if want := (map[bool]paper.Outcome{true: paper.Printed, false: paper.NotPrinted})[tt.want == 0]; res.Outcome != want || (err == nil) != (tt.want == 0) {
			t.Errorf("%s: %+v, %v", tt.name, res, err)
		}
		b.honest(t, res)
	}
}
