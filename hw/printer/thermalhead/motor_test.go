package thermalhead_test

import (
	"testing"
	"time"

	"periph.io/x/conn/v3/gpio"

	"example.org/totem/hw/printer/raster"
	"example.org/totem/hw/printer/thermalhead"
	"example.org/totem/internal/headsim"
	"example.org/totem/paper"
	"example.org/totem/ticket"
)

// slowPhases are phases that are set at once, but whoever sets them goes on late after one of the times.
type slowPhases struct {
	headsim.Group
	m     *headsim.Mechanism
	delay time.Duration
	at, n int
}

func (s *slowPhases) Out(value, mask gpio.GPIOValue) error {
	err := s.Group.Out(value, mask)
	if s.n++; s.n == s.at {
		s.m.Until(s.m.Now() + s.delay)
	}
	return err
}

func TestAHalfStepThatTheLoopHearsOfLateIsNotTakenForAFasterMotor(t *testing.T) {
	for _, profile := range thermalhead.Profiles() {
		for _, delay := range []time.Duration{30 * time.Microsecond, 100 * time.Microsecond, 400 * time.Microsecond, 5 * time.Millisecond} {
			for at := 1; at <= 120; at++ {
				sim, cfg := around(t, profile), config(t, profile)
				m := headsim.New(sim)
				pic := pattern(sim.Model.Dots, 12)
				cfg.Clock = m
				cfg.Draw = func(ticket.Slip, raster.Format) (raster.Picture, error) { return pic, nil }
				p := parts(m, cfg.Profile, false)
				p.Phases = &slowPhases{Group: m.Phases(), m: m, delay: delay, at: at}
				head, err := thermalhead.New(p, cfg)
				if err != nil {
					t.Fatal(err)
				}
				res, err := head.Print(t.Context(), ticket.Slip{})
				if err != nil || res.Outcome != paper.Printed {
					t.Fatalf("%s, call %d %v late: %+v, %v", profile, at, delay, res, err)
				}
				if m.Missed() > 0 || differs(m.Picture(), pic) != "" {
					t.Errorf("%s, call %d %v late: %d half-steps missed: %s", profile, at, delay, m.Missed(), differs(m.Picture(), pic))
				}
			}
		}
	}
}
