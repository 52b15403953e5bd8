package ledger

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"example.org/totem/booking"
)

// Member returns a totem, or a Member with only its ids if it is not on the roster yet.
func (m *Memory) Member(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (Member, error) {
	if err := ctx.Err(); err != nil {
		return Member{}, err
	}
	m.state.Lock()
	defer m.state.Unlock()
	member, ok := m.state.members[office][totem]
	if !ok {
		return Member{Office: office, Totem: totem}, nil
	}
	return member.clone(), nil
}

// PutMember writes a member if the roster still holds the revision that it names.
func (m *Memory) PutMember(ctx context.Context, member Member) (Member, error) {
	if err := ctx.Err(); err != nil {
		return Member{}, err
	}
	m.state.Lock()
	defer m.state.Unlock()
	if m.state.members[member.Office][member.Totem].Revision != member.Revision {
		return Member{}, ErrConflict
	}
	m.state.sequence++
	member.Revision = m.state.sequence
	m.state.members.put(member.Office, member.Totem, member.clone())
	return member, nil
}

// Members returns the totems of an office that are on the roster, of all offices for "".
func (m *Memory) Members(ctx context.Context, office booking.OfficeID) ([]Member, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.state.Lock()
	defer m.state.Unlock()
	var members []Member
	for member := range m.state.members.of(office) {
		members = append(members, member.clone())
	}
	slices.SortFunc(members, func(a, b Member) int {
		return cmp.Or(cmp.Compare(a.Office, b.Office), cmp.Compare(a.Totem, b.Totem))
	})
	return members, nil
}

func (m Member) clone() Member {
	m.Fenced, m.Revoked = slices.Clone(m.Fenced), slices.Clone(m.Revoked)
	return m
}

// Tally returns the tally of an office and day, or one with only office and day if there is none.
func (m *Memory) Tally(ctx context.Context, office booking.OfficeID, day booking.Day) (Tally, error) {
	if err := ctx.Err(); err != nil {
		return Tally{}, err
	}
	m.state.Lock()
	defer m.state.Unlock()
	t, ok := m.state.tallies[office][day]
	if !ok {
		return Tally{Office: office, Day: day}, nil
	}
	return t.clone(), nil
}

// PutTally writes a tally if the book still holds the revision that it names.
func (m *Memory) PutTally(ctx context.Context, t Tally) (Tally, error) {
	if err := ctx.Err(); err != nil {
		return Tally{}, err
	}
	m.state.Lock()
	defer m.state.Unlock()
	if m.state.tallies[t.Office][t.Day].Revision != t.Revision {
		return Tally{}, ErrConflict
	}
	m.state.sequence++
	t.Revision = m.state.sequence
	m.state.tallies.put(t.Office, t.Day, t.clone())
	return t, nil
}

// TallyDays returns the days of an office that have a tally, in order.
func (m *Memory) TallyDays(ctx context.Context, office booking.OfficeID) ([]booking.Day, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.state.Lock()
	defer m.state.Unlock()
	return slices.SortedFunc(maps.Keys(m.state.tallies[office]), booking.Day.Compare), nil
}

func (t Tally) clone() Tally {
	t.Queues, t.Late = maps.Clone(t.Queues), maps.Clone(t.Late)
	for queue, c := range t.Queues {
		c.Taken = slices.Clone(c.Taken)
		t.Queues[queue] = c
	}
	return t
}
