package longrun

import (
	"context"
	"time"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/scheduler"
	"example.org/totem/sync/wire"
)

// Broken is a part that does not keep its rule. A run with one must end with something wrong.
type Broken int

// The parts that can be broken.
const (
	Nothing Broken = iota
	// ReclaimWithoutRelease takes a silent totem's slots back after an hour.
	ReclaimWithoutRelease
	// SendBeforeCommit passes slots on before that is durable.
	SendBeforeCommit
	// SkipEpochMerge goes on after a set-back without asking the totems what they hold.
	SkipEpochMerge
	// TransferTwice passes a slot on to whoever asks, though another one was passed it.
	TransferTwice
)

func (b Broken) answers(s *scheduler.Service, memory *ledger.Memory) answerer {
	if b == SkipEpochMerge {
		return trusting{s, memory}
	}
	return s
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
	m, err := t.memory.Member(ctx, office, totem)
	if err != nil {
		return wire.Welcome{}, err
	}
	if m.Incarnation == h.Incarnation {
		m.Merged, m.Sequence, m.Folded = epoch, min(m.Sequence, last.Sequence), min(m.Folded, h.N)
		if _, err := t.memory.PutMember(ctx, m); err != nil {
			return wire.Welcome{}, err
		}
		h.Epoch, h.Told = epoch, min(h.Told, m.Folded)
	}
	return t.Service.Hello(ctx, office, totem, h, last)
}

// Pull lets nothing show that the ledger was set back.
func (t trusting) Pull(ctx context.Context, office booking.OfficeID, totem booking.TotemID, p wire.Pull) (wire.Pulled, error) {
	p.Have = nil
	return t.Service.Pull(ctx, office, totem, p)
}

// tend does after a round what no rule allows.
func (b Broken) tend(w *world) {
	if b != ReclaimWithoutRelease {
		return
	}
	for _, t := range w.totems {
		if t.up || w.now-t.since < time.Hour {
			continue
		}
		sheets, err := w.centre.memory.Sheets(w.ctx, t.name.office, w.today())
		if err != nil {
			continue
		}
		for _, s := range sheets {
			after := s.Orphan(t.name.totem).Settle(func(booking.Number) booking.Holder { return booking.Pool })
			_, _ = watched{w.centre.memory, w}.Put(w.ctx, after)
		}
	}
}
