package escpos_test

import (
	"bytes"
	"context"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"example.org/totem/hw/printer"
	"example.org/totem/hw/printer/escpos"
	"example.org/totem/internal/fault"
	"example.org/totem/paper"
)

var (
	_ printer.Alerter   = (*escpos.Printer)(nil)
	_ printer.Presenter = (*escpos.Printer)(nil)
)

// byName returns the rig of that profile.
func byName(t testing.TB, name string) rig {
	t.Helper()
	for _, r := range rigs(t) {
		if r.profile.Name == name {
			return r
		}
	}
	t.Fatalf("no rig of profile %s", name)
	return rig{}
}

func TestAPrinterThatTellsByItselfIsHeardAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := byName(t, "epson-tm-t20")
		r.cfg.XOFFWithStatus = true
		s := r.open(t)
		defer s.p.Close()
		if st := s.p.Status(t.Context()); !st.Ready() {
			t.Fatal(st)
		}
		alert(t, s.p) // how it is at the start
		s.OpenCover()
		alert(t, s.p)
		asked := len(s.Received())
		if st := s.p.Status(t.Context()); !st.Has(paper.CoverOpen) {
			t.Error(st)
		}
		if len(s.Received()) != asked {
			t.Error("it was asked, though it had just told")
		}
		s.PullCable()
		alert(t, s.p)
		if st := s.p.Status(t.Context()); st != paper.Silent {
			t.Error(st)
		}
	})
}

func TestTroubleThatThePrinterTellsByItselfIsToldAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := byName(t, "epson-tm-t20").open(t)
		defer s.p.Close()
		s.p.Status(t.Context())
		s.left, s.strike = 40, s.OpenCover
		got, err := s.p.Print(t.Context(), tiny())
		if took := time.Since(s.struck); got.Outcome == paper.Printed || !got.Status.Has(paper.CoverOpen) || took > 100*time.Millisecond {
			t.Errorf("%+v (%v) after %s", got, err, took)
		}
	})
}

func alert(t *testing.T, p *escpos.Printer) {
	t.Helper()
	select {
	case <-p.Alerts():
	case <-time.After(time.Second):
		t.Fatal("no alert")
	}
}

func TestASlipThatNobodyTookIsRetracted(t *testing.T) {
	for _, name := range []string{"custom-vkp80iii", "citizen-pmu2300"} {
		synctest.Test(t, func(t *testing.T) {
			s := byName(t, name).open(t)
			defer s.p.Close()
			if err := s.p.Retract(t.Context()); err != nil || len(s.Swallowed()) != 0 {
				t.Errorf("an empty mouth: %v", err)
			}
			got, err := s.p.Print(t.Context(), tiny())
			if got.Outcome != paper.Printed || !s.InMouth() {
				t.Fatalf("%+v, %v, in the mouth: %t", got, err, s.InMouth())
			}
			tells := name == "custom-vkp80iii"
			if st := s.p.Status(t.Context()); st.Has(paper.TicketInMouth) != tells {
				t.Error(st)
			}
			if err := s.p.Retract(t.Context()); err != nil {
				t.Fatal(err)
			}
			<-time.After(2 * time.Second)
			if st := s.p.Status(t.Context()); !st.Ready() || st.Has(paper.TicketInMouth) {
				t.Error(st)
			}
			if len(s.Swallowed()) != 1 || s.InMouth() {
				t.Errorf("%d swallowed, in the mouth: %t", len(s.Swallowed()), s.InMouth())
			}
		})
	}
}

func TestEveryConditionIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		spoil         func(*scene)
		custom, epson paper.Status
	}{
		"cover":   {func(s *scene) { s.OpenCover() }, paper.CoverOpen, paper.CoverOpen},
		"paper":   {func(s *scene) { s.EndPaperAfter(0) }, paper.PaperEnd, paper.PaperEnd},
		"head":    {func(s *scene) { s.HeatHead(true) }, paper.HeadHot, paper.HeadHot},
		"voltage": {func(s *scene) { s.SagVoltage(true) }, paper.VoltageFault, paper.HeadHot},
		"jam":     {func(s *scene) { s.JamPaper() }, paper.Jam, paper.Jam},
		"ruin":    {func(s *scene) { s.Ruin() }, paper.Unrecoverable, paper.Unrecoverable},
	} {
		for _, model := range []string{"custom-vkp80iii", "citizen-pmu2300"} {
			synctest.Test(t, func(t *testing.T) {
				s := byName(t, model).open(t)
				defer s.p.Close()
				c.spoil(s)
				want := c.epson
				if model == "custom-vkp80iii" {
					want = c.custom
				}
				if st := s.p.Status(t.Context()) &^ paper.NearEnd; st != want|paper.Offline {
					t.Errorf("%s of %s: %s, want %s", name, model, st, want|paper.Offline)
				}
			})
		}
	}
}

func TestAnEchoIsNoPrinter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := byName(t, "citizen-pmu2300")
		r.cfg.Mute = true
		s := r.open(t)
		defer s.p.Close()
		s.Echo(true)
		if st := s.p.Status(t.Context()); st != paper.Silent {
			t.Error(st)
		}
		got, err := s.p.Print(t.Context(), tiny())
		if got.Outcome != paper.NotPrinted || fault.Of(err).Code != fault.CodePrinterMute {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// An old process may have left half a slip in the printer's buffers.
func TestWhatAnEarlierProcessLeftIsForgotten(t *testing.T) {
	r := byName(t, "epson-tm-t20")
	want, _, _ := r.reference(t, tiny())
	synctest.Test(t, func(t *testing.T) {
		s := r.open(t)
		defer s.p.Close()
		s.HeatHead(true)
		s.Feed(encode(t, r.profile, tiny())[:50])
		s.p.Status(t.Context())
		s.HeatHead(false)
		if got, err := s.p.Print(t.Context(), tiny()); got.Outcome != paper.Printed {
			t.Fatalf("%+v, %v", got, err)
		}
		cut, _ := s.pieces()
		if whole, _ := s.count(want); whole != 1 || len(cut) != 1 || len(core(cut[0])) != len(want) {
			t.Errorf("%d whole slips on %d pieces", whole, len(cut))
		}
	})
}

func TestADeviceThatIsNoTerminalIsALine(t *testing.T) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	line, err := escpos.NewDevice("/dev/usb/lp9", pair[0])
	if err != nil {
		t.Fatal(err)
	}
	if n, err := line.Write(t.Context(), []byte{1, 2, 3}); n != 3 || err != nil {
		t.Fatal(n, err)
	}
	buf := make([]byte, 8)
	if n, err := unix.Read(pair[1], buf); n != 3 || err != nil {
		t.Fatal(n, err)
	}
	if _, err := unix.Write(pair[1], []byte{0x12}); err != nil {
		t.Fatal(err)
	}
	if n, err := line.Read(buf); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if err := unix.Close(pair[1]); err != nil { // unplugged
		t.Fatal(err)
	}
	if _, err := line.Read(buf); err == nil {
		t.Error("it was unplugged")
	}
	if err := line.Close(); err != nil {
		t.Fatal(err)
	}
	if err := line.Close(); err != nil {
		t.Error("closed twice:", err)
	}
	if _, err := line.Read(buf); err == nil {
		t.Error("it was closed")
	}
}

func TestTheBitsOfAUSBPrinterAreRead(t *testing.T) {
	for bits, want := range map[int]paper.Status{
		0x18: 0, 0x38: paper.PaperEnd | paper.Offline, 0x10: paper.Offline, 0x08: paper.Offline,
	} {
		if got := escpos.LPStatus(bits); got != want {
			t.Errorf("%02x: %s, want %s", bits, got, want)
		}
	}
}

// The driver finds the commands of its own slips again: nothing of them is unknown to it.
func TestTheBordersOfEverySlipAreFound(t *testing.T) {
	for _, name := range escpos.Profiles() {
		p := profile(t, name)
		if p.Abilities.Columns == 0 {
			continue // it draws, which needs a setter
		}
		data := encode(t, p, slip(t, "it"))
		ends, dots := escpos.Commands(p, data)
		if len(ends) < 20 || len(data)-ends[len(ends)-2] > 40 {
			t.Errorf("%s: %d commands of %d bytes, the last but one ends at %d", name, len(ends), len(data), ends[len(ends)-2])
		}
		if dots < 300 || dots > 3000 {
			t.Errorf("%s: %d dots", name, dots)
		}
	}
}

// deaf is a line to a clone that knows only some of the status questions.
type deaf struct{ escpos.Line }

func (d deaf) Write(ctx context.Context, b []byte) (int, error) {
	heard := b
	for _, n := range []byte{2, 3} {
		heard = bytes.ReplaceAll(heard, []byte{0x10, 4, n}, nil)
	}
	if len(heard) > 0 {
		if n, err := d.Line.Write(ctx, heard); err != nil {
			return n, err
		}
	}
	return len(b), nil
}

func TestACloneThatAnswersOnlySomeQuestionsIsNotSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := byName(t, "citizen-pmu2300").open(t)
		p, err := escpos.Open(escpos.Config{Profile: profile(t, "generic-80"), Path: "wire",
			Dial: func() (escpos.Line, error) { return deaf{s.Wire}, s.Wire.Open() }})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		for range 2 {
			begin := time.Now()
			if st := p.Status(t.Context()); st != 0 || time.Since(begin) > time.Second {
				t.Errorf("%s after %s", st, time.Since(begin))
			}
		}
		if got, err := p.Print(t.Context(), tiny()); got.Outcome != paper.Printed {
			t.Errorf("%+v, %v", got, err)
		}
		s.EndPaperAfter(0)
		if st := p.Status(t.Context()); st != paper.Offline|paper.PaperEnd|paper.NearEnd {
			t.Error(st)
		}
		s.PowerOff()
		if st := p.Status(t.Context()); st != paper.Silent {
			t.Error(st)
		}
	})
}

// Wherever the paper ends, what is told of a slip is what lies on it.
func TestThePaperOfEveryModelMayEndAnywhere(t *testing.T) {
	for _, r := range rigs(t) {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			want, _, took := r.reference(t, tiny())
			again, _, _ := r.reference(t, tiny().Copy())
			step := 5
			if slow || testing.Short() {
				step = 61
			}
			for dots := 1; dots < 700; dots += step {
				synctest.Test(t, func(t *testing.T) {
					r.strikeAt(t, blow{name: "paper ends", strike: func(s *scene) { s.EndPaperAfter(dots) }, quiet: true}, 0, tiny(), want, again, took)
				})
				if t.Failed() {
					t.Fatalf("after %d dots", dots)
				}
			}
		})
	}
}
