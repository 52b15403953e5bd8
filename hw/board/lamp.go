package board

import (
	"context"
	"time"

	"periph.io/x/conn/v3/gpio"
)

// Signal is what the lamp says.
type Signal uint8

// The signals. A totem that does not run, or has not begun, shows no light.
const (
	Dark         Signal = iota // nothing is known yet
	GivesTickets               // lit: it gives tickets on paper
	WithoutPaper               // blinks slowly: it gives tickets, with the number on the screen only
	OutOfService               // blinks fast: it gives none
)

// period is half of the time from one flash to the next, 0 for no flashes. Nothing flashes more than three times a second
// (WCAG 2.3.1), nor nearly so.
func (s Signal) period() time.Duration {
	switch s {
	case WithoutPaper:
		return time.Second
	case OutOfService:
		return 250 * time.Millisecond
	}
	return 0
}

// Lit reports whether the lamp is lit so long after the signal began.
func (s Signal) Lit(after time.Duration) bool {
	if period := s.period(); period > 0 {
		return after/period%2 == 0
	}
	return s == GivesTickets
}

// shine drives the lamp by what signals bring, until ctx ends; then it is dark.
func shine(ctx context.Context, out Out, low bool, signals <-chan Signal) error {
	set := func(lit bool) error { return out.Out(gpio.Level(lit != low)) }
	defer set(false)
	signal, begun := Dark, time.Now()
	var next <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case signal = <-signals:
			begun = time.Now()
		case <-next:
		}
		after := time.Since(begun)
		if err := set(signal.Lit(after)); err != nil {
			return err
		}
		next = nil
		if period := signal.period(); period > 0 {
			next = time.After(period - after%period)
		}
	}
}
