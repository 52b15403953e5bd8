package scheduler

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/ledger"
	"example.org/totem/scheduler/agenda"
)

// Editing changes days while their slots are being sold, by a person's word. It works beside a running service, or without.
type Editing struct {
	Book   ledger.Book
	Roster ledger.Roster
	Now    func() time.Time // nil means time.Now
}

// Edited is what an edit does to one sheet.
type Edited struct {
	Sheet booking.SheetKey
	agenda.Touched
}

// Preview returns what the edits would do now to days of p's office, one entry for each. The error is a *fault.Fault, or that
// the ledger cannot be read.
func (e Editing) Preview(ctx context.Context, p agenda.Plan, edits []agenda.Edit) ([]Edited, error) {
	return e.all(ctx, p, edits, false)
}

// Apply does what Preview says, as things are by then, and returns what it has done; told again, it changes nothing more. The
// edits are done one by one: after an error those before it are done.
func (e Editing) Apply(ctx context.Context, p agenda.Plan, edits []agenda.Edit) ([]Edited, error) {
	return e.all(ctx, p, edits, true)
}

func (e Editing) all(ctx context.Context, p agenda.Plan, edits []agenda.Edit, write bool) ([]Edited, error) {
	if e.Now == nil {
		e.Now = time.Now
	}
	t, err := e.admit(ctx, p.Office.ID)
	if err == nil {
		err = t.refuseOld(p.Office.ID)
	}
	if err != nil {
		return nil, err
	}
	e.Book.Speak(p.Office.ID, t.speaks)
	all := make([]Edited, 0, len(edits))
	for _, edit := range edits {
		done, err := e.one(ctx, p, edit, write)
		if err != nil {
			return all, err
		}
		all = append(all, done)
	}
	return all, nil
}

// admit returns how the totems of an office stand that may be edited: all that they hold is in the ledger.
func (e Editing) admit(ctx context.Context, id booking.OfficeID) (standing, error) {
	epoch, err := e.Book.Epoch(ctx)
	if err != nil {
		return standing{}, fmt.Errorf("ask for the ledger's epoch: %w", err)
	}
	t, err := stand(ctx, e.Roster, id, epoch)
	switch {
	case err != nil:
		return t, err
	case t.unread != nil:
		return t, unreadable(t.unread)
	case len(t.missing) > 0:
		return t, fault.New(fault.CodeEdit, nil, "let these totems reach the scheduler, or fence those that are lost (scheduler fence), and try again",
			"the ledger began anew, and does not know yet what these totems of %s hold: %s", id, names(t.missing))
	}
	return t, nil
}

// refuseOld refuses an office with totems that would not understand what is asked of them.
func (t standing) refuseOld(id booking.OfficeID) error {
	var old []booking.TotemID
	for _, m := range t.members {
		if !m.Incarnation.IsZero() && m.Speaks < versionOfHands {
			old = append(old, m.Totem)
		}
	}
	if len(old) == 0 {
		return nil
	}
	return fault.New(fault.CodeEdit, nil, "update these totems first; scheduler totems shows each one's release",
		"these totems of %s run a release that cannot be asked for slots: %s", id, names(old))
}

func names(totems []booking.TotemID) string {
	words := make([]string, 0, len(totems))
	for _, t := range totems {
		words = append(words, string(t))
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}

func (e Editing) one(ctx context.Context, p agenda.Plan, edit agenda.Edit, write bool) (Edited, error) {
	done := Edited{Sheet: booking.SheetKey{Office: p.Office.ID, Queue: edit.Queue, Day: edit.Day}}
	change := func(before booking.Sheet) (after booking.Sheet, err error) {
		after, done.Touched, err = edit.Apply(p, before, e.Now())
		return after, err
	}
	if err := checkDay(p, edit.Day, e.Now()); err != nil {
		return done, err
	}
	err := e.change(ctx, p, done.Sheet, write, change)
	switch {
	case errors.Is(err, agenda.ErrCrowded):
		err = fault.New(fault.CodeEdit, err, "open fewer counters, or for a shorter time",
			"queue %s would have more numbers on %s than the three digits of a ticket hold", edit.Queue, edit.Day)
	case errors.Is(err, ledger.ErrClosed):
		err = dayOver(edit.Day)
	case err != nil && edit.Check(p) != nil:
		err = fault.New(fault.CodeUsage, err, "correct it; the office file says which queues and hours there are", "the edit is not possible")
	}
	return done, unreadable(err)
}

func dayOver(day booking.Day) error {
	return fault.New(fault.CodeEdit, nil, "name today or a later day, as 2026-11-24", "%s is over, and nothing of it can be changed", day)
}

func checkDay(p agenda.Plan, day booking.Day, now time.Time) error {
	if day.Compare(booking.DayOf(now, p.Zone)) < 0 {
		return dayOver(day)
	}
	return nil
}

// change changes a sheet of the ledger, or only looks at what change would do. A day that is not planned yet is planned.
func (e Editing) change(ctx context.Context, p agenda.Plan, key booking.SheetKey, write bool, change func(booking.Sheet) (booking.Sheet, error)) error {
	for {
		var err error
		if write {
			_, err = ledger.Change(ctx, e.Book, key, change)
		} else {
			var before booking.Sheet
			if before, err = e.Book.Sheet(ctx, key); err == nil {
				_, err = change(before)
			}
		}
		if !errors.Is(err, ledger.ErrNoSheet) {
			return err
		}
		before, err := e.unplanned(p, key)
		if err != nil {
			return err
		}
		after, err := change(before)
		if err != nil || !write || slices.Equal(after.Slots, before.Slots) {
			return err
		}
		if _, err = e.Book.Put(ctx, after); !errors.Is(err, ledger.ErrConflict) || ctx.Err() != nil {
			return err
		}
	}
}

// unplanned returns the sheet that a scheduler would plan for a day that the ledger has none of, without slots where no
// counter is open; a fault where the day is too far ahead to be planned.
func (e Editing) unplanned(p agenda.Plan, key booking.SheetKey) (booking.Sheet, error) {
	q, ok := p.Queue(key.Queue)
	if !ok {
		return booking.Sheet{}, fault.New(fault.CodeUsage, nil, "write the id of a queue of the office file", "the office has no queue %q", key.Queue)
	}
	if sheet, ok := agenda.PlanDay(p, key.Queue, key.Day); ok {
		return sheet, e.checkHorizon(p, q, key.Day)
	}
	return booking.Sheet{SheetKey: key, Prefix: q.Prefix}, e.checkHorizon(p, q, key.Day)
}

func (e Editing) checkHorizon(p agenda.Plan, q agenda.QueuePlan, day booking.Day) error {
	today := booking.DayOf(e.Now(), p.Zone)
	last := today.AddDays(q.Horizon)
	for _, key := range agenda.Days(p, today) {
		if key.Queue == q.ID && key.Day.Compare(last) > 0 {
			last = key.Day
		}
	}
	if day.Compare(last) <= 0 {
		return nil
	}
	return fault.New(fault.CodeEdit, nil,
		fmt.Sprintf("edit it from %s on; what is to hold for good belongs into the office file", day.AddDays(-q.Horizon)),
		"%s is not planned yet for queue %s", day, q.ID)
}
