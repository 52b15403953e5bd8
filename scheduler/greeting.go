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
	"example.org/totem/sync/wire"
)

// Hello answers a totem that introduces its store. The first store that comes with a totem's name is adopted, and from
// then on only that one is answered, until a person fences it. last is the last message that the uplink holds under
// the totem's name; the welcome carries it. The error is a *wire.Refusal, or trouble that may pass.
func (s *Service) Hello(ctx context.Context, id booking.OfficeID, totem booking.TotemID, h wire.Hello, last wire.Accepted) (wire.Welcome, error) {
	o, err := s.officeOf(id, totem)
	if err != nil {
		return wire.Welcome{}, s.refuse(id, totem, err)
	}
	speaks, err := spoken(h.Speaks)
	if err != nil {
		return wire.Welcome{}, s.refuse(id, totem, err)
	}
	g := greeting{Hello: h, last: last, speaks: speaks}
	m, epoch, err := s.receive(ctx, id, totem, &g)
	if err != nil {
		return wire.Welcome{}, s.refuse(id, totem, err)
	}
	now := s.now()
	s.ears.hear(totemKey{id, totem}, s.running())
	s.meetOne(m)
	if g.adopted {
		event.Log(s.log, event.TotemKnown, totemAttr(id, totem), slog.String("program", h.Program))
	}
	if g.changed {
		// Its first pull should find its grants; if this fails, the next round grants them.
		if err := errors.Join(s.plan(ctx, o, now), s.balance(ctx, o, now)); err != nil {
			event.Log(s.log, event.CentralFault, fault.Attrs(err)...)
		}
	}
	return wire.Welcome{Accepted: last, Time: now.UTC().Truncate(time.Second), Epoch: epoch, Merge: m.Merged != epoch}, nil
}

// spoken returns the newest message version that both sides speak.
func spoken(speaks []int) (int, error) {
	for v := wire.Newest; v >= wire.Oldest; v-- {
		if slices.Contains(speaks, v) {
			return v, nil
		}
	}
	return 0, &wire.Refusal{
		Code:     wire.RefusedVersion,
		Sentence: fmt.Sprintf("the totem speaks message versions %v, the scheduler %d to %d", speaks, wire.Oldest, wire.Newest),
		Remedy:   "update the older of the two",
	}
}

// greeting is a hello with what is known beside it.
type greeting struct {
	wire.Hello
	last    wire.Accepted
	speaks  int
	adopted bool // the store was not known before
	changed bool // the roster's record of it was
}

// receive returns the totem as the roster has it from now on, its store being the one that says hello, and the
// ledger's epoch.
func (s *Service) receive(ctx context.Context, id booking.OfficeID, totem booking.TotemID, g *greeting) (ledger.Member, uint64, error) {
	for {
		epoch, err := s.freshEpoch(ctx)
		if err != nil {
			return ledger.Member{}, 0, err
		}
		before, err := s.roster.Member(ctx, id, totem)
		if err != nil {
			return before, 0, err
		}
		after, err := s.judge(before, *g, epoch)
		if moved, err := s.moveOn(ctx, id, totem, err); err != nil {
			return before, 0, err
		} else if moved {
			continue
		}
		g.adopted = before.Incarnation.IsZero()
		if g.changed = differs(before, after); !g.changed {
			return before, epoch, nil
		}
		after, err = s.roster.PutMember(ctx, after)
		if !errors.Is(err, ledger.ErrConflict) {
			return after, epoch, err
		}
	}
}

func differs(a, b ledger.Member) bool {
	return a.Incarnation != b.Incarnation || a.Folded != b.Folded || a.Sequence != b.Sequence || a.Merged != b.Merged || a.Speaks != b.Speaks
}

// judge returns what the roster is to say of a totem after its hello. The error is a refusal, or behind, or setBack.
func (s *Service) judge(m ledger.Member, g greeting, epoch uint64) (ledger.Member, error) {
	if refusal := g.refusal(m); refusal != nil {
		return m, refusal
	}
	if err := s.believable(m.Office, m.Totem, g.Epoch, epoch); err != nil {
		return m, err
	}
	renumbered, err := s.checkSequence(m, g.last)
	switch {
	case err != nil:
		return m, err
	case g.Epoch > epoch && m.Incarnation == g.Incarnation && m.Merged == g.Epoch:
		return m, behind{g.Epoch} // the roster knows of it
	case g.Epoch > epoch:
		return m, setBack{g.Epoch, "the totem knows a later ledger"}
	case g.Epoch == epoch && m.Merged != epoch:
		return m, setBack{epoch, "the ledger has forgotten that the totem was in step with it"}
	case g.Epoch == epoch && g.factsLost(m):
		return m, setBack{epoch, "facts of the totem that were accepted are gone"}
	}
	if renumbered {
		m.Sequence = 0 // nothing that the uplink holds now may be taken for folded
	}
	known := m.Incarnation == g.Incarnation
	if !known {
		m.Incarnation, m.Folded = g.Incarnation, 0
		if m.Merged != awaited {
			m.Merged = 0 // that was of the store before
		}
	}
	m.Speaks = g.speaks
	switch {
	case m.Merged == epoch:
	case m.Merged == 0 && g.Epoch == 0 && (known || g.N == 0):
		m.Merged = epoch // it is new, or it comes from before ledgers could begin anew
	case g.speaks < versionOfMerge:
		return m, &wire.Refusal{
			Code:     wire.RefusedVersion,
			Sentence: fmt.Sprintf("the ledger began anew, and the program of totem %s is too old to tell what it holds", m.Totem),
			Remedy:   fmt.Sprintf("update the totem's program; or, if the device is lost, run: scheduler fence %s %s", m.Office, m.Totem),
		}
	}
	return m, nil
}

// refusal returns why the store may not have the totem's name, nil if it may.
func (g greeting) refusal(m ledger.Member) *wire.Refusal {
	switch {
	case m.Incarnation == g.Incarnation && g.N < m.Folded:
		return &wire.Refusal{
			Code: wire.RefusedOtherStore,
			Sentence: fmt.Sprintf("this store of totem %s is behind what it has told already (fact %d, told %d): it was restored from a copy",
				m.Totem, g.N, m.Folded),
			Remedy: fmt.Sprintf("erase this device's data directory, and run: scheduler fence %s %s", m.Office, m.Totem),
		}
	case m.Incarnation == g.Incarnation:
		return nil
	case m.Incarnation.IsZero() && hasStore(m) && g.isNew():
		return &wire.Refusal{
			Code:     wire.RefusedOtherStore,
			Sentence: fmt.Sprintf("another store holds slots under the name of totem %s, and this one is new", m.Totem),
			Remedy:   fmt.Sprintf("connect the device that has that store; or, if it is lost, run: scheduler fence %s %s", m.Office, m.Totem),
		}
	case m.Incarnation.IsZero() && slices.Contains(m.Fenced, unseen) && !g.isNew():
		return fencedRefusal(m)
	}
	return otherStore(m, g.Incarnation)
}

// versionOfMerge is the message version from which a store can tell what it holds.
const versionOfMerge = 2

// isNew reports whether the store never took a sheet, as far as it can tell.
func (g greeting) isNew() bool { return g.N == 0 && g.Epoch == 0 && g.speaks >= versionOfMerge }

// factsLost reports whether facts that the store knows to be accepted are neither folded nor on the uplink. Where the
// last message there is another store's, that cannot be told.
func (g greeting) factsLost(m ledger.Member) bool {
	switch g.last.Incarnation {
	case g.Incarnation:
		return g.Told > max(m.Folded, g.last.N)
	case booking.Incarnation{}:
		return g.last.Sequence == 0 && g.Told > m.Folded
	}
	return false
}
