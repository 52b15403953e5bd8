package ledger

import (
	"maps"

	"example.org/totem/booking"
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
		c.state.sheets[day] = sheets.copy(func(s booking.Sheet) booking.Sheet { return s }) // one that is kept is never changed
	}
	c.state.members = m.state.members.copy(Member.clone)
	c.state.healths = m.state.healths.copy(func(h Health) Health { return h })
	c.state.tallies = m.state.tallies.copy(Tally.clone)
	return c
}
