package printer

import (
	"context"
	"log/slog"
	"time"

	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
	"example.org/totem/paper"
)

// mouth is what is known of the presenter's mouth.
type mouth struct {
	full  bool
	since time.Time // when it was first seen full
	stuck bool      // what is in it could not be pulled back, and that was told
}

// see takes in a status. A silent printer does not tell.
func (m *mouth) see(s paper.Status) {
	switch {
	case s.Has(paper.Silent):
	case !s.Has(paper.TicketInMouth):
		*m = mouth{}
	case !m.full:
		m.full, m.since = true, time.Now()
	}
}

// due returns in how long what is in the mouth is to be pulled back, due false for never.
func (m *mouth) due(collect time.Duration) (left time.Duration, due bool) {
	if !m.full || m.stuck || collect == 0 {
		return 0, false
	}
	return collect - time.Since(m.since), true
}

// collect pulls back a slip that waited too long.
func (d *Driver) collect(ctx context.Context) {
	if left, due := d.mouth.due(d.cfg.Collect); due && left <= 0 && d.clearMouth(ctx) {
		d.tell(d.cfg.Device.Status(ctx))
	}
}

// clearMouth pulls back what is in the mouth, and reports whether it did. A model that has no way to do that pushes it
// out with the next slip.
func (d *Driver) clearMouth(ctx context.Context) bool {
	presenter, ok := d.cfg.Device.(Presenter)
	if !ok || !d.mouth.full {
		return false
	}
	if err := presenter.Retract(ctx); err != nil {
		if !d.mouth.stuck && ctx.Err() == nil {
			event.Log(d.cfg.Log, event.SlipStuck, slog.String("fault", string(fault.Of(err).Code)), slog.String("cause", err.Error()))
		}
		d.mouth.stuck = true
		return false
	}
	d.mouth = mouth{}
	event.Log(d.cfg.Log, event.SlipRetracted)
	return true
}
