package device

import (
	"context"

	"example.org/totem/hw/printer"
	"example.org/totem/paper"
	"example.org/totem/ticket"
)

// sensed is a printer whose paper is watched by sensors of the board as well: what they say goes with what it says of itself.
type sensed struct {
	printer.Device
	seen   func() paper.Status
	alerts chan struct{} // has a token when either may say something else
}

// sensed returns the printer with its board's sensors, or as it is where there are none. What the printer tells by itself goes on
// being told while pass runs.
func (d *Device) sensed() printer.Device {
	if d.cfg.Board.PaperNear == "" && d.cfg.Board.PaperOut == "" {
		return d.printer
	}
	s := &sensed{Device: d.printer, seen: d.front.paperSeen, alerts: make(chan struct{}, 1)}
	d.front.sense(func() { wake(s.alerts) })
	if own, ok := d.printer.(printer.Alerter); ok {
		d.pass = func(ctx context.Context) error { pass(ctx, own.Alerts(), s.alerts); return nil }
	}
	if presenter, ok := d.printer.(printer.Presenter); ok {
		return &struct {
			*sensed
			printer.Presenter
		}{s, presenter}
	}
	return s
}

// pass hands alerts on until ctx ends.
func pass(ctx context.Context, from <-chan struct{}, to chan<- struct{}) {
	for {
		select {
		case _, ok := <-from:
			if !ok {
				return
			}
			wake(to)
		case <-ctx.Done():
			return
		}
	}
}

// Status implements [printer.Device].
func (s *sensed) Status(ctx context.Context) paper.Status { return s.join(s.Device.Status(ctx)) }

// Print implements [printer.Device].
func (s *sensed) Print(ctx context.Context, slip ticket.Slip) (paper.Result, error) {
	result, err := s.Device.Print(ctx, slip)
	result.Status = s.join(result.Status)
	return result, err
}

// Alerts implements [printer.Alerter].
func (s *sensed) Alerts() <-chan struct{} { return s.alerts }

// join adds what the sensors say to what the printer says. Of a printer that does not answer they still tell the truth.
func (s *sensed) join(status paper.Status) paper.Status { return status | s.seen() }
