package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/ledger"
	"example.org/totem/sync/wire"
)

// otherStore returns the refusal of a store that the totem's name is not open to: a fenced one, or any other than the
// one that answers to it. It is nil while no store does.
func otherStore(m ledger.Member, store booking.Incarnation) *wire.Refusal {
	switch {
	case slices.Contains(m.Fenced, store):
		return fencedRefusal(m)
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

func fencedRefusal(m ledger.Member) *wire.Refusal {
	return &wire.Refusal{
		Code:     wire.RefusedOtherStore,
		Sentence: fmt.Sprintf("this store of totem %s was fenced: a person declared it lost", m.Totem),
		Remedy:   "erase this device's data directory, so that it starts with a new store",
	}
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
	epoch, err := s.epochNow(ctx)
	if err == nil && m.Merged != epoch {
		err = introduceAgain(totem)
	}
	return err
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
