package scheduler

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/nats-io/nkeys"

	"example.org/totem/booking"
	"example.org/totem/ledger"
)

// errUnproved says that a totem tells of a slot which another one passed on to it, and cannot show that one's signature.
var errUnproved = errors.New("the proof is not by a key of the totem that is said to have passed the slot on")

// handed is what a fact by which a slot changed hands does to its sheet, nil for the others. giver is the totem of m, "" where its
// store was fenced: what that one held is in limbo, and nothing is believed of a store that has its name now. Whether a store is still bound to
// its name is asked after the sheet was read: a fence that comes between has written the sheet since, see [Fencing.Fence].
func (s *Service) handed(ctx context.Context, m ledger.Member, giver booking.TotemID, f booking.Fact) edit {
	hand := booking.Hand{Number: f.Slot, Hands: f.Hands}
	switch f.Kind {
	case booking.FactReleased:
		hand.To = s.plannedOf(m.Office)(f.Slot)
		return func(sheet booking.Sheet) (booking.Sheet, error) { return passOn(sheet, giver, hand, false) }
	case booking.FactTransferred:
		return func(sheet booking.Sheet) (booking.Sheet, error) {
			to, err := s.boundTo(ctx, m.Office, f.Peer, f.Store)
			if err != nil {
				return sheet, err
			}
			return passOn(sheet, giver, booking.Hand{Number: hand.Number, Hands: hand.Hands, To: to}, false)
		}
	case booking.FactReceived:
		return func(sheet booking.Sheet) (booking.Sheet, error) {
			if err := s.checkProof(ctx, m, sheet, f); err != nil {
				return sheet, err
			}
			to, err := s.boundTo(ctx, m.Office, m.Totem, f.ID.Incarnation)
			if err != nil {
				return sheet, err
			}
			return passOn(sheet, f.Peer, booking.Hand{Number: hand.Number, Hands: hand.Hands, To: to}, true)
		}
	case booking.FactIssued, booking.FactPrinted, booking.FactArrived, booking.FactCancelled, booking.FactCounted, booking.FactClosed:
	}
	return nil
}

// passOn returns the sheet with a hand-over by from, which no totem can tell of a slot that it cannot have held: the ledger knows
// the holder of the hands before. skips says that hand-overs before this one may not have been told yet, for they are other
// totems' to tell; of its own, each tells in order.
func passOn(sheet booking.Sheet, from booking.TotemID, h booking.Hand, skips bool) (booking.Sheet, error) {
	i, ok := sheet.Find(h.Number)
	if !ok || h.Hands <= sheet.Slots[i].Hands || sheet.Slots[i].State.HasTicket() {
		return sheet.PassOn(h)
	}
	slot := sheet.Slots[i]
	holder, held := slot.Holder.Totem()
	if slot.Holder != booking.Limbo && !(held && (holder == from || skips && h.Hands > slot.Hands+1)) {
		return sheet, fmt.Errorf("pass on %s on %s: %w", h.Number, sheet.SheetKey, booking.ErrNotHeld)
	}
	return sheet.PassOn(h)
}

// outOfLimbo returns the sheet with slot n held by the totem if it is in limbo: a ticket for it says who had it in the end.
func outOfLimbo(sheet booking.Sheet, n booking.Number, totem booking.TotemID) booking.Sheet {
	i, ok := sheet.Find(n)
	if !ok || sheet.Slots[i].State != booking.Free || sheet.Slots[i].Holder != booking.Limbo {
		return sheet
	}
	taken, err := sheet.PassOn(booking.Hand{Number: n, To: booking.HeldBy(totem), Hands: sheet.Slots[i].Hands + 1})
	if err != nil {
		return sheet
	}
	return taken
}

// plannedOf returns where an office's slots were planned. Those of an office that is not served any more are kept from the web.
func (s *Service) plannedOf(id booking.OfficeID) func(booking.Number) booking.Holder {
	if o, ok := s.offices[id]; ok {
		return o.HolderOf
	}
	return func(booking.Number) booking.Holder { return booking.Reserve }
}

// boundTo returns the totem as holder as long as its name is bound to that store, else limbo: what a lost store was passed it may
// have passed on.
func (s *Service) boundTo(ctx context.Context, id booking.OfficeID, totem booking.TotemID, store booking.Incarnation) (booking.Holder, error) {
	m, err := s.roster.Member(ctx, id, totem)
	switch {
	case errors.Is(err, ledger.ErrUnreadable):
		return booking.Limbo, nil
	case err != nil:
		return "", err
	case m.Incarnation != store || booking.CheckTotemID(string(totem)) != nil:
		return booking.Limbo, nil
	}
	return booking.HeldBy(totem), nil
}

// checkProof returns errUnproved unless who passed the slot on has signed that. A key that was revoked since is good: what it
// signed before stands, and it can only give away what its totem held.
func (s *Service) checkProof(ctx context.Context, to ledger.Member, sheet booking.Sheet, f booking.Fact) error {
	i, ok := sheet.Find(f.Slot)
	if !ok || sheet.Slots[i].Knows(booking.Hand{Number: f.Slot, To: booking.HeldBy(to.Totem), Hands: f.Hands}) {
		return nil // it changes nothing
	}
	donor, err := s.roster.Member(ctx, to.Office, f.Peer)
	if errors.Is(err, ledger.ErrUnreadable) {
		return errUnproved // nobody knows its keys
	}
	if err != nil {
		return err
	}
	keys := append(slices.Clone(donor.Revoked), donor.Key)
	if donor.Key == "" && len(donor.Revoked) == 0 && sheet.Slots[i].Holder == booking.Limbo {
		// Its keys were lost with its record on the roster, which a person made an end of by fencing it. Who was passed its slots
		// has checked the proof.
		return nil
	}
	signed := booking.Transfer{
		Key: sheet.SheetKey, Slot: f.Slot, Start: sheet.Slots[i].Start, Hands: f.Hands, From: f.Peer, To: to.Totem, Store: f.ID.Incarnation,
	}.Signed()
	if !slices.ContainsFunc(keys, func(key string) bool { return hasSigned(key, signed, f.Proof) }) {
		return errUnproved
	}
	return nil
}

func hasSigned(key string, message []byte, proof booking.Proof) bool {
	public, err := nkeys.FromPublicKey(key)
	return err == nil && public.Verify(message, proof[:]) == nil
}
