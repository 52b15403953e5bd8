package thermalhead_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/hw/printer/raster"
	"example.org/totem/hw/printer/thermalhead"
	"example.org/totem/paper"
)

func TestThePaperIsThePictureDotForDotFromFrostToHeatAtAnySupply(t *testing.T) {
	for _, profile := range thermalhead.Profiles() {
		for _, celsius := range []float64{-10, 0, 25, 45, 60} {
			for _, volts := range []float64{4.25, 4.6, 5, 5.4, 5.75} {
				t.Run(fmt.Sprintf("%s at %g °C and %g V", profile, celsius, volts), func(t *testing.T) {
					sim, cfg := around(t, profile), config(t, profile)
					sim.Ambient, sim.Supply = celsius, volts
					b := mount(t, sim, cfg, pattern(sim.Model.Dots, 90))
					res, err := b.print(t)
					if err != nil || res.Outcome != paper.Printed {
						t.Fatalf("%+v, %v", res, err)
					}
					b.honest(t, res)
					b.sane(t, res)
				})
			}
		}
	}
}

func TestAnyPictureComesOutAndNoDotBurns(t *testing.T) {
	for _, profile := range thermalhead.Profiles() {
		t.Run(profile, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				sim, cfg := around(t, profile), config(t, profile)
				sim.Ambient = rapid.Float64Range(-10, 60).Draw(rt, "ambient")
				sim.Supply = rapid.Float64Range(4.25, 5.75).Draw(rt, "supply")
				sim.Low = rapid.Bool().Draw(rt, "low")
				b := mount(t, sim, cfg, pictures(sim.Model.Dots).Draw(rt, "picture"))
				res, err := b.print(t)
				if err != nil || res.Outcome != paper.Printed || !b.Off() || len(b.Notes()) > 0 || b.Hottest() > sim.Model.Burns {
					rt.Fatalf("%+v, %v, off %v, notes %q, hottest %.1f", res, err, b.Off(), b.Notes(), b.Hottest())
				}
				if why := differs(b.Picture(), b.pic); why != "" {
					rt.Fatal(why)
				}
			})
		})
	}
}

func TestARowIsLitInAsFewStrobesAsTheSupplyBears(t *testing.T) {
	for _, profile := range thermalhead.Profiles() {
		for black := 1; black <= 384; black += 29 {
			sim := around(t, profile)
			strobes := 0
			sim.OnCall = func(_ int, about string) error {
				if about == "strobes" {
					strobes++
				}
				return nil
			}
			pic := raster.New(sim.Model.Dots, 1)
			for i := range black {
				pic.Blacken(i*7919%sim.Model.Dots, 0)
			}
			b := mount(t, sim, config(t, profile), pic)
			strobes = 0
			res, err := b.print(t)
			if err != nil {
				t.Fatal(err)
			}
			b.sane(t, res)
			most := sim.Model.MaxDots
			if got, want := (strobes-1)/2, (black+most-1)/most; got != want {
				t.Errorf("%s: %d black dots took %d strobes, want %d", profile, black, got, want)
			}
		}
	}
}

func TestTheLengthIsThatOfThePaperFed(t *testing.T) {
	sim := around(t, "seiko-ltp1245")
	b := mount(t, sim, config(t, "seiko-ltp1245"), pattern(sim.Model.Dots, 120))
	res, err := b.print(t)
	if err != nil {
		t.Fatal(err)
	}
	fed := float64(b.Steps()) / 2 / 203 * 25.4
	if float64(res.Length) < fed || float64(res.Length) > fed+1 {
		t.Errorf("length %d mm, %.2f mm were fed", res.Length, fed)
	}
	if want := 2 + 120/8 + 12; res.Length < want || res.Length > want+2 {
		t.Errorf("length %d mm, want about %d", res.Length, want)
	}
}

func TestPrintingIsNotMuchSlowerThanTheMotor(t *testing.T) {
	sim := around(t, "seiko-ltp1245")
	b := mount(t, sim, config(t, "seiko-ltp1245"), pattern(sim.Model.Dots, 6))
	pic := raster.New(sim.Model.Dots, 800) // a slip of 100 mm with a stroke on every row
	for y := range pic.Height {
		for x := range 40 {
			pic.Blacken(x*9, y)
		}
	}
	b.pic = pic
	begun := b.Now()
	if _, err := b.print(t); err != nil {
		t.Fatal(err)
	}
	if took := b.Now() - begun; took > 6*time.Second {
		t.Errorf("800 rows took %v", took)
	}
}

func TestTwoSlipsDoNotTouch(t *testing.T) {
	sim := around(t, "fujitsu-ftp638")
	b := mount(t, sim, config(t, "fujitsu-ftp638"), pattern(sim.Model.Dots, 24))
	for range 2 {
		if res, err := b.print(t); err != nil || res.Outcome != paper.Printed {
			t.Fatalf("%+v, %v", res, err)
		}
	}
	b.sane(t, paper.Result{})
	pic := b.Picture()
	rows := 0
	for y := range pic.Height {
		for _, bits := range pic.Row(y) {
			if bits != 0 {
				rows++
				break
			}
		}
	}
	if want := 2 * 20; rows != want {
		t.Errorf("%d rows that are not white, want %d", rows, want)
	}
	if pic.Height < 24*2+12*8 {
		t.Errorf("%d rows for two slips: the second begins before the first was fed out", pic.Height)
	}
}

func TestTheMotorSlowsDownBeforeItStops(t *testing.T) {
	for _, profile := range thermalhead.Profiles() {
		sim := around(t, profile)
		b := mount(t, sim, config(t, profile), pattern(sim.Model.Dots, 60))
		res, err := b.print(t)
		if err != nil {
			t.Fatal(err)
		}
		b.sane(t, res)
		if last := b.Speed(); last > sim.Model.Start {
			t.Errorf("%s: the last half-step came at %.0f a second, the motor stops well from %.0f", profile, last, sim.Model.Start)
		}
	}
}

func TestAHeadThatChangesItsTemperatureBurnsNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		profile := rapid.SampledFrom(thermalhead.Profiles()).Draw(rt, "profile")
		sim, cfg := around(t, profile), config(t, profile)
		from, to := rapid.Float64Range(-10, 60).Draw(rt, "from"), rapid.Float64Range(-10, 60).Draw(rt, "to")
		sim.Ambient = from
		pic := raster.New(sim.Model.Dots, 24)
		for y := range pic.Height {
			for x := range 60 {
				pic.Blacken(x*6, y)
			}
		}
		var b *bench
		row := 0
		sim.OnCall = func(_ int, about string) error {
			if about == "sensors" && b != nil {
				row++
				b.SetCelsius(from + (to-from)*float64(min(row, 60))/60)
			}
			return nil
		}
		b = mount(t, sim, cfg, pic)
		if res, err := b.print(t); err != nil || b.Hottest() > sim.Model.Burns || !b.Off() {
			rt.Fatalf("%+v, %v, hottest %.1f", res, err, b.Hottest())
		}
	})
}

func TestAMechanismWithLowActiveLinesIsDrivenAlike(t *testing.T) {
	sim := around(t, "fujitsu-ftp628")
	sim.Low = true
	b := mount(t, sim, config(t, "fujitsu-ftp628"), pattern(sim.Model.Dots, 60))
	res, err := b.print(t)
	if err != nil {
		t.Fatal(err)
	}
	b.honest(t, res)
	b.sane(t, res)
}

func TestTheReportTellsHowExactlyStrobesEnded(t *testing.T) {
	sim := around(t, "seiko-ltp1245")
	sim.Delay = func(n int) time.Duration { return time.Duration(n%7) * 10 * time.Microsecond }
	b := mount(t, sim, config(t, "seiko-ltp1245"), pattern(sim.Model.Dots, 60))
	if _, err := b.print(t); err != nil {
		t.Fatal(err)
	}
	r := b.head.Report()
	if r.Strobes.Max < 60*time.Microsecond || r.Strobes.Max > 80*time.Microsecond || r.Lines < 60 || r.Drops != 0 {
		t.Errorf("%+v", r)
	}
	sum := 0
	for _, n := range r.Strobes.Counts {
		sum += n
	}
	if sum < 60 || len(r.Strobes.Counts) != len(r.Strobes.Bounds())+1 {
		t.Errorf("%d strobes counted in %v", sum, r.Strobes)
	}
	if r.Celsius < 20 || r.Celsius > 40 || r.Volts < 4.9 || r.Volts > 5.1 {
		t.Errorf("%.1f °C, %.2f V", r.Celsius, r.Volts)
	}
}
