package rehearsal

import (
	"context"
	"errors"
	"sync"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/scheduler"
	"example.org/totem/sync/wire"
)

// Broken is a part that does not keep its rule. A rehearsal with one must end with something wrong.
type Broken int

// The parts that can be broken.
const (
	Nothing Broken = iota
	// BytesForNumbers folds facts by what they say instead of by their numbers.
	BytesForNumbers
	// PurgeOfAll erases a totem's facts at closing time without looking whether they were folded.
	PurgeOfAll
	// AnswerBeforeCommit gives the citizen a ticket that is not on the disk yet.
	AnswerBeforeCommit
	// LeaseOfGrants takes a silent totem's slots back after an hour.
	LeaseOfGrants
	// SaleBeforeMerge sells on after a set-back without asking the totems what they hold.
	SaleBeforeMerge
	// SaleOfCancelled puts the slot of a ticket that was given back on sale again.
	SaleOfCancelled
	// LastWordCounts takes the fact that came last for how far a ticket is.
	LastWordCounts
	// GiftBeforeCommit passes slots on to another totem that its own disk then knows nothing of.
	GiftBeforeCommit
	// SettleOfLimbo gives what a lost totem held to others at once, whoever was passed it.
	SettleOfLimbo
)

func (b Broken) uplink(u scheduler.Uplink) scheduler.Uplink {
	if b == PurgeOfAll {
		return eraser{u.(purger)}
	}
	return u
}

// eraser does not wait for what is unfolded.
type eraser struct{ purger }

func (e eraser) Seal(_ context.Context, office booking.OfficeID, totem booking.TotemID, _ uint64) error {
	name := who{office, totem}
	e.stream.purge(name, e.stream.last(name).Sequence+1)
	return nil
}

func (b Broken) answers(s *scheduler.Service, memory *ledger.Memory) answerer {
	switch b {
	case BytesForNumbers:
		return &bytesFolder{Service: s, seen: make(map[wire.Digest]bool)}
	case SaleBeforeMerge:
		return trusting{s, memory}
	case SaleOfCancelled, LastWordCounts:
		return backwards{s, memory, b}
	}
	return s
}

func (b Broken) roster(r ledger.Roster) ledger.Roster {
	if b == BytesForNumbers {
		return unnumbered{r}
	}
	return r
}

// bytesFolder knows a fact again by its bytes alone.
type bytesFolder struct {
	*scheduler.Service
	mu   sync.Mutex
	seen map[wire.Digest]bool
}

func (f *bytesFolder) Fold(ctx context.Context, office booking.OfficeID, totem booking.TotemID, sequence uint64, fact booking.Fact) error {
	data, err := wire.EncodeFact(fact)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	d := wire.DigestOf(data)
	if f.seen[d] {
		return nil
	}
	err = f.Service.Fold(context.WithValue(ctx, folding{}, true), office, totem, sequence, fact)
	f.seen[d] = err == nil
	return err
}

// folding marks the context of a fold.
type folding struct{}

// unnumbered is a roster that does not say which numbers are folded, to whoever folds.
type unnumbered struct{ ledger.Roster }

func (u unnumbered) Member(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (ledger.Member, error) {
	m, err := u.Roster.Member(ctx, office, totem)
	if ctx.Value(folding{}) != nil {
		m.Folded = 0
	}
	return m, err
}

// backwards lets tickets go back.
type backwards struct {
	*scheduler.Service
	memory *ledger.Memory
	broken Broken
}

func (b backwards) Fold(ctx context.Context, office booking.OfficeID, totem booking.TotemID, sequence uint64, fact booking.Fact) error {
	if err := b.Service.Fold(ctx, office, totem, sequence, fact); err != nil {
		return err
	}
	_, err := ledger.Change(ctx, b.memory, booking.SheetKey{Office: office, Queue: fact.Queue, Day: fact.Day}, func(s booking.Sheet) (booking.Sheet, error) {
		i, ok := s.Find(fact.Slot)
		if !ok {
			return s, nil
		}
		s = s.Clone()
		switch slot := &s.Slots[i]; {
		case b.broken == SaleOfCancelled && slot.State == booking.Cancelled:
			slot.State, slot.Holder, slot.Ticket = booking.Free, booking.Pool, booking.Ticket{}
		case b.broken == LastWordCounts && fact.Kind == booking.FactArrived && slot.State == booking.Cancelled:
			slot.State = booking.Arrived
		}
		return s, nil
	})
	if errors.Is(err, ledger.ErrNoSheet) || errors.Is(err, ledger.ErrClosed) {
		return nil
	}
	return err
}

// trusting takes every store for one that is in step.
type trusting struct {
	*scheduler.Service
	memory *ledger.Memory
}

func (t trusting) Hello(ctx context.Context, office booking.OfficeID, totem booking.TotemID, h wire.Hello, last wire.Accepted) (wire.Welcome, error) {
	epoch, err := t.memory.Epoch(ctx)
	if err != nil {
		return wire.Welcome{}, err
	}
	h.Epoch, h.Told = epoch, min(h.Told, last.N)
	return t.Service.Hello(ctx, office, totem, h, last)
}

// Pull lets nothing show that the ledger was set back.
func (t trusting) Pull(ctx context.Context, office booking.OfficeID, totem booking.TotemID, p wire.Pull) (wire.Pulled, error) {
	p.Have = nil
	return t.Service.Pull(ctx, office, totem, p)
}
