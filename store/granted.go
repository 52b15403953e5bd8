package store

import (
	"context"
	"fmt"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

// Footing is how this store stood to the scheduler's ledger when a slot was asked for.
type Footing struct {
	epoch uint64
	told  uint64 // how often what the store holds was read for a ledger that began anew
}

// Footing returns how this store stands now. It is to be asked before the question goes out whose answer is given to
// [Store.TakeGranted].
func (s *Store) Footing(ctx context.Context) (f Footing, err error) {
	const doing = "read how the store stands"
	w := s.write
	if err := w.take(ctx); err != nil {
		return f, fmt.Errorf("%s: %w", doing, err)
	}
	defer w.give()
	f, err = tx{w, s.minute()}.footing()
	return f, faultOf(doing, err)
}

func (t tx) footing() (f Footing, err error) {
	var epoch int64
	err = t.row("epoch").Scan(&epoch)
	return Footing{uint64(epoch), t.mine}, err
}

// tellsMine notes that what this store holds is about to be read for a ledger that began anew.
func (s *Store) tellsMine(ctx context.Context) error {
	if err := s.write.take(ctx); err != nil {
		return err
	}
	s.write.mine++
	s.write.give()
	return nil
}

// TakeGranted writes a sheet on which a slot was granted because this store asked for it on the footing of then, with its
// day's key. ok is false, and nothing was written, where the ledger began anew since, or is about to: what a ledger does not
// know of that has been told already what this store holds would be sold twice. The slot is not lost then, a pull brings it if
// it is there. ok is false too where the day is closed here. Else it is
// as [Store.Take]. Other sheets of a day that was not known before are not this store's affair until a pull brings them.
func (s *Store) TakeGranted(ctx context.Context, g wire.Granted, then Footing) (ok bool, err error) {
	const doing = "take a granted slot"
	if err := s.checkSheet(g.Sheet); err != nil {
		return false, fmt.Errorf("%s: %w", doing, err)
	}
	if g.Key.IsZero() {
		return false, fmt.Errorf("%s: sheet %s has no key", doing, g.Sheet.SheetKey)
	}
	var all []written
	err = s.change(ctx, doing, func(t tx) error {
		now, err := t.footing()
		if err != nil || now != then || now.epoch == 0 || g.Sheet.Revision.Epoch > now.epoch {
			return err
		}
		closed, err := t.closedBefore()
		if err != nil || g.Sheet.Day.String() < closed {
			return err
		}
		ok = true
		all, err = t.takeGranted(s.me(), g)
		return err
	})
	if err != nil {
		return false, err
	}
	s.logSheets(all)
	return ok, nil
}

func (t tx) takeGranted(me booking.Holder, g wire.Granted) ([]written, error) {
	if err := t.exec("key_put_asked", g.Sheet.Day.String(), g.Key[:]); err != nil {
		return nil, err
	}
	cached, _, err := t.revision(g.Sheet.SheetKey)
	if err != nil || !g.Sheet.Revision.Newer(cached) {
		return nil, err
	}
	w, err := t.putSheet(me, g.Sheet)
	if err != nil {
		return nil, fmt.Errorf("sheet %s: %w", g.Sheet.SheetKey, err)
	}
	return []written{w}, nil
}
