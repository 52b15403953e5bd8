package escpos

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.org/totem/internal/fault"
	"example.org/totem/paper"
)

// Config is a printer and the line to it.
type Config struct {
	Profile Profile
	Path    string // of the serial device; needed unless Dial is given. A name in /dev/serial/by-id stays the same
	Baud    int    // 0: 19200
	Flow    Flow   // "": none
	Limits  Limits

	// Dial opens the line; nil: the serial device at Path.
	Dial func() (Line, error)
}

// Limits are how long the printer is waited for, beside the time that bytes take on the line.
type Limits struct {
	Answer time.Duration // for the answers to real-time questions; 0: 700 ms. Keep it under a second
	Stall  time.Duration // for a line that takes no bytes; 0: 5 s
	Slip   time.Duration // for the confirmation, beyond the time that the slip takes to print; 0: 8 s
}

// filled returns l with its defaults and the time on a line of that speed.
func (l Limits) filled(baud int) Limits {
	fill := func(d *time.Duration, otherwise time.Duration) {
		if *d == 0 {
			*d = otherwise
		}
	}
	fill(&l.Answer, 700*time.Millisecond)
	fill(&l.Stall, 5*time.Second)
	fill(&l.Slip, 8*time.Second)
	l.Answer += onLine(2*len(questions), baud)
	l.Stall += onLine(2*most, baud)
	return l
}

// onLine is how long so many bytes of ten bits are on the way.
func onLine(bytes, baud int) time.Duration {
	return time.Duration(bytes*10) * time.Second / time.Duration(baud)
}

func (p *Printer) onLine(bytes int) time.Duration { return onLine(bytes, p.cfg.Baud) }

const defaultBaud = 19200

// Printer is a device for the driver of hw/printer, on a line that may come and go: it is opened when it is needed, and again when it was
// lost. Status, Print and Close are for one goroutine.
type Printer struct {
	cfg    Config
	talk   *conversation // nil while the line is not open
	closed bool

	readyAt time.Time // when it was last seen ready
	fenced  bool      // it has answered a queued question, so that silence tells something
	unclean bool      // bytes of a failed slip may wait in its buffers
	scrap   bool      // part of a failed slip may hang at the cutter
	lastID  uint32
}

// New returns a printer whose line is opened at the first need. It fails only for a configuration that cannot be.
func New(cfg Config) (*Printer, error) {
	if cfg.Profile.page == nil {
		return nil, errors.New("printer: no profile")
	}
	if cfg.Path == "" && cfg.Dial == nil {
		return nil, errors.New("printer: no path of its serial device")
	}
	if err := cfg.Flow.check(); err != nil {
		return nil, err
	}
	if cfg.Baud < 0 || cfg.Limits.Answer < 0 || cfg.Limits.Stall < 0 || cfg.Limits.Slip < 0 {
		return nil, errors.New("printer: a negative baud rate or limit")
	}
	if cfg.Baud == 0 {
		cfg.Baud = defaultBaud
	}
	cfg.Limits = cfg.Limits.filled(cfg.Baud)
	if cfg.Dial == nil {
		path, baud, flow := cfg.Path, cfg.Baud, cfg.Flow
		cfg.Dial = func() (Line, error) { return openTTY(path, baud, flow) }
	}
	return &Printer{cfg: cfg}, nil
}

// Open returns a printer whose line is open. A line that cannot be opened is a *fault.Fault.
func Open(cfg Config) (*Printer, error) {
	p, err := New(cfg)
	if err != nil {
		return nil, err
	}
	if err := p.connect(); err != nil {
		return nil, err
	}
	return p, nil
}

// Close closes the line. A closed printer stays silent.
func (p *Printer) Close() error {
	p.closed = true
	return p.hangUp()
}

func (p *Printer) connect() error {
	if p.closed {
		return fault.New(fault.CodePrinterOpen, nil, "start the program again", "the printer was closed")
	}
	if p.talk != nil && p.talk.gone() {
		_ = p.hangUp() // it is gone already
	}
	if p.talk != nil {
		return nil
	}
	line, err := p.cfg.Dial()
	if err != nil {
		if known := (*fault.Fault)(nil); errors.As(err, &known) {
			return err // it names the path
		}
		return fmt.Errorf("open printer %s: %w", p.cfg.Path, err)
	}
	p.talk = converse(line)
	return nil
}

func (p *Printer) hangUp() error {
	p.readyAt = time.Time{}
	if p.talk == nil {
		return nil
	}
	err := p.talk.close()
	p.talk = nil
	if err != nil {
		return fmt.Errorf("close printer %s: %w", p.cfg.Path, err)
	}
	return nil
}

// Status asks the printer how it is, opening its line if need be. A line that cannot be opened is a printer that is
// silent. A model without a wire back has nothing to report.
func (p *Printer) Status(ctx context.Context) paper.Status {
	if err := p.connect(); err != nil {
		return paper.Silent
	}
	return p.ask(ctx, ignore)
}

func ignore(Reply) {}

// ask asks the real-time questions. Everything else that is heard meanwhile goes to other.
func (p *Printer) ask(ctx context.Context, other func(Reply)) paper.Status {
	if !p.cfg.Profile.Abilities.RealTime {
		return 0
	}
	ctx, cancel := context.WithTimeout(ctx, p.cfg.Limits.Answer)
	defer cancel()
	p.stale(other)
	if err := p.question(ctx); err != nil {
		return p.seen(paper.Silent)
	}
	var answers [4]byte
	for n := 0; n < len(answers); {
		r, err := p.talk.next(ctx)
		if err != nil {
			return p.seen(paper.Silent)
		}
		if r.Kind != RealTime {
			other(r)
			continue
		}
		answers[n] = r.Bytes[0]
		n++
	}
	return p.seen(statusOf(answers))
}

// stale drops answers to questions that were given up: the next would be taken for theirs.
func (p *Printer) stale(other func(Reply)) {
	for _, r := range p.talk.take() {
		if r.Kind != RealTime {
			other(r)
		}
	}
}

// question sends the questions, past a line that the printer has stopped if it must.
func (p *Printer) question(ctx context.Context) error {
	first, cancel := context.WithTimeout(ctx, p.cfg.Limits.Answer/3)
	defer cancel()
	_, err := p.talk.line.Write(first, questions[:])
	if err != nil && !errors.Is(err, ErrLost) {
		err = p.talk.line.Urge(ctx, questions[:])
	}
	if errors.Is(err, ErrLost) {
		p.talk.tell(nil, err)
	}
	return err
}

func (p *Printer) seen(s paper.Status) paper.Status {
	p.readyAt = time.Time{}
	if s.Ready() {
		p.readyAt = time.Now()
	}
	return s
}
