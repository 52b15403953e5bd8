package thermalhead_test

import (
	"runtime"
	"sync"
	"testing"
	"time"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/spi"

	"example.org/totem/hw/printer/raster"
	"example.org/totem/hw/printer/thermalhead"
	"example.org/totem/internal/fault"
	"example.org/totem/internal/headsim"
	"example.org/totem/paper"
	"example.org/totem/ticket"
)

// tied is a mechanism whose time is the real one, for a head on the real clock and its guard's thread.
type tied struct {
	sync.Mutex
	m     *headsim.Mechanism
	start time.Time
}

// do has f done at the moment that it is, and lets it take as long as the mechanism says: a mechanism whose time ran ahead of the
// real one would light its dots for less than the head did.
func (r *tied) do(f func() error) error {
	r.Lock()
	defer r.Unlock()
	r.m.Until(time.Since(r.start))
	err := f()
	for until := r.m.Now(); time.Since(r.start) < until; {
		runtime.Gosched()
	}
	return err
}

type tiedGroup struct {
	r *tied
	headsim.Group
}

func (g tiedGroup) Out(value, mask gpio.GPIOValue) error {
	return g.r.do(func() error { return g.Group.Out(value, mask) })
}

func (g tiedGroup) Read(mask gpio.GPIOValue) (value gpio.GPIOValue, err error) {
	err = g.r.do(func() error { value, err = g.Group.Read(mask); return err })
	return value, err
}

type tiedPin struct {
	r *tied
	gpio.PinOut
}

func (p tiedPin) Out(l gpio.Level) error { return p.r.do(func() error { return p.PinOut.Out(l) }) }

type tiedConn struct {
	r *tied
	spi.Conn
}

func (c tiedConn) Tx(w, r []byte) error { return c.r.do(func() error { return c.Conn.Tx(w, r) }) }

func TestInRealTimeASlipIsPrintedOrStoppedForBeingLate(t *testing.T) {
	sim, cfg := around(t, "fujitsu-ftp628"), config(t, "fujitsu-ftp628")
	pic := pattern(sim.Model.Dots, 24)
	cfg.Draw = func(ticket.Slip, raster.Format) (raster.Picture, error) { return pic, nil }
	cfg.Late, cfg.Priority = 500*time.Microsecond, 20
	r := &tied{m: headsim.New(sim), start: time.Now()}
	head, err := thermalhead.New(thermalhead.Parts{
		Data: tiedConn{r, r.m.Data()}, Latch: tiedPin{r, r.m.Latch()}, Strobes: tiedGroup{r, r.m.Strobes()},
		Phases: tiedGroup{r, r.m.Phases()}, Motor: tiedPin{r, r.m.Motor()}, Sensors: tiedGroup{r, r.m.Sensors()},
		Senses: &thermalhead.ADC{Conn: tiedConn{r, r.m.Converter()}, Profile: cfg.Profile, Supply: 1,
			Pull: headsim.Pull, Reference: headsim.Reference, Divider: headsim.Divider},
	}, cfg)
	if err != nil {
		t.Fatal(err)
	}
	res, err := head.Print(t.Context(), ticket.Slip{})
	report := head.Report()
	t.Logf("%+v, %v, %d drops, notes %q\nstrobes %v\nsteps %v\n%s", res, err, report.Drops, r.m.Notes(), report.Strobes, report.Steps, report.RealTime)
	if err := head.Close(); err != nil {
		t.Error(err)
	}
	if !r.m.Off() {
		t.Error("something is still on")
	}
	if err != nil && fault.Of(err).Code != fault.CodePrinterLate {
		t.Fatal(err)
	}
	if res.Outcome == paper.Printed {
		if why := differs(r.m.Picture(), pic); why != "" {
			t.Error(why)
		}
	}
}
