package escpos_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"example.org/totem/hw/printer/escpos"
	"example.org/totem/internal/fault"
	"example.org/totem/internal/papersim"
	"example.org/totem/paper"
	"example.org/totem/ticket"
)

// short is a slip without what makes it long.
func short(t testing.TB) ticket.Slip {
	t.Helper()
	s := slip(t, "it")
	s.Lines = slices.DeleteFunc(s.Lines, func(l ticket.Line) bool {
		return l.Role == ticket.RoleQR || l.Role == ticket.RoleSentence || l.Role == ticket.RolePlace
	})
	return s
}

// paced returns a simulated printer on a line of that speed, and the printer as the totem sees it.
func paced(t *testing.T, baud int) (*papersim.PTY, *escpos.Printer) {
	t.Helper()
	sim := onPTY(t, papersim.Config{}, papersim.Line{Baud: baud})
	p, err := escpos.Open(escpos.Config{Profile: profile(t, "epson-tm-t20"), Path: sim.Path, Baud: baud, Limits: calm})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return sim, p
}

func TestASlipIsConfirmedHoweverSlowItsLine(t *testing.T) {
	for _, baud := range []int{1200, 2400, 9600, 115200} {
		t.Run(fmt.Sprint(baud), func(t *testing.T) {
			t.Parallel()
			sim, p := paced(t, baud)
			if s := p.Status(t.Context()); !s.Ready() {
				t.Fatalf("status %s", s)
			}
			s := short(t)
			got, err := p.Print(t.Context(), s)
			if got.Outcome != paper.Printed || got.Level != paper.ByProcessID || got.Length < 90 {
				t.Errorf("%+v, %v", got, err)
			}
			if n := wholeSlips(sim.Printer, printed(t, encode(t, profile(t, "epson-tm-t20"), s))); n != 1 {
				t.Errorf("%d whole slips", n)
			}
		})
	}
}

func TestPaperThatEndsOnASlowLineIsFoundOut(t *testing.T) {
	t.Parallel()
	sim, p := paced(t, 1200)
	sim.EndPaperAfter(60)
	start := time.Now()
	got, err := p.Print(t.Context(), short(t))
	if got.Outcome == paper.Printed || !got.Status.Has(paper.PaperEnd) || fault.Of(err).Code != fault.CodePrinterState {
		t.Errorf("%+v, %v", got, err)
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("it took %s", took)
	}
	sim.LoadPaper()
	if n := len(sim.Slips()); n != 0 {
		t.Errorf("%d slips came out", n)
	}
}

func TestAPrinterThatIsLostToSilenceMidSlipIsToldAsSuch(t *testing.T) {
	t.Parallel()
	sim, p := paced(t, 9600)
	if s := p.Status(t.Context()); !s.Ready() {
		t.Fatalf("status %s", s)
	}
	sim.Mute(true)
	got, err := p.Print(t.Context(), short(t))
	if got.Outcome != paper.Unknown || fault.Of(err).Code != fault.CodePrinterMute {
		t.Errorf("%+v, %v", got, err)
	}
}
