package device

import (
	"context"
	"slices"
	"sync"
	"time"

	"example.org/totem/hw/touch/calibration"
	"example.org/totem/hw/touch/contact"
	"example.org/totem/internal/fault"
)

// What a steady touch is.
const (
	steadyTries  = 10
	touchWait    = 60 * time.Second       // for a finger to come, and to go
	touchSettles = 150 * time.Millisecond // a finger that lands rolls
	touchHeld    = 650 * time.Millisecond // and then is measured
	touchSpread  = 0.015                  // of what the panel tells: a finger that is held
)

// unsteadyError is a touch that is of no use.
type unsteadyError struct {
	why  string // for the terminal
	todo string // for the glass
}

func (e *unsteadyError) Error() string { return e.why }

// fingers reads a panel on a goroutine of its own, until it is closed.
type fingers struct {
	source contact.Source
	frames chan []contact.Contact
	failed error // why frames was closed
	done   chan struct{}
	reader sync.WaitGroup
	after  func(time.Duration) <-chan time.Time
	all    []contact.Contact // that the panel told last
	now    []contact.Contact // of these, what touches: palms and what hovers left out
}

func follow(source contact.Source, after func(time.Duration) <-chan time.Time) *fingers {
	f := &fingers{source: source, frames: make(chan []contact.Contact), done: make(chan struct{}), after: after}
	f.reader.Go(f.read)
	return f
}

func (f *fingers) read() {
	defer close(f.frames)
	for {
		frame, err := f.source.Read()
		if err != nil {
			f.failed = err
			return
		}
		select {
		case f.frames <- slices.Clone(frame.Contacts):
		case <-f.done:
			return
		}
	}
}

func (f *fingers) close() error {
	close(f.done)
	err := f.source.Close()
	f.reader.Wait()
	return err
}

// next waits for a frame. late is true where the timer was quicker.
func (f *fingers) next(ctx context.Context, timer <-chan time.Time) (late bool, err error) {
	select {
	case all, ok := <-f.frames:
		if !ok {
			return false, lostPanel(f.failed)
		}
		f.all = all
		f.now = slices.DeleteFunc(slices.Clone(all), func(c contact.Contact) bool { return c.Hover || c.Palm })
		return false, nil
	case <-timer:
		return true, nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

// lostPanel is what ends a reading.
func lostPanel(err error) error {
	if fault.Of(err).Code != fault.CodeInternal {
		return err
	}
	return fault.New(fault.CodeTouchOpen, err, "check the panel's cable and power, and try again", "the touch panel went away")
}

// until waits until the number of fingers on the glass fits, at most a minute.
func (f *fingers) until(ctx context.Context, fits func(count int) bool, silence func() error) error {
	timer := f.after(touchWait)
	for !fits(len(f.now)) {
		late, err := f.next(ctx, timer)
		switch {
		case err != nil:
			return err
		case late:
			return silence()
		}
	}
	return nil
}

func (f *fingers) untilNone(ctx context.Context) error {
	return f.until(ctx, func(n int) bool { return n == 0 }, func() error {
		return fault.New(fault.CodeTouchState, nil, "clean and dry the glass, and look for what presses on it; totem doctor touch --watch shows what the panel tells",
			"the panel tells of a touch that does not end")
	})
}

func (f *fingers) untilSome(ctx context.Context) error {
	return f.until(ctx, func(n int) bool { return n > 0 }, func() error {
		return fault.New(fault.CodeTouchState, nil, "touch each aim within a minute; if you did, check the panel's cable: totem doctor touch --watch shows what it tells",
			"the panel told of no touch for a minute")
	})
}

// steady waits for one finger that is held still, and for its end, and returns the middle of where it was told. show is told
// the finger, and whether it has been held for long enough. An [unsteadyError] asks for another touch.
func (f *fingers) steady(ctx context.Context, show func(finger *calibration.Point, held bool)) (calibration.Point, error) {
	if err := f.untilNone(ctx); err != nil {
		return calibration.Point{}, err
	}
	if err := f.untilSome(ctx); err != nil {
		return calibration.Point{}, err
	}
	var at []calibration.Point
	see := func() error {
		switch len(f.now) {
		case 0:
			return &unsteadyError{"the finger was lifted too early", "Hold still until the ring is filled"}
		case 1:
			at = append(at, calibration.Point{X: f.now[0].X, Y: f.now[0].Y})
			show(&at[len(at)-1], false)
			return nil
		}
		return &unsteadyError{"more than one finger was told", "One fingertip alone, and hold still"}
	}
	err := see()
	for _, phase := range []time.Duration{touchSettles, touchHeld} {
		for timer, late := f.after(phase), false; err == nil && !late; {
			if late, err = f.next(ctx, timer); err == nil && !late {
				err = see()
			}
		}
		if phase == touchSettles && len(at) > 0 {
			at = at[len(at)-1:] // where it is now: panels are silent while nothing moves
		}
	}
	if err != nil {
		return calibration.Point{}, err
	}
	x, spreadX := middleOf(at, func(p calibration.Point) float64 { return p.X })
	y, spreadY := middleOf(at, func(p calibration.Point) float64 { return p.Y })
	if max(spreadX, spreadY) > touchSpread {
		return calibration.Point{}, &unsteadyError{"the finger moved", "Hold still until the ring is filled"}
	}
	show(&calibration.Point{X: x, Y: y}, true)
	return calibration.Point{X: x, Y: y}, f.untilNone(ctx)
}

// middleOf returns the middle of one coordinate of points, and how far they lie apart in it.
func middleOf(points []calibration.Point, of func(calibration.Point) float64) (middle, spread float64) {
	var all []float64
	for _, p := range points {
		all = append(all, of(p))
	}
	slices.Sort(all)
	return (all[(len(all)-1)/2] + all[len(all)/2]) / 2, all[len(all)-1] - all[0]
}
