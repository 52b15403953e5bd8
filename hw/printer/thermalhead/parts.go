package thermalhead

import (
	"context"
	"errors"
	"fmt"
	"time"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/spi"

	"example.org/totem/hw/printer/raster"
	"example.org/totem/ticket"
)

// Outputs are lines that are set together, as periph's gpio.Group sets them: bit n of value for line n, where mask has it.
// It may be used by two goroutines at once.
type Outputs interface {
	Out(value, mask gpio.GPIOValue) error
}

// Inputs are lines that are read together, as periph's gpio.Group reads them.
type Inputs interface {
	Read(mask gpio.GPIOValue) (gpio.GPIOValue, error)
}

// Senses tells how warm the head is and what the supply gives. It is asked while nothing is lit.
type Senses interface {
	// Sense returns °C at the head's thermistor and volts at the head. An error that is [ErrSense] means that what was read
	// cannot be; any other that nothing was.
	Sense(ctx context.Context) (celsius, volts float64, err error)
}

// The bits of Parts.Sensors.
const (
	SensePaper gpio.GPIOValue = 1 << iota // paper lies at the head
	SenseDown                             // the head is pressed on the paper
)

// The bits of Parts.Phases: the two ends of the two windings.
const (
	PhaseA gpio.GPIOValue = 1 << iota
	PhaseNotA
	PhaseB
	PhaseNotB
)

// Parts is a mechanism and its wires. All but Close are needed. A line is active when it is high, unless its Low says that it is
// active when it is low.
type Parts struct {
	Data       spi.Conn // the shift register
	Latch      gpio.PinOut
	LatchLow   bool
	Strobes    Outputs // one line for each group of the profile, the left one first
	StrobesLow bool
	Phases     Outputs // of the motor: PhaseA and its neighbours; high: current flows
	Motor      gpio.PinOut
	MotorLow   bool
	Sensors    Inputs // SensePaper, SenseDown
	PaperLow   bool   // paper is there when the line is low
	DownLow    bool   // the head is down when the line is low
	Senses     Senses
	Close      func() error // gives the lines back; nil: nothing is to be done
}

func (p Parts) check() error {
	switch {
	case p.Data == nil:
		return errors.New("thermal head: no shift register")
	case p.Latch == nil || p.Strobes == nil:
		return errors.New("thermal head: no latch or no strobes")
	case p.Phases == nil || p.Motor == nil:
		return errors.New("thermal head: no motor")
	case p.Sensors == nil || p.Senses == nil:
		return errors.New("thermal head: no sensors of paper and head, or no senses of heat and voltage: it is not driven blind")
	}
	return nil
}

// Config is how a mechanism is driven.
type Config struct {
	Profile Profile // needed
	// Draw sets a slip as dots, as raster.Slip does; needed.
	Draw func(ticket.Slip, raster.Format) (raster.Picture, error)

	// Priority is that of the printing thread among the real-time ones (SCHED_FIFO), 1 to 98; the guard's is one above. 0: it
	// is an ordinary thread. A priority that is not allowed is told in the Report, and is no error.
	Priority int
	// LockMemory keeps the program's pages in memory. What is not allowed is told in the Report, and is no error.
	LockMemory bool
	// Late is how late a strobe may end before printing stops, at most 500 µs; 0: 200 µs.
	Late time.Duration
	// Cooling is how long a slip waits for a head that became too hot; 0: 30 s.
	Cooling time.Duration

	Clock Clock // nil: the real one
}

const (
	defaultLate    = 200 * time.Microsecond
	mostLate       = 500 * time.Microsecond
	defaultCooling = 30 * time.Second
)

func (c Config) filled() (Config, error) {
	switch {
	case c.Profile.maxDots == 0:
		return c, errors.New("thermal head: no profile")
	case c.Draw == nil:
		return c, errors.New("thermal head: nobody draws its slips")
	case c.Priority < 0 || c.Priority > 98:
		return c, fmt.Errorf("thermal head: priority %d: want 0 to 98", c.Priority)
	case c.Late < 0 || c.Late > mostLate:
		return c, fmt.Errorf("thermal head: late %v: want up to %v", c.Late, mostLate)
	case c.Cooling < 0:
		return c, errors.New("thermal head: a negative time of cooling")
	}
	if c.Late == 0 {
		c.Late = defaultLate
	}
	if c.Cooling == 0 {
		c.Cooling = defaultCooling
	}
	return c, nil
}

// Together makes a group of single lines, for boards whose lines cannot be set at once: they are set one after the other.
func Together(pins ...gpio.PinOut) Outputs { return together(pins) }

type together []gpio.PinOut

// Out tries every line, also after one that fails.
func (t together) Out(value, mask gpio.GPIOValue) error {
	var errs []error
	for i, pin := range t {
		if bit := gpio.GPIOValue(1) << i; mask&bit != 0 {
			if err := pin.Out(value&bit != 0); err != nil {
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}
