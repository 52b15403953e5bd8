package store

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/sync/wire"
)

// Take writes what the scheduler answered, in one transaction: sheets newer than the cached ones, day keys, the
// office, and the peers, in place of those that were told before. Slots of this totem that a sheet asks back, and that are
// unsold, are given back in the same transaction; one that is set aside is, once it is put back. A day that this totem has closed stays closed: its sheets and key are left out. A sheet that contradicts a
// ticket of this totem is written, the ticket stands, and the contradiction is logged; but if on a slot of this totem
// the sheet has a ticket with another code, nothing is written and the error is a fault with fault.CodeLinkFork.
func (s *Store) Take(ctx context.Context, p wire.Pulled) error {
	const doing = "take sheets"
	for _, sheet := range p.Sheets {
		if err := s.checkSheet(sheet); err != nil {
			return fmt.Errorf("%s: %w", doing, err)
		}
	}
	if p.Office != nil && p.Office.ID != s.office {
		return fmt.Errorf("%s: the office is %s, not %s", doing, p.Office.ID, s.office)
	}
	var all []written
	err := s.change(ctx, doing, func(t tx) (err error) {
		if all, err = t.take(s.me(), p); err != nil {
			return err
		}
		return t.exec("taken_set", t.minute)
	})
	if err != nil {
		return err
	}
	s.logSheets(all)
	return nil
}

func (t tx) take(me booking.Holder, p wire.Pulled) ([]written, error) {
	closed, err := t.closedBefore()
	if err != nil {
		return nil, err
	}
	for day, key := range p.Keys {
		if day.String() < closed || key.IsZero() {
			continue
		}
		if err := t.exec("key_put", day.String(), key[:]); err != nil {
			return nil, err
		}
	}
	var all []written
	for _, sheet := range p.Sheets {
		cached, known, err := t.revision(sheet.SheetKey)
		if err != nil {
			return nil, err
		}
		if sheet.Day.String() < closed || !sheet.Revision.Newer(cached) {
			continue
		}
		if !known { // of a day that was only asked for, nothing is told but what is here already
			if err := t.exec("key_unasked", sheet.Day.String()); err != nil {
				return nil, err
			}
		}
		w, err := t.putSheet(me, sheet)
		if err != nil {
			return nil, fmt.Errorf("sheet %s: %w", sheet.SheetKey, err)
		}
		all = append(all, w)
	}
	if err := t.putPeers(p.Peers); err != nil {
		return nil, err
	}
	if p.Office == nil {
		return all, nil
	}
	body, err := json.Marshal(p.Office)
	if err != nil {
		return nil, fmt.Errorf("write the office: %w", err)
	}
	return all, t.exec("office_put", p.Digest, string(body))
}

// Push writes a pushed sheet if the cached one is of revision previous. ok is false, and nothing changed, when a pull
// is due: sheets in between may be missing, or the sheet has a free slot for this totem that it does not hold already,
// which only the answer to this very store may give it. A sheet no newer than the cached one, of a closed day, of a day on
// which this totem has nothing, or another sheet of a day on which it has only what it asked for ([Store.TakeGranted]) is left
// alone with ok true. It refuses the same sheet as Take, and gives back what is asked back as Take does.
func (s *Store) Push(ctx context.Context, sheet booking.Sheet, previous uint64) (ok bool, err error) {
	const doing = "take a pushed sheet"
	if err := s.checkSheet(sheet); err != nil {
		return false, fmt.Errorf("%s: %w", doing, err)
	}
	var all []written
	err = s.change(ctx, doing, func(t tx) error {
		var wanted bool
		if wanted, ok, err = t.judge(s.me(), sheet, previous); err != nil || !wanted {
			return err
		}
		w, err := t.putSheet(s.me(), sheet)
		if err != nil {
			return fmt.Errorf("sheet %s: %w", sheet.SheetKey, err)
		}
		all = append(all, w)
		return t.exec("taken_set", t.minute)
	})
	if err != nil {
		return false, err
	}
	s.logSheets(all)
	return ok, nil
}

// judge decides about a pushed sheet: wanted, to be written; ok, no pull is due.
func (t tx) judge(me booking.Holder, sheet booking.Sheet, previous uint64) (wanted, ok bool, err error) {
	closed, err := t.closedBefore()
	if err != nil {
		return false, false, err
	}
	if sheet.Day.String() < closed {
		return false, true, nil
	}
	cached, known, err := t.revision(sheet.SheetKey)
	if err != nil {
		return false, false, err
	}
	if known {
		if !sheet.Revision.Newer(cached) {
			return false, true, nil
		}
		if cached.Sequence != previous || cached.Epoch != sheet.Revision.Epoch {
			return false, false, nil
		}
		raised, err := t.raises(me, sheet)
		return !raised, !raised, err
	}
	if slices.ContainsFunc(sheet.Slots, func(slot booking.Slot) bool { return free(slot, me) }) {
		return false, false, nil
	}
	var asked bool
	switch err := t.row("key_known", sheet.Day.String()).Scan(&asked); {
	case noRow(err):
		return false, !holdsAny(sheet, me), nil
	case err != nil:
		return false, false, err
	case asked:
		return false, !holdsAny(sheet, me), nil
	}
	return previous == 0, previous == 0, nil
}

// raises reports whether the sheet has a free slot for me that I do not hold already, by the cache or by what was done here:
// a slot that was given back here stays given back until the sheet tells of more changes of hands.
func (t tx) raises(me booking.Holder, sheet booking.Sheet) (bool, error) {
	cached, err := t.cachedSlots(sheet.Day.String(), string(sheet.Queue))
	if err != nil {
		return false, err
	}
	hands, err := t.hands(sheet.Day.String(), string(sheet.Queue))
	if err != nil {
		return false, err
	}
	for _, slot := range sheet.Slots {
		known := hands[slot.Number].overrides(slot) || strings.HasPrefix(cached[slot.Number], slotHead(slot))
		if free(slot, me) && !known {
			return true, nil
		}
	}
	return false, nil
}

func free(slot booking.Slot, me booking.Holder) bool {
	return slot.Holder == me && slot.State == booking.Free
}

func holdsAny(sheet booking.Sheet, me booking.Holder) bool {
	return slices.ContainsFunc(sheet.Slots, func(slot booking.Slot) bool { return slot.Holder == me })
}

func (s *Store) checkSheet(sheet booking.Sheet) error {
	if sheet.Office != s.office {
		return fmt.Errorf("sheet %s is not of office %s", sheet.SheetKey, s.office)
	}
	if sheet.Day.IsZero() || sheet.Queue == "" {
		return fmt.Errorf("sheet %s: no day or queue", sheet.SheetKey)
	}
	for _, slot := range sheet.Slots {
		if strings.ContainsAny(string(slot.Holder), fieldMark+lineMark) {
			return fmt.Errorf("sheet %s: holder %q", sheet.SheetKey, slot.Holder)
		}
	}
	return sheet.Check()
}

func (s *Store) logSheets(all []written) {
	if len(all) == 0 {
		return
	}
	event.Log(s.log, event.SheetsTaken, slog.Int("sheets", len(all)))
	for _, w := range all {
		if w.contradicted > 0 {
			event.Log(s.log, event.SheetConflict, slog.String("queue", string(w.key.Queue)),
				slog.String("day", w.key.Day.String()), slog.Int("tickets", w.contradicted))
		}
	}
}

// closedBefore returns the day before which every day is closed, "" for none. Days compare as their text does.
func (t tx) closedBefore() (day string, err error) {
	return day, t.row("closed_before").Scan(&day)
}

// revision returns the cached sheet's revision, known false and the zero Revision if there is none.
func (t tx) revision(key booking.SheetKey) (r booking.Revision, known bool, err error) {
	var epoch, sequence int64
	switch err := t.row("sheet_revision", key.Day.String(), string(key.Queue)).Scan(&epoch, &sequence); {
	case noRow(err):
		return booking.Revision{}, false, nil
	case err != nil:
		return booking.Revision{}, false, err
	}
	return booking.Revision{Epoch: uint64(epoch), Sequence: uint64(sequence)}, true, nil
}
