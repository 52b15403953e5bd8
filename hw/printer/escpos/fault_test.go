package escpos_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"example.org/totem/hw/printer/escpos"
	"example.org/totem/internal/papersim"
	"example.org/totem/locale"
	"example.org/totem/paper"
	"example.org/totem/ticket"
)

// rig is a printer, how it hangs on its line, and what the totem believes of it.
type rig struct {
	name    string
	profile escpos.Profile
	cfg     papersim.Config
	line    papersim.Line
	flow    escpos.Flow
}

func rigs(t testing.TB) []rig {
	model := func(profile string) papersim.Config {
		m, ok := papersim.ModelOf(profile)
		if !ok {
			t.Fatalf("papersim knows no %s", profile)
		}
		return papersim.Config{Model: m}
	}
	with := func(c papersim.Config, flow string) papersim.Config {
		c.Flow = flow
		return c
	}
	return []rig{
		{"epson, process id", profile(t, "epson-tm-t20"), with(model("epson-tm-t20"), papersim.FlowDTR), papersim.Line{Baud: 38400, Flow: papersim.FlowDTR}, escpos.FlowDTR},
		{"citizen, fence and presenter", profile(t, "citizen-pmu2300"), model("citizen-pmu2300"), papersim.Line{Baud: 19200}, escpos.FlowNone},
		{"generic, fence", profile(t, "generic-80"), with(model("generic-80"), papersim.FlowXON), papersim.Line{Baud: 19200, Flow: papersim.FlowXON}, escpos.FlowXON},
		{"custom, full status", profile(t, "custom-vkp80iii"), model("custom-vkp80iii"), papersim.Line{Baud: 19200}, escpos.FlowNone},
		{"ttl, slices", profile(t, "ttl-58"), model("ttl-58"), papersim.Line{Baud: 9600}, escpos.FlowNone},
		{"drain", changed(t, "generic-80", "fence = true", "fence = false", "slices = true", "slices = false"), model("generic-80"), papersim.Line{Baud: 19200}, escpos.FlowNone},
	}
}

// scene is a rig with a totem at it. It strikes when so many bytes of a slip have arrived.
type scene struct {
	rig
	*papersim.Wire
	p      *escpos.Printer
	left   int // bytes until it strikes; negative: it does not
	strike func()
	struck time.Time
}

func (r rig) open(t testing.TB) *scene {
	t.Helper()
	line := r.line
	line.Lost = escpos.ErrLost
	s := &scene{rig: r, Wire: papersim.NewWire(r.cfg, line), left: -1}
	p, err := escpos.New(escpos.Config{Profile: r.profile, Path: "wire", Baud: r.line.Baud, Flow: r.flow, Setter: setter(t),
		Dial: func() (escpos.Line, error) { return s, s.Wire.Open() }})
	if err != nil {
		t.Fatal(err)
	}
	s.p = p
	return s
}

// Write lets the last byte before the strike arrive before the strike, and the next after it.
func (s *scene) Write(ctx context.Context, b []byte) (int, error) {
	if s.left < 0 || len(b) < s.left {
		n, err := s.Wire.Write(ctx, b)
		if s.left >= 0 {
			s.left -= n
		}
		return n, err
	}
	n, err := s.Wire.Write(ctx, b[:s.left])
	s.left -= n
	if err != nil {
		return n, err
	}
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		if unsent, err := s.Unsent(); err != nil || unsent == 0 {
			break
		}
		select {
		case <-ctx.Done():
			return n, ctx.Err()
		case <-tick.C:
		}
	}
	s.left, s.struck = -1, time.Now()
	s.strike()
	more, err := s.Wire.Write(ctx, b[n:])
	return n + more, err
}

// mend takes every fault away, as a person would who was called.
func (s *scene) mend() {
	s.left = -1
	s.Mute(false)
	s.Echo(false)
	s.HeatHead(false)
	s.SagVoltage(false)
	s.ClearJam()
	s.MendCutter()
	s.PowerOff()
	s.PowerOn()
	if s.State().PaperEnd {
		s.LoadPaper()
	}
	s.CloseCover()
	s.PlugCable()
	s.Noise(0x11)
}

// pieces returns all paper that came out, and what hangs out of the printer.
func (s *scene) pieces() (cut []papersim.Slip, hanging bool) {
	s.TakeSlip()
	cut = append(append(s.Slips(), s.Swallowed()...), s.Scraps()...)
	if h, ok := s.Hanging(); ok {
		hanging = true
		if !s.profile.Abilities.Cut {
			cut = append(cut, h)
		}
	}
	return cut, hanging
}

// core is the rows of a slip from the first mark to the last.
func core(s papersim.Slip) []byte {
	pix, stride := s.Image.Pix, s.Image.Stride
	blank := func(row []byte) bool {
		return bytes.Count(row, []byte{0xff}) == len(row) || bytes.Count(row, []byte{0}) == len(row)
	}
	for len(pix) > 0 && blank(pix[:stride]) {
		pix = pix[stride:]
	}
	for len(pix) > 0 && blank(pix[len(pix)-stride:]) {
		pix = pix[:len(pix)-stride]
	}
	return pix
}

// count returns how often want lies there whole, and whether there is any mark at all.
func (s *scene) count(want []byte) (whole int, marked bool) {
	cut, hanging := s.pieces()
	for _, piece := range cut {
		whole += bytes.Count(piece.Image.Pix, want)
		marked = marked || len(core(piece)) > 0
	}
	return whole, marked || hanging
}

// reference prints a slip without any fault, and returns what it looks like and how long it took.
func (r rig) reference(t *testing.T, slip ticket.Slip) (want []byte, total int, took time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := r.open(t)
		defer s.p.Close()
		if st := s.p.Status(t.Context()); !st.Ready() {
			t.Fatalf("%s", st)
		}
		before, begin := len(s.Received()), time.Now()
		if got, err := s.p.Print(t.Context(), slip); got.Outcome != paper.Printed {
			t.Fatalf("%+v, %v", got, err)
		}
		total, took = len(s.Received())-before, time.Since(begin)
		if notes := s.Notes(); len(notes) > 0 {
			t.Fatalf("the printer did not understand %v", notes)
		}
		cut, _ := s.pieces()
		if len(cut) != 1 || len(core(cut[0])) == 0 {
			t.Fatalf("%d slips", len(cut))
		}
		want = core(cut[0])
	})
	return want, total, took
}

// blow is something that happens to a printer at work.
type blow struct {
	name   string
	strike func(s *scene)
	quiet  bool // the printer does not tell: it is found out when an answer or the end of the slip is overdue
	fits   func(r rig) bool
}

func blows() []blow {
	after := func(d time.Duration, what func()) { time.AfterFunc(d, what) }
	return []blow{
		{name: "paper ends", strike: func(s *scene) { s.EndPaperAfter(0) }},
		{name: "cover opened", strike: func(s *scene) { s.OpenCover() }},
		{name: "cover opened and closed", strike: func(s *scene) { s.OpenCover(); after(time.Second, s.CloseCover) }, quiet: true},
		{name: "cutter stuck", strike: func(s *scene) { s.BreakCutter() }, quiet: true},
		{name: "head hot for ever", strike: func(s *scene) { s.HeatHead(true) }, quiet: true},
		{name: "head hot for a moment", strike: func(s *scene) { s.HeatHead(true); after(time.Second, func() { s.HeatHead(false) }) }, quiet: true},
		{name: "supply sags", strike: func(s *scene) { s.SagVoltage(true) }, quiet: true},
		{name: "paper jams", strike: func(s *scene) { s.JamPaper() }},
		{name: "broken for good", strike: func(s *scene) { s.Ruin() }},
		{name: "power cut", strike: func(s *scene) { s.PowerOff() }, quiet: true},
		{name: "power cut and back", strike: func(s *scene) { s.PowerOff(); after(1500*time.Millisecond, s.PowerOn) }, quiet: true},
		{name: "cable pulled", strike: func(s *scene) { s.PullCable() }},
		{name: "cable pulled and plugged", strike: func(s *scene) { s.PullCable(); after(time.Second, s.PlugCable) }},
		{name: "mute", strike: func(s *scene) { s.Mute(true) }, quiet: true},
		{name: "noise like an answer", strike: func(s *scene) { s.Noise(0) }, quiet: true},
		{name: "noise like two answers", strike: func(s *scene) { s.Noise(0); after(400*time.Millisecond, func() { s.Noise(0) }) }, quiet: true},
		{name: "noise like a fence", strike: func(s *scene) { s.Noise(0, 0) }, quiet: true},
		{name: "noise like a fence and a half", strike: func(s *scene) { s.Noise(0, 0, 0) }, quiet: true},
		{name: "noise", strike: func(s *scene) { s.Noise(0xff, 0x00, 0x12, 0x37, 0x22) }, quiet: true},
		{name: "echo", strike: func(s *scene) { s.Echo(true) }, quiet: true},
		{name: "XOFF for ever", strike: func(s *scene) { s.Noise(0x13) }, quiet: true, fits: func(r rig) bool { return r.flow == escpos.FlowXON }},
	}
}

// tiny is the shortest slip that has what can go wrong.
func tiny() ticket.Slip {
	return ticket.Slip{Lang: "it", Lines: []ticket.Line{
		{Role: ticket.RoleWhen, Text: "9:50"}, {Role: ticket.RoleCode, Text: "4829"}, {Role: ticket.RoleSentence, Text: "Sala 1"},
	}}
}

// stride is which of the bytes are tried where all would take too long; others for each blow.
const stride = 61

// Whatever happens after whatever byte of a slip, what is told of it is what lies on the paper, and it is told soon. Asked
// again as a copy, it comes out, and never a second original.
func TestWhatIsToldOfASlipLiesOnThePaperWhateverHappens(t *testing.T) {
	for _, r := range rigs(t) {
		for _, f := range blows() {
			if f.fits != nil && !f.fits(r) {
				continue
			}
			t.Run(r.name+"/"+f.name, func(t *testing.T) {
				t.Parallel()
				want, total, took := r.reference(t, tiny())
				again, _, _ := r.reference(t, tiny().Copy())
				for n := range total {
					if (testing.Short() || slow) && n%stride != len(f.name)%stride {
						continue
					}
					synctest.Test(t, func(t *testing.T) { r.strikeAt(t, f, n, tiny(), want, again, took) })
					if t.Failed() {
						return
					}
				}
			})
		}
	}
}

// A page, a QR and drawn lines are struck too, at some bytes of each: they are long.
func TestALongSlipIsToldTrulyToo(t *testing.T) {
	strikes := 6
	if testing.Short() || slow {
		strikes = 1
	}
	for name, lang := range map[string]locale.Lang{"epson-tm-t20": "it", "citizen-pmu2300": "it", "ttl-58": "it", "custom-vkp80iii": "ar"} {
		r, slip := byName(t, name), spoken(t, lang, identity)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, total, took := r.reference(t, slip)
			again, _, _ := r.reference(t, slip.Copy())
			for i, f := range blows() {
				if f.fits != nil && !f.fits(r) {
					continue
				}
				for k := range strikes {
					n := (total*k + total*(i%7)/7) / strikes
					synctest.Test(t, func(t *testing.T) { r.strikeAt(t, f, n, slip, want, again, took) })
					if t.Failed() {
						t.Fatal(f.name)
					}
				}
			}
		})
	}
}

func (r rig) strikeAt(t *testing.T, f blow, n int, slip ticket.Slip, want, again []byte, took time.Duration) {
	s := r.open(t)
	defer s.p.Close()
	if st := s.p.Status(t.Context()); !st.Ready() {
		t.Fatalf("%s", st)
	}
	begin := time.Now()
	s.left, s.strike = n, func() { f.strike(s) }
	got, err := s.p.Print(t.Context(), slip)
	told := time.Now()
	whole, marked := s.count(want)
	where := fmt.Sprintf("after byte %d at %s: told %s at %s (%v); %d whole, marked %t", n, s.struck.Sub(begin), got.Outcome, told.Sub(begin), err, whole, marked)
	switch {
	case got.Outcome == paper.Printed && whole == 0:
		t.Fatal("no whole slip: ", where)
	case got.Outcome == paper.NotPrinted && marked:
		t.Fatal("something is on paper: ", where)
	case (err == nil) != (got.Outcome == paper.Printed):
		t.Fatal("no cause, or one too many: ", where)
	}
	from := s.struck
	if end := begin.Add(took); (f.quiet || !r.profile.Abilities.RealTime) && end.After(from) {
		from = end
	}
	if got.Outcome != paper.Printed && told.Sub(from) > 3*time.Second {
		t.Fatal("told too late: ", where)
	}
	r.askAgain(t, s, slip, got, want, again, where)
}

// askAgain mends the printer and asks for a copy, as the totem does: twice at most.
func (r rig) askAgain(t *testing.T, s *scene, slip ticket.Slip, got paper.Result, want, copied []byte, where string) {
	if got.Outcome == paper.Printed {
		return
	}
	s.mend()
	poll := time.NewTicker(5 * time.Second)
	defer poll.Stop()
	for range 2 {
		<-poll.C
		s.p.Status(t.Context())
		if again, _ := s.p.Print(t.Context(), slip.Copy()); again.Outcome == paper.Printed {
			break
		}
	}
	whole, _ := s.count(want)
	cut, _ := s.pieces()
	copies, alone := 0, !r.profile.Abilities.Cut
	for _, piece := range cut {
		copies += bytes.Count(piece.Image.Pix, copied)
		alone = alone || bytes.Equal(core(piece), copied)
	}
	if !alone {
		t.Fatal("the copy carries something else: ", where)
	}
	if originals := whole - copies; originals > 1 || originals == 1 && got.Outcome == paper.NotPrinted || copies == 0 {
		t.Fatalf("%d originals and %d copies came out in the end: %s", originals, copies, where)
	}
}
