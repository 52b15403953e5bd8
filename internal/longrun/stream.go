package longrun

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

// who is one totem's name.
type who struct {
	office booking.OfficeID
	totem  booking.TotemID
}

// errChain is the stream's word for an expected last message that is not the last.
var errChain = errors.New("another fact was accepted last")

// stream is the stream of facts: one sequence for all, an expected last message for each name, and one reader that is told
// again what it did not acknowledge.
type stream struct {
	sequence uint64
	lanes    map[who][]message // what is kept, in order
	unread   []message
}

type message struct {
	from     who
	sequence uint64
	data     []byte
}

func newStream() *stream { return &stream{lanes: make(map[who][]message)} }

// copy returns the stream as a snapshot of the machine would hold it.
func (s *stream) copy() *stream {
	c := &stream{sequence: s.sequence, lanes: maps.Clone(s.lanes), unread: slices.Clone(s.unread)}
	for from, lane := range c.lanes {
		c.lanes[from] = slices.Clone(lane)
	}
	return c
}

func (s *stream) lastOf(from who) (m message) {
	if lane := s.lanes[from]; len(lane) > 0 {
		m = lane[len(lane)-1]
	}
	return m
}

// publish stores data if the last message of the name has the expected sequence.
func (s *stream) publish(from who, data []byte, chain uint64) (uint64, error) {
	if s.lastOf(from).sequence != chain {
		return 0, errChain
	}
	s.sequence++
	m := message{from, s.sequence, data}
	s.lanes[from] = append(s.lanes[from], m)
	s.unread = append(s.unread, m)
	return s.sequence, nil
}

// last is what the scheduler's end of the link answers to "last".
func (s *stream) last(from who) wire.Accepted {
	m := s.lastOf(from)
	id, digest, err := wire.PeekLast(m.data)
	if m.sequence == 0 || err != nil {
		return wire.Accepted{Sequence: m.sequence}
	}
	return wire.Accepted{Sequence: m.sequence, Incarnation: id.Incarnation, N: id.N, Digest: digest}
}

func (s *stream) isRead(from who) bool {
	return !slices.ContainsFunc(s.unread, func(m message) bool { return m.from == from })
}

func (s *stream) purge(from who, before uint64) {
	s.lanes[from] = slices.DeleteFunc(slices.Clone(s.lanes[from]), func(m message) bool { return m.sequence < before })
	s.unread = slices.DeleteFunc(slices.Clone(s.unread), func(m message) bool { return m.from == from && m.sequence < before })
}

// uplink is the scheduler's hand on the stream.
type uplink struct{ *stream }

func (u uplink) Purge(_ context.Context, office booking.OfficeID, totem booking.TotemID, before uint64) error {
	from := who{office, totem}
	u.purge(from, min(before, u.lastOf(from).sequence))
	return nil
}

// Seal puts a mark in the place of the name's last message, unless something is not folded.
func (u uplink) Seal(_ context.Context, office booking.OfficeID, totem booking.TotemID, folded uint64) error {
	from := who{office, totem}
	last := u.last(from)
	if _, err := wire.DecodeMark(u.lastOf(from).data); err == nil || last.Sequence == 0 || last.Sequence > folded {
		return nil
	}
	data, err := wire.EncodeMark(wire.Mark{ID: booking.FactID{Incarnation: last.Incarnation, N: last.N}, Digest: last.Digest})
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	sequence, err := u.publish(from, data, last.Sequence)
	if err != nil {
		return err
	}
	u.purge(from, sequence)
	return nil
}

func (u uplink) Scrub(context.Context) error { return nil }

func (u uplink) Folded(_ context.Context, office booking.OfficeID, totem booking.TotemID) (bool, error) {
	return u.isRead(who{office, totem}), nil
}
