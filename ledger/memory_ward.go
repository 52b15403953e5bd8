package ledger

import (
	"cmp"
	"context"
	"slices"

	"example.org/totem/booking"
)

// Health returns what a totem last told, or a Health with only its ids.
func (m *Memory) Health(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (Health, error) {
	if err := ctx.Err(); err != nil {
		return Health{}, err
	}
	m.state.Lock()
	defer m.state.Unlock()
	h, ok := m.state.healths[office][totem]
	if !ok {
		return Health{Office: office, Totem: totem}, nil
	}
	return h, nil
}

// PutHealth writes how a totem is if the ward still holds the revision that h names.
func (m *Memory) PutHealth(ctx context.Context, h Health) (Health, error) {
	if err := ctx.Err(); err != nil {
		return Health{}, err
	}
	m.state.Lock()
	defer m.state.Unlock()
	if m.state.healths[h.Office][h.Totem].Revision != h.Revision {
		return Health{}, ErrConflict
	}
	m.state.sequence++
	h.Revision = m.state.sequence
	m.state.healths.put(h.Office, h.Totem, h)
	return h, nil
}

// Healths returns what is kept of the totems of an office, of all offices for "".
func (m *Memory) Healths(ctx context.Context, office booking.OfficeID) ([]Health, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.state.Lock()
	defer m.state.Unlock()
	healths := slices.Collect(m.state.healths.of(office))
	slices.SortFunc(healths, func(a, b Health) int {
		return cmp.Or(cmp.Compare(a.Office, b.Office), cmp.Compare(a.Totem, b.Totem))
	})
	return healths, nil
}

// DropHealth erases what is kept of a totem.
func (m *Memory) DropHealth(ctx context.Context, office booking.OfficeID, totem booking.TotemID) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.state.Lock()
	defer m.state.Unlock()
	delete(m.state.healths[office], totem)
	return nil
}
