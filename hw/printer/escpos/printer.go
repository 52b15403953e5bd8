package escpos

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"example.org/totem/internal/fault"
	"example.org/totem/paper"
	"example.org/totem/typeset"
)

// Config is a printer and the line to it.
type Config struct {
	Profile Profile
	Path    string // of the device; needed unless Dial is given. A name in /dev/serial/by-id stays the same
	Baud    int    // 0: the profile's, or 19200. Without meaning for a printer on USB
	Flow    Flow   // "": none
	Limits  Limits
	Setter  *typeset.Setter // draws what the model has no letters for; nil: such a slip is refused

	// Scrap says that part of a slip of an earlier process may hang at the cutter: it is cut off before the first slip.
	Scrap bool
	// Record gets every exchange with the printer, as [Record] describes it; nil: nobody does. It gets codes of tickets
	// too: keep it off while citizens use the totem. It is used by two goroutines, one at a time.
	Record io.Writer
	// Dial opens the line; nil: the device at Path, as [Dial] does.
	Dial func() (Line, error)
}

const defaultBaud = 19200

// Printer is a device for the driver of hw/printer, on a line that may come and go: it is opened when it is needed, and
// again when it was lost. Status, Print, Retract and Close are for one goroutine.
type Printer struct {
	cfg    Config
	alerts chan struct{}
	talk   *conversation // nil while the line is not open
	closed bool

	asks     []byte    // the n of the questions that this printer answers
	owed     int       // answers to status questions that were not heard yet
	readyAt  time.Time // when it was last seen ready
	telling  bool      // it was told to tell changes of its status
	echoes   bool      // the line sends back what it is sent
	fenced   bool      // it has answered a queued question, so that silence tells something
	loose    bool      // an answer to an old queued question may still come
	unclean  bool      // bytes that nobody wants may wait in its buffers
	filler   int       // so many bytes end any command that was broken off
	scrap    bool      // part of a failed slip may hang at the cutter
	lastID   uint32
	recorded *recorder
}

// New returns a printer whose line is opened at the first need. It fails only for a configuration that cannot be.
func New(cfg Config) (*Printer, error) {
	if len(cfg.Profile.init) == 0 {
		return nil, errors.New("printer: no profile")
	}
	if cfg.Path == "" && cfg.Dial == nil {
		return nil, errors.New("printer: no path of its device")
	}
	if err := cfg.Flow.check(); err != nil {
		return nil, err
	}
	if cfg.Baud < 0 || cfg.Limits.Answer < 0 || cfg.Limits.Stall < 0 || cfg.Limits.Slip < 0 {
		return nil, errors.New("printer: a negative baud rate or limit")
	}
	cfg.Baud = cmp.Or(cfg.Baud, cfg.Profile.Baud, defaultBaud)
	if cfg.Dial == nil {
		path, baud, flow := cfg.Path, cfg.Baud, cfg.Flow
		if isUSB(path) {
			cfg.Baud = usbBaud
		}
		cfg.Dial = func() (Line, error) { return Dial(path, baud, flow) }
	}
	cfg.Limits = cfg.Limits.filled(cfg.Baud)
	p := &Printer{cfg: cfg, alerts: make(chan struct{}, 1), scrap: cfg.Scrap}
	if cfg.Record != nil {
		p.recorded = newRecorder(cfg.Record)
	}
	return p, nil
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

// Alerts has a token when the printer told a change of its status by itself, or its line went away. Only models with
// paper.Abilities.Automatic tell. It is always the same channel.
func (p *Printer) Alerts() <-chan struct{} { return p.alerts }

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
	if p.recorded != nil {
		line = p.recorded.line(line)
	}
	p.talk = converse(line, p.cfg.Profile.status == formCustom, p.alerts)
	p.unclean = true // nobody knows what an earlier process or the time without a line left in its buffers
	return nil
}

func (p *Printer) hangUp() error {
	p.readyAt, p.asks, p.owed, p.telling, p.echoes, p.loose = time.Time{}, nil, 0, false, false, false
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

func (p *Printer) onLine(bytes int) time.Duration { return onLine(bytes, p.cfg.Baud) }

// Status asks the printer how it is, opening its line if need be. A line that cannot be opened is a printer that is
// silent. A model without a wire back has nothing to report.
func (p *Printer) Status(ctx context.Context) paper.Status {
	if err := p.connect(); err != nil {
		return paper.Silent
	}
	if p.unclean {
		return p.wipe(ctx, ignore)
	}
	if status, ok := p.told(); ok {
		return status
	}
	status := p.ask(ctx, ignore)
	p.tellChanges(ctx, status)
	return status
}

// told returns the status that the printer told by itself just now, when that makes sense by itself.
func (p *Printer) told() (paper.Status, bool) {
	asb := p.talk.automatic()
	if !p.telling || p.echoes || p.talk.gone() || time.Since(asb.at) > fresh {
		return 0, false
	}
	status := automaticOf(asb.bytes)
	causes := status &^ (paper.Offline | paper.NearEnd)
	if status.Has(paper.Offline) != (causes != 0) || p.cfg.Profile.status != formEpson {
		return 0, false
	}
	return p.seen(status), true
}

func (p *Printer) seen(s paper.Status) paper.Status {
	p.readyAt = time.Time{}
	if s.Ready() {
		p.readyAt = time.Now()
	}
	if s.Has(paper.Silent) {
		p.telling = false // it may have been switched off
	}
	return s
}
