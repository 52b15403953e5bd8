package escpos_test

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.org/totem/hw/printer/escpos"
	"example.org/totem/internal/fault"
	"example.org/totem/internal/papersim"
	"example.org/totem/paper"
)

// changed returns a built-in profile with some of its words changed: pairs of old and new.
func changed(t testing.TB, name string, pairs ...string) escpos.Profile {
	t.Helper()
	file, err := os.ReadFile("profiles/" + name + ".toml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := escpos.ParseProfile(name, []byte(strings.NewReplacer(pairs...).Replace(string(file))))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func wholeSlips(sim *papersim.Printer, want papersim.Slip) int {
	n := 0
	for _, s := range sim.Slips() {
		if bytes.Equal(s.Image.Pix, want.Image.Pix) {
			n++
		}
	}
	return n
}

func TestASlipIsConfirmedByTheBestMeansThatThePrinterHas(t *testing.T) {
	drain := changed(t, "generic-80", "fence = true", "fence = false", "slices = true", "slices = false")
	slices := changed(t, "generic-80", "fence = true", "fence = false")
	for name, c := range map[string]struct {
		profile escpos.Profile
		sim     papersim.Config
		want    paper.Result
	}{
		"process id":                        {profile(t, "epson-tm-t20"), papersim.Config{}, paper.Result{Outcome: paper.Printed, Level: paper.ByProcessID}},
		"process id unknown to the printer": {profile(t, "epson-tm-t20"), papersim.Config{NoProcessID: true}, paper.Result{Outcome: paper.Printed, Level: paper.ByFence}},
		"fence":                             {profile(t, "generic-80"), papersim.Config{NoProcessID: true}, paper.Result{Outcome: paper.Printed, Level: paper.ByFence}},
		"fence unknown to the printer":      {profile(t, "generic-80"), papersim.Config{NoFence: true}, paper.Result{Outcome: paper.Unknown}},
		"slices":                            {slices, papersim.Config{NoProcessID: true}, paper.Result{Outcome: paper.Printed, Level: paper.BySlices}},
		"drain":                             {drain, papersim.Config{NoFence: true}, paper.Result{Outcome: paper.Printed, Level: paper.ByDrain}},
		"a roll nearly used up":             {profile(t, "epson-tm-t20"), papersim.Config{PaperDots: 1500}, paper.Result{Outcome: paper.Printed, Level: paper.ByProcessID, Status: paper.NearEnd}},
		"no wire back":                      {profile(t, "write-only-80"), papersim.Config{Mute: true}, paper.Result{Outcome: paper.Unknown}},
		"mute, though it should answer":     {profile(t, "generic-80"), papersim.Config{Mute: true}, paper.Result{Outcome: paper.NotPrinted, Status: paper.Silent}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWire(c.sim, -1)
				p := open(t, c.profile, w)
				defer p.Close()
				got, err := p.Print(t.Context(), slip(t, "it"))
				if (got.Length > 100) != (got.Outcome != paper.NotPrinted) {
					t.Errorf("%s, and it took %d mm", got.Outcome, got.Length)
				}
				if got.Length = 0; got != c.want {
					t.Errorf("got %+v, want %+v (%v)", got, c.want, err)
				}
				if (err == nil) != (got.Outcome == paper.Printed) {
					t.Errorf("outcome %s with error %v", got.Outcome, err)
				}
				wantSlips := 1
				if c.want.Outcome == paper.NotPrinted {
					wantSlips = 0
				}
				if n := len(w.sim.Slips()); n != wantSlips {
					t.Errorf("%d slips came out, want %d", n, wantSlips)
				}
			})
		})
	}
}

func TestSlipAfterSlipIsConfirmed(t *testing.T) {
	for _, name := range []string{"epson-tm-t20", "generic-80"} {
		synctest.Test(t, func(t *testing.T) {
			w := newWire(papersim.Config{}, -1)
			p := open(t, profile(t, name), w)
			defer p.Close()
			for i := range 5 {
				if got, err := p.Print(t.Context(), slip(t, "it")); got.Outcome != paper.Printed {
					t.Fatalf("slip %d: %+v, %v", i, got, err)
				}
			}
			if n := wholeSlips(w.sim, printed(t, encode(t, profile(t, name), slip(t, "it")))); n != 5 {
				t.Errorf("%d whole slips, want 5", n)
			}
		})
	}
}

func TestAPrinterThatIsNotReadyIsSentNothing(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*papersim.Printer)
		want  paper.Status
	}{
		"cover open": {(*papersim.Printer).OpenCover, paper.Offline | paper.CoverOpen},
		"no paper":   {func(s *papersim.Printer) { s.EndPaperAfter(0) }, paper.Offline | paper.PaperEnd | paper.NearEnd},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWire(papersim.Config{}, -1)
				c.spoil(w.sim)
				p := open(t, profile(t, "epson-tm-t20"), w)
				defer p.Close()
				if got := p.Status(t.Context()); got != c.want {
					t.Errorf("status %s, want %s", got, c.want)
				}
				got, err := p.Print(t.Context(), slip(t, "it"))
				if got != (paper.Result{Outcome: paper.NotPrinted, Status: c.want}) || fault.Of(err).Code != fault.CodePrinterState {
					t.Errorf("%+v, %v", got, err)
				}
				w.sim.CloseCover()
				w.sim.LoadPaper()
				if _, printed := w.sim.Hanging(); printed || len(w.sim.Slips()) > 0 {
					t.Error("something came out afterwards")
				}
			})
		})
	}
}

// The line may be lost at any byte: what is said of the slip is true.
func TestTheLineMayBeLostAnywhere(t *testing.T) {
	model := profile(t, "epson-tm-t20")
	want := printed(t, encode(t, model, slip(t, "it")))
	total := len(want.Bytes) + 40
	for n := 12; n < total; n += 23 {
		synctest.Test(t, func(t *testing.T) {
			w := newWire(papersim.Config{}, n)
			p := open(t, model, w)
			defer p.Close()
			got, err := p.Print(t.Context(), slip(t, "it"))
			whole := wholeSlips(w.sim, want) == 1
			_, some := w.sim.Hanging()
			switch got.Outcome {
			case paper.Printed:
				if !whole {
					t.Fatalf("lost after %d bytes: printed, but no whole slip", n)
				}
			case paper.NotPrinted:
				if whole || some {
					t.Fatalf("lost after %d bytes: not printed, but something is on paper", n)
				}
			}
			if got.Outcome != paper.Printed && fault.Of(err).Code != fault.CodePrinterLost {
				t.Fatalf("lost after %d bytes: %v", n, err)
			}
		})
	}
}

func TestALostLineIsOpenedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lines := []*wire{newWire(papersim.Config{}, 100), newWire(papersim.Config{}, -1)}
		dials := 0
		p, err := escpos.Open(escpos.Config{Profile: profile(t, "epson-tm-t20"), Dial: func() (escpos.Line, error) {
			dials++
			switch dials {
			case 1:
				return lines[0], nil
			case 2:
				return nil, os.ErrNotExist
			}
			return lines[1], nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		if got, _ := p.Print(t.Context(), slip(t, "it")); got.Outcome == paper.Printed {
			t.Fatalf("%+v", got)
		}
		if s := p.Status(t.Context()); s != paper.Silent {
			t.Errorf("while it is away: %s", s)
		}
		if s := p.Status(t.Context()); !s.Ready() {
			t.Errorf("when it is back: %s", s)
		}
		if got, err := p.Print(t.Context(), slip(t, "it")); got.Outcome != paper.Printed {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestAStoppedLineIsStillAskedAndNeverWaitedForWithoutEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWire(papersim.Config{}, -1)
		p := open(t, profile(t, "epson-tm-t20"), w)
		defer p.Close()
		w.stopped = true
		w.sim.OpenCover()
		start := time.Now()
		if s := p.Status(t.Context()); !s.Has(paper.CoverOpen) {
			t.Errorf("status %s, want cover-open past the stopped line", s)
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("a status took %s", took)
		}
		w.sim.CloseCover()
		got, err := p.Print(t.Context(), slip(t, "it"))
		if got.Outcome != paper.NotPrinted || err == nil {
			t.Errorf("%+v, %v", got, err)
		}
		if took := time.Since(start); took > 15*time.Second {
			t.Errorf("a slip on a stopped line took %s", took)
		}
	})
}

func TestAStuckCutterLeavesASlipUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWire(papersim.Config{}, -1)
		p := open(t, profile(t, "generic-80"), w)
		defer p.Close()
		w.sim.BreakCutter()
		got, err := p.Print(t.Context(), slip(t, "it"))
		if got.Outcome != paper.Unknown || err == nil {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestAnUnfitConfigurationIsRefused(t *testing.T) {
	if _, err := escpos.New(escpos.Config{}); err == nil {
		t.Error("a printer without a profile")
	}
	if _, err := escpos.New(escpos.Config{Profile: profile(t, "generic-80")}); err == nil {
		t.Error("a printer without a line")
	}
	if _, err := escpos.New(escpos.Config{Profile: profile(t, "generic-80"), Path: "/dev/null", Flow: "psychic"}); err == nil {
		t.Error("an unknown flow control")
	}
	_, err := escpos.Open(escpos.Config{Profile: profile(t, "generic-80"), Path: t.TempDir() + "/none"})
	if fault.Of(err).Code != fault.CodePrinterOpen || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a path that does not exist: %v", err)
	}
	if remedy := fault.Of(err).Remedy; !strings.Contains(remedy, "/dev/serial/by-id") {
		t.Errorf("remedy %q", remedy)
	}
}
