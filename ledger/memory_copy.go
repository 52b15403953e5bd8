package ledger

import (
	"maps"
	"slices"
)

// Copy returns a ledger with the same content, which goes its own way from now on: what a machine would hold that is set
// back to a snapshot of this moment.
func (m *Memory) Copy() *Memory {
	c := NewMemory()
	m.state.Lock()
	defer m.state.Unlock()
	c.state.epoch, c.state.sequence = m.state.epoch, m.state.sequence
	c.state.closed = maps.Clone(m.state.closed)
	for day, sheets := range m.state.sheets {
		c.state.sheets[day] = maps.Clone(sheets) // a sheet that is kept is never changed
	}
	for key, member := range m.state.members {
		member.Fenced, member.Revoked = slices.Clone(member.Fenced), slices.Clone(member.Revoked)
		c.state.members[key] = member
	}
	c.state.healths = maps.Clone(m.state.healths)
	for key, t := range m.state.tallies {
		c.state.tallies[key] = t.clone()
	}
	return c
}
