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
	"example.org/totem/internal/fault"
	"example.org/totem/ledger"
	"example.org/totem/scheduler/allocation"
	"example.org/totem/sync/wire"
)

// Hello answers a totem that introduces its store. The first store that comes with a totem's name is adopted, and from
// then on only that one is answered, until a person fences it. The error is a *wire.Refusal, or trouble that may pass.
func (s *Service) Hello(ctx context.Context, id booking.OfficeID, totem booking.TotemID, h wire.Hello) (wire.Welcome, error) {
	o, err := s.officeOf(id, totem)
	if err == nil && !slices.Contains(h.Speaks, wire.Version) {
		err = &wire.Refusal{
			Code:     wire.RefusedVersion,
			Sentence: fmt.Sprintf("the totem speaks message versions %v, the scheduler %d", h.Speaks, wire.Version),
			Remedy:   "update the older of the two",
		}
	}
	if err != nil {
		return wire.Welcome{}, s.refuse(id, totem, err)
	}
	m, adopted, err := s.adopt(ctx, id, totem, h)
	if err != nil {
		return wire.Welcome{}, s.refuse(id, totem, err)
	}
	now := s.now()
	if adopted {
		event.Log(s.log, event.TotemKnown, totemAttr(id, totem), slog.String("program", h.Program))
		// Its first pull should find its grants; if this fails, the next round grants them.
		if err := errors.Join(s.plan(ctx, o, now), s.grant(ctx, o, now)); err != nil {
			event.Log(s.log, event.CentralFault, fault.Attrs(err)...)
		}
	}
	return wire.Welcome{Accepted: accepted(m), Time: now.UTC().Truncate(time.Second)}, nil
}

func accepted(m ledger.Member) wire.Accepted {
	a := wire.Accepted{Sequence: m.Sequence}
	if m.Folded > 0 {
		a.Incarnation, a.N = m.Incarnation, m.Folded
	}
	return a
}

// adopt returns the totem as the roster has it, its store being the one that says hello.
func (s *Service) adopt(ctx context.Context, id booking.OfficeID, totem booking.TotemID, h wire.Hello) (m ledger.Member, adopted bool, err error) {
	for {
		m, err = s.roster.Member(ctx, id, totem)
		if err != nil {
			return m, false, err
		}
		switch {
		case m.Incarnation == h.Incarnation && h.N < m.Folded:
			return m, false, &wire.Refusal{
				Code: wire.RefusedOtherStore,
				Sentence: fmt.Sprintf("this store of totem %s is behind what it has told already (fact %d, told %d): it was restored from a copy",
					totem, h.N, m.Folded),
				Remedy: fmt.Sprintf("erase this device's data directory, and run: scheduler fence %s %s", id, totem),
			}
		case m.Incarnation == h.Incarnation:
			return m, false, nil
		}
		if refusal := otherStore(m, h.Incarnation); refusal != nil {
			return m, false, refusal
		}
		m.Incarnation, m.Folded = h.Incarnation, 0
		m, err = s.roster.PutMember(ctx, m)
		if !errors.Is(err, ledger.ErrConflict) {
			return m, err == nil, err
		}
	}
}

// otherStore returns the refusal of a store that the totem's name is not open to: a fenced one, or any other than the
// one that answers to it. It is nil while no store does.
func otherStore(m ledger.Member, store booking.Incarnation) *wire.Refusal {
	switch {
	case slices.Contains(m.Fenced, store):
		return &wire.Refusal{
			Code:     wire.RefusedOtherStore,
			Sentence: fmt.Sprintf("this store of totem %s was fenced: a person declared it lost", m.Totem),
			Remedy:   "erase this device's data directory, so that it starts with a new store",
		}
	case !m.Incarnation.IsZero() && m.Incarnation != store:
		return &wire.Refusal{
			Code:     wire.RefusedOtherStore,
			Sentence: fmt.Sprintf("another store already answers to the name of totem %s", m.Totem),
			Remedy: fmt.Sprintf("give this device another id in its totem.toml; or, if the other device is lost or its disk is wiped for good, run: scheduler fence %s %s",
				m.Office, m.Totem),
		}
	}
	return nil
}

// answersTo returns a refusal unless the store is the one that answers to the totem's name.
func (s *Service) answersTo(ctx context.Context, id booking.OfficeID, totem booking.TotemID, store booking.Incarnation) error {
	m, err := s.roster.Member(ctx, id, totem)
	if err != nil {
		return err
	}
	if refusal := otherStore(m, store); refusal != nil {
		return s.refuse(id, totem, refusal)
	}
	if m.Incarnation.IsZero() {
		return s.refuse(id, totem, &wire.Refusal{
			Code:     wire.RefusedOtherStore,
			Sentence: fmt.Sprintf("the store of totem %s has not introduced itself, or was fenced", totem),
			Remedy:   "restart the totem's program; if it was fenced, erase its data directory first",
		})
	}
	return nil
}

// officeOf returns the office that a totem belongs to, or a refusal.
func (s *Service) officeOf(id booking.OfficeID, totem booking.TotemID) (office, error) {
	o, ok := s.offices[id]
	switch {
	case !ok:
		return office{}, &wire.Refusal{
			Code:     wire.RefusedUnknownTotem,
			Sentence: fmt.Sprintf("the scheduler serves no office %s", id),
			Remedy:   "correct the office in this device's totem.toml, or start the scheduler with that office's file",
		}
	case !slices.Contains(o.Totems, totem):
		return office{}, &wire.Refusal{
			Code:     wire.RefusedUnknownTotem,
			Sentence: fmt.Sprintf("the office file of %s names no totem %s", id, totem),
			Remedy:   "correct the id in this device's totem.toml, or add the totem to the office file and restart the scheduler",
		}
	}
	return o, nil
}

// refuse logs a refusal and returns err.
func (s *Service) refuse(id booking.OfficeID, totem booking.TotemID, err error) error {
	if r, ok := errors.AsType[*wire.Refusal](err); ok {
		event.Log(s.log, event.TotemRefused, totemAttr(id, totem), slog.String("refusal", r.Code), slog.String("sentence", r.Sentence))
	}
	return err
}

// pulledSheets bounds the sheets of one answer, so that none comes near the longest message.
const pulledSheets = 64

// Pull answers which sheets have changed: those of the days that the totem is granted slots of, where they are newer
// than what it has, with those days' keys, and the office where it changed. It answers the store that the totem's name
// is bound to and no other. The error is a *wire.Refusal, or trouble that may pass.
func (s *Service) Pull(ctx context.Context, id booking.OfficeID, totem booking.TotemID, p wire.Pull) (wire.Pulled, error) {
	o, err := s.officeOf(id, totem)
	if err != nil {
		return wire.Pulled{}, s.refuse(id, totem, err)
	}
	if err := s.answersTo(ctx, id, totem, p.Incarnation); err != nil {
		return wire.Pulled{}, err
	}
	answer := wire.Pulled{Keys: make(map[booking.Day]booking.DayKey), Digest: o.digest}
	if p.Office != o.digest {
		answer.Office = &o.Office
	}
	have := make(map[booking.SheetKey]booking.Revision, len(p.Have))
	for _, h := range p.Have {
		have[booking.SheetKey{Office: id, Queue: h.Queue, Day: h.Day}] = h.Revision
	}
	for _, day := range allocation.Cover(o.Office.Hours, booking.DayOf(s.now(), o.Zone)) {
		if err := s.pullDay(ctx, &answer, id, totem, day, have); err != nil {
			return wire.Pulled{}, err
		}
	}
	// Meanwhile the store may have been fenced, and another one granted what the sheets say.
	if err := s.answersTo(ctx, id, totem, p.Incarnation); err != nil {
		return wire.Pulled{}, err
	}
	return answer, nil
}

// pullDay adds the news of one day to the answer.
func (s *Service) pullDay(ctx context.Context, answer *wire.Pulled, id booking.OfficeID, totem booking.TotemID, day booking.Day,
	have map[booking.SheetKey]booking.Revision) error {
	sheets, err := s.book.Sheets(ctx, id, day)
	// A sheet that cannot be read, which the rounds tell of, must not keep the others from the totem.
	if err != nil && !errors.Is(err, ledger.ErrUnreadable) {
		return err
	}
	if len(sheets) == 0 {
		return nil
	}
	key, err := s.keys.Key(ctx, id, day)
	if err != nil {
		// Without its key a day is of no use to the totem, and the others must not wait for it.
		event.Log(s.log, event.CentralFault, append(fault.Attrs(err), totemAttr(id, totem), slog.String("day", day.String()))...)
		return nil
	}
	answer.Keys[day] = key
	for _, sheet := range sheets {
		switch {
		case !sheet.Revision.Newer(have[sheet.SheetKey]):
		case len(answer.Sheets) == pulledSheets:
			answer.More = true
		default:
			answer.Sheets = append(answer.Sheets, sheet)
		}
	}
	return nil
}
