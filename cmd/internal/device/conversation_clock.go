package device

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/kiosk"
)

const (
	// glance is how often a running totem looks at its clock, and whether a person has vouched for it.
	glance = 5 * time.Second
	// remembering is how often it writes down what it knows of the time.
	remembering = 10 * time.Minute
)

// tick looks at the clock and tells the conversation what it knows of the time.
func (c *conversation) tick(ctx context.Context) {
	c.hearPerson()
	c.clock.look()
	s := c.clock.standing()
	if s.unknown() != c.unknown || !c.ticked {
		c.turnClock(ctx, s)
	}
	c.ticked = true
	c.hear(ctx, kiosk.Tick{Now: s.Time})
	c.remember(ctx, s)
}

// turnClock tells the conversation that the time is known from now on, or is not.
func (c *conversation) turnClock(ctx context.Context, s standing) {
	c.unknown = s.unknown()
	if !c.unknown {
		c.day = booking.Day{} // what comes next begins anew
		c.hear(ctx, kiosk.ClockChanged{})
		event.Log(c.log, event.ClockKnown, slog.String("by", string(s.By)))
	} else {
		c.hear(ctx, kiosk.ClockChanged{Unknown: true, Day: c.day})
		event.Log(c.log, event.ClockUnknown)
	}
	c.hear(ctx, kiosk.Tick{Now: s.Time})
	if c.office.ID != "" {
		if err := c.reoffer(ctx); err != nil {
			c.fail(err)
		}
	}
}

// hearPerson takes in what a person has vouched for since the last look.
func (c *conversation) hearPerson() {
	data, err := os.ReadFile(filepath.Join(c.data, vouchFile))
	if err != nil || string(data) == c.mark {
		return
	}
	c.mark = string(data)
	c.clock.vouched(decodeMemory(data))
}

// remember writes down what is known of the time, now and then, so that a restart of the program or of the machine
// goes on from it.
func (c *conversation) remember(ctx context.Context, s standing) {
	v, known := c.clock.word()
	zone := c.written.Zone
	if c.office.ID != "" {
		zone = c.zone.String()
	}
	news := known && v.By != c.written.By || c.day != c.written.Day || zone != c.written.Zone
	if at := c.clock.steady(); !known && !news || !news && at-c.writtenAt < remembering {
		return
	}
	c.writtenAt = c.clock.steady()
	if known && s.By != ByBattery {
		c.clock.saw(s.Time)
		if err := c.store.See(ctx, s.Time); err != nil {
			c.fail(err)
		}
	}
	m := memory{Boot: c.clock.machine.Boot(), Zone: zone, Seen: c.written.Seen, Day: c.day}
	if known {
		m.vouch = v
		if s.By != ByBattery {
			m.Seen = s.Time
		}
	}
	c.written = m
	if err := remember(c.data, clockFile, m); err != nil {
		c.fail(err)
	}
}

// offerDay returns whose slots are given, and from when on: today's, or while the clock is unknown those of the day that
// numberDay finds. That day is kept as long as its opening is not over for certain, even when nothing is left of it: the
// numbers of a day to come would be called on that day.
func (c *conversation) offerDay(ctx context.Context) (booking.Day, time.Time, error) {
	now := c.clock.time()
	from := now.Add(c.office.Lead)
	if !c.unknown {
		return booking.DayOf(now, c.zone), from, nil
	}
	if c.day.IsZero() || !openAfter(c.office.Hours, c.zone, c.day, now) {
		day, ok, err := numberDay(c.office.Hours, c.zone, now, func(d booking.Day) (bool, error) {
			starts, err := c.store.Offers(ctx, d, from)
			for _, s := range starts {
				if s.Number != "" {
					return true, err
				}
			}
			return false, err
		})
		if err != nil {
			return booking.Day{}, from, err
		}
		c.day = booking.Day{}
		if ok {
			c.day = day
		}
	}
	c.hear(ctx, kiosk.ClockChanged{Unknown: true, Day: c.day})
	return c.day, from, nil
}
