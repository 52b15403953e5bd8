package scheduler

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/nats-io/nkeys"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/sync/wire"
)

// neighbours are the totems of each office that can pass slots on to one another: who has a store and a key, and has told where it
// is reached. They are in memory, so that only the first pull of an office asks the ledger for them; rounds, and what a totem tells,
// bring them up to date.
type neighbours struct {
	sync.RWMutex
	offices map[booking.OfficeID]neighbourhood // that were looked at
}

// neighbourhood is the neighbours of one office, in order of totem; they are never changed in place.
type neighbourhood []wire.Peer

// mostNeighbours bounds them, as an answer does.
const mostNeighbours = 64

// of returns the neighbours of a totem, ok false where those of its office were not looked at yet.
func (n *neighbours) of(id booking.OfficeID, totem booking.TotemID) (others []wire.Peer, ok bool) {
	n.RLock()
	all, ok := n.offices[id]
	n.RUnlock()
	return all.without(totem), ok
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

// set notes all of an office's as find finds them. No other change comes in between.
func (n *neighbours) set(id booking.OfficeID, find func() neighbourhood) {
	n.Lock()
	defer n.Unlock()
	if n.offices == nil {
		n.offices = make(map[booking.OfficeID]neighbourhood)
	}
	n.offices[id] = find()
}

// meet notes how one totem of an office is reached now, as find finds it, or that it is not. An office that was not looked at yet
// stays so.
func (n *neighbours) meet(id booking.OfficeID, find func() wire.Peer) {
	n.Lock()
	defer n.Unlock()
	if all, looked := n.offices[id]; looked {
		n.offices[id] = all.with(find())
	}
}

// with returns all with how one totem of the office is reached now, or that it is not. Where there are no neighbours yet it waits
// for a round, which knows whether the office's totems understand each other.
func (all neighbourhood) with(p wire.Peer) neighbourhood {
	i, known := all.find(p.Totem)
	switch {
	case len(all) == 0, known && all[i] == p:
	case !isReached(p):
		return all.without(p.Totem)
	case known:
		return slices.Concat(all[:i], neighbourhood{p}, all[i+1:])
	case len(all) < mostNeighbours:
		return slices.Concat(all[:i], neighbourhood{p}, all[i:])
	}
	return all
}

// isReached reports whether a totem can be told to others.
func isReached(p wire.Peer) bool {
	return nkeys.IsValidPublicUserKey(p.Key) && wire.CheckAddress(p.Address) == nil
}

// neighboursOf returns what a totem is told of the others of its office. The first time an office's are asked for they are looked
// up: to a totem that knows some, an answer of a scheduler that has just started must not say that there are none. Where the ledger
// cannot be asked, the next round finds out; sheets do not wait for that.
func (s *Service) neighboursOf(ctx context.Context, id booking.OfficeID, totem booking.TotemID) []wire.Peer {
	others, ok := s.neighbours.of(id, totem)
	if ok || s.ward == nil {
		return others
	}
	members, errMembers := s.roster.Members(ctx, id)
	healths, errHealths := s.ward.Healths(ctx, id)
	for _, err := range []error{errMembers, errHealths} {
		if err != nil && !errors.Is(err, ledger.ErrUnreadable) {
			return nil
		}
	}
	for _, h := range healths {
		s.patients.learn(h)
	}
	s.meetAll(id, members)
	others, _ = s.neighbours.of(id, totem)
	return others
}

// meetAll notes the neighbours of an office by its roster and by what the totems have told. Where one does not understand what a
// slot that was passed on looks like on a sheet, none are told of each other.
func (s *Service) meetAll(id booking.OfficeID, members []ledger.Member) {
	s.neighbours.set(id, func() (all neighbourhood) {
		for _, m := range members {
			if !m.Incarnation.IsZero() && m.Speaks < versionOfHands {
				return nil
			}
			if p := s.peerOf(m); isReached(p) && len(all) < mostNeighbours {
				all = append(all, p)
			}
		}
		return all
	})
}

// meetOne notes how a totem that has just told of itself is reached.
func (s *Service) meetOne(m ledger.Member) {
	if m.Speaks < versionOfHands {
		s.neighbours.set(m.Office, func() neighbourhood { return nil })
		return
	}
	s.neighbours.meet(m.Office, func() wire.Peer { return s.peerOf(m) })
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
