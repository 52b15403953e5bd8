package wire

import "example.org/totem/booking"

func decodePull(data []byte) (Pull, error) {
	if p, ok := scanned(data, kindPull, (*scan).pull); ok {
		return p, nil
	}
	return read(data, kindPull, false, pullBody.message)
}

// pull reads the body of a pull.
func (s *scan) pull(version int) (Pull, bool) {
	var p Pull
	s.skip(`{"incarnation":`)
	if p.Incarnation.UnmarshalText(s.text()) != nil {
		return Pull{}, false
	}
	s.skip(`,"have":[`)
	for s.next(len(p.Have), "]") {
		var h Have
		s.skip(`{"queue":`)
		h.Queue = booking.QueueID(s.text())
		s.skip(`,"day":`)
		h.Day = s.day()
		s.skip(`,"epoch":`)
		h.Revision.Epoch = uint64(s.number())
		s.skip(`,"sequence":`)
		h.Revision.Sequence = uint64(s.number())
		s.skip("}")
		if p.Have == nil {
			p.Have = make([]Have, 0, 1+len(s.rest)/len(`,{"queue":"qq","day":"2026-11-21","epoch":1790000000,"sequence":1}`))
		}
		p.Have = append(p.Have, h)
	}
	s.skip(`,"office":`)
	p.Office = string(s.text())
	if version >= 2 && s.follows(`,"closed":`) {
		p.Closed = s.day()
	}
	if version >= 2 && s.follows(`,"n":`) {
		if p.N = uint64(s.number()); p.N == 0 {
			s.fail()
		}
	}
	s.skip("}")
	return p, !s.lost && checkPull(p) == nil
}

func decodePulled(data []byte) (Pulled, error) {
	if p, ok := scanned(data, kindPulled, (*scan).pulled); ok {
		return p, nil
	}
	return read(data, kindPulled, true, pulledBody.message)
}

// pulled reads the body of an answer to a pull, unless there is an office in it.
func (s *scan) pulled(version int) (Pulled, bool) {
	var p Pulled
	s.skip(`{"sheets":[`)
	for s.next(len(p.Sheets), "]") {
		s.skip(`{"sequence":`)
		sequence := s.number()
		s.skip(`,"sheet":`)
		sheet, ok := s.sheet(version)
		if !ok {
			return Pulled{}, false
		}
		s.skip("}")
		sheet.Revision.Sequence = uint64(sequence)
		if p.Sheets == nil {
			p.Sheets = make([]booking.Sheet, 0, 8)
		}
		p.Sheets = append(p.Sheets, sheet)
	}
	s.skip(`,"keys":{`)
	p.Keys = s.keys()
	s.skip(`,"digest":`)
	p.Digest = string(s.text())
	s.skip(`,"more":`)
	if p.More = s.follows("true"); !p.More {
		s.skip("false")
	}
	if version >= 2 && s.follows(`,"peers":[`) {
		p.Peers = s.peers()
	}
	s.skip("}")
	return p, !s.lost && checkDigest(p.Digest) == nil && checkPeers(p.Peers) == nil
}

// peers reads the other totems of the office, at least one.
func (s *scan) peers() (peers []Peer) {
	for s.next(len(peers), "]") {
		var p Peer
		s.skip(`{"totem":`)
		p.Totem = booking.TotemID(s.text())
		s.skip(`,"key":`)
		p.Key = string(s.text())
		s.skip(`,"address":`)
		p.Address = string(s.text())
		s.skip("}")
		peers = append(peers, p)
	}
	if len(peers) == 0 {
		s.fail()
	}
	return peers
}

// keys reads day keys, in order of day.
func (s *scan) keys() (keys map[booking.Day]booking.DayKey) {
	var last booking.Day
	for s.next(len(keys), "}") {
		day := s.day()
		s.skip(":")
		var key booking.DayKey
		if s.lost || key.UnmarshalText(s.text()) != nil || key.IsZero() || checkDay(day) != nil || len(keys) > 0 && day.Compare(last) <= 0 {
			s.fail()
			return nil
		}
		if keys == nil {
			keys = make(map[booking.Day]booking.DayKey)
		}
		keys[day], last = key, day
	}
	return keys
}
