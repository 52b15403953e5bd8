package scheduler

import (
	"context"
	"errors"
	"slices"

	"example.org/totem/booking"
	"example.org/totem/ledger"
)

// mayBePassed reports whether another totem of the office can have been passed slots of the totem, by what is known before the
// fence has changed anything: only a totem that has told where it is reached is ever asked, and only one with a store asks.
func (f Fencing) mayBePassed(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (bool, error) {
	if f.Ward == nil {
		return false, nil
	}
	members, err := f.Roster.Members(ctx, office)
	if err != nil && !errors.Is(err, ledger.ErrUnreadable) {
		return false, err
	}
	others := err != nil || slices.ContainsFunc(members, func(m ledger.Member) bool { return m.Totem != totem && hasStore(m) })
	if !others {
		return false, nil
	}
	healths, err := f.Ward.Healths(ctx, office)
	if errors.Is(err, ledger.ErrUnreadable) {
		return true, nil
	}
	return slices.ContainsFunc(healths, func(h ledger.Health) bool { return h.Told.Address != "" }), err
}

// orphaning takes the free slots of a totem whose name was forgotten.
type orphaning struct {
	Fencing
	office booking.OfficeID
	totem  booking.TotemID
	known  bool // it ever had a store
	settle bool // nobody can have been passed any of them
}

// all goes through all sheets of the office. What cannot be read does not hold up the rest.
func (o orphaning) all(ctx context.Context, epoch uint64, fenced *Fenced) error {
	t, err := stand(ctx, o.Roster, o.office, epoch)
	if err != nil {
		return err
	}
	t.speakTo(o.Book, o.office)
	days, err := o.Book.Days(ctx)
	if err != nil {
		return err
	}
	var spoiled error
	for _, day := range days {
		sheets, err := o.Book.Sheets(ctx, o.office, day)
		if errors.Is(err, ledger.ErrUnreadable) {
			spoiled, err = errors.Join(spoiled, err), nil
		}
		if err != nil {
			return err
		}
		for _, sheet := range sheets {
			if err := o.one(ctx, sheet.SheetKey, fenced); err != nil {
				return err
			}
		}
	}
	return unreadable(spoiled)
}

// one takes the totem's slots of one sheet. Where any totem holds slots it writes the sheet even if nothing changes: a fact of
// a slot that was passed on to the totem may be folded just now, by what the roster said before the name was forgotten, and
// would put the slot under a name that a new store takes. The ledger refuses it now.
func (o orphaning) one(ctx context.Context, key booking.SheetKey, fenced *Fenced) error {
	for {
		before, err := o.Book.Sheet(ctx, key)
		if errors.Is(err, ledger.ErrNoSheet) || errors.Is(err, ledger.ErrClosed) {
			return nil // its day was closed meanwhile
		}
		if err != nil {
			return err
		}
		n := countFree(before, booking.HeldBy(o.totem))
		if n == 0 && !(o.known && slices.ContainsFunc(before.Slots, isOut)) {
			return nil
		}
		after := before.Orphan(o.totem)
		settles := o.settle && countFree(before, booking.Limbo) == 0 // what was there waits for others
		if settles {
			after = after.Settle(o.Planned)
		}
		after.Revision = before.Revision
		_, err = o.Book.Put(ctx, after)
		switch {
		case errors.Is(err, ledger.ErrConflict) && ctx.Err() == nil:
			continue
		case errors.Is(err, ledger.ErrClosed):
			return nil
		case err == nil && settles:
			fenced.Returned += n
		case err == nil:
			fenced.Waiting += n
		}
		return err
	}
}

// isOut reports whether a free slot is not the ledger's to give.
func isOut(slot booking.Slot) bool {
	return slot.State == booking.Free && slot.Holder != booking.Pool && slot.Holder != booking.Reserve
}

func countFree(s booking.Sheet, h booking.Holder) (n int) {
	for _, slot := range s.Slots {
		if slot.State == booking.Free && slot.Holder == h {
			n++
		}
	}
	return n
}
