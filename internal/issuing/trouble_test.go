package issuing_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"example.org/totem/hw/printer/escpos"
	"example.org/totem/internal/papersim"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/paper"
)

// trouble is something that happens to a printer, and what a person does about it later.
type trouble struct {
	name   string
	strike func(*papersim.Wire)
	mend   func(*papersim.Wire)
}

func troubles() []trouble {
	return []trouble{
		{"the cover is opened", func(w *papersim.Wire) { w.OpenCover() }, func(w *papersim.Wire) { w.CloseCover() }},
		{"the paper ends", func(w *papersim.Wire) { w.EndPaperAfter(0) }, func(w *papersim.Wire) { w.LoadPaper() }},
		{"the cutter jams", func(w *papersim.Wire) { w.BreakCutter() }, func(w *papersim.Wire) { w.MendCutter() }},
		{"the head gets hot", func(w *papersim.Wire) { w.HeatHead(true) }, func(w *papersim.Wire) { w.HeatHead(false) }},
		{"the supply gets weak", func(w *papersim.Wire) { w.SagVoltage(true) }, func(w *papersim.Wire) { w.SagVoltage(false) }},
		{"the paper jams", func(w *papersim.Wire) { w.JamPaper() }, func(w *papersim.Wire) { w.ClearJam() }},
		{"its power goes", func(w *papersim.Wire) { w.PowerOff() }, func(w *papersim.Wire) { w.PowerOn() }},
		{"it falls silent", func(w *papersim.Wire) { w.Mute(true) }, func(w *papersim.Wire) { w.Mute(false) }},
		{"the cable is pulled", func(w *papersim.Wire) { w.PullCable() }, func(w *papersim.Wire) { w.PlugCable() }},
	}
}

// story is one citizen, one ticket and one trouble.
type story struct {
	ends   kiosk.Screen
	shown  []moment
	ended  []paper.Result
	struck time.Time
	paper  []papersim.Slip // everything that has left the printer, hanging paper at the end last
}

// tell plays a story: trouble strikes a while after the last touch, and is mended a minute later; then the citizen
// asks for the slip again where the screen offers it.
func tell(t *testing.T, model string, x trouble, after time.Duration) (s story) {
	machine, ok := papersim.ModelOf(model)
	if !ok {
		t.Fatalf("no simulated %s", model)
	}
	profile, err := escpos.LoadProfile(model)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		wire := papersim.NewWire(papersim.Config{Model: machine}, papersim.Line{Baud: 19200, Lost: escpos.ErrLost})
		defer wire.Printer.Close()
		p, err := escpos.New(escpos.Config{Profile: profile, Path: "a wire", Baud: 19200, Dial: func() (escpos.Line, error) { return wire, wire.Open() }})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		since := time.Now()
		now := func() time.Time { return opens.Add(time.Since(since)) }
		db := openStore(t, t.TempDir(), now)
		defer db.Close()
		d := start(t, db, p, now)
		defer d.stop()
		time.AfterFunc(after, func() { s.struck = now(); x.strike(wire) })
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
		defer cancel()
		if s.ends, err = d.take(ctx, "it"); err != nil {
			t.Error(err)
			return
		}
		time.Sleep(time.Until(time.Now().Add(max(0, after-now().Sub(opens)) + 20*time.Second)))
		x.mend(wire)
		time.Sleep(20 * time.Second)
		if screen, ok := d.last(); ok {
			if _, offered := screen.Root.Find(asks(kiosk.PrintAgain{})); offered {
				_ = d.touch(ctx, screen, asks(kiosk.PrintAgain{}))
				time.Sleep(40 * time.Second)
			}
		}
		d.mu.Lock()
		s.shown, s.ended = d.shown, d.ended
		d.mu.Unlock()
		if wire.InMouth() {
			wire.TakeSlip()
		}
		s.paper = append(wire.Slips(), wire.Scraps()...) // a slip that nobody cut is torn off when a roll is put in
		if hanging, ok := wire.Hanging(); ok {
			s.paper = append(s.paper, hanging)
		}
		s.paper = append(s.paper, wire.Swallowed()...)
	})
	return s
}

func asks(m kiosk.Msg) func(kiosk.Box) bool { return func(b kiosk.Box) bool { return b.Tap == m } }

// original reports whether a piece of paper is the whole slip of a ticket, and does not say that it is a copy.
func original(s, whole papersim.Slip) bool {
	return !bytes.Contains(s.Bytes, []byte(locale.Say("it", locale.SlipCopy))) &&
		bytes.Contains(s.Image.Pix, bytes.TrimRight(bytes.TrimLeft(whole.Image.Pix, "\x00"), "\x00"))
}

// moments are the parts of a slip's time after which trouble strikes, in 14ths: for each model and trouble another few of
// them, the end of the slip among all. TOTEM_TROUBLE_STEPS asks for so many, the same for all; with 14 a run takes minutes.
func moments(t *testing.T, kind int) (at []int, of int) {
	t.Helper()
	of, every := 14, 7
	if word := os.Getenv("TOTEM_TROUBLE_STEPS"); word != "" {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 {
			t.Fatalf("TOTEM_TROUBLE_STEPS is %q: want a number from 1", word)
		}
		of, every = n, 1
	}
	for i := range of + 1 {
		if i%every == kind%every {
			at = append(at, i)
		}
	}
	return at, of
}

func TestWhateverHappensToThePrinterTheScreenIsTrueAndNeverStuck(t *testing.T) {
	kinds := 0
	for _, model := range []string{"epson-tm-t20", "custom-vkp80iii", "generic-80", "ttl-58"} {
		calm := tell(t, model, trouble{"nothing happens", func(*papersim.Wire) {}, func(*papersim.Wire) {}}, 0)
		if calm.ends.Name != "take" || len(calm.paper) != 1 {
			t.Fatalf("%s: undisturbed, a ticket ends on the screen %q with %d pieces of paper", model, calm.ends.Name, len(calm.paper))
		}
		whole := calm.paper[0]
		length := calm.shown[len(calm.shown)-1].at.Sub(opens)
		for _, m := range calm.shown {
			if m.screen.Name == "take" {
				length = m.at.Sub(opens)
				break
			}
		}
		for _, x := range troubles() {
			at, steps := moments(t, kinds)
			kinds++
			t.Run(model+", "+x.name, func(t *testing.T) {
				t.Parallel()
				for _, i := range at {
					after := length * time.Duration(i) / time.Duration(steps)
					t.Run(fmt.Sprint(after.Round(time.Millisecond)), func(t *testing.T) {
						judge(t, tell(t, model, x, after), whole)
					})
				}
			})
		}
	}
}

// judge holds a story against what must be true of every one.
func judge(t *testing.T, s story, whole papersim.Slip) {
	t.Helper()
	originals := 0
	for _, piece := range s.paper {
		if original(piece, whole) {
			originals++
		}
	}
	if originals > 1 {
		t.Errorf("%d originals of one ticket", originals)
	}
	first := s.ended[0]
	switch {
	case s.ends.Name == "take" && first.Outcome != paper.Printed, s.ends.Name == "paper-failed" && first.Outcome != paper.NotPrinted:
		t.Errorf("the screen is %q for a slip that is %s", s.ends.Name, first.Outcome)
	case first.Outcome == paper.Printed && originals == 0:
		t.Error("the citizen is told to take a slip that is not there")
	}
	neverStuck(t, s.shown)
}

// neverStuck looks for a screen that claims for more than three seconds that a slip is being printed.
func neverStuck(t *testing.T, shown []moment) {
	t.Helper()
	claim := locale.Say("it", locale.PrintingSlip)
	var since time.Time
	for _, m := range shown {
		_, claims := m.screen.Root.Find(func(b kiosk.Box) bool { return b.Text == claim })
		switch {
		case !claims:
			since = time.Time{}
		case since.IsZero():
			since = m.at
		}
		if claims && m.at.Sub(since) > 3*time.Second {
			t.Errorf("the screen %q says %q for %v", m.screen.Name, claim, m.at.Sub(since))
			return
		}
	}
}
