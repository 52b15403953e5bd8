package device

import (
	"sync"

	"example.org/totem/ticket"
)

// strips are slips of no ticket that wait for the printer, one at a time: a test strip that somebody waits for who put in
// paper, or the receipt of a consent, which is printed if it can be. Its methods are safe for concurrent use.
type strips struct {
	next chan ticket.Slip // the printer's driver takes them here

	mu  sync.Mutex
	put []bool // of each that the driver has yet to tell the end of, in order: it is a receipt
}

func newStrips() *strips { return &strips{next: make(chan ticket.Slip, 1)} }

// test asks for a test strip. Where one waits already it says the same; a receipt gives way to it.
func (s *strips) test(slip ticket.Slip) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.put); n > 0 && s.put[n-1] {
		select {
		case <-s.next:
			s.put = s.put[:n-1]
		default: // it is being printed
		}
	}
	s.add(slip, false)
}

// receipt asks for a receipt, which is left out where something waits.
func (s *strips) receipt(slip ticket.Slip) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.add(slip, true)
}

func (s *strips) add(slip ticket.Slip, receipt bool) {
	select {
	case s.next <- slip:
		s.put = append(s.put, receipt)
	default:
	}
}

// ended takes in how the oldest one ended, and reports whether somebody is to be told.
func (s *strips) ended() (tell bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.put) == 0 {
		return false
	}
	tell = !s.put[0]
	s.put = s.put[1:]
	return tell
}
