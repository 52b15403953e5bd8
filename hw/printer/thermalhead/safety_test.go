package thermalhead_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.org/totem/hw/printer/raster"
	"example.org/totem/hw/printer/thermalhead"
	"example.org/totem/internal/fault"
	"example.org/totem/internal/headsim"
	"example.org/totem/paper"
	"example.org/totem/ticket"
)

// trouble is a slip on a mechanism to which something happens at its n-th call.
type trouble struct {
	profile string
	happens func(b *bench, n int, about string) error
}

// slip is short, but has every kind of call in it.
func (tr trouble) slip(t *testing.T) *bench {
	t.Helper()
	sim, cfg := around(t, tr.profile), config(t, tr.profile)
	sim.OneShot = 15 * time.Millisecond
	var b *bench
	sim.OnCall = func(n int, about string) error {
		if b == nil || tr.happens == nil {
			return nil
		}
		return tr.happens(b, n, about)
	}
	pic := raster.New(sim.Model.Dots, 10)
	for y := 1; y < pic.Height; y++ {
		for x := range 100 {
			pic.Blacken(x*3, y)
		}
	}
	made := mount(t, sim, cfg, pic)
	b = made
	return made
}

// atEvery runs a slip for each call that a slip without trouble makes of something ("" for all), with trouble at that call.
func atEvery(t *testing.T, about string, happens func(b *bench) error, check func(b *bench, res paper.Result, err error)) {
	t.Helper()
	profiles := []string{"seiko-ltp1245", "fujitsu-ftp638"}
	if about == "" {
		profiles = profiles[:1] // there are many calls
	}
	for _, profile := range profiles {
		calls := 0
		counted := func(_ *bench, _ int, what string) error {
			if about == "" || what == about {
				calls++
			}
			return nil
		}
		whole := trouble{profile, counted}.slip(t)
		if res, err := whole.print(t); err != nil || res.Outcome != paper.Printed || calls < 20 {
			t.Fatalf("without trouble: %+v, %v, %d calls", res, err, calls)
		}
		for at := 1; at <= calls; at++ {
			n := 0
			b := trouble{profile, func(b *bench, _ int, what string) error {
				if about != "" && what != about {
					return nil
				}
				if n++; n != at {
					return nil
				}
				return happens(b)
			}}.slip(t)
			res, err := b.print(t)
			b.honest(t, res)
			check(b, res, err)
			if t.Failed() {
				t.Fatalf("%s, call %d of %d: %+v, %v", profile, at, calls, res, err)
			}
		}
	}
}

var errPin = errors.New("input/output error")

func TestALineThatFailsOnceAtAnyCallLeavesAllOffAndTheOutcomeTrue(t *testing.T) {
	atEvery(t, "", func(*bench) error { return errPin }, func(b *bench, res paper.Result, err error) {
		b.sane(t, res)
		if res.Outcome != paper.Printed && (!errors.Is(err, errPin) || fault.Of(err).Code != fault.CodePrinterLost) {
			t.Errorf("the error is %v", err)
		}
		if res.Outcome != paper.Printed && res.Status&paper.Silent == 0 {
			t.Errorf("status %v of a line that failed", res.Status)
		}
	})
}

func TestWhenAllLinesDieNobodyCallsItOffAndTheBoardEndsTheStrobe(t *testing.T) {
	dead := false
	for _, at := range []int{1, 5, 50, 100, 160, 170, 171, 172, 173, 174, 175, 180, 200, 250, 300} {
		n := 0
		dead = false
		b := trouble{"seiko-ltp1245", func(*bench, int, string) error {
			if n++; n >= at {
				dead = true
			}
			if dead {
				return errPin
			}
			return nil
		}}.slip(t)
		res, err := b.print(t)
		b.honest(t, res)
		b.Until(b.Now() + time.Second)
		if b.Longest() > 15*time.Millisecond {
			t.Errorf("call %d: a strobe lasted %v", at, b.Longest())
		}
		if !dead {
			continue
		}
		if err == nil || !res.Status.Has(paper.Unrecoverable) && !b.Off() {
			t.Errorf("call %d: %+v, %v, and something is still on", at, res, err)
		}
		dead, n = false, -1<<30 // the cable is plugged in again
		if s := b.head.Status(t.Context()); !s.Ready() || !b.Off() {
			t.Errorf("call %d: with live lines again: %v, off %v", at, s, b.Off())
		}
	}
}

func TestAStrobeThatSticksHeatsNothing(t *testing.T) {
	stuck, strobes := false, 0
	b := trouble{"seiko-ltp1245", func(_ *bench, _ int, about string) error {
		if about == "strobes" {
			strobes++
			stuck = stuck || strobes == 6 // lit, and not to be switched off
		}
		if stuck && about == "strobes" {
			return errPin
		}
		return nil
	}}.slip(t)
	res, err := b.print(t)
	b.Until(b.Now() + time.Second)
	if res.Outcome != paper.Unknown || !res.Status.Has(paper.Unrecoverable) || err == nil {
		t.Errorf("%+v, %v", res, err)
	}
	if b.Hottest() > b.Model().Burns {
		t.Errorf("a dot had %.0f °C", b.Hottest())
	}
}

func TestASlipThatIsCalledOffAtAnyLineStopsThere(t *testing.T) {
	ctx, cancel := context.Context(nil), context.CancelFunc(nil)
	for at := 1; at <= 120; at++ {
		n := 0
		b := trouble{"seiko-ltp1245", func(_ *bench, _ int, about string) error {
			if about == "sensors" {
				if n++; n == at {
					cancel()
				}
			}
			return nil
		}}.slip(t)
		ctx, cancel = context.WithCancel(t.Context())
		res, err := b.head.Print(ctx, ticket.Slip{})
		b.honest(t, res)
		b.sane(t, res)
		if n >= at && res.Outcome != paper.Printed && (!errors.Is(err, context.Canceled) || fault.Of(err).Code != fault.CodeStopped) {
			t.Errorf("line %d: %v", at, err)
		}
		if res.Outcome == paper.Printed && at < n {
			t.Errorf("line %d: printed all the same", at)
		}
		cancel()
	}
}

func TestPaperThatEndsAtAnyLineStopsTheHead(t *testing.T) {
	atEvery(t, "sensors", func(b *bench) error { b.SetPaper(false); return nil }, func(b *bench, res paper.Result, err error) {
		b.sane(t, res)
		if res.Status&paper.PaperEnd == 0 || res.Outcome != paper.Printed && fault.Of(err).Code != fault.CodePrinterState {
			t.Errorf("%+v, %v", res, err)
		}
	})
}

func TestAHeadThatIsLiftedAtAnyLineStops(t *testing.T) {
	atEvery(t, "sensors", func(b *bench) error { b.SetDown(false); return nil }, func(b *bench, res paper.Result, err error) {
		b.sane(t, res)
		if res.Status&paper.CoverOpen == 0 || res.Outcome != paper.Printed && fault.Of(err).Code != fault.CodePrinterState {
			t.Errorf("%+v, %v", res, err)
		}
	})
}

func TestAReaderThatPanicsAtAnyCallLeavesAllOff(t *testing.T) {
	for _, about := range []string{"sensors", "converter", "data"} {
		for at := 1; ; at++ {
			n := 0
			b := trouble{"fujitsu-ftp628", func(_ *bench, _ int, what string) error {
				if what == about {
					if n++; n == at {
						panic("a defect")
					}
				}
				return nil
			}}.slip(t)
			panicked := func() (p bool) {
				defer func() { p = recover() != nil }()
				_, _ = b.print(t)
				return false
			}()
			b.sane(t, paper.Result{})
			if !panicked {
				break
			}
			if s := b.head.Status(t.Context()); s != 0 {
				t.Fatalf("%s %d: the head is %v afterwards", about, at, s)
			}
		}
	}
}

func TestALoopThatIsLateLosesItsStrobeToTheGuardAndStops(t *testing.T) {
	for _, delay := range []time.Duration{250 * time.Microsecond, 2 * time.Millisecond, time.Second} {
		stopped := 0
		for at := 1; at <= 90; at++ {
			var m *headsim.Mechanism
			sim, cfg := around(t, "seiko-ltp1245"), config(t, "seiko-ltp1245")
			sim.Delay = func(n int) time.Duration {
				if n == at {
					return delay
				}
				return 0
			}
			b := mount(t, sim, cfg, pattern(sim.Model.Dots, 12))
			m = b.Mechanism
			res, err := b.print(t)
			b.sane(t, res)
			b.honest(t, res)
			if m.Longest() > 3700*time.Microsecond {
				t.Errorf("wait %d %v late: a strobe lasted %v", at, delay, m.Longest())
			}
			if res.Outcome == paper.Printed {
				continue
			}
			stopped++
			if fault.Of(err).Code != fault.CodePrinterLate || b.head.Report().Drops != 1 {
				t.Errorf("wait %d %v late: %v, %+v", at, delay, err, b.head.Report())
			}
		}
		if stopped < 20 {
			t.Errorf("%v late: only %d slips stopped", delay, stopped)
		}
	}
}

func TestClosingDuringASlipStopsItAndWaits(t *testing.T) {
	for at := 1; at <= 40; at += 3 {
		synctest.Test(t, func(t *testing.T) {
			n := 0
			closed := make(chan error, 1)
			given := false
			b := trouble{"seiko-ltp1245", func(b *bench, _ int, about string) error {
				if about != "sensors" {
					return nil
				}
				if n++; n == at {
					go func() { closed <- b.head.Close() }()
					synctest.Wait() // it has said that it wants to close, and waits
					given = len(closed) > 0
				}
				return nil
			}}.slip(t)
			res, err := b.print(t)
			if given {
				t.Error("closed while the slip was printed")
			}
			if err := <-closed; err != nil {
				t.Error(err)
			}
			b.sane(t, res)
			b.honest(t, res)
			if res.Outcome == paper.Printed || err == nil {
				t.Errorf("%+v, %v", res, err)
			}
			if err := b.head.Close(); err != nil {
				t.Errorf("closed again: %v", err)
			}
			if s := b.head.Status(t.Context()); s != paper.Silent {
				t.Errorf("a closed head is %v", s)
			}
			if res, _ := b.print(t); res.Outcome != paper.NotPrinted {
				t.Errorf("a closed head: %+v", res)
			}
		})
	}
}

func TestNothingIsTouchedBeforeEverythingIsChecked(t *testing.T) {
	good := config(t, "seiko-ltp1245")
	draw := func(ticket.Slip, raster.Format) (raster.Picture, error) { return raster.Picture{}, nil }
	tests := []struct {
		name   string
		change func(p *thermalhead.Parts, c *thermalhead.Config)
	}{
		{"no profile", func(_ *thermalhead.Parts, c *thermalhead.Config) { c.Profile = thermalhead.Profile{} }},
		{"nobody draws", func(_ *thermalhead.Parts, c *thermalhead.Config) { c.Draw = nil }},
		{"priority", func(_ *thermalhead.Parts, c *thermalhead.Config) { c.Priority = 99 }},
		{"late", func(_ *thermalhead.Parts, c *thermalhead.Config) { c.Late = time.Second }},
		{"cooling", func(_ *thermalhead.Parts, c *thermalhead.Config) { c.Cooling = -1 }},
		{"no register", func(p *thermalhead.Parts, _ *thermalhead.Config) { p.Data = nil }},
		{"no strobes", func(p *thermalhead.Parts, _ *thermalhead.Config) { p.Strobes = nil }},
		{"no motor", func(p *thermalhead.Parts, _ *thermalhead.Config) { p.Motor = nil }},
		{"no sensors", func(p *thermalhead.Parts, _ *thermalhead.Config) { p.Sensors = nil }},
		{"no senses", func(p *thermalhead.Parts, _ *thermalhead.Config) { p.Senses = nil }},
	}
	for _, tt := range tests {
		m := headsim.New(around(t, "seiko-ltp1245"))
		closed := 0
		c := good
		c.Draw, c.Clock = draw, m
		p := parts(m, c.Profile, false)
		p.Close = func() error { closed++; return nil }
		tt.change(&p, &c)
		if _, err := thermalhead.New(p, c); err == nil || m.Calls() != 0 || closed != 1 {
			t.Errorf("%s: %v, %d calls, closed %d times", tt.name, err, m.Calls(), closed)
		}
	}
}

func TestAHeadThatCannotBeSwitchedOffIsNotOpened(t *testing.T) {
	sim := around(t, "seiko-ltp1245")
	sim.OnCall = func(_ int, about string) error {
		if about == "strobes" {
			return errPin
		}
		return nil
	}
	m := headsim.New(sim)
	c := config(t, "seiko-ltp1245")
	c.Clock = m
	c.Draw = func(ticket.Slip, raster.Format) (raster.Picture, error) { return raster.Picture{}, nil }
	_, err := thermalhead.New(parts(m, c.Profile, false), c)
	if fault.Of(err).Code != fault.CodePrinterOpen {
		t.Errorf("%v", err)
	}
}

func TestASlipThatCannotBeDrawnIsNotPrinted(t *testing.T) {
	for name, pic := range map[string]raster.Picture{
		"white": raster.New(384, 20), "empty": {Width: 384}, "narrow": pattern(376, 20), "cut short": {Width: 384, Height: 2, Bits: []byte{1}},
	} {
		b := trouble{profile: "seiko-ltp1245"}.slip(t)
		b.pic = pic
		res, err := b.print(t)
		if res.Outcome != paper.NotPrinted || err == nil || !strings.HasPrefix(err.Error(), "draw a slip") || b.Steps() != 0 {
			t.Errorf("%s: %+v, %v", name, res, err)
		}
	}
}
