package scheduler

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.org/totem/booking"
	"example.org/totem/ledger"
)

// Risk is what a fence of a totem would do, for the person who decides it. Every free slot named here is sold twice if the
// totem's device is alive and gives a ticket for it.
type Risk struct {
	Known    bool      // a store of the totem introduced itself at some time, or a key is enrolled for it
	Slots    []RiskAt  // what it holds unsold, by day and queue
	Heard    time.Time // when it told last how it is, to the minute; zero if it never did, or nobody keeps that
	Unfolded bool      // facts of it are not in the ledger yet: a fence waits for them
	// Passed are the office's other totems that have a store, if slots can have been passed on among them: the slots wait until all of
	// these have told. None: they go back at once.
	Passed []RiskPeer
}

// RiskAt is how many free slots the totem holds on one sheet.
type RiskAt struct {
	Day   booking.Day
	Queue booking.QueueID
	Free  int
}

// RiskPeer is a totem that may have been passed slots.
type RiskPeer struct {
	Totem booking.TotemID
	Heard time.Time // as in Risk
}

// Preview returns what a fence of the totem would put at risk. It changes nothing. The error is ErrUnknownTotem if nothing is known
// of the totem, or trouble that may pass; what cannot be read is left out, and told beside the rest.
func (f Fencing) Preview(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (Risk, error) {
	r, err := f.preview(ctx, office, totem)
	if err != nil {
		return r, fmt.Errorf("look what a fence of %s/%s puts at risk: %w", office, totem, err)
	}
	return r, nil
}

func (f Fencing) preview(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (r Risk, err error) {
	m, spoiled := f.Roster.Member(ctx, office, totem)
	if spoiled != nil && !errors.Is(spoiled, ledger.ErrUnreadable) {
		return r, spoiled
	}
	r.Known = m.Revision != 0
	more, err := f.slotsOf(ctx, office, totem, &r)
	if err != nil {
		return r, err
	}
	if !r.Known && len(r.Slots) == 0 {
		return r, errors.Join(ErrUnknownTotem, more)
	}
	if f.Folded != nil {
		folded, err := f.Folded(ctx, office, totem)
		if err != nil {
			return r, err
		}
		r.Unfolded = !folded
	}
	return r, errors.Join(f.whoHeard(ctx, office, totem, &r), unreadable(errors.Join(spoiled, more)))
}

// slotsOf fills in what the totem holds.
func (f Fencing) slotsOf(ctx context.Context, office booking.OfficeID, totem booking.TotemID, r *Risk) (spoiled, err error) {
	days, err := f.Book.Days(ctx)
	if err != nil {
		return nil, err
	}
	for _, day := range days {
		sheets, err := f.Book.Sheets(ctx, office, day)
		if errors.Is(err, ledger.ErrUnreadable) {
			spoiled, err = errors.Join(spoiled, err), nil
		}
		if err != nil {
			return spoiled, err
		}
		for _, sheet := range sheets {
			if n := countFree(sheet, booking.HeldBy(totem)); n > 0 {
				r.Slots = append(r.Slots, RiskAt{Day: day, Queue: sheet.Queue, Free: n})
			}
		}
	}
	return spoiled, nil
}

// whoHeard fills in when the totem and those that it may have passed slots to were heard.
func (f Fencing) whoHeard(ctx context.Context, office booking.OfficeID, totem booking.TotemID, r *Risk) error {
	passed, err := f.mayBePassed(ctx, office, totem)
	if err != nil {
		return err
	}
	heard := make(map[booking.TotemID]ledger.Health)
	if f.Ward != nil {
		healths, err := f.Ward.Healths(ctx, office)
		if err != nil && !errors.Is(err, ledger.ErrUnreadable) {
			return err
		}
		for _, h := range healths {
			heard[h.Totem] = h
		}
	}
	r.Heard = heard[totem].Heard
	if !passed {
		return nil
	}
	members, err := f.Roster.Members(ctx, office)
	if err != nil && !errors.Is(err, ledger.ErrUnreadable) {
		return err
	}
	for _, m := range members {
		if m.Totem != totem && hasStore(m) {
			r.Passed = append(r.Passed, RiskPeer{Totem: m.Totem, Heard: heard[m.Totem].Heard})
		}
	}
	return nil
}
