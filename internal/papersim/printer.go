package papersim

import (
	"bytes"
	"fmt"
	"sync"
	"time"
)

// Config sets a printer up. Everything may be left out.
type Config struct {
	Reply          func([]byte) // gets what the printer answers, one call at a time; it may ask the printer, not change it. nil: nobody listens
	Model          Model        // what make of printer it is
	PaperDots      int          // how much paper there is; 0: without end
	NoProcessID    bool         // it leaves out GS ( H, as most clones do; also with a Model that knows it
	NoFence        bool         // it leaves out GS r; also with a Model that knows it
	Mute           bool         // it answers nothing at all
	Flow           string       // how it stops a line that is too fast for it: "", FlowXON, FlowDTR
	BusyOffline    bool         // it also stops the line while it is offline, as many leave the factory
	XOFFWithStatus bool         // it puts an XOFF behind the first byte of each automatic status, an XON behind the last
}

// The ways of stopping a line. The zero way is none.
const (
	FlowXON = "xonxoff" // by the bytes XON and XOFF
	FlowDTR = "dtr"     // by a wire of the printer's
)

// Printer is one printer. Its methods may be called at any time by anybody. With a Model of no speed, all that bytes
// cause has happened when Feed returns; otherwise paper moves as time passes.
type Printer struct {
	cfg     Config
	model   Model
	replies sync.Mutex // keeps the answers in order; taken before mu
	clocks  sync.WaitGroup

	mu       sync.Mutex
	received []byte
	taken    []byte // of it what the buffer had room for
	rx       []byte // taken and not yet processed
	done     int    // bytes of taken that were processed
	realTime []byte // the beginning of a real-time command
	answers  []byte // to be sent when mu is free

	style  style
	line   line
	lead   byte // first half of a Kanji
	page   page
	stored stored
	notes  []Note
	glyphs map[glyphKey]bitmap

	tasks      []task
	moved      time.Time   // until when the mechanism has worked
	timer      *time.Timer // for what it does next
	retracting *time.Timer // for a slip that nobody takes
	closed     bool

	paper     paper
	presenter presenter
	slips     []Slip // cut, and in front of the printer
	swallowed []Slip
	scraps    []Slip

	is   trouble
	busy bool            // it does not want to be sent anything
	flow func(busy bool) // told when busy changes; nil: nobody
	asb  byte            // what GS a asked for
	told []byte          // the last automatic status sent
}

// Note is something in the stream that left no mark on the paper as it should have.
type Note struct {
	Offset int    // in all that the buffer had room for
	What   string // "unknown 1b 7f", "barcode not drawn"
}

// New returns a printer that is ready.
func New(cfg Config) *Printer { return newPrinter(cfg, nil) }

func newPrinter(cfg Config, flow func(busy bool)) *Printer {
	p := &Printer{cfg: cfg, model: cfg.Model.filled(), glyphs: make(map[glyphKey]bitmap), flow: flow}
	p.model.NoProcessID = p.model.NoProcessID || cfg.NoProcessID
	p.model.NoFence = p.model.NoFence || cfg.NoFence
	p.is.mute = cfg.Mute || p.model.Mute
	p.paper = paper{width: p.model.Dots, margin: p.model.Cutter, left: cfg.PaperDots, endless: cfg.PaperDots == 0}
	p.paper.renew()
	p.reset()
	return p
}

// Feed gives the printer bytes, as its line would. What its buffer cannot hold is lost, and noted.
func (p *Printer) Feed(b []byte) { p.change(func() { p.take(b) }) }

func (p *Printer) take(b []byte) {
	p.received = append(p.received, b...)
	if p.is.off {
		return
	}
	lost := 0
	for _, c := range b {
		if p.full() {
			p.work()
		}
		if p.full() {
			lost++
		} else {
			p.rx = append(p.rx, c)
			p.taken = append(p.taken, c)
		}
		if p.is.echo {
			p.answers = append(p.answers, c)
		}
		if !p.model.NoRealTime {
			p.listen(c)
		}
	}
	if lost > 0 {
		p.note(fmt.Sprintf("buffer full: %d bytes lost", lost), 0)
	}
}

func (p *Printer) full() bool { return p.model.Buffer > 0 && len(p.rx) >= p.model.Buffer }

// Received returns every byte that arrived.
func (p *Printer) Received() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return bytes.Clone(p.received)
}

// Slips returns the slips that a person can have, oldest first: cut or torn off, and with a presenter taken out of the
// mouth or dropped in front of it.
func (p *Printer) Slips() []Slip {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Slip(nil), p.slips...)
}

// Scraps returns what was torn off by hand when a roll was changed: printed, and never cut.
func (p *Printer) Scraps() []Slip {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Slip(nil), p.scraps...)
}

// Hanging returns what was printed and not cut. ok is false when nothing was.
func (p *Printer) Hanging() (s Slip, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.paper.marked() {
		return Slip{}, false
	}
	return p.paper.piece(p.paper.strip, p.taken[:p.done]), true
}

// Notes returns what of the stream was not understood, not drawn or lost.
func (p *Printer) Notes() []Note {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Note(nil), p.notes...)
}

// change does one thing to the printer, lets it work as far as it can, and sends what it answers.
func (p *Printer) change(do func()) {
	p.replies.Lock()
	defer p.replies.Unlock()
	answers, turned, busy := p.act(do)
	if len(answers) > 0 && p.cfg.Reply != nil {
		p.cfg.Reply(answers)
	}
	if turned && p.flow != nil {
		p.flow(busy)
	}
}

func (p *Printer) act(do func()) (answers []byte, turned, busy bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, false, p.busy
	}
	p.move() // until now it was as it was
	do()
	p.work()
	p.wind()
	p.tellStatus()
	turned = p.stopLine()
	answers = p.answers
	p.answers = nil
	return answers, turned, p.busy
}

// stopLine finds out whether the line must be stopped or may go on, and sends XOFF or XON. It reports a change.
func (p *Printer) stopLine() bool {
	was := p.busy
	switch size := p.model.Buffer; {
	case size == 0 || len(p.rx)*4 <= size:
		p.busy = false
	case len(p.rx)*4 >= size*3:
		p.busy = true
	}
	p.busy = p.busy || p.is.off || p.cfg.BusyOffline && p.offline()
	if p.cfg.Flow == FlowXON && p.busy != was && !p.is.off {
		p.answers = append(p.answers, map[bool]byte{true: xoff, false: xon}[p.busy])
	}
	return p.cfg.Flow == FlowDTR && p.busy != was
}

func (p *Printer) offline() bool { return p.is.stops() }

func (p *Printer) answer(b ...byte) {
	if !p.is.mute && !p.is.off {
		p.answers = append(p.answers, b...)
	}
}

func (p *Printer) note(what string, size int) {
	p.notes = append(p.notes, Note{Offset: p.done - size, What: what})
}

// clear forgets everything that is not on paper yet.
func (p *Printer) clear() {
	p.done += len(p.rx)
	p.rx, p.tasks, p.lead = nil, nil, 0
	p.line, p.page = line{}, page{}
	p.reset()
}
