package papersim

import (
	"context"
	"errors"
	"math"
	"sync"
)

// Line says how a printer hangs on its line.
type Line struct {
	Baud        int    // takes bytes no faster than a serial line would; 0: as fast as they come
	HangUpAfter int    // the cable is pulled after so many bytes; 0: never
	Flow        string // how the totem's side lets itself be stopped: "" not at all, "xonxoff", "dtr" (the printer's wire)

	// On a Wire only.
	Queue  int   // bytes that the totem's side holds before they are on the wire; 0: 4096
	Garble int   // bits a second that the totem's side is set to when that is not Baud: what passes is garbled; 0: the same
	Serial bool  // a pulled cable goes unnoticed, as on a serial port: what is sent is lost and nothing is heard
	Lost   error // what a line that is gone ends with; nil: ErrGone

	// On a PTY only.
	Strict bool // the printer garbles what comes and goes while the terminal is set to another speed than Baud
}

// ErrGone is the error of a wire whose cable is pulled or that was closed.
var ErrGone = errors.New("the cable is pulled")

// Wire is a printer at the end of a line in memory, with the methods that the driver needs of a line. Time on it is the
// time of timers and no goroutine waits inside it, so it works under testing/synctest. Its methods may be called by
// anybody at any time.
//
// A new Wire is open. Closed, it loses what either side says, while the printer goes on with what it has; Open opens it
// again. A driver that dials gets it by
//
//	func() (escpos.Line, error) { return wire, wire.Open() }
type Wire struct {
	*Printer
	line     Line
	out, in  *lane
	answered chan struct{} // has a token when heard grew

	mu        sync.Mutex
	heard     []byte // arrived from the printer and not read
	unplugged bool
	closed    chan struct{} // closed when this opening of the line has ended
	ended     bool
}

const (
	xon, xoff     = 0x11, 0x13
	defaultQueue  = 4096
	mostUnread    = 4096 // as a terminal keeps
	garbledNormal = 19200
)

// NewWire puts a printer on a new line. cfg.Reply, when given, is told too what the printer answers.
func NewWire(cfg Config, line Line) *Wire {
	if line.Queue <= 0 {
		line.Queue = defaultQueue
	}
	if line.Lost == nil {
		line.Lost = ErrGone
	}
	w := &Wire{line: line, answered: make(chan struct{}, 1), closed: make(chan struct{})}
	w.out = newLane(line.Baud, w.arrive)
	w.in = newLane(line.Baud, w.hear)
	if line.HangUpAfter > 0 {
		w.out.limit = line.HangUpAfter
	}
	also := cfg.Reply
	cfg.Reply = func(b []byte) {
		if also != nil {
			also(b)
		}
		w.in.add(b, math.MaxInt)
		w.in.run()
	}
	w.Printer = newPrinter(cfg, func(busy bool) {
		if line.Flow == FlowDTR {
			w.out.hold(busy)
		}
	})
	return w
}

// Open opens the line again after Close, or after the cable was pulled and plugged in.
func (w *Wire) Open() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.unplugged && !w.line.Serial {
		return w.line.Lost
	}
	if w.ended {
		w.closed, w.ended, w.heard = make(chan struct{}), false, nil
	}
	return nil
}

// session returns the channel that ends with this opening of the line.
func (w *Wire) session() (<-chan struct{}, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.closed, !w.ended
}

// during does something if the opening of the line that ends with end has not ended yet.
func (w *Wire) during(end <-chan struct{}, do func()) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended || w.closed != end {
		return false
	}
	do()
	return true
}

// Read blocks until the printer says something.
func (w *Wire) Read(b []byte) (int, error) {
	end, _ := w.session()
	for {
		w.mu.Lock()
		n := copy(b, w.heard)
		w.heard = w.heard[n:]
		more := len(w.heard) > 0
		w.mu.Unlock()
		if more {
			token(w.answered)
		}
		if n > 0 || len(b) == 0 {
			return n, nil
		}
		select {
		case <-w.answered:
		case <-end:
			return 0, w.line.Lost
		}
	}
}

// Write hands b over to the line and returns how much of it was taken: less than all only with the context's error,
// when the line was stopped for so long, or with Line.Lost.
func (w *Wire) Write(ctx context.Context, b []byte) (int, error) {
	end, open := w.session()
	taken := 0
	for open {
		open = w.during(end, func() { taken += w.out.add(b[taken:], w.line.Queue) })
		w.out.run()
		if !open || taken == len(b) {
			break
		}
		select {
		case <-w.out.moved:
		case <-ctx.Done():
			return taken, ctx.Err()
		case <-end:
			open = false
		}
	}
	if !open {
		return taken, w.line.Lost
	}
	return taken, nil
}

// Unsent returns how many bytes were taken and are not with the printer yet.
func (w *Wire) Unsent() (int, error) {
	if _, open := w.session(); !open {
		return 0, w.line.Lost
	}
	return w.out.waiting(), nil
}

// Urge forgets the bytes that are not on the wire and sends b past any flow control. It blocks until b has passed.
func (w *Wire) Urge(ctx context.Context, b []byte) error {
	end, _ := w.session()
	if !w.during(end, func() { w.out.replace(b) }) {
		return w.line.Lost
	}
	w.out.run()
	for w.out.waiting() > 0 {
		select {
		case <-w.out.moved:
		case <-ctx.Done():
			return ctx.Err()
		case <-end:
			return w.line.Lost
		}
	}
	if _, open := w.session(); !open {
		return w.line.Lost
	}
	return nil
}

// Close closes the totem's side of the line: what is not on the wire yet is lost. The printer goes on.
func (w *Wire) Close() error {
	w.end()
	return nil
}

func (w *Wire) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.heard = nil
	w.out.drop()
	if !w.ended {
		w.ended = true
		close(w.closed)
	}
}

// PullCable pulls the cable: the line is gone, or silent if it is Serial. PlugCable puts it back.
func (w *Wire) PullCable() {
	w.mu.Lock()
	w.unplugged = true
	w.mu.Unlock()
	if !w.line.Serial {
		w.end()
	}
}

// PlugCable puts the cable back. A line that was gone must be opened again.
func (w *Wire) PlugCable() {
	w.mu.Lock()
	w.unplugged = false
	w.mu.Unlock()
	w.out.unlimited()
}

func (w *Wire) isUnplugged() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.unplugged
}

// arrive is what reaches the printer's end.
func (w *Wire) arrive(b []byte) {
	if w.isUnplugged() {
		return
	}
	w.Feed(w.garbled(b, w.line.Garble, w.line.Baud))
	if w.out.over() {
		w.PullCable()
		w.out.unlimited()
	}
}

// hear is what reaches the totem's end.
func (w *Wire) hear(b []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.unplugged || w.ended {
		return
	}
	for _, c := range w.garbled(b, w.line.Baud, w.line.Garble) {
		switch {
		case w.line.Flow == FlowXON && (c == xon || c == xoff):
			w.out.hold(c == xoff)
		case len(w.heard) < mostUnread:
			w.heard = append(w.heard, c)
		}
	}
	token(w.answered)
}

func (w *Wire) garbled(b []byte, sent, heard int) []byte {
	if w.line.Garble == 0 || w.line.Garble == w.line.Baud {
		return b
	}
	if sent == 0 {
		sent = garbledNormal
	}
	if heard == 0 {
		heard = garbledNormal
	}
	return resample(b, sent, heard)
}

func token(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
