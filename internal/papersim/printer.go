package papersim

import (
	"bytes"
	"sync"
)

// Config sets a printer up. Everything may be left out.
type Config struct {
	Reply       func([]byte) // gets what the printer answers, one call at a time; nil: nobody listens
	PaperDots   int          // how much paper there is; 0: without end
	NoProcessID bool         // it leaves out GS ( H, as most clones do
	NoFence     bool         // it leaves out GS r
	Mute        bool         // it answers nothing at all
}

// Printer is one printer. Its methods may be called at any time by anybody; all that bytes cause has happened when
// Feed returns.
type Printer struct {
	cfg     Config
	replies sync.Mutex // keeps the answers in order; taken before mu

	mu       sync.Mutex
	received []byte
	rx       []byte // received and not yet processed
	done     int    // bytes of received that were processed
	realTime []byte // the beginning of a real-time command
	answers  []byte // to be sent when mu is free
	style    style
	line     line
	paper    paper
	stored   stored
	notes    []Note
	glyphs   map[glyphKey]bitmap

	coverOpen, paperEnd, cutterBroken, cutterFault, mute bool
	asb                                                  byte   // what GS a asked for
	told                                                 []byte // the last automatic status sent
}

// Note is something in the stream that left no mark on the paper as it should have.
type Note struct {
	Offset int    // in all that was received
	What   string // "unknown 1b 7f", "barcode not drawn"
}

// New returns a printer that is ready.
func New(cfg Config) *Printer {
	p := &Printer{cfg: cfg, mute: cfg.Mute, glyphs: make(map[glyphKey]bitmap)}
	p.paper.left = cfg.PaperDots
	p.paper.endless = cfg.PaperDots == 0
	p.reset()
	return p
}

// Feed gives the printer bytes, as its line would.
func (p *Printer) Feed(b []byte) {
	p.change(func() {
		p.received = append(p.received, b...)
		for _, c := range b {
			p.rx = append(p.rx, c)
			p.listen(c)
		}
	})
}

// Received returns every byte that arrived.
func (p *Printer) Received() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return bytes.Clone(p.received)
}

// Slips returns what was printed and cut, oldest first.
func (p *Printer) Slips() []Slip {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Slip(nil), p.paper.slips...)
}

// Hanging returns what was printed and not cut. ok is false when nothing was.
func (p *Printer) Hanging() (s Slip, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.paper.marked() {
		return Slip{}, false
	}
	return p.paper.slip(p.received[:p.done]), true
}

// Notes returns what of the stream was not understood or not drawn.
func (p *Printer) Notes() []Note {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Note(nil), p.notes...)
}

// OpenCover opens the cover; the printer goes offline.
func (p *Printer) OpenCover() { p.change(func() { p.coverOpen = true }) }

// CloseCover closes the cover; the printer goes on with what is in its buffer.
func (p *Printer) CloseCover() { p.change(func() { p.coverOpen = false }) }

// EndPaperAfter lets the paper end after so many more dots; with 0 or less it has ended.
func (p *Printer) EndPaperAfter(dots int) {
	p.change(func() {
		p.paper.endless, p.paper.left = false, max(dots, 0)
		p.paperEnd = dots <= 0
	})
}

// LoadPaper puts in a roll without end; the printer goes on with what is in its buffer.
func (p *Printer) LoadPaper() {
	p.change(func() { p.paper.endless, p.paperEnd = true, false })
}

// BreakCutter lets every cut fail from now on; MendCutter ends that.
func (p *Printer) BreakCutter() { p.change(func() { p.cutterBroken = true }) }

// MendCutter frees the cutter. A fault it caused lasts until the printer is told to recover.
func (p *Printer) MendCutter() { p.change(func() { p.cutterBroken = false }) }

// Mute lets the printer answer nothing from now on, or answer again.
func (p *Printer) Mute(on bool) { p.change(func() { p.mute = on }) }

// change does one thing to the printer, lets it work as far as it can, and sends what it answers.
func (p *Printer) change(do func()) {
	p.replies.Lock()
	defer p.replies.Unlock()
	answers := p.act(do)
	if len(answers) > 0 && p.cfg.Reply != nil {
		p.cfg.Reply(answers)
	}
}

func (p *Printer) act(do func()) []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	do()
	for !p.offline() {
		c, ok := next(p.rx)
		if !ok {
			break
		}
		p.rx = p.rx[c.size:]
		p.done += c.size
		p.do(c)
	}
	p.tellStatus()
	answers := p.answers
	p.answers = nil
	return answers
}

func (p *Printer) offline() bool { return p.coverOpen || p.paperEnd || p.cutterFault }

func (p *Printer) answer(b ...byte) {
	if !p.mute {
		p.answers = append(p.answers, b...)
	}
}

func (p *Printer) note(what string, size int) {
	p.notes = append(p.notes, Note{Offset: p.done - size, What: what})
}

// clear forgets everything that is not on paper yet.
func (p *Printer) clear() {
	p.done += len(p.rx)
	p.rx = nil
	p.line = line{}
	p.reset()
}
