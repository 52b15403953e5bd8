package scheduler

import (
	"context"
	"errors"
	"log/slog"
	"slices"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/ledger"
)

// Fold writes a totem's fact to the ledger, exactly once: by its number, never by its bytes. sequence is its place on
// the link. The facts of one totem are told in order, one at a time. An error means that the ledger could not be
// reached: tell the same fact again. A fact that does not fit, or whose record in the ledger cannot be read, is logged
// and set aside, and is no error: it must never block those behind it.
func (s *Service) Fold(ctx context.Context, id booking.OfficeID, totem booking.TotemID, sequence uint64, f booking.Fact) error {
	err := s.fold(ctx, id, totem, sequence, f)
	if errors.Is(err, ledger.ErrUnreadable) {
		s.park(ledger.Member{Office: id, Totem: totem}, f.ID, sequence, "the totem's record in the roster cannot be read")
		return nil
	}
	return err
}

// fold is Fold; ledger.ErrUnreadable is the roster's word.
func (s *Service) fold(ctx context.Context, id booking.OfficeID, totem booking.TotemID, sequence uint64, f booking.Fact) error {
	for {
		m, err := s.roster.Member(ctx, id, totem)
		switch {
		case err != nil:
			return err
		case f.ID.Incarnation != m.Incarnation:
			return s.foldForeign(ctx, m, sequence, f)
		case f.ID.N <= m.Folded:
			return nil
		}
		s.heardFact(id, totem, f)
		if err := s.apply(ctx, m, sequence, f, s.changeBy(ctx, m, f)); err != nil {
			return err
		}
		m.Folded, m.Sequence = f.ID.N, max(m.Sequence, sequence)
		_, err = s.roster.PutMember(ctx, m)
		if errors.Is(err, ledger.ErrConflict) {
			continue // a fence or a second worker came between
		}
		if err == nil && f.Kind == booking.FactClosed {
			err = s.purge(ctx, id, totem, m.Sequence)
		}
		return err
	}
}

// edit changes a sheet as a fact demands.
type edit func(booking.Sheet) (booking.Sheet, error)

// changeBy is what a fact does to its sheet, nil for one that does nothing.
func (s *Service) changeBy(ctx context.Context, m ledger.Member, f booking.Fact) edit {
	if change := booked(m.Totem, f); change != nil {
		return change
	}
	return s.handed(ctx, m, m.Totem, f)
}

// booked is what a fact about a ticket does to its sheet, nil for the others. Whose ticket it is that has arrived or was
// cancelled is no matter: the totem was shown its code.
func booked(totem booking.TotemID, f booking.Fact) edit {
	switch f.Kind {
	case booking.FactIssued:
		return func(s booking.Sheet) (booking.Sheet, error) {
			return outOfLimbo(s, f.Slot, totem).Book(f.Slot, booking.HeldBy(totem), f.Code)
		}
	case booking.FactPrinted:
		return func(s booking.Sheet) (booking.Sheet, error) {
			return s.Printed(f.Slot, booking.HeldBy(totem), f.Paper)
		}
	case booking.FactArrived:
		return func(s booking.Sheet) (booking.Sheet, error) { return s.Arrive(f.Slot, f.Code) }
	case booking.FactCancelled:
		return func(s booking.Sheet) (booking.Sheet, error) { return s.Cancel(f.Slot, f.Code) }
	case booking.FactCounted, booking.FactClosed, booking.FactReleased, booking.FactTransferred, booking.FactReceived:
	}
	return nil
}

// apply brings what f says into the ledger: to its sheet, or into the tally if its day is closed.
func (s *Service) apply(ctx context.Context, m ledger.Member, sequence uint64, f booking.Fact, change edit) error {
	if change == nil {
		return s.count(ctx, m, f)
	}
	closed, err := s.counted(ctx, m.Office, f.Day)
	if err != nil {
		return err
	}
	if closed || !s.changing.enter(officeDay{m.Office, f.Day}) {
		if told, err := s.isTold(ctx, m.Office, f, change); told || err != nil {
			return err
		}
		return s.count(ctx, m, f)
	}
	_, err = ledger.Change(ctx, s.book, booking.SheetKey{Office: m.Office, Queue: f.Queue, Day: f.Day}, change)
	s.changing.leave(officeDay{m.Office, f.Day})
	switch {
	case err == nil:
		s.eraseEnded(ctx, m, f)
		event.Log(s.log, event.FactFolded, factAttrs(m, f)...)
	case errors.Is(err, ledger.ErrClosed), errors.Is(err, ledger.ErrNoSheet) && s.over(m.Office, f.Day, s.now()):
		return s.count(ctx, m, f)
	case errors.Is(err, ledger.ErrUnreadable):
		s.park(m, f.ID, sequence, "the sheet "+string(f.Queue)+" of "+f.Day.String()+" cannot be read")
	case errors.Is(err, errUnproved):
		s.park(m, f.ID, sequence, errUnproved.Error())
	case errors.Is(err, booking.ErrPassed): // its bearer was at two totems, or was called meanwhile
		event.Log(s.log, event.FactPassed, factAttrs(m, f)...)
	default:
		reason, contradicts := contradiction(err)
		if !contradicts {
			return err
		}
		event.Log(s.log, event.FactConflict, append(factAttrs(m, f), slog.String("reason", reason))...)
	}
	return nil
}

// isTold reports whether the sheet of a day that is being closed says already what the fact does: then it is counted
// with the sheet.
func (s *Service) isTold(ctx context.Context, id booking.OfficeID, f booking.Fact, change edit) (bool, error) {
	before, err := s.book.Sheet(ctx, booking.SheetKey{Office: id, Queue: f.Queue, Day: f.Day})
	switch {
	case errors.Is(err, ledger.ErrNoSheet), errors.Is(err, ledger.ErrClosed), errors.Is(err, ledger.ErrUnreadable):
		return false, nil
	case err != nil:
		return false, err
	}
	after, err := change(before)
	return err == nil && slices.Equal(before.Slots, after.Slots), nil
}

// contradiction reports whether err is the ledger's own word that the change cannot be, in words without a number.
func contradiction(err error) (reason string, ok bool) {
	for _, word := range []error{ledger.ErrNoSheet, booking.ErrNoSlot, booking.ErrNotHeld, booking.ErrTaken, booking.ErrNoTicket, booking.ErrVoid,
		booking.ErrWorn} {
		if errors.Is(err, word) {
			return word.Error(), true
		}
	}
	return "", false
}

// foldForeign deals with a fact of a store that does not answer to the totem's name. Of a store that was fenced, a
// ticket may be on paper all the same: if its slot is still to be had it is taken out of sale. And what it has told of a slot that
// changed hands it had committed before: that is true, and has its effect while the slot's Hands show nothing later.
func (s *Service) foldForeign(ctx context.Context, m ledger.Member, sequence uint64, f booking.Fact) error {
	if !slices.Contains(m.Fenced, f.ID.Incarnation) && !slices.Contains(m.Fenced, unseen) {
		s.park(m, f.ID, sequence, "the store is not the totem's")
		return nil
	}
	s.park(m, f.ID, sequence, "the store was fenced")
	change := s.handed(ctx, m, "", f)
	if f.Kind == booking.FactIssued {
		change = func(sheet booking.Sheet) (booking.Sheet, error) {
			if granted, err := sheet.Grant(f.Slot, m.Totem); err == nil {
				sheet = granted
			}
			return outOfLimbo(sheet, f.Slot, m.Totem).Book(f.Slot, booking.HeldBy(m.Totem), f.Code)
		}
	}
	if change != nil {
		if err := s.apply(ctx, m, sequence, f, change); err != nil {
			return err
		}
	}
	return s.advance(ctx, m, sequence)
}

// advance notes that the totem's link has come to a sequence, for the chain of the store that comes after a fenced one.
func (s *Service) advance(ctx context.Context, m ledger.Member, sequence uint64) error {
	for m.Sequence < sequence {
		m.Sequence = sequence
		_, err := s.roster.PutMember(ctx, m)
		if !errors.Is(err, ledger.ErrConflict) {
			return err
		}
		if m, err = s.roster.Member(ctx, m.Office, m.Totem); err != nil {
			return err
		}
	}
	return nil
}

// Park sets a fact aside that the link could not read: of a newer version, an unknown kind, or no fact at all. id is
// zero where not even the number could be read. The facts behind it go on. An error means that the ledger could not
// be reached.
func (s *Service) Park(ctx context.Context, office booking.OfficeID, totem booking.TotemID, sequence uint64, id booking.FactID, reason error) error {
	for {
		m, err := s.roster.Member(ctx, office, totem)
		if errors.Is(err, ledger.ErrUnreadable) {
			s.park(ledger.Member{Office: office, Totem: totem}, id, sequence, reason.Error())
			return nil
		}
		if err != nil || id.Incarnation == m.Incarnation && id.N <= m.Folded && sequence <= m.Sequence {
			return err
		}
		s.park(m, id, sequence, reason.Error())
		if !id.Incarnation.IsZero() && id.Incarnation == m.Incarnation {
			m.Folded = max(m.Folded, id.N)
		}
		m.Sequence = max(m.Sequence, sequence)
		if _, err = s.roster.PutMember(ctx, m); !errors.Is(err, ledger.ErrConflict) {
			return err
		}
	}
}

func (s *Service) park(m ledger.Member, id booking.FactID, sequence uint64, reason string) {
	event.Log(s.log, event.FactParked, totemAttr(m.Office, m.Totem), slog.Uint64("n", id.N),
		slog.Uint64("sequence", sequence), slog.String("reason", reason))
}

func factAttrs(m ledger.Member, f booking.Fact) []slog.Attr {
	return []slog.Attr{totemAttr(m.Office, m.Totem), slog.Uint64("n", f.ID.N), slog.String("kind", string(f.Kind)),
		slog.String("day", f.Day.String()), slog.String("queue", string(f.Queue))}
}
