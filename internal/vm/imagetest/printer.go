package imagetest

import (
	"slices"
	"sync"

	"example.org/totem/internal/papersim"
)

// printerLine is a printer at the end of the guest's line.
type printerLine struct {
	*papersim.Printer
	mu    sync.Mutex
	reply func([]byte)
	began func()
	slips int  // that were cut when it was looked last
	from  int  // bytes received when that was
	begun bool // the next slip was
}

func newPrinter() *printerLine {
	p := &printerLine{}
	p.Printer = papersim.New(papersim.Config{Reply: func(b []byte) {
		p.mu.Lock()
		reply := p.reply
		p.mu.Unlock()
		if reply != nil {
			reply(b)
		}
	}})
	return p
}

// attach is how a machine gets at the printer.
func (p *printerLine) attach(write func([]byte)) func([]byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reply = write
	return func(b []byte) {
		p.notice(b)
		p.Feed(b)
	}
}

// onSlip has began called with the first bytes that make a mark on each slip from now on, before the printer has them. What was
// printed before does not count: a PC's firmware writes its messages to every serial line.
func (p *printerLine) onSlip(began func()) {
	received, slips := p.Received(), len(p.Slips())
	p.mu.Lock()
	defer p.mu.Unlock()
	p.began, p.slips, p.from, p.begun = began, slips, len(received), false
}

func (p *printerLine) notice(b []byte) {
	received, slips := p.Received(), len(p.Slips())
	p.mu.Lock()
	if slips != p.slips {
		p.slips, p.from, p.begun = slips, len(received), false
	}
	marks := func(name string) bool {
		return name == "text" || name == "GS v 0" || name == "ESC *" || name == "GS ( k"
	}
	began := p.began
	if p.begun || began == nil || !slices.ContainsFunc(papersim.Commands(append(received[p.from:len(received):len(received)], b...)), marks) {
		began = nil
	} else {
		p.begun = true
	}
	p.mu.Unlock()
	if began != nil {
		began()
	}
}
