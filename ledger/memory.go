package ledger

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"

	"example.org/totem/booking"
)

// Memory is a ledger, a roster, a ward and a book of tallies that live and die with the process: for tests and simulations.
type Memory struct {
	state struct {
		sync.Mutex
		sheets   map[booking.Day]shelf[booking.QueueID, booking.Sheet] // of days that hold any
		closed   map[booking.Day]bool
		members  shelf[booking.TotemID, Member]
		healths  shelf[booking.TotemID, Health]
		tallies  shelf[booking.Day, Tally]
		epoch    uint64
		sequence uint64 // of the last write, to whatever
	}
}

var (
	_ Book    = (*Memory)(nil)
	_ Roster  = (*Memory)(nil)
	_ Tallies = (*Memory)(nil)
	_ Ward    = (*Memory)(nil)
)

// NewMemory returns an empty ledger of epoch 1. One of another epoch is raised to it.
func NewMemory() *Memory {
	m := new(Memory)
	m.state.sheets = make(map[booking.Day]shelf[booking.QueueID, booking.Sheet])
	m.state.closed = make(map[booking.Day]bool)
	m.state.members = make(shelf[booking.TotemID, Member])
	m.state.healths = make(shelf[booking.TotemID, Health])
	m.state.tallies = make(shelf[booking.Day, Tally])
	m.state.epoch = 1
	return m
}

// Sheet returns a sheet with its revision, or ErrNoSheet or ErrClosed.
func (m *Memory) Sheet(ctx context.Context, key booking.SheetKey) (booking.Sheet, error) {
	if err := ctx.Err(); err != nil {
		return booking.Sheet{}, err
	}
	m.state.Lock()
	defer m.state.Unlock()
	if m.state.closed[key.Day] {
		return booking.Sheet{}, ErrClosed
	}
	s, ok := m.state.sheets[key.Day][key.Office][key.Queue]
	if !ok {
		return booking.Sheet{}, ErrNoSheet
	}
	return s.Clone(), nil
}

// Sheets returns all sheets of an office and day, in order of queue.
func (m *Memory) Sheets(ctx context.Context, office booking.OfficeID, day booking.Day) ([]booking.Sheet, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.state.Lock()
	defer m.state.Unlock()
	var sheets []booking.Sheet
	for _, s := range m.state.sheets[day][office] {
		sheets = append(sheets, s.Clone())
	}
	slices.SortFunc(sheets, func(a, b booking.Sheet) int { return strings.Compare(string(a.Queue), string(b.Queue)) })
	return sheets, nil
}

// Put writes a sheet if the ledger still holds the revision that s names.
func (m *Memory) Put(ctx context.Context, s booking.Sheet) (booking.Revision, error) {
	if err := ctx.Err(); err != nil {
		return booking.Revision{}, err
	}
	m.state.Lock()
	defer m.state.Unlock()
	if m.state.closed[s.Day] {
		return booking.Revision{}, ErrClosed
	}
	if m.state.sheets[s.Day][s.Office][s.Queue].Revision != s.Revision {
		return booking.Revision{}, ErrConflict
	}
	m.state.sequence++
	s = s.Clone()
	s.Revision = booking.Revision{Epoch: m.state.epoch, Sequence: m.state.sequence}
	if m.state.sheets[s.Day] == nil {
		m.state.sheets[s.Day] = make(shelf[booking.QueueID, booking.Sheet])
	}
	m.state.sheets[s.Day].put(s.Office, s.Queue, s)
	return s.Revision, nil
}

// Days returns the days that the ledger holds, in order.
func (m *Memory) Days(ctx context.Context) ([]booking.Day, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.state.Lock()
	defer m.state.Unlock()
	return slices.SortedFunc(maps.Keys(m.state.sheets), booking.Day.Compare), nil
}

// Close deletes a day whole.
func (m *Memory) Close(ctx context.Context, day booking.Day) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.state.Lock()
	defer m.state.Unlock()
	m.state.closed[day] = true
	delete(m.state.sheets, day)
	return nil
}

// Epoch returns the epoch in which sheets are written now.
func (m *Memory) Epoch(ctx context.Context) (uint64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	m.state.Lock()
	defer m.state.Unlock()
	return m.state.epoch, nil
}

// Raise makes the epoch greater than beyond, unless it is already.
func (m *Memory) Raise(ctx context.Context, beyond uint64) (uint64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if beyond == math.MaxUint64 {
		return 0, fmt.Errorf("raise the epoch: none is beyond %d", beyond)
	}
	m.state.Lock()
	defer m.state.Unlock()
	m.state.epoch = max(m.state.epoch, beyond+1)
	return m.state.epoch, nil
}

// Speak does nothing: what is kept in memory is no message.
func (m *Memory) Speak(booking.OfficeID, int) {}
