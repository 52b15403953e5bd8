package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/ledger"
	"example.org/totem/scheduler/allocation"
)

// versionOfHands is the message version from which a sheet says what is asked of a totem.
const versionOfHands = 2

// balance grants the totems of an office what they are expected to need on the days that they must be able to live through
// alone, asks back what they do not, and puts in order what edits and fences have left behind. While the office is not whole it
// changes nothing.
func (s *Service) balance(ctx context.Context, o office, now time.Time) error {
	t, err := s.standing(ctx, o.Office.ID)
	switch {
	case err != nil:
		return fmt.Errorf("grant slots of %s: %w", o.Office.ID, err)
	case !t.whole():
		return t.unread
	}
	today := booking.DayOf(now, o.Zone)
	s.forecasts.forget(o.Office.ID, today)
	var keys []booking.SheetKey
	for _, day := range allocation.Cover(o.Office.Hours, today) {
		for _, q := range o.Queues {
			keys = append(keys, booking.SheetKey{Office: o.Office.ID, Queue: q.ID, Day: day})
		}
	}
	further := s.limboSheets(o, keys, t.members, now)
	b := balancing{office: o, standing: t, now: now}
	clear, failed := s.seeLimbo(ctx, o, append(slices.Clone(keys), further...), t.members)
	b.clear = clear
	for _, key := range keys {
		past, err := s.past(ctx, o.Office.ID, key.Day)
		failed = gather(failed, err, s.balanceSheet(ctx, b, key, func(sheet booking.Sheet) booking.Sheet {
			return s.shared(b, sheet, past)
		}))
	}
	for _, key := range further {
		failed = gather(failed, s.balanceSheet(ctx, b, key, func(sheet booking.Sheet) booking.Sheet { return sheet }))
	}
	return failed
}

// balancing is what is known of an office when its sheets are balanced.
type balancing struct {
	office
	standing
	now   time.Time
	clear map[limboSlot]int // what is in limbo and nobody's
}

// balanceSheet brings one sheet up to date.
func (s *Service) balanceSheet(ctx context.Context, b balancing, key booking.SheetKey, share func(booking.Sheet) booking.Sheet) error {
	var done changes
	balanced := func(before booking.Sheet) (booking.Sheet, error) {
		after, err := s.strand(ctx, before, b.members)
		if err != nil {
			return before, err
		}
		after = share(settleSheet(after, b.clear, b.HolderOf))
		after, left := after.Rehouse(b.now.Add(b.Office.Lead))
		done = changesOf(before, after)
		done.left = left
		return after, nil
	}
	if before, ok := s.book.Glance(key); ok {
		if after, err := balanced(before); err == nil && slices.Equal(before.Slots, after.Slots) {
			return nil // as far as is known; the next round knows of what was written just now
		}
	}
	_, err := ledger.Change(ctx, s.book, key, balanced)
	switch {
	case errors.Is(err, ledger.ErrNoSheet), errors.Is(err, ledger.ErrClosed):
		return nil // a day without counters, or one that was closed meanwhile
	case err != nil:
		return fmt.Errorf("grant slots of %s: %w", key, err)
	}
	done.log(s.log, key)
	return nil
}

// shared returns the sheet as the office's totems are to share it. What is granted goes to those whose stores have introduced
// themselves alone: a fenced totem that is still alive somewhere must not find new slots granted to its name, and one that comes
// later must not find everything gone.
func (s *Service) shared(b balancing, before booking.Sheet, past pastDays) booking.Sheet {
	q := allocation.Question{
		Now: b.now, Zone: b.Zone, Lead: b.Office.Lead, Release: b.Office.Release, Policy: b.Grants, Planned: b.HolderOf,
	}
	running := s.running()
	for _, totem := range b.Totems {
		q.Totems = append(q.Totems, allocation.Totem{
			ID: totem, Demand: past.demand(before, b.office, totem),
			Reachable: slices.Contains(b.known, totem) && s.ears.reach(totemKey{b.Office.ID, totem}, running),
		})
	}
	after := allocation.Balance(before, q)
	if b.speaks < versionOfHands { // nobody could be asked
		return withoutAsks(before, after)
	}
	return after
}

// withoutAsks returns after with no more asked than before.
func withoutAsks(before, after booking.Sheet) booking.Sheet {
	cloned := false
	for i, slot := range after.Slots {
		if slot.Ask == before.Slots[i].Ask {
			continue
		}
		if !cloned {
			after, cloned = after.Clone(), true
		}
		after.Slots[i].Ask = before.Slots[i].Ask
	}
	return after
}

// changes are what a round has done to a sheet, in numbers of slots.
type changes struct {
	granted, asked, unasked int
	stranded, settled       int
	rehoused, left          int
}

func changesOf(before, after booking.Sheet) (c changes) {
	for i, now := range after.Slots {
		was := before.Slots[i]
		_, held := now.Holder.Totem()
		switch {
		case now.Holder == was.Holder:
		case held:
			c.granted++
		case now.Holder == booking.Limbo:
			c.stranded++
		}
		if was.Holder == booking.Limbo && now.Holder != booking.Limbo {
			c.settled++
		}
		switch {
		case now.Ask == was.Ask:
		case now.Ask == booking.AskNothing && held:
			c.unasked++
		case now.Ask != booking.AskNothing:
			c.asked++
		}
		if now.Ticket.Expected != was.Ticket.Expected {
			c.rehoused++
		}
	}
	return c
}

func (c changes) log(log *slog.Logger, key booking.SheetKey) {
	if c.granted > 0 {
		event.Log(log, event.SheetGranted, sheetAttr(key), slog.Int("slots", c.granted))
	}
	if c.asked+c.unasked > 0 {
		event.Log(log, event.SheetAsked, sheetAttr(key), slog.Int("slots", c.asked), slog.Int("no_longer", c.unasked))
	}
	if c.stranded > 0 {
		event.Log(log, event.SlotsStranded, sheetAttr(key), slog.Int("slots", c.stranded))
	}
	if c.settled > 0 {
		event.Log(log, event.SlotsSettled, sheetAttr(key), slog.Int("slots", c.settled))
	}
	if c.rehoused > 0 {
		event.Log(log, event.TicketsRehoused, sheetAttr(key), slog.Int("tickets", c.rehoused), slog.Int("left", c.left))
	}
}
