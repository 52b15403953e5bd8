package escpos_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"example.org/totem/hw/printer"
	"example.org/totem/hw/printer/escpos"
	"example.org/totem/internal/fault"
	"example.org/totem/internal/papersim"
	"example.org/totem/paper"
	"example.org/totem/ticket"
)

var _ printer.Device = (*escpos.Printer)(nil)

// These tests run the real line: tarm/serial and the control descriptor on a pseudo-terminal, with a simulated printer
// at its other end. Time is real here, so they are few; what must hold anywhere is tested in memory.

func onPTY(t *testing.T, cfg papersim.Config, line papersim.Line) *papersim.PTY {
	t.Helper()
	sim, err := papersim.OnPTY(cfg, line)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close() })
	return sim
}

// calm is a patience with a printer that holds on a busy machine, and on one whose processor is emulated.
var calm = escpos.Limits{Answer: 3 * time.Second, Stall: 6 * time.Second, Slip: 6 * time.Second}

func openPath(t *testing.T, path string, flow escpos.Flow) *escpos.Printer {
	t.Helper()
	p, err := escpos.Open(escpos.Config{Profile: profile(t, "epson-tm-t20"), Path: path, Baud: 115200, Flow: flow, Limits: calm})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
		if err := p.Close(); err != nil {
			t.Error("closed twice:", err)
		}
	})
	return p
}

func TestASlipGoesThroughATerminalUnchanged(t *testing.T) {
	for _, flow := range []escpos.Flow{escpos.FlowNone, escpos.FlowXON} {
		sim := onPTY(t, papersim.Config{}, papersim.Line{Baud: 115200})
		p := openPath(t, sim.Path, flow)
		got, err := p.Print(t.Context(), slip(t, "it"))
		if got.Outcome != paper.Printed || got.Level != paper.ByProcessID || got.Length < 90 {
			t.Fatalf("%+v, %v", got, err)
		}
		if wholeSlips(sim.Printer, printed(t, encode(t, profile(t, "epson-tm-t20"), slip(t, "it")))) != 1 {
			t.Errorf("the slip came out otherwise:\n%s", papersim.Listing(sim.Received()))
		}
	}
}

func TestAMutePrinterIsSilent(t *testing.T) {
	sim := onPTY(t, papersim.Config{Mute: true}, papersim.Line{})
	p := openPath(t, sim.Path, escpos.FlowNone)
	start := time.Now()
	got, err := p.Print(t.Context(), slip(t, "it"))
	if got != (paper.Result{Outcome: paper.NotPrinted, Status: paper.Silent}) || fault.Of(err).Code != fault.CodePrinterMute {
		t.Errorf("%+v, %v", got, err)
	}
	if took := time.Since(start); took > time.Minute {
		t.Errorf("it took %s", took)
	}
	if len(sim.Slips()) > 0 {
		t.Error("a slip came out")
	}
}

func TestACableMayBePulledMidSlip(t *testing.T) {
	for _, bytes := range []int{12, 40, 300} {
		sim := onPTY(t, papersim.Config{}, papersim.Line{Baud: 115200, HangUpAfter: bytes})
		p := openPath(t, sim.Path, escpos.FlowNone)
		got, err := p.Print(t.Context(), slip(t, "it"))
		if got.Outcome == paper.Printed || fault.Of(err).Code != fault.CodePrinterLost {
			t.Errorf("pulled after %d bytes: %+v, %v", bytes, got, err)
		}
		if s := p.Status(t.Context()); !s.Has(paper.Silent) {
			t.Errorf("pulled after %d bytes: then %s", bytes, s)
		}
	}
}

func TestALineIsGivenBack(t *testing.T) {
	sim := onPTY(t, papersim.Config{}, papersim.Line{})
	for range 3 {
		p := openPath(t, sim.Path, escpos.FlowNone)
		if s := p.Status(t.Context()); !s.Ready() {
			t.Fatalf("status %s", s)
		}
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if os.Getuid() == 0 {
		return // root opens what is taken
	}
	openPath(t, sim.Path, escpos.FlowNone)
	if _, err := escpos.Open(escpos.Config{Profile: profile(t, "generic-80"), Path: sim.Path}); fault.Of(err).Code != fault.CodePrinterOpen {
		t.Errorf("a second opening: %v", err)
	}
}

// desk is a journal with one job and a note of how it ended.
type desk struct {
	jobs  []ticket.Job
	ended chan paper.Result
}

func (d *desk) NextJob(context.Context) (ticket.Job, bool, error) {
	if len(d.jobs) == 0 {
		return ticket.Job{}, false, nil
	}
	return d.jobs[0], true, nil
}

func (d *desk) JobSending(context.Context, int64) error { return nil }

func (d *desk) Roll(context.Context) (paper.Roll, error) { return paper.Roll{}, nil }

func (d *desk) KeepRoll(context.Context, paper.Roll) error { return nil }

func (d *desk) JobEnded(_ context.Context, _ int64, r paper.Result) error {
	d.jobs = d.jobs[1:]
	d.ended <- r
	return nil
}

func TestTheDriverPrintsOnARealLine(t *testing.T) {
	sim := onPTY(t, papersim.Config{}, papersim.Line{Baud: 115200})
	journal := &desk{
		jobs: []ticket.Job{
			{ID: 1, State: paper.JobQueued, Slip: slip(t, "it")},
			{ID: 2, State: paper.JobQueued, Copy: true, Slip: slip(t, "en")},
		},
		ended: make(chan paper.Result, 2),
	}
	d, err := printer.New(printer.Config{Device: openPath(t, sim.Path, escpos.FlowNone), Journal: journal, Wake: make(chan struct{})})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.Run(ctx)
	}()
	for range 2 {
		if r := <-journal.ended; r.Outcome != paper.Printed || r.Level != paper.ByProcessID {
			t.Errorf("%+v", r)
		}
	}
	cancel()
	<-done
	list := papersim.Listing(sim.Received())
	if strings.Count(list, `text "COPY`) != 1 || strings.Count(list, `text "COPIA`) != 0 {
		t.Errorf("want the second slip, and only that, marked as a copy:\n%s", list)
	}
}
