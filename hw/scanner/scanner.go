package scanner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
)

// Config is how a reader is connected and who is told. Its functions are called one at a time, from the goroutine of Run;
// they must not block. nil: nobody is told.
type Config struct {
	Path string // the reader's name, below /dev/serial/by-id or /dev/input/by-id so that it stays; "": there is none
	Baud int    // of a serial line, eight bits, no parity; 0: 9600

	// Prefix and Suffix are what the reader puts around each code beside the identifier of its symbology, at most 8 bytes
	// each; small letters and capitals are the same. A code is a code without them too. "": nothing.
	Prefix, Suffix string

	// Told is told each code that was read; "" is something else: another text, a wrong check digit, what came in pieces.
	// The same code counts again two seconds after it was read last, and everything something else is the same; after a
	// ticket's code nothing counts for half a second.
	Told    func(booking.Code)
	Changed func(there bool) // the reader is there, or not; at the start and at each change
	Retry   time.Duration    // how often a reader that is not there is looked for; 0: 1 s

	Open func(path string, baud int) (io.ReadCloser, error) // nil: Dial
	Log  *slog.Logger                                       // nil: silent
}

const (
	usualBaud  = 9600
	usualRetry = time.Second
	mostAround = 8

	quiet = 100 * time.Millisecond // a pause that ends a code
	// atOnce is how many bytes are read at once; after as many the reader has a rest, so that one that floods the line
	// costs no more than a line of 115,200 bits a second that is never still.
	atOnce = 256
	rest   = 20 * time.Millisecond
)

// Reader reads codes from one reader.
type Reader struct {
	cfg   Config
	sieve sieve
	echo  *echo
	there *bool // as told; nil: not yet
}

// New returns a reader that does not read yet. It fails when cfg makes no sense; a reader that is not there is no
// failure.
func New(cfg Config) (*Reader, error) {
	switch {
	case cfg.Baud < 0:
		return nil, errors.New("code reader: a negative speed")
	case cfg.Retry < 0:
		return nil, errors.New("code reader: a negative time between looks")
	case len(cfg.Prefix) > mostAround, len(cfg.Suffix) > mostAround:
		return nil, fmt.Errorf("code reader: a prefix or suffix longer than %d bytes", mostAround)
	case strings.ContainsFunc(cfg.Prefix+cfg.Suffix, func(r rune) bool { return r < 0x80 && ends(byte(r)) }):
		return nil, errors.New("code reader: STX, ETX, TAB, LF and CR end a code and are no part of a prefix or suffix")
	}
	if cfg.Baud == 0 {
		cfg.Baud = usualBaud
	}
	if cfg.Retry == 0 {
		cfg.Retry = usualRetry
	}
	if cfg.Open == nil {
		cfg.Open = Dial
	}
	return &Reader{cfg: cfg, sieve: sieve{prefix: []byte(cfg.Prefix), suffix: []byte(cfg.Suffix)}, echo: newEcho()}, nil
}

// Run reads until ctx is done, and gives the device back. A reader that is not there, or goes away, is looked for until
// it is. Without a path it returns at once. It is called once.
func (r *Reader) Run(ctx context.Context) {
	for r.cfg.Path != "" && ctx.Err() == nil {
		device, err := r.cfg.Open(r.cfg.Path, r.cfg.Baud)
		if err == nil {
			r.change(true, nil)
			err = r.listen(ctx, device)
		}
		if ctx.Err() != nil {
			return
		}
		r.change(false, err)
		timer := time.NewTimer(r.cfg.Retry)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
}

// change tells whether the reader is there, when that is new.
func (r *Reader) change(there bool, why error) {
	if r.there != nil && *r.there == there {
		return
	}
	if !there {
		event.Log(r.cfg.Log, event.ScannerAbsent, fault.Attrs(openFault(r.cfg.Path, why))...)
	} else if r.there != nil {
		event.Log(r.cfg.Log, event.ScannerBack)
	}
	r.there = &there
	if r.cfg.Changed != nil {
		r.cfg.Changed(there)
	}
}

// tell tells what was read, if it counts.
func (r *Reader) tell(code booking.Code, done bool) {
	if done && r.echo.counts(code, time.Now()) && r.cfg.Told != nil {
		r.cfg.Told(code)
	}
}
