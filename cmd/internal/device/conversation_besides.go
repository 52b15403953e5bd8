package device

import (
	"time"

	"example.org/totem/booking"
	"example.org/totem/hw/board"
)

// besides does what belongs to each turn of the conversation and to no citizen: lamp, backlight, and the answer to a beat.
func (c *conversation) besides(beat Beat) {
	now := service{code: c.outOfService, timed: !c.unknown}
	if c.prints != nil {
		now.printer, now.asked = c.prints()
	}
	c.front.serves(now)
	_, engaged := c.state.Wake()
	if c.schedule != nil {
		hours := &c.office.Hours
		if c.office.ID == "" {
			hours = nil
		}
		c.front.light(c.unknown || engaged || c.schedule.lit(c.clock.time(), c.zone, hours))
	}
	beat.pass(c.glass, now.String())
}

// watchman says when the panel is to be seen: at its hours, and for a while after somebody was there. A nil watchman: always.
type watchman struct {
	board.Schedule
	steady func() time.Duration

	met   bool
	metAt time.Duration // steady, when somebody touched something last
}

// lingers is for how long the panel stays lit after somebody was there.
const lingers = 2 * time.Minute

func (d *Device) schedule() *watchman {
	s, _ := d.cfg.Board.schedule() // Check has seen to it
	return &watchman{Schedule: s, steady: d.parts.Steady}
}

// meet notes that somebody is there.
func (w *watchman) meet() {
	if w != nil {
		w.met, w.metAt = true, w.steady()
	}
}

func (w *watchman) lit(t time.Time, zone *time.Location, hours *booking.Hours) bool {
	return w.met && w.steady()-w.metAt < lingers || w.Lit(t, zone, hours)
}
