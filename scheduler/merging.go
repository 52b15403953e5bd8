package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
	"example.org/totem/ledger"
	"example.org/totem/sync/wire"
)

// Merge writes what a totem's store holds into a ledger that began anew: see [booking.Sheet.Join]. A page may come
// twice. After the last one the store is in step with the ledger, and once all stores of the office are, slots are sold
// and granted again. The error is a *wire.Refusal, or trouble that may pass.
func (s *Service) Merge(ctx context.Context, id booking.OfficeID, totem booking.TotemID, page wire.Merge) (wire.Merged, error) {
	o, err := s.officeOf(id, totem)
	if err != nil {
		return wire.Merged{}, s.refuse(id, totem, err)
	}
	today := booking.DayOf(s.now(), o.Zone)
	if err := checkPage(id, page, today); err != nil {
		return wire.Merged{}, s.refuse(id, totem, err)
	}
	epoch, err := s.freshEpoch(ctx)
	if err != nil {
		return wire.Merged{}, err
	}
	m, err := s.teller(ctx, id, totem, page.Incarnation)
	if err != nil || m.Merged == epoch { // told already: its last answer was lost
		return wire.Merged{Epoch: epoch}, err
	}
	for day, key := range page.Keys {
		if s.forgotten(day, today) {
			continue
		}
		if err := s.mergeKey(ctx, id, totem, day, key); err != nil {
			return wire.Merged{}, err
		}
	}
	for _, sheet := range page.Sheets {
		if s.forgotten(sheet.Day, today) {
			continue
		}
		// Once a person has fenced it, nothing that it held may be taken from those who were given it since.
		if m, err = s.teller(ctx, id, totem, page.Incarnation); err != nil {
			return wire.Merged{}, err
		}
		if err := s.mergeSheet(ctx, m, sheet, epoch); err != nil {
			return wire.Merged{}, err
		}
	}
	if page.More {
		return wire.Merged{Epoch: epoch}, nil
	}
	if err := s.join(ctx, id, totem, page, epoch); err != nil {
		return wire.Merged{}, err
	}
	event.Log(s.log, event.TotemMerged, totemAttr(id, totem), slog.Uint64("epoch", epoch))
	now := s.now()
	if err := errors.Join(s.plan(ctx, o, now), s.balance(ctx, o, now)); err != nil {
		event.Log(s.log, event.CentralFault, fault.Attrs(err)...)
	}
	return wire.Merged{Epoch: epoch}, nil
}

// Each day that a page names may cost a stream. A store holds days that [allocation.Cover] has named at some time, or that it
// was granted slots of on request, and has not closed yet.
const (
	daysAhead = 2 * 366
	daysPast  = 62
)

func checkPage(id booking.OfficeID, page wire.Merge, today booking.Day) error {
	far := func(day booking.Day) bool { return day.Compare(today.AddDays(daysAhead)) > 0 }
	foreign := func(s booking.Sheet) bool { return s.Office != id || s.Check() != nil || far(s.Day) }
	if slices.ContainsFunc(page.Sheets, foreign) || slices.ContainsFunc(slices.Collect(maps.Keys(page.Keys)), far) {
		return &wire.Refusal{
			Code: wire.RefusedMessage, Sentence: "a page of what the store holds has a sheet of another office, one that is not in order, or a day years ahead",
			Remedy: "report it; and check that the clocks of totem and scheduler are right",
		}
	}
	return nil
}

// forgotten reports whether a day is so long past that nothing is taken over of it. A clock that was wrong when the
// machine started has had the time to be set right.
func (s *Service) forgotten(day, today booking.Day) bool {
	return day.Compare(today.AddDays(-daysPast)) < 0 && s.running() >= s.settle
}

// teller returns the totem whose store tells, or a refusal.
func (s *Service) teller(ctx context.Context, id booking.OfficeID, totem booking.TotemID, store booking.Incarnation) (ledger.Member, error) {
	m, err := s.roster.Member(ctx, id, totem)
	switch {
	case err != nil:
		return m, err
	case m.Incarnation.IsZero() && !slices.Contains(m.Fenced, store):
		return m, s.refuse(id, totem, introduceAgain(totem))
	case m.Incarnation != store:
		return m, s.refuse(id, totem, otherStore(m, store))
	}
	return m, nil
}

// mergeSheet joins what the totem says of a sheet with what the ledger has. A day that is closed stays so.
func (s *Service) mergeSheet(ctx context.Context, m ledger.Member, report booking.Sheet, epoch uint64) error {
	key := report.SheetKey
	od := officeDay{key.Office, key.Day}
	if closed, err := s.counted(ctx, key.Office, key.Day); err != nil || closed || !s.changing.enter(od) {
		return err
	}
	defer s.changing.leave(od)
	conflicts := 0
	join := func(before booking.Sheet) (after booking.Sheet, err error) {
		after, conflicts = before.Join(report, m.Totem)
		return after, nil
	}
	_, err := ledger.Change(ctx, s.book, key, join)
	for errors.Is(err, ledger.ErrNoSheet) {
		fresh, _ := join(booking.Sheet{SheetKey: key, Prefix: report.Prefix})
		if _, err = s.book.Put(ctx, fresh); errors.Is(err, ledger.ErrConflict) {
			_, err = ledger.Change(ctx, s.book, key, join)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	switch {
	case errors.Is(err, ledger.ErrClosed):
		return nil
	case err != nil:
		return fmt.Errorf("merge sheet %s of totem %s: %w", key, m.Totem, err)
	case conflicts > 0:
		event.Log(s.log, event.MergeConflict, totemAttr(m.Office, m.Totem), sheetAttr(key), slog.Int("slots", conflicts))
	}
	return s.awaitHolders(ctx, m, report, epoch)
}

// awaitHolders puts those totems on the roster that the reporter has seen hold slots and that the roster knows no store
// of: the office is not whole before they have told what they hold, or a person has fenced them.
func (s *Service) awaitHolders(ctx context.Context, m ledger.Member, report booking.Sheet, epoch uint64) error {
	seen := map[booking.TotemID]bool{m.Totem: true}
	for _, slot := range report.Slots {
		totem, ok := slot.Holder.Totem()
		if !ok || seen[totem] || slot.State != booking.Free {
			continue
		}
		seen[totem] = true
		if err := s.awaitStore(ctx, m.Office, totem, epoch); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) awaitStore(ctx context.Context, id booking.OfficeID, totem booking.TotemID, epoch uint64) error {
	for {
		m, err := s.roster.Member(ctx, id, totem)
		if errors.Is(err, ledger.ErrUnreadable) || err == nil && (hasStore(m) || m.Merged == epoch) {
			return nil // it is waited for as it is, or a person has fenced it since the ledger began anew
		}
		if err != nil {
			return err
		}
		m.Merged = awaited
		if _, err = s.roster.PutMember(ctx, m); !errors.Is(err, ledger.ErrConflict) {
			return err
		}
	}
}

// join notes that the store is in step with the ledger, unless it was fenced meanwhile.
func (s *Service) join(ctx context.Context, id booking.OfficeID, totem booking.TotemID, page wire.Merge, epoch uint64) error {
	for {
		m, err := s.teller(ctx, id, totem, page.Incarnation)
		if err != nil {
			return err
		}
		m.Merged, m.Folded = epoch, max(m.Folded, page.Told)
		if _, err = s.roster.PutMember(ctx, m); !errors.Is(err, ledger.ErrConflict) {
			return err
		}
	}
}

// mergeKey keeps a day's key that the totem has. Where there is another one already, the one stays that tickets were
// given by.
func (s *Service) mergeKey(ctx context.Context, id booking.OfficeID, totem booking.TotemID, day booking.Day, key booking.DayKey) error {
	if s.over(id, day, s.now()) {
		return nil // it would only have to be destroyed
	}
	differs, err := s.keys.merge(ctx, id, day, key)
	if differs {
		event.Log(s.log, event.KeyConflict, totemAttr(id, totem), slog.String("day", day.String()))
	}
	return err
}
