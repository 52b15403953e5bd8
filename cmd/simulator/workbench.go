package main

import (
	"context"
	"image"
	"sync"
	"sync/atomic"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/papersim"
	"example.org/totem/internal/postsim"
	"example.org/totem/internal/simclock"
	"example.org/totem/ui"
)

// workbench is the technician's side of the simulated printer, beside the panel: what comes out of it, how it is, and
// what can be done to it.
type workbench struct {
	paper   *papersim.PTY
	cable   *cable
	clock   *simclock.Clock // nil: nobody can put it forward
	post    *postsim.Post   // nil: no messages are seen
	hands   hands           // none: the zero hands
	height  int             // of the panel
	width   int
	abreast int    // keys
	redraw  func() // asks the window to paint it anew

	headset atomic.Bool

	mu      sync.Mutex
	pressed string // the word of the key under the pointer
	seen    view
}

// view is what a workbench shows.
type view struct {
	state   papersim.State
	hanging papersim.Slip
	hangs   bool
	last    papersim.Slip // the last slip that came out
	slips   int
	gone    int             // pulled back
	message postsim.Message // the last that somebody received
	letters int
}

func newWorkbench(paper *papersim.PTY, cable *cable, height int) *workbench {
	b := &workbench{paper: paper, cable: cable, height: height, width: 600, abreast: 2}
	if height < 1400 { // beside a panel that is wider than high
		b.width, b.abreast = 760, 3
	}
	return b
}

// key is something that can be done to the printer.
type key struct {
	word string
	on   bool // it undoes what has been done
	do   func()
}

// keys returns what can be done now, in the order of their places.
func (b *workbench) keys(s papersim.State) []key {
	p := b.paper
	all := []key{
		either(s.CoverOpen, "Close the cover", p.CloseCover, "Open the cover", p.OpenCover),
		either(!s.On, "Switch it on", p.PowerOn, "Switch it off", p.PowerOff),
		{word: "Put in a new roll", do: p.LoadPaper},
		{word: "Put it in the wrong way", do: p.LoadPaperWrongWay},
		{word: "Leave 25\u00a0cm of paper", do: func() { p.EndPaperAfter(25 * b.dotsOfCM()) }},
		{word: "Pull the paper out", do: func() { p.EndPaperAfter(0) }},
		either(s.CutterStuck, "Free the cutter", p.MendCutter, "Jam the cutter", p.BreakCutter),
		either(s.Jammed, "Clear the paper jam", p.ClearJam, "Jam the paper", p.JamPaper),
		either(s.HeadHot, "Let the head cool", func() { p.HeatHead(false) }, "Heat the head", func() { p.HeatHead(true) }),
		either(s.VoltageLow, "Mend the supply", func() { p.SagVoltage(false) }, "Weaken the supply", func() { p.SagVoltage(true) }),
	}
	if b.cable != nil {
		all = append(all, either(b.cable.Pulled(), "Plug the network in", b.cable.Plug, "Pull the network out", b.cable.Pull))
	}
	if b.hands.keypad != nil {
		all = append(all, either(b.headset.Load(), "Pull the headset out", func() { b.plug(false) }, "Plug a headset in", func() { b.plug(true) }),
			key{word: "Show the last slip", do: b.showSlip})
	}
	if b.clock != nil {
		all = append(all, key{word: "Let 10 minutes pass", do: func() { b.clock.Forward(10 * time.Minute) }})
	}
	if s.InMouth {
		all = append(all, key{word: "Take the slip", do: func() { p.TakeSlip() }})
	}
	return all
}

// plug puts a headset into the keypad's socket, or pulls it out.
func (b *workbench) plug(in bool) {
	b.headset.Store(in)
	_ = b.hands.plug(in) // the keypad is there as long as the window
}

// showSlip holds the last slip before the code reader.
func (b *workbench) showSlip() {
	slips := b.paper.Slips()
	if len(slips) == 0 {
		return
	}
	if code, err := booking.ParseCode(string(typedCode.Find(slips[len(slips)-1].Bytes))); err == nil {
		_ = b.hands.show(code) // likewise
	}
}

func either(done bool, undo string, undoing func(), do string, doing func()) key {
	if done {
		return key{undo, true, undoing}
	}
	return key{do, false, doing}
}

func (b *workbench) dotsOfCM() int { return 80 } // 203 dpi, and near enough at 180

// watch looks at the printer until ctx ends, often enough for paper that comes out to move.
func (b *workbench) watch(ctx context.Context) {
	look := time.NewTicker(80 * time.Millisecond)
	defer look.Stop()
	for {
		if b.look() {
			b.redraw()
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return
		}
	}
}

// look reports whether anything is different since the last look.
func (b *workbench) look() bool {
	now := view{state: b.paper.State(), gone: len(b.paper.Swallowed())}
	now.hanging, now.hangs = b.paper.Hanging()
	slips := b.paper.Slips()
	if now.slips = len(slips); now.slips > 0 {
		now.last = slips[now.slips-1]
	}
	if b.post != nil {
		messages := b.post.Messages()
		if now.letters = len(messages); now.letters > 0 {
			now.message = messages[now.letters-1]
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	same := now.state == b.seen.state && now.letters == b.seen.letters && now.slips == b.seen.slips && now.gone == b.seen.gone && now.hangs == b.seen.hangs &&
		(!now.hangs || now.hanging.Image.Rect == b.seen.hanging.Image.Rect)
	b.seen = now
	return !same
}

// Width implements ui.Beside.
func (b *workbench) Width() int { return b.width }

// Touch implements ui.Beside.
func (b *workbench) Touch(x, y int, phase ui.Phase) {
	b.mu.Lock()
	keys := b.keys(b.seen.state)
	under := -1
	for i := range keys {
		if image.Pt(x, y).In(b.place(i)) {
			under = i
		}
	}
	was := b.pressed
	b.pressed = ""
	if under >= 0 && phase != ui.Release && phase != ui.Cancel && (phase == ui.Press || was == keys[under].word) {
		b.pressed = keys[under].word
	}
	b.mu.Unlock()
	if phase == ui.Release && under >= 0 && was == keys[under].word {
		keys[under].do()
		b.look()
	}
	b.redraw()
}
