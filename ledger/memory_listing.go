package ledger

import (
	"context"
	"maps"
	"slices"

	"example.org/totem/booking"
)

// Offices returns every office that the ledger holds anything of, in order.
func (m *Memory) Offices(ctx context.Context) ([]booking.OfficeID, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.state.Lock()
	defer m.state.Unlock()
	found := make(map[booking.OfficeID]bool)
	for _, sheets := range m.state.sheets {
		for office := range sheets {
			found[office] = true
		}
	}
	for office := range m.state.members {
		found[office] = true
	}
	for office := range m.state.tallies {
		found[office] = true
	}
	return slices.Sorted(maps.Keys(found)), nil
}

// Closed returns the days that were closed, in order.
func (m *Memory) Closed(ctx context.Context) ([]booking.Day, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.state.Lock()
	defer m.state.Unlock()
	return slices.SortedFunc(maps.Keys(m.state.closed), booking.Day.Compare), nil
}
