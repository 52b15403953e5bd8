package printer

import (
	"context"
	"log/slog"

	"example.org/totem/internal/event"
	"example.org/totem/paper"
)

// supply is the roll as the driver knows it. What jobs use the journal counts too, as they end; the rest is noted by
// keepRoll.
type supply struct {
	roll  paper.Roll
	kept  bool // the journal has told its roll; until then ours is not kept over it
	dirty bool // the journal has to note the roll
	told  bool // once
	last  paper.Supply
}

// use counts paper that no job used.
func (s *supply) use(mm int) {
	if used := s.roll.Feed(mm); used != s.roll {
		s.roll, s.dirty = used, true
	}
}

// loadRoll asks the journal for the roll. Until the journal answers, what is seen and used is not kept: little is lost.
func (d *Driver) loadRoll(ctx context.Context) {
	roll, err := d.cfg.Journal.Roll(ctx)
	if err != nil {
		d.journalFailed(ctx, "read what is known of the roll", err)
		roll = d.supply.roll
	}
	d.supply.kept = err == nil
	d.supply.roll = roll.Fit(d.cfg.Roll.Length, d.cfg.Roll.Reserve)
	d.supply.dirty = d.supply.roll != roll
}

// keepRoll has the journal note the roll, if it does not know it already.
func (d *Driver) keepRoll(ctx context.Context) {
	if !d.supply.kept {
		d.loadRoll(ctx)
	}
	if !d.supply.kept || !d.supply.dirty {
		return
	}
	if err := d.cfg.Journal.KeepRoll(ctx, d.supply.roll); err != nil {
		d.journalFailed(ctx, "note what is known of the roll", err)
		return
	}
	d.supply.dirty = false
}

// seeRoll has the roll seen, and tells what that says.
func (d *Driver) seeRoll(s paper.Status) {
	if seen := d.supply.roll.See(s); seen != d.supply.roll {
		d.supply.roll, d.supply.dirty = seen, true
	}
	d.tellSupply()
}

// tellSupply tells how much paper is left, if that is news, and once a roll that it is low.
func (d *Driver) tellSupply() {
	s := &d.supply
	now := s.roll.Supply()
	low := now.Low(d.cfg.Low)
	if low && !s.roll.Warned {
		s.roll.Warned, s.dirty = true, true
		event.Log(d.cfg.Log, event.PaperLow, slog.Bool("known", now.Known), slog.Int("mm", now.LeftMM), slog.Int("slips", now.Slips))
	}
	if s.told && !news(s.last, now, low) {
		return
	}
	s.told, s.last = true, now
	if d.cfg.Supply != nil {
		d.cfg.Supply(now)
	}
}

// news reports whether the supply has changed notably.
func news(last, now paper.Supply, low bool) bool {
	if now.Known != last.Known || now.Near != last.Near || now.Slips > last.Slips {
		return true
	}
	used := last.Slips - now.Slips
	return used > 0 && (low || used*notable >= last.Slips)
}

// notable is the part of what was left that has to be gone before it is news: a tenth.
const notable = 10
