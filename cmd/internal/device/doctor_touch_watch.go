package device

import (
	"context"
	"math"

	"example.org/totem/hw/touch/calibration"
	"example.org/totem/hw/touch/contact"
	"example.org/totem/internal/fault"
)

// Sighting is what a panel tells at one moment.
type Sighting struct {
	Contacts []SeenContact `json:"contacts"` // empty: nothing is on the glass
}

// SeenContact is one thing on the glass, by the configuration's calibration.
type SeenContact struct {
	ID    int32   `json:"id"`
	X     float64 `json:"x"` // parts of the glass, from its upper left corner
	Y     float64 `json:"y"`
	XMM   float64 `json:"x_mm"`
	YMM   float64 `json:"y_mm"`
	Hover bool    `json:"hover,omitempty"` // it is near and does not touch
	Palm  bool    `json:"palm,omitempty"`  // the panel takes it for a hand that rests
}

// Watch tells seen whatever the panel tells, until ctx ends, which is no error, or until seen fails.
func (x *TouchExaminer) Watch(ctx context.Context, seen func(Sighting) error) error {
	matrix, err := calibration.Parse(x.panel.Matrix)
	if err != nil {
		return fault.New(fault.CodeConfig, err, "correct panel.touch_matrix in totem.toml, or remove it", "the calibration of the touch panel cannot be used")
	}
	for {
		if _, err := x.fingers.next(ctx, nil); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		if err := seen(sighting(x.fingers.all, x.panel, matrix)); err != nil {
			return err
		}
	}
}

func sighting(contacts []contact.Contact, p Panel, matrix calibration.Matrix) Sighting {
	s := Sighting{Contacts: []SeenContact{}}
	for _, c := range contacts {
		x, y := matrix.Apply(c.X, c.Y)
		height := float64(p.WidthMM) * float64(p.Height) / float64(p.Width)
		s.Contacts = append(s.Contacts, SeenContact{ID: c.ID, X: places(x, 1e4), Y: places(y, 1e4),
			XMM: places(x*float64(p.WidthMM), 10), YMM: places(y*height, 10), Hover: c.Hover, Palm: c.Palm})
	}
	return s
}

// places rounds v to so many parts of one.
func places(v, parts float64) float64 { return math.Round(v*parts)/parts + 0 }
