// Package headsim is a bare thermal print head to test against: a shift register, a latch, strobes that heat dots, a motor that moves
// paper, and the sensors, behind the interfaces of periph. It has its own reading of the makers' papers and shares no code with
// the driver.
//
// Words: a dot's heat is a store of µJ that fills while the dot is lit, with the power of the maker's law at the voltage that is
// left, and empties while it is not. Paper darkens under a lit dot whose heat has come to what the head's temperature asks for; a
// dot burns when its own temperature goes beyond the model's. A call is one thing asked of a pin or a bus.
//
// Time is the mechanism's own and moves only when it is asked for something: each call takes its time, and waits end at once.
// Nothing here runs by itself.
//
// Not modelled: heat that goes from a dot to its neighbours, paper that moves while a dot is lit, smearing by a dot that is still
// hot when the paper moves, the slack of the gears, a kernel that is late with a call.
package headsim

import (
	"fmt"
	"math"
	"time"

	"example.org/totem/hw/printer/raster"
)

// Config is a mechanism in its surroundings.
type Config struct {
	Model   Model
	Ambient float64       // °C
	Supply  float64       // V
	Low     bool          // all outputs are active low, and the sensors low when all is well
	OneShot time.Duration // the board ends a strobe by itself after that; 0: there is none

	// OnCall is told of each call before it is done, its number from 1 and what it is about: "data", "latch", "strobes", "phases",
	// "motor", "sensors", "converter". An error is what the call ends with, undone.
	OnCall func(n int, about string) error
	// Delay returns how much too late the n-th wait ends, from 1.
	Delay func(n int) time.Duration
}

// Mechanism is a print head with its motor. It is for one goroutine.
type Mechanism struct {
	cfg   Config
	now   time.Duration
	calls int
	waits int

	alarm   time.Duration
	onAlarm func() // nil: nothing is armed

	shifted, latched []byte
	latching         bool
	lit              uint64 // groups whose strobe is active
	litSince         time.Duration
	supply, celsius  float64
	heat             []float64     // µJ of each dot
	on               []byte        // which of them are lit, for a moment
	unlit            time.Duration // in which nothing was lit, that is not taken off heat yet
	hottest          float64       // °C that a dot ever had
	longest          time.Duration
	rows             map[int][]byte // by half-step

	motor     bool
	field     int // of the phases, -1: no current
	steps     int // the paper's, in half-steps
	missed    int
	lastStep  time.Duration
	speed     float64 // of the last half-step
	paper     bool
	down      bool
	ntcBroken bool
	notes     []string
}

// New returns a mechanism at rest, with paper in.
func New(cfg Config) *Mechanism {
	dots := cfg.Model.Dots
	m := &Mechanism{
		cfg: cfg, supply: cfg.Supply, celsius: cfg.Ambient, heat: make([]float64, dots), rows: map[int][]byte{},
		shifted: make([]byte, dots/8), latched: make([]byte, dots/8), on: make([]byte, dots/8), field: -1, paper: true, down: true,
	}
	m.hottest = cfg.Ambient
	for i := range m.latched {
		m.latched[i] = 0xaa // nobody knows what it holds when the power comes
	}
	return m
}

// Picture returns what is on the paper: black dots, one row a dot line, from the first row that is not white to the last.
func (m *Mechanism) Picture() raster.Picture {
	first, last := math.MaxInt, math.MinInt
	for at := range m.rows {
		first, last = min(first, at), max(last, at)
	}
	if first > last {
		return raster.Picture{Width: m.cfg.Model.Dots}
	}
	per := m.cfg.Model.HalfSteps
	pic := raster.New(m.cfg.Model.Dots, (last-first)/per+1)
	for at, row := range m.rows {
		if (at-first)%per != 0 {
			m.note("a row was burnt between two lines")
			continue
		}
		copy(pic.Row((at-first)/per), row)
	}
	return pic
}

// Off reports whether no strobe and no current of the motor is on.
func (m *Mechanism) Off() bool { return m.lit == 0 && !m.motor }

// Calls returns how many calls there were.
func (m *Mechanism) Calls() int { return m.calls }

// Steps returns the half-steps that the paper was moved.
func (m *Mechanism) Steps() int { return m.steps }

// Speed returns the half-steps a second of the last half-step.
func (m *Mechanism) Speed() float64 { return m.speed }

// Missed returns the half-steps that the motor could not follow.
func (m *Mechanism) Missed() int { return m.missed }

// Hottest returns the temperature of the hottest dot there ever was, in °C.
func (m *Mechanism) Hottest() float64 { return m.hottest }

// Longest returns how long a strobe was lit at most.
func (m *Mechanism) Longest() time.Duration { return m.longest }

// Celsius returns the head's temperature.
func (m *Mechanism) Celsius() float64 { return m.celsius }

// Notes returns what was done to the mechanism that no driver may do, each kind once.
func (m *Mechanism) Notes() []string { return m.notes }

// SetPaper puts paper in or takes it out.
func (m *Mechanism) SetPaper(in bool) { m.paper = in }

// SetDown presses the head on the paper or lifts it.
func (m *Mechanism) SetDown(down bool) { m.down = down }

// SetSupply changes the voltage.
func (m *Mechanism) SetSupply(volts float64) { m.supply = volts }

// SetCelsius changes the head's temperature at once; it goes back to the ambient one by itself.
func (m *Mechanism) SetCelsius(celsius float64) { m.celsius = celsius }

// BreakThermistor cuts its wire.
func (m *Mechanism) BreakThermistor() { m.ntcBroken = true }

// Now returns the mechanism's time.
func (m *Mechanism) Now() time.Duration {
	m.advance(100 * time.Nanosecond)
	return m.now
}

// Until lets time pass until t, and longer where the Delay says so.
func (m *Mechanism) Until(t time.Duration) {
	m.waits++
	if m.cfg.Delay != nil {
		t += m.cfg.Delay(m.waits)
	}
	m.advance(max(t-m.now, 0))
}

// Arm has late called when t has passed, in the middle of whatever lets time pass.
func (m *Mechanism) Arm(t time.Duration, late func()) { m.alarm, m.onAlarm = t, late }

// Disarm forgets what was armed.
func (m *Mechanism) Disarm() { m.onAlarm = nil }

func (m *Mechanism) advance(d time.Duration) {
	end := m.now + d
	for m.onAlarm != nil && m.alarm <= end {
		late := m.onAlarm
		m.onAlarm = nil
		m.pass(max(m.alarm-m.now, 0))
		late() // takes its own time
	}
	m.pass(max(end-m.now, 0))
}

// call is one thing asked of a pin or a bus.
func (m *Mechanism) call(about string, takes time.Duration) error {
	m.calls++
	if m.cfg.OnCall != nil {
		if err := m.cfg.OnCall(m.calls, about); err != nil {
			return err
		}
	}
	m.advance(takes)
	return nil
}

func (m *Mechanism) note(format string, args ...any) {
	note := fmt.Sprintf(format, args...)
	for _, n := range m.notes {
		if n == note {
			return
		}
	}
	m.notes = append(m.notes, note)
}

// Model returns what the mechanism is.
func (m *Mechanism) Model() Model { return m.cfg.Model }
