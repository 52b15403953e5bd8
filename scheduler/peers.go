package scheduler

import (
	"slices"
	"strings"
	"sync"

	"github.com/nats-io/nkeys"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/sync/wire"
)

// neighbours are the totems of each office that can pass slots on to one another: who has a store and a key, and has told where it
// is reached. They are in memory, so that no pull asks the ledger for them; rounds, and what a totem tells, bring them up to date.
type neighbours struct {
	sync.RWMutex
	offices map[booking.OfficeID]neighbourhood // that a round has looked at
}

// neighbourhood is the neighbours of one office, in order of totem; they are never changed in place.
type neighbourhood []wire.Peer

// mostNeighbours bounds them, as an answer does.
const mostNeighbours = 64

// of returns the neighbours of a totem.
func (n *neighbours) of(id booking.OfficeID, totem booking.TotemID) []wire.Peer {
	n.RLock()
	all := n.offices[id]
	n.RUnlock()
	return all.without(totem)
}

func (all neighbourhood) without(totem booking.TotemID) neighbourhood {
	i, known := all.find(totem)
	switch {
	case !known:
		return all
	case len(all) == 1:
		return nil
	}
	return slices.Concat(all[:i], all[i+1:])
}

func (all neighbourhood) find(totem booking.TotemID) (i int, known bool) {
	return slices.BinarySearchFunc(all, totem, func(p wire.Peer, t booking.TotemID) int { return strings.Compare(string(p.Totem), string(t)) })
}

// set notes all of an office's.
func (n *neighbours) set(id booking.OfficeID, all neighbourhood) {
	n.Lock()
	defer n.Unlock()
	if n.offices == nil {
		n.offices = make(map[booking.OfficeID]neighbourhood)
	}
	n.offices[id] = all
}

// meet notes how one totem of an office is reached now, or that it is not. Where there are no neighbours yet it waits for a round,
// which knows whether the office's totems understand each other.
func (n *neighbours) meet(id booking.OfficeID, p wire.Peer) {
	n.Lock()
	defer n.Unlock()
	all := n.offices[id]
	i, known := all.find(p.Totem)
	switch {
	case len(all) == 0, known && all[i] == p:
	case !isReached(p):
		n.offices[id] = all.without(p.Totem)
	case known:
		n.offices[id] = slices.Concat(all[:i], neighbourhood{p}, all[i+1:])
	case len(all) < mostNeighbours:
		n.offices[id] = slices.Concat(all[:i], neighbourhood{p}, all[i:])
	}
}

// isReached reports whether a totem can be told to others.
func isReached(p wire.Peer) bool {
	return nkeys.IsValidPublicUserKey(p.Key) && wire.CheckAddress(p.Address) == nil
}

// meetAll notes the neighbours of an office by its roster and by what the totems have told. Where one does not understand what a
// slot that was passed on looks like on a sheet, none are told of each other.
func (s *Service) meetAll(id booking.OfficeID, members []ledger.Member) {
	var all neighbourhood
	for _, m := range members {
		if !m.Incarnation.IsZero() && m.Speaks < versionOfHands {
			all = nil
			break
		}
		if p := s.peerOf(m); isReached(p) && len(all) < mostNeighbours {
			all = append(all, p)
		}
	}
	s.neighbours.set(id, all)
}

// meetOne notes how a totem that has just told of itself is reached.
func (s *Service) meetOne(m ledger.Member) {
	if m.Speaks < versionOfHands {
		s.neighbours.set(m.Office, nil)
		return
	}
	s.neighbours.meet(m.Office, s.peerOf(m))
}

// peerOf returns how a totem is reached, as far as this service has heard or looked up.
func (s *Service) peerOf(m ledger.Member) wire.Peer {
	p := wire.Peer{Totem: m.Totem, Key: m.Key}
	s.patients.Lock()
	defer s.patients.Unlock()
	if k, ok := s.patients.known[totemKey{m.Office, m.Totem}]; ok && k.Told.Incarnation == m.Incarnation && !m.Incarnation.IsZero() {
		p.Address = k.Told.Address
	}
	return p
}
