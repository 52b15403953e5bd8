package thermalhead

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"periph.io/x/conn/v3/gpio"

	"example.org/totem/internal/fault"
	"example.org/totem/paper"
)

// Head is a device for the driver of hw/printer. Status and Print are for one goroutine; Close and Report for anybody.
type Head struct {
	parts   Parts
	cfg     Config
	profile Profile
	clock   Clock
	own     io.Closer // the clock, when it is the head's own

	turn    chan struct{} // holds a token while nobody uses what follows
	closing atomic.Bool
	dropped atomic.Int32 // strobes that the guard dropped

	motor  motor
	warm   warmth
	parted splitter
	groups []gpio.GPIOValue // of each dot
	strobe pulse
	guard  func() // what the clock calls for a strobe that lasts too long

	celsius, volts float64
	hot            bool // it was too hot, and is not cool enough to go on
	stuck          bool // something could not be switched off
	scrap          bool // part of a slip hangs at the head
	marked         bool // a dot of this slip may have been lit
	report         Report
}

// New returns a head whose strobes and motor are off. It checks everything before it touches a line. From then on the parts
// are the head's: it gives them back when it is closed, or when New fails.
func New(parts Parts, cfg Config) (*Head, error) {
	h, err := newHead(parts, cfg)
	if err != nil && parts.Close != nil {
		err = errors.Join(err, parts.Close())
	}
	return h, err
}

func newHead(parts Parts, cfg Config) (*Head, error) {
	cfg, err := cfg.filled()
	if err != nil {
		return nil, err
	}
	if err := parts.check(); err != nil {
		return nil, err
	}
	p := cfg.Profile
	h := &Head{
		parts: parts, cfg: cfg, profile: p, clock: cfg.Clock, turn: make(chan struct{}, 1),
		warm: newWarmth(p.heat, p.Abilities.Dots), parted: newSplitter(p.Abilities.Dots, p.maxDots),
		strobe: pulse{row: make([]byte, p.stride())},
	}
	for i, dots := range p.Groups {
		for range dots {
			h.groups = append(h.groups, 1<<i)
		}
	}
	if err := h.setTime(); err != nil {
		return nil, err
	}
	h.motor = motor{
		data: p.motor, phases: parts.Phases, enable: parts.Motor, low: parts.MotorLow, clock: h.clock, late: &h.report.Steps,
	}
	h.guard = func() {
		h.dropped.Add(1)
		_ = h.strobes(0) // the loop finds out, and insists
	}
	if err := h.off(); err != nil {
		err = fault.New(fault.CodePrinterOpen, err, "check the wires of the head", "the print head cannot be switched off")
		return nil, errors.Join(err, h.closeClock())
	}
	h.turn <- struct{}{}
	return h, nil
}

// setTime makes the real clock, if no other was given, and asks for what makes it exact.
func (h *Head) setTime() error {
	if h.cfg.LockMemory {
		if err := keepMemory(); err != nil {
			h.report.Memory = err.Error()
		}
	}
	if h.clock != nil {
		return nil
	}
	guards := 0
	if h.cfg.Priority > 0 {
		guards = h.cfg.Priority + 1
	}
	real, err := newSystem(guards)
	if err != nil {
		return err
	}
	h.clock, h.own = real, real
	return nil
}

// Close stops a slip that is being printed, waits until all is off, and gives the lines back. A closed head is silent.
func (h *Head) Close() error {
	if h.closing.Swap(true) {
		return nil
	}
	<-h.turn // for good
	err := errors.Join(h.off(), h.closeClock())
	if h.parts.Close != nil {
		err = errors.Join(err, h.parts.Close())
	}
	return err
}

func (h *Head) closeClock() error {
	if h.own == nil {
		return nil
	}
	return h.own.Close()
}

// errClosed is that of a head that was closed.
var errClosed = errors.New("the print head was closed")

// take waits for its turn. After an error there is nothing to give back.
func (h *Head) take(ctx context.Context) error {
	if h.closing.Load() {
		return errClosed
	}
	select {
	case <-h.turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *Head) give() { h.turn <- struct{}{} }

// Abilities returns what the mechanism can do.
func (h *Head) Abilities() paper.Abilities { return h.profile.Abilities }

// Report returns how well the head was driven. It waits for a slip that is being printed; for a closed head it is empty.
func (h *Head) Report() Report {
	if h.take(context.Background()) != nil {
		return Report{}
	}
	defer h.give()
	r := h.report
	r.Drops, r.Celsius, r.Volts = int(h.dropped.Load()), h.celsius, h.volts
	return r
}

// Status reads the sensors of paper and head, the thermistor and the supply. Lines that cannot be read are a silent printer.
func (h *Head) Status(ctx context.Context) paper.Status {
	if h.take(ctx) != nil {
		return paper.Silent
	}
	defer h.give()
	return h.look(ctx)
}

func (h *Head) look(ctx context.Context) paper.Status {
	if h.stuck {
		_ = h.off() // perhaps it can be switched off now
	}
	status, err := h.sensors()
	if err != nil {
		return paper.Silent | h.broken()
	}
	senses, _ := h.sense(ctx)
	return status | senses | h.broken()
}

func (h *Head) broken() paper.Status {
	if h.stuck {
		return paper.Unrecoverable
	}
	return 0
}

// sensors tells whether paper lies under a head that is down.
func (h *Head) sensors() (paper.Status, error) {
	levels, err := h.parts.Sensors.Read(SensePaper | SenseDown)
	if err != nil {
		return paper.Silent, lost("the sensors of paper and head cannot be read", err)
	}
	var s paper.Status
	if levels&SensePaper != 0 == h.parts.PaperLow {
		s |= paper.PaperEnd
	}
	if levels&SenseDown != 0 == h.parts.DownLow {
		s |= paper.CoverOpen
	}
	return s, nil
}

// sense reads heat and voltage and tells what of them does not let the head print. A head that was too hot stays so until
// it is cool enough to go on.
func (h *Head) sense(ctx context.Context) (paper.Status, error) {
	celsius, volts, err := h.parts.Senses.Sense(ctx)
	switch {
	case errors.Is(err, ErrSense) || err == nil && !(celsius > -300 && volts >= 0): // NaN too
		return paper.Unrecoverable, state("the head's temperature or its supply cannot be measured", err)
	case err != nil:
		return paper.Silent, lost("the head's temperature and supply cannot be read", err)
	}
	h.celsius, h.volts = celsius, volts
	l := h.profile.limits
	h.hot = celsius > l.hottest || h.hot && celsius > l.resume
	var s paper.Status
	if h.hot {
		s |= paper.HeadHot
	}
	if celsius < l.coldest {
		s |= paper.Offline
	}
	if volts < l.lowest || volts > l.highest {
		s |= paper.VoltageFault
	}
	return s, nil
}

// off switches the head off, and the motor when the paper stands, whatever fails on the way. It leaves a white line in the latch,
// so that even a strobe that sticks lights nothing.
func (h *Head) off() (err error) {
	strobes := insist(func() error { return h.strobes(0) })
	h.clock.Disarm()
	if strobes != nil {
		strobes = fmt.Errorf("switch the strobes off: %w", strobes)
	}
	defer func() { // whatever becomes of the white line
		motor := h.motor.off()
		h.stuck = strobes != nil || motor != nil
		err = errors.Join(strobes, err, motor)
	}()
	clear(h.strobe.row)
	return insist(func() error { return shift(h.parts, h.strobe.row) })
}

// insist tries what must not fail again, for a line that only hiccuped.
func insist(f func() error) (err error) {
	for range 3 {
		if err = f(); err == nil {
			return nil
		}
	}
	return err
}

// strobes sets which groups are lit, all others off.
func (h *Head) strobes(lit gpio.GPIOValue) error {
	all := gpio.GPIOValue(1)<<len(h.profile.Groups) - 1
	if h.parts.StrobesLow {
		lit = ^lit & all
	}
	return h.parts.Strobes.Out(lit, all)
}

// shift puts a dot line into the latch.
func shift(p Parts, row []byte) error {
	if err := p.Data.Tx(row, nil); err != nil {
		return fmt.Errorf("shift a line: %w", err)
	}
	if err := p.Latch.Out(gpio.Level(!p.LatchLow)); err != nil {
		return fmt.Errorf("latch a line: %w", err)
	}
	if err := p.Latch.Out(gpio.Level(p.LatchLow)); err != nil {
		return fmt.Errorf("latch a line: %w", err)
	}
	return nil
}

func lost(sentence string, err error) error {
	return fault.New(fault.CodePrinterLost, err, "check the wires between the board and the print head", "%s", sentence)
}

func state(sentence string, err error) error {
	return fault.New(fault.CodePrinterState, err, "act on the status that is shown; docs/hardware/thermal-head.md explains it", "%s", sentence)
}

func late(by time.Duration, err error) error {
	return fault.New(fault.CodePrinterLate, err, "give the totem real-time rights, and look in totem doctor for what holds it up",
		"a strobe of the print head ended %v late", by.Round(time.Microsecond))
}
