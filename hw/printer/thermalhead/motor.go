package thermalhead

import (
	"fmt"
	"time"

	"periph.io/x/conn/v3/gpio"
)

// halfSteps are the currents of a turn of the field, two windings in eight half-steps.
var halfSteps = [8]gpio.GPIOValue{
	PhaseA, PhaseA | PhaseB, PhaseB, PhaseB | PhaseNotA,
	PhaseNotA, PhaseNotA | PhaseNotB, PhaseNotB, PhaseNotB | PhaseA,
}

const allPhases = PhaseA | PhaseNotA | PhaseB | PhaseNotB

// motor moves the paper, half-step by half-step, no faster than its ramp allows.
type motor struct {
	data   motorData
	phases Outputs
	enable gpio.PinOut
	low    bool // enable is active low
	clock  Clock
	late   *Lateness

	field int           // index into halfSteps
	on    bool          // current may flow
	steps int           // made for this slip
	wait  time.Duration // from the last half-step to the next

	// The field was last moved between these: they lie apart where the loop was held up just then.
	earliest, latest time.Duration
}

// start holds the paper where it is. The first half-step comes a ramp's first time later.
func (m *motor) start() error {
	m.on = true
	m.earliest, m.wait = m.clock.Now(), m.data.ramp[0]
	m.latest = m.earliest
	if err := m.phases.Out(halfSteps[m.field], allPhases); err != nil {
		return fmt.Errorf("hold the motor: %w", err)
	}
	if err := m.enable.Out(gpio.Level(!m.low)); err != nil {
		return fmt.Errorf("switch the motor on: %w", err)
	}
	m.latest = m.clock.Now()
	return nil
}

// step makes a half-step when it is due, and not before slowest has passed since the last. It reckons the next one's time from the
// latest moment that this one can have been at, and the speed that the motor has from the earliest: who takes it for faster than it
// is has it lose steps.
func (m *motor) step(slowest time.Duration) error {
	due := m.latest + max(m.wait, slowest)
	asked := m.clock.Now()
	m.clock.Until(due)
	m.field = (m.field + 1) % len(halfSteps)
	before := m.clock.Now()
	err := m.phases.Out(halfSteps[m.field], allPhases)
	now := m.clock.Now()
	m.steps++
	if err != nil {
		return fmt.Errorf("step the motor: %w", err)
	}
	if asked < due { // else the motor waited for the heat
		m.late.add(now - due)
	}
	m.wait = m.next(now - m.earliest)
	m.earliest, m.latest = before, now
	return nil
}

// next is the time to the half-step after one that took so long at most: a motor that was held up speeds up again from there.
func (m *motor) next(took time.Duration) time.Duration {
	ramp := m.data.ramp
	i := 0
	for i < len(ramp)-1 && took <= ramp[i]+stepSlack {
		i++
	}
	return ramp[i]
}

// stepSlack is how late a half-step may be and still count as on time. It is little beside the ramp's own margin.
const stepSlack = 20 * time.Microsecond

// slowing is the least time to a half-step after which so many are left, so that the last comes as slow as the first.
func (m *motor) slowing(left int) time.Duration { return m.data.ramp[min(left, len(m.data.ramp)-1)] }

// off holds the field until the paper stands, and takes the current away.
func (m *motor) off() error {
	if m.on {
		m.clock.Until(m.latest + m.data.settle)
	}
	if err := insist(func() error { return m.enable.Out(gpio.Level(m.low)) }); err != nil {
		return fmt.Errorf("switch the motor off: %w", err)
	}
	m.on = false
	if err := insist(func() error { return m.phases.Out(0, allPhases) }); err != nil {
		return fmt.Errorf("switch the motor's phases off: %w", err)
	}
	return nil
}
