package thermalhead

import (
	"fmt"
	"time"

	"example.org/totem/paper"
)

// burn lights the dots of a row, in as few parts as the supply bears, each dot for as long as it needs to darken and no
// longer than its last heat lets it.
func (h *Head) burn(row []byte) (paper.Status, error) {
	for _, part := range h.parted.split(row) {
		for level := 0; level < levels; {
			h.warm.until(h.clock.Now())
			level = h.warm.next(part, level, h.groups, &h.strobe)
			if h.strobe.dots == 0 {
				continue
			}
			if status, err := h.light(&h.strobe); err != nil {
				return status, err
			}
		}
	}
	return 0, nil
}

// light makes one pulse.
func (h *Head) light(p *pulse) (paper.Status, error) {
	law := h.profile.heat
	full, ok := law.full(h.celsius, h.volts, p.dots)
	on := time.Duration(float64(full) * (p.to - p.from))
	if !ok || full > law.longest {
		return paper.VoltageFault, state(fmt.Sprintf("no safe heat time at %.0f °C and %.2f V", h.celsius, h.volts), nil)
	}
	if err := shift(h.parts, p.row); err != nil {
		return paper.Silent, lost("the print head's data line cannot be driven", err)
	}
	drops := h.dropped.Load()
	lit, lateBy, err := h.hold(p, on)
	h.warm.lit(p.row, lit, full, h.clock.Now())
	switch {
	case err != nil:
		return paper.Silent, lost("a strobe cannot be driven", err)
	case lateBy > h.cfg.Late || h.dropped.Load() != drops:
		return 0, late(lateBy, nil)
	}
	return 0, nil
}

// hold switches the pulse's groups on for so long, under the eyes of the guard, and off in any case. It returns how long they
// were lit at most, and how late they went off.
func (h *Head) hold(p *pulse, on time.Duration) (lit, lateBy time.Duration, err error) {
	begun := h.clock.Now()
	h.clock.Arm(begun+on+h.cfg.Late, h.guard)
	h.marked = true
	err = h.strobes(p.groups)
	begins := h.clock.Now()
	if err == nil {
		h.clock.Until(begins + on)
	}
	if off := h.strobes(0); off != nil {
		err = fmt.Errorf("switch the strobes off: %w", off)
		_ = insist(func() error { return h.strobes(0) }) // at once; that all is off is made sure of at the end
	}
	ended := h.clock.Now()
	h.clock.Disarm()
	if err != nil {
		return ended - begun, 0, err
	}
	h.report.Strobes.add(ended - begins - on)
	return ended - begun, ended - begins - on, nil
}
