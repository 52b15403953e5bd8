package bare

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"periph.io/x/conn/v3/gpio"

	"example.org/totem/hw/touch/contact"
	"example.org/totem/internal/fault"
)

// Chip is a controller on its bus. It is asked by one goroutine at a time.
type Chip interface {
	// Ask returns what is on the glass. What it returns is the chip's until it is asked again. fresh is false where the chip
	// has nothing new to tell. An error may pass: the chip is asked again.
	Ask() (contacts []contact.Contact, fresh bool, err error)
}

// Wiring is how a chip is reached besides its bus, and when it is asked.
type Wiring struct {
	// Interrupt is the line by which the chip says that it has something to tell, whatever its polarity. Nil: the chip is
	// asked all the time.
	Interrupt gpio.PinIn
	// Every is how long the chip is left alone between two questions while something is on the glass. 0: 10 ms, as fast as
	// these chips measure.
	Every time.Duration
	// Idle is the same while nothing is there; with an interrupt, it is how long an edge may be missed. 0: 25 ms, and 100 ms
	// with an interrupt.
	Idle time.Duration
	// Patience is how long a chip may give no answer, or no sensible one, before it counts as gone. 0: a second.
	Patience time.Duration

	Now   func() time.Duration                   // since any fixed moment; nil: the system's steady clock
	After func(d time.Duration) <-chan time.Time // nil: time.After
	Close func() error                           // gives bus and line back; nil: nothing is to be done
}

// settle is for how long after an edge a chip is asked at full pace: some raise the interrupt before they can tell (GT911: up
// to 20 ms).
const settle = 30 * time.Millisecond

// breath is the least time between two questions after edges: a line that floats gives thousands.
const breath = 2 * time.Millisecond

func (w Wiring) filled() (Wiring, error) {
	if w.Every < 0 || w.Idle < 0 || w.Patience < 0 {
		return w, errors.New("a bare touch controller cannot be asked at negative intervals")
	}
	if w.Every == 0 {
		w.Every = 10 * time.Millisecond
	}
	if w.Idle == 0 {
		w.Idle = 25 * time.Millisecond
		if w.Interrupt != nil {
			w.Idle = 100 * time.Millisecond
		}
	}
	if w.Patience == 0 {
		w.Patience = time.Second
	}
	if w.Now == nil {
		start := time.Now()
		w.Now = func() time.Duration { return time.Since(start) }
	}
	if w.After == nil {
		w.After = time.After
	}
	return w, nil
}

// Source is a [contact.Source] that asks a chip.
type Source struct {
	name   string
	chip   Chip
	wiring Wiring
	done   chan struct{}
	ending sync.Once

	turn   chan struct{} // has a token while nobody uses the bus
	given  bool          // the bus back
	closed error         // what giving it back said

	begun   bool              // a frame was told
	last    []contact.Contact // which
	asked   time.Duration     // when the chip was asked last
	edge    time.Duration     // when the last edge came
	edged   bool              // one came ever
	good    time.Duration     // when the chip answered last, or failed first
	failing bool
}

// New returns the source of a chip, which calls itself name in faults. The source owns what the wiring's Close gives back.
func New(name string, chip Chip, wiring Wiring) (*Source, error) {
	wiring, err := wiring.filled()
	if err != nil {
		return nil, err
	}
	if wiring.Interrupt != nil {
		// Both edges: which one tells is the chip's setting, and to ask once more costs little.
		if err := wiring.Interrupt.In(gpio.PullNoChange, gpio.BothEdges); err != nil {
			return nil, fault.New(fault.CodeTouchOpen, err, "check panel.touch_irq in totem.toml against gpioinfo, or remove it: the chip is then asked again and again",
				"the interrupt line %s of the touch controller cannot be watched", wiring.Interrupt)
		}
	}
	s := &Source{name: name, chip: chip, wiring: wiring, done: make(chan struct{}), turn: make(chan struct{}, 1)}
	s.turn <- struct{}{}
	return s, nil
}

// ErrClosed is what a source answers that was closed.
var ErrClosed = errors.New("the touch controller was closed")

// Read implements [contact.Source]. A chip that gives no sensible answer for longer than the wiring's patience is a
// *fault.Fault.
func (s *Source) Read() (contact.Frame, error) {
	<-s.turn
	defer func() { s.turn <- struct{}{} }()
	for first := !s.begun; ; first = false {
		if !first || s.failing {
			s.wait()
		}
		select {
		case <-s.done:
			return contact.Frame{}, ErrClosed
		default:
		}
		s.asked = s.wiring.Now()
		contacts, fresh, err := s.chip.Ask()
		if err != nil {
			if err := s.fail(err); err != nil {
				return contact.Frame{}, err
			}
			continue
		}
		s.failing = false
		if s.begun && (!fresh || slices.Equal(contacts, s.last)) {
			continue
		}
		s.begun = true
		s.last = append(s.last[:0], contacts...)
		return contact.Frame{At: s.asked, Contacts: s.last}, nil
	}
}

// fail returns nil as long as the chip may come round.
func (s *Source) fail(err error) error {
	if !s.failing {
		s.failing, s.good = true, s.asked
	}
	if lasted := s.asked - s.good; lasted >= s.wiring.Patience {
		return fault.New(fault.CodeTouchOpen, err, "check the cable and the power of the panel, and panel.touch, panel.touch_bus in totem.toml",
			"the touch controller %s has given no sensible answer for %v", s.name, lasted.Round(100*time.Millisecond))
	}
	return nil
}

// wait returns when the chip is to be asked, or the source was closed.
func (s *Source) wait() {
	now := s.wiring.Now()
	every := s.wiring.Idle
	if len(s.last) > 0 || s.failing || s.edged && now-s.edge < settle {
		every = s.wiring.Every
	}
	rest := s.asked + every - now
	if rest <= 0 {
		return
	}
	if s.wiring.Interrupt == nil {
		s.rest(rest)
		return
	}
	// A timeout of 0 waits for ever on some of periph's lines, and a negative one not at all (periph/host#78).
	if s.wiring.Interrupt.WaitForEdge(rest) {
		s.edge, s.edged = s.wiring.Now(), true
		s.rest(s.asked + breath - s.edge)
		return
	}
	// A line that cannot be waited for any more answers at once.
	s.rest(s.asked + every - s.wiring.Now())
}

// rest lets time pass, unless the source is closed.
func (s *Source) rest(d time.Duration) {
	if d <= 0 {
		return
	}
	select {
	case <-s.done:
	case <-s.wiring.After(d):
	}
}

// Close implements [contact.Source]. It waits for a Read, which takes up to a tenth of a second where an interrupt is waited
// for, and as long as the kernel waits for a bus that hangs; then it gives bus and line back.
func (s *Source) Close() error {
	s.ending.Do(func() { close(s.done) })
	<-s.turn
	defer func() { s.turn <- struct{}{} }()
	if !s.given && s.wiring.Close != nil {
		if err := s.wiring.Close(); err != nil {
			s.closed = fmt.Errorf("close the touch controller: %w", err)
		}
	}
	s.given = true
	return s.closed
}

var _ contact.Source = (*Source)(nil)
